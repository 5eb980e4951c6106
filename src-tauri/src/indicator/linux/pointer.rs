//! Pressing buttons of the indicator, and moving it.

use controller::clock::Clock;
use gtk::gdk;
use gtk::prelude::*;

use super::Bar;
use super::desktop::monitors;
use crate::indicator::Report;
use crate::indicator::content::Released;
use crate::indicator::place::Anchor;

impl Bar {
    pub(super) fn press(&self, event: &gdk::EventButton) {
        if event.button() == 1 {
            let now = Clock::system().now();
            self.content.borrow_mut().press(event.position(), now);
        }
    }

    pub(super) fn drag(&self, (x, y): (f64, f64)) {
        if let Some((held_x, held_y)) = self.content.borrow().held() {
            self.window.move_((x - held_x) as i32, (y - held_y) as i32);
        }
    }

    pub(super) fn release(&self, at: (f64, f64)) {
        let released = self.content.borrow_mut().release(at);
        match released {
            Released::Nothing => {}
            Released::Button(button) => (self.report)(Report::Pressed(button)),
            Released::Window => {
                let (x, y) = self.window.position();
                let anchor = Anchor {
                    x: x + self.window.allocated_width() / 2,
                    y,
                };
                self.places.borrow_mut().keep(&monitors(), anchor);
                self.draw();
            }
        }
    }
}
