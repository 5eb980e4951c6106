//! Time: moments that count suspend, and stamps for records.
//!
//! Nobody else in the project may ask what time it is (`clippy.toml`).

use std::future::pending;
use std::time::Duration;

use jiff::Timestamp;
use pause::Moment;
use tokio::task::unconstrained;
use tokio::time::{Instant, sleep};

/// A source of time.
#[derive(Clone, Copy, Debug)]
pub struct Clock(Source);

#[derive(Clone, Copy, Debug)]
enum Source {
    System,
    Tokio { start: Instant },
}

impl Clock {
    /// The clock of this computer. It goes on while the computer sleeps.
    ///
    /// Sleeping tasks do not: after a suspend [`Self::sleep_until`] returns late, and what
    /// [`Self::now`] says then is right.
    pub const fn system() -> Self {
        Self(Source::System)
    }

    /// A clock that follows tokio's, for tests that pause it: they begin in the year 2026.
    ///
    /// # Panics
    /// Outside a tokio runtime whose clock is paused or could be.
    pub fn tokio() -> Self {
        Self(Source::Tokio {
            start: Instant::now(),
        })
    }

    /// The moment it is.
    pub fn now(&self) -> Moment {
        Moment::after_start(BEFORE_THE_BOOT + self.up())
    }

    /// The time since the boot, or (on Windows) since this was first asked.
    pub fn up(&self) -> Duration {
        match self.0 {
            Source::System => since_boot(),
            Source::Tokio { start } => start.elapsed(),
        }
    }

    /// The same, if another run of this program counts from there too.
    pub fn up_across_runs(&self) -> Option<Duration> {
        match self.0 {
            Source::System => cfg!(unix).then(since_boot),
            Source::Tokio { .. } => Some(self.up()),
        }
    }

    /// The time of day.
    pub fn timestamp(&self) -> Timestamp {
        match self.0 {
            Source::System => Timestamp::now(),
            Source::Tokio { start } => NEW_YEAR_2026
                .checked_add(start.elapsed())
                .expect("no test runs for centuries"),
        }
    }

    /// The time of day, as UTC to the millisecond (RFC 3339).
    pub fn utc(&self) -> String {
        let time = self.timestamp();
        time.strftime("%Y-%m-%dT%H:%M:%S%.3fZ").to_string()
    }

    /// Waits until a moment has come; for ever if there is none.
    pub async fn sleep_until(&self, due: Option<Moment>) {
        match due {
            // Where another branch of a `select!` always has something to read, tokio would let
            // this one wait for its turn without end.
            Some(due) => unconstrained(sleep(due.since(self.now()))).await,
            None => pending().await,
        }
    }
}

/// How long before the boot a moment may lie: a pause can be older than that.
const BEFORE_THE_BOOT: Duration = Duration::from_secs(30 * 24 * 60 * 60);

const NEW_YEAR_2026: Timestamp = Timestamp::constant(1_767_225_600, 0);

/// `CLOCK_BOOTTIME` "also includes any time that the system is suspended"
/// (documented: clock_gettime(2)).
#[cfg(any(target_os = "linux", target_os = "android"))]
fn since_boot() -> Duration {
    read(rustix::time::ClockId::Boottime)
}

/// On macOS `CLOCK_MONOTONIC` goes on "while the system is asleep" (documented: clock_gettime(3)
/// of macOS). On other Unix systems there is nothing better that all of them have.
#[cfg(all(unix, not(any(target_os = "linux", target_os = "android"))))]
fn since_boot() -> Duration {
    read(rustix::time::ClockId::Monotonic)
}

#[cfg(unix)]
fn read(clock: rustix::time::ClockId) -> Duration {
    let time = rustix::time::clock_gettime(clock);
    Duration::new(
        time.tv_sec.try_into().expect("counted from the boot"),
        time.tv_nsec.try_into().expect("less than a second"),
    )
}

/// On Windows the performance counter, which std uses, goes on in sleep (documented:
/// "Acquiring high-resolution time stamps").
#[cfg(not(unix))]
fn since_boot() -> Duration {
    static START: std::sync::LazyLock<std::time::Instant> = std::sync::LazyLock::new(instant);
    START.elapsed()
}

#[cfg(not(unix))]
#[expect(
    clippy::disallowed_methods,
    reason = "this is the place that it is kept for"
)]
fn instant() -> std::time::Instant {
    std::time::Instant::now()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[cfg(target_os = "linux")]
    #[test]
    fn the_systems_clock_counts_the_time_since_the_boot_suspend_included() {
        let proc = std::fs::read_to_string("/proc/uptime").unwrap();
        let uptime: f64 = proc.split(' ').next().unwrap().parse().unwrap();
        let ours = Clock::system().up().as_secs_f64();
        assert!((ours - uptime).abs() < 5.0, "{ours} and {uptime}");
    }

    #[tokio::test(start_paused = true)]
    async fn tokios_clock_moves_moments_and_stamps_alike() {
        let clock = Clock::tokio();
        let start = clock.now();
        assert_eq!(clock.utc(), "2026-01-01T00:00:00.000Z");
        clock
            .sleep_until(Some(start + Duration::from_millis(61_250)))
            .await;
        assert_eq!(clock.now().since(start), Duration::from_millis(61_250));
        assert_eq!(clock.utc(), "2026-01-01T00:01:01.250Z");
    }
}
