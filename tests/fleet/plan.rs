//! The plan of a shift: what happens when, on the clock of the site.

use std::ops::Range;
use std::time::Duration;

/// When a shift does what. Each phase begins where the one before it ends.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Plan {
    /// How many agents there are.
    pub(crate) agents: usize,
    /// They come one after the other, as people do.
    pub(crate) arriving: Duration,
    /// Until everybody is at work.
    pub(crate) settling: Duration,
    /// All is well; the steady rate is taken here.
    pub(crate) steady: Duration,
    /// The vendor answers reads with 429.
    pub(crate) throttled: Duration,
    /// All is well again.
    pub(crate) relieved: Duration,
    /// The vendor is gone.
    pub(crate) outage: Duration,
    /// The vendor is back.
    pub(crate) back: Duration,
}

/// What `Retry-After` says while the vendor is throttled.
pub(crate) const RETRY_AFTER: Duration = Duration::from_secs(5);

const fn seconds(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

/// How many agents a site has: 500, or fewer on a computer that has something else to do
/// (`FERMATA_FLEET_AGENTS`).
fn agents() -> usize {
    let said = std::env::var("FERMATA_FLEET_AGENTS").ok();
    said.and_then(|said| said.parse().ok()).unwrap_or(500)
}

impl Plan {
    /// A shift in which everything goes wrong once.
    pub(crate) fn whole() -> Self {
        Self {
            agents: agents(),
            arriving: seconds(15),
            settling: seconds(8),
            steady: seconds(25),
            throttled: seconds(6),
            relieved: seconds(8),
            outage: seconds(27),
            back: seconds(45),
        }
    }

    /// A shift that is long enough to find a liar out.
    pub(crate) fn short() -> Self {
        Self {
            agents: 30,
            arriving: seconds(5),
            settling: seconds(2),
            steady: seconds(20),
            throttled: seconds(6),
            // Towards the end nobody begins anything.
            relieved: seconds(22),
            outage: seconds(0),
            back: seconds(0),
        }
    }

    /// From when on the first agent comes to when the vendor begins to throttle.
    pub(crate) fn calm(&self) -> Range<Duration> {
        Duration::ZERO..self.steady().end
    }

    pub(crate) fn steady(&self) -> Range<Duration> {
        let start = self.arriving + self.settling;
        start..start + self.steady
    }

    pub(crate) fn throttled(&self) -> Range<Duration> {
        let start = self.steady().end;
        start..start + self.throttled
    }

    pub(crate) fn outage(&self) -> Range<Duration> {
        let start = self.throttled().end + self.relieved;
        start..start + self.outage
    }

    pub(crate) fn end(&self) -> Duration {
        self.outage().end + self.back
    }
}
