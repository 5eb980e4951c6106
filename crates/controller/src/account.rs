//! The vendor that is signed in to, and everything that belongs to it.

use std::sync::Arc;
use std::time::Duration;

use pause::Moment;
use secrecy::SecretString;
use tokio::time::timeout;
use tracing::info;
use vendors::{CallsBy, Capabilities, Control, Vendor, VendorEntry};

use crate::calls::CallBook;
use crate::clock::Clock;
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
    control: Option<Arc<dyn Control>>,
    session: u64,
    /// When the vendor is asked for the agent's calls, if it has to be asked.
    poll_at: Option<Moment>,
    outage: Outage,
}

/// What the agent knows of the link.
#[derive(Debug, PartialEq, Eq)]
enum Outage {
    None,
    /// The link was lost at this moment.
    Since(Moment),
    Told,
    /// It was told, and is over.
    Over,
}

impl Account {
    /// Begins to sign in.
    pub(crate) fn new(
        clock: Clock,
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
            link: Link::new(clock, vendor, secrets, secret),
            who,
            capabilities,
            control: None,
            session: 0,
            poll_at: None,
            outage: Outage::None,
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
        self.poll_at = match self.capabilities.calls {
            CallsBy::Polling { .. } => Some(now),
            CallsBy::Event | CallsBy::Told => None,
        };
        self.outage = match self.outage {
            Outage::Told => Outage::Over,
            Outage::None | Outage::Since(_) | Outage::Over => Outage::None,
        };
    }

    /// There is none any longer.
    pub(crate) fn down(&mut self, now: Moment) {
        if self.control.take().is_some() && self.outage == Outage::None {
            self.outage = Outage::Since(now);
        }
        self.poll_at = None;
    }

    /// What the agent has to be told of the link, once.
    pub(crate) fn news(&mut self, now: Moment) -> Option<LinkNews> {
        match self.outage {
            Outage::Since(lost_at) if now >= lost_at + HICCUP => {
                self.outage = Outage::Told;
                Some(LinkNews::Lost)
            }
            Outage::Over => {
                self.outage = Outage::None;
                Some(LinkNews::Back)
            }
            Outage::None | Outage::Since(_) | Outage::Told => None,
        }
    }

    /// Whether the vendor is asked for the agent's calls, again and again.
    pub(crate) fn is_polled(&self) -> bool {
        matches!(self.capabilities.calls, CallsBy::Polling { .. })
    }

    /// Whether the vendor is to be asked for the agent's calls now.
    pub(crate) fn polls(&mut self, now: Moment) -> bool {
        match (self.capabilities.calls, self.poll_at) {
            (CallsBy::Polling { every }, Some(at)) if now >= at => {
                self.poll_at = Some(now + every);
                true
            }
            (CallsBy::Polling { .. } | CallsBy::Event | CallsBy::Told, _) => false,
        }
    }

    /// When [`Self::news`], [`Self::polls`] or the call book has something to do.
    pub(crate) fn next_deadline(&self) -> Option<Moment> {
        let outage = match self.outage {
            Outage::Since(lost_at) => Some(lost_at + HICCUP),
            Outage::None | Outage::Told | Outage::Over => None,
        };
        [outage, self.poll_at, self.book.next_deadline()]
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
