//! The indicator's window: shows what `indicator` draws, reports clicks, and nothing else.
//!
//! Each system has a presenter of its own, a module with one function `start`; what they have in
//! common is beside them. How each stays above all, takes no focus and lets clicks through:
//! `docs/indicator.md`.

#[cfg(any(target_os = "windows", target_os = "macos", test))]
mod bar;
pub(crate) mod claim;
mod content;
mod drawing;
pub(crate) mod lingering;
#[cfg(target_os = "linux")]
mod linux;
#[cfg(any(target_os = "windows", target_os = "macos"))]
mod listener;
#[cfg(target_os = "macos")]
mod macos;
pub(crate) mod patience;
mod place;
mod places;
#[cfg(target_os = "windows")]
mod windows;

#[cfg(target_os = "windows")]
pub(crate) use windows::thread;

use std::path::Path;

use indicator::Claim;
use tokio::sync::mpsc::UnboundedReceiver;

use places::Places;

/// What is to be on the screen.
#[derive(Clone, Debug)]
pub(crate) struct Frame {
    /// The number of the view that it comes from.
    pub(crate) number: u32,
    /// What it says; nothing where the indicator is to be hidden.
    pub(crate) claim: Option<Claim>,
}

/// What comes back from the screen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Report {
    /// What this view says is on the screen.
    Drawn(u32),
    /// This button was pressed.
    Pressed(&'static str),
}

/// Starts to show frames. To be called once, on the main thread.
///
/// # Errors
/// Why there is no indicator, for people.
pub(crate) fn start(
    data: &Path,
    frames: UnboundedReceiver<Frame>,
    report: impl Fn(Report) + Send + 'static,
) -> Result<(), &'static str> {
    let places = Places::read(data.join("indicator.json"));
    #[cfg(target_os = "linux")]
    {
        linux::start(places, frames, report);
        Ok(())
    }
    #[cfg(target_os = "windows")]
    {
        windows::start(places, frames, report)
    }
    #[cfg(target_os = "macos")]
    {
        macos::start(places, frames, report)
    }
    #[cfg(not(any(target_os = "linux", target_os = "windows", target_os = "macos")))]
    {
        drop((places, frames, report));
        Err("This build has no indicator for this operating system. \
             Whether the recording is paused is shown by the tray icon and the main window only.")
    }
}
