//! A picture as GTK and cairo want it.

use gtk::cairo::{Format, ImageSurface, RectangleInt, Region};
use indicator::Rectangle;

use crate::indicator::drawing::{Drawing, blue_first};

/// The pixels as cairo has them.
pub(super) fn surface(drawing: &Drawing) -> ImageSurface {
    let picture = &drawing.picture;
    let (width, height) = (picture.width.cast_signed(), picture.height.cast_signed());
    let pixels = blue_first(picture.pixels.clone());
    let surface = ImageSurface::create_for_data(pixels, Format::ARgb32, width, height, width * 4)
        .expect("a picture has four bytes for each of its pixels");
    let factor = drawing.factor.into();
    surface.set_device_scale(factor, factor);
    surface
}

/// Where clicks are for us, in points. All others go to what is beneath.
pub(super) fn pressable(drawing: &Drawing) -> Region {
    let factor = drawing.factor;
    let places: Vec<RectangleInt> = drawing
        .pressable()
        .map(
            |Rectangle {
                 x,
                 y,
                 width,
                 height,
             }| {
                let (left, top) = (x.cast_signed() / factor, y.cast_signed() / factor);
                let (right, bottom) = (drawing.points(x + width), drawing.points(y + height));
                RectangleInt::new(left, top, right - left, bottom - top)
            },
        )
        .collect();
    Region::create_rectangles(&places)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::indicator::drawing::tests::drawing;

    #[test]
    fn clicks_are_for_us_on_buttons_and_on_the_grip_only() {
        for factor in [1, 2] {
            let drawing = drawing(factor);
            let (width, height) = drawing.size();
            let pressable = pressable(&drawing);
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
}
