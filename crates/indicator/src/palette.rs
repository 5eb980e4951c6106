use crate::{Face, Theme};

/// An opaque color: red, green, blue.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Rgb(pub(crate) u8, pub(crate) u8, pub(crate) u8);

impl Rgb {
    const fn hex(code: u32) -> Self {
        Self((code >> 16) as u8, (code >> 8) as u8, code as u8)
    }

    pub(crate) fn opaque(self) -> tiny_skia::Color {
        tiny_skia::Color::from_rgba8(self.0, self.1, self.2, 255)
    }

    /// The color that lies a share of the way to another.
    pub(crate) fn toward(self, other: Self, share: f32) -> Self {
        let mix = |from: u8, to: u8| {
            (f32::from(from) + (f32::from(to) - f32::from(from)) * share).round() as u8
        };
        Self(
            mix(self.0, other.0),
            mix(self.1, other.1),
            mix(self.2, other.2),
        )
    }
}

/// The colors of one display in one theme. The tests below hold them to their contrasts.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Palette {
    /// From top to bottom.
    pub(crate) surface: [Rgb; 2],
    /// Whether that is a color of the display's own, on which no other display's would stand out.
    pub(crate) filled: bool,
    pub(crate) rim: Rim,
    pub(crate) headline: Rgb,
    /// The line beneath, the call and the lamps' labels.
    pub(crate) line: Rgb,
    /// The sign's own color, and what is drawn on top of it.
    pub(crate) sign: [Rgb; 2],
    /// The button to press: its fill and its words.
    pub(crate) first_button: [Rgb; 2],
    /// What lights the rim in a pulse.
    pub(crate) pulse: Rgb,
}

/// The outline of the bar.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Rim {
    pub(crate) color: Rgb,
    /// In points.
    pub(crate) width: f32,
    pub(crate) dashed: bool,
}

/// The band that says SIMULATION: its fill and its words, in every theme.
pub(crate) const SIMULATION: [Rgb; 2] = [Rgb::hex(0xFF_C8_3D), Rgb::hex(0x2B_1D_00)];

pub(crate) const WHITE: Rgb = Rgb::hex(0xFF_FF_FF);
pub(crate) const BLACK: Rgb = Rgb::hex(0x00_00_00);

/// The colors of a theme by their meaning.
struct Tones {
    surface: [Rgb; 2],
    hairline: Rgb,
    headline: Rgb,
    line: Rgb,
    blue: Rgb,
    amber: Rgb,
    red: Rgb,
    purple: Rgb,
    slate: Rgb,
    /// What is drawn on top of them.
    on_tone: Rgb,
    first_button: [Rgb; 2],
    paused: [Rgb; 2],
    failed: [Rgb; 2],
    /// How thick the rim of a plain bar is and of one that warns, in points.
    rims: [f32; 2],
}

const LIGHT: Tones = Tones {
    surface: [WHITE, Rgb::hex(0xF5_F7_FB)],
    hairline: Rgb::hex(0x84_8E_A0),
    headline: Rgb::hex(0x10_15_1F),
    line: Rgb::hex(0x4A_54_65),
    blue: Rgb::hex(0x1D_5F_D1),
    amber: Rgb::hex(0xB4_53_09),
    red: Rgb::hex(0xD2_1F_2B),
    purple: Rgb::hex(0x7E_32_C7),
    slate: Rgb::hex(0x5B_66_78),
    on_tone: WHITE,
    first_button: [Rgb::hex(0x1B_24_35), WHITE],
    paused: [Rgb::hex(0x1F_63_DB), Rgb::hex(0x18_50_B8)],
    failed: [Rgb::hex(0xC8_17_22), Rgb::hex(0xA8_0D_18)],
    rims: [1.0, 2.0],
};

