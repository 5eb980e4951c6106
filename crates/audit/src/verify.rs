//! Whether a log is as it was written.

mod finding;
mod walk;

use std::path::Path;

use crate::files::{self, FileName};
use crate::{Anchored, AuditError};
pub(crate) use walk::Walk;

pub use finding::{Finding, Note, What};

/// What came of looking at a log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verification {
    /// How many files there are.
    pub files: usize,
    /// How many records are as they were written.
    pub records: u64,
    /// The oldest and the newest of them.
    pub first: Option<Anchored>,
    /// See `first`.
    pub newest: Option<Anchored>,
    /// How many anchors agree.
    pub anchors: usize,
    /// What is not as it was written, in the order of the log.
    pub findings: Vec<Finding>,
    /// What is worth knowing and is no breach.
    pub notes: Vec<Note>,
}

impl Verification {
    /// Whether nothing was found.
    pub fn is_whole(&self) -> bool {
        self.findings.is_empty()
    }
}

/// Looks at every byte of the log in a directory, and compares it with what was anchored.
///
/// Without anchors records that were cut off at the end cannot be missed. Nothing is written,
/// and a log that is being written to can be looked at.
///
/// # Errors
/// The files cannot be read, or there are neither files nor anchors.
pub fn verify(directory: &Path, anchors: &[Anchored]) -> Result<Verification, AuditError> {
    let mut walk = Walk::default();
    let files = each_file(directory, |name, bytes| walk.file(name, bytes))?;
    if files == 0 && anchors.is_empty() {
        return Err(AuditError::NoLog {
            directory: directory.to_path_buf(),
        });
    }
    Ok(walk.end(files, anchors))
}

/// Hands over the files of a log, the oldest first, each with what is in it. Returns how many.
///
/// One at a time: a year of them must fit into any memory.
pub(crate) fn each_file(
    directory: &Path,
    mut take: impl FnMut(FileName, &[u8]),
) -> Result<usize, AuditError> {
    if !directory.exists() {
        return Err(AuditError::NoLog {
            directory: directory.to_path_buf(),
        });
    }
    let names = files::files(directory)?;
    for name in &names {
        take(*name, &files::read(directory, *name)?);
    }
    Ok(names.len())
}

#[cfg(test)]
mod tests;
