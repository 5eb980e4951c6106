//! Reading what has been put on record, in order, from where somebody has come to.

use std::collections::VecDeque;
use std::fs::File;
use std::io::{self, BufRead, BufReader, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::files::{self, FileName};
use crate::line::{self, Sound};
use crate::{AuditError, Event, Hash, Outcome};

/// No record comes near it; what is longer is none.
const LONGEST_LINE: u64 = 1024 * 1024;

/// How many bytes of records are read at a time, give or take one record.
const AT_A_TIME: usize = 512 * 1024;

/// A record as it stands in the log.
#[derive(Clone, Debug, PartialEq)]
pub struct Record {
    /// Its number.
    pub sequence: u64,
    /// Its hash.
    pub hash: Hash,
    /// The file in which it stands.
    pub file: String,
    /// When it happened.
    pub at: Timestamp,
    /// What happened, by its name; a later version may have others.
    pub event: String,
    /// Whether it went as it should.
    pub outcome: Outcome,
    /// The computer on which it was written.
    pub host: String,
    /// The program that wrote it, and its version.
    pub program: String,
    /// Which start of the program wrote it.
    pub run: String,
    /// The line itself, without its end.
    pub line: String,
    /// How many records before it are neither in the files nor have been read here.
    pub missing: u64,
}

impl Record {
    /// What happened, if this version knows it.
    pub fn event(&self) -> Option<Event> {
        Event::named(&self.event)
    }
}

/// How far somebody has come in a log.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Position {
    /// The file in which the last record stands; for none, the one that follows.
    pub file: String,
    /// The last record's number; 0 for none.
    pub sequence: u64,
    /// The last record's hash.
    pub hash: Hash,
}

impl Position {
    /// Before the first record of the newest file; `None` where there is none yet.
    ///
    /// # Errors
    /// The files cannot be read.
    pub fn before_the_newest_file(directory: &Path) -> Result<Option<Self>, AuditError> {
        let newest = files::files(directory)?.pop();
        newest.map_or(Ok(None), |name| Self::before(directory, name))
    }

    /// Before the first record that there is; `None` where there is none yet.
    ///
    /// # Errors
    /// The files cannot be read.
    pub fn before_the_oldest_file(directory: &Path) -> Result<Option<Self>, AuditError> {
        let oldest = files::files(directory)?.first().copied();
        oldest.map_or(Ok(None), |name| Self::before(directory, name))
    }

    fn before(directory: &Path, name: FileName) -> Result<Option<Self>, AuditError> {
        let mut lines = Lines::open(directory, name, 0)?;
        while let Some((line, _)) = lines.next()? {
            if let Some(sound) = line::read(&line) {
                return Ok(Some(Self {
                    file: name.to_string(),
                    sequence: sound.body.sequence - 1,
                    hash: sound.body.previous,
                }));
            }
        }
        Ok(None)
    }
}

impl From<&Record> for Position {
    fn from(record: &Record) -> Self {
        Self {
            file: record.file.clone(),
            sequence: record.sequence,
            hash: record.hash,
        }
    }
}

/// Reads records in order, those that are still to be written included.
///
/// Lines that are no records are passed over: the log says what they were. Reading blocks.
#[derive(Clone, Debug)]
pub struct Follower {
    directory: PathBuf,
    /// The file that is read, and how much of it has been.
    place: Option<(FileName, u64)>,
    last: (u64, Hash),
}

impl Follower {
    /// Reads from a position on. Where its record is gone it reads more rather than less: the
    /// whole file in which that record was, or if that is gone, too, all that comes after it.
    ///
    /// # Errors
    /// The files cannot be read.
    pub fn after(directory: &Path, position: &Position) -> Result<Self, AuditError> {
        let known = FileName::read(position.file.as_ref());
        let files = files::files(directory)?;
        let here = known.filter(|name| files.contains(name));
        let later = known.and_then(|known| files.iter().find(|name| **name > known).copied());
        let mut follower = Self {
            directory: directory.to_path_buf(),
            place: here
                .or(later)
                .or(files.first().copied())
                .map(|name| (name, 0)),
            last: (position.sequence, position.hash),
        };
        if let Some(name) = here {
            follower.place = Some((name, follower.end_of_the_last(name)?));
        }
        Ok(follower)
    }

