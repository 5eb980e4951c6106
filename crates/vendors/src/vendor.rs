use std::time::Duration;

use async_trait::async_trait;
use futures_util::stream::BoxStream;
use pause::{CallId, ProofBy, Recorder, Wanted};
use secrecy::SecretString;

use crate::{Field, FieldProblem, Values, VendorError};

/// One line of [`crate::VENDORS`]: how a vendor is named, set up and made.
pub struct VendorEntry {
    /// Its name in settings and on the command line, in lower case.
    pub name: &'static str,
    /// Its name for people.
    pub title: &'static str,
    /// Every setting it has. The example file, the sign-in form and the checks come from this.
    pub fields: &'static [Field],
    /// The key of the field that says who the agent is: what differs from desk to desk.
    pub agent_field: &'static str,
    /// What whoever has its secret can reach.
    pub reach: Reach,
    /// Makes the vendor from checked values.
    ///
    /// # Errors
    /// Values that are right one by one and wrong together.
    pub open: fn(&Values) -> Opened,
}

/// What whoever has a vendor's secret can reach with it.
///
/// A credential on every desk is as safe as the least safe desk, so this is said at sign-in,
/// and an organisation may refuse what reaches too far.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reach {
    /// The recordings of the agent whose secret it is.
    Agent,
    /// Those of other agents, too. Holds what exactly, and how to narrow it: one or two
    /// sentences for people.
    OtherAgents(&'static str),
}

/// A vendor, or every value that is right by itself and wrong together with the others.
pub type Opened = Result<Box<dyn Vendor>, Vec<FieldProblem>>;

/// A recording vendor, set up for one agent.
#[async_trait]
pub trait Vendor: Send + Sync {
    /// Its name in [`crate::VENDORS`].
    fn name(&self) -> &'static str;

    /// What it can do, as set up.
    fn capabilities(&self) -> Capabilities;

    /// Whom it acts for and where, for display.
    fn account(&self) -> Account;

    /// What the secret is called in the vendor's own words; `None` if it needs none.
    fn secret(&self) -> Option<&'static str>;

    /// Signs in and returns the way to ask in this session, or says what is wrong. Checks
    /// whatever can be checked without touching a call: the credentials, the rights, the agent.
    async fn sign_in(
        &self,
        http: &reqwest::Client,
        credentials: &Credentials,
    ) -> Result<Box<dyn Control>, VendorError>;
}

/// What proves who we are.
#[derive(Clone, Debug, Default)]
pub struct Credentials {
    /// The one secret of this vendor; `None` for a vendor that needs none.
    pub secret: Option<SecretString>,
}

/// Whom a vendor acts for and where. Nothing in it is secret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Account {
    /// The address of the vendor.
    pub base_url: String,
    /// The agent in the vendor's terms ("extension 1684").
    pub agent: String,
}

/// What a vendor tells unasked. Ends with an error, never with silence; never ends for a vendor
/// that tells nothing.
pub type Events = BoxStream<'static, Result<VendorEvent, VendorError>>;

/// One signed-in session: the way to ask.
#[async_trait]
pub trait Control: Send + Sync {
    /// Asks for a pause or a resume.
    ///
    /// Returns `Confirmed` only if the reply proves the state *after* this command.
    async fn command(&self, call: &CallId, wanted: Wanted) -> Result<Accepted, VendorError>;

    /// Reads the recorder's state back.
    ///
    /// Costs one request. Says nothing about commands still under way at the vendor.
    /// `NotSupported` for a vendor with [`ProofBy::Nothing`].
    async fn recorder(&self, call: &CallId) -> Result<Recorder, VendorError>;

    /// Every call of this agent that the vendor knows of, held ones included.
    /// `NotSupported` for a vendor with [`CallsBy::Told`].
    async fn calls(&self) -> Result<Vec<CallId>, VendorError>;

    /// Opens the channel by which the vendor tells things unasked. One at a time: the one
    /// before is dropped first.
    ///
    /// What happened while none was open is never told. Whoever opens one asks for the calls
    /// and reads every recorder back once it is open. That it could not be opened, or has
    /// ended, says nothing of the session, unless [`Kind::ends_session`](crate::Kind) does.
    ///
    /// A vendor that tells nothing returns a stream that stays silent for ever, and sends no
    /// request for it.
    async fn listen(&self) -> Result<Events, VendorError>;

    /// Ends the session at the vendor, where it has one.
    async fn sign_out(&self) -> Result<(), VendorError>;
}

/// A vendor's "yes".
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Accepted {
    /// It states the recorder's state after the command.
    Confirmed(Recorder),
    /// It states nothing.
    Unproven,
}

/// What a vendor tells us unasked. Every one of these is a hint.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum VendorEvent {
    /// The agent is on this call.
    CallStarted(CallId),
    /// This call is over.
    CallEnded(CallId),
    /// The recorder of this call is said to be so.
    Hint {
        /// Of which call.
        call: CallId,
        /// What is said.
        recorder: Recorder,
    },
    /// A command that was taken is said not to have been carried out.
    Declined {
        /// Of which call; `None` where the vendor does not say.
        call: Option<CallId>,
    },
    /// Something may have been missed: the channel was interrupted, and mended by the means of
    /// its own protocol.
    Missed,
}

/// What a vendor can do. Each of these changes what the app may claim.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Capabilities {
    /// What proves its recorder's state.
    pub proof: ProofBy,
    /// Where its calls are learnt from.
    pub calls: CallsBy,
    /// Whether it ends a pause by itself, and after how long.
    pub resumes_itself_after: Option<Duration>,
    /// What a pause acts on.
    pub pauses: PauseScope,
    /// How a pause is brought about.
    pub pauses_by: PauseBy,
    /// Whether the screen recording pauses with the call.
    pub screen: bool,
    /// Whether it tells unasked that a recorder has changed ([`VendorEvent::Hint`]).
    pub hints: bool,
}

/// Where calls are learnt from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CallsBy {
    /// The vendor tells unasked.
    Event,
    /// The vendor is asked.
    Polling {
        /// How often while the agent is on no call. In a call it is asked as often as a
        /// recorder is read back.
        every: Duration,
    },
    /// The vendor cannot be asked: the agent, or a program of the agent's desktop, tells
    /// (`fermatactl call start`).
    Told,
}

/// What a pause acts on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PauseScope {
    /// One call, by its id.
    Call,
    /// Whatever call the agent is on.
    Agent,
}

/// How a pause is brought about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PauseBy {
    /// The vendor pauses.
    Pausing,
    /// The recording is stopped, and another one started.
    StopAndStart,
}
