//! The link: signing in, signing in again, and listening to what the vendor tells.

use std::future::pending;
use std::ops::RangeInclusive;
use std::sync::Arc;
use std::time::Duration;

use futures_util::future::BoxFuture;
use pause::Moment;
use secrecy::SecretString;
use tokio::time::timeout;
use vendors::{Control, Credentials, Vendor, VendorEvent};

use crate::backoff::Backoff;
use crate::clock::Clock;
use crate::ear::{Ear, Heard};
use crate::http::MakeClient;
use crate::secrets::{self, SecretStore};
use crate::trouble::Trouble;

/// How long signing in may take: two or three requests on a new connection.
const SIGN_IN_WITHIN: Duration = Duration::from_secs(10);

/// A session that has lasted this long was a good one: if it ends, a new one is signed in for
/// at once. One that ends sooner would only end again. The same goes for listening.
pub(crate) const SETTLED_AFTER: Duration = Duration::from_secs(10);

/// For how long a session is left alone that was given up, if nobody says that it can be renewed.
const LEFT_FOR: Duration = Duration::from_secs(10);

/// For how long a sign-in that fails is tried again soon, once the computer has woken.
const EAGER_FOR: Duration = Duration::from_secs(30);

/// How soon, by chance: a network may come back for a whole office.
const EAGER_EVERY_MS: RangeInclusive<u64> = 500..=1_500;

/// For how long, by chance, a desk that nothing depends on holds back for others when the network
/// returns. With what signing in and reading take, that is less than the two seconds of B8.
const OTHERS_FIRST_MS: RangeInclusive<u64> = 0..=1_000;

/// The link to one vendor for one agent.
pub(crate) struct Link {
    clock: Clock,
    http: MakeClient,
    vendor: Arc<dyn Vendor>,
    secrets: Arc<dyn SecretStore>,
    /// The secret, once it is known.
    secret: Option<SecretString>,
    state: State,
    backoff: Backoff,
    /// Whether the next end of a session is followed by a sign-in at once.
    again_at_once: bool,
    /// Whether a session has ended that was not followed so, and none has lasted since.
    shaky: bool,
    /// Until when a sign-in that fails is tried again soon.
    eager_until: Option<Moment>,
}

enum State {
    SigningIn(BoxFuture<'static, Result<SignedIn, Trouble>>),
    Up {
        ear: Ear,
        /// When the session counts as a good one; `None` if it does.
        settled_at: Option<Moment>,
    },
    Waiting {
        until: Moment,
    },
    /// The secret was rejected, or there is none: only the agent can help.
    Off,
}

struct SignedIn {
    control: Box<dyn Control>,
    secret: Option<SecretString>,
}

/// What the link has to tell.
pub(crate) enum LinkEvent {
    /// There is a session, and this is the way to ask.
    Up(Arc<dyn Control>),
    /// The session has lasted.
    Settled,
    /// From here on what the vendor tells unasked is heard. What it told before may be missed.
    Listening,
    /// Listening has lasted.
    KeepsListening,
    /// What the vendor tells unasked is not heard. It is listened to again; the session goes on.
    Deaf(Trouble),
    /// The vendor told something unasked.
    Told(VendorEvent),
    /// The session is over.
    Down(Trouble),
    /// Signing in failed; it is tried again unless the secret was rejected.
    SignInFailed(Trouble),
}

impl Link {
    /// Begins to sign in, with this secret or else with the one that is kept.
    pub(crate) fn new(
        clock: Clock,
        http: MakeClient,
        vendor: Arc<dyn Vendor>,
        secrets: Arc<dyn SecretStore>,
        secret: Option<SecretString>,
    ) -> Self {
        let mut link = Self {
            clock,
            http,
            vendor,
            secrets,
            secret,
            state: State::Off,
            backoff: Backoff::default(),
            again_at_once: true,
            shaky: false,
            eager_until: None,
        };
        link.sign_in();
        link
    }

    /// What happens next. Nothing is lost if this is not waited for.
    pub(crate) async fn next(&mut self) -> LinkEvent {
        loop {
            match &mut self.state {
                State::SigningIn(attempt) => {
                    let result = attempt.await;
                    return self.signed_in(result);
                }
                State::Up { ear, settled_at } => {
                    tokio::select! {
                        biased;
                        heard = ear.next() => match heard {
                            Heard::Deaf(trouble) if trouble.ends_session() => {
                                return self.ended(trouble);
                            }
                            Heard::Deaf(trouble) => return LinkEvent::Deaf(trouble),
                            Heard::Listening => return LinkEvent::Listening,
                            Heard::KeepsListening => return LinkEvent::KeepsListening,
                            Heard::Told(event) => return LinkEvent::Told(event),
                        },
                        () = self.clock.sleep_until(*settled_at) => {
                            *settled_at = None;
                            self.again_at_once = true;
                            self.shaky = false;
                            self.backoff = Backoff::default();
                            return LinkEvent::Settled;
                        }
                    }
                }
                State::Waiting { until } => {
                    self.clock.sleep_until(Some(*until)).await;
                    self.sign_in();
                }
                State::Off => pending().await,
            }
        }
    }

    /// Signs in at once if it is waiting to do so: somebody needs the link now.
    pub(crate) fn kick(&mut self) {
        if let State::Waiting { .. } = self.state {
            self.sign_in();
        }
    }

