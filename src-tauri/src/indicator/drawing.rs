//! A picture as a window shows it: in points, of which each may be several pixels wide.

use indicator::{Picture, Rectangle};

/// A picture, and how many of its pixels make a point.
#[derive(Debug)]
pub(crate) struct Drawing {
    /// The picture.
    pub(crate) picture: Picture,
    /// How many of its pixels make a point, across and down.
    pub(crate) factor: i32,
}

impl Drawing {
    /// A picture that has so many pixels to a point.
    pub(crate) fn new(picture: Picture, factor: i32) -> Self {
        Self { picture, factor }
    }

    /// Width and height in points.
    pub(crate) fn size(&self) -> (i32, i32) {
        (
            self.points(self.picture.width),
            self.points(self.picture.height),
        )
    }

    /// How many points so many pixels need.
    pub(crate) fn points(&self, pixels: u32) -> i32 {
        (pixels.cast_signed() + self.factor - 1) / self.factor
    }

    /// The pixels that can be pressed or held; all others are clear.
    #[cfg(any(test, target_os = "windows", target_os = "macos"))]
    pub(crate) fn pressable_pixels(&self) -> Vec<u8> {
        let mut pixels = vec![0; self.picture.pixels.len()];
        for place in self.pressable() {
            for y in place.y..place.y + place.height {
                let start = ((y * self.picture.width + place.x) * 4) as usize;
                let row = start..start + place.width as usize * 4;
                pixels[row.clone()].copy_from_slice(&self.picture.pixels[row]);
            }
        }
        pixels
    }

    /// Where clicks are for us, in pixels. All others go to what is beneath.
    pub(crate) fn pressable(&self) -> impl Iterator<Item = Rectangle> {
        let places = self.picture.areas.iter().map(|area| area.place);
        places.chain(self.picture.drag)
    }

    /// The button at a point.
    pub(crate) fn button_at(&self, at: (f64, f64)) -> Option<&'static str> {
        let (x, y) = self.pixel(at);
        let areas = &self.picture.areas;
        let area = areas.iter().find(|area| area.place.contains(x, y));
        area.map(|area| area.button)
    }

    /// Whether it can be taken hold of at a point.
    pub(crate) fn can_be_held_at(&self, at: (f64, f64)) -> bool {
        let (x, y) = self.pixel(at);
        self.picture.drag.is_some_and(|place| place.contains(x, y))
    }

    fn pixel(&self, (x, y): (f64, f64)) -> (u32, u32) {
        let scaled = |position: f64| (position * f64::from(self.factor)).max(0.0) as u32;
        (scaled(x), scaled(y))
    }
}

/// Pixels with blue first, as cairo and Windows have them on every processor that they are
/// shipped for.
#[cfg(any(test, target_os = "linux", target_os = "windows"))]
pub(crate) fn blue_first(mut pixels: Vec<u8>) -> Vec<u8> {
    for pixel in pixels.chunks_exact_mut(4) {
        pixel.swap(0, 2);
    }
    pixels
}

#[cfg(test)]
pub(crate) mod tests {
    use indicator::{Button, Claim, Painter, Style};

    use super::*;

    /// A pause with one button, as [`Claim`] says it.
    pub(crate) fn pause() -> Claim {
        Claim {
            headline: "RECORDING PAUSED".to_owned(),
            buttons: vec![Button {
                id: "resume",
                label: "Resume".to_owned(),
            }],
            ..Claim::default()
        }
    }

    /// What it looks like at so many pixels to a point.
    pub(crate) fn drawing(factor: i32) -> Drawing {
        let style = Style {
            scale: factor as f32,
            ..Style::default()
        };
        Drawing::new(Painter::new().draw(&pause(), style), factor)
    }

    #[test]
    fn a_picture_of_two_pixels_a_point_is_half_as_large_in_points() {
        let (one, two) = (drawing(1), drawing(2));
        assert!((two.size().0 - one.size().0).abs() <= 2, "{:?}", two.size());
        assert!(two.picture.width > one.picture.width * 3 / 2);
    }

    #[test]
    fn every_point_of_a_button_and_of_the_grip_and_no_other_has_a_pixel_to_press() {
        for factor in [1, 2] {
            let drawing = drawing(factor);
            let pixels = drawing.pressable_pixels();
            let mut pressed = 0;
            for (number, pixel) in pixels.chunks_exact(4).enumerate() {
                let number = u32::try_from(number).expect("a picture is small");
                let (x, y) = (
                    number % drawing.picture.width,
                    number / drawing.picture.width,
                );
                let middle = (
                    (f64::from(x) + 0.5) / f64::from(factor),
                    (f64::from(y) + 0.5) / f64::from(factor),
                );
                let ours = drawing.button_at(middle).is_some() || drawing.can_be_held_at(middle);
                assert_eq!(pixel[3] != 0, ours, "{x},{y} at {factor}");
                pressed += usize::from(ours);
            }
            assert!(pressed > 0 && pressed < pixels.len() / 8, "{pressed}");
        }
    }

    #[test]
    fn what_can_be_pressed_looks_as_it_does_in_the_whole_picture() {
        let drawing = drawing(1);
        let both = drawing.picture.pixels.chunks_exact(4).zip(0..);
        let pressable = drawing.pressable_pixels();
        for (pixel, number) in both {
            let ours: &[u8] = &pressable[number * 4..number * 4 + 4];
            assert!(ours == pixel || ours == [0; 4]);
        }
    }

    #[test]
    fn blue_comes_first_and_alpha_stays_last() {
        assert_eq!(
            blue_first(vec![10, 20, 30, 40, 1, 2, 3, 4]),
            [30, 20, 10, 40, 3, 2, 1, 4]
        );
    }

    #[test]
    fn no_color_is_stronger_than_its_alpha_as_windows_wants_it() {
        // Premultiplied: Windows adds such a color to what is beneath without a check.
        for pixel in drawing(1).picture.pixels.chunks_exact(4) {
            assert!(
                pixel[..3].iter().all(|color| *color <= pixel[3]),
                "{pixel:?}"
            );
        }
    }
}
