//! How late this computer is. Where it is too busy for anybody, what a desk was shown says
//! nothing of the desk.

use std::sync::Mutex;
use std::time::{Duration, Instant};

/// How often it is looked at.
const EVERY: Duration = Duration::from_millis(20);

/// Whoever waits for this long each time that it is their turn comes too late for a press, which
/// takes dozens of turns.
const TOO_LATE: Duration = Duration::from_millis(80);

/// How long each task that was due had to wait.
static WAITS: Mutex<Vec<Duration>> = Mutex::new(Vec::new());

/// Watches for as long as there are tests, among the tasks of the desks.
pub(crate) async fn watch() {
    loop {
        let began = now();
        tokio::time::sleep(EVERY).await;
        let waited = (now() - began).saturating_sub(EVERY);
        WAITS.lock().expect("nobody panics holding it").push(waited);
    }
}

/// A time that has begun.
pub(crate) struct Since(usize);

impl Since {
    /// It begins now.
    pub(crate) fn now() -> Self {
        Self(WAITS.lock().expect("nobody panics holding it").len())
    }

    /// The longest that a task which was due has had to wait since.
    pub(crate) fn worst(&self) -> Duration {
        let waits = WAITS.lock().expect("nobody panics holding it");
        waits[self.0..].iter().copied().max().unwrap_or_default()
    }

    /// Whether what came of it says nothing.
    pub(crate) fn was_too_busy(&self) -> bool {
        self.worst() > TOO_LATE
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "it is this computer that is measured"
)]
fn now() -> Instant {
    Instant::now()
}