    /// Gives the session up, or the attempt at one, for the computer sleeps or has no network. It
    /// is signed in again at [`Self::renew`], and after a moment in any case: the system may have
    /// thought better of it, or be wrong.
    pub(crate) fn leave(&mut self) {
        if !self.is_off() {
            self.state = State::Waiting {
                until: self.clock.now() + LEFT_FOR,
            };
        }
    }

    /// Signs in anew, over new connections: the computer has woken, or has a network again. Who is
    /// not `first` waits for a moment. If signing in comes to nothing it is tried again at short
    /// intervals for a while, because a network takes its time to come up.
    pub(crate) fn renew(&mut self, first: bool) {
        if !self.is_off() {
            self.backoff = Backoff::default();
            self.again_at_once = true;
            self.shaky = false;
            let now = self.clock.now();
            self.eager_until = Some(now + EAGER_FOR);
            if first {
                self.sign_in();
            } else {
                let others = Duration::from_millis(fastrand::u64(OTHERS_FIRST_MS));
                self.state = State::Waiting {
                    until: now + others,
                };
            }
        }
    }

    /// A request has shown that the session is over.
    pub(crate) fn session_over(&mut self, trouble: &Trouble) {
        if trouble.rejects_the_secret() {
            self.state = State::Off;
        } else if std::mem::take(&mut self.again_at_once) {
            self.sign_in();
        } else {
            self.shaky = true;
            self.wait();
        }
    }

    /// Whether there is a session.
    pub(crate) fn is_up(&self) -> bool {
        matches!(self.state, State::Up { .. })
    }

    /// Whether only the agent can bring it up.
    pub(crate) fn is_off(&self) -> bool {
        matches!(self.state, State::Off)
    }

    /// Whether sessions end one after the other: that there is one now says little.
    pub(crate) fn is_shaky(&self) -> bool {
        self.shaky
    }

    /// Whether there is a session, and what the vendor tells unasked is not heard.
    pub(crate) fn is_deaf(&self) -> bool {
        match &self.state {
            State::Up { ear, .. } => !ear.is_open(),
            State::SigningIn(_) | State::Waiting { .. } | State::Off => false,
        }
    }

    /// Whether listening ends again and again: that it is open now says little.
    pub(crate) fn hears_badly(&self) -> bool {
        match &self.state {
            State::Up { ear, .. } => ear.is_shaky(),
            State::SigningIn(_) | State::Waiting { .. } | State::Off => false,
        }
    }

    fn ended(&mut self, trouble: Trouble) -> LinkEvent {
        self.session_over(&trouble);
        LinkEvent::Down(trouble)
    }

    fn signed_in(&mut self, result: Result<SignedIn, Trouble>) -> LinkEvent {
        match result {
            Ok(SignedIn { control, secret }) => {
                let control: Arc<dyn Control> = control.into();
                self.secret = secret;
                self.state = State::Up {
                    ear: Ear::new(self.clock, Arc::clone(&control)),
                    settled_at: Some(self.clock.now() + SETTLED_AFTER),
                };
                LinkEvent::Up(control)
            }
            Err(trouble) => {
                if trouble.rejects_the_secret() {
                    self.state = State::Off;
                } else {
                    // One that answers, and cannot be signed in to, is left alone as ever.
                    self.eager_until = self.eager_until.filter(|_| trouble.may_be_the_network());
                    self.wait();
                }
                LinkEvent::SignInFailed(trouble)
            }
        }
    }

    fn wait(&mut self) {
        let now = self.clock.now();
        let is_eager = self.eager_until.is_some_and(|until| now < until);
        let delay = if is_eager {
            Duration::from_millis(fastrand::u64(EAGER_EVERY_MS))
        } else {
            self.backoff.next_delay()
        };
        self.state = State::Waiting { until: now + delay };
    }

    fn sign_in(&mut self) {
        let vendor = Arc::clone(&self.vendor);
        let secrets = Arc::clone(&self.secrets);
        let secret = self.secret.clone();
        self.state = State::SigningIn(Box::pin(attempt(self.http, vendor, secrets, secret)));
    }
}

async fn attempt(
    http: MakeClient,
    vendor: Arc<dyn Vendor>,
    secrets: Arc<dyn SecretStore>,
    known: Option<SecretString>,
) -> Result<SignedIn, Trouble> {
    let secret = match (vendor.secret(), known) {
        (None, _) => None,
        (Some(_), Some(secret)) => Some(secret),
        (Some(called), None) => {
            let account = secrets::account(&*vendor);
            let kept = secrets::in_background(secrets, move |store| store.load(&account)).await;
            let kept = kept.map_err(Trouble::Secret)?;
            Some(kept.ok_or(Trouble::NoSecret(called))?)
        }
    };
    let credentials = Credentials {
        secret: secret.clone(),
    };
    // The vendor's sign-in is what makes the connection warm. Where it asks nothing (Xima),
    // the first pause pays for it: servers drop an idle connection long before a call is
    // paused, so warming it up here would gain nothing.
    let http = http().map_err(Trouble::Client)?;
    match timeout(SIGN_IN_WITHIN, vendor.sign_in(&http, &credentials)).await {
        Ok(Ok(control)) => Ok(SignedIn { control, secret }),
        Ok(Err(error)) => Err(Trouble::Vendor(error)),
        Err(_) => Err(Trouble::OutOfTime),
    }
}
