//! A log for tests: written as always, with a clock that the test moves.

use std::path::Path;
use std::time::Duration;

use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

use crate::chain::Chain;
use crate::{Entry, Event, Keeping, Origin};

pub(crate) fn keeping(directory: &Path) -> Keeping {
    Keeping {
        directory: directory.to_path_buf(),
        days: Keeping::USUAL_DAYS,
        origin: Origin {
            user: "ann".to_owned(),
            host: "desk-17".to_owned(),
            program: "fermata 1.2.3".to_owned(),
        },
        zone: TimeZone::fixed(jiff::tz::offset(1)),
    }
}

/// Makes entries, each at the moment it says.
#[derive(Clone, Debug)]
pub(crate) struct Desk {
    at: Timestamp,
    up: Duration,
}

impl Desk {
    pub(crate) fn at(start: &str) -> Self {
        Self {
            at: start.parse().unwrap(),
            up: Duration::from_secs(1_000),
        }
    }

    /// Time passes.
    pub(crate) fn after(&mut self, seconds: f64) -> &mut Self {
        self.at += SignedDuration::from_secs_f64(seconds);
        self.up += Duration::from_secs_f64(seconds);
        self
    }

    /// Somebody sets the clock.
    pub(crate) fn set_clock(&mut self, by_seconds: i64) -> &mut Self {
        self.at += SignedDuration::from_secs(by_seconds);
        self
    }

    pub(crate) fn says(&self, event: Event) -> Entry {
        Entry::new(self.at, self.up, event)
    }

    pub(crate) fn says_of(&self, call: &str, event: Event) -> Entry {
        Entry {
            call: Some(call.to_owned()),
            vendor: Some("gws".to_owned()),
            ..self.says(event)
        }
    }
}

/// Puts entries on record, by one writer that then ends.
pub(crate) fn write(directory: &Path, entries: &[Entry]) {
    let mut chain = Chain::open(keeping(directory)).unwrap();
    for entry in entries {
        chain.append(entry).unwrap();
    }
}
