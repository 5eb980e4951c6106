//! How long to wait before trying a vendor again.

use std::time::Duration;

/// From and to how many milliseconds is waited, by chance, before the first attempt, the
/// second, and so on; before all that follow, as before the last.
///
/// A hiccup is over for one desk within seconds. An outage ends for every desk of a contact
/// centre at once, and the longer it has lasted, the more of them wait for its end: so the waits
/// grow, and their spread with them. In the end nobody waits next to nothing: desks that draw
/// short waits add most of the load, while the vendor is away and when it comes back. A press
/// waits for none of this.
const WAITS: [(u64, u64); 5] = [
    (250, 4_000),
    (2_000, 15_000),
    (8_000, 45_000),
    (20_000, 75_000),
    (30_000, 90_000),
];

/// The waits between attempts that fail one after the other.
#[derive(Debug, Default)]
pub(crate) struct Backoff {
    failed: usize,
}

impl Backoff {
    /// How long to wait after one more failure.
    pub(crate) fn next_delay(&mut self) -> Duration {
        let (from, to) = WAITS[self.failed.min(WAITS.len() - 1)];
        self.failed += 1;
        Duration::from_millis(fastrand::u64(from..=to))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_desk_tries_again_within_seconds_and_at_least_every_ninety_seconds() {
        for _ in 0..1_000 {
            let mut backoff = Backoff::default();
            assert!(backoff.next_delay() <= Duration::from_secs(4));
            for _ in 0..20 {
                assert!(backoff.next_delay() <= Duration::from_secs(90));
            }
        }
    }
}
