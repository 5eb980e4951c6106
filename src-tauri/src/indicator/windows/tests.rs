//! The presenter on a desktop, Windows' own or wine's: these tests show windows, and move and
//! press the mouse.

mod program;

use std::path::Path;
use std::sync::mpsc::{Receiver, channel};
use std::sync::{MutexGuard, PoisonError};
use std::time::Duration;

use indicator::{Claim, Painter, Picture};
use tempfile::TempDir;
use tokio::sync::mpsc::UnboundedSender;

use super::*;
use crate::indicator::content::AIMED_AT_AFTER;
use crate::indicator::drawing::tests::pause;
use crate::indicator::place::{corner, monitor_at};
use crate::os::DESKTOP;
use program::Program;

const PATIENCE: Duration = Duration::from_secs(10);

/// The presenter, with another program's window beneath it.
struct Desk {
    frames: UnboundedSender<Frame>,
    reports: Receiver<Report>,
    beneath: Program,
    data: TempDir,
    _alone: MutexGuard<'static, ()>,
}

impl Desk {
    fn new() -> Self {
        let alone = DESKTOP.lock().unwrap_or_else(PoisonError::into_inner);
        win32::count_in_pixels();
        let beneath = Program::in_front();
        let data = tempfile::tempdir().expect("a directory");
        let (frames, to_show) = tokio::sync::mpsc::unbounded_channel();
        let (report, reports) = channel();
        let places = Places::read(place_file(data.path()));
        start(places, to_show, move |it| {
            report.send(it).expect("the test listens")
        })
        .expect("there is a desktop");
        Self {
            frames,
            reports,
            beneath,
            data,
            _alone: alone,
        }
    }

    /// Shows a frame and waits until it is on the screen.
    fn show(&self, number: u32, claim: Option<Claim>) {
        self.frames.send(Frame { number, claim }).expect("it runs");
        assert_eq!(self.next(), Report::Drawn(number));
    }

    fn next(&self) -> Report {
        self.reports.recv_timeout(PATIENCE).expect("a report")
    }

    /// What it is to look like, and where.
    fn expected(&self) -> (Picture, (i32, i32)) {
        let monitors = win32::monitors();
        let anchor = Places::read(place_file(self.data.path())).anchor(&monitors);
        let style = desktop::style(monitor_at(anchor, &monitors));
        let picture = Painter::new().draw(&pause(), style);
        let size = (picture.width.cast_signed(), picture.height.cast_signed());
        (picture, corner(anchor, size, &monitors))
    }

    /// How many of the picture's opaque pixels are on the screen as they should be, in percent.
    fn percent_on_screen(&self) -> usize {
        let (picture, at) = self.expected();
        let seen = program::pixels(at, (picture.width, picture.height));
        let whole = blue_first(picture.pixels);
        let opaque = whole.chunks_exact(4).zip(seen.chunks_exact(4));
        let opaque: Vec<_> = opaque.filter(|(wanted, _)| wanted[3] == 255).collect();
        let same = opaque
            .iter()
            .filter(|(wanted, seen)| wanted[..3] == seen[..3]);
        same.count() * 100 / opaque.len()
    }

    /// Waits until it is on the screen as it should be: who mixes windows comes a moment later.
    fn wait_until_on_screen(&self) {
        program::wait_until("the picture on the screen", || {
            self.percent_on_screen() == 100
        });
    }

    /// A point of the desktop, from one of the picture.
    fn point(&self, x: u32, y: u32) -> (i32, i32) {
        let (_, (left, top)) = self.expected();
        (left + x.cast_signed(), top + y.cast_signed())
    }

    fn middle_of_the_button(&self) -> (i32, i32) {
        let place = self.expected().0.areas[0].place;
        self.point(place.x + place.width / 2, place.y + place.height / 2)
    }
}

impl Drop for Desk {
    /// The next test must not meet what this one has shown.
    fn drop(&mut self) {
        if !std::thread::panicking() {
            self.show(u32::MAX, None);
        }
    }
}

fn place_file(data: &Path) -> std::path::PathBuf {
    data.join("indicator.json")
}

/// Buttons count from this long after they came up.
fn wait_until_buttons_count() {
    std::thread::sleep(AIMED_AT_AFTER);
}

#[test]
fn what_is_reported_as_drawn_is_on_the_screen_above_the_program_in_front() {
    // B7, B9
    let desk = Desk::new();
    assert!(desk.percent_on_screen() < 5, "nothing is there yet");
    desk.show(1, Some(pause()));
    desk.wait_until_on_screen();
    assert!(desk.beneath.is_in_front(), "the focus stays where it was");
    desk.beneath.raise();
    desk.show(2, Some(pause()));
    desk.wait_until_on_screen();
    desk.show(3, None);
    program::wait_until("nothing of it on the screen", || {
        desk.percent_on_screen() < 5
    });
    assert!(desk.beneath.is_in_front());
}

#[test]
fn a_button_is_pressed_without_taking_the_focus() {
    // B9
    let desk = Desk::new();
    desk.show(1, Some(pause()));
    wait_until_buttons_count();
    program::click(desk.middle_of_the_button());
    assert_eq!(desk.next(), Report::Pressed("resume"));
    assert!(desk.beneath.is_in_front());
    assert_eq!(desk.beneath.presses(), 0);
}

#[test]
fn a_click_beside_buttons_and_grip_goes_to_the_program_beneath() {
    // B9
    let desk = Desk::new();
    desk.show(1, Some(pause()));
    wait_until_buttons_count();
    let (picture, _) = desk.expected();
    let grip = picture.drag.expect("it has a grip");
    // On the headline: every pixel there is opaque.
    program::click(desk.point(grip.x + grip.width + 20, picture.height / 2));
    desk.beneath.wait_for_presses(1);
    assert!(desk.reports.try_recv().is_err(), "nobody pressed a button");
}

#[test]
fn it_is_dragged_by_its_grip_and_stays_where_it_was_put() {
    // B9
    let desk = Desk::new();
    desk.show(1, Some(pause()));
    let (picture, before) = desk.expected();
    let grip = picture.drag.expect("it has a grip");
    let held = desk.point(grip.x + grip.width / 2, grip.y + grip.height / 2);
    program::drag(held, (held.0 + 40, held.1 + 200));
    let moved = || {
        let (_, after) = desk.expected();
        after == (before.0 + 40, before.1 + 200)
    };
    program::wait_until("the place is kept", moved);
    desk.show(2, Some(pause()));
    desk.wait_until_on_screen();
    assert!(desk.beneath.is_in_front());
}
