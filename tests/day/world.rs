//! The simulated vendor's side: what there is, and what it does with a request.

use std::collections::{BTreeMap, VecDeque};
use std::sync::{Arc, LazyLock, Mutex, PoisonError};
use std::time::Duration;

use controller::clock::Clock;
use pause::{CallId, ProofBy, Recorder, Wanted};
use tokio::sync::mpsc::UnboundedSender;
use vendors::{CallsBy, Kind, VendorError, VendorEvent};

use crate::fault::Fault;
use crate::truth::{By, Truth};
use crate::vendor::error;
use tests::chance::Chance;

/// How much of what happened is told of a seed that fails.
const TOLD: usize = 40;

/// After so many milliseconds an event has come, or is lost.
pub(crate) const LATEST_EVENT_MS: u64 = 4_000;

/// A promise that was broken, and when.
#[derive(Clone, Debug)]
pub(crate) struct Broken {
    pub(crate) at: Duration,
    pub(crate) how: String,
}

type Told = Result<VendorEvent, VendorError>;

/// A vendor, its calls, and what is going to go wrong.
pub(crate) struct World {
    pub(crate) number: usize,
    pub(crate) nature: Nature,
    pub(crate) clock: Clock,
    state: Mutex<State>,
}

/// What kind of vendor it is.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Nature {
    pub(crate) proof: ProofBy,
    pub(crate) calls: CallsBy,
    /// Its proof is worth nothing: only to see that the oracle notices.
    pub(crate) lies_in_proof: bool,
}

impl Nature {
    pub(crate) fn tells(self) -> bool {
        self.calls == CallsBy::Event
    }

    pub(crate) fn proves(self) -> bool {
        self.proof != ProofBy::Nothing
    }
}

pub(crate) struct State {
    pub(crate) truth: Truth,
    pub(crate) chance: Chance,
    /// What befalls the next commands.
    pub(crate) of_commands: VecDeque<Fault>,
    /// What befalls the next event.
    pub(crate) of_events: VecDeque<Fault>,
    pub(crate) reads_fail_until: Duration,
    pub(crate) calls_hang_until: Duration,
    pub(crate) sign_in_fails_until: Duration,
    pub(crate) lost_until: Duration,
    pub(crate) sessions: usize,
    /// Sessions up to this one are over.
    pub(crate) over: usize,
    pub(crate) events: Option<UnboundedSender<Told>>,
    pub(crate) newest_event: Option<VendorEvent>,
    /// When the newest event arrives.
    told_until: Duration,
    /// Promises that were broken, as they were seen.
    pub(crate) broken: Vec<Broken>,
    /// All that happened.
    pub(crate) log: Vec<(Duration, String)>,
}

static WORLDS: LazyLock<Mutex<BTreeMap<usize, Arc<World>>>> = LazyLock::new(Mutex::default);

impl World {
    pub(crate) fn new(number: usize, nature: Nature, clock: Clock, chance: Chance) -> Arc<Self> {
        let state = State {
            truth: Truth::default(),
            chance,
            of_commands: VecDeque::new(),
            of_events: VecDeque::new(),
            reads_fail_until: Duration::ZERO,
            calls_hang_until: Duration::ZERO,
            sign_in_fails_until: Duration::ZERO,
            lost_until: Duration::ZERO,
            sessions: 0,
            over: 0,
            events: None,
            newest_event: None,
            told_until: Duration::ZERO,
            broken: Vec::new(),
            log: Vec::new(),
        };
        let world = Arc::new(Self {
            number,
            nature,
            clock,
            state: Mutex::new(state),
        });
        worlds().insert(number, Arc::clone(&world));
        world
    }

    pub(crate) fn of(number: usize) -> Option<Arc<Self>> {
        worlds().get(&number).cloned()
    }

    pub(crate) fn is_over(&self) {
        worlds().remove(&self.number);
    }

    pub(crate) fn now(&self) -> Duration {
        self.clock.up()
    }

    pub(crate) fn with<T>(&self, look: impl FnOnce(&mut State) -> T) -> T {
        look(&mut self.state.lock().unwrap_or_else(PoisonError::into_inner))
    }

    pub(crate) fn truth<T>(&self, look: impl FnOnce(&Truth) -> T) -> T {
        self.with(|state| look(&state.truth))
    }

    pub(crate) fn note(&self, what: &str) {
        let line = (self.now(), what.to_owned());
        self.with(|state| state.log.push(line));
    }

    /// The newest of what had happened at this moment, a line each.
    pub(crate) fn told(&self, at: Duration) -> String {
        self.with(|state| {
            let until = state.log.partition_point(|(when, _)| *when <= at);
            let newest = &state.log[until.saturating_sub(TOLD)..until];
            let lines = newest.iter();
            let lines =
                lines.map(|(when, what)| format!("{:>12.3} s  {what}\n", when.as_secs_f64()));
            lines.collect()
        })
    }

