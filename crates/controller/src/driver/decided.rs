//! What the organization has decided: taken over as it changes.

use std::future::pending;
use std::sync::Arc;
use std::time::Duration;

use audit::Event;
use pause::{Input, Machine, Moment, ProofBy};
use serde_json::Value;
use tokio::task::{JoinHandle, spawn_blocking};
use tracing::{error, info, warn};

use super::Driver;
use crate::admin_event::AdminEvent;
use crate::in_force::{Decided, InForce};
use crate::out::Out;
use crate::present;
use crate::problems::Source;
use crate::view::{PolicyOrigin, PolicyValueView, PolicyView};
use crate::words::{self, Cause};

/// How long another account may have to wait before that is said.
const SAID_AFTER: Duration = Duration::from_secs(60);

/// Reading the organization's decisions again and again.
pub(super) struct Watch {
    /// When to read next, unless a reading is out.
    read_at: Moment,
    reading: Option<JoinHandle<Box<Decided>>>,
}

impl Watch {
    pub(super) fn new(first_at: Moment) -> Self {
        Self {
            read_at: first_at,
            reading: None,
        }
    }

    pub(super) fn next_deadline(&self) -> Option<Moment> {
        self.reading.is_none().then_some(self.read_at)
    }

    /// What has been read; `None` if reading came to no end. Nothing is lost if this is not
    /// waited for.
    pub(super) async fn next(&mut self) -> Option<Box<Decided>> {
        match &mut self.reading {
            Some(reading) => reading.await.ok(),
            None => pending().await,
        }
    }
}

impl Driver {
    /// Begins to read what has been decided, if that is due. One reading at a time: a directory
    /// server may take long.
    pub(super) fn read_decisions(&mut self) {
        if self.watch.next_deadline().is_none_or(|at| self.now < at) {
            return;
        }
        let sources = self.setup.policy.clone();
        let before = self.decided.clone();
        let find_extension = self.setup.find_extension;
        self.watch.reading = Some(spawn_blocking(move || {
            Box::new(Decided::read(&sources, Some(&before), find_extension))
        }));
    }

    /// What has been decided has been read: what is new holds from here on (F4).
    pub(super) fn decided(&mut self, decided: Option<Box<Decided>>) -> Cause {
        self.watch = Watch::new(self.now + self.setup.policy_every);
        let Some(decided) = decided else {
            error!("reading what the organization has decided has crashed");
            return Cause::Time;
        };
        if *decided == self.decided {
            return Cause::Time;
        }
        self.decided = *decided;
        let in_force = self.setup.in_force(&self.decided);
        let before = std::mem::replace(&mut self.in_force, Arc::new(in_force));
        self.take_in_force(&before);
        Cause::Decided
    }

    /// Everybody keeps to what holds now. Another account has to wait for its moment.
    pub(super) fn take_in_force(&mut self, before: &InForce) {
        self.note_policy(&before.view);
        if before.limits != self.in_force.limits {
            let limits = &self.in_force.limits;
            self.out.set_limit(limits.answer_within);
            self.machine
                .set_limits(super::for_machine(limits), self.now);
            self.feed(Input::Tick);
        }
        if let Some(account) = &mut self.account {
            let enough = self.in_force.accept_acknowledgement;
            account.who.take_acknowledgement_for_enough(enough);
        }
        self.forms = present::forms(self.setup.vendors, &self.setup.settings, &self.in_force);
        self.raise_what_is_written();
        self.tell_in_force.send_replace(Arc::clone(&self.in_force));
    }

    /// Goes to the account that has been decided on, once nothing is left to be seen through at
    /// the one before.
    pub(super) fn follow_account(&mut self) {
        if self.taken_on == self.in_force.vendor {
            self.problems.solve(&Source::Account);
            return;
        }
        if self.machine.is_busy() {
            self.raise(Source::Account, (words::account_waits(), SAID_AFTER));
            return;
        }
        self.problems.solve(&Source::Account);
        info!("another account has been decided on");
        self.end_session();
        self.account = None;
        self.signing_in = false;
        match self.in_force.vendor.clone() {
            Some(chosen) => self.take_on(Arc::from(chosen.open()), None),
            None => self.take_nobody_on(),
        }
    }

