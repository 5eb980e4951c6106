//! A picture as GTK and cairo want it.

use gtk::cairo::{Format, ImageSurface, RectangleInt, Region};
use indicator::{Picture, Rectangle};

/// A picture, its pixels as cairo has them, and how many of them make a point.
pub(super) struct Drawing {
    picture: Picture,
    pub(super) surface: ImageSurface,
    factor: i32,
}

impl Drawing {
    pub(super) fn new(picture: Picture, factor: i32) -> Self {
        Self {
            surface: surface(&picture, factor),
            picture,
            factor,
        }
    }

    /// Width and height in points.
    pub(super) fn size(&self) -> (i32, i32) {
        (
            points(self.picture.width, self.factor),
            points(self.picture.height, self.factor),
        )
    }

    /// The button at a point.
    pub(super) fn button_at(&self, at: (f64, f64)) -> Option<&'static str> {
        let (x, y) = self.pixel(at);
        let areas = &self.picture.areas;
        let area = areas.iter().find(|area| area.place.contains(x, y));
        area.map(|area| area.button)
    }

    /// Whether it can be taken hold of at a point.
    pub(super) fn can_be_held_at(&self, at: (f64, f64)) -> bool {
        let (x, y) = self.pixel(at);
        self.picture.drag.is_some_and(|place| place.contains(x, y))
    }

    /// Where clicks are for us. All others go to what is beneath.
    pub(super) fn pressable(&self) -> Region {
        let factor = self.factor;
        let places = self.picture.areas.iter().map(|area| area.place);
        let places: Vec<RectangleInt> = places
            .chain(self.picture.drag)
            .map(
                |Rectangle {
                     x,
                     y,
                     width,
                     height,
                 }| {
                    let (left, top) = (x.cast_signed() / factor, y.cast_signed() / factor);
                    let (right, bottom) = (points(x + width, factor), points(y + height, factor));
                    RectangleInt::new(left, top, right - left, bottom - top)
                },
            )
            .collect();
        Region::create_rectangles(&places)
    }

    fn pixel(&self, (x, y): (f64, f64)) -> (u32, u32) {
        let scaled = |position: f64| (position * f64::from(self.factor)).max(0.0) as u32;
        (scaled(x), scaled(y))
    }
}

/// The picture as cairo has it: blue first, on every processor that GTK 3 is shipped for.
fn surface(picture: &Picture, factor: i32) -> ImageSurface {
    let mut pixels = picture.pixels.clone();
    for pixel in pixels.chunks_exact_mut(4) {
        pixel.swap(0, 2);
    }
    let (width, height) = (picture.width.cast_signed(), picture.height.cast_signed());
    let surface = ImageSurface::create_for_data(pixels, Format::ARgb32, width, height, width * 4)
        .expect("a picture has four bytes for each of its pixels");
    surface.set_device_scale(factor.into(), factor.into());
    surface
}

/// How many points so many pixels need.
const fn points(pixels: u32, factor: i32) -> i32 {
    (pixels.cast_signed() + factor - 1) / factor
}

#[cfg(test)]
mod tests {
    use indicator::{Button, Claim, Painter, Style};

    use super::*;

    fn drawing(factor: i32) -> Drawing {
        let claim = Claim {
            headline: "RECORDING PAUSED".to_owned(),
            buttons: vec![Button {
                id: "resume",
                label: "Resume".to_owned(),
            }],
            ..Claim::default()
        };
        let style = Style {
            scale: factor as f32,
            ..Style::default()
        };
        Drawing::new(Painter::new().draw(&claim, style), factor)
    }

    #[test]
    fn clicks_are_for_us_on_buttons_and_on_the_grip_only() {
        for factor in [1, 2] {
            let drawing = drawing(factor);
            let (width, height) = drawing.size();
            let pressable = drawing.pressable();
            let mut ours = 0;
            for x in 0..width {
                for y in 0..height {
                    let middle = (f64::from(x) + 0.5, f64::from(y) + 0.5);
                    let pressed = drawing.button_at(middle).is_some();
                    let wanted = pressed || drawing.can_be_held_at(middle);
                    assert!(!wanted || pressable.contains_point(x, y), "{x},{y}");
                    ours += i32::from(pressable.contains_point(x, y));
                }
            }
            assert!(ours > 0 && ours < width * height / 2, "{ours} at {factor}");
        }
    }

    #[test]
    fn a_picture_of_two_pixels_a_point_is_half_as_large_in_points() {
        let (one, two) = (drawing(1), drawing(2));
        assert!((two.size().0 - one.size().0).abs() <= 2, "{:?}", two.size());
        assert!(two.picture.width > one.picture.width * 3 / 2);
    }
}
