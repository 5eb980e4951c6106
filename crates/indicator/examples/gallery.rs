//! Writes every face in every theme, and every icon, onto one sheet: `target/indicator-gallery.png`.

#[path = "../tests/looks/claims.rs"]
mod claims;

use std::path::Path;

use indicator::{Face, Painter, Picture, Style, Theme, app_icon, tray_icon};
use tiny_skia::{Color, IntSize, Paint, Pixmap, PixmapPaint, Rect, Transform};

const MARGIN: i32 = 24;
const COLUMN: i32 = 1_160;
const ICON_COLUMN: i32 = 130;
const ICON_ROW: i32 = 170;

fn main() {
    let mut painter = Painter::new();
    let mut drawings = Vec::new();
    let mut foot = 0;
    for (column, theme) in (0..).zip(Theme::ALL) {
        let screen_width = Some((COLUMN - 2 * MARGIN) as u32);
        let style = Style {
            theme,
            screen_width,
            ..Style::default()
        };
        let mut y = MARGIN;
        let usual = Face::ALL.into_iter().map(claims::usual);
        let unusual = claims::unusual().into_iter().map(|(_, claim)| claim);
        for claim in usual.chain(unusual) {
            let picture = painter.draw(&claim, style);
            let below = y + picture.height as i32 + MARGIN / 2;
            drawings.push((picture, MARGIN + column * COLUMN, y));
            y = below;
        }
        foot = foot.max(y);
    }
    // The tray icons on a light and on a dark panel, and the program's own.
    let panel = MARGIN + ICON_COLUMN * Face::ALL.len() as i32;
    for left in [MARGIN, MARGIN + panel] {
        for (column, face) in (0..).zip(Face::ALL) {
            let x = left + column * ICON_COLUMN;
            for (across, down, size) in [(0, 0, 16), (22, 0, 24), (54, 0, 32), (0, 44, 96)] {
                drawings.push((tray_icon(face, size), x + across, foot + MARGIN + down));
            }
        }
    }
    for (across, size) in [(0, 32), (50, 64), (140, 128)] {
        let x = MARGIN + 2 * panel + across;
        drawings.push((app_icon(size), x, foot + MARGIN));
    }

    let mut sheet =
        Pixmap::new((3 * COLUMN) as u32, (foot + ICON_ROW) as u32).expect("it has a size");
    sheet.fill(Color::from_rgba8(214, 220, 228, 255));
    let mut dark = Paint::default();
    dark.set_color_rgba8(38, 42, 50, 255);
    for [x, y, width, height] in [[COLUMN, 0, COLUMN, foot], [panel, foot, panel, ICON_ROW]] {
        let place = Rect::from_xywh(x as f32, y as f32, width as f32, height as f32);
        let place = place.expect("a place has a size");
        sheet.fill_rect(place, &dark, Transform::identity(), None);
    }
    for (picture, x, y) in drawings {
        put(picture, x, y, &mut sheet);
    }
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../target/indicator-gallery.png");
    sheet.save_png(&file).expect("target/ can be written to");
}

fn put(picture: Picture, x: i32, y: i32, sheet: &mut Pixmap) {
    let size = IntSize::from_wh(picture.width, picture.height).expect("a picture has a size");
    let pixmap = Pixmap::from_vec(picture.pixels, size).expect("it has all its pixels");
    let (paint, still) = (PixmapPaint::default(), Transform::identity());
    sheet.draw_pixmap(x, y, pixmap.as_ref(), &paint, still, None);
}
