use std::time::Duration;

use crate::{Moment, Wanted};

/// What the agent may believe. Only [`Display::Paused`] permits taking card data.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Display {
    /// No call that Fermata knows of.
    NoCall,
    /// Proven: this call is not recorded.
    NotRecorded,
    /// Proven: what is said is recorded.
    Recording,
    /// A pause is under way.
    Pausing,
    /// Proven, and proven lately.
    Paused {
        /// The first proof of this pause; the press for it where a resume had been sent before
        /// that nobody ever proved.
        since: Moment,
        /// When a resume will be asked for, where the organisation sets a longest pause.
        resumes_at: Option<Moment>,
    },
    /// Accepted by a vendor that offers no proof.
    PauseSent {
        /// When it was accepted.
        since: Moment,
        /// As for `Paused`.
        resumes_at: Option<Moment>,
    },
    /// A resume is under way.
    Resuming,
    /// What was asked for did not come about. Stays until acknowledged or proven otherwise.
    Failed(Failure),
    /// Nothing may be believed.
    Unknown(Doubt),
}

/// What did not come about, and why.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Failure {
    /// What was asked for.
    pub wanted: Wanted,
    /// Why it failed.
    pub reason: Reason,
}

/// Why a command failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reason {
    /// The vendor declined it.
    Refused,
    /// The vendor did not answer, so nobody knows.
    NoAnswer,
    /// It was never carried out: the vendor could not be reached or turned it away.
    NotDone,
    /// The vendor took it, and its recorder stayed as it was.
    NoEffect,
    /// The vendor took it, and then could not be asked whether it was done.
    NotProven,
}

/// Why nothing may be believed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Doubt {
    /// The vendor has not been heard on this call.
    NothingHeardYet,
    /// There is no session at the vendor.
    LinkLost,
    /// A command went out and nobody knows what became of it.
    AnswerLost,
    /// The last proof is too old.
    Stale,
    /// The vendor said something that contradicts the last proof.
    Contradicted,
    /// The vendor says that it knows no such call.
    NoSuchCall,
    /// This vendor cannot be asked whether it records.
    CannotBeAsked,
    /// A resume was accepted by a vendor that offers no proof.
    ResumeSent,
}

impl Display {
    /// How bad it is to believe otherwise, worst first. Of several calls the worst is shown.
    pub(crate) fn severity(&self) -> u8 {
        match self {
            Self::Failed(failure) => match failure.wanted {
                Wanted::Paused => 0,
                Wanted::Recording => 1,
            },
            Self::Unknown(_) => 2,
            Self::Recording => 3,
            Self::Pausing | Self::Resuming => 4,
            Self::PauseSent { .. } => 5,
            Self::Paused { .. } => 6,
            Self::NotRecorded => 7,
            Self::NoCall => 8,
        }
    }

    /// How long the pause has lasted, if one is shown.
    pub fn paused_for(&self, now: Moment) -> Option<Duration> {
        match self {
            Self::Paused { since, .. } | Self::PauseSent { since, .. } => Some(now.since(*since)),
            Self::NoCall
            | Self::NotRecorded
            | Self::Recording
            | Self::Pausing
            | Self::Resuming
            | Self::Failed(_)
            | Self::Unknown(_) => None,
        }
    }
}
