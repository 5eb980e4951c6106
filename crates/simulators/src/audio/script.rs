use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// How long one spoken digit sounds, in seconds.
pub const TONE_S: f64 = 0.15;
/// The silence between two digits of a number, in seconds.
pub const GAP_S: f64 = 0.1;

/// One digit, and when in the call it is spoken.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct SpokenDigit {
    /// `'0'` to `'9'`.
    pub digit: char,
    /// Its beginning, in seconds from the start of the call.
    pub start_s: f64,
    /// Its end, in seconds from the start of the call.
    pub end_s: f64,
}

/// A number as it may be spoken on a simulated call: card digits, or none at all.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Number {
    digits: String,
    card: bool,
}

impl Number {
    /// Its digits.
    pub fn digits(&self) -> &str {
        &self.digits
    }

    /// Whether it stands for card data: all of its digits are 5 to 9.
    pub const fn is_card(&self) -> bool {
        self.card
    }
}

impl FromStr for Number {
    type Err = BadNumber;

    fn from_str(text: &str) -> Result<Self, BadNumber> {
        let all = |range: std::ops::RangeInclusive<char>| text.chars().all(|c| range.contains(&c));
        if text.is_empty() || !(all('5'..='9') || all('0'..='4')) {
            return Err(BadNumber);
        }
        Ok(Self {
            digits: text.to_owned(),
            card: all('5'..='9'),
        })
    }
}

/// Says that a number mixes card digits with others, or is none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BadNumber;

impl fmt::Display for BadNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(
            "a spoken number is digits from 5 to 9 only (it stands for card data), \
             or from 0 to 4 only (any other number)",
        )
    }
}

impl std::error::Error for BadNumber {}

/// What is said on a call: a murmur from beginning to end, and numbers.
#[derive(Clone, Debug, PartialEq)]
pub struct Script {
    digits: Vec<SpokenDigit>,
    seed: u64,
}

impl Default for Script {
    fn default() -> Self {
        Self::new()
    }
}

impl Script {
    /// A call with a murmur and no number yet.
    pub const fn new() -> Self {
        Self::seeded(1)
    }

    /// The same, with a murmur of its own. Equal seeds sound equal.
    pub const fn seeded(seed: u64) -> Self {
        Self {
            digits: Vec::new(),
            seed,
        }
    }

    /// Adds a number, spoken from `at_s` on.
    ///
    /// # Panics
    /// If the number mixes card digits with others (see [`Number`]): such a script could not
    /// tell a leak from small talk.
    #[must_use]
    pub fn say(mut self, number: &str, at_s: f64) -> Self {
        let number = number
            .parse()
            .unwrap_or_else(|wrong| panic!("{number:?}: {wrong}"));
        self.speak(&number, at_s);
        self
    }

    /// Adds a number, spoken from `at_s` on; after everything else if something is being said
    /// then. Returns when each of its digits sounds.
    pub fn speak(&mut self, number: &Number, at_s: f64) -> Vec<SpokenDigit> {
        let end_s = at_s + spoken_s(number);
        let overlaps = |digit: &SpokenDigit| digit.end_s + GAP_S > at_s && digit.start_s < end_s;
        let mut start_s = if self.digits.iter().any(overlaps) {
            self.end_s() + GAP_S
        } else {
            at_s.max(0.0)
        };
        let mut spoken = Vec::new();
        for digit in number.digits().chars() {
            spoken.push(SpokenDigit {
                digit,
                start_s: to_millisecond(start_s),
                end_s: to_millisecond(start_s + TONE_S),
            });
            start_s += TONE_S + GAP_S;
        }
        self.digits.extend_from_slice(&spoken);
        self.digits
            .sort_by(|one, other| one.start_s.total_cmp(&other.start_s));
        spoken
    }

    /// Every spoken digit, in order of time.
    pub fn digits(&self) -> &[SpokenDigit] {
        &self.digits
    }

    /// When the last digit has been spoken.
    pub fn end_s(&self) -> f64 {
        self.digits.last().map_or(0.0, |digit| digit.end_s)
    }

    /// Leaves out whatever is not finished by then: the call is over.
    pub(crate) fn end_at(&mut self, end_s: f64) {
        self.digits.retain(|digit| digit.end_s <= end_s);
    }

    pub(crate) const fn seed(&self) -> u64 {
        self.seed
    }
}

fn spoken_s(number: &Number) -> f64 {
    number.digits().chars().map(|_| TONE_S + GAP_S).sum()
}

fn to_millisecond(seconds: f64) -> f64 {
    (seconds * 1000.0).round() / 1000.0
}
