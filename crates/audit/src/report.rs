//! What the log says of each pause: for auditors, as rows and totals.

mod csv;
mod pause;
mod row;
mod table;
mod tally;

use std::path::Path;

use jiff::civil::Date;
use serde::Serialize;

use crate::line;
use crate::verify::{Verification, each_file, verify};
use crate::{AuditError, Hash};

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
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
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
}

/// Reports on the pauses that were asked for on these days of UTC, both included.
///
/// A line that is not as it was written is left out, and [`Log::is_whole`] says so.
///
/// # Errors
/// The files cannot be read, or there are none.
pub fn report(directory: &Path, from: Date, to: Date) -> Result<Report, AuditError> {
    let verification = verify(directory, &[])?;
    let mut reading = Reading::default();
    each_file(directory, |_, bytes| reading.file(bytes))?;
    Ok(reading.report(&verification, from, to))
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
            },
        }
    }
}

impl Report {
    /// One line a pause, with a line of names before: for spreadsheets (RFC 4180).
    pub fn csv(&self) -> String {
        csv::write(&self.pauses)
    }

    /// For people: one line a pause, and the totals.
    pub fn table(&self) -> String {
        table::write(self)
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
