//! The log as seen from one collector: what it has taken, and what comes next.

use std::path::Path;
use std::sync::Arc;

use audit::{AuditError, Follower, Position, Record};
use tokio::task::spawn_blocking;
use tracing::warn;

use crate::cursor::Cursor;
use crate::severity::is_urgent;

/// How many records are looked at together.
const AT_A_LOOK: usize = 1_000;

/// Reads what a collector is still to be given. Files are read off the runtime's threads.
#[derive(Debug)]
pub(crate) struct Spool {
    cursor: Arc<Cursor>,
    taken: Follower,
    ahead: Follower,
    /// How far has been looked for records that cannot wait.
    looked: Follower,
}

impl Spool {
    /// Opens the log where the cursor stands; `None` while there is no log. Blocks.
    ///
    /// Where there has been no cursor yet, it is put before the first record of the newest day. Who
    /// has one that cannot be read is given everything again.
    pub(crate) fn open(directory: &Path, cursor: Cursor) -> Result<Option<Self>, AuditError> {
        let kept = cursor.read();
        if let Err(error) = &kept {
            warn!(%error, "a cursor cannot be read: the audit log is forwarded from its beginning");
        }
        let position = match &kept {
            Ok(Some(position)) => Some(position.clone()),
            Ok(None) => Position::before_the_newest_file(directory)?,
            Err(_) => Position::before_the_oldest_file(directory)?,
        };
        let Some(position) = position else {
            return Ok(None);
        };
        if !matches!(kept, Ok(Some(_))) {
            keep(&cursor, &position);
        }
        let taken = Follower::after(directory, &position)?;
        Ok(Some(Self {
            cursor: Arc::new(cursor),
            ahead: taken.clone(),
            looked: taken.clone(),
            taken,
        }))
    }

    /// The next records.
    pub(crate) async fn next(&mut self, most: usize) -> Result<Vec<Record>, AuditError> {
        let (ahead, records) = read(self.ahead.clone(), most).await?;
        self.ahead = ahead;
        Ok(records)
    }

    /// All that was returned is taken; the last of it stands here.
    pub(crate) async fn take(&mut self, position: Position) {
        self.taken = self.ahead.clone();
        self.looked = self.ahead.clone();
        let cursor = Arc::clone(&self.cursor);
        // If it came to no end nothing is lost: what was taken is sent once more.
        spawn_blocking(move || keep(&cursor, &position)).await.ok();
    }

    /// What was returned and not taken is returned once more.
    pub(crate) fn go_back(&mut self) {
        self.ahead = self.taken.clone();
    }

    /// Whether a record that cannot wait has come since the last look.
    pub(crate) async fn has_urgent_news(&mut self) -> bool {
        let mut has = false;
        // A log that cannot be read is tried again with the collector.
        while let Ok((looked, records)) = read(self.looked.clone(), AT_A_LOOK).await {
            self.looked = looked;
            has |= records.iter().any(is_urgent);
            if records.is_empty() {
                break;
            }
        }
        has
    }
}

/// Reads, and hands the reader back: how far it has come, unless that failed.
async fn read(mut follower: Follower, most: usize) -> Result<(Follower, Vec<Record>), AuditError> {
    let reading = spawn_blocking(move || {
        let records = follower.next(most)?;
        Ok((follower, records))
    });
    reading
        .await
        .expect("reading does not panic and is not canceled")
}

fn keep(cursor: &Cursor, position: &Position) {
    if let Err(error) = cursor.keep(position) {
        warn!(%error, "a cursor cannot be kept: after a restart records are forwarded once more");
    }
}
