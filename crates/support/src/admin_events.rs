//! The few events that administrators watch, on their way to the system's own log (G5).
//!
//! Whoever has one to tell logs it under [`TARGET`] with a number, and knows nothing of this.

use std::fmt;
use std::sync::mpsc::{Receiver, SyncSender, TrySendError, sync_channel};
use std::thread;
use std::time::Duration;

use tracing::field::{Field, Visit};
use tracing::{Event, Level, Subscriber};
use tracing_subscriber::layer::{Context, Layer};

use crate::redaction::redacted;
use crate::system_log::{Entry, Severity, SystemLog};

/// The target of the events that go to the system's own log.
///
/// Each has a field `event_id`, from 1 to 1000, and a message.
pub const TARGET: &str = "fermata::admin";

/// How many may wait: the system's log may take its time, and nothing waits for it.
const IN_WAIT: usize = 64;

/// How long the end of the program waits for what is still to be told.
const TOLD_WITHIN: Duration = Duration::from_secs(1);

/// Hands the events over to a thread that tells the system.
pub(crate) struct AdminEvents {
    entries: SyncSender<Told>,
}

/// Waits for what is still to be told, when it is dropped.
pub(crate) struct Telling {
    entries: SyncSender<Told>,
}

enum Told {
    Entry(Entry),
    /// Nothing follows; hang up when all before it has been told.
    Last(#[expect(dead_code, reason = "what counts is that it is dropped")] SyncSender<()>),
}

impl AdminEvents {
    /// Starts to tell the system's log, on a thread of its own.
    ///
    /// # Panics
    /// The system has no room for one more thread.
    pub(crate) fn start(system: SystemLog) -> (Self, Telling) {
        let (entries, to_tell) = sync_channel(IN_WAIT);
        thread::Builder::new()
            .name("events".to_owned())
            .spawn(move || tell(&system, &to_tell))
            .expect("the program has only begun");
        let telling = Telling {
            entries: entries.clone(),
        };
        (Self { entries }, telling)
    }
}

fn tell(system: &SystemLog, entries: &Receiver<Told>) {
    let mut heard = true;
    while let Ok(Told::Entry(entry)) = entries.recv() {
        let result = system.write(&entry);
        if let (Err(error), true) = (&result, heard) {
            // Said once: a computer without such a log has none all day.
            tracing::debug!(%error, "the system's log takes no events");
        }
        heard = result.is_ok();
    }
}

impl Drop for Telling {
    fn drop(&mut self) {
        let (last, told) = sync_channel(0);
        if self.entries.try_send(Told::Last(last)).is_ok() {
            // It ends by the other side hanging up, or by time.
            let _ = told.recv_timeout(TOLD_WITHIN);
        }
    }
}

impl<S: Subscriber> Layer<S> for AdminEvents {
    fn on_event(&self, event: &Event<'_>, _context: Context<'_, S>) {
        if event.metadata().target() != TARGET {
            return;
        }
        let mut fields = Fields::default();
        event.record(&mut fields);
        let entry = Entry {
            id: fields.id,
            severity: severity(*event.metadata().level()),
            message: redacted(&fields.message),
        };
        match self.entries.try_send(Told::Entry(entry)) {
            // The file has it in any case.
            Ok(()) | Err(TrySendError::Full(_) | TrySendError::Disconnected(_)) => {}
        }
    }
}

fn severity(level: Level) -> Severity {
    match level {
        Level::ERROR => Severity::Error,
        Level::WARN => Severity::Warning,
        Level::INFO | Level::DEBUG | Level::TRACE => Severity::Information,
    }
}

#[derive(Default)]
struct Fields {
    id: u16,
    message: String,
}

impl Visit for Fields {
    fn record_u64(&mut self, field: &Field, value: u64) {
        if field.name() == "event_id" {
            self.id = u16::try_from(value).unwrap_or_default();
        }
    }

    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        if field.name() == "message" {
            self.message = format!("{value:?}");
        }
    }
}
