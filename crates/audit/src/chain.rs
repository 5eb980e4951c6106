//! Writing: one record after the other, each on the disk before the next.

use std::fs::{self, File, TryLockError};
use std::io::Write;
use std::path::PathBuf;
use std::time::Duration;

use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp, ToSpan};

use crate::files::{self, FileName};
use crate::line::{self, Writer};
use crate::recovery::{self, Found};
use crate::{Anchored, AuditError, Entry, Event, Hash, Origin};

/// A clock that is set by less is being corrected, as all are.
const CLOCK_CORRECTION: SignedDuration = SignedDuration::from_secs(2);

/// What is kept, where, and in whose name.
#[derive(Clone, Debug)]
pub struct Keeping {
    /// The directory. It may not exist.
    pub directory: PathBuf,
    /// For how many days a file is kept, today included.
    pub days: u32,
    /// Who and what writes.
    pub origin: Origin,
    /// The time zone whose offset stands in the records.
    pub zone: TimeZone,
}

impl Keeping {
    /// PCI DSS 10.5.1 asks for twelve months.
    pub const USUAL_DAYS: u32 = 400;
}

/// The log that one writer appends to.
#[derive(Debug)]
pub(crate) struct Chain {
    keeping: Keeping,
    writer: Writer,
    /// Held for as long as this lives.
    _lock: File,
    newest: Hash,
    next: u64,
    /// `None` until it is known what the files hold, and after a line may have been cut short.
    open: Option<Option<(FileName, File)>>,
    /// An entry's record that may have arrived, although writing it failed.
    attempted: Option<Hash>,
    /// When the record before was made, on both clocks.
    before: Option<(Timestamp, Duration)>,
}

