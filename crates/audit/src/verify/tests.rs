use std::fs::{self, File};
use std::io::Write;
use std::path::Path;

use proptest::prelude::*;
use tempfile::TempDir;

use super::*;
use crate::Event;
use crate::chain::Chain;
use crate::sample::{Desk, keeping, write};

type Files = Vec<(FileName, Vec<u8>)>;

fn all_of(directory: &Path) -> Result<Files, AuditError> {
    let mut files = Files::new();
    each_file(directory, |name, bytes| files.push((name, bytes.to_vec())))?;
    Ok(files)
}

fn looked(files: &[(FileName, Vec<u8>)], anchors: &[Anchored]) -> Verification {
    let mut walk = Walk::default();
    for (name, bytes) in files {
        walk.file(*name, bytes);
    }
    walk.end(files.len(), anchors)
}

/// A log of three days, with a crash in the middle of a line in the second.
fn three_days() -> (TempDir, Files, Vec<Anchored>) {
    let place = tempfile::tempdir().unwrap();
    let mut desk = Desk::at("2026-11-20T22:00:00Z");
    write(
        place.path(),
        &[
            desk.says(Event::Started),
            desk.after(60.0).says_of("call-1", Event::CallStarted),
            desk.after(1.0).says(Event::Asked).with("wanted", "pause"),
        ],
    );
    let mut second = Desk::at("2026-11-21T08:00:00Z");
    write(
        place.path(),
        &[
            second.says(Event::Started),
            second.after(1.0).says_of("call-2", Event::Sent),
        ],
    );
    tear(&place.path().join("audit-2026-11-21.jsonl"));
    write(
        place.path(),
        &[
            second.after(9.0).says(Event::Started),
            second.after(1.0).says_of("call-3", Event::Failed).failed(),
        ],
    );
    let mut third = Desk::at("2026-11-22T08:00:00Z");
    write(
        place.path(),
        &[
            third.says(Event::Started),
            third.after(1.0).says(Event::Stopped),
        ],
    );
    let files = all_of(place.path()).unwrap();
    let whole = looked(&files, &[]);
    assert_eq!(whole.findings, []);
    let newest = whole.newest.unwrap();
    (place, files, vec![newest])
}

