//! What comes from the vendor.

use std::sync::Arc;
use std::time::Duration;

use audit::Event;
use pause::{Answer, AuditEvent, CallId, Display, Input, Machine, Seen};
use secrecy::SecretString;
use tracing::{debug, warn};
use vendors::{Accepted, Kind, Vendor, VendorEvent};

use super::Driver;
use crate::account::Account;
use crate::admin_event::AdminEvent;
use crate::asking::For;
use crate::calls::Teller;
use crate::link::LinkEvent;
use crate::out::{Done, Out, Reply};
use crate::problems::Source;
use crate::secrets;
use crate::settings::Settings;
use crate::sign_in::{self, Preparation};
use crate::trouble::Trouble;
use crate::view::SignInOutcome;
use crate::words::{self, Cause};

/// What a request has shown of the session that it was sent in.
enum Session {
    GoesOn,
    Over,
}

impl Driver {
    pub(super) fn done(&mut self, Done { session, reply }: Done) -> Cause {
        match reply {
            Reply::Command {
                id,
                call,
                wanted,
                result,
            } => {
                let answer = match &result {
                    Ok(Accepted::Confirmed(recorder)) => Some(Answer::Confirmed(*recorder)),
                    Ok(Accepted::Unproven) => Some(Answer::Accepted),
                    Err(trouble) => trouble.answer(),
                };
                if let Some(answer) = answer {
                    self.feed(Input::Answered { id, answer });
                }
                if answer == Some(Answer::Refused)
                    && let Some(account) = &mut self.account
                {
                    // The call may be another one by now.
                    account.asking.at_once(self.now);
                }
                self.learn(session, call, result.err());
                Cause::Answered(wanted, answer)
            }
            Reply::ReadBack { id, call, result } => {
                let seen = match &result {
                    Ok(recorder) => Some(Seen::Recorder(*recorder)),
                    Err(trouble) => trouble.seen(),
                };
                if let Some(seen) = seen {
                    self.feed(Input::ReadBack { id, seen });
                }
                if seen == Some(Seen::NoSuchCall) {
                    self.settle_unknown(&call);
                }
                match self.learn(session, call, result.err()) {
                    Session::GoesOn => Cause::ReadBack(seen),
                    Session::Over => Cause::LinkLost,
                }
            }
            Reply::Calls(result) => self.calls_said(session, result),
        }
    }

    fn calls_said(&mut self, session: u64, result: Result<Vec<CallId>, Trouble>) -> Cause {
        let said = match result {
            Ok(calls) => Some(calls),
            Err(trouble) => match self.suffer(session, Source::Requests, &trouble) {
                Session::GoesOn => None,
                Session::Over => return Cause::LinkLost,
            },
        };
        let Some(account) = self.account.as_mut().filter(|one| one.is_in(session)) else {
            return Cause::CallsAsked;
        };
        let asked_for = account.asking.answered(said.is_some(), self.now);
        let found = said.is_some();
        let mut listed = None;
        let inputs = match said {
            Some(calls) => {
                self.problems.solve(&Source::Requests);
                account.heard();
                let inputs = account.book.are(calls.clone());
                listed = Some(calls);
                inputs
            }
            None => {
                account.book.asked_in_vain();
                Vec::new()
            }
        };
        for input in inputs {
            self.feed(input);
        }
        if let Some(calls) = listed {
            self.settle_by_calls(&calls);
        }
        if asked_for == Some(For::Press) {
            self.feed(if found {
                Input::CallsFound
            } else {
                Input::CallsNotFound
            });
        }
        Cause::CallsAsked
    }

