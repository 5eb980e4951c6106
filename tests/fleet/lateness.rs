//! How late this computer is, whoever is to blame: the first thing to look at where a display
//! came late.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

/// A thread that sleeps and looks how long that took.
const EVERY: Duration = Duration::from_millis(50);

/// Watches until it is dropped.
pub(crate) struct Lateness {
    worst: Arc<AtomicU64>,
}

impl Lateness {
    pub(crate) fn watch() -> Self {
        let worst = Arc::new(AtomicU64::new(0));
        let noted = Arc::downgrade(&worst);
        std::thread::spawn(move || {
            while let Some(worst) = noted.upgrade() {
                let began = now();
                std::thread::sleep(EVERY);
                let late = now() - began - EVERY;
                let late = u64::try_from(late.as_millis()).unwrap_or(u64::MAX);
                worst.fetch_max(late, Ordering::Relaxed);
            }
        });
        Self { worst }
    }

    /// The longest that a thread that was due had to wait.
    pub(crate) fn worst(&self) -> Duration {
        Duration::from_millis(self.worst.load(Ordering::Relaxed))
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "it is this computer that is measured"
)]
fn now() -> Instant {
    Instant::now()
}