/// The beginning of a record, as a power cut leaves it.
fn tear(file: &Path) {
    let mut file = File::options().append(true).open(file).unwrap();
    file.write_all(br#"{"sequence":6,"at":"2026-11-21T08:0"#)
        .unwrap();
}

/// What is found when the bytes of one file are others.
fn found_with(files: &Files, number: usize, bytes: Vec<u8>, anchors: &[Anchored]) -> Vec<Finding> {
    let mut changed = files.clone();
    changed[number].1 = bytes;
    looked(&changed, anchors).findings
}

fn lines(bytes: &[u8]) -> Vec<Vec<u8>> {
    let lines = bytes.split_inclusive(|byte| *byte == b'\n');
    lines.map(<[u8]>::to_vec).collect()
}

#[test]
fn a_log_is_whole_and_a_line_that_a_crash_cut_short_is_told_of() {
    let (place, files, anchors) = three_days();
    let found = verify(place.path(), &anchors).unwrap();
    assert!(found.is_whole(), "{:?}", found.findings);
    assert_eq!((found.files, found.records, found.anchors), (3, 10, 1));
    assert_eq!(found.first.map(|first| first.sequence), Some(1));
    assert_eq!(
        found.notes,
        [Note::TornLine {
            file: "audit-2026-11-21.jsonl".to_owned(),
            line: 3
        }]
    );
    assert_eq!(files.len(), 3);
}

// G1
#[test]
fn every_change_of_a_single_byte_is_found() {
    let (_place, files, _) = three_days();
    for (number, (name, bytes)) in files.iter().enumerate() {
        for at in 0..bytes.len() {
            for other in [bytes[at] ^ (1 << (at % 8)), bytes[at] ^ 0x20, b'\n', b' '] {
                let mut changed = bytes.clone();
                changed[at] = other;
                let is_other = other != bytes[at];
                let found = found_with(&files, number, changed, &[]);
                assert_eq!(!found.is_empty(), is_other, "{name}, byte {at}: {other}");
            }
        }
    }
}

// G1
#[test]
fn every_deletion_and_insertion_of_a_single_byte_is_found() {
    let (_place, files, _) = three_days();
    for (number, (name, bytes)) in files.iter().enumerate() {
        for at in 0..=bytes.len() {
            for new in [b'0', b'\n', b' '] {
                let mut changed = bytes.clone();
                changed.insert(at, new);
                let found = found_with(&files, number, changed, &[]);
                assert!(!found.is_empty(), "{name}, {new} before byte {at}");
            }
            if at < bytes.len() {
                let mut changed = bytes.clone();
                changed.remove(at);
                let found = found_with(&files, number, changed, &[]);
                assert!(!found.is_empty(), "{name}, without byte {at}");
            }
        }
    }
}

// G1
#[test]
fn every_truncation_is_found_with_the_anchor() {
    let (_place, files, anchors) = three_days();
    for (number, (name, bytes)) in files.iter().enumerate() {
        for end in 0..bytes.len() {
            let cut = bytes[..end].to_vec();
            let found = found_with(&files, number, cut, &anchors);
            assert!(!found.is_empty(), "{name} ends at byte {end}");
        }
    }
    // Without it a log that ends earlier is a log that ends earlier.
    assert_eq!(looked(&files[..2], &[]).findings, []);
    let cut = looked(&files[..2], &anchors).findings;
    let what = What::CutOff {
        newest: 8,
        anchored: 10,
    };
    assert_eq!(cut.len(), 1);
    assert_eq!(cut[0].what, what);
}

#[test]
fn every_line_that_is_deleted_doubled_or_moved_is_found_and_where() {
    let (_place, files, anchors) = three_days();
    for (number, (_, bytes)) in files.iter().enumerate() {
        let all = lines(bytes);
        for from in 0..all.len() {
            let mut without = all.clone();
            let line = without.remove(from);
            let found = found_with(&files, number, without.concat(), &anchors);
            assert!(!found.is_empty(), "file {number} without line {from}");
            for to in (0..=without.len()).filter(|to| *to != from) {
                let mut moved = without.clone();
                moved.insert(to, line.clone());
                let found = found_with(&files, number, moved.concat(), &[]);
                assert!(!found.is_empty(), "file {number}, {from} to {to}");
            }
            let mut doubled = all.clone();
            doubled.insert(from, line);
            let found = found_with(&files, number, doubled.concat(), &[]);
            assert!(!found.is_empty(), "file {number}, line {from} twice");
        }
    }
    let mut without = lines(&files[1].1);
    without.remove(1);
    let found = found_with(&files, 1, without.concat(), &[]);
    assert_eq!(
        found[0].to_string(),
        "audit-2026-11-21.jsonl, line 3: record 5 is missing before this line; leave the files \
         as they are, and compare with what was forwarded or backed up"
    );
}

#[test]
fn a_line_that_is_moved_to_the_file_of_the_next_or_last_day_is_found() {
    let (_place, files, _) = three_days();
    for number in 0..files.len() - 1 {
        let (before, after) = (lines(&files[number].1), lines(&files[number + 1].1));
        let mut forward = files.clone();
        forward[number].1 = before[..before.len() - 1].concat();
        forward[number + 1].1 = [&before[before.len() - 1..], &after[..]].concat().concat();
        let mut back = files.clone();
        back[number].1 = [&before[..], &after[..1]].concat().concat();
        back[number + 1].1 = after[1..].concat();
        for moved in [forward, back] {
            let found = looked(&moved, &[]).findings;
            let days = found.iter().filter(|one| one.what == What::WrongDay);
            assert_eq!(days.count(), 1, "{found:?}");
        }
    }
}

#[test]
fn a_file_that_is_deleted_or_has_another_name_is_found() {
    let (_place, files, anchors) = three_days();
    for number in 0..files.len() {
        let mut without = files.clone();
        let file = without.remove(number);
        let found = looked(&without, &anchors).findings;
        assert!(!found.is_empty(), "without {}", file.0);
        let mut renamed = files.clone();
        renamed[number].0.day = renamed[number].0.day.tomorrow().unwrap();
        renamed.sort();
        let found = looked(&renamed, &anchors).findings;
        assert!(!found.is_empty(), "{} has another name", file.0);
    }
    let first_gone = looked(&files[1..], &[]).findings;
    assert_eq!(first_gone[0].what, What::NoBeginning { first: 4 });
}

/// Whoever edits a record and makes all hashes after it right again is caught by the anchor alone.
#[test]
fn a_log_that_was_written_anew_is_found_with_the_anchor() {
    let (_place, _, anchors) = three_days();
    let forged = tempfile::tempdir().unwrap();
    let mut desk = Desk::at("2026-11-20T22:00:00Z");
    let entries: Vec<_> = (0..12)
        .map(|_| desk.after(1.0).says(Event::Acknowledged))
        .collect();
    write(forged.path(), &entries);
    assert!(verify(forged.path(), &[]).unwrap().is_whole());
    let found = verify(forged.path(), &anchors).unwrap();
    assert_eq!(found.findings.len(), 1);
    assert_eq!(found.findings[0].what, What::NotAsAnchored { sequence: 10 });
    assert_eq!(found.anchors, 0);
}

#[test]
fn removing_what_was_kept_for_long_enough_leaves_a_log_that_can_be_verified() {
    let place = tempfile::tempdir().unwrap();
    let mut chain = Chain::open(crate::Keeping {
        days: 3,
        ..keeping(place.path())
    })
    .unwrap();
    let mut desk = Desk::at("2026-11-01T08:00:00Z");
    let mut oldest = None;
    for day in 1..=9 {
        let newest = chain.append(&desk.says(Event::Started)).unwrap();
        oldest.get_or_insert(newest);
        let found = verify(place.path(), &[newest]).unwrap();
        assert!(found.is_whole(), "day {day}: {:?}", found.findings);
        assert_eq!(found.files, day.min(3));
        desk.after(86_400.0);
    }
    let found = verify(place.path(), &oldest.into_iter().collect::<Vec<_>>()).unwrap();
    let first = found.first.unwrap().sequence;
    assert_eq!(
        found.notes,
        [Note::Begins { first }, Note::AnchorTooOld { sequence: 1 }]
    );

    // One more than was due.
    fs::remove_file(place.path().join("audit-2026-11-07.jsonl")).unwrap();
    let found = verify(place.path(), &[]).unwrap();
    assert!(
        matches!(
            found.findings[..],
            [Finding {
                what: What::NoBeginning { .. },
                ..
            }]
        ),
        "{:?}",
        found.findings
    );
}

#[test]
fn a_log_that_is_not_there_is_not_taken_for_one_that_is_whole() {
    let place = tempfile::tempdir().unwrap();
    for directory in [place.path().to_path_buf(), place.path().join("nowhere")] {
        let refused = verify(&directory, &[]).unwrap_err();
        assert!(matches!(refused, AuditError::NoLog { .. }), "{refused}");
    }
    let (_place, _, anchors) = three_days();
    assert!(!verify(place.path(), &anchors).unwrap().is_whole());
}

proptest! {
    #[test]
    fn any_bytes_are_read_without_a_panic(
        before in proptest::collection::vec(any::<u8>(), 0..64),
        cut in 0..400_usize,
        sequence in prop_oneof![Just(u64::MAX), Just(i64::MAX as u64), Just(2), Just(0)],
    ) {
        let line = r#"{"sequence":NUMBER,"at":"2026-11-20T22:00:00Z","offset":"+01:00","up_ms":1,"run":"r","event":"torn-line","outcome":"success","user":"a","host":"b","program":"c","previous":"0000000000000000000000000000000000000000000000000000000000000000""#;
        let line = line.replace("NUMBER", &sequence.to_string());
        let hash = crate::Hash::of(line.as_bytes());
        let sound = format!("{line},\"hash\":\"{hash}\"}}\n").into_bytes();
        let mut bytes = before;
        bytes.extend_from_slice(&sound);
        bytes.extend_from_slice(&sound[..cut.min(sound.len())]);
        let day = jiff::civil::date(2026, 11, 20);
        let found = looked(&[(FileName { day }, bytes)], &[]);
        prop_assert!(!found.is_whole());
    }
}
