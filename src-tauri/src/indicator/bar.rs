//! The indicator as two windows in one place, of which a system provides what [`Panes`] asks for.
//!
//! One shows all of it and lets every click through to whatever program is beneath. The other,
//! above it, has only the pixels that can be pressed.

use std::cell::RefCell;
use std::io;
use std::task::{Context, Poll, Waker};

use controller::clock::Clock;
use indicator::{Claim, Painter, Style};
use tokio::sync::mpsc::UnboundedReceiver;

use super::content::{Change, Content, Released};
use super::drawing::Drawing;
use super::place::{Anchor, Monitor, corner, monitor_at};
use super::places::Places;
use super::{Frame, Report};
use crate::words;

/// A point of no button: a press that ends there presses nothing.
pub(super) const NOWHERE: (i32, i32) = (-1, -1);

/// The two windows of a system, and what the system is like.
pub(super) trait Panes {
    /// Every monitor there is.
    fn monitors(&self) -> Vec<Monitor>;
    /// How large and in which colors, on this monitor.
    fn style(&self, monitor: Option<Monitor>) -> Style;
    /// How many pixels make a point, on this monitor.
    fn factor(&self, monitor: Option<Monitor>) -> i32;
    /// Whether things may move on the screen.
    fn is_animated(&self) -> bool;
    /// Puts pixels into both windows, with the upper left corner here. Hidden ones stay hidden.
    ///
    /// # Errors
    /// There is no room for them.
    fn paint(&self, at: (i32, i32), drawing: &Drawing) -> io::Result<()>;
    /// Shows both above all other windows, without giving them the focus.
    fn raise(&self);
    /// Takes both off the screen.
    fn hide(&self);
    /// Has screen readers call them by this name.
    fn name(&self, name: &str);
    /// Moves both: the upper left corner goes here.
    fn stand_at(&self, corner: (i32, i32));
    /// Where the upper left corner is.
    fn corner(&self) -> (i32, i32);
    /// Where on the desktop the pointer is, while its first button is down.
    fn pointer(&self) -> Option<(i32, i32)>;
    /// Brings [`Message::Look`] again and again, where nobody tells how the pointer moves.
    fn begin_to_look(&self) {}
    /// Ends that.
    fn look_no_more(&self) {}
    /// Lets go of everything: no more frames will come.
    fn end(&self) {}
}

/// What the windows are told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Message {
    /// There are frames.
    Rung,
    /// Monitors, theme or text size are not what they were.
    DesktopChanged,
    /// The first mouse button went down, at a point of the window.
    Pressed((i32, i32)),
    /// The pointer may have moved.
    Look,
    /// The button went up, at a point of the window.
    Released((i32, i32)),
}

/// The windows and what is in them.
pub(super) struct Bar<P> {
    panes: P,
    painter: RefCell<Painter>,
    places: RefCell<Places>,
    content: RefCell<Content>,
    /// What is to come, and who is told of it.
    frames: RefCell<UnboundedReceiver<Frame>>,
    bell: Waker,
    report: Box<dyn Fn(Report)>,
}

impl<P: Panes> Bar<P> {
    /// Takes windows that are hidden. `bell` brings [`Message::Rung`].
    pub(super) fn new(
        panes: P,
        bell: Waker,
        places: Places,
        frames: UnboundedReceiver<Frame>,
        report: Box<dyn Fn(Report)>,
    ) -> Self {
        Self {
            panes,
            painter: RefCell::new(Painter::new()),
            places: RefCell::new(places),
            content: RefCell::default(),
            frames: RefCell::new(frames),
            bell,
            report,
        }
    }

    /// Takes a message. The first one has to be [`Message::Rung`].
    ///
    /// It may be told something while it is busy with the message before: systems send some
    /// from within the calls that cause them.
    pub(super) fn hear(&self, message: Message) {
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
                Poll::Ready(None) => return self.panes.end(),
                Poll::Pending => return,
            }
        }
    }

    fn present(&self, frame: Frame) {
        let number = frame.number;
        let change = self.content.borrow_mut().take(frame, Clock::system().now());
        match change {
            Change::Hide => self.panes.hide(),
            Change::Stay => self.panes.raise(),
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
        let monitors = self.panes.monitors();
        let anchor = self.places.borrow().anchor(&monitors);
        let monitor = monitor_at(anchor, &monitors);
        let motion = if self.panes.is_animated() { 1.0 } else { 0.0 };
        let claim = Claim {
            pulse: claim.pulse * motion,
            ..claim
        };
        let style = self.panes.style(monitor);
        let picture = self.painter.borrow_mut().draw(&claim, style);
        let drawing = Drawing::new(picture, self.panes.factor(monitor));
        let held = self.content.borrow().held();
        let at = match held {
            None => corner(anchor, drawing.size(), &monitors),
            Some(_) => self.panes.corner(),
        };
        let painted = self.panes.paint(at, &drawing);
        self.content.borrow_mut().look(drawing);
        if let Err(error) = painted {
            return tracing::error!(%error, "the indicator could not be painted");
        }
        self.panes.raise();
        self.panes.name(&title);
        let undrawn = self.content.borrow_mut().painted();
        if let Some(number) = undrawn {
            (self.report)(Report::Drawn(number));
        }
    }

    fn press(&self, at: (i32, i32)) {
        let now = Clock::system().now();
        self.content.borrow_mut().press(within(at), now);
        let held = self.content.borrow().held();
        if held.is_some() {
            self.panes.begin_to_look();
        }
    }

    /// Follows the pointer while the window is held.
    fn look(&self) {
        let held = self.content.borrow().held();
        match (held, self.panes.pointer()) {
            (Some((held_x, held_y)), Some((x, y))) => {
                self.panes.stand_at((x - held_x as i32, y - held_y as i32));
            }
            // The button went up elsewhere, and nobody told us.
            (Some(_), None) => self.release(NOWHERE),
            // It was hidden while it was held.
            (None, _) => self.panes.look_no_more(),
        }
    }

    fn release(&self, at: (i32, i32)) {
        let width = self.content.borrow().width();
        let released = self.content.borrow_mut().release(within(at));
        match released {
            Released::Nothing => {}
            Released::Button(button) => (self.report)(Report::Pressed(button)),
            Released::Window => {
                self.panes.look_no_more();
                let (x, y) = self.panes.corner();
                let anchor = Anchor {
                    x: x + width / 2,
                    y,
                };
                let monitors = self.panes.monitors();
                self.places.borrow_mut().keep(&monitors, anchor);
                self.draw();
            }
        }
    }
}

fn within((x, y): (i32, i32)) -> (f64, f64) {
    (f64::from(x), f64::from(y))
}

#[cfg(test)]
mod tests;