const DARK: Tones = Tones {
    surface: [Rgb::hex(0x23_28_33), Rgb::hex(0x1A_1E_27)],
    hairline: Rgb::hex(0x7A_84_98),
    headline: Rgb::hex(0xF4_F6_FA),
    line: Rgb::hex(0xB9_C1_CE),
    blue: Rgb::hex(0x7C_B0_FF),
    amber: Rgb::hex(0xFF_B3_38),
    red: Rgb::hex(0xFF_5D_62),
    purple: Rgb::hex(0xCF_9B_FF),
    slate: Rgb::hex(0xA3_AD_BE),
    on_tone: Rgb::hex(0x14_18_20),
    first_button: [Rgb::hex(0xE8_EC_F4), Rgb::hex(0x14_18_20)],
    paused: [Rgb::hex(0x1F_63_DB), Rgb::hex(0x18_50_B8)],
    failed: [Rgb::hex(0xC8_17_22), Rgb::hex(0xA8_0D_18)],
    rims: [1.0, 2.0],
};

const HIGH_CONTRAST: Tones = Tones {
    surface: [BLACK, BLACK],
    hairline: WHITE,
    headline: WHITE,
    line: WHITE,
    blue: Rgb::hex(0x5C_C8_FF),
    amber: Rgb::hex(0xFF_D4_00),
    red: Rgb::hex(0xFF_7A_7A),
    purple: Rgb::hex(0xE3_B5_FF),
    slate: WHITE,
    on_tone: BLACK,
    first_button: [WHITE, BLACK],
    paused: [Rgb::hex(0x0A_3D_A8), Rgb::hex(0x0A_3D_A8)],
    failed: [Rgb::hex(0xA8_00_0E), Rgb::hex(0xA8_00_0E)],
    rims: [2.0, 3.0],
};

/// The colors of a display in a theme.
pub(crate) fn palette(face: Face, theme: Theme) -> Palette {
    match face {
        // Only what is certain and matters most fills the bar: a proven pause, and a failure.
        Face::Paused => filled(tones(theme).paused, theme),
        Face::Failed => filled(tones(theme).failed, theme),
        Face::PauseSent | Face::Unknown => plain(face, theme, Weight::Heavy),
        Face::Pausing | Face::Resuming | Face::Recording | Face::NotRecorded | Face::NoCall => {
            plain(face, theme, Weight::Light)
        }
    }
}

/// How heavy the rim is.
enum Weight {
    Light,
    Heavy,
}

fn plain(face: Face, theme: Theme, weight: Weight) -> Palette {
    let tones = tones(theme);
    let sign = on_surface(face, theme);
    let [light, heavy] = tones.rims;
    let (color, width) = match weight {
        Weight::Light => (tones.hairline, light),
        Weight::Heavy => (sign[0], heavy),
    };
    Palette {
        surface: tones.surface,
        filled: false,
        rim: Rim {
            color,
            width,
            dashed: face == Face::PauseSent,
        },
        headline: tones.headline,
        line: tones.line,
        sign,
        first_button: tones.first_button,
        pulse: sign[0],
    }
}

fn filled(fill: [Rgb; 2], theme: Theme) -> Palette {
    Palette {
        surface: fill,
        filled: true,
        rim: Rim {
            color: WHITE,
            width: tones(theme).rims[1],
            dashed: false,
        },
        headline: WHITE,
        line: WHITE,
        sign: [WHITE, fill[1]],
        first_button: [WHITE, fill[1]],
        pulse: SIMULATION[0],
    }
}

fn tones(theme: Theme) -> &'static Tones {
    match theme {
        Theme::Light => &LIGHT,
        Theme::Dark => &DARK,
        Theme::HighContrast => &HIGH_CONTRAST,
    }
}

/// The colors of a lamp on a bar: the sign's own color and what is drawn on top of it.
pub(crate) fn lamp(lamp: Face, bar: Palette, theme: Theme) -> [Rgb; 2] {
    if bar.filled {
        // The shape tells, where a color would not stand out.
        bar.sign
    } else {
        on_surface(lamp, theme)
    }
}

/// The colors of a display's tray icon: the sign, what is drawn on top of it, and the halo that
/// sets it off from a dark panel. A panel does not tell its color, so they are the same on every desk.
pub(crate) fn tray(face: Face) -> [Rgb; 3] {
    let [mark, on_mark] = on_surface(face, Theme::Light);
    [mark, on_mark, WHITE]
}

/// The colors of a sign that stands on the theme's own surface.
fn on_surface(face: Face, theme: Theme) -> [Rgb; 2] {
    let tones = tones(theme);
    let tone = match face {
        Face::Paused | Face::Pausing | Face::Resuming => tones.blue,
        Face::PauseSent => tones.amber,
        Face::Recording | Face::Failed => tones.red,
        Face::NotRecorded | Face::NoCall => tones.slate,
        Face::Unknown => tones.purple,
    };
    [tone, tones.on_tone]
}

