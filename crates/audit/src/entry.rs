use std::time::Duration;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// Something to put on record.
#[derive(Clone, Debug, PartialEq)]
pub struct Entry {
    /// When it happened.
    pub at: Timestamp,
    /// The same on a clock that nobody sets, so that it shows when the other one was.
    pub up: Duration,
    /// What happened.
    pub event: Event,
    /// Whether it went as it should.
    pub outcome: Outcome,
    /// The vendor that it concerns, by its name in settings.
    pub vendor: Option<String>,
    /// The agent, in the vendor's terms.
    pub agent: Option<String>,
    /// The call that it concerns, by the vendor's id.
    pub call: Option<String>,
    /// The request that it is or answers.
    pub request: Option<u64>,
    /// What else there is to say.
    pub details: Map<String, Value>,
}

impl Entry {
    /// An event of which nothing else is said.
    pub fn new(at: Timestamp, up: Duration, event: Event) -> Self {
        Self {
            at,
            up,
            event,
            outcome: Outcome::Success,
            vendor: None,
            agent: None,
            call: None,
            request: None,
            details: Map::new(),
        }
    }

    /// The same, with one more thing said.
    #[must_use]
    pub fn with(mut self, key: &str, value: impl Into<Value>) -> Self {
        self.details.insert(key.to_owned(), value.into());
        self
    }

    /// The same, and it did not go as it should.
    #[must_use]
    pub fn failed(self) -> Self {
        Self {
            outcome: Outcome::Failure,
            ..self
        }
    }
}

/// Who and what writes: the same for everything that one run puts on record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Origin {
    /// Who is logged on.
    pub user: String,
    /// The computer.
    pub host: String,
    /// The program and its version.
    pub program: String,
}

/// Whether something went as it should.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[expect(missing_docs, reason = "the names say it")]
pub enum Outcome {
    Success,
    Failure,
}

macro_rules! events {
    ($($(#[$about:meta])* $event:ident = $name:literal,)+) => {
        /// What can be on record. The names are never given to anything else: logs are kept for
        /// long, and what monitors them rests on the names.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum Event {
            $($(#[$about])* $event,)+
        }

        impl Event {
            /// Each of them.
            pub const ALL: &[Self] = &[$(Self::$event),+];

            /// Its name in the log.
            pub const fn name(self) -> &'static str {
                match self {
                    $(Self::$event => $name,)+
                }
            }
        }
    };
}

events! {
    /// The engine has started.
    Started = "started",
    /// The engine has stopped in order.
    Stopped = "stopped",
    /// The public key of this user's reports is known.
    ReportKey = "report-key",
    /// There is a session at the vendor.
    SignedIn = "signed-in",
    /// The vendor could not be signed in to.
    SignInFailed = "sign-in-failed",
    /// The session at the vendor is over.
    SessionOver = "session-over",
    /// What the organization has decided holds as the engine starts.
    PolicyInForce = "policy-in-force",
    /// The organization has decided something else.
    PolicyChanged = "policy-changed",
    /// Part of the policy is not taken.
    PolicyRejected = "policy-rejected",
    /// The agent is on a call.
    CallStarted = "call-started",
    /// A call is over.
    CallEnded = "call-ended",
    /// The agent asked for a pause or a resume.
    Asked = "asked",
    /// The agent asked for what is so, or is under way.
    AlreadySo = "already-so",
    /// The agent asked for a pause and there is no call.
    NothingToPause = "nothing-to-pause",
    /// The agent asked for a pause, and the vendor is asked which calls there are.
    LookingForCalls = "looking-for-calls",
    /// The agent asked for a pause, and the vendor did not say which calls there are.
    NotSent = "not-sent",
    /// A command went to the vendor.
    Sent = "sent",
    /// A command came back.
    Answered = "answered",
    /// An answer came after it had stopped counting.
    LateAnswer = "late-answer",
    /// What was asked for is proven.
    Proven = "proven",
    /// What was asked for did not come about.
    Failed = "failed",
    /// The vendor said unasked that a command was not carried out.
    Declined = "declined",
    /// A resume that failed is asked for again, by itself.
    ResumeAgain = "resume-again",
    /// The agent has seen the failure.
    Acknowledged = "acknowledged",
    /// A recording was paused, and not from here.
    PausedElsewhere = "paused-elsewhere",
    /// A recording goes on, and was not resumed from here.
    ResumedElsewhere = "resumed-elsewhere",
    /// The agent was reminded of a pause.
    Reminder = "reminder",
    /// The agent has extended the longest pause.
    Extended = "extended",
    /// The agent asked for that, and there was nothing to extend.
    NotExtended = "not-extended",
    /// The agent's desktop says that card details are being taken.
    PaymentStepBegun = "payment-step-begun",
    /// It says that they have been taken.
    PaymentStepEnded = "payment-step-ended",
    /// Nobody said so in time: the step counts for nothing any more.
    PaymentStepForgotten = "payment-step-forgotten",
    /// A pause has lasted as long as it may; a resume is asked for.
    LongestPauseOver = "longest-pause-over",
    /// The engine starts, and an earlier run may have left a recording paused.
    PausedBeforeStart = "paused-before-start",
    /// What an earlier run may have left paused is not paused any longer.
    LeftPauseSettled = "left-pause-settled",
    /// The engine is to end, and asks for a resume of what is paused first.
    ResumedAtEnd = "resumed-at-end",
    /// The engine ends, and a recording may be left paused.
    LeftPausedAtEnd = "left-paused-at-end",
    /// Something befell the computer or the user's session: sleep, network, lock, end.
    DeskChanged = "desk-changed",
    /// The computer's clock was set.
    ClockChanged = "clock-changed",
    /// A crash had cut the last line short; it stands before this one.
    TornLine = "torn-line",
    /// The last lines had been changed since they were written.
    BrokenLines = "broken-lines",
    /// Records were lost: too many waited for the disk.
    RecordsLost = "records-lost",
    /// Records will never be forwarded: they are gone, or a collector does not want them.
    NotForwarded = "not-forwarded",
    /// A file that was kept for long enough is removed.
    FileRemoved = "file-removed",
}

impl Event {
    /// The event of this name; `None` for one of a later version.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|event| event.name() == name)
    }
}
