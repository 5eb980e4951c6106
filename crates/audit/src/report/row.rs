use jiff::Timestamp;

use super::pause::{Pause, PauseOutcome};
use crate::line::{Body, millis};

/// What is on record of one pause.
pub(super) struct Row {
    pub(super) first: Body,
    pub(super) asked: Option<Timestamp>,
    pub(super) accepted: Option<Timestamp>,
    pub(super) proven: Option<Timestamp>,
    pub(super) latency_ms: Option<u64>,
    pub(super) failed: Option<String>,
    pub(super) is_not_recorded: bool,
    pub(super) resume_asked: Option<Timestamp>,
    pub(super) resume_accepted: Option<Timestamp>,
    pub(super) resume_proven: Option<Timestamp>,
    pub(super) is_resumed_elsewhere: bool,
    pub(super) has_resume_failed: bool,
    pub(super) reminders: u32,
    pub(super) is_over_the_limit: bool,
    pub(super) call_ended: Option<Timestamp>,
    pub(super) may_be_left_paused: bool,
    pub(super) is_interrupted: bool,
}

impl Row {
    pub(super) fn new(first: Body, asked: Option<Timestamp>) -> Self {
        Self {
            first,
            asked,
            accepted: None,
            proven: None,
            latency_ms: None,
            failed: None,
            is_not_recorded: false,
            resume_asked: None,
            resume_accepted: None,
            resume_proven: None,
            is_resumed_elsewhere: false,
            has_resume_failed: false,
            reminders: 0,
            is_over_the_limit: false,
            call_ended: None,
            may_be_left_paused: false,
            is_interrupted: false,
        }
    }

    pub(super) fn is_pending(&self) -> bool {
        self.proven.is_none()
            && self.failed.is_none()
            && self.resume_asked.is_none()
            && self.call_ended.is_none()
    }

    /// Whether it has begun and is not known to have ended.
    pub(super) fn is_paused(&self) -> bool {
        let begun = self.accepted.is_some() || self.proven.is_some();
        let was_none = self.is_not_recorded || self.failed.is_some();
        begun && self.ended().is_none() && !was_none
    }

    /// Whether it has come about and is not known to have ended.
    pub(super) fn goes_on(&self) -> bool {
        self.is_paused() && !self.is_pending()
    }

    fn ended(&self) -> Option<Timestamp> {
        // A vendor that has proven the pause will prove its end, too.
        let taken_for_the_end = self.proven.is_none() && !self.has_resume_failed;
        self.resume_proven
            .or(self.resume_accepted.filter(|_| taken_for_the_end))
            .or(self.call_ended)
    }

    /// The vendor proves, and has proven the end of what was never proven to have begun.
    fn is_called_off(&self) -> bool {
        self.proven.is_none() && self.resume_proven.is_some()
    }

    fn outcome(&self) -> PauseOutcome {
        let begun = self.accepted.is_some() || self.proven.is_some();
        if self.is_not_recorded {
            PauseOutcome::NotRecorded
        } else if self.failed.is_some() {
            PauseOutcome::Failed
        } else if self.is_resumed_elsewhere {
            PauseOutcome::ResumedElsewhere
        } else if self.may_be_left_paused {
            PauseOutcome::LeftPaused
        } else if !begun || self.is_called_off() {
            PauseOutcome::CalledOff
        } else if self.call_ended.is_some() {
            PauseOutcome::CallEnded
        } else if self.ended().is_some() {
            PauseOutcome::Resumed
        } else if self.has_resume_failed {
            PauseOutcome::ResumeFailed
        } else if self.is_interrupted {
            PauseOutcome::Interrupted
        } else {
            PauseOutcome::Open
        }
    }

    pub(super) fn into_pause(self) -> Pause {
        let outcome = self.outcome();
        let begun = self.proven.or(self.accepted);
        let ended = self.ended();
        let is_pause = !self.is_not_recorded && self.failed.is_none() && !self.is_called_off();
        Pause {
            call_ended_while_paused: self.call_ended.is_some(),
            is_unproven: is_pause && self.accepted.is_some() && self.proven.is_none(),
            length_ms: begun
                .zip(ended)
                .filter(|_| is_pause)
                .map(|(begun, ended)| millis_between(begun, ended)),
            began: self.asked.unwrap_or(self.first.at),
            asked: self.asked,
            proven: self.proven,
            resume_asked: self.resume_asked,
            resume_proven: self.resume_proven,
            latency_ms: self.latency_ms,
            outcome,
            reason: self.failed,
            reminders: self.reminders,
            is_over_the_limit: self.is_over_the_limit,
            user: self.first.user,
            host: self.first.host,
            vendor: self.first.vendor,
            agent: self.first.agent,
            call: self.first.call,
        }
    }
}

/// Never negative: the clock may have been set between the two.
fn millis_between(begun: Timestamp, ended: Timestamp) -> u64 {
    let between = ended.duration_since(begun);
    millis(std::time::Duration::try_from(between).unwrap_or_default())
}
