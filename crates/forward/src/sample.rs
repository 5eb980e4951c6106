//! Records and logs for tests.

use std::path::Path;
use std::time::Duration;

use audit::{Entry, Event, Hash, Journal, Keeping, Origin, Outcome, Record};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

/// A record that is in no log.
pub(crate) fn record(sequence: u64, event: &str) -> Record {
    let at: Timestamp = "2026-11-21T08:00:00Z".parse().unwrap();
    let at = at + SignedDuration::from_secs(sequence.try_into().unwrap());
    let failed = ["failed", "torn-line"].contains(&event);
    let outcome = if failed { "failure" } else { "success" };
    Record {
        sequence,
        hash: Hash::NONE,
        file: "audit-2026-11-21.jsonl".to_owned(),
        at,
        event: event.to_owned(),
        outcome: if failed {
            Outcome::Failure
        } else {
            Outcome::Success
        },
        host: "desk-17".to_owned(),
        program: "fermata 1.2.3".to_owned(),
        run: "00000000deadbeef".to_owned(),
        line: format!(
            r#"{{"sequence":{sequence},"at":"{at}","event":"{event}","outcome":"{outcome}","vendor":"gws","details":{{"took_ms":412}},"hash":"x"}}"#
        ),
        missing: 0,
    }
}

/// Puts these on record, a second apart, by a writer that then ends.
pub(crate) fn write(directory: &Path, start: &str, events: &[Event]) {
    let mut at: Timestamp = start.parse().unwrap();
    let mut up = Duration::from_secs(1_000);
    let keeping = Keeping {
        directory: directory.to_path_buf(),
        days: Keeping::USUAL_DAYS,
        origin: Origin {
            user: "ann".to_owned(),
            host: "desk-17".to_owned(),
            program: "fermata 1.2.3".to_owned(),
        },
        zone: TimeZone::UTC,
    };
    let journal = Journal::start(|| keeping, Box::new(|_| ()), Box::new(|_| ()));
    for event in events {
        journal.put(Entry::new(at, up, *event));
        at += SignedDuration::from_secs(1);
        up += Duration::from_secs(1);
    }
    assert!(journal.finish(Duration::from_secs(20)));
}
