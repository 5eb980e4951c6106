//! The thread that writes, so that nobody waits for a disk.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, TrySendError, sync_channel};
use std::thread;
use std::time::Duration;

use crate::chain::{Chain, own};
use crate::{Anchor, AuditError, Entry, Event, Keeping};

/// How many entries may wait for a disk that takes none: more than a day's.
const IN_WAIT: usize = 10_000;

/// How often a disk that took nothing is tried again.
const TRY_EVERY: Duration = Duration::from_millis(500);

/// How many records may come before the newest is anchored, and how long it may take.
const ANCHOR_AFTER_RECORDS: u32 = 25;
const ANCHOR_AFTER: Duration = Duration::from_secs(5 * 60);

/// Hears that the log cannot be written and why, and (with `None`) that it can be again.
pub type WhenNotWritten = Box<dyn Fn(Option<&AuditError>) + Send>;

/// The way to the log. Cheap to clone; putting something on record never waits.
#[derive(Clone)]
pub struct Journal {
    waiting: SyncSender<Waiting>,
    shared: Arc<Shared>,
}

#[derive(Debug, Default)]
struct Shared {
    /// For how many days a file is kept; 0 for as many as at the start.
    days: AtomicU32,
    lost: AtomicU64,
    ends: AtomicBool,
}

enum Waiting {
    Entry(Box<Entry>),
    /// Nothing follows; it is dropped when all before it is written, and the newest is anchored.
    Last(SyncSender<()>),
}

impl fmt::Debug for Journal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Journal")
            .field("shared", &self.shared)
            .finish_non_exhaustive()
    }
}

impl Journal {
    /// Starts to write, on a thread of its own, where `keeping` is found out too. Nothing here
    /// fails: what cannot be written waits, and `when_not_written` hears of it.
    ///
    /// # Panics
    /// The system has no room for one more thread.
    pub fn start(
        keeping: impl FnOnce() -> Keeping + Send + 'static,
        anchor: Box<dyn Anchor>,
        when_not_written: WhenNotWritten,
    ) -> Self {
        let (waiting, to_write) = sync_channel(IN_WAIT);
        let shared = Arc::new(Shared::default());
        let of_the_thread = Arc::clone(&shared);
        let write = move || {
            let writing = Writing {
                keeping: keeping(),
                chain: None,
                anchor,
                since_anchor: 0,
                is_written: true,
                when_not_written,
                shared: of_the_thread,
            };
            writing.run(&to_write);
        };
        thread::Builder::new()
            .name("audit".to_owned())
            .spawn(write)
            .expect("the system has room for a thread");
        Self { waiting, shared }
    }

    /// Puts something on record, as soon as the disk takes it.
    ///
    /// Where the disk has taken nothing for very long an entry is lost, and counted: the next
    /// that is written is preceded by how many were.
    pub fn put(&self, entry: Entry) {
        match self.waiting.try_send(Waiting::Entry(Box::new(entry))) {
            Ok(()) => {}
            Err(TrySendError::Full(_) | TrySendError::Disconnected(_)) => {
                self.shared.lost.fetch_add(1, Ordering::Relaxed);
            }
        }
    }

    /// Keeps a file for so many days from now on, today included.
    pub fn keep_for(&self, days: u32) {
        self.shared.days.store(days, Ordering::Relaxed);
    }

    /// Waits until all is written, no longer than this. Returns whether it is. Nothing that is
    /// put later is written.
    pub fn finish(&self, within: Duration) -> bool {
        let (last, written) = sync_channel(0);
        self.shared.ends.store(true, Ordering::Relaxed);
        match self.waiting.try_send(Waiting::Last(last)) {
            // It ends by the other side hanging up.
            Ok(()) => {
                matches!(
                    written.recv_timeout(within),
                    Err(RecvTimeoutError::Disconnected)
                ) && self.shared.lost.load(Ordering::Relaxed) == 0
            }
            Err(TrySendError::Full(_) | TrySendError::Disconnected(_)) => false,
        }
    }
}

struct Writing {
    keeping: Keeping,
    chain: Option<Chain>,
    anchor: Box<dyn Anchor>,
    since_anchor: u32,
    is_written: bool,
    when_not_written: WhenNotWritten,
    shared: Arc<Shared>,
}

impl Writing {
    fn run(mut self, waiting: &Receiver<Waiting>) {
        let ended = loop {
            let next = if self.since_anchor == 0 {
                waiting.recv().map_err(|_| RecvTimeoutError::Disconnected)
            } else {
                waiting.recv_timeout(ANCHOR_AFTER)
            };
            match next {
                Ok(Waiting::Entry(entry)) => self.write(&entry),
                Err(RecvTimeoutError::Timeout) => self.keep_anchor(),
                Ok(Waiting::Last(last)) => break Some(last),
                Err(RecvTimeoutError::Disconnected) => break None,
            }
        };
        self.keep_anchor();
        // Whoever waits for the end waits for the anchor, and may start another writer then.
        drop(self);
        drop(ended);
    }

    /// Writes an entry, however long it takes, unless the program ends.
    fn write(&mut self, entry: &Entry) {
        while let Err(error) = self.try_write(entry) {
            if self.is_written {
                self.is_written = false;
                (self.when_not_written)(Some(&error));
            }
            if self.is_to_end() {
                self.shared.lost.fetch_add(1, Ordering::Relaxed);
                return;
            }
            thread::sleep(TRY_EVERY);
        }
        if !self.is_written {
            self.is_written = true;
            (self.when_not_written)(None);
        }
    }

    /// Whether somebody waits for the end, or nobody is left to put anything.
    fn is_to_end(&self) -> bool {
        self.shared.ends.load(Ordering::Relaxed) || Arc::strong_count(&self.shared) == 1
    }

    fn try_write(&mut self, entry: &Entry) -> Result<(), AuditError> {
        let chain = match &mut self.chain {
            Some(chain) => chain,
            None => self.chain.insert(Chain::open(self.keeping.clone())?),
        };
        let days = self.shared.days.load(Ordering::Relaxed);
        if days > 0 {
            chain.keep_for(days);
        }
        let lost = self.shared.lost.load(Ordering::Relaxed);
        if lost > 0 {
            let said = own(entry, Event::RecordsLost).failed().with("count", lost);
            chain.append(&said)?;
            self.shared.lost.fetch_sub(lost, Ordering::Relaxed);
        }
        chain.append(entry)?;
        self.since_anchor += 1;
        // The first record of a run shows that nothing was cut off between two runs.
        let is_first = entry.event == Event::Started;
        if is_first || self.since_anchor >= ANCHOR_AFTER_RECORDS {
            self.keep_anchor();
        }
        Ok(())
    }

    fn keep_anchor(&mut self) {
        if let Some(chain) = &self.chain
            && self.since_anchor > 0
        {
            self.anchor.keep(chain.newest());
            self.since_anchor = 0;
        }
    }
}

#[cfg(test)]
mod tests;
