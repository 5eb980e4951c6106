//! The sign of each display, as shapes in a square of 100 by 100.

use tiny_skia::{
    FillRule, LineCap, LineJoin, Paint, Path, PathBuilder, Pixmap, Rect, Stroke, StrokeDash,
    Transform,
};

use crate::{Face, palette::Rgb};

/// The side of the square that signs are described in.
pub(crate) const SIDE: f32 = 100.0;

/// In which of its two colors a part is drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Ink {
    Mark,
    OnMark,
}

/// One shape of a sign.
struct Part {
    path: Path,
    ink: Ink,
    /// A line along the path; without one the path is filled.
    line: Option<Line>,
}

#[derive(Clone, Copy)]
struct Line {
    width: f32,
    /// The length of a dash and of a gap.
    dash: Option<[f32; 2]>,
}

/// The colors of a sign.
#[derive(Clone, Copy)]
pub(crate) struct Colors {
    pub(crate) mark: Rgb,
    pub(crate) on_mark: Rgb,
    /// An outline around the whole, and its width in hundredths of the side.
    pub(crate) halo: Option<(Rgb, f32)>,
}

/// Draws the sign of a display into a square with its upper left corner at `x`, `y`.
pub(crate) fn draw(face: Face, x: f32, y: f32, side: f32, colors: Colors, pixmap: &mut Pixmap) {
    let transform = Transform::from_scale(side / SIDE, side / SIDE).post_translate(x, y);
    let parts = parts(face);
    if let Some((color, width)) = colors.halo {
        for part in parts.iter().filter(|part| part.ink == Ink::Mark) {
            let line = part.line.unwrap_or(Line {
                width: 0.0,
                dash: None,
            });
            let widened = Line {
                width: line.width + 2.0 * width,
                dash: line.dash,
            };
            stroke(
                &part.path,
                widened,
                LineCap::Round,
                color,
                transform,
                pixmap,
            );
        }
    }
    for part in &parts {
        let color = match part.ink {
            Ink::Mark => colors.mark,
            Ink::OnMark => colors.on_mark,
        };
        match part.line {
            // Round ends would close the gaps.
            Some(line) if line.dash.is_some() => {
                stroke(&part.path, line, LineCap::Butt, color, transform, pixmap);
            }
            Some(line) => stroke(&part.path, line, LineCap::Round, color, transform, pixmap),
            None => pixmap.fill_path(
                &part.path,
                &paint(color),
                FillRule::Winding,
                transform,
                None,
            ),
        }
    }
}

fn parts(face: Face) -> Vec<Part> {
    use Ink::{Mark, OnMark};
    match face {
        Face::NoCall => vec![fill(fermata_arc(), Mark), fill(fermata_dot(), Mark)],
        Face::NotRecorded => vec![
            line(circle(50.0, 50.0, 36.0), 10.0, Mark),
            line(polyline(&[(24.5, 75.5), (75.5, 24.5)]), 10.0, Mark),
        ],
        Face::Recording => {
            vec![
                line(circle(50.0, 50.0, 40.0), 8.0, Mark),
                fill(circle(50.0, 50.0, 24.0), Mark),
            ]
        }
        Face::Pausing => vec![
            line(polyline(&[(22.0, 10.0), (78.0, 10.0)]), 10.0, Mark),
            line(polyline(&[(22.0, 90.0), (78.0, 90.0)]), 10.0, Mark),
            line(hourglass(), 8.0, Mark),
            fill(polygon(&[(36.0, 80.0), (64.0, 80.0), (50.0, 63.0)]), Mark),
        ],
        Face::Paused => vec![
            fill(rounded(6.0, 6.0, 88.0, 88.0, 22.0), Mark),
            fill(rounded(29.0, 26.0, 15.0, 48.0, 4.0), OnMark),
            fill(rounded(56.0, 26.0, 15.0, 48.0, 4.0), OnMark),
        ],
        Face::PauseSent => {
            // Nine dashes and gaps around a circle of this radius.
            let radius = 42.0;
            let period = std::f32::consts::TAU * radius / 9.0;
            let dashes = Line {
                width: 8.0,
                dash: Some([period * 0.6, period * 0.4]),
            };
            let mut sign = vec![Part {
                path: circle(50.0, 50.0, radius),
                ink: Mark,
                line: Some(dashes),
            }];
            sign.extend(question(49.0, 1.0, Mark));
            sign
        }
        Face::Resuming => {
            let (start, end) = (-20.0, 270.0);
            vec![
                line(arc(50.0, 52.0, 36.0, start, end), 9.0, Mark),
                fill(polygon(&[(48.0, 0.0), (48.0, 32.0), (72.0, 16.0)]), Mark),
                fill(circle(50.0, 52.0, 18.0), Mark),
            ]
        }
        Face::Failed => vec![
            fill(
                soft_polygon(&[(50.0, 4.0), (100.0, 94.0), (0.0, 94.0)], 14.0),
                Mark,
            ),
            fill(
                polygon(&[(43.5, 34.0), (56.5, 34.0), (54.0, 65.0), (46.0, 65.0)]),
                OnMark,
            ),
            fill(circle(50.0, 77.0, 6.5), OnMark),
        ],
        Face::Unknown => {
            let corners = [(50.0, -4.0), (104.0, 50.0), (50.0, 104.0), (-4.0, 50.0)];
            let mut sign = vec![fill(soft_polygon(&corners, 16.0), Mark)];
            sign.extend(question(49.0, 0.98, OnMark));
            sign
        }
    }
}

