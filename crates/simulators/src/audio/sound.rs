//! What can be heard on a call, sample by sample.

use std::f64::consts::TAU;

use super::{RATE, Script};

/// Each of the two sines of a digit. Both together stay below full scale with the murmur on top.
const TONE: f64 = 0.25;
/// The murmur at its loudest: about 30 dB below a digit.
const MURMUR: f64 = 0.02;
/// A digit swells and fades this long, so that it does not click.
const RAMP_S: f64 = 0.005;

/// The samples of a call from its beginning; never ends.
pub(super) fn of(script: &Script) -> impl Iterator<Item = i16> {
    let mut noise = Noise::new(script.seed());
    let mut digits = script.digits().iter().peekable();
    (0_u32..).map(move |n| {
        let at_s = f64::from(n) / f64::from(RATE);
        while digits.next_if(|digit| digit.end_s <= at_s).is_some() {}
        let tone = digits
            .peek()
            .filter(|digit| digit.start_s <= at_s)
            .map_or(0.0, |digit| {
                let into_s = at_s - digit.start_s;
                let left_s = digit.end_s - at_s;
                let swell = (into_s.min(left_s) / RAMP_S).min(1.0);
                swell * key(digit.digit, into_s)
            });
        let sample = tone + murmur(at_s) * noise.next();
        (sample * f64::from(i16::MAX)) as i16
    })
}

/// A telephone key: one sine for its row and one for its column (ITU-T Q.23).
fn key(digit: char, at_s: f64) -> f64 {
    let (row, column) = match digit {
        '1' => (697.0, 1209.0),
        '2' => (697.0, 1336.0),
        '3' => (697.0, 1477.0),
        '4' => (770.0, 1209.0),
        '5' => (770.0, 1336.0),
        '6' => (770.0, 1477.0),
        '7' => (852.0, 1209.0),
        '8' => (852.0, 1336.0),
        '9' => (852.0, 1477.0),
        _ => (941.0, 1336.0),
    };
    TONE * ((TAU * row * at_s).sin() + (TAU * column * at_s).sin())
}

/// How loud the murmur is: it rises and falls about as syllables and sentences do.
fn murmur(at_s: f64) -> f64 {
    let syllables = 0.65 + 0.35 * (TAU * 3.1 * at_s).sin();
    let sentences = 0.75 + 0.25 * (TAU * 0.23 * at_s).sin();
    MURMUR * syllables * sentences
}

/// Noise in the band of a telephone (about 300 to 2,500 Hz), between -1 and 1 or a little more.
struct Noise {
    state: u64,
    low: f64,
    lower: f64,
}

impl Noise {
    const fn new(seed: u64) -> Self {
        Self {
            state: seed,
            low: 0.0,
            lower: 0.0,
        }
    }

    fn next(&mut self) -> f64 {
        // The weights put the corners of two one-pole low passes at 2,500 Hz and 300 Hz;
        // their difference is the band.
        self.low += 0.86 * (self.white() - self.low);
        self.lower += 0.21 * (self.low - self.lower);
        self.low - self.lower
    }

    /// White noise from -1 to 1 (SplitMix64: any seed will do).
    fn white(&mut self) -> f64 {
        self.state = self.state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.state;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        let high = u32::try_from((mixed ^ (mixed >> 31)) >> 32).expect("32 bits are left");
        f64::from(high) / f64::from(u32::MAX) * 2.0 - 1.0
    }
}
