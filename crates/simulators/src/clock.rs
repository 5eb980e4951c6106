//! The clocks of a simulated vendor: its own computer's, not the one under test.

use std::time::{Instant, SystemTime};

/// Now, for durations.
#[expect(
    clippy::disallowed_methods,
    reason = "a vendor has its own clock; a test that replaces the app's clock must not stop it"
)]
pub(crate) fn now() -> Instant {
    Instant::now()
}

/// Now, on the wall.
#[expect(
    clippy::disallowed_methods,
    reason = "a vendor has its own clock; a test that replaces the app's clock must not stop it"
)]
pub(crate) fn wall() -> SystemTime {
    SystemTime::now()
}