/// The colors of the program's own icon: its ground from top to bottom, the arc, the dot.
pub(crate) const APP_ICON: [Rgb; 4] = [
    Rgb::hex(0x2B_35_4C),
    Rgb::hex(0x12_18_26),
    WHITE,
    Rgb::hex(0xFF_4D_57),
];

#[cfg(test)]
mod tests {
    use super::*;

    /// Relative luminance as WCAG 2.2 defines it.
    fn luminance(color: Rgb) -> f64 {
        let linear = |channel: u8| {
            let value = f64::from(channel) / 255.0;
            if value <= 0.04045 {
                value / 12.92
            } else {
                ((value + 0.055) / 1.055).powf(2.4)
            }
        };
        0.2126 * linear(color.0) + 0.7152 * linear(color.1) + 0.0722 * linear(color.2)
    }

    fn contrast(one: Rgb, other: Rgb) -> f64 {
        let (a, b) = (luminance(one), luminance(other));
        (a.max(b) + 0.05) / (a.min(b) + 0.05)
    }

    fn every_palette(mut check: impl FnMut(&str, Theme, Palette)) {
        for theme in Theme::ALL {
            for face in Face::ALL {
                let name = format!("{} in {}", face.name(), theme.name());
                check(&name, theme, palette(face, theme));
            }
        }
    }

    #[track_caller]
    fn demand(what: &str, one: Rgb, other: Rgb, least: f64) {
        let found = contrast(one, other);
        assert!(found >= least, "{what}: {found:.2} is less than {least}");
    }

    #[test]
    fn black_on_white_has_the_greatest_contrast_there_is() {
        assert!((contrast(BLACK, WHITE) - 21.0).abs() < 1e-9);
    }

    #[test]
    fn every_text_can_be_read() {
        every_palette(|name, theme, palette| {
            let least = if theme == Theme::HighContrast {
                7.0
            } else {
                4.5
            };
            for surface in palette.surface {
                demand(
                    &format!("headline, {name}"),
                    palette.headline,
                    surface,
                    least,
                );
                demand(&format!("line, {name}"), palette.line, surface, least);
            }
            let [fill, words] = palette.first_button;
            demand(&format!("button, {name}"), words, fill, least);
        });
        demand("simulation", SIMULATION[0], SIMULATION[1], 7.0);
    }

    #[test]
    fn every_sign_button_and_rim_stands_out() {
        every_palette(|name, theme, palette| {
            for surface in palette.surface {
                demand(&format!("sign, {name}"), palette.sign[0], surface, 3.0);
                demand(
                    &format!("button, {name}"),
                    palette.first_button[0],
                    surface,
                    3.0,
                );
                demand(&format!("rim, {name}"), palette.rim.color, surface, 3.0);
                demand(&format!("pulse, {name}"), palette.pulse, surface, 3.0);
                for face in Face::ALL {
                    let what = format!("lamp {} on {name}", face.name());
                    demand(&what, lamp(face, palette, theme)[0], surface, 3.0);
                }
            }
            demand(
                &format!("on the sign, {name}"),
                palette.sign[1],
                palette.sign[0],
                3.0,
            );
        });
    }

    #[test]
    fn every_tray_icon_stands_out_on_a_light_and_on_a_dark_panel() {
        for face in Face::ALL {
            let [mark, on_mark, halo] = tray(face);
            demand(face.name(), mark, WHITE, 3.0);
            demand(face.name(), mark, halo, 3.0);
            demand(face.name(), mark, on_mark, 3.0);
            demand(face.name(), halo, Rgb::hex(0x3C_3C_3C), 3.0);
        }
    }

    #[test]
    fn only_a_proven_pause_has_the_color_of_one() {
        for theme in Theme::ALL {
            let paused = palette(Face::Paused, theme);
            for face in Face::ALL.into_iter().filter(|face| *face != Face::Paused) {
                let other = palette(face, theme);
                assert_ne!(
                    other.surface,
                    paused.surface,
                    "{} in {}",
                    face.name(),
                    theme.name()
                );
            }
        }
    }
}
