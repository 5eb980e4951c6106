use std::io::{self, Read};

use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use support::redacted;

use super::{Format, Report, Totals};
use crate::line::{from_milliseconds, to_the_millisecond, with_milliseconds};
use crate::{Anchored, Hash, Origin};

/// The version of what is written here.
const VERSION: u32 = 1;

/// No manifest comes near it.
const LONGEST: usize = 64 * 1024;

/// What a report is and what it was made from, in so few words that they can be signed (G4).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Manifest {
    #[serde(rename = "fermata_report_manifest")]
    version: u32,
    /// When the report was made.
    #[serde(
        serialize_with = "with_milliseconds",
        deserialize_with = "from_milliseconds"
    )]
    pub made: Timestamp,
    /// Who made it, as the computer calls them.
    pub user: String,
    /// At which computer.
    pub host: String,
    /// With which program, and its version.
    pub program: String,
    /// The first day of the report, of UTC.
    pub from: Date,
    /// The last day.
    pub to: Date,
    /// The report itself.
    pub report: ReportFile,
    /// What its rows come to.
    pub totals: Totals,
    /// The log that it was made from.
    pub log: Source,
}

/// A report as a file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReportFile {
    /// How it is written.
    pub format: Format,
    /// How many pauses it has.
    pub rows: usize,
    /// How long it is.
    pub bytes: u64,
    /// The hash of all of it.
    pub sha256: Hash,
}

/// The log that a report was made from, as far as it had come.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Source {
    /// Whether every line was as it was written.
    pub is_whole: bool,
    /// How many records there were, of all days.
    pub records: u64,
    /// The oldest of them.
    pub first: Option<Anchored>,
    /// The newest.
    pub newest: Option<Anchored>,
}

/// Why a manifest is none, or not that of a report.
#[derive(Debug, thiserror::Error)]
pub enum ManifestError {
    /// It is something else.
    #[error("it is no manifest of a report, or not whole: see line {line}, column {column}")]
    NotUnderstood {
        /// Where, counted from 1.
        line: usize,
        /// Where in it.
        column: usize,
    },
    /// It is far longer than one.
    #[error("it is longer than {LONGEST} bytes, as no manifest of a report is")]
    TooLong,
    /// It shows something else than it holds.
    #[error("a name in it holds control characters, as none does that Fermata has written")]
    ControlCharacters,
    /// It is of another time.
    #[error("it has version {0}, and this program knows version {VERSION} alone; use a newer one")]
    Version(u32),
    /// The report is another one.
    #[error(
        "the report has {found} bytes and the one that was signed has {signed}: it was changed, \
         cut off, or is another one"
    )]
    Length {
        /// How long it is.
        found: u64,
        /// How long it should be.
        signed: u64,
    },
    /// The report is another one.
    #[error(
        "the report has the SHA-256 {found} and the one that was signed has {signed}: it was \
         changed, or is another one"
    )]
    Contents {
        /// What it is.
        found: Hash,
        /// What it should be.
        signed: Hash,
    },
    /// Nobody can say.
    #[error("the report cannot be read: {0}")]
    Unreadable(io::Error),
}

impl Manifest {
    /// The manifest of a report that was written like this.
    pub fn of(
        report: &Report,
        format: Format,
        written: &str,
        by: &Origin,
        made: Timestamp,
    ) -> Self {
        let log = &report.log;
        Self {
            version: VERSION,
            made: to_the_millisecond(made),
            user: redacted(&by.user),
            host: redacted(&by.host),
            program: redacted(&by.program),
            from: report.from,
            to: report.to,
            report: ReportFile {
                format,
                rows: report.pauses.len(),
                bytes: written.len() as u64,
                sha256: Hash::of(written.as_bytes()),
            },
            totals: report.totals,
            log: Source {
                is_whole: log.is_whole,
                records: log.records,
                first: log.oldest,
                newest: log.oldest.map(|_| Anchored {
                    sequence: log.newest,
                    hash: log.hash,
                }),
            },
        }
    }

    /// The text that is signed.
    pub fn text(&self) -> String {
        let text = serde_json::to_string_pretty(self);
        text.expect("keys are texts, and numbers are finite") + "\n"
    }

    /// Reads one. Whether to believe it is the signature's to say.
    ///
    /// # Errors
    /// It is none, or one of another version.
    pub fn read(text: &[u8]) -> Result<Self, ManifestError> {
        if text.len() > LONGEST {
            return Err(ManifestError::TooLong);
        }
        let read: Self = serde_json::from_slice(text).map_err(|error| not_understood(&error))?;
        if read.version != VERSION {
            return Err(ManifestError::Version(read.version));
        }
        let names = [&read.user, &read.host, &read.program];
        if names.iter().any(|name| name.contains(char::is_control)) {
            return Err(ManifestError::ControlCharacters);
        }
        Ok(read)
    }

    /// Looks whether it is the manifest of this report.
    ///
    /// # Errors
    /// It is not, or the report cannot be read.
    pub fn check(&self, mut report: impl Read) -> Result<(), ManifestError> {
        let (mut found, mut hash) = (0, Sha256::new());
        let mut chunk = [0; 16 * 1024];
        loop {
            match report.read(&mut chunk) {
                Ok(0) => break,
                Ok(count) => {
                    found += count as u64;
                    hash.update(&chunk[..count]);
                }
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(ManifestError::Unreadable(error)),
            }
        }
        let ReportFile { bytes, sha256, .. } = self.report;
        if found != bytes {
            return Err(ManifestError::Length {
                found,
                signed: bytes,
            });
        }
        let hash = Hash::from(hash);
        if hash != sha256 {
            return Err(ManifestError::Contents {
                found: hash,
                signed: sha256,
            });
        }
        Ok(())
    }
}

/// Where, and not what: nobody has believed yet what stands there.
fn not_understood(error: &serde_json::Error) -> ManifestError {
    ManifestError::NotUnderstood {
        line: error.line(),
        column: error.column(),
    }
}

#[cfg(test)]
mod tests;