    pub(super) fn linked(&mut self, event: LinkEvent) -> Cause {
        let Some(account) = &mut self.account else {
            return Cause::Time;
        };
        match event {
            LinkEvent::Up(control) => {
                account.up(control, self.now);
                if !account.link.is_shaky() {
                    self.problems.solve(&Source::Link);
                }
                let unchecked = (!account.who.proves).then(|| words::not_checked(&account.who));
                let reach = self.in_force.credentials_warning();
                if let Some(reach) = &reach {
                    warn!("{reach}");
                }
                if std::mem::take(&mut self.signing_in) {
                    let notes: Vec<String> = unchecked.into_iter().chain(reach).collect();
                    let note = (!notes.is_empty()).then(|| notes.join(" "));
                    self.outcome = SignInOutcome::Done { note };
                }
                self.feed(Input::LinkUp);
                self.on_record.note_report_key();
                Cause::SignedIn
            }
            LinkEvent::Settled => {
                self.problems.solve(&Source::Link);
                Cause::Time
            }
            LinkEvent::Listening => {
                let told = account.is_told();
                if !account.link.hears_badly() {
                    self.problems.solve(&Source::Events);
                }
                // What a vendor that tells nothing has told cannot have been missed.
                if told {
                    self.missed();
                }
                Cause::Listening
            }
            LinkEvent::KeepsListening => {
                self.problems.solve(&Source::Events);
                Cause::Time
            }
            LinkEvent::Deaf(trouble) => {
                warn!(
                    cause = trouble.chain(),
                    "what the vendor tells is not heard"
                );
                account.asking.deaf(&self.in_force.limits, self.now);
                let problem = words::deaf(&account.who);
                self.raise(Source::Events, problem);
                Cause::Deaf
            }
            LinkEvent::Told(event) => self.told_by_vendor(event),
            LinkEvent::Down(trouble) => {
                self.link_lost(&trouble);
                Cause::LinkLost
            }
            LinkEvent::SignInFailed(trouble) => {
                warn!(cause = trouble.chain(), "signing in failed");
                let problem = words::trouble(&trouble, &account.who);
                let who = Some(&account.who);
                self.on_record.say(Event::SignInFailed, who, |failed| {
                    failed.failed().with("problem", problem.0.code.as_str())
                });
                if trouble.rejects_the_secret() {
                    AdminEvent::SignInRefused.tell(&problem.0.message);
                }
                if self.signing_in {
                    let problems = vec![sign_in::refused(&trouble, &account.who)];
                    self.outcome = SignInOutcome::Wrong { problems };
                }
                // Otherwise it is tried again, and may yet be done.
                self.signing_in &= !trouble.rejects_the_secret();
                self.raise(Source::Link, problem);
                Cause::SignInFailed
            }
        }
    }

    fn told_by_vendor(&mut self, event: VendorEvent) -> Cause {
        let Some(account) = &mut self.account else {
            return Cause::Time;
        };
        match event {
            VendorEvent::CallStarted(id) => {
                for input in account.book.started(id, Teller::Vendor) {
                    self.feed(input);
                }
                Cause::CallStarted
            }
            VendorEvent::CallEnded(id) => {
                for input in account.book.ended(&id) {
                    self.feed(input);
                }
                Cause::CallEnded
            }
            VendorEvent::Hint { call, recorder } => {
                self.feed(Input::Hint { call, recorder });
                Cause::Hint(recorder)
            }
            VendorEvent::Declined { call } => {
                self.feed(Input::Declined { call });
                Cause::Declined
            }
            VendorEvent::Missed => {
                self.missed();
                Cause::Missed
            }
        }
    }

    /// Something that the vendor told may have been missed: what there is is asked for instead.
    fn missed(&mut self) {
        if let Some(account) = &mut self.account {
            account.asking.hears(self.now);
        }
        self.feed(Input::Missed);
    }

    /// A sign-in has been checked and kept, or something in it is wrong.
    pub(super) fn prepared(&mut self, result: Preparation) -> Cause {
        self.preparing = None;
        match result {
            Ok(prepared) => {
                let prepared = *prepared;
                self.change_to(prepared.settings);
                // The organization may have decided otherwise since it was checked.
                if let Some(chosen) = &self.in_force.vendor {
                    let vendor: Arc<dyn Vendor> = Arc::from(chosen.open());
                    let same = secrets::account(&*vendor) == prepared.account;
                    self.take_on(vendor, prepared.secret.filter(|_| same));
                    self.signing_in = true;
                } else {
                    self.take_nobody_on();
                }
            }
            Err(problems) => self.outcome = SignInOutcome::Wrong { problems },
        }
        self.prepare_next();
        Cause::Account
    }

    /// Begins to sign in at the vendor that is set up.
    pub(super) fn take_on(&mut self, vendor: Arc<dyn Vendor>, secret: Option<SecretString>) {
        let Some(chosen) = &self.in_force.vendor else {
            return;
        };
        let proof = vendor.capabilities().proof;
        let mut account = Account::new(
            self.setup.clock,
            self.setup.http,
            chosen.entry,
            vendor,
            Arc::clone(&self.setup.secrets),
            secret,
        );
        let enough = self.in_force.accept_acknowledgement;
        account.who.take_acknowledgement_for_enough(enough);
        self.taken_on = Some(chosen.clone());
        let before = self.account.take();
        let goes_on = before.is_some();
        if let Some(before) = before {
            // The same agent's calls go on, whatever happens to the session.
            account.book = before.book;
        } else {
            let limits = &self.in_force.limits;
            self.out = Out::new(limits.answer_within);
            self.machine = Machine::new(super::for_machine(limits), proof)
                .insisting_on_resumes(account.who.stops)
                .finding_calls(account.finds_calls());
        }
        self.account = Some(account);
        if !goes_on {
            self.take_up_what_was_left();
        }
    }

