use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use crate::{Display, Failure, Moment};

/// One phone call, by the vendor's id.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CallId(Arc<str>);

impl CallId {
    /// A call by the id that the vendor gave it.
    pub fn new(id: impl Into<Arc<str>>) -> Self {
        Self(id.into())
    }

    /// The vendor's id.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for CallId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Names one request, so that its answer can be told from every other.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RequestId(pub u64);

/// What the agent asks the recorder to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Wanted {
    /// A pause.
    Paused,
    /// A resume.
    Recording,
}

/// The vendor's recorder of one call.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Recorder {
    /// What is said goes into the recording.
    Recording,
    /// It has been started and is held.
    Paused,
    /// This call is not being recorded at all.
    Off,
}

/// How a vendor can prove the state of its recorder.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ProofBy {
    /// The reply to a command states the recorder's state after it, and it can be read back too.
    Reply,
    /// The recorder can be read back.
    ReadBack,
    /// Not at all: a command is accepted or refused, and that is the end of it.
    Nothing,
}

/// What became of a command.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answer {
    /// The reply proves the state after the command.
    Confirmed(Recorder),
    /// The vendor took the command. That is not proof.
    Accepted,
    /// The vendor declined it. Asking again will not help.
    Refused,
    /// It certainly was not carried out (never sent, or turned away for now), and asking
    /// again may help, at the earliest after this long.
    NotDone {
        /// The vendor's own wish, if it stated one.
        again_after: Option<Duration>,
    },
    /// Nobody knows whether it was carried out.
    Lost,
}

/// What a read-back saw.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Seen {
    /// The vendor stated the recorder's state.
    Recorder(Recorder),
    /// The vendor answered that it knows no such call.
    NoSuchCall,
    /// No usable answer.
    Nothing,
}

/// Something that happened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Input {
    /// The agent asks for a pause or a resume, expressly.
    AgentWants(Wanted),
    /// The agent pressed the one key for both.
    Toggle,
    /// The agent has seen the failure that is shown.
    Acknowledge,
    /// The agent asks for more time before the longest pause is over.
    Extend,
    /// The agent's desktop says that card details are being taken from here on.
    PaymentStepBegins,
    /// It says that they have been taken.
    PaymentStepEnds,
    /// The agent is on this call.
    CallStarted(CallId),
    /// Somebody says that this call is over.
    CallEnded(CallId),
    /// An earlier run may have left this call paused. That is a suspicion: it claims nothing, and
    /// it is looked after like a pause until the vendor has proven otherwise.
    LeftPaused {
        /// Which call.
        call: CallId,
        /// When that pause was asked for.
        since: Moment,
    },
    /// There is a session at the vendor. Proves nothing of any recorder.
    LinkUp,
    /// There is none.
    LinkDown,
    /// The vendor said something unasked. It may be old or out of order.
    Hint {
        /// Of which call.
        call: CallId,
        /// What it claims.
        recorder: Recorder,
    },
    /// The vendor said unasked that a command which it had taken was not carried out. May be
    /// old, or about another command.
    Declined {
        /// Of which call; of any where the vendor does not say.
        call: Option<CallId>,
    },
    /// Something that the vendor said unasked may have been missed.
    Missed,
    /// The vendor has been asked for the agent's calls, no earlier than [`Output::FindCalls`]
    /// wanted it, and each of them has been told of.
    CallsFound,
    /// It was asked, and did not say.
    CallsNotFound,
    /// What became of a command.
    Answered {
        /// Which command.
        id: RequestId,
        /// What became of it.
        answer: Answer,
    },
    /// What a read-back saw.
    ReadBack {
        /// Which read-back.
        id: RequestId,
        /// What it saw.
        seen: Seen,
    },
    /// Time has passed.
    Tick,
}

/// Something to be done.
#[derive(Clone, Debug, PartialEq)]
pub enum Output {
    /// Send a command to the vendor and bring back its answer.
    Command {
        /// To be returned with the answer.
        id: RequestId,
        /// Of which call.
        call: CallId,
        /// What to ask for.
        wanted: Wanted,
    },
    /// Read the recorder back.
    ReadBack {
        /// To be returned with what was seen.
        id: RequestId,
        /// Of which call.
        call: CallId,
    },
    /// Ask the vendor which calls the agent is on; tell of each, and then that these are all.
    FindCalls,
    /// Put this on record.
    Audit(AuditEvent),
    /// What the agent may believe has changed.
    Show(Display),
}