    /// There is no account any longer, and so no call.
    pub(super) fn take_nobody_on(&mut self) {
        let limits = &self.in_force.limits;
        self.taken_on = None;
        self.out = Out::new(limits.answer_within);
        self.machine = Machine::new(super::for_machine(limits), ProofBy::Nothing);
        self.raise(Source::Link, (words::not_signed_in(), Duration::ZERO));
    }

    /// Says what is wrong with what the user or the organization has written.
    pub(super) fn raise_what_is_written(&mut self) {
        self.problems
            .solve_all(|source| matches!(source, Source::Written(_)));
        for problem in self.in_force.problems.clone() {
            let source = Source::Written(problem.code.clone());
            self.raise(source, (problem, Duration::ZERO));
        }
    }
}

impl Driver {
    /// Puts on record what the organization has decided, and what it has decided otherwise since
    /// `before`: each value with its place.
    pub(super) fn note_policy(&self, before: &PolicyView) {
        let now = &self.in_force.view;
        log(before, now);
        self.on_record.keep_to(now);
        let event = if holds_at_the_start(before) {
            Event::PolicyInForce
        } else {
            Event::PolicyChanged
        };
        for value in changed(before, now) {
            self.put_on_record(event, |entry| {
                let entry = entry.with("key", value.key.as_str());
                let entry = entry.with("value", value.value.as_str());
                entry.with("place", value.place.as_str())
            });
        }
        for key in gone(before, now) {
            self.put_on_record(event, |entry| {
                entry.with("key", key).with("value", Value::Null)
            });
        }
        for rejected in newly_rejected(before, now) {
            self.put_on_record(Event::PolicyRejected, |entry| {
                entry.failed().with("rejected", rejected)
            });
        }
    }
}

/// Logs the same, and tells administrators.
pub(super) fn log(before: &PolicyView, now: &PolicyView) {
    let (changed, gone) = (changed(before, now), gone(before, now));
    for value in &changed {
        info!(
            key = value.key,
            value = value.value,
            origin = ?value.origin,
            place = value.place,
            "policy"
        );
    }
    for key in &gone {
        info!(key, "no longer part of the policy");
    }
    for rejected in newly_rejected(before, now) {
        warn!(rejected, "part of the policy is not taken");
        AdminEvent::PolicyRejected.tell(&format!("Part of the policy is not taken: {rejected}"));
    }
    let has_changed = !(changed.is_empty() && gone.is_empty());
    if has_changed && !holds_at_the_start(before) {
        AdminEvent::PolicyChanged.tell("The policy has changed; see `fermatactl policy show`");
    }
}

/// What holds at the start has not changed.
fn holds_at_the_start(before: &PolicyView) -> bool {
    before.values.is_empty()
}

fn newly_rejected<'a>(before: &PolicyView, now: &'a PolicyView) -> impl Iterator<Item = &'a str> {
    let rejected = now.rejected.iter();
    let is_new = |rejected: &&String| !before.rejected.contains(rejected);
    rejected.filter(is_new).map(String::as_str)
}

fn is_by_organization(value: &PolicyValueView) -> bool {
    match value.origin {
        PolicyOrigin::Enforced | PolicyOrigin::Recommended => true,
        PolicyOrigin::User | PolicyOrigin::Default => false,
    }
}

/// What the organization says now, or said before, and is not as it was.
fn changed<'a>(before: &PolicyView, now: &'a PolicyView) -> Vec<&'a PolicyValueView> {
    let is_other = |value: &&PolicyValueView| {
        let mut values = before.values.iter();
        let earlier = values.find(|earlier| earlier.key == value.key);
        let concerns = is_by_organization(value) || earlier.is_some_and(is_by_organization);
        concerns && earlier != Some(*value)
    };
    now.values.iter().filter(is_other).collect()
}

/// The keys that the organization had a word on and that are no longer there.
fn gone<'a>(before: &'a PolicyView, now: &PolicyView) -> Vec<&'a str> {
    let earlier = before
        .values
        .iter()
        .filter(|value| is_by_organization(value));
    earlier
        .map(|value| value.key.as_str())
        .filter(|key| !now.values.iter().any(|value| value.key == *key))
        .collect()
}
