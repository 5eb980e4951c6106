//! What whoever shows something is given, and what they may ask for in return.

use std::sync::Arc;

use pause::{CallId, Display, Wanted};
use serde::{Deserialize, Serialize};
use tokio::sync::oneshot;
use ts_rs::TS;

use crate::in_force::OnExitPaused;
use crate::words;

mod support;

pub use support::{BundleFileView, BundleView, SupportRequest, SupportView, UpdateView};

/// All that the tray, the indicator, the page and `fermatactl` show.
///
/// It expires: once it is older than `good_for_ms`, whoever shows it shows UNKNOWN by itself.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct View {
    /// Rises with each view.
    pub number: u32,
    /// How long it may be believed, in milliseconds from its making.
    pub good_for_ms: u32,
    /// What may be believed of all calls together.
    pub display: DisplayName,
    /// The display in words, short and in capitals: "RECORDING PAUSED".
    pub headline: String,
    /// One sentence beneath it: why, or what to do. Empty where there is nothing to add.
    pub reason: String,
    /// How long the pause had lasted when this view was made, in milliseconds.
    pub paused_for_ms: Option<u32>,
    /// In how long a resume will be asked for, where a longest pause is set.
    pub resumes_in_ms: Option<u32>,
    /// How often the agent can still put that off.
    pub extensions_left: u32,
    /// Whether card details are being taken, as far as the agent's desktop has said: until that
    /// is over, nothing resumes by itself.
    pub payment_step: bool,
    /// The vendor, if one is set up.
    pub vendor: Option<VendorView>,
    /// Each call and what may be believed of it.
    pub calls: Vec<CallView>,
    /// What the display rests on.
    pub evidence: Option<EvidenceView>,
    /// What is wrong now. "Not in the list" means solved.
    pub problems: Vec<Problem>,
    /// Whether the agent can ask for a pause now.
    pub can_pause: bool,
    /// Whether the agent can ask for a resume now.
    pub can_resume: bool,
    /// Whether a failure is shown, or a pause that an earlier run has left, that the agent can
    /// acknowledge.
    pub can_acknowledge: bool,
    /// Whether an unknown state is nothing new: this vendor can never be asked, and no pause
    /// has been asked for. What is always said is not heard, so the indicator keeps still.
    pub quiet: bool,
    /// The global hotkeys and whether they work.
    pub hotkeys: Vec<HotkeyView>,
    /// The sign-in form and what is filled in.
    pub sign_in: SignInView,
    /// What the organisation has decided, and what holds because of it.
    pub policy: PolicyView,
    /// What is there for support: the log's level, the bundle, a newer version.
    pub support: SupportView,
    /// Whether the vendor is a simulator; plainly labelled wherever anything is shown.
    pub simulation: bool,
    /// This program's version.
    pub version: String,
}

impl View {
    /// What to show once the view's life has run out and no other has come: nothing may be
    /// believed. The agent can still press.
    #[must_use]
    pub fn expired(&self) -> Self {
        Self {
            display: DisplayName::Unknown,
            headline: words::UNKNOWN.to_owned(),
            reason: words::not_heard(self.good_for_ms),
            paused_for_ms: None,
            resumes_in_ms: None,
            extensions_left: 0,
            calls: self
                .calls
                .iter()
                .map(|call| CallView {
                    id: call.id.clone(),
                    display: DisplayName::Unknown,
                })
                .collect(),
            evidence: None,
            // In doubt the way out is a pause.
            can_pause: self.can_pause || self.can_resume,
            can_acknowledge: false,
            quiet: false,
            ..self.clone()
        }
    }
}

/// A display by name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "kebab-case")]
pub enum DisplayName {
    /// No call that Fermata knows of.
    NoCall,
    /// Proven: not recorded.
    NotRecorded,
    /// Proven: recording.
    Recording,
    /// A pause is under way.
    Pausing,
    /// Paused: proven, or acknowledged where the organisation takes that for enough. The only
    /// one that permits taking card data.
    Paused,
    /// Accepted by a vendor that offers no proof, and the organisation has not decided that this
    /// is enough.
    PauseSent,
    /// A resume is under way.
    Resuming,
    /// What was asked for did not come about.
    Failed,
    /// Nothing may be believed.
    Unknown,
}

