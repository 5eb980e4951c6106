//! The files of a log: one a day, readable by their user alone.

use std::ffi::OsStr;
use std::fmt;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use jiff::civil::Date;

use crate::AuditError;

const START: &str = "audit-";
const ENDING: &str = ".jsonl";

/// About a thousand times what a busy desk writes in a day.
const LARGEST: u64 = 256 * 1024 * 1024;

/// `audit-2026-11-21.jsonl`. The days are those of UTC.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct FileName {
    pub(crate) day: Date,
}

impl FileName {
    pub(crate) fn read(name: &OsStr) -> Option<Self> {
        let name = name.to_str()?;
        let day = name.strip_prefix(START)?.strip_suffix(ENDING)?;
        let read = Self {
            day: day.parse().ok()?,
        };
        // No other spelling: the file would not be found again by its name.
        (read.to_string() == name).then_some(read)
    }

    pub(crate) fn within(self, directory: &Path) -> PathBuf {
        directory.join(self.to_string())
    }
}

impl fmt::Display for FileName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{START}{}{ENDING}", self.day)
    }
}

/// The files of the log in a directory, the oldest first. Others' files are not among them.
pub(crate) fn files(directory: &Path) -> Result<Vec<FileName>, AuditError> {
    let unreadable = || AuditError::unusable(directory, "read");
    let mut files = Vec::new();
    for entry in fs::read_dir(directory).map_err(unreadable())? {
        let entry = entry.map_err(unreadable())?;
        files.extend(FileName::read(&entry.file_name()));
    }
    files.sort();
    Ok(files)
}

pub(crate) fn read(directory: &Path, name: FileName) -> Result<Vec<u8>, AuditError> {
    let path = name.within(directory);
    read_whole(&path).map_err(AuditError::unusable(&path, "read"))
}

/// No file grows so large by itself, and reading one that did must not end the program.
fn read_whole(path: &Path) -> io::Result<Vec<u8>> {
    let file = File::open(path)?;
    if file.metadata()?.len() > LARGEST {
        return Err(io::ErrorKind::FileTooLarge.into());
    }
    let mut bytes = Vec::new();
    file.take(LARGEST).read_to_end(&mut bytes)?;
    Ok(bytes)
}

#[cfg(unix)]
pub(crate) fn make_private(directory: &Path) -> Result<(), AuditError> {
    use std::os::unix::fs::DirBuilderExt;
    fs::DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(directory)
        .map_err(AuditError::unusable(directory, "made"))
}

/// A user's profile is closed to others.
#[cfg(not(unix))]
pub(crate) fn make_private(directory: &Path) -> Result<(), AuditError> {
    fs::create_dir_all(directory).map_err(AuditError::unusable(directory, "made"))
}

pub(crate) fn open_to_append(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    open_private(options.append(true), path)
}

/// Windows locks no file that was opened to append to (documented: `File::lock`).
pub(crate) fn open_to_lock(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    open_private(options.read(true).write(true).truncate(false), path)
}

fn open_private(options: &mut OpenOptions, path: &Path) -> io::Result<File> {
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt;
        options.mode(0o600);
    }
    options.create(true).open(path)
}

/// Makes sure that a file that was made or removed stays so when the power fails.
#[cfg(unix)]
pub(crate) fn keep_names(directory: &Path) -> io::Result<()> {
    File::open(directory)?.sync_all()
}

/// Windows keeps names by itself, and opens no directory as a file.
#[cfg(not(unix))]
pub(crate) fn keep_names(_directory: &Path) -> io::Result<()> {
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_that_is_far_too_large_is_refused_and_not_read() {
        let place = tempfile::tempdir().unwrap();
        let name = FileName {
            day: jiff::civil::date(2026, 11, 21),
        };
        // It takes no room on the disk.
        let file = File::create(name.within(place.path())).unwrap();
        file.set_len(LARGEST + 1).unwrap();
        let refused = read(place.path(), name).unwrap_err().to_string();
        assert!(refused.contains("too large"), "{refused}");
    }

    #[test]
    fn only_files_of_the_log_in_their_one_spelling_are_taken_for_its_files() {
        let read = |name: &str| FileName::read(OsStr::new(name)).map(|name| name.day.to_string());
        assert_eq!(read("audit-2026-11-21.jsonl").unwrap(), "2026-11-21");
        for other in [
            "audit-20261121.jsonl",
            "audit-2026-11-21.jsonl.bak",
            "audit-2026-02-30.jsonl",
            "fermata-2026-11-21.jsonl",
            "lock",
        ] {
            assert_eq!(read(other), None, "{other}");
        }
    }
}
