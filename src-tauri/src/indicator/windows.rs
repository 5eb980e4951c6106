//! The indicator's window on Windows: two layered windows of the same place and size.
//!
//! One shows all of it and lets every click through to whatever program is beneath
//! (`WS_EX_TRANSPARENT`). The other, above it, has only the pixels that can be pressed, and
//! where a layered window is clear it gets no clicks. Both stay above others, never get the
//! focus and are in no taskbar.
//!
//! It has a thread and a message loop of its own: it must work while the main thread waits, for
//! a webview that is being made or for a menu that is open.

mod desktop;
mod pointer;
mod win32;

use std::cell::RefCell;
use std::rc::Rc;
use std::sync::{Arc, mpsc};
use std::task::{Context, Poll, Waker};
use std::thread;

use controller::clock::Clock;
use indicator::{Claim, Painter};
use tokio::sync::mpsc::UnboundedReceiver;

use super::content::{Change, Content};
use super::drawing::{Drawing, blue_first};
use super::place::{corner, monitor_at};
use super::places::Places;
use super::{Frame, Report};
use crate::words;
use win32::{Clicks, Message, Window};

/// What people are told where no window can be made.
const NO_WINDOW: &str = "Windows has no room for the indicator's window. \
     Whether the recording is paused is shown by the tray icon and the main window only. \
     Close other programs and start Fermata again.";

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
        match Bar::new(places, frames, Box::new(report)) {
            Ok(bar) => {
                let bar = Rc::new(bar);
                let listener = Rc::clone(&bar);
                win32::listen(move |message| listener.hear(message));
                started.send(Ok(())).ok();
                bar.take_frames();
                win32::run();
            }
            Err(error) => {
                tracing::error!(%error, "the indicator's window cannot be made");
                started.send(Err(NO_WINDOW)).ok();
            }
        }
    };
    thread::Builder::new()
        .name("indicator".to_owned())
        .spawn(show_all)
        .map_err(|_| NO_WINDOW)?;
    outcome.recv().unwrap_or(Err(NO_WINDOW))
}

/// The windows and what is in them.
struct Bar {
    /// Shows all of it. Clicks go through.
    whole: Window,
    /// The buttons and the grip once more. Clicks stay.
    pressable: Window,
    painter: RefCell<Painter>,
    places: RefCell<Places>,
    content: RefCell<Content>,
    /// What is to come, and who is told of it.
    frames: RefCell<UnboundedReceiver<Frame>>,
    bell: Waker,
    report: Box<dyn Fn(Report)>,
}

impl Bar {
    fn new(
        places: Places,
        frames: UnboundedReceiver<Frame>,
        report: Box<dyn Fn(Report)>,
    ) -> std::io::Result<Self> {
        let whole = Window::new(words::INDICATOR, Clicks::GoThrough)?;
        let pressable = Window::new("", Clicks::Stay)?;
        Ok(Self {
            bell: Waker::from(Arc::new(whole.bell())),
            whole,
            pressable,
            painter: RefCell::new(Painter::new()),
            places: RefCell::new(places),
            content: RefCell::default(),
            frames: RefCell::new(frames),
            report,
        })
    }

    fn hear(&self, message: Message) {
        match message {
            Message::Rung => self.take_frames(),
            Message::DesktopChanged => self.draw(),
            Message::Pressed(at) => self.press(at),
            Message::Look => self.look(),
            Message::Released(at) => self.release(at),
        }
    }

    /// Shows what has come, until there is nothing more; the bell rings when there is.
    fn take_frames(&self) {
        let mut context = Context::from_waker(&self.bell);
        loop {
            let next = self.frames.borrow_mut().poll_recv(&mut context);
            match next {
                Poll::Ready(Some(frame)) => self.present(frame),
                Poll::Ready(None) => return win32::stop(),
                Poll::Pending => return,
            }
        }
    }

    fn present(&self, frame: Frame) {
        let number = frame.number;
        let change = self.content.borrow_mut().take(frame, Clock::system().now());
        match change {
            Change::Hide => {
                self.pressable.hide();
                self.whole.hide();
            }
            Change::Stay => self.raise(),
            Change::Draw => return self.draw(),
        }
        (self.report)(Report::Drawn(number));
    }

    /// Draws the claim anew and shows it where it belongs.
    fn draw(&self) {
        let Some(claim) = self.content.borrow().claim().cloned() else {
            return;
        };
        let title = format!("{}: {}. {}", words::INDICATOR, claim.headline, claim.line);
        let monitors = desktop::monitors();
        let anchor = self.places.borrow().anchor(&monitors);
        let style = desktop::style(monitor_at(anchor, &monitors));
        let claim = Claim {
            pulse: claim.pulse * desktop::motion(),
            ..claim
        };
        let drawing = Drawing::new(self.painter.borrow_mut().draw(&claim, style), 1);
        let (size, held) = (drawing.size(), self.content.borrow().held());
        let at = match held {
            None => corner(anchor, size, &monitors),
            Some(_) => self.whole.corner(),
        };
        let whole = blue_first(drawing.picture.pixels.clone());
        let pressable = blue_first(drawing.pressable_pixels());
        // It is clear there as well. Programs that draw for Windows, as wine does, may know only
        // one of the two ways to let clicks through.
        self.pressable.cut_to(drawing.pressable());
        self.content.borrow_mut().look(drawing);
        let painted = self
            .whole
            .paint(at, size, &whole)
            .and_then(|()| self.pressable.paint(at, size, &pressable));
        if let Err(error) = painted {
            return tracing::error!(%error, "the indicator could not be painted");
        }
        self.raise();
        self.whole.name(&title);
        let undrawn = self.content.borrow_mut().painted();
        if let Some(number) = undrawn {
            (self.report)(Report::Drawn(number));
        }
    }

    /// Other windows that stay above all (menus, other indicators) may have come above it.
    fn raise(&self) {
        self.pressable.show_above_all();
        self.whole.show_beneath(&self.pressable);
    }
}

#[cfg(test)]
mod tests;
