//! What the indicator's window has to show, and what presses on it mean: the same on every system.

use std::time::Duration;

use indicator::Claim;
use pause::Moment;

use super::Frame;
use super::drawing::Drawing;

/// A button that came under the pointer less than this ago was not aimed at: a double click on
/// "Pause" must not press the "Resume" that takes its place.
pub(super) const AIMED_AT_AFTER: Duration = Duration::from_millis(400);

/// What is on the screen, or about to be.
#[derive(Debug, Default)]
pub(crate) struct Content {
    claim: Option<Claim>,
    /// What it looks like.
    drawing: Option<Drawing>,
    /// Since when it has these buttons.
    buttons_since: Moment,
    /// A view that is to be drawn and is not on the screen yet.
    undrawn: Option<u32>,
    /// The button under a press that has not been let go.
    pressed: Option<&'static str>,
    /// Where in the window it is held, while it is dragged.
    held: Option<(f64, f64)>,
}

/// What a frame asks of the window.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Change {
    /// To be hidden.
    Hide,
    /// To come above other windows, as it is: it shows this already.
    Stay,
    /// To be drawn anew.
    Draw,
}

/// What was let go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Released {
    /// Nothing that matters.
    Nothing,
    /// A button, where it was pressed.
    Button(&'static str),
    /// The window, after it was dragged or could have been.
    Window,
}

impl Content {
    /// Takes what is to be on the screen from now on.
    pub(crate) fn take(&mut self, frame: Frame, now: Moment) -> Change {
        let Frame { number, claim } = frame;
        if claim.is_none() {
            *self = Self::default();
            return Change::Hide;
        }
        if self.claim == claim && self.undrawn.is_none() {
            return Change::Stay;
        }
        let buttons = |claim: &Option<Claim>| claim.as_ref().map(|it| it.buttons.clone());
        if buttons(&self.claim) != buttons(&claim) {
            self.buttons_since = now;
        }
        self.claim = claim;
        self.undrawn = Some(number);
        Change::Draw
    }

    /// What is to be drawn.
    pub(crate) fn claim(&self) -> Option<&Claim> {
        self.claim.as_ref()
    }

    /// Takes what it looks like.
    pub(crate) fn look(&mut self, drawing: Drawing) {
        self.drawing = Some(drawing);
    }

    /// How wide it is, in points.
    #[cfg(any(target_os = "windows", target_os = "macos", test))]
    pub(crate) fn width(&self) -> i32 {
        self.drawing.as_ref().map_or(0, |drawing| drawing.size().0)
    }

    /// Takes note that it is on the screen. Returns the view of which nobody knows that yet.
    pub(crate) fn painted(&mut self) -> Option<u32> {
        self.undrawn.take()
    }

    /// Where in the window it is held, while it is dragged.
    pub(crate) fn held(&self) -> Option<(f64, f64)> {
        self.held
    }

    /// Takes a press at a point of the window.
    pub(crate) fn press(&mut self, at: (f64, f64), now: Moment) {
        let Some(drawing) = &self.drawing else {
            return;
        };
        let button = drawing.button_at(at);
        let can_be_held = drawing.can_be_held_at(at);
        let aimed_at = now.since(self.buttons_since) >= AIMED_AT_AFTER;
        self.pressed = button.filter(|_| aimed_at);
        self.held = (button.is_none() && can_be_held).then_some(at);
    }

    /// Takes the end of a press, at a point of the window.
    pub(crate) fn release(&mut self, at: (f64, f64)) -> Released {
        let drawing = self.drawing.as_ref();
        let on = drawing.and_then(|drawing| drawing.button_at(at));
        let pressed = self.pressed.take().filter(|button| Some(*button) == on);
        if self.held.take().is_some() {
            return Released::Window;
        }
        pressed.map_or(Released::Nothing, Released::Button)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::indicator::drawing::tests::{drawing, pause};

    fn at(ms: u64) -> Moment {
        Moment::after_start(Duration::from_millis(ms))
    }

    fn frame(number: u32) -> Frame {
        Frame {
            number,
            claim: Some(pause()),
        }
    }

    /// Shown since 1,000 ms.
    fn shown() -> Content {
        let mut content = Content::default();
        assert_eq!(content.take(frame(1), at(1000)), Change::Draw);
        content.look(drawing(1));
        assert_eq!(content.painted(), Some(1));
        content
    }

    fn middle_of_the_button() -> (f64, f64) {
        let place = drawing(1).pressable().next().expect("it has a button");
        let half = |length: u32| f64::from(length) / 2.0;
        (
            f64::from(place.x) + half(place.width),
            f64::from(place.y) + half(place.height),
        )
    }

    fn middle_of_the_grip() -> (f64, f64) {
        let place = drawing(1).pressable().last().expect("it has a grip");
        (f64::from(place.x) + 3.0, f64::from(place.y) + 3.0)
    }

    #[test]
    fn the_same_claim_is_drawn_once() {
        let mut content = shown();
        assert_eq!(content.take(frame(2), at(2000)), Change::Stay);
        assert_eq!(content.painted(), None);
    }

    #[test]
    fn what_could_not_be_painted_is_drawn_again() {
        let mut content = Content::default();
        assert_eq!(content.take(frame(1), at(0)), Change::Draw);
        assert_eq!(content.take(frame(2), at(0)), Change::Draw);
        assert_eq!(content.painted(), Some(2));
    }

    #[test]
    fn a_hidden_window_has_nothing_to_press() {
        let mut content = shown();
        let hidden = Frame {
            number: 2,
            claim: None,
        };
        assert_eq!(content.take(hidden, at(2000)), Change::Hide);
        content.press(middle_of_the_button(), at(3000));
        assert_eq!(content.release(middle_of_the_button()), Released::Nothing);
    }

    #[test]
    fn a_button_counts_where_it_is_pressed_and_let_go() {
        let (mut content, button) = (shown(), middle_of_the_button());
        content.press(button, at(1400));
        assert_eq!(content.release(button), Released::Button("resume"));
        content.press(button, at(1500));
        assert_eq!(content.release(middle_of_the_grip()), Released::Nothing);
    }

    #[test]
    fn a_button_that_came_under_the_pointer_a_moment_ago_was_not_aimed_at() {
        let (mut content, button) = (shown(), middle_of_the_button());
        content.press(button, at(1399));
        assert_eq!(content.release(button), Released::Nothing);
    }

    #[test]
    fn it_is_held_at_its_grip_until_it_is_let_go() {
        let (mut content, grip) = (shown(), middle_of_the_grip());
        content.press(grip, at(1000));
        assert_eq!(content.held(), Some(grip));
        assert_eq!(content.release((0.0, 0.0)), Released::Window);
        assert_eq!(content.held(), None);
    }
}
