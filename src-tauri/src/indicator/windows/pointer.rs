//! Pressing buttons of the indicator, and moving it.

use controller::clock::Clock;

use super::desktop::monitors;
use super::{Bar, win32};
use crate::indicator::Report;
use crate::indicator::content::Released;
use crate::indicator::place::Anchor;

impl Bar {
    pub(super) fn press(&self, at: (i32, i32)) {
        let now = Clock::system().now();
        self.content.borrow_mut().press(within(at), now);
        if self.content.borrow().held().is_some() {
            self.pressable.begin_to_look();
        }
    }

    /// Follows the pointer while the window is held.
    pub(super) fn look(&self) {
        let held = self.content.borrow().held();
        match (held, win32::pointer()) {
            (Some((held_x, held_y)), Some((x, y))) => {
                let at = (x - held_x as i32, y - held_y as i32);
                self.pressable.stand_at(at);
                self.whole.stand_at(at);
            }
            (Some(_), None) => self.release(win32::NOWHERE),
            // It was hidden while it was held.
            (None, _) => self.pressable.look_no_more(),
        }
    }

    pub(super) fn release(&self, at: (i32, i32)) {
        let released = self.content.borrow_mut().release(within(at));
        match released {
            Released::Nothing => {}
            Released::Button(button) => (self.report)(Report::Pressed(button)),
            Released::Window => {
                self.pressable.look_no_more();
                let ((x, y), (width, _)) = (self.whole.corner(), self.whole.size());
                let anchor = Anchor {
                    x: x + width / 2,
                    y,
                };
                self.places.borrow_mut().keep(&monitors(), anchor);
                self.draw();
            }
        }
    }
}

fn within((x, y): (i32, i32)) -> (f64, f64) {
    (f64::from(x), f64::from(y))
}
