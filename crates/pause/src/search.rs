//! A pause that was asked for while no call was known: which calls are there?

use crate::call::Call;
use crate::machine::Machine;
use crate::{AuditEvent, Failure, Moment, Reason, Wanted};

/// How often the vendor is asked which calls there are, for one press.
const ATTEMPTS: u32 = 2;

/// A press that has no call yet.
#[derive(Debug)]
pub(crate) struct Search {
    asked_at: Moment,
    attempts: u32,
    /// When to ask (again).
    send_at: Option<Moment>,
    /// Whether it has found a call without asking.
    found: bool,
}

impl Search {
    /// A call was found. Returns when the press was made that goes to it.
    pub(crate) fn reaches(&mut self) -> Moment {
        self.found = true;
        self.asked_at
    }
}

impl Machine {
    pub(crate) fn look_for_calls(&mut self) {
        if !self.rules.finds_calls {
            self.outbox.audit(AuditEvent::NothingToPause);
            return;
        }
        if self.search.is_some() {
            let wanted = Wanted::Paused;
            self.outbox.audit(AuditEvent::AlreadySo { wanted });
            return;
        }
        self.outbox.audit(AuditEvent::LookingForCalls);
        self.search = Some(Search {
            asked_at: self.now,
            attempts: 0,
            send_at: Some(self.now),
            found: false,
        });
    }

    /// A call is over before its pause has come about. The agent may be on another one already
    /// that nobody has told of, and have meant that one. Where nobody can be asked, the press
    /// waits for one that is told of.
    pub(crate) fn press_goes_on(&mut self, pressed_at: Moment) {
        if !self.rules.finds_calls {
            self.unmet = Some(pressed_at);
        } else if self.search.is_none() {
            self.outbox.audit(AuditEvent::LookingForCalls);
            self.search = Some(Search {
                asked_at: pressed_at,
                attempts: 0,
                // Whoever says that the one is over mostly tells of the other in the same breath.
                send_at: Some(self.now + self.rules.limits.retry_after),
                found: false,
            });
        }
    }

    /// Each call that there is has been told of, and the press has gone to it.
    pub(crate) fn calls_found(&mut self) {
        if self.search.take().is_some() && self.calls.iter().all(Call::ended) {
            self.outbox.audit(AuditEvent::NothingToPause);
        }
    }

    pub(crate) fn calls_not_found(&mut self) {
        let limits = &self.rules.limits;
        let Some(search) = &mut self.search else {
            return;
        };
        let at = self.now + limits.retry_after;
        if search.attempts < ATTEMPTS && at < search.asked_at + limits.settle_within {
            search.send_at = Some(at);
        } else {
            self.search_failed();
        }
    }

    pub(crate) fn advance_search(&mut self) {
        let settle_within = self.rules.limits.settle_within;
        let Some(search) = &mut self.search else {
            return;
        };
        if self.now >= search.asked_at + settle_within {
            self.search_failed();
        } else if self.link_up && search.send_at.is_some_and(|at| self.now >= at) {
            if search.found {
                self.search = None;
                return;
            }
            search.send_at = None;
            search.attempts += 1;
            self.outbox.find_calls();
        }
    }

    pub(crate) fn search_deadline(&self) -> Option<Moment> {
        let search = self.search.as_ref()?;
        let fails_at = search.asked_at + self.rules.limits.settle_within;
        let asks_at = search.send_at.filter(|_| self.link_up);
        [Some(fails_at), asks_at]
            .into_iter()
            .flatten()
            .filter(|at| *at > self.now)
            .min()
    }

    /// The press is not forgotten in silence: the agent may be on a call that is recorded.
    fn search_failed(&mut self) {
        let Some(search) = self.search.take() else {
            return;
        };
        // Calls that were told of meanwhile have the press, and fail or succeed by themselves.
        if self.calls.iter().any(|call| !call.ended()) {
            return;
        }
        let failure = Failure {
            wanted: Wanted::Paused,
            reason: Reason::NotDone,
        };
        self.not_sent = Some(failure);
        let waited = self.now.since(search.asked_at);
        self.outbox.audit(AuditEvent::NotSent { failure, waited });
    }
}
