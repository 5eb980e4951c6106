//! Tray icons tell themselves apart without color.

use indicator::{Face, tray_icon};

const SIZE: u32 = 32;

/// Linear red, green and blue as somebody sees them who lacks one kind of cone
/// (Machado, Oliveira and Fernandes 2009, severity 1.0).
const PROTANOPIA: [[f64; 3]; 3] = [
    [0.152286, 1.052583, -0.204868],
    [0.114503, 0.786281, 0.099216],
    [-0.003882, -0.048116, 1.051998],
];
const DEUTERANOPIA: [[f64; 3]; 3] = [
    [0.367322, 0.860646, -0.227968],
    [0.280085, 0.672501, 0.047413],
    [-0.011820, 0.042940, 0.968881],
];

/// How light each pixel of an icon appears on a panel, from 0 to 1.
fn lightness(face: Face, panel: u8, eye: [[f64; 3]; 3]) -> Vec<f64> {
    let icon = tray_icon(face, SIZE);
    let linear = |channel: u8| (f64::from(channel) / 255.0).powf(2.2);
    icon.pixels
        .chunks_exact(4)
        .map(|pixel| {
            let beneath = u32::from(panel) * (255 - u32::from(pixel[3])) / 255;
            let seen = [0, 1, 2].map(|index| linear((u32::from(pixel[index]) + beneath) as u8));
            let row = |weights: [f64; 3]| -> f64 {
                weights
                    .iter()
                    .zip(seen)
                    .map(|(weight, channel)| weight * channel)
                    .sum()
            };
            let [red, green, blue] = eye.map(row);
            (0.2126 * red + 0.7152 * green + 0.0722 * blue)
                .clamp(0.0, 1.0)
                .powf(1.0 / 2.2)
        })
        .collect()
}

#[test]
fn every_two_tray_icons_differ_in_shape_for_every_eye_on_every_panel() {
    for eye in [PROTANOPIA, DEUTERANOPIA] {
        for panel in [0x20, 0x80, 0xF4] {
            for (index, one) in Face::ALL.into_iter().enumerate() {
                for other in &Face::ALL[index + 1..] {
                    let (a, b) = (lightness(one, panel, eye), lightness(*other, panel, eye));
                    let differing = a
                        .iter()
                        .zip(&b)
                        .filter(|(a, b)| (**a - **b).abs() > 0.25)
                        .count();
                    let share = differing as f64 / a.len() as f64;
                    assert!(
                        share > 0.12,
                        "{} and {} differ in {:.1} % of their pixels on a panel of {panel:x}",
                        one.name(),
                        other.name(),
                        share * 100.0
                    );
                }
            }
        }
    }
}
