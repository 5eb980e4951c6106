use tiny_skia::{FillRule, Mask, Paint, Pixmap, Stroke, StrokeDash, Transform};

use crate::layout::{Layout, Placed, arrange};
use crate::lettering::Lettering;
use crate::palette::{self, Palette, Rgb, palette};
use crate::picture::{Area, Picture, Rectangle};
use crate::{Claim, Face, Style, sign};

/// Draws the indicator.
///
/// It keeps fonts and glyphs, so that a redraw takes a small part of the first drawing's time:
/// keep one for as long as there is an indicator.
pub struct Painter {
    lettering: Lettering,
}

impl Default for Painter {
    fn default() -> Self {
        Self::new()
    }
}

impl Painter {
    /// Makes one ready, with the font that the program carries.
    pub fn new() -> Self {
        Self {
            lettering: Lettering::new(),
        }
    }

    /// Draws a claim.
    ///
    /// The same claim in the same style gives the same pixels, except for scripts that need a
    /// font of the system.
    pub fn draw(&mut self, claim: &Claim, style: Style) -> Picture {
        let layout = arrange(claim, style, &mut self.lettering);
        let colors = palette(claim.face, style.theme);
        let mut pixmap = Pixmap::new(layout.width, layout.height).expect("a bar has a size");
        draw_surface(&layout, &colors, &mut pixmap);
        draw_grip(&layout, colors.line, &mut pixmap);
        draw_sign(claim.face, layout.sign, colors.sign, &mut pixmap);
        let mut write = |text: &Placed, color: Rgb, pixmap: &mut Pixmap| {
            self.lettering.paint(
                &text.block,
                text.place.x as i32,
                text.place.y as i32,
                color,
                pixmap,
            );
        };
        write(&layout.headline, colors.headline, &mut pixmap);
        for text in layout.line.iter().chain(&layout.call) {
            write(text, colors.line, &mut pixmap);
        }
        if let Some(text) = &layout.elapsed {
            write(text, colors.headline, &mut pixmap);
        }
        for (face, place, label) in &layout.lamps {
            let inks = palette::lamp(*face, colors, style.theme);
            draw_sign(*face, *place, inks, &mut pixmap);
            write(label, colors.line, &mut pixmap);
        }
        for (index, (_, place, label)) in layout.buttons.iter().enumerate() {
            let words = draw_button(*place, index == 0, layout.scale, &colors, &mut pixmap);
            write(label, words, &mut pixmap);
        }
        if let Some((_, word)) = &layout.simulation {
            write(word, palette::SIMULATION[1], &mut pixmap);
        }
        draw_rim(&layout, &colors, &mut pixmap);
        draw_pulse(&layout, &colors, claim.pulse, &mut pixmap);

        let areas = layout.buttons.iter().map(|(button, place, _)| Area {
            button,
            place: *place,
        });
        let (sign, grip) = (layout.sign, layout.grip);
        let drag = Rectangle {
            x: grip.x,
            y: sign.y,
            width: sign.x + sign.width - grip.x,
            height: sign.height,
        };
        Picture {
            areas: areas.collect(),
            drag: Some(drag),
            ..Picture::from_pixmap(pixmap)
        }
    }
}

/// Fills the bar, and its strip that says SIMULATION.
///
/// Row by row, which is several times faster than a gradient along a path: a band is large.
fn draw_surface(layout: &Layout, colors: &Palette, pixmap: &mut Pixmap) {
    let strip = layout.simulation.as_ref();
    let strip_height = strip.map_or(0, |(strip, _)| strip.height as usize);
    let rows = pixmap.height() as usize;
    let width = pixmap.width() as usize;
    for (index, row) in pixmap.pixels_mut().chunks_exact_mut(width).enumerate() {
        let color = if index < strip_height {
            palette::SIMULATION[0]
        } else {
            let below = (index - strip_height) as f32 / (rows - strip_height) as f32;
            colors.surface[0].toward(colors.surface[1], below)
        };
        row.fill(color.opaque().to_color_u8().premultiply());
    }
    if layout.radius > 0.0 {
        let (width, height) = (layout.width as f32, layout.height as f32);
        let shape = sign::rounded(0.0, 0.0, width, height, layout.radius);
        let mut within = Mask::new(layout.width, layout.height).expect("a bar has a size");
        within.fill_path(&shape, FillRule::Winding, true, Transform::identity());
        pixmap.apply_mask(&within);
    }
}

fn draw_sign(face: Face, place: Rectangle, [mark, on_mark]: [Rgb; 2], pixmap: &mut Pixmap) {
    let colors = sign::Colors {
        mark,
        on_mark,
        halo: None,
    };
    let (x, y, side) = (place.x as f32, place.y as f32, place.width as f32);
    sign::draw(face, x, y, side, colors, pixmap);
}

/// Draws six dots to take hold of.
fn draw_grip(layout: &Layout, color: Rgb, pixmap: &mut Pixmap) {
    let (place, scale) = (layout.grip, layout.scale);
    let mut paint = sign::paint(color);
    paint.set_color_rgba8(color.0, color.1, color.2, 140);
    for column in [2.5, 7.5] {
        for row in [5.0, 11.0, 17.0] {
            let (x, y) = (
                place.x as f32 + column * scale,
                place.y as f32 + row * scale,
            );
            let dot = sign::circle(x, y, 1.3 * scale);
            pixmap.fill_path(&dot, &paint, FillRule::Winding, Transform::identity(), None);
        }
    }
}

