//! The vendor that is signed in to, and everything that belongs to it.

use std::sync::Arc;
use std::time::Duration;

use pause::{Display, Doubt, Limits, Moment};
use secrecy::SecretString;
use tokio::time::timeout;
use tracing::info;
use vendors::{CallsBy, Capabilities, Control, PauseScope, Vendor, VendorEntry};

use crate::asking::Asking;
use crate::calls::CallBook;
use crate::clock::Clock;
use crate::http::MakeClient;
use crate::link::Link;
use crate::out::Asker;
use crate::secrets::SecretStore;
use crate::words::{LinkNews, Who};

/// An outage shorter than this is not worth a notice.
const HICCUP: Duration = Duration::from_secs(2);

/// How long the vendor may take to be told good-bye.
const SIGN_OUT_WITHIN: Duration = Duration::from_secs(1);

/// An agent's account at a vendor.
pub(crate) struct Account {
    pub(crate) who: Who,
    pub(crate) capabilities: Capabilities,
    pub(crate) link: Link,
    pub(crate) book: CallBook,
    pub(crate) asking: Asking,
    control: Option<Arc<dyn Control>>,
    session: u64,
    /// There is no session.
    outage: Outage,
    /// There is one, and it confirms nothing.
    silence: Outage,
}

/// What the agent knows of a time in which the vendor says nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Outage {
    None,
    /// It began at this moment.
    Since(Moment),
    Told,
    /// It was told, and is over.
    Over,
}

impl Outage {
    fn began(&mut self, now: Moment) {
        if *self == Self::None {
            *self = Self::Since(now);
        }
    }

    fn is_over(&mut self) {
        *self = match self {
            Self::Told => Self::Over,
            Self::None | Self::Since(_) | Self::Over => Self::None,
        };
    }

    /// What is to be told of it now: `lost`, or that the vendor is back.
    fn news(&mut self, lost: LinkNews, now: Moment) -> Option<LinkNews> {
        match *self {
            Self::Since(began) if now >= began + HICCUP => {
                *self = Self::Told;
                Some(lost)
            }
            Self::Over => {
                *self = Self::None;
                Some(LinkNews::Back)
            }
            Self::None | Self::Since(_) | Self::Told => None,
        }
    }

    fn next_deadline(self) -> Option<Moment> {
        match self {
            Self::Since(began) => Some(began + HICCUP),
            Self::None | Self::Told | Self::Over => None,
        }
    }
}

impl Account {
    /// Begins to sign in.
    pub(crate) fn new(
        clock: Clock,
        http: MakeClient,
        entry: &VendorEntry,
        vendor: Arc<dyn Vendor>,
        secrets: Arc<dyn SecretStore>,
        secret: Option<SecretString>,
    ) -> Self {
        let who = Who::new(&*vendor, entry);
        let capabilities = vendor.capabilities();
        info!(vendor = who.name, base_url = who.base_url, "signing in");
        Self {
            book: CallBook::new(capabilities.pauses, &who.agent),
            link: Link::new(clock, http, vendor, secrets, secret),
            who,
            capabilities,
            asking: Asking::new(capabilities.calls),
            control: None,
            session: 0,
            outage: Outage::None,
            silence: Outage::None,
        }
    }

    /// The way to ask, if there is a session.
    pub(crate) fn asker(&self) -> Option<Asker> {
        let control = Arc::clone(self.control.as_ref()?);
        Some(Asker {
            control,
            session: self.session,
        })
    }

    /// Whether this session is the one that is up.
    pub(crate) fn is_in(&self, session: u64) -> bool {
        self.control.is_some() && self.session == session
    }

    /// There is a session.
    pub(crate) fn up(&mut self, control: Arc<dyn Control>, now: Moment) {
        self.control = Some(control);
        self.session += 1;
        self.asking.begin(now);
        self.outage.is_over();
        if self.outage == Outage::Over {
            // That it is back is told once.
            self.silence = Outage::None;
        }
    }

    /// There is none any longer.
    pub(crate) fn down(&mut self, now: Moment) {
        if self.control.take().is_some() {
            self.outage.began(now);
        }
        self.asking.end();
    }

    /// The computer sleeps or has no network. That is no outage of the vendor's to be told of.
    pub(crate) fn leave(&mut self) {
        self.control = None;
        self.silence = Outage::None;
        self.link.leave();
        self.asking.end();
    }

    /// What the vendor has confirmed of a call is too old to be shown.
    pub(crate) fn silent(&mut self, now: Moment) {
        self.silence.began(now);
    }

    /// The vendor has answered.
    pub(crate) fn heard(&mut self) {
        self.silence.is_over();
    }

    /// There is no call that it could confirm anything of.
    pub(crate) fn forget_silence(&mut self) {
        self.silence = Outage::None;
    }

    /// What the agent has to be told of the link, once.
    pub(crate) fn news(&mut self, now: Moment) -> Option<LinkNews> {
        let outage = self.outage.news(LinkNews::Lost, now);
        outage.or_else(|| self.silence.news(LinkNews::Silent, now))
    }

    /// Whether the vendor tells anything unasked, so that something can be missed.
    pub(crate) fn is_told(&self) -> bool {
        self.capabilities.hints || self.capabilities.calls == CallsBy::Event
    }

    /// Whether the vendor can be asked which calls there are, and a press has to know.
    pub(crate) fn finds_calls(&self) -> bool {
        match (self.capabilities.pauses, self.capabilities.calls) {
            (PauseScope::Call, CallsBy::Event | CallsBy::Polling { .. }) => true,
            (PauseScope::Call, CallsBy::Told) | (PauseScope::Agent, _) => false,
        }
    }

    /// Why this may not be shown, if it is not known whether there are other calls.
    pub(crate) fn doubts(&self, display: Display, limits: &Limits, now: Moment) -> Option<Doubt> {
        self.asking.doubt(display, self.link.is_deaf(), limits, now)
    }

    /// When [`Self::doubts`] begins, if it is still to come.
    pub(crate) fn doubts_at(
        &self,
        display: Display,
        limits: &Limits,
        now: Moment,
    ) -> Option<Moment> {
        self.asking
            .doubt_at(display, self.link.is_deaf(), limits, now)
    }

    /// Whether an answer is out without which this could not be shown for long.
    pub(crate) fn awaits_calls(&self, display: Display, limits: &Limits) -> bool {
        self.asking.decides(display, self.link.is_deaf(), limits)
    }

    /// When the vendor is to be asked for the agent's calls, if there is a way to.
    pub(crate) fn asks_at(&self, limits: &Limits, now: Moment) -> Option<Moment> {
        self.control.as_ref()?;
        self.asking.due(limits, self.link.is_deaf(), now)
    }

    /// When [`Self::news`] or the call book has something to do, or there is somebody to ask.
    pub(crate) fn next_deadline(&self, limits: &Limits, now: Moment) -> Option<Moment> {
        [
            self.outage.next_deadline(),
            self.silence.next_deadline(),
            self.asks_at(limits, now),
            self.book.next_deadline(),
        ]
        .into_iter()
        .flatten()
        .min()
    }

    /// Ends the session at the vendor, if that is quick; it would end by itself.
    pub(crate) fn sign_out(&self) -> impl Future<Output = ()> + Send + use<> {
        let control = self.control.clone();
        async move {
            let Some(control) = control else { return };
            match timeout(SIGN_OUT_WITHIN, control.sign_out()).await {
                Ok(Ok(())) => info!("signed out"),
                Ok(Err(error)) => info!(%error, "signing out failed"),
                Err(_) => info!("signing out took too long"),
            }
        }
    }
}
