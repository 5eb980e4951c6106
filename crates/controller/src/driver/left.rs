//! What an earlier run may have left paused: told, looked after and settled (S9).

use std::time::Duration;

use audit::Event;
use jiff::tz::TimeZone;
use pause::{CallId, Input, ProofBy};
use tracing::{info, warn};
use vendors::{CallsBy, PauseScope};

use super::Driver;
use crate::account::Account;
use crate::admin_event::AdminEvent;
use crate::open_pauses::{Left, Over, Since};
use crate::problems::Source;
use crate::view::Problem;
use crate::words;

impl Driver {
    /// Puts on record what an earlier run has left, before anything else happens.
    pub(super) fn say_what_was_left(&mut self) {
        for left in self.open_pauses.left() {
            let call = left.call().map(|call| call.as_str().to_owned());
            self.put_on_record(Event::PausedBeforeStart, |entry| {
                let entry = match (&left.since, &call) {
                    (Some(since), _) => entry.with("since", since.at.to_string()),
                    (None, _) => entry,
                };
                let entry = match call {
                    Some(_) => entry,
                    None => entry.with("note", "unreadable"),
                };
                audit::Entry {
                    call,
                    ..entry.failed()
                }
            });
        }
        if let Some(problem) = self.left_open() {
            warn!("{}", problem.message);
            AdminEvent::LeftPaused.tell(&problem.message);
            self.raise(Source::LeftOpen, (problem, Duration::ZERO));
        }
    }

    /// What the agent is told for as long as something is left.
    fn left_open(&self) -> Option<Problem> {
        let left = self.open_pauses.left();
        let earliest = left.iter().filter_map(|left| left.since);
        let since = earliest.min_by_key(|since| since.at).map(|since| {
            let Since { at, is_about, .. } = since;
            let here = TimeZone::system();
            let today = self.setup.clock.timestamp().to_zoned(here.clone()).date();
            words::time_of_day(&at.to_zoned(here), today, is_about)
        });
        (!left.is_empty()).then(|| words::pause_left_open(since.as_deref()))
    }

    /// Takes note of what is shown, and tells of what an earlier run has left as soon as somebody
    /// listens.
    pub(super) fn look_after_open_pauses(&mut self) {
        if let Some(account) = &self.account {
            let calls = self.machine.calls();
            let settled = self.open_pauses.look(&account.who, &calls);
            self.settled(settled);
        }
        let Some(problem) = self.left_open() else {
            self.problems.solve(&Source::LeftOpen);
            return;
        };
        if !self.has_told_what_was_left && self.publisher.is_heard() {
            self.has_told_what_was_left = true;
            self.publisher.tell(words::may_be_left_paused(&problem));
        }
        self.raise(Source::LeftOpen, (problem, Duration::ZERO));
    }

    /// The machine has heard of a call: it may be one that an earlier run has left paused.
    pub(super) fn suspicion(&self, call: &CallId) -> Option<Input> {
        let who = &self.account.as_ref()?.who;
        let since = self.open_pauses.suspicion(who, call)?;
        Some(Input::LeftPaused {
            call: call.clone(),
            since,
        })
    }

    /// Where nobody tells of a call anew, what an earlier run has left of it is taken up.
    pub(super) fn take_up_what_was_left(&mut self) {
        let Some(account) = &mut self.account else {
            return;
        };
        match account.capabilities.calls {
            CallsBy::Told => {}
            CallsBy::Event | CallsBy::Polling { .. } => return,
        }
        let calls = calls_of(account, self.open_pauses.left());
        let mut inputs = Vec::new();
        for call in calls {
            inputs.extend(account.book.left_by_another_run(call));
        }
        for input in inputs {
            self.feed(input);
        }
    }

    /// The vendor has said which calls there are.
    pub(super) fn settle_by_calls(&mut self, listed: &[CallId]) {
        let Some(account) = &self.account else {
            return;
        };
        let known = self.machine.calls();
        let mut settled = Vec::new();
        for call in calls_of(account, self.open_pauses.left()) {
            let is_over = match account.capabilities.pauses {
                PauseScope::Call => !listed.contains(&call),
                // Whatever call the agent is on may be paused.
                PauseScope::Agent => listed.is_empty(),
            };
            if is_over && !known.iter().any(|known| known.id == call) {
                settled.extend(self.open_pauses.over(&account.who, &call, Over::Call));
            }
        }
        self.settled(settled);
    }

    /// The vendor knows this call no longer. If nobody else would say so, it is over.
    pub(super) fn settle_unknown(&mut self, call: &CallId) {
        let Some(account) = &mut self.account else {
            return;
        };
        let told_here = account.capabilities.calls == CallsBy::Told;
        let mut left = self.open_pauses.left().iter();
        if !told_here || !left.any(|left| left.call_of(&account.who) == Some(call)) {
            return;
        }
        for input in account.book.ended(call) {
            self.feed(input);
        }
    }

    /// A call is over, and the vendor has proven that nothing of it is paused.
    pub(super) fn call_is_over(&mut self, call: &CallId) {
        if let Some(account) = &self.account {
            let settled = self.open_pauses.over(&account.who, call, Over::Call);
            self.settled(settled);
        }
    }

    /// The agent has seen it.
    pub(super) fn acknowledge_what_was_left(&mut self) {
        if self.open_pauses.left().is_empty() {
            return;
        }
        self.put_on_record(Event::Acknowledged, |entry| {
            entry.with("problem", words::PAUSE_LEFT_OPEN)
        });
        let unprovable = self.account.as_mut().filter(|account| {
            let Account { capabilities, .. } = account;
            capabilities.proof == ProofBy::Nothing && capabilities.calls == CallsBy::Told
        });
        let mut inputs = Vec::new();
        if let Some(account) = unprovable {
            // Nobody else would ever say that it is over.
            for call in calls_of(account, self.open_pauses.left()) {
                inputs.extend(account.book.ended(&call));
            }
        }
        for input in inputs {
            self.feed(input);
        }
        let who = self.account.as_ref().map(|account| &account.who);
        self.open_pauses.acknowledge(who, &self.machine.calls());
        self.problems.solve(&Source::LeftOpen);
    }

    fn settled(&self, settled: impl IntoIterator<Item = (CallId, Over)>) {
        for (call, over) in settled {
            let because = match over {
                Over::Recording => "recording",
                Over::NotRecorded => "not-recorded",
                Over::Call => "call-over",
            };
            info!(because, "what an earlier run has left paused is settled");
            self.put_on_record(Event::LeftPauseSettled, |entry| audit::Entry {
                call: Some(call.as_str().to_owned()),
                ..entry.with("because", because)
            });
        }
    }
}

/// The calls of this account among those that an earlier run has left.
fn calls_of(account: &Account, left: &[Left]) -> Vec<CallId> {
    left.iter()
        .filter_map(|left| left.call_of(&account.who))
        .cloned()
        .collect()
}
