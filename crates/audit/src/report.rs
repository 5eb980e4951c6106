//! What the log says of each pause: for auditors, as rows and totals.

mod csv;
mod keys;
mod manifest;
mod pause;
mod row;
mod table;
mod tally;

use std::path::Path;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::line;
use crate::verify::{Verification, Walk, each_file};
use crate::{Anchored, AuditError, Hash};

pub use keys::{KeyOnRecord, keys};
pub use manifest::{Manifest, ManifestError, ReportFile, Source};
pub use pause::{Pause, PauseOutcome};

use tally::Tally;

/// The pauses of some days, and what they come to.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Report {
    /// The first day, of UTC.
    pub from: Date,
    /// The last day.
    pub to: Date,
    /// Each pause, in the order in which they were asked for.
    pub pauses: Vec<Pause>,
    /// What they come to.
    pub totals: Totals,
    /// What it was made from.
    pub log: Log,
}

/// What the pauses of a report come to. One pause can count in several.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Totals {
    /// All of them.
    pub pauses: usize,
    /// Those that failed: the call was still recorded, or may have been.
    pub failed: usize,
    /// Those that the vendor took and nobody could prove.
    pub unproven: usize,
    /// Those that lasted as long as they may.
    pub over_the_limit: usize,
    /// Those that nobody had ended when their call did.
    pub call_ended_while_paused: usize,
}

/// The log that a report was made from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Log {
    /// Whether every line is as it was written; [`verify()`](fn@crate::verify) says where not.
    pub is_whole: bool,
    /// How many records there are, of all days.
    pub records: u64,
    /// The newest one's number.
    pub newest: u64,
    /// Its hash.
    pub hash: Hash,
    /// The oldest record.
    #[serde(skip)]
    pub oldest: Option<Anchored>,
}

/// How a report is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Format {
    /// For people: one line a pause, and the totals.
    Text,
    /// One line a pause, with a line of names before: for spreadsheets (RFC 4180).
    Csv,
    /// One JSON object.
    Json,
}

/// Reports on the pauses that were asked for on these days of UTC, both included.
///
/// A line that is not as it was written is left out, and [`Log::is_whole`] says so.
///
/// # Errors
/// The files cannot be read, or there are none.
pub fn report(directory: &Path, from: Date, to: Date) -> Result<Report, AuditError> {
    let (mut walk, mut reading) = (Walk::default(), Reading::default());
    // Each byte is read once: what is reported is what was verified, though more be written.
    let files = each_file(directory, |name, bytes| {
        walk.file(name, bytes);
        reading.file(bytes);
    })?;
    if files == 0 {
        return Err(AuditError::NoLog {
            directory: directory.to_path_buf(),
        });
    }
    Ok(reading.report(&walk.end(files, &[]), from, to))
}

/// A report in the making.
#[derive(Default)]
pub(crate) struct Reading(Tally);

impl Reading {
    /// Reads the next file.
    pub(crate) fn file(&mut self, bytes: &[u8]) {
        let lines = bytes.split(|byte| *byte == b'\n');
        for sound in lines.filter_map(line::read) {
            self.0.take(&sound.body);
        }
    }

    /// Reports on these days.
    pub(crate) fn report(self, verification: &Verification, from: Date, to: Date) -> Report {
        let pauses = self.0.pauses().into_iter();
        let pauses: Vec<Pause> = pauses
            .filter(|pause| (from..=to).contains(&pause.day()))
            .collect();
        let newest = verification.newest;
        Report {
            from,
            to,
            totals: Totals::of(&pauses),
            pauses,
            log: Log {
                is_whole: verification.is_whole(),
                records: verification.records,
                newest: newest.map_or(0, |newest| newest.sequence),
                hash: newest.map_or(Hash::NONE, |newest| newest.hash),
                oldest: verification.first,
            },
        }
    }
}

impl Report {
    /// The whole of it, to the end of its last line.
    pub fn written(&self, format: Format) -> String {
        match format {
            Format::Text => table::write(self) + "\n",
            Format::Csv => csv::write(&self.pauses),
            Format::Json => {
                let object = serde_json::to_string(self);
                object.expect("keys are texts, and numbers are finite") + "\n"
            }
        }
    }
}

impl Totals {
    fn of(pauses: &[Pause]) -> Self {
        let count = |is: fn(&Pause) -> bool| pauses.iter().filter(|pause| is(pause)).count();
        Self {
            pauses: pauses.len(),
            failed: count(|pause| pause.outcome == PauseOutcome::Failed),
            unproven: count(|pause| pause.is_unproven),
            over_the_limit: count(|pause| pause.is_over_the_limit),
            call_ended_while_paused: count(|pause| pause.call_ended_while_paused),
        }
    }
}

#[cfg(test)]
mod tests;
