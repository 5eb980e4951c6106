//! A listener for DTMF digits: what a program can hear in a recording.
//!
//! It has its own table of tones and knows nothing of how a script is turned into sound, so that
//! a recording is judged by something that did not make it.

use std::f64::consts::TAU;

const ROWS: [f64; 4] = [697.0, 770.0, 852.0, 941.0];
const COLUMNS: [f64; 3] = [1209.0, 1336.0, 1477.0];
const KEYS: [[char; 3]; 4] = [
    ['1', '2', '3'],
    ['4', '5', '6'],
    ['7', '8', '9'],
    ['*', '0', '#'],
];

/// Long enough to tell 697 from 770 Hz, short enough to notice a gap of 15 ms.
const FRAME_S: f64 = 0.025;
/// How far the frame moves on.
const HOP_S: f64 = 0.0025;
/// The two tones must hold this share of all sound in a frame.
const SHARE: f64 = 0.55;
/// Neither tone may hold less than this share of the other (8 dB).
const TWIST: f64 = 0.16;
/// Each tone must be this many times stronger than its neighbours (4 dB).
const LEAD: f64 = 2.5;
/// Anything shorter is no digit: a click, a consonant. Half a spoken digit is longer.
const SHORTEST_S: f64 = 0.02;

/// Finds every DTMF digit in mono samples: the digit, its beginning and its end in seconds.
///
/// Times are good to about 10 ms. A piece of a tone of 20 ms or more counts as a digit.
pub fn decode(samples: &[i16], rate: u32) -> Vec<(char, f64, f64)> {
    let (frame, hop) = (length(FRAME_S, rate), length(HOP_S, rate));
    let mut digits: Vec<(char, f64, f64)> = Vec::new();
    let mut before = None;
    for (n, window) in samples.windows(frame).step_by(hop).enumerate() {
        let heard = digit_in(window, rate);
        if let Some(digit) = heard {
            // A frame begins to count when this share of it is tone, and ends to with the same.
            let start_s = seconds(n * hop, rate) + (1.0 - SHARE) * FRAME_S;
            let end_s = seconds(n * hop, rate) + SHARE * FRAME_S;
            match digits.last_mut() {
                Some(last) if before == Some(digit) => last.2 = end_s,
                Some(_) | None => digits.push((digit, start_s, end_s)),
            }
        }
        before = heard;
    }
    digits.retain(|(_, start_s, end_s)| end_s - start_s >= SHORTEST_S);
    digits
}

/// The digit that fills this frame, if one does.
fn digit_in(frame: &[i16], rate: u32) -> Option<char> {
    let energy: f64 = frame.iter().map(|s| f64::from(*s).powi(2)).sum();
    let rows = ROWS.map(|tone| strength(frame, tone, rate));
    let columns = COLUMNS.map(|tone| strength(frame, tone, rate));
    let (row, row_strength) = leader(&rows)?;
    let (column, column_strength) = leader(&columns)?;
    let sounds = row_strength + column_strength > SHARE * energy;
    let balanced = row_strength.min(column_strength) > TWIST * row_strength.max(column_strength);
    (sounds && balanced).then(|| KEYS[row][column])
}

/// The strongest of a group, if it leads the others clearly.
fn leader(strengths: &[f64]) -> Option<(usize, f64)> {
    let (at, strongest) = strengths
        .iter()
        .copied()
        .enumerate()
        .max_by(|one, other| one.1.total_cmp(&other.1))?;
    let leads = strengths
        .iter()
        .enumerate()
        .all(|(other, strength)| other == at || strongest > LEAD * strength);
    leads.then_some((at, strongest))
}

/// How much of a frame's energy is at one frequency (Goertzel).
fn strength(frame: &[i16], tone: f64, rate: u32) -> f64 {
    let turn = TAU * tone / f64::from(rate);
    let (mut last, mut before) = (0.0, 0.0);
    for sample in frame {
        let now = f64::from(*sample) + 2.0 * turn.cos() * last - before;
        (last, before) = (now, last);
    }
    let power = last * last + before * before - 2.0 * turn.cos() * last * before;
    power * 2.0 / count(frame.len())
}

fn length(seconds: f64, rate: u32) -> usize {
    ((seconds * f64::from(rate)).round() as usize).max(1)
}

fn seconds(samples: usize, rate: u32) -> f64 {
    count(samples) / f64::from(rate)
}

fn count(samples: usize) -> f64 {
    samples as f64
}
