//! What a desk was shown, from view to view.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use controller::view::{DisplayName, View};
use simulators::Site;
use tokio::sync::watch;

/// What was shown from one moment to another, on the clock of the site.
#[derive(Clone, Debug)]
pub(crate) struct Stretch {
    pub(crate) from: Duration,
    /// When something else was shown, or the view had lived out its life.
    pub(crate) until: Duration,
    pub(crate) display: DisplayName,
    /// Each call and what was shown of it.
    pub(crate) calls: Vec<(String, DisplayName)>,
}

/// Everything that was shown.
#[derive(Clone, Debug, Default)]
pub(crate) struct Shown {
    pub(crate) stretches: Vec<Stretch>,
    /// All that was said in words, to be searched for what must not be there.
    pub(crate) words: BTreeSet<String>,
}

impl Shown {
    /// Notes every view until there are no more.
    pub(crate) async fn note(
        mut views: watch::Receiver<Arc<View>>,
        site: Site,
        into: Arc<Mutex<Self>>,
    ) {
        loop {
            let view = Arc::clone(&views.borrow_and_update());
            into.lock()
                .expect("nobody panics holding it")
                .add(&view, site.clock());
            if views.changed().await.is_err() {
                return;
            }
        }
    }

    fn add(&mut self, view: &View, now: Duration) {
        let next = Stretch {
            from: now,
            until: now + Duration::from_millis(view.good_for_ms.into()),
            display: view.display,
            calls: view
                .calls
                .iter()
                .map(|call| (call.id.clone(), call.display))
                .collect(),
        };
        match self.stretches.last_mut() {
            Some(last)
                if now < last.until && last.display == next.display && last.calls == next.calls =>
            {
                last.until = next.until;
            }
            Some(last) => {
                last.until = last.until.min(now);
                self.stretches.push(next);
            }
            None => self.stretches.push(next),
        }
        self.words.insert(format!(
            "{} {} {:?} {:?} {:?}",
            view.headline, view.reason, view.problems, view.vendor, view.calls
        ));
    }

    /// What is shown now, and since when.
    pub(crate) fn now(&self) -> Option<(DisplayName, Duration)> {
        let last = self.stretches.last()?;
        let same = self.stretches.iter().rev();
        let since = same
            .take_while(|stretch| stretch.display == last.display)
            .last()?;
        Some((last.display, since.from))
    }
}
