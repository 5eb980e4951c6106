//! The log: to standard error as ever, and as JSON lines to files that never grow too big.

mod json_lines;
mod masking;
mod sink;

use std::fmt;
use std::io;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use tracing::level_filters::LevelFilter;
use tracing::subscriber::Subscriber;
use tracing_appender::non_blocking::{NonBlockingBuilder, WorkerGuard};
use tracing_subscriber::filter::{EnvFilter, Targets};
use tracing_subscriber::layer::{Layer as _, SubscriberExt};
use tracing_subscriber::util::SubscriberInitExt;
use tracing_subscriber::{Registry, fmt as console_lines, reload};

use crate::admin_events::{AdminEvents, Telling};
use crate::crash;
use crate::log_files::Room;
use crate::system_log::SystemLog;
use json_lines::JsonLines;
use masking::Masking;
use sink::{Sink, Written};

/// How many lines may wait for the disk. Those that come then are lost, and counted.
const LINES_IN_WAIT: usize = 8_192;

/// What is ours: at "debug" the libraries beneath are asked for less, or nobody could read it.
const OURS: &[&str] = &[
    "controller",
    "fermata",
    "fermatactl",
    "indicator",
    "pause",
    "policy",
    "support",
    "vendors",
];

/// How much is logged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names say it")]
pub enum Level {
    Error,
    Warn,
    Info,
    Debug,
}

/// What is logged to files, and how much of it is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Logging {
    /// How much is logged.
    pub level: Level,
    /// For how many days a file is kept, today included.
    pub days: u32,
    /// How much room all files together may take, in megabytes.
    pub megabytes: u32,
}

impl Default for Logging {
    fn default() -> Self {
        Self {
            level: Level::Info,
            days: 14,
            megabytes: 20,
        }
    }
}

impl Logging {
    /// What an organization has decided by the keys `log_level`, `log_days` and `log_megabytes`;
    /// what it has left open is as usual.
    pub fn decided<'a>(value: impl Fn(&str) -> Option<&'a str>) -> Self {
        let usual = Self::default();
        let number = |key| value(key).and_then(|written| written.parse().ok());
        Self {
            level: match value("log_level") {
                Some("error") => Level::Error,
                Some("warn") => Level::Warn,
                Some("debug") => Level::Debug,
                Some(_) | None => usual.level,
            },
            days: number("log_days").unwrap_or(usual.days),
            megabytes: number("log_megabytes").unwrap_or(usual.megabytes),
        }
    }

    fn room(self) -> Room {
        Room {
            days: self.days,
            bytes: u64::from(self.megabytes.max(1)) * 1_000_000,
        }
    }
}

/// How much standard error is told.
#[derive(Clone, Copy, Debug)]
pub struct Console {
    /// The environment variable that says how much.
    pub variable: &'static str,
    /// How much without it.
    pub otherwise: &'static str,
}

/// Whether more is logged than usually.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Volume {
    /// What the level says.
    Usual,
    /// Everything, for a time.
    Everything,
}

/// The log of this process. What waits to be written is written when it is dropped or finished.
pub struct Log {
    logging: Mutex<(Logging, Volume)>,
    filter: Box<dyn Fn(Targets) + Send + Sync>,
    written: Arc<Written>,
    ending: Arc<Ending>,
}

/// What has to be dropped for all that waits to be written.
type Ending = Mutex<Option<(Telling, WorkerGuard)>>;

impl fmt::Debug for Log {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Log")
            .field("logging", &self.logging)
            .finish_non_exhaustive()
    }
}

impl Log {
    /// Starts to log: to standard error and, what administrators watch, to the system's own log.
    /// Files are written from [`Self::write_to`] on. All of it is masked, and a panic goes there
    /// without its message.
    ///
    /// # Panics
    /// There is a log already, or the system has no room for one more thread.
    pub fn start(program: &'static str, console: Console) -> Self {
        let (subscriber, log) = Self::build(console, SystemLog::open(program));
        subscriber.init();
        let ending = Arc::downgrade(&log.ending);
        crash::flush_on_panic(move || {
            if let Some(ending) = ending.upgrade() {
                finish(&ending);
            }
        });
        log
    }

