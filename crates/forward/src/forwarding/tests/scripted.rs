//! A collector that does as it is told.

use std::collections::{BTreeMap, VecDeque};
use std::future::pending;
use std::sync::{Arc, LazyLock, Mutex};
use std::time::Duration;

use audit::Record;
use tokio::time::Instant;

use crate::Means;
use crate::collector::{Collector, Delivered, Kind};
use crate::refusal::Refusal;

/// What it does with records.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Then {
    Takes,
    /// Takes them, and says that it does not want so many.
    Rejects(u64),
    /// Takes them when the connection is closed, as a syslog server does.
    TakesAtTheEnd,
    /// Says that it is not well, and when to come again.
    Refuses(Option<Duration>),
    /// Takes them, and the answer is lost.
    TakesInSilence,
    Hangs,
}

/// What it was given, and what it does.
pub(super) struct State {
    pub(super) then: Then,
    /// What it does before that, each once.
    pub(super) first: VecDeque<Then>,
    /// The numbers of the records that it has taken.
    pub(super) taken: Vec<u64>,
    /// When, and how many records.
    pub(super) attempts: Vec<(Instant, usize)>,
    /// How often a connection was closed in order.
    pub(super) settled: usize,
}

static SCRIPTS: LazyLock<Mutex<BTreeMap<String, Arc<Mutex<State>>>>> =
    LazyLock::new(Mutex::default);

/// One that is reached at this address, which no other test may have.
pub(super) fn collector(address: &str, then: Then) -> Arc<Mutex<State>> {
    let state = Arc::new(Mutex::new(State {
        then,
        first: VecDeque::new(),
        taken: Vec::new(),
        attempts: Vec::new(),
        settled: 0,
    }));
    let before = SCRIPTS
        .lock()
        .unwrap()
        .insert(address.to_owned(), Arc::clone(&state));
    assert!(before.is_none(), "{address} is another test's");
    state
}

pub(super) struct Scripted {
    state: Arc<Mutex<State>>,
    /// Sent on this connection, and not taken yet.
    sent: Vec<u64>,
}

impl Collector for Scripted {
    const KIND: Kind = Kind::Webhook;

    fn new(address: &str, _: Means) -> Result<Self, Refusal> {
        let state = Arc::clone(&SCRIPTS.lock().unwrap()[address]);
        Ok(Self {
            state,
            sent: Vec::new(),
        })
    }

    async fn deliver(&mut self, records: &[Record]) -> Result<Delivered, Refusal> {
        let sequences: Vec<u64> = records.iter().map(|record| record.sequence).collect();
        let then = {
            let mut state = self.state.lock().unwrap();
            state.attempts.push((Instant::now(), records.len()));
            let then = state.first.pop_front().unwrap_or(state.then);
            if matches!(then, Then::Takes | Then::Rejects(_) | Then::TakesInSilence) {
                state.taken.extend(&sequences);
            }
            then
        };
        match then {
            Then::Takes => Ok(Delivered::Taken { rejected: 0 }),
            Then::Rejects(rejected) => Ok(Delivered::Taken { rejected }),
            Then::TakesAtTheEnd => {
                self.sent.extend(sequences);
                Ok(Delivered::Sent)
            }
            Then::Refuses(again_after) => Err(Refusal::Status {
                status: 503,
                again_after,
            }),
            Then::TakesInSilence => Err(Refusal::OutOfTime),
            Then::Hangs => pending().await,
        }
    }

    async fn settle(&mut self) -> Result<(), Refusal> {
        let mut state = self.state.lock().unwrap();
        if let Then::Refuses(_) = state.then {
            return Err(Refusal::OutOfTime);
        }
        state.settled += 1;
        state.taken.append(&mut self.sent);
        Ok(())
    }
}