impl Chain {
    /// Makes sure that nobody else writes there. What the files hold is looked at as the first
    /// entry comes.
    pub(crate) fn open(keeping: Keeping) -> Result<Self, AuditError> {
        files::make_private(&keeping.directory)?;
        let path = keeping.directory.join("lock");
        let unusable = || AuditError::unusable(&path, "locked");
        let lock = files::open_to_lock(&path).map_err(unusable())?;
        match lock.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                return Err(AuditError::AnotherWriter {
                    directory: keeping.directory,
                });
            }
            Err(TryLockError::Error(error)) => return Err(unusable()(error)),
        }
        let writer = Writer {
            origin: keeping.origin.clone(),
            run: format!("{:016x}", fastrand::u64(..)),
            zone: keeping.zone.clone(),
        };
        Ok(Self {
            keeping,
            writer,
            _lock: lock,
            newest: Hash::NONE,
            next: 1,
            open: None,
            attempted: None,
            before: None,
        })
    }

    /// Keeps a file for so many days from the next new one on.
    pub(crate) fn keep_for(&mut self, days: u32) {
        self.keeping.days = days;
    }

    /// Puts an entry on record: when this returns it is on the disk.
    ///
    /// What the log itself has to say comes before it: that a line was cut short, that the clock
    /// was set, that old files go.
    pub(crate) fn append(&mut self, entry: &Entry) -> Result<Anchored, AuditError> {
        let at_first = self.open.is_none();
        if at_first {
            self.recover(entry).inspect_err(|_| self.open = None)?;
            if self.attempted.take() == Some(self.newest) {
                return Ok(self.newest());
            }
        }
        if let Some(set_by) = self.clock_set_by(entry) {
            let changed = own(entry, Event::ClockChanged);
            let millis = i64::try_from(set_by.as_millis()).unwrap_or(i64::MAX);
            self.say(&changed.with("by_ms", millis))?;
        }
        self.before = Some((entry.at, entry.up));
        let is_new_day = self.write(entry)?;
        if (at_first || is_new_day)
            && let Err(error) = self.remove_old(entry)
        {
            // The entry is on record; this is tried again tomorrow.
            tracing::warn!(%error, "old files of the audit log stay");
        }
        Ok(self.newest())
    }

    pub(crate) fn newest(&self) -> Anchored {
        Anchored {
            sequence: self.next - 1,
            hash: self.newest,
        }
    }

    /// Finds out how far the log has come, and puts on record what is wrong with its end.
    fn recover(&mut self, entry: &Entry) -> Result<(), AuditError> {
        let Found {
            newest,
            file,
            damage,
        } = recovery::look(&self.keeping.directory)?;
        self.next = newest.sequence + 1;
        self.newest = newest.hash;
        match file {
            Some(name) => self.reopen(name)?,
            None => self.open = Some(None),
        }
        if let Some(damage) = damage {
            if damage.lacks_its_end {
                self.put(b"\n")?;
            }
            if let Some(torn) = damage.lines {
                let event = if torn.is_cut_short {
                    Event::TornLine
                } else {
                    Event::BrokenLines
                };
                let said = own(entry, event).failed();
                self.say(&said.with("bytes", torn.bytes).with("sha256", torn.sha256()))?;
            }
        }
        Ok(())
    }

    /// By how much the clock was set since the record before, if it was.
    fn clock_set_by(&self, entry: &Entry) -> Option<SignedDuration> {
        let (at, up) = self.before?;
        // A queue may hand over entries of one moment in either order.
        let on_the_wall = entry.at.duration_since(at);
        let passed = SignedDuration::try_from(entry.up.abs_diff(up)).ok()?;
        let passed = if entry.up < up { -passed } else { passed };
        let set_by = on_the_wall - passed;
        (set_by.abs() > CLOCK_CORRECTION).then_some(set_by)
    }

    /// Writes something that the log says itself. What fails is said anew, if it is still so.
    fn say(&mut self, said: &Entry) -> Result<(), AuditError> {
        let attempted = self.attempted;
        let written = self.write(said).map(drop);
        self.attempted = attempted;
        written
    }

    /// Writes a record, into the file of its day. Returns whether that is a new one.
    fn write(&mut self, entry: &Entry) -> Result<bool, AuditError> {
        let day = entry.at.to_zoned(TimeZone::UTC).date();
        let in_this = |(name, _): &(FileName, File)| name.day >= day;
        let is_new_day = !self.open.iter().flatten().any(in_this);
        if is_new_day {
            self.reopen(FileName { day })?;
        }
        let body = self.writer.body(entry, self.next, self.newest);
        let (line, hash) = line::write(&body);
        self.attempted = Some(hash);
        self.put(line.as_bytes())?;
        self.attempted = None;
        self.newest = hash;
        self.next += 1;
        Ok(is_new_day)
    }

    fn reopen(&mut self, name: FileName) -> Result<(), AuditError> {
        let path = name.within(&self.keeping.directory);
        let opened = files::open_to_append(&path)
            .and_then(|file| files::keep_names(&self.keeping.directory).map(|()| file));
        let file = opened.map_err(AuditError::unusable(&path, "written"))?;
        self.open = Some(Some((name, file)));
        Ok(())
    }

    /// Puts bytes on the disk. If that fails nobody knows how many have arrived: then the files
    /// are looked at anew.
    fn put(&mut self, bytes: &[u8]) -> Result<(), AuditError> {
        let Some((name, file)) = self.open.as_mut().and_then(Option::as_mut) else {
            unreachable!("a file is opened before something is put into it");
        };
        let path = name.within(&self.keeping.directory);
        let result = file.write_all(bytes).and_then(|()| file.sync_data());
        result.map_err(|error| {
            self.open = None;
            AuditError::unusable(&path, "written")(error)
        })
    }

    /// Removes the files that were kept for long enough, and says so of each first: the note is
    /// what the oldest record that stays is linked to.
    fn remove_old(&mut self, entry: &Entry) -> Result<(), AuditError> {
        let directory = self.keeping.directory.clone();
        let today = entry.at.to_zoned(TimeZone::UTC).date();
        let days = i64::from(self.keeping.days.max(1) - 1);
        let Ok(first_day) = today.checked_sub(days.days()) else {
            return Ok(());
        };
        let mut old = files::files(&directory)?;
        // The newest is being written to.
        old.pop();
        old.retain(|name| name.day < first_day);
        for name in old {
            let through = recovery::newest_up_to(&directory, &[name])?;
            let note = own(entry, Event::FileRemoved)
                .with("file", name.to_string())
                .with("through", through.sequence)
                .with("sha256", through.hash.grouped());
            self.say(&note)?;
            let path = name.within(&directory);
            let removed = fs::remove_file(&path).and_then(|()| files::keep_names(&directory));
            removed.map_err(AuditError::unusable(&path, "removed"))?;
        }
        Ok(())
    }
}

/// Something that the log says itself, at the moment of an entry.
pub(crate) fn own(entry: &Entry, event: Event) -> Entry {
    Entry::new(entry.at, entry.up, event)
}

#[cfg(test)]
mod tests;