/// The arc of the fermata: thick at the top, thin at its ends.
pub(crate) fn fermata_arc() -> Path {
    let mut path = PathBuilder::new();
    // Two half ovals on one foot line; 0.5523 makes a cubic curve a quarter of a circle.
    let (left, right, foot, tip) = (3.0, 97.0, 70.0, 6.0);
    let (outer_top, inner_top) = (18.0, 34.0);
    let quarter =
        |path: &mut PathBuilder, from: (f32, f32), to: (f32, f32), upright_first: bool| {
            const ROUND: f32 = 0.5523;
            let (dx, dy) = ((to.0 - from.0) * ROUND, (to.1 - from.1) * ROUND);
            if upright_first {
                path.cubic_to(from.0, from.1 + dy, to.0 - dx, to.1, to.0, to.1);
            } else {
                path.cubic_to(from.0 + dx, from.1, to.0, to.1 - dy, to.0, to.1);
            }
        };
    path.move_to(left, foot);
    quarter(&mut path, (left, foot), (50.0, outer_top), true);
    quarter(&mut path, (50.0, outer_top), (right, foot), false);
    // The ends are rounded.
    path.cubic_to(
        right,
        foot + tip * 0.6,
        right - tip,
        foot + tip * 0.6,
        right - tip,
        foot,
    );
    quarter(&mut path, (right - tip, foot), (50.0, inner_top), true);
    quarter(&mut path, (50.0, inner_top), (left + tip, foot), false);
    path.cubic_to(
        left + tip,
        foot + tip * 0.6,
        left,
        foot + tip * 0.6,
        left,
        foot,
    );
    path.close();
    finished(path)
}

/// The dot of the fermata, which is the record dot.
pub(crate) fn fermata_dot() -> Path {
    circle(50.0, 66.0, 13.0)
}

/// A rectangle with round corners.
pub(crate) fn rounded(x: f32, y: f32, width: f32, height: f32, radius: f32) -> Path {
    let radius = radius.min(width / 2.0).min(height / 2.0);
    let mut path = PathBuilder::new();
    if radius <= 0.0 {
        path.push_rect(Rect::from_xywh(x, y, width, height).expect("a size is not negative"));
        return finished(path);
    }
    let (right, bottom) = (x + width, y + height);
    let bend = radius * 0.4477;
    path.move_to(x + radius, y);
    path.line_to(right - radius, y);
    path.cubic_to(right - bend, y, right, y + bend, right, y + radius);
    path.line_to(right, bottom - radius);
    path.cubic_to(
        right,
        bottom - bend,
        right - bend,
        bottom,
        right - radius,
        bottom,
    );
    path.line_to(x + radius, bottom);
    path.cubic_to(x + bend, bottom, x, bottom - bend, x, bottom - radius);
    path.line_to(x, y + radius);
    path.cubic_to(x, y + bend, x + bend, y, x + radius, y);
    path.close();
    finished(path)
}

/// A circle.
pub(crate) fn circle(x: f32, y: f32, radius: f32) -> Path {
    PathBuilder::from_circle(x, y, radius).expect("a circle has a size")
}

/// A paint of one color.
pub(crate) fn paint(color: Rgb) -> Paint<'static> {
    let mut paint = Paint {
        anti_alias: true,
        ..Paint::default()
    };
    paint.set_color(color.opaque());
    paint
}

