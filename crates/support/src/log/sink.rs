use std::io::{self, Write};
use std::path::Path;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde_json::json;
use tracing_appender::non_blocking::ErrorCounter;

use crate::log_files::{LogFiles, Room};

/// Who hears of it when lines cannot be written.
type Tell = Box<dyn Fn(Option<&str>) + Send>;

/// Where lines go, and what has become of them.
#[derive(Default)]
pub(super) struct Written {
    files: Mutex<Option<LogFiles>>,
    lost: OnceLock<ErrorCounter>,
    failing: Mutex<Failing>,
}

#[derive(Default)]
struct Failing {
    why: Option<String>,
    tell: Option<Tell>,
}

impl Written {
    pub(super) fn to(&self, directory: &Path, room: Room) {
        let files = LogFiles::new(directory.to_path_buf(), room);
        *self.files.lock().unwrap_or_else(PoisonError::into_inner) = Some(files);
    }

    pub(super) fn keep_to(&self, room: Room) {
        let mut files = self.files.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(files) = &mut *files {
            files.keep_to(room);
        }
    }

    pub(super) fn count_lost_lines_by(&self, counter: ErrorCounter) {
        // Whoever builds a log does it once.
        let _ = self.lost.set(counter);
    }

    pub(super) fn when_it_fails(&self, tell: Tell) {
        let mut failing = self.failing.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(why) = &failing.why {
            tell(Some(why));
        }
        failing.tell = Some(tell);
    }

    /// Says once that it fails, and once that it does not any more.
    fn ended_with(&self, result: &io::Result<()>) {
        let why = result.as_ref().err().map(ToString::to_string);
        let mut failing = self.failing.lock().unwrap_or_else(PoisonError::into_inner);
        let news = failing.why.is_some() != why.is_some();
        failing.why = why;
        if let (true, Some(tell)) = (news, &failing.tell) {
            tell(failing.why.as_deref());
        }
    }
}

/// The end of the queue: takes line after line, on the log's own thread.
pub(super) struct Sink {
    written: Arc<Written>,
    lost_and_said: usize,
}

impl Sink {
    pub(super) fn new(written: Arc<Written>) -> Self {
        Self {
            written,
            lost_and_said: 0,
        }
    }

    fn put(&self, line: &[u8]) {
        let mut files = self
            .written
            .files
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        // Nobody has said yet where: a start that ends at once, because Fermata runs already.
        let Some(files) = &mut *files else {
            return;
        };
        let now = Timestamp::now();
        let today = now.to_zoned(TimeZone::UTC).date();
        let result = files.write(line, today);
        if result.is_err() {
            // There is nowhere else to say it, and it must not end the program.
            let _ = io::stderr().write_all(line);
        }
        self.written.ended_with(&result);
    }

    fn say_what_is_lost(&mut self) {
        let lost = self
            .written
            .lost
            .get()
            .map_or(0, ErrorCounter::dropped_lines);
        if lost == self.lost_and_said {
            return;
        }
        let line = json!({
            "time": Timestamp::now().strftime("%Y-%m-%dT%H:%M:%S%.3fZ").to_string(),
            "level": "WARN",
            "target": "support",
            "fields": {
                "message": "lines came faster than they could be written and are lost",
                "lines": lost - self.lost_and_said,
            },
        });
        self.lost_and_said = lost;
        self.put(format!("{line}\n").as_bytes());
    }
}

impl Write for Sink {
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        self.say_what_is_lost();
        self.put(line);
        Ok(line.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
impl Written {
    /// Keeps the thread from writing for as long as this lives.
    pub(super) fn hold(&self) -> std::sync::MutexGuard<'_, Option<LogFiles>> {
        self.files.lock().expect("no test panics with it")
    }
}