    /// A promise is broken.
    pub(crate) fn broke(&self, how: String) {
        self.note(&format!("BROKEN: {how}"));
        let at = self.now();
        self.with(|state| state.broken.push(Broken { at, how }));
    }

    pub(crate) fn happened(&self, fault: Fault) {
        self.note(&format!("fault: {}", fault.name()));
        self.with(|state| state.truth.happened(fault));
    }

    /// Until now plus so many seconds.
    pub(crate) fn for_seconds(&self, least: u64, most: u64) -> Duration {
        self.now() + self.with(|state| state.chance.seconds(least, most))
    }

    pub(crate) fn some_millis(&self, least: u64, most: u64) -> Duration {
        Duration::from_millis(self.with(|state| state.chance.between(least, most)))
    }

    pub(crate) fn starts(self: &Arc<Self>, call: &CallId, recorder: Recorder) {
        let now = self.now();
        self.note(&format!("{call} starts, {recorder:?}"));
        self.with(|state| {
            state.truth.calls += 1;
            state.truth.live.insert(call.clone(), now);
            state.truth.told.remove(call);
            state.truth.set(call, now, recorder, By::Call);
        });
        self.tell(VendorEvent::CallStarted(call.clone()));
    }

    pub(crate) fn ends(self: &Arc<Self>, call: &CallId) {
        let now = self.now();
        let was = self.with(|state| {
            let was = state.truth.live.remove(call);
            if was.is_some() {
                state.truth.set(call, now, Recorder::Off, By::Call);
            }
            was
        });
        if was.is_some() {
            self.note(&format!("{call} ends"));
            self.tell(VendorEvent::CallEnded(call.clone()));
        }
    }

    /// The recorder of a call that there is becomes this, unless it is off.
    pub(crate) fn turns(self: &Arc<Self>, call: &CallId, wanted: Wanted, by: By) {
        let now = self.now();
        let recorder = match wanted {
            Wanted::Paused => Recorder::Paused,
            Wanted::Recording => Recorder::Recording,
        };
        let turned = self.with(|state| {
            let before = state.truth.recorder(call);
            let turns = state.truth.live.contains_key(call)
                && before != Recorder::Off
                && before != recorder;
            if turns {
                state.truth.set(call, now, recorder, by);
            }
            turns
        });
        if turned {
            self.note(&format!("{call} becomes {recorder:?} by {by:?}"));
            let call = call.clone();
            self.tell(VendorEvent::Hint { call, recorder });
        }
    }

    /// Says something unasked, if there is anybody to hear it.
    pub(crate) fn tell(self: &Arc<Self>, event: VendorEvent) {
        if !self.nature.tells() {
            return;
        }
        let fault = self.with(|state| state.of_events.pop_front());
        let usual = self.some_millis(20, 400);
        let (event, after) = match fault {
            Some(Fault::MissedEvent) => (VendorEvent::Missed, usual + Duration::from_millis(300)),
            Some(Fault::LateEvent) => (event, self.some_millis(1_000, LATEST_EVENT_MS)),
            Some(_) | None => (event, usual),
        };
        let now = self.now();
        let at = self.with(|state| {
            state.newest_event = Some(event.clone());
            // What is told keeps its order: nobody could tell a call from the one before that
            // had the same id.
            state.told_until = state.told_until.max(now + after);
            state.told_until
        });
        self.say_later(event, at - now);
    }

    fn say_later(self: &Arc<Self>, event: VendorEvent, after: Duration) {
        let world = Arc::clone(self);
        tokio::spawn(async move {
            tokio::time::sleep(after).await;
            world.say(event);
        });
    }

    pub(crate) fn say(&self, event: VendorEvent) {
        let now = self.now();
        self.note(&format!("told: {event:?}"));
        self.with(|state| {
            if let VendorEvent::CallStarted(call) = &event {
                state.truth.told.entry(call.clone()).or_insert(now);
            }
            if let Some(events) = &state.events {
                // Nobody may be listening any more.
                events.send(Ok(event)).ok();
            }
        });
    }

    /// What it tells is not heard any more.
    pub(crate) fn falls_silent(&self, kind: Kind) {
        self.with(|state| {
            if let Some(events) = state.events.take() {
                let over = error(vendors::Operation::Events, kind);
                events.send(Err(over)).ok();
            }
        });
    }

    pub(crate) fn ends_sessions(&self) {
        self.with(|state| state.over = state.sessions);
    }
}

fn worlds() -> std::sync::MutexGuard<'static, BTreeMap<usize, Arc<World>>> {
    WORLDS.lock().unwrap_or_else(PoisonError::into_inner)
}
