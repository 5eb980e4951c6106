//! The indicator's windows on Windows: layered, always on top, never active.
//!
//! They have a thread and a message loop of their own: the indicator must work while the main
//! thread waits, for a webview that is being made or for a menu that is open.

mod desktop;
mod win32;

use std::io;
use std::sync::{Arc, OnceLock, mpsc};
use std::task::Waker;
use std::thread::Builder;

use indicator::Style;
use tokio::sync::mpsc::UnboundedReceiver;

use super::bar::{Bar, Message, Panes};
use super::drawing::{Drawing, blue_first};
use super::listener::listen;
use super::place::Monitor;
use super::places::Places;
use super::{Frame, Report};
use crate::{os, words};
use win32::{Clicks, Window};

/// What people are told where no window can be made.
const NO_WINDOW: &str = "Windows has no room for the indicator's window. \
     Whether the recording is paused is shown by the tray icon and the main window only. \
     Close other programs and start Fermata again.";

static THREAD: OnceLock<u32> = OnceLock::new();

/// The number by which Windows knows the thread that shows the frames, once there is one.
pub(crate) fn thread() -> Option<u32> {
    THREAD.get().copied()
}

/// Starts to show frames on a thread of its own.
///
/// # Errors
/// Why there is no indicator, for people.
pub(super) fn start(
    places: Places,
    frames: UnboundedReceiver<Frame>,
    report: impl Fn(Report) + Send + 'static,
) -> Result<(), &'static str> {
    let (started, outcome) = mpsc::sync_channel(1);
    let show_all = move || {
        win32::count_in_pixels();
        let panes = match TwoWindows::new() {
            Ok(panes) => panes,
            Err(error) => {
                tracing::error!(%error, "the indicator's window cannot be made");
                return started.send(Err(NO_WINDOW)).unwrap_or_default();
            }
        };
        let bell = Waker::from(Arc::new(panes.whole.bell()));
        let bar = Bar::new(panes, bell, places, frames, Box::new(report));
        bar.hear(Message::Rung);
        listen(move |message| bar.hear(message));
        THREAD.get_or_init(os::this_thread);
        started.send(Ok(())).unwrap_or_default();
        win32::run();
    };
    Builder::new()
        .name("indicator".to_owned())
        .spawn(show_all)
        .map_err(|_| NO_WINDOW)?;
    outcome.recv().unwrap_or(Err(NO_WINDOW))
}

struct TwoWindows {
    /// Shows all of it. Clicks go through.
    whole: Window,
    /// The buttons and the grip once more. Clicks stay.
    pressable: Window,
}

impl TwoWindows {
    fn new() -> io::Result<Self> {
        Ok(Self {
            whole: Window::new(words::INDICATOR, Clicks::GoThrough)?,
            pressable: Window::new("", Clicks::Stay)?,
        })
    }
}

/// Points are pixels here, on each monitor.
impl Panes for TwoWindows {
    fn monitors(&self) -> Vec<Monitor> {
        win32::monitors()
    }

    fn style(&self, monitor: Option<Monitor>) -> Style {
        desktop::style(monitor)
    }

    fn factor(&self, _: Option<Monitor>) -> i32 {
        1
    }

    fn is_animated(&self) -> bool {
        win32::is_animated()
    }

    fn paint(&self, at: (i32, i32), drawing: &Drawing) -> io::Result<()> {
        let size = drawing.size();
        let whole = blue_first(drawing.picture.pixels.clone());
        let pressable = blue_first(drawing.pressable_pixels());
        self.whole.paint(at, size, &whole)?;
        self.pressable.paint(at, size, &pressable)?;
        // Where a layered window is clear it gets no clicks (documented: `UpdateLayeredWindow`).
        // Wine does not know that; there, and here once more, it ends at its region.
        self.pressable.cut_to(drawing.pressable());
        Ok(())
    }

    fn raise(&self) {
        self.pressable.show_above_all();
        self.whole.show_beneath(&self.pressable);
    }

    fn hide(&self) {
        self.pressable.hide();
        self.whole.hide();
    }

    fn name(&self, name: &str) {
        self.whole.name(name);
    }

    fn stand_at(&self, corner: (i32, i32)) {
        self.pressable.stand_at(corner);
        self.whole.stand_at(corner);
    }

    fn corner(&self) -> (i32, i32) {
        self.whole.corner()
    }

    fn pointer(&self) -> Option<(i32, i32)> {
        win32::pointer()
    }

    fn begin_to_look(&self) {
        self.pressable.begin_to_look();
    }

    fn look_no_more(&self) {
        self.pressable.look_no_more();
    }

    fn end(&self) {
        win32::stop();
    }
}

#[cfg(test)]
mod tests;
