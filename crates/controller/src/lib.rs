//! The loop that joins the machine, a vendor and whoever shows what it says.
//!
//! It runs without a desktop: `fermatactl run` and the tests use it as the application does.
//! It owns time, sign-in, time limits, secrets and settings; it decides nothing about what
//! may be believed (`pause` does) and draws nothing (`indicator` and the shell do).

mod handle;
pub mod secrets;
pub mod view;

pub use handle::{Change, Handle, Notice, NoticeKind};
