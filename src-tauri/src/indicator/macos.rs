//! The indicator's windows on macOS: panels that do not activate the program, above full-screen
//! programs and in every Space.
//!
//! This file and those in its folder have been compiled for macOS and have never run on a Mac.

mod appkit;
mod desktop;

use std::io;
use std::sync::Arc;
use std::task::Waker;

use indicator::Style;
use objc2::MainThreadMarker;
use tokio::sync::mpsc::UnboundedReceiver;

use super::bar::{Bar, Message, Panes};
use super::drawing::Drawing;
use super::listener::listen;
use super::place::Monitor;
use super::places::Places;
use super::{Frame, Report};
use appkit::{Bell, Clicks, Panel};

/// Starts to show frames on the main thread: AppKit has windows on no other.
///
/// # Errors
/// It is called from another thread.
pub(super) fn start(
    places: Places,
    frames: UnboundedReceiver<Frame>,
    report: impl Fn(Report) + 'static,
) -> Result<(), &'static str> {
    let main_thread = MainThreadMarker::new()
        .ok_or("The indicator was not started on the main thread. Start Fermata again.")?;
    let panes = TwoPanels {
        whole: Panel::new(main_thread, Clicks::GoThrough),
        pressable: Panel::new(main_thread, Clicks::Stay),
        main_thread,
    };
    let bell = Waker::from(Arc::new(Bell));
    let bar = Bar::new(panes, bell, places, frames, Box::new(report));
    bar.hear(Message::Rung);
    listen(move |message| bar.hear(message));
    Ok(())
}

struct TwoPanels {
    /// Shows all of it. Clicks go through.
    whole: Panel,
    /// The buttons and the grip once more. Clicks stay.
    pressable: Panel,
    main_thread: MainThreadMarker,
}

impl Panes for TwoPanels {
    fn monitors(&self) -> Vec<Monitor> {
        desktop::monitors(self.main_thread)
    }

    fn style(&self, monitor: Option<Monitor>) -> Style {
        desktop::style(self.main_thread, monitor, self.factor(monitor))
    }

    fn factor(&self, monitor: Option<Monitor>) -> i32 {
        desktop::factor(self.main_thread, monitor)
    }

    fn is_animated(&self) -> bool {
        desktop::is_animated()
    }

    fn paint(&self, at: (i32, i32), drawing: &Drawing) -> io::Result<()> {
        let height = desktop::height_of_primary(self.main_thread);
        self.whole
            .paint(at, height, drawing, &drawing.picture.pixels)?;
        let pressable = drawing.pressable_pixels();
        self.pressable.paint(at, height, drawing, &pressable)
    }

    fn raise(&self) {
        self.whole.show();
        self.pressable.show();
    }

    fn hide(&self) {
        self.pressable.hide();
        self.whole.hide();
    }

    fn name(&self, name: &str) {
        self.whole.name(name);
    }

    fn stand_at(&self, corner: (i32, i32)) {
        let height = desktop::height_of_primary(self.main_thread);
        self.whole.stand_at(corner, height);
        self.pressable.stand_at(corner, height);
    }

    fn corner(&self) -> (i32, i32) {
        self.whole
            .corner(desktop::height_of_primary(self.main_thread))
    }

    fn pointer(&self) -> Option<(i32, i32)> {
        appkit::pointer(desktop::height_of_primary(self.main_thread))
    }
}