/// A question mark in the middle of the square.
fn question(middle: f32, size: f32, ink: Ink) -> [Part; 2] {
    let x = |offset: f32| 50.0 + offset * size;
    let y = |offset: f32| middle + offset * size;
    let mut hook = PathBuilder::new();
    hook.move_to(x(-12.5), y(-12.0));
    hook.cubic_to(x(-12.5), y(-20.0), x(-7.0), y(-25.0), x(0.0), y(-25.0));
    hook.cubic_to(x(7.5), y(-25.0), x(13.0), y(-20.0), x(13.0), y(-13.0));
    hook.cubic_to(x(13.0), y(-3.0), x(0.0), y(-2.0), x(0.0), y(9.5));
    [
        line(finished(hook), 10.0 * size, ink),
        fill(circle(50.0, y(25.0), 6.0 * size), ink),
    ]
}

fn hourglass() -> Path {
    let mut path = PathBuilder::new();
    path.move_to(28.0, 12.0);
    path.cubic_to(28.0, 38.0, 46.0, 40.0, 46.0, 50.0);
    path.cubic_to(46.0, 60.0, 28.0, 62.0, 28.0, 88.0);
    path.move_to(72.0, 12.0);
    path.cubic_to(72.0, 38.0, 54.0, 40.0, 54.0, 50.0);
    path.cubic_to(54.0, 60.0, 72.0, 62.0, 72.0, 88.0);
    finished(path)
}

/// An arc of a circle, clockwise from the right, in degrees.
fn arc(x: f32, y: f32, radius: f32, from: f32, to: f32) -> Path {
    let steps = ((to - from) / 45.0).ceil();
    let step = ((to - from) / steps).to_radians();
    // The length of the handles that makes a cubic curve follow a circle.
    let handle = radius * 4.0 / 3.0 * (step / 4.0).tan();
    let at = |angle: f32| (x + radius * angle.cos(), y + radius * angle.sin());
    let mut path = PathBuilder::new();
    let mut angle = from.to_radians();
    let start = at(angle);
    path.move_to(start.0, start.1);
    for _ in 0..steps as u32 {
        let (here, there) = (at(angle), at(angle + step));
        let end = angle + step;
        path.cubic_to(
            here.0 - handle * angle.sin(),
            here.1 + handle * angle.cos(),
            there.0 + handle * end.sin(),
            there.1 - handle * end.cos(),
            there.0,
            there.1,
        );
        angle = end;
    }
    finished(path)
}

fn polyline(points: &[(f32, f32)]) -> Path {
    let mut path = PathBuilder::new();
    for (index, (x, y)) in points.iter().enumerate() {
        if index == 0 {
            path.move_to(*x, *y);
        } else {
            path.line_to(*x, *y);
        }
    }
    finished(path)
}

fn polygon(points: &[(f32, f32)]) -> Path {
    soft_polygon(points, 0.0)
}

/// A polygon whose corners are rounded, each from this far before it to this far behind it.
fn soft_polygon(points: &[(f32, f32)], softness: f32) -> Path {
    let toward = |from: (f32, f32), to: (f32, f32)| {
        let (dx, dy) = (to.0 - from.0, to.1 - from.1);
        let share = softness / dx.hypot(dy);
        (from.0 + dx * share, from.1 + dy * share)
    };
    let mut path = PathBuilder::new();
    for (index, corner) in points.iter().enumerate() {
        let before = points[(index + points.len() - 1) % points.len()];
        let behind = points[(index + 1) % points.len()];
        let (enter, leave) = (toward(*corner, before), toward(*corner, behind));
        if index == 0 {
            path.move_to(enter.0, enter.1);
        } else {
            path.line_to(enter.0, enter.1);
        }
        path.quad_to(corner.0, corner.1, leave.0, leave.1);
    }
    path.close();
    finished(path)
}

fn fill(path: Path, ink: Ink) -> Part {
    Part {
        path,
        ink,
        line: None,
    }
}

fn line(path: Path, width: f32, ink: Ink) -> Part {
    Part {
        path,
        ink,
        line: Some(Line { width, dash: None }),
    }
}

fn finished(path: PathBuilder) -> Path {
    path.finish().expect("a shape has at least two points")
}

fn stroke(
    path: &Path,
    line: Line,
    cap: LineCap,
    color: Rgb,
    transform: Transform,
    pixmap: &mut Pixmap,
) {
    let dash = line
        .dash
        .and_then(|[dash, gap]| StrokeDash::new(vec![dash, gap], 0.0));
    let stroke = Stroke {
        width: line.width,
        line_cap: cap,
        line_join: LineJoin::Round,
        dash,
        ..Stroke::default()
    };
    pixmap.stroke_path(path, &paint(color), &stroke, transform, None);
}
