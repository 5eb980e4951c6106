//! Which face is on the screen, told by its pixels.

use std::cell::RefCell;
use std::time::Duration;

use controller::view::{DisplayName, View};
use indicator::{Button, Claim, Face, Painter, Style};

use super::{Picture, Window};

/// Compares what is on the screen with what `indicator` draws.
#[derive(Default)]
pub struct Looks {
    painter: RefCell<Option<Painter>>,
}

/// An indicator on the screen.
#[derive(Debug)]
pub struct Shown {
    /// Its window.
    pub window: Window,
    drawing: indicator::Picture,
}

impl Shown {
    /// The middle of a button, on the screen.
    ///
    /// # Panics
    /// There is no such button.
    pub fn middle_of(&self, button: &str) -> (i32, i32) {
        let areas = &self.drawing.areas;
        let area = areas
            .iter()
            .find(|area| area.button == button)
            .unwrap_or_else(|| panic!("no button {button:?} among {areas:?}"));
        let x = area.place.x + area.place.width / 2;
        let y = area.place.y + area.place.height / 2;
        (
            self.window.area.x + x.cast_signed(),
            self.window.area.y + y.cast_signed(),
        )
    }

    /// A point of the bar's ground on the screen, far from words and buttons, and its color.
    ///
    /// # Panics
    /// The bar has no ground: it is not drawn as it should be.
    pub fn ground(&self) -> ((i32, i32), [u8; 3]) {
        let (x, y) = (self.drawing.width / 2, self.drawing.height - 5);
        let color = opaque(&self.drawing, x, y).expect("the bar has a ground");
        let area = self.window.area;
        ((area.x + x.cast_signed(), area.y + y.cast_signed()), color)
    }
}

impl Looks {
    /// Every face that, with the words of this view, looks exactly like the picture.
    pub fn faces(&self, picture: &Picture, view: &View) -> Vec<Face> {
        let faces = Face::ALL.into_iter();
        faces.filter(|face| self.is(picture, view, *face)).collect()
    }

    /// Whether the picture looks exactly like this face with the words of this view.
    pub fn is(&self, picture: &Picture, view: &View, face: Face) -> bool {
        self.matches(picture, view, face, 0.0)
    }

    /// The same with its rim lit, as after a reminder.
    pub fn is_lit(&self, picture: &Picture, view: &View, face: Face) -> bool {
        self.matches(picture, view, face, 1.0)
    }

    fn matches(&self, picture: &Picture, view: &View, face: Face, pulse: f32) -> bool {
        // The clocks on the bar may be a second ahead of the view, or behind it.
        around(view.paused_for_ms).into_iter().any(|elapsed| {
            around(view.resumes_in_ms).into_iter().any(|left| {
                let claim = Claim {
                    pulse,
                    ..claim(view, face, elapsed, left)
                };
                shows(picture, &self.draw(&claim))
            })
        })
    }

    /// A window that wears this face.
    pub fn shown(&self, window: Window, view: &View, face: Face) -> Shown {
        let seconds = |ms: Option<u32>| ms.map(|ms| ms / 1000);
        let (elapsed, left) = (seconds(view.paused_for_ms), seconds(view.resumes_in_ms));
        Shown {
            window,
            drawing: self.draw(&claim(view, face, elapsed, left)),
        }
    }

    fn draw(&self, claim: &Claim) -> indicator::Picture {
        let style = Style {
            screen_width: Some(1280),
            ..Style::default()
        };
        let mut painter = self.painter.borrow_mut();
        painter.get_or_insert_with(Painter::new).draw(claim, style)
    }
}

/// This second, the one after it and the one before it; nothing where there is none.
fn around(ms: Option<u32>) -> Vec<Option<u32>> {
    match ms.map(|ms| ms / 1000) {
        None => vec![None],
        Some(second) => [second, second + 1, second.saturating_sub(1)]
            .map(Some)
            .to_vec(),
    }
}

/// What the indicator is to say of a view, with whatever face.
fn claim(view: &View, face: Face, elapsed: Option<u32>, left: Option<u32>) -> Claim {
    let offered = view.extensions_left > 0 && left.is_some_and(|left| left <= 30);
    let mut buttons = vec![
        ("pause", "Pause", view.can_pause),
        ("resume", "Resume", view.can_resume),
        ("extend", "Extend", offered),
        ("understood", "Understood", view.can_acknowledge),
    ];
    if matches!(view.display, DisplayName::Paused | DisplayName::PauseSent) {
        buttons.swap(0, 1);
    }
    let buttons = buttons.into_iter().filter(|(_, _, can)| *can);
    let ends = left.map(|left| format!("Resumes in {:02}:{:02}.", left / 60, left % 60));
    let line = [Some(view.reason.clone()), ends].into_iter().flatten();
    let line: Vec<String> = line.filter(|sentence| !sentence.is_empty()).collect();
    Claim {
        face,
        headline: view.headline.clone(),
        line: line.join(" "),
        elapsed: elapsed.map(|seconds| Duration::from_secs(seconds.into())),
        call: view.calls.first().map(|call| format!("Call {}", call.id)),
        buttons: buttons
            .map(|(id, label, _)| Button {
                id,
                label: label.to_owned(),
            })
            .collect(),
        simulation: view.simulation,
        ..Claim::default()
    }
}

/// Whether a picture shows a drawing. Of its corners, which are round, nothing is expected.
fn shows(picture: &Picture, drawing: &indicator::Picture) -> bool {
    let (width, height) = (drawing.width, drawing.height);
    (picture.width, picture.height) == (width, height)
        && (0..height).all(|y| {
            (0..width).all(|x| {
                opaque(drawing, x, y).is_none_or(|color| picture.pixel(x, y) == Some(color))
            })
        })
}

fn opaque(drawing: &indicator::Picture, x: u32, y: u32) -> Option<[u8; 3]> {
    let at = (y as usize * drawing.width as usize + x as usize) * 4;
    match drawing.pixels[at..at + 4] {
        [red, green, blue, 255] => Some([red, green, blue]),
        _ => None,
    }
}
