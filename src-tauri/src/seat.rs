//! What befalls the computer and the user's session, as the system tells it: sleep, network, lock,
//! shutdown.
//!
//! Nothing depends on it: proof expires by a clock that counts sleep, and a session that is dead
//! is found out. What the system tells makes that sooner. Windows and macOS are not listened to
//! yet.

#[cfg(target_os = "linux")]
mod linux;

#[cfg(target_os = "linux")]
pub(crate) use linux::watch;