impl DisplayName {
    /// The name that is used on the command line and in files, in kebab case.
    pub const fn name(self) -> &'static str {
        match self {
            Self::NoCall => "no-call",
            Self::NotRecorded => "not-recorded",
            Self::Recording => "recording",
            Self::Pausing => "pausing",
            Self::Paused => "paused",
            Self::PauseSent => "pause-sent",
            Self::Resuming => "resuming",
            Self::Failed => "failed",
            Self::Unknown => "unknown",
        }
    }
}

impl From<&Display> for DisplayName {
    fn from(display: &Display) -> Self {
        match display {
            Display::NoCall => Self::NoCall,
            Display::NotRecorded => Self::NotRecorded,
            Display::Recording => Self::Recording,
            Display::Pausing => Self::Pausing,
            Display::Paused { .. } => Self::Paused,
            Display::PauseSent { .. } => Self::PauseSent,
            Display::Resuming => Self::Resuming,
            Display::Failed(_) => Self::Failed,
            Display::Unknown(_) => Self::Unknown,
        }
    }
}

/// The vendor and the agent's account there.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct VendorView {
    /// Its name in settings: "xima".
    pub name: String,
    /// Its name for people: "Xima CCaaS".
    pub title: String,
    /// Its address.
    pub base_url: String,
    /// The agent in its terms: "extension 1684".
    pub agent: String,
    /// Whether there is a session.
    pub link_up: bool,
    /// Whether it can prove a pause.
    pub proves: bool,
    /// Whether a pause there stops the recording, and a resume starts another one: then nothing
    /// is called paused.
    pub stops: bool,
    /// Whether the organisation takes its acknowledgement of a pause for enough: then that is
    /// shown as a pause, and the evidence says what it rests on.
    pub acknowledgement_is_enough: bool,
}

/// One call.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct CallView {
    /// The vendor's id.
    pub id: String,
    /// What may be believed of it.
    pub display: DisplayName,
}

/// What a display rests on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct EvidenceView {
    /// "read-back", "reply" or "acknowledgement".
    pub kind: String,
    /// How old it was when this view was made, in milliseconds.
    pub age_ms: u32,
}

/// A coded thing that is wrong now.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct Problem {
    /// Stable, for programs: "keyring-locked".
    pub code: String,
    /// What is wrong and what to do, for people.
    pub message: String,
    /// Whether a pause is impossible for as long as it lasts.
    pub blocks_pausing: bool,
}

/// A global hotkey.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct HotkeyView {
    /// What it does: "toggle", "pause" or "resume".
    pub action: String,
    /// The chord as written in the settings: "Ctrl+Alt+P".
    pub chord: String,
    /// Whether pressing it does anything.
    pub works: bool,
    /// Why not, and what to do. Empty where it works.
    pub message: String,
}

/// What holds, and who has decided it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct PolicyView {
    /// Who manages Fermata here, as they call themselves; empty where nobody does.
    pub organization: String,
    /// Each thing that can be decided, in the order of the reference page.
    pub values: Vec<PolicyValueView>,
    /// What was written in a policy and is not taken: where, what, why and what to do.
    pub rejected: Vec<String>,
}

impl PolicyView {
    /// What holds of this key, as text; nothing where nothing holds.
    pub fn value(&self, key: &str) -> Option<&str> {
        let value = self.values.iter().find(|value| value.key == key)?;
        Some(value.value.as_str()).filter(|value| !value.is_empty())
    }
}

/// One thing that can be decided, and what holds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct PolicyValueView {
    /// Its key: "longest_pause_seconds".
    pub key: String,
    /// What holds, as text; empty where nothing does.
    pub value: String,
    /// Who has said so.
    pub origin: PolicyOrigin,
    /// Where that is written; empty for a default.
    pub place: String,
}

/// Who has said what holds, the strongest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, TS)]
#[serde(rename_all = "kebab-case")]
pub enum PolicyOrigin {
    /// The organisation, and nobody here can change it.
    Enforced,
    /// The user's own settings.
    User,
    /// The organisation, for those who have said nothing else.
    Recommended,
    /// Nobody: it is built in.
    Default,
}

/// The sign-in form.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct SignInView {
    /// The vendors to choose from, each with its fields.
    pub vendors: Vec<VendorForm>,
    /// What came of the newest attempt; empty before the first.
    pub outcome: SignInOutcome,
}

