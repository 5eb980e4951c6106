use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::watch;
use tokio::task::spawn_blocking;
use tokio::time::timeout;

use crate::collector::Collector;
use crate::forwarder::{Forwarder, LOOK_EVERY, Shared};
use crate::otlp::Otlp;
use crate::syslog::Syslog;
use crate::webhook::Webhook;
use crate::{Kind, Means, Targets};

/// Hears how it goes.
pub type Tell = Arc<dyn Fn(Told) + Send + Sync>;

/// What is worth saying about a collector.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Told {
    /// It has taken nothing for ten minutes.
    NotTaken {
        /// Which one.
        by: Kind,
        /// Why, and what to do.
        why: String,
    },
    /// That is over.
    TakenAgain {
        /// Which one.
        by: Kind,
    },
    /// Records will never be forwarded.
    NotForwarded {
        /// To which one.
        to: Kind,
        /// How many.
        count: u64,
        /// Why.
        why: WhyNot,
    },
}

/// Why records will never be forwarded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WhyNot {
    /// They were changed in the log or taken away from it, or their file was kept for long enough.
    Gone,
    /// The collector does not want them.
    Rejected,
}

impl WhyNot {
    /// Its name in the log.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Gone => "gone",
            Self::Rejected => "rejected",
        }
    }
}

/// Forwards the audit log in a directory to as many collectors as are wanted.
///
/// It ends in order by [`Self::finish`], and otherwise when it is dropped.
#[derive(Debug)]
pub struct Forwarding {
    wanted: watch::Sender<Wanted>,
}

#[derive(Debug, Default)]
struct Wanted {
    targets: Targets,
    is_over: bool,
}

impl Forwarding {
    /// Starts to forward, at first to nobody.
    ///
    /// # Panics
    /// Outside a tokio runtime.
    pub fn start(directory: PathBuf, means: Means, tell: Tell) -> Self {
        let (wanted, wishes) = watch::channel(Wanted::default());
        let shared = Shared { means, tell };
        let start =
            |wishes: watch::Receiver<Wanted>| (directory.clone(), shared.clone(), Wishes(wishes));
        tokio::spawn(forward::<Syslog>(start(wishes.clone())));
        tokio::spawn(forward::<Otlp>(start(wishes.clone())));
        tokio::spawn(forward::<Webhook>(start(wishes)));
        Self { wanted }
    }

    /// Forwards to these from now on. A collector that has moved to another address goes on where
    /// the one before had come to.
    pub fn keep_to(&self, targets: Targets) {
        self.wanted.send_if_modified(|wanted| {
            let is_new = wanted.targets != targets;
            wanted.targets = targets;
            is_new
        });
    }

    /// Hands over what is in the log, no longer than this. Returns whether it came to an end;
    /// what was not taken by then is sent after the next start.
    pub async fn finish(&self, within: Duration) -> bool {
        self.wanted.send_modify(|wanted| wanted.is_over = true);
        timeout(within, self.wanted.closed()).await.is_ok()
    }
}

/// What is wanted, as it changes.
#[derive(Clone, Debug)]
pub(crate) struct Wishes(watch::Receiver<Wanted>);

impl Wishes {
    pub(crate) fn want(&self, kind: Kind, address: &str) -> bool {
        self.address(kind).as_deref() == Some(address)
    }

    /// Where such a collector is to be reached, if that is wanted.
    fn address(&self, kind: Kind) -> Option<String> {
        // Nobody is left who could want something.
        if self.0.has_changed().is_err() {
            return None;
        }
        let wanted = self.0.borrow();
        let address = wanted.targets.of(kind).filter(|_| !wanted.is_over);
        address.map(str::to_owned)
    }

    fn are_over(&self) -> bool {
        self.0.has_changed().is_err() || self.0.borrow().is_over
    }

    /// Waits until something else may be wanted.
    pub(crate) async fn change(&mut self) {
        // It fails when nobody is left, which is a change, too.
        self.0.changed().await.ok();
    }
}

/// Forwards to the collector of one kind for as long as there may be one.
async fn forward<C: Collector>((directory, shared, mut wishes): (PathBuf, Shared, Wishes)) {
    while !wishes.are_over() {
        let Some(address) = wishes.address(C::KIND) else {
            wishes.change().await;
            continue;
        };
        match open::<C>(&directory, address, &shared, &wishes).await {
            Some(forwarder) => forwarder.run().await,
            None => drop(timeout(LOOK_EVERY, wishes.change()).await),
        }
    }
}

async fn open<C: Collector>(
    directory: &Path,
    address: String,
    shared: &Shared,
    wishes: &Wishes,
) -> Option<Forwarder<C>> {
    let (directory, shared, wishes) = (directory.to_owned(), shared.clone(), wishes.clone());
    let opening = spawn_blocking(move || Forwarder::open(&directory, address, shared, wishes));
    opening.await.ok().flatten()
}

#[cfg(test)]
mod tests;
