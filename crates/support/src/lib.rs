//! What helps when something is wrong: logs, the support bundle, events for administrators; and
//! what a crash must not leave behind.
//!
//! It decides how much is kept and for how long, what is masked before it is written anywhere,
//! and in what form the system's own log is told of an event. What is worth logging, which
//! events there are and when a bundle is made are decided by whoever calls it: it knows none of
//! the other crates.

mod admin_events;
mod bundle;
mod computer;
mod crash;
#[cfg(any(test, feature = "fuzzing"))]
pub mod fuzzing;
mod log;
mod log_files;
mod redaction;
mod system_log;

pub use admin_events::TARGET as ADMIN_TARGET;
pub use bundle::{Bundle, BundleError, Content, Item, Part, file_to_write};
pub use computer::computer;
pub use crash::{close_memory, tell_panics_by_place};
pub use log::{Console, Level, Log, Logging, Volume};
pub use redaction::{redacted, redacted_json, redacted_line};
