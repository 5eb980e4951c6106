//! The indicator's window on Linux: GTK 3, as the main window's webview uses it.
//!
//! It is a window that no window manager manages (override-redirect). So it never gets the
//! focus, is on every workspace and in no taskbar, stands where it is put, and is above
//! full-screen windows too.

mod desktop;
mod drawing;
mod pointer;

use std::cell::RefCell;
use std::rc::Rc;

use controller::clock::Clock;
use gtk::cairo::{ImageSurface, Operator};
use gtk::gdk::prelude::*;
use gtk::gdk::{self, EventMask};
use gtk::glib::{self, Propagation};
use gtk::prelude::*;
use indicator::{Claim, Painter};
use tokio::sync::mpsc::UnboundedReceiver;

use super::content::{Change, Content};
use super::drawing::Drawing;
use super::place::{corner, monitor_at};
use super::places::Places;
use super::{Frame, Report};
use crate::words;
use desktop::{is_animated, is_composited, monitors, style};
use drawing::{pressable, surface};

/// Starts to show frames on the main thread.
pub(super) fn start(
    places: Places,
    mut frames: UnboundedReceiver<Frame>,
    report: impl Fn(Report) + 'static,
) {
    let bar = Bar::new(places, Box::new(report));
    glib::MainContext::default().spawn_local(async move {
        while let Some(frame) = frames.recv().await {
            bar.present(frame);
        }
    });
}

/// The window and what is in it.
struct Bar {
    window: gtk::Window,
    painter: RefCell<Painter>,
    places: RefCell<Places>,
    content: RefCell<Content>,
    /// The pixels of the content.
    surface: RefCell<Option<ImageSurface>>,
    report: Box<dyn Fn(Report)>,
}

impl Bar {
    fn new(places: Places, report: Box<dyn Fn(Report)>) -> Rc<Self> {
        let window = gtk::Window::new(gtk::WindowType::Popup);
        window.set_title(words::INDICATOR);
        window.set_type_hint(gdk::WindowTypeHint::Notification);
        window.set_accept_focus(false);
        window.set_focus_on_map(false);
        window.set_app_paintable(true);
        window.add_events(
            EventMask::BUTTON_PRESS_MASK
                | EventMask::BUTTON_RELEASE_MASK
                | EventMask::BUTTON1_MOTION_MASK,
        );
        if let Some(screen) = desktop::screen(&window) {
            window.set_visual(screen.rgba_visual().as_ref());
        }
        let bar = Rc::new(Self {
            window,
            painter: RefCell::new(Painter::new()),
            places: RefCell::new(places),
            content: RefCell::default(),
            surface: RefCell::default(),
            report,
        });
        bar.connect();
        bar
    }

    fn connect(self: &Rc<Self>) {
        let bar = Rc::clone(self);
        self.window.connect_draw(move |_, onto| bar.paint(onto));
        let bar = Rc::clone(self);
        self.window.connect_button_press_event(move |_, event| {
            bar.press(event);
            Propagation::Stop
        });
        let bar = Rc::clone(self);
        self.window.connect_button_release_event(move |_, event| {
            bar.release(event.position());
            Propagation::Stop
        });
        let bar = Rc::clone(self);
        self.window.connect_motion_notify_event(move |_, event| {
            bar.drag(event.root());
            Propagation::Stop
        });
        if let Some(screen) = desktop::screen(&self.window) {
            let bar = Rc::clone(self);
            screen.connect_monitors_changed(move |_| bar.draw());
            let bar = Rc::clone(self);
            screen.connect_composited_changed(move |_| bar.draw());
        }
    }

    fn present(&self, frame: Frame) {
        let number = frame.number;
        let change = self.content.borrow_mut().take(frame, Clock::system().now());
        match change {
            Change::Hide => self.window.hide(),
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
        let motion = if is_animated() { 1.0 } else { 0.0 };
        let claim = Claim {
            pulse: claim.pulse * motion,
            ..claim
        };
        let monitors = monitors();
        let anchor = self.places.borrow().anchor(&monitors);
        let factor = self.window.scale_factor();
        let style = style(&self.window, monitor_at(anchor, &monitors));
        let picture = self.painter.borrow_mut().draw(&claim, style);
        let drawing = Drawing::new(picture, factor);
        let (width, height) = drawing.size();
        self.window.set_size_request(width, height);
        self.window.resize(width, height);
        if self.content.borrow().held().is_none() {
            let (x, y) = corner(anchor, (width, height), &monitors);
            self.window.move_(x, y);
        }
        self.window.realize();
        self.window
            .input_shape_combine_region(Some(&pressable(&drawing)));
        let surface = surface(&drawing);
        // Without a compositor the corners would be black.
        let shape = (!is_composited(&self.window)).then(|| surface.create_region());
        self.window.shape_combine_region(shape.flatten().as_ref());
        self.surface.replace(Some(surface));
        self.content.borrow_mut().look(drawing);
        self.window.show();
        self.raise();
        self.window.queue_draw();
        if let Some(accessible) = self.window.accessible() {
            accessible.set_name(&format!("{}. {}", claim.headline, claim.line));
        }
    }

    /// Other windows that nobody manages (menus, other indicators) may have come above it.
    fn raise(&self) {
        if let Some(window) = self.window.window() {
            window.raise();
        }
    }

    fn paint(&self, onto: &gtk::cairo::Context) -> Propagation {
        let painted = {
            let surface = self.surface.borrow();
            let Some(surface) = surface.as_ref() else {
                return Propagation::Stop;
            };
            onto.set_operator(Operator::Source);
            onto.set_source_surface(surface, 0.0, 0.0)
                .and_then(|()| onto.paint())
        };
        if let Err(error) = painted {
            tracing::error!(%error, "the indicator could not be painted");
            return Propagation::Stop;
        }
        let undrawn = self.content.borrow_mut().painted();
        if let Some(number) = undrawn {
            (self.report)(Report::Drawn(number));
        }
        Propagation::Stop
    }
}
