use std::time::Duration;

use super::*;
use crate::{Button, Lamp, Theme};

fn claim(face: Face) -> Claim {
    Claim {
        face,
        headline: "STILL RECORDING: DO NOT TAKE CARD DETAILS".to_owned(),
        line: "The vendor did not answer, so nobody knows whether the recording is paused."
            .to_owned(),
        elapsed: Some(Duration::from_secs(4000)),
        call: Some("Call 3f2a9c1e-77b0-4c1d-9a5e-0d4be1f2c3a4".to_owned()),
        lamps: vec![
            Lamp {
                label: "Audio".to_owned(),
                face: Face::Paused,
            },
            Lamp {
                label: "Screen".to_owned(),
                face: Face::Recording,
            },
        ],
        buttons: vec![
            Button {
                id: "resume",
                label: "Resume recording".to_owned(),
            },
            Button {
                id: "pause",
                label: "Pause again".to_owned(),
            },
        ],
        simulation: true,
        pulse: 0.0,
    }
}

/// The words of a language that needs more room than English.
fn longer(text: &str) -> String {
    let more = text.chars().count() * 2 / 5;
    format!(
        "{text} {}",
        text.chars()
            .chain(" ".chars())
            .cycle()
            .take(more)
            .collect::<String>()
    )
}

fn longer_claim(face: Face) -> Claim {
    let mut claim = claim(face);
    claim.headline = longer(&claim.headline);
    claim.line = longer(&claim.line);
    for button in &mut claim.buttons {
        button.label = longer(&button.label);
    }
    for lamp in &mut claim.lamps {
        lamp.label = longer(&lamp.label);
    }
    claim
}

fn styles() -> Vec<Style> {
    let mut styles = Vec::new();
    for scale in [0.75, 1.0, 1.25, 1.5, 2.0] {
        for screen_width in [
            None,
            Some((1280.0 * scale) as u32),
            Some((1920.0 * scale) as u32),
        ] {
            styles.push(Style {
                scale,
                theme: Theme::Light,
                screen_width,
            });
        }
    }
    styles
}

fn texts(layout: &Layout) -> Vec<&Placed> {
    [
        Some(&layout.headline),
        layout.line.as_ref(),
        layout.elapsed.as_ref(),
        layout.call.as_ref(),
    ]
    .into_iter()
    .flatten()
    .chain(layout.lamps.iter().map(|(_, _, label)| label))
    .chain(layout.buttons.iter().map(|(_, _, label)| label))
    .chain(layout.simulation.iter().map(|(_, word)| word))
    .collect()
}

/// Everything that must not lie on top of anything else.
fn pieces(layout: &Layout) -> Vec<Rectangle> {
    [
        Some(&layout.headline),
        layout.line.as_ref(),
        layout.elapsed.as_ref(),
        layout.call.as_ref(),
    ]
    .into_iter()
    .flatten()
    .map(|text| text.place)
    .chain([layout.grip, layout.sign])
    .chain(layout.simulation.iter().map(|(place, _)| *place))
    .chain(
        layout
            .lamps
            .iter()
            .flat_map(|(_, lamp, label)| [*lamp, label.place]),
    )
    .chain(layout.buttons.iter().map(|(_, place, _)| *place))
    .collect()
}

fn overlap(one: &Rectangle, other: &Rectangle) -> bool {
    one.x < other.x + other.width
        && other.x < one.x + one.width
        && one.y < other.y + other.height
        && other.y < one.y + one.height
}

#[test]
fn everything_lies_within_the_picture_and_nothing_on_top_of_anything_else() {
    let mut lettering = Lettering::new();
    for face in Face::ALL {
        for style in styles() {
            for claim in [
                claim(face),
                longer_claim(face),
                Claim {
                    face,
                    ..Claim::default()
                },
            ] {
                let layout = arrange(&claim, style, &mut lettering);
                let pieces = pieces(&layout);
                for (index, piece) in pieces.iter().enumerate() {
                    assert!(
                        piece.x + piece.width <= layout.width,
                        "{piece:?} in {style:?}"
                    );
                    assert!(
                        piece.y + piece.height <= layout.height,
                        "{piece:?} in {style:?}"
                    );
                    for other in &pieces[index + 1..] {
                        assert!(!overlap(piece, other), "{piece:?}, {other:?} in {style:?}");
                    }
                }
            }
        }
    }
}

#[test]
fn words_that_are_two_fifths_longer_are_shown_whole() {
    let mut lettering = Lettering::new();
    for face in Face::ALL {
        for style in styles() {
            let layout = arrange(&longer_claim(face), style, &mut lettering);
            for text in texts(&layout) {
                assert!(!text.block.cut, "{} in {style:?}", face.name());
            }
        }
    }
}

#[test]
fn words_without_end_are_cut_with_an_ellipsis_and_the_bar_stays_a_bar() {
    let mut claim = claim(Face::Recording);
    claim.headline = "RECORDING ".repeat(60);
    claim.line = "and more words ".repeat(60);
    claim.buttons[0].label = "Resume ".repeat(60);
    let layout = arrange(&claim, Style::default(), &mut Lettering::new());
    assert!(layout.headline.block.cut);
    assert!(layout.line.as_ref().expect("there is a line").block.cut);
    assert!(layout.buttons[0].2.block.cut);
    assert!(
        layout.width <= 820 && layout.height <= 180,
        "{} x {}",
        layout.width,
        layout.height
    );
}

#[test]
fn a_few_words_make_a_compact_bar() {
    let claim = Claim {
        face: Face::Paused,
        headline: "RECORDING PAUSED".to_owned(),
        line: "Confirmed by the vendor.".to_owned(),
        ..Claim::default()
    };
    let layout = arrange(&claim, Style::default(), &mut Lettering::new());
    assert_eq!((layout.width, layout.height), (460, 64));
}

#[test]
fn no_bar_is_wider_than_the_screen() {
    let style = Style {
        screen_width: Some(640),
        ..Style::default()
    };
    let mut lettering = Lettering::new();
    for face in Face::ALL {
        let mut claim = longer_claim(face);
        claim.buttons.truncate(1);
        claim.buttons[0].label = "Resume".to_owned();
        assert!(
            arrange(&claim, style, &mut lettering).width <= 640,
            "{}",
            face.name()
        );
    }
}

#[test]
fn a_failure_spans_the_screen_and_nothing_else_does() {
    let style = Style {
        screen_width: Some(1920),
        ..Style::default()
    };
    let mut lettering = Lettering::new();
    for face in Face::ALL {
        let width = arrange(&claim(face), style, &mut lettering).width;
        assert_eq!(
            width == 1920,
            face == Face::Failed,
            "{} is {width} wide",
            face.name()
        );
    }
}

#[test]
fn a_time_that_runs_moves_nothing() {
    let mut lettering = Lettering::new();
    let mut pieces_at = |seconds| {
        let claim = Claim {
            elapsed: Some(Duration::from_secs(seconds)),
            ..claim(Face::Paused)
        };
        pieces(&arrange(&claim, Style::default(), &mut lettering))
    };
    assert_eq!(pieces_at(71), pieces_at(3_588));
}

#[test]
fn a_scale_that_makes_no_sense_still_gives_a_picture() {
    let mut lettering = Lettering::new();
    for scale in [f32::NAN, 0.0, -3.0, f32::INFINITY] {
        let style = Style {
            scale,
            ..Style::default()
        };
        let layout = arrange(&claim(Face::Paused), style, &mut lettering);
        assert!((300..4_000).contains(&layout.width), "{}", layout.width);
    }
}
