//! The bar on a desktop of paper.

use std::cell::Cell;
use std::rc::Rc;

use tempfile::TempDir;
use tokio::sync::mpsc::{UnboundedSender, unbounded_channel};

use super::*;
use crate::indicator::drawing::tests::pause;

const MONITOR: Monitor = Monitor {
    x: 0,
    y: 0,
    width: 1920,
    height: 1080,
    free_from: 0,
    primary: true,
};

/// What has become of the windows.
#[derive(Debug, Default)]
struct Paper {
    shown: Cell<bool>,
    corner: Cell<(i32, i32)>,
    pointer: Cell<Option<(i32, i32)>>,
    looks: Cell<bool>,
    /// How often it was painted; no paint is left while `dry`.
    painted: Cell<u32>,
    dry: Cell<bool>,
    still: Cell<bool>,
    ended: Cell<bool>,
    pixels: RefCell<Vec<u8>>,
    drag: Cell<(i32, i32)>,
}

impl Panes for Rc<Paper> {
    fn monitors(&self) -> Vec<Monitor> {
        vec![MONITOR]
    }
    fn style(&self, _: Option<Monitor>) -> Style {
        Style::default()
    }
    fn factor(&self, _: Option<Monitor>) -> i32 {
        1
    }
    fn is_animated(&self) -> bool {
        !self.still.get()
    }
    fn paint(&self, at: (i32, i32), drawing: &Drawing) -> io::Result<()> {
        if self.dry.get() {
            return Err(io::Error::other("there is no paint left"));
        }
        self.painted.set(self.painted.get() + 1);
        self.corner.set(at);
        let grip = drawing.picture.drag.expect("it has a grip");
        self.drag
            .set(((grip.x + 2).cast_signed(), (grip.y + 2).cast_signed()));
        self.pixels.replace(drawing.picture.pixels.clone());
        Ok(())
    }
    fn raise(&self) {
        self.shown.set(true);
    }
    fn hide(&self) {
        self.shown.set(false);
    }
    fn name(&self, name: &str) {
        assert!(name.starts_with("Fermata indicator: RECORDING PAUSED"));
    }
    fn stand_at(&self, corner: (i32, i32)) {
        self.corner.set(corner);
    }
    fn corner(&self) -> (i32, i32) {
        self.corner.get()
    }
    fn pointer(&self) -> Option<(i32, i32)> {
        self.pointer.get()
    }
    fn begin_to_look(&self) {
        self.looks.set(true);
    }
    fn look_no_more(&self) {
        self.looks.set(false);
    }
    fn end(&self) {
        self.ended.set(true);
    }
}

struct Desk {
    paper: Rc<Paper>,
    bar: Bar<Rc<Paper>>,
    frames: UnboundedSender<Frame>,
    reports: Rc<RefCell<Vec<Report>>>,
    data: TempDir,
}

impl Desk {
    fn new() -> Self {
        let (paper, reports) = (Rc::<Paper>::default(), Rc::<RefCell<Vec<_>>>::default());
        let (frames, to_show) = unbounded_channel();
        let data = tempfile::tempdir().expect("a directory");
        let reported = Rc::clone(&reports);
        Self {
            bar: Bar::new(
                Rc::clone(&paper),
                Waker::noop().clone(),
                Places::read(data.path().join("indicator.json")),
                to_show,
                Box::new(move |report| reported.borrow_mut().push(report)),
            ),
            paper,
            frames,
            reports,
            data,
        }
    }

    fn send(&self, number: u32, claim: Option<Claim>) {
        self.frames.send(Frame { number, claim }).expect("it runs");
        self.bar.hear(Message::Rung);
    }

    fn reports(&self) -> Vec<Report> {
        self.reports.take()
    }
}

#[test]
fn a_frame_is_reported_once_it_is_on_the_screen() {
    let desk = Desk::new();
    desk.paper.dry.set(true);
    desk.send(1, Some(pause()));
    assert_eq!(desk.reports(), [], "nobody can see it");
    assert!(!desk.paper.shown.get());
    desk.paper.dry.set(false);
    desk.send(2, Some(pause()));
    assert_eq!(desk.reports(), [Report::Drawn(2)]);
    assert!(desk.paper.shown.get());
    desk.send(3, None);
    assert_eq!(desk.reports(), [Report::Drawn(3)]);
    assert!(!desk.paper.shown.get());
}

#[test]
fn what_is_on_the_screen_already_is_not_painted_again() {
    let desk = Desk::new();
    desk.send(1, Some(pause()));
    desk.paper.shown.set(false);
    desk.send(2, Some(pause()));
    assert_eq!(desk.paper.painted.get(), 1);
    assert!(desk.paper.shown.get(), "it comes above other windows again");
    desk.bar.hear(Message::DesktopChanged);
    assert_eq!(desk.paper.painted.get(), 2, "on another desktop it is");
    assert_eq!(desk.reports(), [Report::Drawn(1), Report::Drawn(2)]);
}

#[test]
fn a_change_of_the_desktop_brings_nothing_back_that_is_hidden() {
    let desk = Desk::new();
    desk.send(1, Some(pause()));
    desk.send(2, None);
    desk.bar.hear(Message::DesktopChanged);
    assert!(!desk.paper.shown.get());
}

#[test]
fn it_follows_the_pointer_and_keeps_its_place_when_it_is_let_go() {
    let desk = Desk::new();
    desk.send(1, Some(pause()));
    let (before, grip) = (desk.paper.corner(), desk.paper.drag.get());
    desk.bar.hear(Message::Pressed(grip));
    assert!(desk.paper.looks.get());
    let pointer = (before.0 + grip.0 + 70, before.1 + grip.1 + 300);
    desk.paper.pointer.set(Some(pointer));
    desk.bar.hear(Message::Look);
    assert_eq!(desk.paper.corner(), (before.0 + 70, before.1 + 300));
    // The button went up over another program: nobody tells of it.
    desk.paper.pointer.set(None);
    desk.bar.hear(Message::Look);
    assert!(!desk.paper.looks.get());
    assert_eq!(desk.paper.corner(), (before.0 + 70, before.1 + 300));
    let again = Places::read(desk.data.path().join("indicator.json"));
    assert_eq!(again.anchor(&[MONITOR]).y, before.1 + 300);
}

#[test]
fn what_is_hidden_while_it_is_held_does_not_come_back() {
    let desk = Desk::new();
    desk.send(1, Some(pause()));
    desk.bar.hear(Message::Pressed(desk.paper.drag.get()));
    desk.send(2, None);
    desk.paper.pointer.set(Some((500, 500)));
    desk.bar.hear(Message::Look);
    assert!(!desk.paper.looks.get() && !desk.paper.shown.get());
    desk.bar.hear(Message::Released((0, 0)));
    assert!(!desk.paper.shown.get());
}

#[test]
fn nothing_moves_where_animations_are_turned_off() {
    // H2
    let pulsing = Claim {
        pulse: 1.0,
        ..pause()
    };
    let looks = |still: bool, claim: Claim| {
        let desk = Desk::new();
        desk.paper.still.set(still);
        desk.send(1, Some(claim));
        desk.paper.pixels.take()
    };
    assert_eq!(looks(true, pulsing.clone()), looks(false, pause()));
    assert_ne!(looks(false, pulsing), looks(false, pause()));
}

#[test]
fn the_windows_end_with_the_frames() {
    let Desk {
        paper, bar, frames, ..
    } = Desk::new();
    drop(frames);
    bar.hear(Message::Rung);
    assert!(paper.ended.get());
}
