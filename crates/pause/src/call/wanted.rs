//! What is asked for, by the agent or by itself.

use super::Call;
use crate::machine::Rules;
use crate::{Moment, Reason, Recorder, Wanted};

/// What the agent asked for and has neither got nor been refused yet.
#[derive(Debug)]
pub(super) struct Want {
    pub(super) wanted: Wanted,
    pub(super) asked_at: Moment,
    pub(super) attempts: u32,
    /// When to send it (again).
    pub(super) send_at: Option<Moment>,
    /// The vendor took it.
    pub(super) accepted: bool,
    /// One of its commands may have been carried out, and nobody knows.
    pub(super) lost: bool,
    /// The recorder has been read back since, and was not what is wanted.
    pub(super) contradicted: bool,
    /// It has failed for this reason, unless one more read-back shows otherwise.
    pub(super) verdict: Option<Reason>,
    /// Asked for again by itself, after the agent's own had failed.
    pub(super) again: bool,
    pub(super) generation: u64,
}

pub(crate) enum Asked {
    Anew,
    AlreadySo,
}

impl Want {
    pub(super) fn new(wanted: Wanted, rules: &Rules, now: Moment) -> Self {
        Self {
            wanted,
            asked_at: now,
            attempts: 0,
            send_at: Some(now),
            accepted: false,
            lost: false,
            contradicted: false,
            verdict: None,
            again: false,
            generation: rules.generation,
        }
    }
}

impl Call {
    /// Notes what the agent wants; [`Self::advance`] sends it.
    pub(crate) fn ask(&mut self, wanted: Wanted, rules: &Rules, now: Moment) -> Asked {
        if self.ended() && wanted == Wanted::Paused {
            return Asked::AlreadySo;
        }
        if let Some(want) = self.want.as_mut().filter(|want| want.wanted == wanted) {
            if !std::mem::take(&mut want.again) {
                return Asked::AlreadySo;
            }
            // It is under way already; from here on it is the agent's.
            want.asked_at = now;
            self.failed = None;
            return Asked::Anew;
        }
        self.resume_again_at = None;
        if self.want.is_none() && self.already(wanted, rules, now) {
            self.failed = None;
            self.read_soon(rules, now);
            return Asked::AlreadySo;
        }
        self.failed = None;
        self.pressed_at = match wanted {
            Wanted::Paused => Some(now),
            Wanted::Recording => None,
        };
        if let Some(pause) = self.pause.as_mut().filter(|_| wanted == Wanted::Paused) {
            pause.asked_for_again(now);
        }
        self.want = Some(Want::new(wanted, rules, now));
        Asked::Anew
    }

    /// What is wanted was asked for earlier than this call was known.
    pub(crate) fn asked_since(&mut self, asked_at: Moment) {
        if let Some(want) = &mut self.want {
            want.asked_at = asked_at;
            self.pressed_at = Some(asked_at);
        }
    }

    /// Whether asking for this would change nothing.
    fn already(&self, wanted: Wanted, rules: &Rules, now: Moment) -> bool {
        match wanted {
            Wanted::Paused => {
                let just_sent = self
                    .sent
                    .is_some_and(|at| now < at + rules.limits.double_press);
                self.proven(Recorder::Paused, rules, now) || just_sent
            }
            // A resume would start a recording where none is meant to be.
            Wanted::Recording => {
                self.proven(Recorder::Recording, rules, now)
                    || self.proven(Recorder::Off, rules, now)
            }
        }
    }

    /// Whether a resume that failed goes on being asked for.
    pub(crate) fn insists(&self) -> bool {
        self.resume_again_at.is_some() || self.want.as_ref().is_some_and(|want| want.again)
    }
}
