use std::time::Duration;

/// How a display looks: which shape, which colors.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Face {
    /// Proven paused. The only face that is filled with the color of safety.
    Paused,
    /// Accepted by a vendor that offers no proof: hollow and dashed, with a question mark.
    PauseSent,
    /// A pause is under way.
    Pausing,
    /// A resume is under way.
    Resuming,
    /// Proven: what is said is recorded.
    Recording,
    /// Proven: not recorded.
    NotRecorded,
    /// No call.
    NoCall,
    /// What was asked for did not come about: a wide red band.
    Failed,
    /// Nothing may be believed.
    #[default]
    Unknown,
}

impl Face {
    /// Every face.
    pub const ALL: [Self; 9] = [
        Self::Paused,
        Self::PauseSent,
        Self::Pausing,
        Self::Resuming,
        Self::Recording,
        Self::NotRecorded,
        Self::NoCall,
        Self::Failed,
        Self::Unknown,
    ];

    /// Its name in files, in kebab case.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Paused => "paused",
            Self::PauseSent => "pause-sent",
            Self::Pausing => "pausing",
            Self::Resuming => "resuming",
            Self::Recording => "recording",
            Self::NotRecorded => "not-recorded",
            Self::NoCall => "no-call",
            Self::Failed => "failed",
            Self::Unknown => "unknown",
        }
    }
}

/// All that the indicator shows.
///
/// The default claims nothing: [`Face::Unknown`] and no words.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Claim {
    /// Which shape and colors.
    pub face: Face,
    /// The display in a few words, large.
    pub headline: String,
    /// One sentence beneath it; nothing is drawn for an empty one.
    pub line: String,
    /// How long the pause has lasted.
    pub elapsed: Option<Duration>,
    /// Which call, as "Call 4711"; long ids are shortened in the middle.
    pub call: Option<String>,
    /// What is recorded separately, such as audio and screen, each with a face of its own.
    ///
    /// The face of the claim is the worst of them; that is for the giver to see to.
    pub lamps: Vec<Lamp>,
    /// The buttons from left to right; the first is the one to press.
    pub buttons: Vec<Button>,
    /// Whether the vendor is a simulator.
    pub simulation: bool,
    /// How strongly the rim is lit, from 0 (not at all) to 1.
    pub pulse: f32,
}

/// One of several recordings of a call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lamp {
    /// "Audio", "Screen".
    pub label: String,
    /// What may be believed of it.
    pub face: Face,
}

/// A button of the indicator.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Button {
    /// Comes back in [`crate::Area::button`].
    pub id: &'static str,
    /// What it says.
    pub label: String,
}

/// For which screen and which eyes it is drawn.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Style {
    /// Pixels per point: 1.0, 1.5, 2.0. Anything outside 0.75 to 4.0 is taken as the nearest of these.
    pub scale: f32,
    /// The colors.
    pub theme: Theme,
    /// The width of the screen in pixels, if known: no bar is wider, and a failure spans it.
    pub screen_width: Option<u32>,
}

impl Default for Style {
    fn default() -> Self {
        Self {
            scale: 1.0,
            theme: Theme::Light,
            screen_width: None,
        }
    }
}

/// A set of colors.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Theme {
    /// Dark on light.
    Light,
    /// Light on dark.
    Dark,
    /// White on black with heavy outlines.
    HighContrast,
}

impl Theme {
    /// Every theme.
    pub const ALL: [Self; 3] = [Self::Light, Self::Dark, Self::HighContrast];

    /// Its name in files, in kebab case.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Light => "light",
            Self::Dark => "dark",
            Self::HighContrast => "high-contrast",
        }
    }
}

/// Writes a length of time as mm:ss, or h:mm:ss from an hour on.
pub(crate) fn elapsed_text(elapsed: Duration) -> String {
    let seconds = elapsed.as_secs();
    let (hours, minutes, seconds) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
    if hours > 0 {
        format!("{hours}:{minutes:02}:{seconds:02}")
    } else {
        format!("{minutes:02}:{seconds:02}")
    }
}

/// Shortens each long word in the middle; ids differ at their ends.
pub(crate) fn shortened(text: &str) -> String {
    const LONGEST: usize = 14;
    const KEPT_AT_EACH_END: usize = 6;
    let shorten = |word: &str| -> String {
        let letters: Vec<char> = word.chars().collect();
        if letters.len() <= LONGEST {
            return word.to_owned();
        }
        let head = letters.iter().take(KEPT_AT_EACH_END);
        let tail = letters.iter().skip(letters.len() - KEPT_AT_EACH_END);
        head.chain(['…'].iter()).chain(tail).collect()
    };
    text.split_whitespace()
        .map(shorten)
        .collect::<Vec<_>>()
        .join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn minutes_and_seconds_are_shown_until_an_hour_has_passed() {
        let shown = |seconds| elapsed_text(Duration::from_secs(seconds));
        assert_eq!(shown(0), "00:00");
        assert_eq!(shown(61), "01:01");
        assert_eq!(shown(3599), "59:59");
        assert_eq!(shown(3600), "1:00:00");
        assert_eq!(shown(36_000 + 62), "10:01:02");
    }

    #[test]
    fn a_part_of_a_second_does_not_count() {
        assert_eq!(elapsed_text(Duration::from_millis(59_999)), "00:59");
    }

    #[test]
    fn a_long_call_id_keeps_both_its_ends() {
        let id = "Call 3f2a9c1e-77b0-4c1d-9a5e-0d4be1f2c3a4";
        assert_eq!(shortened(id), "Call 3f2a9c…f2c3a4");
    }

    #[test]
    fn a_short_call_id_is_shown_whole() {
        assert_eq!(shortened("Call 15551234567890"), "Call 15551234567890");
    }

    #[test]
    fn an_id_of_many_byte_letters_is_shortened_between_letters() {
        assert_eq!(shortened("äöüäöüäöüäöüäöüäöü"), "äöüäöü…äöüäöü");
    }

    #[test]
    fn the_default_claim_claims_nothing() {
        assert_eq!(Claim::default().face, Face::Unknown);
    }
}
