//! The real program on a real desktop that nobody sees: from a key to the vendor and back to
//! pixels, tray, notifications and keyring.
//!
//! Every journey has a desktop, a vendor and a secret of its own. What it looked like is left in
//! `target/pictures/`; pictures are for people, and what is asserted is what Fermata draws.
#![expect(
    clippy::unwrap_used,
    reason = "the rig's errors say what went wrong; here each of them is a failed test"
)]

mod canary;
mod clock;
mod confined;
mod desk;
mod doubt;
mod ending;
mod failure;
mod focus;
mod frozen;
mod hotkeys;
mod instances;
mod keyring;
mod main_window;
mod pause;
mod pause_sent;
mod policy;
mod seat;
mod signed_report;
mod sounds;
mod surroundings;
mod vendors;
mod watchdog;
