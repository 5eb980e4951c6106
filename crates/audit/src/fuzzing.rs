//! What is fuzzed: each target takes any bytes and panics if a promise is broken.
//!
//! `fuzz/` runs them with new bytes, plain `cargo test` with the committed ones of
//! `fuzz/corpus/`.

use std::sync::OnceLock;
use std::time::Duration;

use jiff::civil::date;
use jiff::tz::TimeZone;

use crate::files::FileName;
use crate::line::{self, Writer};
use crate::recovery::Unsound;
use crate::report::{Format, Reading};
use crate::verify::{Verification, Walk};
use crate::{Anchored, Entry, Event, Hash, Origin, anchors};

/// A target: the name of its program and of its corpus, and what takes the bytes.
type Target = (&'static str, fn(&[u8]));

/// Every target.
pub const TARGETS: &[Target] = &[
    ("audit_anchors", audit_anchors),
    ("audit_edited", audit_edited),
    ("audit_log", audit_log),
];

/// A file of a log: only lines that have ended and carry their own hash count as records, and the
/// report is made of those alone.
pub fn audit_log(bytes: &[u8]) {
    let found = looked(bytes, &[]);
    let lines: Vec<&[u8]> = bytes.split_inclusive(|byte| *byte == b'\n').collect();
    let ended = lines.iter().filter_map(|line| line.strip_suffix(b"\n"));
    let sound = ended.filter_map(line::read).count();
    assert_eq!(found.records, sound as u64);
    let is_all_sound = lines.len() == sound;
    assert!(is_all_sound || !found.findings.is_empty() || !found.notes.is_empty());
    for finding in &found.findings {
        let said = finding.to_string();
        assert!(!said.contains(char::is_control), "{said:?}");
    }
    let mut reading = Reading::default();
    reading.file(bytes);
    let report = reading.report(&found, date(1, 1, 1), date(9999, 12, 31));
    assert_eq!(report.log.is_whole, found.is_whole());
    assert_eq!(report.totals.pauses, report.pauses.len());
    assert!(report.pauses.len() <= sound);
    assert!(report.totals.failed <= report.pauses.len());
    // Whatever an id holds, it begins no row of its own.
    assert!(
        !report.written(Format::Text).is_empty()
            && report.written(Format::Csv).lines().count() > report.pauses.len()
    );
}

/// A log that was edited, in up to eight places: that is found wherever and whatever it was.
pub fn audit_edited(bytes: &[u8]) {
    let (whole, newest) = sample();
    let mut edited = whole.clone();
    for edit in bytes.chunks_exact(4).take(8) {
        let at = usize::from(u16::from_be_bytes([edit[0], edit[1]]));
        let at = at % (edited.len() + 1);
        let end = (at + usize::from(edit[3])).min(edited.len());
        match edit[2] % 6 {
            0 => edited.insert(at, edit[3]),
            1 => drop(edited.drain(at..end)),
            2 => edited.truncate(at),
            3 => edited.extend_from_within(at..end),
            4 => edited[at..end].reverse(),
            _ => {
                if let Some(byte) = edited.get_mut(at) {
                    *byte = edit[3];
                }
            }
        }
    }
    let found = looked(&edited, &[*newest]);
    assert_eq!(found.is_whole(), edited == *whole);
}

/// What a system's log or a collector has printed: whatever is taken for an anchor is one.
pub fn audit_anchors(bytes: &[u8]) {
    let Ok(found) = anchors(&String::from_utf8_lossy(bytes)) else {
        return;
    };
    assert!(found.is_sorted_by_key(|anchored| anchored.sequence));
    for anchored in found {
        let again = anchors(&anchored.to_string());
        assert_eq!(again.expect("it is one"), [anchored]);
    }
}

fn looked(bytes: &[u8], anchors: &[Anchored]) -> Verification {
    let mut walk = Walk::default();
    let day = date(2026, 11, 21);
    walk.file(FileName { day }, bytes);
    walk.end(1, anchors)
}

/// A log of a day with a pause, and with a line that a crash cut short; and its newest record.
fn sample() -> &'static (Vec<u8>, Anchored) {
    static SAMPLE: OnceLock<(Vec<u8>, Anchored)> = OnceLock::new();
    SAMPLE.get_or_init(|| {
        let mut sample = Sample {
            bytes: Vec::new(),
            newest: Anchored {
                sequence: 0,
                hash: Hash::NONE,
            },
        };
        sample.says(Event::Started, &[]);
        for event in [Event::CallStarted, Event::Asked, Event::Sent, Event::Proven] {
            sample.says(event, &[("wanted", "pause".into())]);
        }
        let torn = br#"{"sequence":6,"at":"2026-11-21T08:0"#;
        let torn = [torn.as_slice(), b"\n"].concat();
        sample.bytes.extend_from_slice(&torn);
        let unsound = Unsound::of(&torn);
        let details = [
            ("bytes", unsound.bytes.into()),
            ("sha256", unsound.sha256().into()),
        ];
        sample.says(Event::TornLine, &details);
        sample.says(Event::CallEnded, &[]);
        (sample.bytes, sample.newest)
    })
}

struct Sample {
    bytes: Vec<u8>,
    newest: Anchored,
}

impl Sample {
    fn says(&mut self, event: Event, details: &[(&str, serde_json::Value)]) {
        let writer = Writer {
            origin: Origin {
                user: "ann".to_owned(),
                host: "desk-17".to_owned(),
                program: "fermata 1.2.3".to_owned(),
            },
            run: "r1".to_owned(),
            zone: TimeZone::UTC,
        };
        let at = "2026-11-21T08:00:00Z".parse().expect("it is a time");
        let mut entry = Entry::new(at, Duration::from_secs(60), event);
        entry.call = Some("call-1".to_owned());
        for (name, value) in details {
            entry = entry.with(name, value.clone());
        }
        let sequence = self.newest.sequence + 1;
        let (line, hash) = line::write(&writer.body(&entry, sequence, self.newest.hash));
        self.bytes.extend_from_slice(line.as_bytes());
        self.newest = Anchored { sequence, hash };
    }
}

#[cfg(test)]
#[path = "../../../fuzz/replay.rs"]
mod replay;

#[cfg(test)]
mod tests {
    use super::{TARGETS, replay};

    #[test]
    fn every_target_has_a_program_and_a_corpus() {
        replay::every_target_has_a_program_and_a_corpus("audit", TARGETS);
    }

    #[test]
    fn what_is_in_the_corpus_is_survived() {
        replay::what_is_in_the_corpus_is_survived(TARGETS);
    }

    #[test]
    fn what_is_nested_deeply_is_survived() {
        replay::what_is_nested_deeply_is_survived(TARGETS);
    }
}