    fn build(console: Console, system: SystemLog) -> (impl Subscriber + Send + Sync, Self) {
        let shown = EnvFilter::try_from_env(console.variable)
            .unwrap_or_else(|_| EnvFilter::new(console.otherwise));
        let shown = console_lines::layer()
            .with_writer(|| Masking::new(io::stderr()))
            // Colors stand between a name and its value, and a secret would not be known.
            .with_ansi(false)
            .with_filter(shown);
        let written = Arc::new(Written::default());
        let (lines, writing) = NonBlockingBuilder::default()
            .lossy(true)
            .buffered_lines_limit(LINES_IN_WAIT)
            .thread_name("log")
            .finish(Sink::new(Arc::clone(&written)));
        written.count_lost_lines_by(lines.error_counter());
        let (admin_events, telling) = AdminEvents::start(system);
        let usual = (Logging::default(), Volume::Usual);
        let (filter, reload) = reload::Layer::new(targets(usual));
        let subscriber = Registry::default()
            .with(shown)
            .with(JsonLines::new(lines).with_filter(filter))
            .with(admin_events);
        let log = Self {
            logging: Mutex::new(usual),
            // It fails if there is no log any more.
            filter: Box::new(move |targets| drop(reload.reload(targets))),
            written,
            ending: Arc::new(Mutex::new(Some((telling, writing)))),
        };
        (subscriber, log)
    }

    /// Writes to files in this directory from now on.
    ///
    /// Nothing here fails or waits: what cannot be written goes to standard error, and
    /// [`Self::when_not_written`] hears of it.
    pub fn write_to(&self, directory: &Path, logging: Logging) {
        self.written.to(directory, logging.room());
        self.change(|in_force| in_force.0 = logging);
    }

    /// Keeps to these from now on.
    pub fn keep_to(&self, logging: Logging) {
        if self.change(|in_force| in_force.0 = logging) {
            self.written.keep_to(logging.room());
        }
    }

    /// Logs everything, or what is usual.
    pub fn turn_to(&self, volume: Volume) {
        self.change(|in_force| in_force.1 = volume);
    }

    /// Calls back when lines cannot be written to their file, with why; and with `None` when
    /// they can be again. At once, if that is so already.
    pub fn when_not_written(&self, tell: impl Fn(Option<&str>) + Send + 'static) {
        self.written.when_it_fails(Box::new(tell));
    }

    /// Writes and tells what waits, within about a second. What is logged later is lost.
    pub fn finish(&self) {
        finish(&self.ending);
    }

    /// Returns whether it was otherwise before.
    fn change(&self, change: impl FnOnce(&mut (Logging, Volume))) -> bool {
        let mut in_force = self.logging.lock().unwrap_or_else(PoisonError::into_inner);
        let before = *in_force;
        change(&mut in_force);
        let is_new = before != *in_force;
        if is_new {
            (self.filter)(targets(*in_force));
        }
        is_new
    }
}

fn finish(ending: &Ending) {
    let mut ending = ending.lock().unwrap_or_else(PoisonError::into_inner);
    drop(ending.take());
}

fn targets((logging, volume): (Logging, Volume)) -> Targets {
    let level = match volume {
        Volume::Usual => logging.level,
        Volume::Everything => Level::Debug,
    };
    match level {
        Level::Error => Targets::new().with_default(LevelFilter::ERROR),
        Level::Warn => Targets::new().with_default(LevelFilter::WARN),
        Level::Info => Targets::new().with_default(LevelFilter::INFO),
        Level::Debug => Targets::new()
            .with_default(LevelFilter::INFO)
            .with_targets(OURS.iter().map(|ours| (*ours, LevelFilter::DEBUG))),
    }
    // What administrators watch is on record whatever the level.
    .with_target(crate::ADMIN_TARGET, LevelFilter::INFO)
}

#[cfg(test)]
mod tests;
