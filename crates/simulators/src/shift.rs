//! What was said on the calls of a shift and what the app showed meanwhile: `shift.json`.
//!
//! It lies beside the recordings and is all that somebody needs who checks one against the
//! other: no card digit in a recording, and none spoken while anything but a pause was shown.

use std::path::Path;
use std::{fs, io};

use serde::{Deserialize, Serialize};

use crate::audio::{PausedTime, SpokenDigit};

/// A shift: some calls at one vendor.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Shift {
    /// The vendor's name.
    pub vendor: String,
    /// Its calls, in order.
    pub calls: Vec<Call>,
}

/// One call. All times are in seconds from its start.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Call {
    /// Its id at the vendor.
    pub id: String,
    /// The recording, a file beside this one.
    pub wav: String,
    /// What became of paused time in the recording.
    pub paused_time: PausedTime,
    /// Every digit that was spoken.
    pub digits: Vec<SpokenDigit>,
    /// Everything that was shown.
    pub displays: Vec<Display>,
}

/// What was shown, and for how long.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Display {
    /// The display's name, as the app calls it (`paused`).
    pub display: String,
    /// When it came up.
    pub start_s: f64,
    /// When it went.
    pub end_s: f64,
}

impl Shift {
    /// Writes the file. It appears when it is whole.
    ///
    /// # Errors
    /// Whatever keeps the file from being written.
    pub fn write(&self, path: &Path) -> io::Result<()> {
        let unfinished = path.with_extension("unfinished");
        serde_json::to_writer_pretty(fs::File::create(&unfinished)?, self)?;
        fs::rename(unfinished, path)
    }

    /// Reads the file.
    ///
    /// # Errors
    /// It cannot be read, or is no such file.
    pub fn read(path: &Path) -> io::Result<Self> {
        Ok(serde_json::from_slice(&fs::read(path)?)?)
    }
}
