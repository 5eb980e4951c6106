//! Pressing buttons of the indicator, and moving it.

use std::time::Duration;

use controller::clock::Clock;
use gtk::gdk;
use gtk::prelude::*;

use super::Bar;
use super::desktop::monitors;
use crate::indicator::Report;
use crate::indicator::place::Anchor;

/// A button that came under the pointer less than this ago was not aimed at: a double click on
/// "Pause" must not press the "Resume" that takes its place.
const AIMED_AT_AFTER: Duration = Duration::from_millis(400);

impl Bar {
    pub(super) fn press(&self, event: &gdk::EventButton) {
        let at = event.position();
        let mut content = self.content.borrow_mut();
        let Some(drawing) = content.drawing.as_ref().filter(|_| event.button() == 1) else {
            return;
        };
        let (button, can_be_held) = (drawing.button_at(at), drawing.can_be_held_at(at));
        let buttons_for = Clock::system().now().since(content.buttons_since);
        content.pressed = button.filter(|_| buttons_for >= AIMED_AT_AFTER);
        content.held = (button.is_none() && can_be_held).then_some(at);
    }

    pub(super) fn drag(&self, (x, y): (f64, f64)) {
        if let Some((held_x, held_y)) = self.content.borrow().held {
            self.window.move_((x - held_x) as i32, (y - held_y) as i32);
        }
    }

    pub(super) fn release(&self, at: (f64, f64)) {
        let (pressed, held) = {
            let mut content = self.content.borrow_mut();
            let drawing = content.drawing.as_ref();
            let on = drawing.and_then(|drawing| drawing.button_at(at));
            let pressed = content.pressed.take().filter(|button| Some(*button) == on);
            (pressed, content.held.take())
        };
        if held.is_some() {
            let (x, y) = self.window.position();
            let anchor = Anchor {
                x: x + self.window.allocated_width() / 2,
                y,
            };
            if let Err(error) = self.places.borrow_mut().remember(&monitors(), anchor) {
                tracing::warn!(%error, "the indicator's place could not be written");
            }
            self.draw();
        }
        if let Some(button) = pressed {
            (self.report)(Report::Pressed(button));
        }
    }
}
