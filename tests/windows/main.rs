//! The real program for Windows, under wine on a desktop that nobody sees: tray, hotkey,
//! indicator, Credential Manager and `fermatactl`, against a simulated vendor on this computer.
//!
//! `cargo xtask windows` builds what it needs. There is no webview under wine, so nothing here
//! depends on one. What it looked like is left in `target/pictures/`.
#![expect(
    clippy::unwrap_used,
    reason = "the rig's errors say what went wrong; here each of them is a failed test"
)]

mod desk;
mod journey;
mod seat;
mod wine;
