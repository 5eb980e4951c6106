//! The log's files: one a day or more, and never more than they may be together.

use std::ffi::OsStr;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use jiff::ToSpan;
use jiff::civil::Date;

/// Into how many files at least the room is divided, so that making room costs little of what
/// is known.
const FILES_AT_LEAST: u64 = 10;

/// Between the parts of a file's name.
const PROGRAM: &str = "fermata-";
const ENDING: &str = ".jsonl";

/// How much is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Room {
    /// For how many days, today included.
    pub(crate) days: u32,
    /// How many bytes all files may have together.
    pub(crate) bytes: u64,
}

impl Room {
    fn for_one_file(self) -> u64 {
        self.bytes / FILES_AT_LEAST
    }
}

/// The files in one directory. Several processes may write there: two sessions of one user.
#[derive(Debug)]
pub(crate) struct LogFiles {
    directory: PathBuf,
    room: Room,
    open: Option<(FileName, File)>,
    /// Whether the last line may have been written in part.
    torn: bool,
}

impl LogFiles {
    /// The files in this directory. Nothing is made before there is something to write.
    pub(crate) fn new(directory: PathBuf, room: Room) -> Self {
        Self {
            directory,
            room,
            open: None,
            torn: false,
        }
    }

    /// Keeps so much from the next file on.
    pub(crate) fn keep_to(&mut self, room: Room) {
        if self.room != room {
            self.room = room;
            self.open = None;
        }
    }

    /// Writes one line, its end included.
    ///
    /// # Errors
    /// There is no room, or no right to write. The next line is tried anew.
    pub(crate) fn write(&mut self, line: &[u8], today: Date) -> io::Result<()> {
        let torn = self.torn;
        let file = self.file(line.len() as u64, today)?;
        let result = match torn {
            // Half a line stays one; this one is whole.
            true => file.write_all(b"\n").and_then(|()| file.write_all(line)),
            false => file.write_all(line),
        };
        self.torn = result.is_err();
        if result.is_err() {
            self.open = None;
        }
        result
    }

    fn file(&mut self, more: u64, today: Date) -> io::Result<&mut File> {
        let fits = match &self.open {
            Some((name, file)) => {
                name.day == today && file.metadata()?.len() + more <= self.room.for_one_file()
            }
            None => false,
        };
        if !fits {
            self.open = None;
            make_private(&self.directory)?;
            let name = self.next(more, today)?;
            self.make_room(name, today)?;
            let file = open(&self.directory.join(name.to_string()))?;
            self.open = Some((name, file));
        }
        let (_, file) = self.open.as_mut().expect("it has been opened");
        Ok(file)
    }

    /// The newest file of the day, or the one after it if that is full.
    fn next(&self, more: u64, today: Date) -> io::Result<FileName> {
        let files = files(&self.directory)?;
        let newest = files.into_iter().rfind(|(name, _)| name.day == today);
        Ok(match newest {
            None => FileName {
                day: today,
                part: 1,
            },
            Some((name, size)) if size + more <= self.room.for_one_file() => name,
            Some((name, _)) => FileName {
                part: name.part + 1,
                ..name
            },
        })
    }

    /// Removes what is too old, and then the oldest until one more file fits.
    fn make_room(&self, for_file: FileName, today: Date) -> io::Result<()> {
        let first_day = today
            .checked_sub(i64::from(self.room.days.saturating_sub(1)).days())
            .unwrap_or(Date::MIN);
        let files = files(&self.directory)?;
        let mut sum: u64 = files
            .iter()
            .filter(|(name, _)| *name != for_file)
            .map(|(_, size)| size)
            .sum();
        for (name, size) in files {
            if name == for_file {
                continue;
            }
            if name.day < first_day || sum + self.room.for_one_file() > self.room.bytes {
                fs::remove_file(self.directory.join(name.to_string()))?;
                sum -= size;
            }
        }
        Ok(())
    }
}

/// The files in a directory with their sizes, the newest last. Others' files are not among them.
pub(crate) fn newest_last(directory: &Path) -> io::Result<Vec<(PathBuf, u64)>> {
    let files = files(directory)?.into_iter();
    Ok(files
        .map(|(name, size)| (directory.join(name.to_string()), size))
        .collect())
}

fn files(directory: &Path) -> io::Result<Vec<(FileName, u64)>> {
    let mut files = Vec::new();
    for entry in fs::read_dir(directory)? {
        let entry = entry?;
        if let Some(name) = FileName::read(&entry.file_name())
            && let Ok(found) = entry.metadata()
            && found.is_file()
        {
            files.push((name, found.len()));
        }
    }
    files.sort();
    Ok(files)
}

/// `fermata-2026-11-21.jsonl`, and then `fermata-2026-11-21.2.jsonl`. The days are those of UTC.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct FileName {
    day: Date,
    part: u32,
}

impl FileName {
    fn read(name: &OsStr) -> Option<Self> {
        let name = name.to_str()?.strip_prefix(PROGRAM)?.strip_suffix(ENDING)?;
        let (day, part) = match name.split_once('.') {
            None => (name, 1),
            Some((day, part)) => (day, part.parse().ok()?),
        };
        let day = day.parse().ok()?;
        let read = Self { day, part };
        // No other spelling: the file would not be found again by its name.
        (read.to_string() == format!("{PROGRAM}{name}{ENDING}")).then_some(read)
    }
}

impl std::fmt::Display for FileName {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.part {
            1 => write!(f, "{PROGRAM}{}{ENDING}", self.day),
            part => write!(f, "{PROGRAM}{}.{part}{ENDING}", self.day),
        }
    }
}

#[cfg(unix)]
fn make_private(directory: &Path) -> io::Result<()> {
    use std::os::unix::fs::DirBuilderExt;
    fs::DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(directory)
}

/// A user's profile is closed to others.
#[cfg(not(unix))]
fn make_private(directory: &Path) -> io::Result<()> {
    fs::create_dir_all(directory)
}

fn open(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.append(true).create(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt;
        options.mode(0o600);
    }
    options.open(path)
}

#[cfg(test)]
mod tests;