    /// Where in a file the last record ends; 0 if it is not there.
    fn end_of_the_last(&self, name: FileName) -> Result<u64, AuditError> {
        let mut lines = Lines::open(&self.directory, name, 0)?;
        while let Some((line, end)) = lines.next()? {
            if line::read(&line).is_some_and(|sound| sound.hash == self.last.1) {
                return Ok(end);
            }
        }
        Ok(0)
    }

    /// The next records, at most so many; none if there are none yet.
    ///
    /// # Errors
    /// A file cannot be read. Nothing is passed over because of that.
    pub fn next(&mut self, most: usize) -> Result<Vec<Record>, AuditError> {
        let mut ahead = self.clone();
        let records = ahead.read(most)?;
        *self = ahead;
        Ok(records)
    }

    fn read(&mut self, most: usize) -> Result<Vec<Record>, AuditError> {
        loop {
            let files = files::files(&self.directory)?;
            let Some((name, offset)) = self.place.or(files.first().map(|name| (*name, 0))) else {
                return Ok(Vec::new());
            };
            // Looked up before the file is read: nothing is added to it once a later one is there.
            let mut later: VecDeque<FileName> =
                files.iter().filter(|file| **file > name).copied().collect();
            let records = if files.contains(&name) {
                self.read_file(name, offset, most)?
            } else {
                Vec::new()
            };
            match later.pop_front() {
                Some(next) if records.is_empty() => self.place = Some((next, 0)),
                Some(_) | None => return Ok(records),
            }
        }
    }

    fn read_file(
        &mut self,
        name: FileName,
        offset: u64,
        most: usize,
    ) -> Result<Vec<Record>, AuditError> {
        let mut lines = Lines::open(&self.directory, name, offset)?;
        let mut records = Vec::new();
        let mut bytes = 0;
        while records.len() < most && bytes < AT_A_TIME {
            let Some((line, end)) = lines.next()? else {
                break;
            };
            self.place = Some((name, end));
            if let Some(sound) = line::read(&line) {
                bytes += line.len();
                records.push(self.record(name, sound, line));
            }
        }
        Ok(records)
    }

    fn record(&mut self, name: FileName, sound: Sound, line: Vec<u8>) -> Record {
        let Sound { body, hash } = sound;
        let (last, _) = self.last;
        self.last = (body.sequence, hash);
        Record {
            sequence: body.sequence,
            hash,
            file: name.to_string(),
            at: body.at,
            event: body.event,
            outcome: body.outcome,
            host: body.host,
            program: body.program,
            run: body.run,
            line: String::from_utf8(line).expect("a sound line is text"),
            missing: body.sequence.saturating_sub(last.saturating_add(1)),
        }
    }
}

/// The whole lines of a file.
struct Lines {
    path: PathBuf,
    reader: BufReader<File>,
    /// How much of the file has been read.
    end: u64,
}

impl Lines {
    fn open(directory: &Path, name: FileName, offset: u64) -> Result<Self, AuditError> {
        let path = name.within(directory);
        let opened = File::open(&path).and_then(|mut file| {
            file.seek(SeekFrom::Start(offset))?;
            Ok(BufReader::new(file))
        });
        Ok(Self {
            reader: opened.map_err(AuditError::unusable(&path, "read"))?,
            path,
            end: offset,
        })
    }

    /// The next line without its end, and where it ends. One that has no end is still being
    /// written, or a crash has cut it short and its end is set at the next start.
    fn next(&mut self) -> Result<Option<(Vec<u8>, u64)>, AuditError> {
        let line = self.line();
        line.map_err(AuditError::unusable(&self.path, "read"))
    }

    fn line(&mut self) -> io::Result<Option<(Vec<u8>, u64)>> {
        let mut read = 0;
        loop {
            let mut part = Vec::new();
            let length = (&mut self.reader)
                .take(LONGEST_LINE)
                .read_until(b'\n', &mut part)?;
            read += length as u64;
            if part.pop_if(|last| *last == b'\n').is_some() {
                self.end += read;
                // Of one that is too long this is only the end, which is no record.
                return Ok(Some((part, self.end)));
            }
            if (length as u64) < LONGEST_LINE {
                return Ok(None);
            }
        }
    }
}

#[cfg(test)]
mod tests;
