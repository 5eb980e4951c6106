//! The thread that writes the note, so that no pause waits for a disk.

use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::thread;
use std::time::Duration;

use tokio::sync::mpsc::WeakUnboundedSender;
use tokio::task::spawn_blocking;
use tracing::warn;

use super::note::{self, Note};
use crate::view::Request;
use crate::words;

/// How often a disk that took nothing is tried again.
const TRY_EVERY: Duration = Duration::from_millis(500);

/// How long the end of the engine waits for the disk.
const FINISHED_WITHIN: Duration = Duration::from_secs(2);

/// The way to the thread. It writes the newest note that it was given.
pub(super) struct Writer {
    notes: Sender<Note>,
    /// Hangs up when all is written.
    ended: Receiver<()>,
}

impl Writer {
    /// Starts to write. That it cannot be written is a problem that is shown; this does not keep
    /// alive whoever shows it.
    pub(super) fn start(file: PathBuf, requests: WeakUnboundedSender<Request>) -> Self {
        let (notes, to_write) = channel();
        let (ends, ended) = channel();
        thread::Builder::new()
            .name("open-pauses".to_owned())
            .spawn(move || {
                write_all(&file, &to_write, &requests);
                drop::<Sender<()>>(ends);
            })
            .expect("the system has room for a thread");
        Self { notes, ended }
    }

    /// Puts this on the disk as soon as it takes it.
    pub(super) fn write(&self, note: Note) {
        if self.notes.send(note).is_err() {
            warn!("nobody writes the note of open pauses any longer");
        }
    }

    /// Waits until all is written, for a moment.
    pub(super) async fn finish(self) {
        let Self { notes, ended } = self;
        drop(notes);
        let finished = spawn_blocking(move || ended.recv_timeout(FINISHED_WITHIN)).await;
        if !matches!(finished, Ok(Err(RecvTimeoutError::Disconnected))) {
            warn!("the note of open pauses is not on the disk");
        }
    }
}

fn write_all(file: &Path, notes: &Receiver<Note>, requests: &WeakUnboundedSender<Request>) {
    let mut is_written = true;
    let mut waits: Option<Note> = None;
    loop {
        let next = match waits {
            None => notes.recv().map_err(|_| RecvTimeoutError::Disconnected),
            Some(_) => notes.recv_timeout(TRY_EVERY),
        };
        let is_to_end = next == Err(RecvTimeoutError::Disconnected);
        // What is older says nothing any more.
        let Some(note) = notes.try_iter().last().or(next.ok()).or(waits.take()) else {
            return;
        };
        match note::write(file, &note) {
            Ok(()) if !is_written => {
                is_written = true;
                tell(None, requests);
            }
            Ok(()) => {}
            Err(error) => {
                if is_written {
                    is_written = false;
                    warn!(%error, "open pauses cannot be noted");
                    tell(Some(&format!("{}: {error}", file.display())), requests);
                }
                waits = Some(note);
            }
        }
        if is_to_end {
            return;
        }
    }
}

fn tell(why: Option<&str>, requests: &WeakUnboundedSender<Request>) {
    if let Some(requests) = requests.upgrade() {
        // The engine may have ended meanwhile.
        requests
            .send(Request::DesktopProblem(words::pause_not_noted(why)))
            .ok();
    }
}
