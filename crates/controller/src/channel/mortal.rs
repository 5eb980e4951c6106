use std::time::Duration;

use pause::Moment;
use tokio::time::sleep;

use crate::clock::Clock;
use crate::view::View;

/// Sleeping tasks stand still while the computer sleeps, so nobody sleeps longer at a stretch.
const LOOK_EVERY: Duration = Duration::from_secs(1);

/// A view that knows how old it is.
#[derive(Clone, Debug)]
pub(super) struct Mortal {
    view: View,
    made: Moment,
}

impl Mortal {
    /// A view that has been made just now.
    pub(super) fn of(view: View) -> Self {
        Self {
            view,
            made: Clock::system().now(),
        }
    }

    /// Whether it is the view of this number, or a later one.
    pub(super) fn is_as_new_as(&self, number: u32) -> bool {
        self.view.number.wrapping_sub(number) < u32::MAX / 2
    }

    /// What to show now: the view with what is left of its life, or that nothing may be
    /// believed, with nothing left.
    pub(super) fn view(&self) -> View {
        let age = millis(Clock::system().now().since(self.made));
        let left = self.view.good_for_ms.saturating_sub(age);
        if left == 0 {
            let mut view = self.view.expired();
            view.good_for_ms = 0;
            return view;
        }
        let mut view = self.view.clone();
        view.good_for_ms = left;
        view.paused_for_ms = view.paused_for_ms.map(|lasted| lasted.saturating_add(age));
        view.resumes_in_ms = view.resumes_in_ms.map(|left| left.saturating_sub(age));
        if let Some(evidence) = &mut view.evidence {
            evidence.age_ms = evidence.age_ms.saturating_add(age);
        }
        view
    }

    /// Waits until its life has run out.
    pub(super) async fn death(&self) {
        let life = Duration::from_millis(self.view.good_for_ms.into());
        loop {
            let left = life.saturating_sub(Clock::system().now().since(self.made));
            if left.is_zero() {
                return;
            }
            sleep(left.min(LOOK_EVERY)).await;
        }
    }
}

fn millis(duration: Duration) -> u32 {
    duration.as_millis().try_into().unwrap_or(u32::MAX)
}
