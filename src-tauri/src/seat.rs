//! What befalls the computer and the user's session, as the system tells it: sleep, network, lock,
//! shutdown.
//!
//! Nothing depends on it: proof expires by a clock that counts sleep, and a session that is dead
//! is found out. What the system tells makes that sooner.

mod changes;

#[cfg(target_os = "linux")]
mod linux;
#[cfg(target_os = "macos")]
mod macos;
#[cfg(target_os = "windows")]
mod windows;

#[cfg(target_os = "linux")]
pub(crate) use linux::watch;
#[cfg(target_os = "macos")]
pub(crate) use macos::watch;
#[cfg(target_os = "windows")]
pub(crate) use windows::watch;
