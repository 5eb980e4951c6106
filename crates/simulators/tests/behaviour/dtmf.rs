//! The listener, tried on tones that are made here.

use std::f64::consts::TAU;

use simulators::audio::dtmf::decode;

const RATE: u32 = 8000;
const KEYS: [(char, f64, f64); 12] = [
    ('1', 697.0, 1209.0),
    ('2', 697.0, 1336.0),
    ('3', 697.0, 1477.0),
    ('4', 770.0, 1209.0),
    ('5', 770.0, 1336.0),
    ('6', 770.0, 1477.0),
    ('7', 852.0, 1209.0),
    ('8', 852.0, 1336.0),
    ('9', 852.0, 1477.0),
    ('*', 941.0, 1209.0),
    ('0', 941.0, 1336.0),
    ('#', 941.0, 1477.0),
];

/// Sound under construction, at a rate.
struct Tape {
    rate: u32,
    samples: Vec<f64>,
}

impl Tape {
    fn new(rate: u32) -> Self {
        let samples = Vec::new();
        Self { rate, samples }
    }

    fn tone(mut self, low: (f64, f64), high: (f64, f64), ms: u32) -> Self {
        let length = self.rate * ms / 1000;
        self.samples.extend((0..length).map(|n| {
            let at = TAU * f64::from(n) / f64::from(self.rate);
            low.1 * (low.0 * at).sin() + high.1 * (high.0 * at).sin()
        }));
        self
    }

    fn key(self, key: char, ms: u32) -> Self {
        let (_, low, high) = KEYS
            .into_iter()
            .find(|(name, _, _)| *name == key)
            .expect("a key");
        self.tone((low, 0.2), (high, 0.2), ms)
    }

    fn gap(mut self, ms: u32) -> Self {
        let length = self.samples.len() + (self.rate * ms / 1000) as usize;
        self.samples.resize(length, 0.0);
        self
    }

    /// Adds white noise whose loudest sample is `level`.
    fn noise(mut self, level: f64) -> Self {
        let mut state = 12345_u32;
        for sample in &mut self.samples {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            *sample += level * (f64::from(state >> 8) / f64::from(1 << 23) - 1.0);
        }
        self
    }

    fn samples(&self) -> Vec<i16> {
        let full = f64::from(i16::MAX);
        self.samples.iter().map(|s| (s * full) as i16).collect()
    }

    fn heard(&self) -> String {
        let digits = decode(&self.samples(), self.rate);
        digits.iter().map(|(digit, _, _)| *digit).collect()
    }
}

fn dial(rate: u32, keys: &str, tone_ms: u32, gap_ms: u32) -> Tape {
    keys.chars().fold(Tape::new(rate).gap(200), |tape, key| {
        tape.key(key, tone_ms).gap(gap_ms)
    })
}

#[test]
fn all_twelve_keys_are_told_apart() {
    let keys = "123456789*0#";
    assert_eq!(dial(RATE, keys, 150, 100).heard(), keys);
    assert_eq!(dial(RATE, keys, 50, 50).heard(), keys);
    assert_eq!(dial(44_100, keys, 100, 80).heard(), keys);
}

#[test]
fn a_digit_that_is_said_twice_is_heard_twice_even_after_a_short_gap() {
    for gap_ms in [100, 40, 25, 15] {
        assert_eq!(
            dial(RATE, "5559955", 100, gap_ms).heard(),
            "5559955",
            "{gap_ms} ms"
        );
    }
}

#[test]
fn one_long_digit_is_one_digit() {
    assert_eq!(dial(RATE, "7", 3000, 100).heard(), "7");
}

#[test]
fn times_are_good_to_about_10_ms() {
    let digits = decode(&dial(RATE, "59", 150, 100).samples(), RATE);
    for ((_, start_s, end_s), expected_s) in digits.iter().zip([0.2, 0.45]) {
        assert!((start_s - expected_s).abs() < 0.01, "{start_s}");
        assert!((end_s - expected_s - 0.15).abs() < 0.01, "{end_s}");
    }
}

#[test]
fn digits_are_heard_through_noise() {
    let keys = "0123456789";
    // 0.25 leaves the digit about 3 dB above the noise.
    for level in [0.02, 0.1, 0.25] {
        assert_eq!(
            dial(RATE, keys, 150, 100).noise(level).heard(),
            keys,
            "{level}"
        );
    }
}

#[test]
fn noise_and_silence_are_no_digits() {
    assert_eq!(Tape::new(RATE).gap(20_000).heard(), "");
    assert_eq!(Tape::new(RATE).gap(60_000).noise(0.5).heard(), "");
    assert_eq!(decode(&[], RATE), []);
    assert_eq!(decode(&[1; 10], RATE), []);
}

#[test]
fn one_tone_is_no_digit_and_neither_is_a_lopsided_pair() {
    let one = Tape::new(RATE).tone((770.0, 0.4), (1336.0, 0.0), 200);
    assert_eq!(one.heard(), "");
    let lopsided = Tape::new(RATE).tone((770.0, 0.4), (1336.0, 0.1), 200);
    assert_eq!(lopsided.heard(), "");
    let uneven = Tape::new(RATE).tone((770.0, 0.2), (1336.0, 0.14), 200);
    assert_eq!(uneven.heard(), "5");
}

#[test]
fn two_rows_at_once_are_no_digit_with_or_without_a_column() {
    let rows = Tape::new(RATE).tone((697.0, 0.2), (852.0, 0.15), 200);
    assert_eq!(rows.heard(), "");
    let mut chord = rows;
    let column = Tape::new(RATE).tone((0.0, 0.0), (1336.0, 0.2), 200);
    for (sample, more) in chord.samples.iter_mut().zip(column.samples) {
        *sample += more;
    }
    assert_eq!(chord.heard(), "");
}

#[test]
fn a_piece_of_a_digit_counts_if_it_lasts() {
    assert_eq!(dial(RATE, "9", 30, 100).heard(), "9");
    assert_eq!(dial(RATE, "9", 17, 100).heard(), "");
}
