//! How long to wait before a collector is tried again.

use std::time::Duration;

/// The longest wait is half as long again: every desk sees the same outage end.
const LONGEST: Duration = Duration::from_secs(60);

/// What a collector that asks for patience is given at most.
pub(crate) const MOST_PATIENCE: Duration = Duration::from_secs(5 * 60);

/// The wait after so many failures one after the other, spread by chance.
pub(crate) fn delay(failures: u32) -> Duration {
    let doubled = Duration::from_secs(1 << failures.min(6)).min(LONGEST);
    doubled.mul_f64(0.5 + fastrand::f64())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_waits_grow_to_between_half_a_minute_and_one_and_a_half_and_are_spread() {
        for _ in 0..200 {
            assert!(delay(1) <= Duration::from_secs(3));
            for failures in [6, 7, 100, u32::MAX] {
                let wait = delay(failures).as_secs_f64();
                assert!((30.0..=90.0).contains(&wait), "{wait}");
            }
        }
        let spread: std::collections::BTreeSet<Duration> = (0..50).map(|_| delay(9)).collect();
        assert!(spread.len() > 10);
    }
}
