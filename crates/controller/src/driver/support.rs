//! What is there for support: it is told to everybody by the view, and done by whoever owns the
//! log and the files.

use std::time::Duration;

use pause::Moment;

use crate::view::{BundleView, SupportRequest, SupportView, UpdateView};

/// Everything is logged for no longer than this at a time.
const EVERYTHING_FOR_AT_MOST: Duration = Duration::from_secs(24 * 60 * 60);

#[derive(Debug, Default)]
pub(super) struct Support {
    everything_until: Option<Moment>,
    bundle: BundleView,
    bundle_steps: u64,
    update: Option<UpdateView>,
}

impl Support {
    pub(super) fn asked(&mut self, request: SupportRequest, now: Moment) {
        match request {
            SupportRequest::LogEverything(Duration::ZERO) => self.everything_until = None,
            SupportRequest::LogEverything(time) => {
                self.everything_until = Some(now + time.min(EVERYTHING_FOR_AT_MOST));
            }
            SupportRequest::Bundle(step) => {
                if self.is_in_turn(&step) {
                    self.bundle = step;
                    self.bundle_steps += 1;
                }
            }
            SupportRequest::Update(update) => self.update = update,
        }
    }

    /// Whether a step follows on what there is. Whoever writes bundles sees the newest state alone,
    /// so what was dropped meanwhile must not come back, nor be written.
    fn is_in_turn(&self, step: &BundleView) -> bool {
        match step {
            BundleView::None | BundleView::Gathering => true,
            BundleView::Listed { .. } => self.bundle == BundleView::Gathering,
            BundleView::Writing => matches!(self.bundle, BundleView::Listed { .. }),
            BundleView::Written { .. } => self.bundle == BundleView::Writing,
            BundleView::Failed { .. } => {
                matches!(self.bundle, BundleView::Gathering | BundleView::Writing)
            }
        }
    }

    /// When there is something else to tell.
    pub(super) fn next_deadline(&self, now: Moment) -> Option<Moment> {
        self.everything_until.filter(|until| *until > now)
    }

    pub(super) fn view(&self, now: Moment) -> SupportView {
        let left = self
            .everything_until
            .map(|until| until.since(now))
            .filter(|left| !left.is_zero());
        SupportView {
            logs_everything_for_ms: left
                .map(|left| left.as_millis().try_into().unwrap_or(u32::MAX)),
            bundle: self.bundle.clone(),
            bundle_steps: self.bundle_steps,
            update: self.update.clone(),
        }
    }
}
