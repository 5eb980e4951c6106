use std::ops::Add;
use std::time::Duration;

/// A point in time: how long after some fixed start it lies.
///
/// Not `std::time::Instant`, because on most systems that one stands still while the
/// computer sleeps, and a laptop closed for an hour must not extend a pause by an hour.
/// Whoever feeds the machine decides what the start is and keeps to it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Moment(Duration);

impl Moment {
    /// The moment this long after the start.
    pub const fn after_start(elapsed: Duration) -> Self {
        Self(elapsed)
    }

    /// How long after the start this lies.
    pub const fn elapsed(self) -> Duration {
        self.0
    }

    /// The moment this long before; the start if that is later.
    #[must_use]
    pub const fn back(self, time: Duration) -> Self {
        Self(self.0.saturating_sub(time))
    }

    /// How long after `earlier` this lies; zero if it lies before.
    pub fn since(self, earlier: Self) -> Duration {
        self.0.saturating_sub(earlier.0)
    }
}

impl Add<Duration> for Moment {
    type Output = Self;

    fn add(self, later: Duration) -> Self {
        Self(self.0.saturating_add(later))
    }
}
