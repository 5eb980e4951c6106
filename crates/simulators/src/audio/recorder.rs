use std::fs;
use std::io::{self, BufWriter, Cursor, Seek, Write};
use std::path::Path;

use serde::{Deserialize, Serialize};

use super::{Script, sound};
use crate::{Truth, Turn};

/// Samples a second in every recording.
pub const RATE: u32 = 8000;

/// What becomes of the time in which the recorder was paused.
///
/// Neither vendor's documentation says; both occur in practice.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum PausedTime {
    /// It is missing: the recording is shorter than the call.
    Cut,
    /// It is there, and silent: the recording is as long as the call.
    Silence,
}

/// Takes a call down: what a recorder with this timeline hears in the first `length_s` seconds.
///
/// Time in which the recorder was off is never in a recording.
pub fn record(script: &Script, timeline: &[Turn], length_s: f64, paused: PausedTime) -> Vec<i16> {
    let mut turns = timeline.iter().peekable();
    let mut truth = Truth::Off;
    let mut taken = Vec::new();
    for (n, sample) in (0..samples(length_s)).zip(sound::of(script)) {
        while let Some(turn) = turns.next_if(|turn| samples(turn.at_s) <= n) {
            truth = turn.truth;
        }
        match (truth, paused) {
            (Truth::Recording, _) => taken.push(sample),
            (Truth::Paused, PausedTime::Silence) => taken.push(0),
            (Truth::Paused, PausedTime::Cut) | (Truth::Off, _) => {}
        }
    }
    taken
}

/// Writes samples to a WAV file (mono, 16 bit). The file appears when it is whole.
///
/// # Errors
/// Whatever keeps the file from being written.
pub fn write_wav(samples: &[i16], path: &Path) -> io::Result<()> {
    let unfinished = path.with_extension("unfinished");
    write(samples, BufWriter::new(fs::File::create(&unfinished)?)).map_err(io::Error::other)?;
    fs::rename(unfinished, path)
}

/// The same file in memory.
pub(crate) fn wav(samples: &[i16]) -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    write(samples, &mut bytes).expect("memory takes what is written to it");
    bytes.into_inner()
}

fn write(samples: &[i16], to: impl Write + Seek) -> hound::Result<()> {
    let spec = hound::WavSpec {
        channels: 1,
        sample_rate: RATE,
        bits_per_sample: 16,
        sample_format: hound::SampleFormat::Int,
    };
    let mut writer = hound::WavWriter::new(to, spec)?;
    for sample in samples {
        writer.write_sample(*sample)?;
    }
    writer.finalize()
}

fn samples(seconds: f64) -> u64 {
    (seconds * f64::from(RATE)).round() as u64
}
