//! What the tests that know every crate share: a desktop without a screen, ears, chance, and a search for
//! what must be nowhere.
//!
//! The rig starts real programs (an X server, a window manager, a keyring, a panel) and looks
//! at Fermata from the outside only: pixels, windows, D-Bus and its console program. It asserts
//! nothing; that is for the tests.

pub mod chance;
pub mod leaks;
#[cfg(target_os = "linux")]
pub mod rig;
pub mod shown;
