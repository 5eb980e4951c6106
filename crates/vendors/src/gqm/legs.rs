//! What a pause acted on, and what has come since.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, MutexGuard};

use futures_util::{StreamExt, stream};
use pause::{CallId, Recorder};
use tokio::sync::mpsc::{Sender, channel};

use super::wire::Couple;
use crate::{Events, VendorEvent};

/// How many hints may wait. One that finds no room is told again with the next list.
const BACKLOG: usize = 8;

/// The couples that are paused as far as the vendor has said yes, and who is told of others.
#[derive(Debug, Default)]
pub(super) struct Legs(Mutex<Inner>);

#[derive(Debug, Default)]
struct Inner {
    paused: Option<Arc<Paused>>,
    listener: Option<Sender<VendorEvent>>,
}

/// A pause that the vendor took.
#[derive(Debug)]
pub(super) struct Paused {
    /// What the call was called by whoever asked for it.
    call: CallId,
    couples: BTreeSet<String>,
}

impl Legs {
    fn inner(&self) -> MutexGuard<'_, Inner> {
        self.0.lock().expect("nobody panics while holding it")
    }

    /// Every one of these couples was paused.
    pub(super) fn paused(&self, call: &CallId, couples: BTreeSet<String>) {
        let call = call.clone();
        self.inner().paused = Some(Arc::new(Paused { call, couples }));
    }

    /// They were resumed.
    pub(super) fn resumed(&self) {
        self.inner().paused = None;
    }

    /// The pause that is on. To be noted before a list is asked for.
    pub(super) fn pause(&self) -> Option<Arc<Paused>> {
        self.inner().paused.clone()
    }

    /// Says so if a list has a couple that the pause did not act on: a transfer or a conference
    /// has begun one since, and nothing has paused it.
    ///
    /// `pause` is the one that was on when the list was asked for. If another one is on by now,
    /// the list is older and says nothing of it.
    pub(super) fn listed(&self, pause: Option<&Arc<Paused>>, couples: &[Couple]) {
        let inner = self.inner();
        let (Some(before), Some(now), Some(listener)) = (pause, &inner.paused, &inner.listener)
        else {
            return;
        };
        let is_new = |couple: &Couple| !now.couples.contains(&couple.id);
        if Arc::ptr_eq(before, now) && couples.iter().any(is_new) {
            let hint = VendorEvent::Hint {
                call: now.call.clone(),
                recorder: Recorder::Recording,
            };
            // Full, or nobody listens: see `BACKLOG`.
            let _unheard = listener.try_send(hint);
        }
    }

    /// Whatever is found from here on. Nothing here can break: that the vendor is gone shows
    /// when it is asked.
    pub(super) fn listen(&self) -> Events {
        let (sender, receiver) = channel(BACKLOG);
        self.inner().listener = Some(sender);
        let hints = stream::unfold(receiver, |mut receiver| async {
            let hint = receiver.recv().await?;
            Some((Ok(hint), receiver))
        });
        hints.chain(stream::pending()).boxed()
    }
}
