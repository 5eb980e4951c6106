use std::fmt::Write;

use tiny_skia::{
    FillRule, GradientStop, LinearGradient, Paint, Path, PathSegment, Pixmap, Point, SpreadMode,
    Transform,
};

use crate::Face;
use crate::palette::{self, BLACK, Rgb, WHITE};
use crate::picture::Picture;
use crate::sign::{self, SIDE};

/// How wide the halo of a tray icon is, in hundredths of the sign's side.
const HALO: f32 = 7.0;

/// Where the fermata stands in the program's icon, and how large it is, in hundredths.
const FERMATA: (f32, f32, f32) = (13.0, 10.0, 0.74);

/// Draws the tray icon of a display: its sign, with a light outline for dark panels.
pub fn tray_icon(face: Face, size_px: u32) -> Picture {
    let mut pixmap = square(size_px);
    let [mark, on_mark, halo] = palette::tray(face);
    let colors = sign::Colors {
        mark,
        on_mark,
        halo: Some((halo, HALO)),
    };
    let side = size_px as f32 / (SIDE + 2.0 * HALO) * SIDE;
    let inset = (size_px as f32 - side) / 2.0;
    sign::draw(face, inset, inset, side, colors, &mut pixmap);
    Picture::from_pixmap(pixmap)
}

/// Draws the tray icon of a display for a menu bar that colors it by itself, as that of macOS does.
///
/// Only how much of a pixel is covered counts there: the sign is black, and clear where it has
/// its second color.
pub fn template_icon(face: Face, size_px: u32) -> Picture {
    let mut pixmap = square(size_px);
    let colors = sign::Colors {
        mark: BLACK,
        on_mark: WHITE,
        halo: None,
    };
    sign::draw(face, 0.0, 0.0, size_px.max(1) as f32, colors, &mut pixmap);
    for pixel in pixmap.data_mut().chunks_exact_mut(4) {
        let covered = pixel[3] - pixel[0];
        pixel.copy_from_slice(&[0, 0, 0, covered]);
    }
    Picture::from_pixmap(pixmap)
}

/// Draws the program's own icon: the fermata, whose dot is the record dot.
pub fn app_icon(size_px: u32) -> Picture {
    let mut pixmap = square(size_px);
    let scale = size_px as f32 / SIDE;
    let whole = Transform::from_scale(scale, scale);
    let [top, bottom, arc, dot] = palette::APP_ICON;
    let stops = vec![
        GradientStop::new(0.0, top.opaque()),
        GradientStop::new(1.0, bottom.opaque()),
    ];
    let (start, end) = (Point::from_xy(0.0, 0.0), Point::from_xy(0.0, SIDE));
    let shader = LinearGradient::new(start, end, stops, SpreadMode::Pad, Transform::identity())
        .expect("it has two stops and a length");
    let paint = Paint {
        shader,
        anti_alias: true,
        ..Paint::default()
    };
    pixmap.fill_path(&ground(), &paint, FillRule::Winding, whole, None);
    let (x, y, size) = FERMATA;
    let fermata = Transform::from_row(size, 0.0, 0.0, size, x, y).post_scale(scale, scale);
    for (path, color) in [(sign::fermata_arc(), arc), (sign::fermata_dot(), dot)] {
        pixmap.fill_path(&path, &sign::paint(color), FillRule::Winding, fermata, None);
    }
    Picture::from_pixmap(pixmap)
}

/// Writes the program's own icon as an SVG file.
pub fn app_icon_svg() -> String {
    let [top, bottom, arc, dot] =
        palette::APP_ICON.map(|Rgb(red, green, blue)| format!("#{red:02x}{green:02x}{blue:02x}"));
    let (x, y, size) = FERMATA;
    let (ground, fermata_arc, fermata_dot) = (
        outline(&ground()),
        outline(&sign::fermata_arc()),
        outline(&sign::fermata_dot()),
    );
    format!(
        r#"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {SIDE} {SIDE}">
  <title>Fermata</title>
  <linearGradient id="ground" x1="0" y1="0" x2="0" y2="1">
    <stop offset="0" stop-color="{top}"/>
    <stop offset="1" stop-color="{bottom}"/>
  </linearGradient>
  <path fill="url(#ground)" d="{ground}"/>
  <g transform="translate({x} {y}) scale({size})">
    <path fill="{arc}" d="{fermata_arc}"/>
    <path fill="{dot}" d="{fermata_dot}"/>
  </g>
</svg>
"#
    )
}

fn ground() -> Path {
    sign::rounded(2.0, 2.0, 96.0, 96.0, 22.0)
}

fn square(size_px: u32) -> Pixmap {
    Pixmap::new(size_px.max(1), size_px.max(1)).expect("a square of at least one pixel")
}

/// Writes a path in SVG's own words.
fn outline(path: &Path) -> String {
    let mut svg = String::new();
    let mut add = |command: char, points: &[Point]| {
        svg.push(command);
        for (index, point) in points.iter().enumerate() {
            let gap = if index == 0 { "" } else { " " };
            write!(svg, "{gap}{:.2} {:.2}", point.x, point.y)
                .expect("a string takes all that is written");
        }
    };
    for segment in path.segments() {
        match segment {
            PathSegment::MoveTo(to) => add('M', &[to]),
            PathSegment::LineTo(to) => add('L', &[to]),
            PathSegment::QuadTo(by, to) => add('Q', &[by, to]),
            PathSegment::CubicTo(by, and, to) => add('C', &[by, and, to]),
            PathSegment::Close => add('Z', &[]),
        }
    }
    svg
}
