//! How soon.

use std::time::Duration;

use pause::Limits;

use crate::desk::limits;
use crate::fault::WISH;

/// How soon something is shown: the times of the product, and the shorter ones that the desks of
/// these tests have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Within {
    /// It is shown already.
    AtOnce,
    /// As long as a press may take.
    APress,
    /// As long as proof of a pause lives.
    Proof,
    /// Until it is noticed that nothing is heard any more, and then as long as proof lives.
    Listening,
    /// Until the next attempt, and then as long as proof lives: attempts that fail are made at
    /// growing distances, and after a fault as short as those of nearly all cells none is further
    /// away than 45 s.
    NextAttempt,
    /// The same, after a fault that lasts until it is said that nothing is heard: by then there
    /// may have been one attempt more, and the next is up to 75 s away.
    LaterAttempt,
    /// As long as a call that nobody has told of is held on to.
    LetGo,
    /// As long as the vendor wishes to be left alone, and then as long as proof lives.
    Wish,
}

impl Within {
    /// For a desk with these limits.
    pub(crate) fn by(self, limits: &Limits) -> Duration {
        let next_read = limits.freshness.max(limits.read_every_in_call);
        match self {
            Self::AtOnce => Duration::ZERO,
            Self::APress => limits.settle_within,
            Self::Proof => limits.freshness,
            // The first wait before it is listened to again is at most 4 s.
            Self::Listening => limits.freshness + Duration::from_secs(5),
            Self::NextAttempt => next_read + Duration::from_secs(45),
            Self::LaterAttempt => next_read + Duration::from_secs(75),
            Self::LetGo => Duration::from_secs(10),
            Self::Wish => next_read + WISH,
        }
    }

    /// For the desks of these tests.
    pub(crate) fn of_these_desks(self) -> Duration {
        self.by(&limits())
    }
}
