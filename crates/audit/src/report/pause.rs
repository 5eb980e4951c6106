use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use serde::Serialize;

/// One pause of one call.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Pause {
    /// Who was logged on.
    pub user: String,
    /// At which computer.
    pub host: String,
    /// At which vendor, by its name in settings.
    pub vendor: Option<String>,
    /// The agent, in the vendor's terms.
    pub agent: Option<String>,
    /// The call; `None` where none was known.
    pub call: Option<String>,
    /// When the agent asked for it; `None` if it was paused elsewhere.
    pub asked: Option<Timestamp>,
    /// When it was proven.
    pub proven: Option<Timestamp>,
    /// When a resume was asked for.
    pub resume_asked: Option<Timestamp>,
    /// When the resume was proven.
    pub resume_proven: Option<Timestamp>,
    /// From the proof of the pause (or, where there is none, the vendor's acknowledgement) until
    /// that of the resume, or the call's end.
    pub length_ms: Option<u64>,
    /// From the press to the proof.
    pub latency_ms: Option<u64>,
    /// How it went.
    pub outcome: PauseOutcome,
    /// Why it failed.
    pub reason: Option<String>,
    /// How often the agent was reminded of it.
    pub reminders: u32,
    /// The vendor took it, and nobody could prove it.
    pub is_unproven: bool,
    /// It lasted as long as it may.
    pub is_over_the_limit: bool,
    /// Nobody had ended it when its call did.
    pub call_ended_while_paused: bool,
    /// The moment that decides to which day it belongs.
    #[serde(skip)]
    pub(super) began: Timestamp,
}

impl Pause {
    pub(super) fn day(&self) -> Date {
        self.began.to_zoned(TimeZone::UTC).date()
    }
}

/// How a pause went.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum PauseOutcome {
    /// It was paused, and resumed by the agent or by the limit.
    Resumed,
    /// It was paused, and not resumed from here.
    ResumedElsewhere,
    /// It did not come about: the call was still recorded, or may have been.
    Failed,
    /// The vendor has proven that the call was not recorded at all.
    NotRecorded,
    /// The agent asked for a resume before it had come about, or the call ended.
    CalledOff,
    /// It was paused, and the resume did not come about.
    ResumeFailed,
    /// It was paused when the call ended, and the vendor has proven that nothing is left paused.
    CallEnded,
    /// It may have been left paused when the call ended.
    LeftPaused,
    /// Fermata ended while it was paused.
    Interrupted,
    /// It goes on.
    Open,
}

impl PauseOutcome {
    /// Its name in a report.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Resumed => "resumed",
            Self::ResumedElsewhere => "resumed-elsewhere",
            Self::Failed => "failed",
            Self::NotRecorded => "not-recorded",
            Self::CalledOff => "called-off",
            Self::ResumeFailed => "resume-failed",
            Self::CallEnded => "call-ended",
            Self::LeftPaused => "left-paused",
            Self::Interrupted => "interrupted",
            Self::Open => "open",
        }
    }
}