/// What came of an attempt to sign in.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum SignInOutcome {
    /// There has been none.
    #[default]
    None,
    /// It is under way.
    Trying,
    /// Signed in, and the secret is in the keyring.
    Done {
        /// What could not be checked, if anything.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[ts(optional)]
        note: Option<String>,
    },
    /// Something is wrong.
    Wrong {
        /// What, field by field; a problem with no field concerns the whole.
        problems: Vec<FieldProblemView>,
    },
}

/// A field that is wrong.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct FieldProblemView {
    /// Its key; empty where no one field is to blame.
    pub field: String,
    /// What is wrong with what value, and what to do.
    pub message: String,
}

/// The form of one vendor.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct VendorForm {
    /// Its name in settings.
    pub name: String,
    /// Its name for people.
    pub title: String,
    /// What the secret is called there; empty if it needs none.
    pub secret: String,
    /// The fields to ask for.
    pub fields: Vec<FieldForm>,
}

/// One field of a form.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct FieldForm {
    /// Its key.
    pub key: String,
    /// Its label.
    pub label: String,
    /// What it is and where to find it.
    pub about: String,
    /// A value that could be right.
    pub example: String,
    /// What is filled in.
    pub value: String,
    /// What may be chosen, if it is a choice; "true" and "false" for a flag.
    pub choices: Vec<String>,
    /// Whether the organisation has filled it in and it cannot be changed.
    pub managed: bool,
}

/// What the page, the tray, the indicator and `fermatactl` may ask for.
///
/// The page never holds a secret: signing in from the main window hands the typed secret
/// over in [`Request::SignIn`] once, and nothing ever hands one back.
#[derive(Debug)]
pub enum Request {
    /// A pause or a resume, expressly.
    Want(Wanted),
    /// The one key for both.
    Toggle,
    /// The agent has seen the failure.
    Acknowledge,
    /// The agent asks for more time before the longest pause is over.
    Extend,
    /// Card details are being taken from here on.
    PaymentStepBegins,
    /// They have been taken.
    PaymentStepEnds,
    /// The agent is on this call.
    CallStarted(CallId),
    /// This call is over.
    CallEnded(CallId),
    /// Sign in anew, with these settings and this secret.
    SignIn(SignIn),
    /// Hand back the view that holds once every request before this one has been taken in.
    ///
    /// So whoever waits for an outcome can tell the views from before the press from those
    /// after it.
    Taken(oneshot::Sender<Arc<View>>),
    /// The newest view that is on the screen.
    Drawn(u32),
    /// What became of the hotkeys.
    Hotkeys(Vec<HotkeyView>),
    /// A thing that is wrong on the desktop, or (with an empty message) no longer is.
    DesktopProblem(Problem),
    /// Something that befell the computer or the user's session.
    Desk(DeskEvent),
    /// Something for support.
    Support(SupportRequest),
    /// Stop. What becomes of what is paused has been decided, or else it is left so.
    Quit,
    /// Stop. The agent has said what becomes of what is paused; it counts where the organization
    /// leaves it to them.
    QuitWith(OnExitPaused),
}

/// What befalls the computer or the user's session, as the system tells it.
///
/// It may take a claim down and have the vendor asked again; it proves nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DeskEvent {
    /// The computer is about to sleep.
    FallsAsleep,
    /// It has slept.
    Wakes,
    /// It has no network.
    NetworkLost,
    /// It has one again.
    NetworkBack,
    /// The screen is locked, or another user's session is in front.
    Locked,
    /// The user is back at the screen.
    Unlocked,
    /// The computer shuts down or restarts.
    ShutsDown,
}

impl DeskEvent {
    /// Its name in the audit log and in the journal of changes.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::FallsAsleep => "falls-asleep",
            Self::Wakes => "wakes",
            Self::NetworkLost => "network-lost",
            Self::NetworkBack => "network-back",
            Self::Locked => "locked",
            Self::Unlocked => "unlocked",
            Self::ShutsDown => "shuts-down",
        }
    }
}

/// Who signs in where, as typed.
#[derive(Debug)]
pub struct SignIn {
    /// The vendor's name.
    pub vendor: String,
    /// Its fields, by key.
    pub fields: Vec<(String, String)>,
    /// The secret; `None` keeps the one in the keyring.
    pub secret: Option<secrecy::SecretString>,
}
