//! What the agent asks for.

use std::sync::Arc;
use std::time::Duration;

use pause::{Display, Input, Wanted};
use tokio::task::spawn_blocking;
use tracing::warn;
use vendors::CallsBy;

use super::{Driver, Next};
use crate::calls::{CallBook, Teller};
use crate::problems::Source;
use crate::sign_in;
use crate::view::{Request, SignInOutcome};
use crate::words::{self, Cause};

impl Driver {
    pub(super) fn asked(&mut self, request: Request) -> Next {
        let cause = match request {
            Request::Want(wanted) => {
                if wanted == Wanted::Paused {
                    self.imply_call();
                }
                self.feed(Input::AgentWants(wanted));
                self.hurry_for_a_press();
                Cause::Asked(wanted)
            }
            Request::Toggle => {
                // Without a call the one key pauses.
                self.imply_call();
                self.feed(Input::Toggle);
                self.hurry_for_a_press();
                Cause::Toggled
            }
            Request::Acknowledge => {
                self.feed(Input::Acknowledge);
                self.acknowledge_what_was_left();
                Cause::Acknowledged
            }
            Request::Extend => {
                self.feed(Input::Extend);
                Cause::Extended
            }
            Request::PaymentStepBegins => {
                self.feed(Input::PaymentStepBegins);
                Cause::PaymentStep
            }
            Request::PaymentStepEnds => {
                self.feed(Input::PaymentStepEnds);
                Cause::PaymentStep
            }
            Request::CallStarted(id) => {
                self.told(|book| book.started(id, Teller::Desktop));
                // What is on now may have to be paused soon.
                self.hurry();
                Cause::CallStarted
            }
            Request::CallEnded(id) => {
                self.told(|book| book.ended(&id));
                Cause::CallEnded
            }
            Request::SignIn(sign_in) => {
                self.outcome = SignInOutcome::Trying;
                self.next_sign_in = Some(sign_in);
                self.prepare_next();
                Cause::Account
            }
            Request::Taken(reply) => {
                // Whoever asked may have gone.
                reply.send(self.publisher.newest()).ok();
                Cause::Time
            }
            Request::Drawn(number) => {
                self.publisher.drawn(number, self.now);
                Cause::Time
            }
            Request::Hotkeys(hotkeys) => {
                match words::broken_hotkeys(&hotkeys) {
                    Some(problem) => {
                        self.publisher.tell(words::hotkeys(&problem));
                        self.raise(Source::Hotkeys, (problem, Duration::ZERO));
                    }
                    None => self.problems.solve(&Source::Hotkeys),
                }
                self.hotkeys = hotkeys;
                Cause::Time
            }
            Request::DesktopProblem(problem) => {
                let source = Source::Desktop(problem.code.clone());
                if problem.message.is_empty() {
                    self.problems.solve(&source);
                } else {
                    self.raise(source, (problem, Duration::ZERO));
                }
                Cause::Time
            }
            Request::Desk(event) => {
                self.befell(event);
                Cause::Desk(event)
            }
            Request::Support(request) => {
                self.support.asked(request, self.now);
                Cause::Time
            }
            Request::Quit => return self.quit(None),
            Request::QuitWith(answer) => return self.quit(Some(answer)),
        };
        Next::GoOn(cause)
    }

    /// Begins to check and keep the newest sign-in that was asked for, one at a time.
    pub(super) fn prepare_next(&mut self) {
        if self.preparing.is_some() {
            return;
        }
        let Some(sign_in) = self.next_sign_in.take() else {
            return;
        };
        let vendors = self.setup.vendors;
        let file = self.setup.settings_path.clone();
        let decided = self.decided.clone();
        let store = Arc::clone(&self.setup.secrets);
        self.preparing = Some(spawn_blocking(move || {
            sign_in::prepare(vendors, &file, &decided, &*store, sign_in)
        }));
    }

    fn imply_call(&mut self) {
        let implied = match &mut self.account {
            Some(account) => account.book.pause_wanted(),
            None => Vec::new(),
        };
        for input in implied {
            self.feed(input);
        }
    }

    /// A link that is down is needed now.
    pub(super) fn hurry(&mut self) {
        if let Some(account) = &mut self.account {
            account.link.kick();
        }
    }

    /// Nor does a pause that has been asked for wait until a vendor that has failed, or wishes to be
    /// left alone, is asked again: without that it could not be shown.
    fn hurry_for_a_press(&mut self) {
        self.hurry();
        let is_asked_for = self.machine.display() == Display::Pausing;
        if let Some(account) = self.account.as_mut().filter(|_| is_asked_for) {
            account.asking.hurry(self.now);
        }
    }

    fn told(&mut self, tell: impl FnOnce(&mut CallBook) -> Vec<Input>) {
        let Some(account) = &mut self.account else {
            warn!("told of a call, and no vendor is set up");
            return;
        };
        match account.capabilities.calls {
            CallsBy::Told | CallsBy::Event => {
                for input in tell(&mut account.book) {
                    self.feed(input);
                }
            }
            CallsBy::Polling { .. } => {
                warn!("told of a call, and this vendor is asked for its calls itself");
            }
        }
    }
}
