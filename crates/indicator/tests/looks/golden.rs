//! Each face in each theme, and what is out of the ordinary.

use indicator::{Claim, Face, Painter, Picture, Style, Theme};

use crate::accepted::Differences;
use crate::claims::{unusual, usual};

fn draw(claim: &Claim, style: Style) -> Picture {
    Painter::new().draw(claim, style)
}

fn check(differences: &mut Differences, name: &str, claim: &Claim, style: Style) {
    let percent = (style.scale * 100.0).round();
    let file = format!("{name}-{}-{percent}.png", style.theme.name());
    let png = draw(claim, style).png();
    differences.check_png(&format!("crates/indicator/golden/{file}"), &png);
}

#[test]
fn every_face_looks_as_it_was_accepted_in_every_theme() {
    let mut differences = Differences::default();
    for face in Face::ALL {
        for theme in Theme::ALL {
            let style = Style {
                theme,
                ..Style::default()
            };
            check(&mut differences, face.name(), &usual(face), style);
        }
    }
    differences.report();
}

#[test]
fn every_theme_looks_as_it_was_accepted_on_finer_screens() {
    let mut differences = Differences::default();
    for (face, theme, scale) in [
        (Face::Paused, Theme::Light, 1.5),
        (Face::PauseSent, Theme::Dark, 1.5),
        (Face::Unknown, Theme::HighContrast, 1.5),
        (Face::Paused, Theme::Dark, 2.0),
        (Face::PauseSent, Theme::HighContrast, 2.0),
        (Face::Recording, Theme::Light, 2.0),
        (Face::Failed, Theme::Light, 2.0),
    ] {
        let style = Style {
            scale,
            theme,
            ..Style::default()
        };
        check(&mut differences, face.name(), &usual(face), style);
    }
    differences.report();
}

#[test]
fn what_is_out_of_the_ordinary_looks_as_it_was_accepted() {
    let mut differences = Differences::default();
    for (name, claim) in unusual() {
        check(&mut differences, name, &claim, Style::default());
    }
    let screen = Style {
        screen_width: Some(1366),
        ..Style::default()
    };
    check(
        &mut differences,
        "failed-across-the-screen",
        &usual(Face::Failed),
        screen,
    );
    differences.report();
}

#[test]
fn a_pulse_changes_the_rim_and_nothing_else() {
    for face in Face::ALL {
        for scale in [1.0, 2.0] {
            let style = Style {
                scale,
                ..Style::default()
            };
            let still = draw(&usual(face), style);
            let lit = draw(
                &Claim {
                    pulse: 1.0,
                    ..usual(face)
                },
                style,
            );
            assert_eq!((still.width, still.height), (lit.width, lit.height));
            assert_eq!((&still.areas, still.drag), (&lit.areas, lit.drag));
            let rim = (5.0 * scale) as u32;
            let mut changed = 0;
            for y in 0..still.height {
                for x in 0..still.width {
                    let at = ((y * still.width + x) * 4) as usize;
                    if still.pixels[at..at + 4] != lit.pixels[at..at + 4] {
                        let edge = x.min(still.width - 1 - x).min(y).min(still.height - 1 - y);
                        // The corners are round, so that the rim reaches further inward there.
                        let corner = (14.0 * scale) as u32;
                        let across = x.min(still.width - 1 - x);
                        let down = y.min(still.height - 1 - y);
                        let in_corner = across < corner && down < corner;
                        assert!(edge < rim || in_corner, "{} at {x}, {y}", face.name());
                        changed += 1;
                    }
                }
            }
            assert!(changed > still.width * rim, "{} hardly pulses", face.name());
        }
    }
}

#[test]
fn no_pulse_is_as_good_as_one_of_no_strength() {
    let style = Style::default();
    let still = draw(&usual(Face::Paused), style);
    for pulse in [f32::NAN, -1.0] {
        assert_eq!(
            draw(
                &Claim {
                    pulse,
                    ..usual(Face::Paused)
                },
                style
            ),
            still
        );
    }
}

#[test]
fn a_painter_that_has_drawn_before_draws_the_same() {
    let mut painter = Painter::new();
    for face in Face::ALL {
        let style = Style {
            theme: Theme::Dark,
            scale: 1.5,
            screen_width: None,
        };
        assert_eq!(painter.draw(&usual(face), style), draw(&usual(face), style));
    }
}

#[test]
fn the_corners_of_a_bar_are_clear_and_those_of_a_band_across_the_screen_are_not() {
    let corners = |picture: &Picture| {
        let (right, bottom) = (picture.width - 1, picture.height - 1);
        [(0, 0), (right, 0), (0, bottom), (right, bottom)]
            .map(|(x, y)| picture.pixels[((y * picture.width + x) * 4 + 3) as usize])
    };
    assert_eq!(
        corners(&draw(&usual(Face::Paused), Style::default())),
        [0; 4]
    );
    let screen = Style {
        screen_width: Some(1920),
        ..Style::default()
    };
    assert_eq!(corners(&draw(&usual(Face::Failed), screen)), [255; 4]);
}

#[test]
fn no_color_is_above_its_opacity() {
    for (_, claim) in unusual() {
        let picture = draw(&claim, Style::default());
        assert_eq!(
            picture.pixels.len() as u32,
            picture.width * picture.height * 4
        );
        for pixel in picture.pixels.chunks_exact(4) {
            assert!(pixel[..3].iter().all(|channel| *channel <= pixel[3]));
        }
    }
}