/// What goes on record, and what the agent may have to be told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AuditEvent {
    /// The agent asked; `calls` is how many calls it went to.
    Asked {
        /// What for.
        wanted: Wanted,
        /// How many calls it went to.
        calls: usize,
        /// How long ago: a press may reach a call that was not known when it was made.
        waited: Duration,
    },
    /// The agent asked for what is already so, or is already under way.
    AlreadySo {
        /// What for.
        wanted: Wanted,
    },
    /// The agent asked for a pause and there is no call.
    NothingToPause,
    /// The agent asked for a pause and no call is known; the vendor is asked which there are.
    LookingForCalls,
    /// The agent asked for a pause, and the vendor did not say which calls there are.
    NotSent {
        /// How it failed.
        failure: Failure,
        /// How long ago the agent asked.
        waited: Duration,
    },
    /// A command went out. `attempt` counts from 1.
    Sent {
        /// Which.
        id: RequestId,
        /// Of which call.
        call: CallId,
        /// What it asks for.
        wanted: Wanted,
        /// Counts from 1.
        attempt: u32,
    },
    /// A command came back.
    Answered {
        /// Which.
        id: RequestId,
        /// How.
        answer: Answer,
    },
    /// An answer or read-back came after it had stopped counting. It changed nothing.
    Late {
        /// Which.
        id: RequestId,
    },
    /// What was asked for is proven.
    Proven {
        /// Of which call.
        call: CallId,
        /// What was asked for.
        wanted: Wanted,
        /// What was proven: what was asked for, or that nothing is recorded at all.
        recorder: Recorder,
        /// From the press until the proof arrived.
        took: Duration,
    },
    /// What was asked for did not come about in time.
    Failed {
        /// Of which call.
        call: CallId,
        /// How.
        failure: Failure,
    },
    /// A resume that failed is asked for again, by itself.
    ResumeAgain {
        /// Of which call.
        call: CallId,
    },
    /// The vendor said unasked that a command was not carried out.
    Declined {
        /// Of which call.
        call: CallId,
    },
    /// The agent has seen the failure.
    Acknowledged,
    /// A paused recording goes on, and it was not asked for here.
    ResumedElsewhere {
        /// Of which call.
        call: CallId,
    },
    /// A recording was paused, and it was not asked for here.
    PausedElsewhere {
        /// Of which call.
        call: CallId,
    },
    /// A step of the reminder ladder.
    Reminder {
        /// Of which call.
        call: CallId,
        /// Counts from 1.
        step: usize,
        /// How long the pause has lasted.
        paused_for: Duration,
    },
    /// The agent has extended the longest pause.
    Extended {
        /// Of which call.
        call: CallId,
        /// How often so far.
        times: u32,
    },
    /// The agent asked for that, and there was nothing to extend.
    NotExtended,
    /// Card details are being taken.
    PaymentStepBegun,
    /// They have been taken, as far as the agent's desktop knows.
    PaymentStepEnded,
    /// Nobody said so in time: the step counts for nothing any more.
    PaymentStepForgotten,
    /// The longest pause is over; a resume is asked for.
    LongestPauseOver {
        /// Of which call.
        call: CallId,
    },
    /// The agent is on this call.
    CallStarted(CallId),
    /// This call is over and let go.
    CallEnded {
        /// Which.
        call: CallId,
        /// Whether its recording may have been left paused.
        left_paused: bool,
    },
    /// There is a session at the vendor.
    LinkUp,
    /// There is none.
    LinkDown,
}

/// What one claim rests on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Evidence {
    /// What kind of statement it is.
    pub kind: EvidenceKind,
    /// The moment from which it is dated: when the request that it answers was sent.
    pub as_of: Moment,
}

/// The kinds of vendor statement.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EvidenceKind {
    /// A read-back of the recorder.
    ReadBack,
    /// The reply to a command, which states the recorder's state.
    Reply,
    /// The vendor took a command. Not proof.
    Acknowledgement,
}

/// One call and what may be believed of it.
#[derive(Clone, Debug, PartialEq)]
pub struct CallDisplay {
    /// The call.
    pub id: CallId,
    /// What may be believed of it.
    pub display: Display,
    /// What that rests on, if on anything.
    pub evidence: Option<Evidence>,
}
