use std::fs;
use std::io::Write;

use super::*;
use crate::sample::{Desk, write};

/// Two days with three records each.
fn two_days(directory: &Path) {
    for day in ["2026-11-20T08:00:00Z", "2026-11-21T08:00:00Z"] {
        let mut desk = Desk::at(day);
        let entries = [Event::Started, Event::CallStarted, Event::Stopped];
        write(directory, &entries.map(|event| desk.after(1.0).says(event)));
    }
}

fn sequences(records: &[Record]) -> Vec<u64> {
    records.iter().map(|record| record.sequence).collect()
}

fn all(follower: &mut Follower) -> Vec<Record> {
    let mut all = Vec::new();
    loop {
        let records = follower.next(2).unwrap();
        if records.is_empty() {
            return all;
        }
        all.extend(records);
    }
}

fn from_the_oldest(directory: &Path) -> Follower {
    let position = Position::before_the_oldest_file(directory).unwrap();
    Follower::after(directory, &position.unwrap()).unwrap()
}

#[test]
fn every_record_is_read_once_in_order_over_all_files_as_its_line_stands_there() {
    let place = tempfile::tempdir().unwrap();
    two_days(place.path());
    let mut follower = from_the_oldest(place.path());
    let records = all(&mut follower);
    assert_eq!(sequences(&records), [1, 2, 3, 4, 5, 6]);
    let files: Vec<String> = ["audit-2026-11-20.jsonl", "audit-2026-11-21.jsonl"]
        .iter()
        .map(|name| fs::read_to_string(place.path().join(name)).unwrap())
        .collect();
    let lines: String = records
        .iter()
        .map(|record| format!("{}\n", record.line))
        .collect();
    assert_eq!(lines, files.concat());
    assert!(records.iter().all(|record| record.missing == 0));
    assert_eq!(records[1].event(), Some(Event::CallStarted));

    let desk = Desk::at("2026-11-22T08:00:00Z");
    write(place.path(), &[desk.says(Event::Started)]);
    assert_eq!(sequences(&all(&mut follower)), [7]);
}

#[test]
fn whoever_comes_back_goes_on_after_the_record_it_had_come_to() {
    let place = tempfile::tempdir().unwrap();
    two_days(place.path());
    let records = all(&mut from_the_oldest(place.path()));
    for record in &records {
        let mut follower = Follower::after(place.path(), &record.into()).unwrap();
        let rest: Vec<u64> = (record.sequence + 1..=6).collect();
        assert_eq!(sequences(&all(&mut follower)), rest);
    }
    let today = Position::before_the_newest_file(place.path()).unwrap();
    let mut follower = Follower::after(place.path(), &today.unwrap()).unwrap();
    assert_eq!(sequences(&all(&mut follower)), [4, 5, 6]);
}

#[test]
fn a_line_without_its_end_waits_for_it_and_a_line_that_is_no_record_is_passed_over() {
    let place = tempfile::tempdir().unwrap();
    two_days(place.path());
    let path = place.path().join("audit-2026-11-21.jsonl");
    let whole = fs::read_to_string(&path).unwrap();
    let (front, last) = whole.trim_end().rsplit_once('\n').unwrap();
    let (half, rest) = last.split_at(40);
    write_file(&path, &format!("{front}\n{half}"));
    let mut follower = from_the_oldest(place.path());
    assert_eq!(sequences(&all(&mut follower)), [1, 2, 3, 4, 5]);
    let mut file = fs::OpenOptions::new().append(true).open(&path).unwrap();
    write!(file, "{rest}\nno record\n").unwrap();
    assert_eq!(sequences(&all(&mut follower)), [6]);
}

#[test]
fn records_whose_file_was_removed_before_they_were_read_are_counted() {
    let place = tempfile::tempdir().unwrap();
    two_days(place.path());
    let first = all(&mut from_the_oldest(place.path())).remove(0);
    let mut here = Follower::after(place.path(), &(&first).into()).unwrap();
    fs::remove_file(place.path().join(&first.file)).unwrap();
    let mut back = Follower::after(place.path(), &(&first).into()).unwrap();
    for follower in [&mut here, &mut back] {
        let records = all(follower);
        assert_eq!(sequences(&records), [4, 5, 6]);
        let missing: Vec<u64> = records.iter().map(|record| record.missing).collect();
        assert_eq!(missing, [2, 0, 0]);
    }
}

#[test]
fn where_the_last_record_is_gone_more_is_read_and_not_less() {
    let place = tempfile::tempdir().unwrap();
    two_days(place.path());
    let records = all(&mut from_the_oldest(place.path()));
    let nowhere = Hash::of(b"another log");
    // A crash of the system took the record, and another one has its number.
    let replaced = Position {
        hash: nowhere,
        ..Position::from(&records[4])
    };
    let mut follower = Follower::after(place.path(), &replaced).unwrap();
    assert_eq!(sequences(&all(&mut follower)), [4, 5, 6]);
    // The whole log is another.
    let elsewhere = Position {
        file: "audit-2030-01-01.jsonl".to_owned(),
        sequence: 900,
        hash: nowhere,
    };
    let mut follower = Follower::after(place.path(), &elsewhere).unwrap();
    assert_eq!(sequences(&all(&mut follower)), [1, 2, 3, 4, 5, 6]);
}

#[test]
fn a_line_that_is_far_too_long_is_passed_over_and_not_held() {
    let place = tempfile::tempdir().unwrap();
    two_days(place.path());
    let path = place.path().join("audit-2026-11-21.jsonl");
    let whole = fs::read_to_string(&path).unwrap();
    let long = "x".repeat(2 * 1024 * 1024 + 7);
    write_file(&path, &format!("{long}\n{whole}"));
    let mut follower = from_the_oldest(place.path());
    assert_eq!(sequences(&all(&mut follower)), [1, 2, 3, 4, 5, 6]);
}

#[test]
fn an_empty_directory_has_no_position_and_a_new_log_is_read_from_its_beginning() {
    let place = tempfile::tempdir().unwrap();
    assert_eq!(
        Position::before_the_newest_file(place.path()).unwrap(),
        None
    );
    let nothing = Position {
        file: "audit-2026-11-21.jsonl".to_owned(),
        sequence: 0,
        hash: Hash::NONE,
    };
    let mut follower = Follower::after(place.path(), &nothing).unwrap();
    assert_eq!(follower.next(10).unwrap(), []);
    two_days(place.path());
    assert_eq!(sequences(&all(&mut follower)), [1, 2, 3, 4, 5, 6]);
}

fn write_file(path: &Path, text: &str) {
    let mut file = File::create(path).unwrap();
    file.write_all(text.as_bytes()).unwrap();
}
