use std::collections::{BTreeSet, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::{Duration, Instant};

use tokio::sync::watch;

use super::Terms;
use super::event::{Event, Group};
use crate::anywhere365::options::HubTransport;
use crate::clock;

/// How many messages are kept for a listener who does not fetch them, as in Microsoft's classic
/// server. The oldest go first.
const KEPT: usize = 1000;

/// One client of the hub. It outlives the requests by which it listens.
#[derive(Default)]
pub(super) struct Listener {
    state: Mutex<State>,
    changed: watch::Sender<()>,
}

pub(super) struct State {
    /// The transport that it has begun with.
    pub(super) transport: Option<HubTransport>,
    /// How many requests have been its line so far. Only the last one counts.
    lines: u64,
    /// Whether that one is open, and since when it is so.
    is_attached: bool,
    since: Instant,
    /// When it was last heard.
    pub(super) heard: Instant,
    pub(super) has_ended: bool,
    /// Whether it gets events: it has shaken hands (Core), or names the hub (classic).
    pub(super) listens: bool,
    pub(super) groups: BTreeSet<Group>,
    pub(super) outbox: Outbox,
    pub(super) core: super::aspnet_core::Progress,
    pub(super) classic: super::classic::Progress,
}

impl Default for State {
    fn default() -> Self {
        let now = clock::now();
        Self {
            transport: None,
            lines: 0,
            is_attached: false,
            since: now,
            heard: now,
            has_ended: false,
            listens: false,
            groups: BTreeSet::new(),
            outbox: Outbox::default(),
            core: super::aspnet_core::Progress::default(),
            classic: super::classic::Progress::default(),
        }
    }
}

impl State {
    /// Whether it has a line that is open.
    pub(super) const fn is_attached(&self) -> bool {
        self.is_attached
    }
}

impl Listener {
    pub(super) fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().expect("nobody panics while holding it")
    }

    /// Whether it has neither ended nor been away for longer than this.
    pub(super) fn is_there(&self, timeout: Duration) -> bool {
        let state = self.state();
        let away = clock::now().saturating_duration_since(state.since);
        // One that has ended may have something left to fetch.
        (!state.has_ended || !state.outbox.is_empty()) && (state.is_attached || away < timeout)
    }

    pub(super) fn hears(&self, event: &Event, terms: &Terms) -> bool {
        let state = self.state();
        let of_agent = |group: &Group| match group {
            Some(agent) => agent.eq_ignore_ascii_case(&event.agent),
            None => true,
        };
        let is_in = terms.join.is_none() || state.groups.iter().any(of_agent);
        state.listens && !state.has_ended && is_in
    }

    pub(super) fn say(&self, message: Arc<str>) {
        self.state().outbox.push(message);
        self.wake();
    }

    pub(super) fn end(&self) {
        self.state().has_ended = true;
        self.wake();
    }

    /// Makes whoever waits look again.
    pub(super) fn wake(&self) {
        self.changed.send_replace(());
    }

    /// Makes a request its line; the one before is none any more.
    pub(super) fn attach(self: &Arc<Self>, until: Until) -> Line {
        let mut state = self.state();
        state.lines += 1;
        state.is_attached = true;
        state.since = clock::now();
        state.heard = state.since;
        let line = Line {
            number: state.lines,
            changed: self.changed.subscribe(),
            listener: self.clone(),
            until,
        };
        drop(state);
        self.wake();
        line
    }
}

/// What the end of a line means.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Until {
    /// The listener may come back.
    Back,
    /// It is the end of the listener too.
    Gone,
}

/// The request by which a listener listens. It hangs up when it is dropped.
pub(super) struct Line {
    pub(super) listener: Arc<Listener>,
    number: u64,
    changed: watch::Receiver<()>,
    until: Until,
}

impl Line {
    /// Whether no later request has become the listener's line.
    pub(super) const fn is_last(&self, state: &State) -> bool {
        state.lines == self.number
    }

    /// Returns once something may have changed since it last did.
    pub(super) async fn changed(&mut self) {
        // The sender is in the listener, which is held here.
        let _ = self.changed.changed().await;
    }
}

impl Drop for Line {
    fn drop(&mut self) {
        let mut state = self.listener.state();
        if self.is_last(&state) {
            state.is_attached = false;
            state.since = clock::now();
            if self.until == Until::Gone {
                state.has_ended = true;
                state.outbox.clear();
            }
        }
    }
}

/// What is to be said to a listener.
#[derive(Default)]
pub(super) struct Outbox {
    messages: VecDeque<Arc<str>>,
    /// How many there have been, those that are gone among them.
    count: u64,
}

impl Outbox {
    pub(super) fn push(&mut self, message: Arc<str>) {
        self.messages.push_back(message);
        self.count += 1;
        if self.messages.len() > KEPT {
            self.messages.pop_front();
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.messages.is_empty()
    }

    pub(super) fn clear(&mut self) {
        self.messages.clear();
    }

    /// Takes out everything.
    pub(super) fn take(&mut self) -> String {
        self.messages.drain(..).map(|it| it.to_string()).collect()
    }

    pub(super) const fn count(&self) -> u64 {
        self.count
    }

    /// Everything after the first so many, as far as it is still there.
    pub(super) fn since(&self, count: u64) -> Vec<Arc<str>> {
        let missing = usize::try_from(self.count.saturating_sub(count)).unwrap_or(usize::MAX);
        let skipped = self.messages.len().saturating_sub(missing);
        self.messages.iter().skip(skipped).cloned().collect()
    }
}