    /// Takes over what somebody who signs in has typed. Another account has other calls: those
    /// of the old one are let go.
    fn change_to(&mut self, settings: Settings) {
        self.setup.settings = settings;
        let in_force = self.setup.in_force(&self.decided);
        let before = std::mem::replace(&mut self.in_force, Arc::new(in_force));
        self.end_session();
        if self.taken_on != self.in_force.vendor {
            self.let_go_of_calls();
            self.account = None;
        }
        self.problems
            .solve_all(|source| matches!(source, Source::Start(_)));
        self.take_in_force(&before);
    }

    /// Ends the session, if there is one, and forgets what was wrong with it.
    pub(super) fn end_session(&mut self) {
        if let Some(account) = &mut self.account {
            tokio::spawn(account.sign_out());
            account.down(self.now);
            self.feed(Input::LinkDown);
        }
        self.problems.solve_all(|source| match source {
            Source::Link | Source::Events | Source::Requests | Source::Call(_) => true,
            Source::Start(_)
            | Source::Enrolment
            | Source::Written(_)
            | Source::Account
            | Source::LeftOpen
            | Source::Screen
            | Source::Hotkeys
            | Source::Desktop(_) => false,
        });
    }

    /// Says so if one of the calls could be paused, for nobody here will look after it.
    fn let_go_of_calls(&mut self) {
        let harmless = |display: &Display| match display {
            Display::Recording | Display::NotRecorded | Display::NoCall => true,
            Display::Pausing
            | Display::Paused { .. }
            | Display::PauseSent { .. }
            | Display::Resuming
            | Display::Failed(_)
            | Display::Unknown(_) => false,
        };
        let who = self.account.as_ref().map(|account| &account.who);
        let calls = self.machine.calls();
        for call in &calls {
            let left_paused = !harmless(&call.display);
            let call = call.id.clone();
            self.on_record
                .put(&AuditEvent::CallEnded { call, left_paused }, who);
        }
        if !calls.iter().all(|call| harmless(&call.display)) {
            self.publisher.tell(words::left_paused(who));
        }
    }

    /// Learns from a request of one call what is wrong, or that nothing is.
    fn learn(&mut self, session: u64, call: CallId, trouble: Option<Trouble>) -> Session {
        let Some(trouble) = trouble else {
            self.problems.solve(&Source::Requests);
            self.problems.solve(&Source::Call(call));
            if let Some(account) = &mut self.account {
                account.heard();
            }
            return Session::GoesOn;
        };
        let source = match &trouble {
            // That the vendor knows no call that is over is as it should be.
            Trouble::Vendor(error) if error.kind == Kind::NoSuchCall && !self.knows(&call) => {
                return Session::GoesOn;
            }
            Trouble::Vendor(error) if error.kind == Kind::NoSuchCall => Source::Call(call),
            Trouble::Vendor(_)
            | Trouble::OutOfTime
            | Trouble::Ended
            | Trouble::NoSecret(_)
            | Trouble::Secret(_)
            | Trouble::Client(_) => Source::Requests,
        };
        self.suffer(session, source, &trouble)
    }

    fn knows(&self, call: &CallId) -> bool {
        self.machine.calls().iter().any(|known| known.id == *call)
    }

    fn suffer(&mut self, session: u64, source: Source, trouble: &Trouble) -> Session {
        debug!(cause = trouble.chain(), "a request failed");
        self.out.heed(trouble, self.now);
        let Some(account) = &mut self.account else {
            return Session::GoesOn;
        };
        if !trouble.ends_session() {
            let problem = words::trouble(trouble, &account.who);
            self.raise(source, problem);
            return Session::GoesOn;
        }
        if !account.is_in(session) {
            return Session::GoesOn;
        }
        account.link.session_over(trouble);
        self.link_lost(trouble);
        Session::Over
    }

    fn link_lost(&mut self, trouble: &Trouble) {
        let Some(account) = &mut self.account else {
            return;
        };
        warn!(cause = trouble.chain(), "the session is over");
        account.down(self.now);
        self.problems.solve(&Source::Events);
        let (problem, wait) = words::trouble(trouble, &account.who);
        let wait = if account.link.is_shaky() {
            Duration::ZERO
        } else {
            wait
        };
        self.raise(Source::Link, (problem, wait));
        self.feed(Input::LinkDown);
    }
}