/// Draws a button without its label, and says in which color the label is to be written.
fn draw_button(
    place: Rectangle,
    first: bool,
    scale: f32,
    colors: &Palette,
    pixmap: &mut Pixmap,
) -> Rgb {
    let (x, y, width, height) = (
        place.x as f32,
        place.y as f32,
        place.width as f32,
        place.height as f32,
    );
    let radius = 9.0 * scale;
    if first {
        let shape = sign::rounded(x, y, width, height, radius);
        let paint = sign::paint(colors.first_button[0]);
        pixmap.fill_path(
            &shape,
            &paint,
            FillRule::Winding,
            Transform::identity(),
            None,
        );
        return colors.first_button[1];
    }
    let thickness = 1.5 * scale;
    let (inset, shrunk) = (thickness / 2.0, thickness);
    let shape = sign::rounded(
        x + inset,
        y + inset,
        width - shrunk,
        height - shrunk,
        radius - inset,
    );
    let stroke = Stroke {
        width: thickness,
        ..Stroke::default()
    };
    pixmap.stroke_path(
        &shape,
        &sign::paint(colors.line),
        &stroke,
        Transform::identity(),
        None,
    );
    colors.headline
}

fn draw_rim(layout: &Layout, colors: &Palette, pixmap: &mut Pixmap) {
    let dash = colors
        .rim
        .dashed
        .then(|| vec![9.0 * layout.scale, 6.0 * layout.scale]);
    let dash = dash.and_then(|lengths| StrokeDash::new(lengths, 0.0));
    stroke_edge(
        layout,
        colors.rim.width,
        dash,
        &sign::paint(colors.rim.color),
        pixmap,
    );
}

/// The width of the rim that is lit in a pulse, in points.
const PULSE_WIDTH: f32 = 5.0;

fn draw_pulse(layout: &Layout, colors: &Palette, pulse: f32, pixmap: &mut Pixmap) {
    let strength = if pulse.is_nan() {
        0.0
    } else {
        pulse.clamp(0.0, 1.0)
    };
    if strength > 0.0 {
        let mut paint = sign::paint(colors.pulse);
        let Rgb(red, green, blue) = colors.pulse;
        paint.set_color_rgba8(red, green, blue, (strength * 255.0).round() as u8);
        stroke_edge(layout, PULSE_WIDTH, None, &paint, pixmap);
    }
}

/// Draws a line just within the edge of the bar; its width is in points.
fn stroke_edge(
    layout: &Layout,
    width: f32,
    dash: Option<StrokeDash>,
    paint: &Paint<'_>,
    pixmap: &mut Pixmap,
) {
    let thickness = (width * layout.scale).max(1.0);
    let inset = thickness / 2.0;
    let (across, down) = (
        layout.width as f32 - thickness,
        layout.height as f32 - thickness,
    );
    let shape = sign::rounded(inset, inset, across, down, layout.radius - inset);
    let stroke = Stroke {
        width: thickness,
        dash,
        ..Stroke::default()
    };
    pixmap.stroke_path(&shape, paint, &stroke, Transform::identity(), None);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Button, Theme};

    fn claim(face: Face) -> Claim {
        let button = |id, label: &str| Button {
            id,
            label: label.to_owned(),
        };
        Claim {
            face,
            headline: "RECORDING".to_owned(),
            buttons: vec![
                button("pause", "Pause"),
                button("acknowledge", "Understood"),
            ],
            ..Claim::default()
        }
    }

    fn color_at(picture: &Picture, x: u32, y: u32) -> Rgb {
        let at = ((y * picture.width + x) * 4) as usize;
        Rgb(
            picture.pixels[at],
            picture.pixels[at + 1],
            picture.pixels[at + 2],
        )
    }

    #[test]
    fn every_button_is_where_its_area_says() {
        for face in Face::ALL {
            for theme in Theme::ALL {
                for scale in [1.0, 1.5, 2.0] {
                    let style = Style {
                        scale,
                        theme,
                        screen_width: None,
                    };
                    let picture = Painter::new().draw(&claim(face), style);
                    let colors = palette(face, theme);
                    let ids: Vec<_> = picture.areas.iter().map(|area| area.button).collect();
                    assert_eq!(ids, ["pause", "acknowledge"]);
                    let edge_in_the_middle = |area: &Area| {
                        color_at(&picture, area.place.x, area.place.y + area.place.height / 2)
                    };
                    assert_eq!(
                        edge_in_the_middle(&picture.areas[0]),
                        colors.first_button[0]
                    );
                    assert_eq!(edge_in_the_middle(&picture.areas[1]), colors.line);
                }
            }
        }
    }

    #[test]
    fn it_is_taken_hold_of_at_its_sign_and_never_at_a_button() {
        for face in Face::ALL {
            let picture = Painter::new().draw(&claim(face), Style::default());
            let drag = picture.drag.expect("there is a place");
            assert!(drag.x + drag.width <= picture.width && drag.y + drag.height <= picture.height);
            for area in &picture.areas {
                assert!(!area.place.contains(drag.x + drag.width - 1, area.place.y));
            }
            let middle = (drag.x + drag.width * 2 / 3, drag.y + drag.height / 2);
            assert!(drag.contains(middle.0, middle.1));
        }
    }

    #[test]
    fn a_script_that_the_own_font_lacks_does_not_stop_the_drawing() {
        let claim = Claim {
            headline: "通話は録音されています".to_owned(),
            line: "هذه المكالمة مسجلة".to_owned(),
            ..claim(Face::Recording)
        };
        let picture = Painter::new().draw(&claim, Style::default());
        assert!(picture.width >= 460);
    }
}
