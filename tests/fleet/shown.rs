//! What an agent is shown, from view to view.

use std::sync::Arc;
use std::time::Duration;

use controller::view::{DisplayName, View};
use simulators::Site;
use tokio::sync::watch;

/// What was shown from one moment to another.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Stretch {
    pub(crate) from: Duration,
    /// When something else was shown, or the view had lived out its life: whoever shows it
    /// shows UNKNOWN from there on.
    pub(crate) until: Duration,
    pub(crate) display: DisplayName,
    pub(crate) calls: Vec<(String, DisplayName)>,
    pub(crate) link_up: bool,
}

/// Notes every view until there are no more.
pub(crate) async fn note(mut views: watch::Receiver<Arc<View>>, site: Site) -> Vec<Stretch> {
    let mut shown: Vec<Stretch> = Vec::new();
    loop {
        let view = Arc::clone(&views.borrow_and_update());
        let now = site.clock();
        let next = stretch(&view, now);
        match shown.last_mut() {
            Some(last) if now < last.until && same(last, &next) => last.until = next.until,
            Some(last) => {
                last.until = last.until.min(now);
                shown.push(next);
            }
            None => shown.push(next),
        }
        drop(view);
        if views.changed().await.is_err() {
            break;
        }
    }
    if let Some(last) = shown.last_mut() {
        last.until = last.until.min(site.clock());
    }
    shown
}

fn stretch(view: &View, now: Duration) -> Stretch {
    Stretch {
        from: now,
        until: now + Duration::from_millis(u64::from(view.good_for_ms)),
        display: view.display,
        calls: view
            .calls
            .iter()
            .map(|call| (call.id.clone(), call.display))
            .collect(),
        link_up: view.vendor.as_ref().is_some_and(|vendor| vendor.link_up),
    }
}

fn same(one: &Stretch, next: &Stretch) -> bool {
    (one.display, one.link_up) == (next.display, next.link_up) && one.calls == next.calls
}
