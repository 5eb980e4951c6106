use std::fs;
use std::path::Path;
use std::sync::Mutex;

use super::*;
use crate::sample::{Desk, keeping};
use crate::{Anchored, verify};

const SOON: Duration = Duration::from_secs(20);

/// What was anchored and said of a journal.
#[derive(Clone, Default)]
struct Told {
    anchored: Arc<Mutex<Vec<Anchored>>>,
    said: Arc<Mutex<Vec<Option<String>>>>,
}

impl Told {
    fn journal(&self, directory: &Path) -> Journal {
        let keeping = keeping(directory);
        let (anchored, said) = (Arc::clone(&self.anchored), Arc::clone(&self.said));
        Journal::start(
            move || keeping,
            Box::new(move |newest| anchored.lock().unwrap().push(newest)),
            Box::new(move |why| said.lock().unwrap().push(why.map(ToString::to_string))),
        )
    }

    fn wait_until_it_is_said(&self, is_written: bool) {
        for _ in 0..400 {
            let said = self.said.lock().unwrap().last().cloned();
            if said.is_some_and(|why| why.is_none() == is_written) {
                return;
            }
            thread::sleep(Duration::from_millis(25));
        }
        panic!("it is not said");
    }
}

#[test]
fn what_is_put_is_on_the_disk_when_it_has_finished_and_the_newest_is_anchored() {
    let place = tempfile::tempdir().unwrap();
    let told = Told::default();
    let journal = told.journal(place.path());
    let mut desk = Desk::at("2026-11-21T08:00:00Z");
    journal.put(desk.says(Event::Started));
    for _ in 0..60 {
        journal.put(desk.after(1.0).says(Event::Reminder));
    }
    assert!(journal.finish(SOON));
    let anchored = told.anchored.lock().unwrap().clone();
    let numbers: Vec<u64> = anchored.iter().map(|one| one.sequence).collect();
    assert_eq!(numbers, [1, 26, 51, 61]);
    let found = verify(place.path(), &anchored).unwrap();
    assert!(found.is_whole(), "{:?}", found.findings);
    assert_eq!((found.records, found.anchors), (61, 4));
    assert!(told.said.lock().unwrap().is_empty());
}

#[test]
fn files_are_kept_for_as_long_as_was_decided_last() {
    let place = tempfile::tempdir().unwrap();
    let journal = Told::default().journal(place.path());
    journal.keep_for(2);
    let mut desk = Desk::at("2026-11-21T08:00:00Z");
    for _ in 0..5 {
        journal.put(desk.after(86_400.0).says(Event::Reminder));
    }
    assert!(journal.finish(SOON));
    let found = verify(place.path(), &[]).unwrap();
    assert_eq!((found.files, found.findings.len()), (2, 0));
}

#[test]
fn a_log_that_cannot_be_written_is_said_once_delays_nobody_and_loses_nothing() {
    // G3. A file where the directory should be: that hinders an administrator, too.
    let place = tempfile::tempdir().unwrap();
    let directory = place.path().join("audit");
    fs::File::create(&directory).unwrap();
    let told = Told::default();
    let journal = told.journal(&directory);
    let mut desk = Desk::at("2026-11-21T08:00:00Z");
    for _ in 0..20 {
        journal.put(desk.after(1.0).says(Event::Asked));
    }
    told.wait_until_it_is_said(false);
    thread::sleep(2 * TRY_EVERY);
    let said = told.said.lock().unwrap().clone();
    assert_eq!(said.len(), 1);
    let why = said[0].clone().unwrap();
    assert!(why.contains("audit") && why.contains("make room"), "{why}");

    fs::remove_file(&directory).unwrap();
    told.wait_until_it_is_said(true);
    assert!(journal.finish(SOON));
    assert_eq!(verify(&directory, &[]).unwrap().records, 20);
}

#[test]
fn what_finds_no_room_is_counted_on_record() {
    let place = tempfile::tempdir().unwrap();
    let directory = place.path().join("audit");
    fs::File::create(&directory).unwrap();
    let told = Told::default();
    let journal = told.journal(&directory);
    let desk = Desk::at("2026-11-21T08:00:00Z");
    journal.put(desk.says(Event::Asked));
    told.wait_until_it_is_said(false);
    for _ in 0..IN_WAIT + 7 {
        journal.put(desk.says(Event::Asked));
    }
    assert_eq!(journal.shared.lost.load(Ordering::Relaxed), 7);
    fs::remove_file(&directory).unwrap();
    told.wait_until_it_is_said(true);
    let text = fs::read_to_string(directory.join("audit-2026-11-21.jsonl")).unwrap();
    let first = text.lines().next().unwrap();
    assert!(first.contains(r#""event":"records-lost""#), "{first}");
    assert!(first.contains(r#""details":{"count":7}"#), "{first}");
}

#[test]
fn a_program_that_ends_does_not_wait_for_a_disk_for_ever() {
    let place = tempfile::tempdir().unwrap();
    let directory = place.path().join("audit");
    fs::File::create(&directory).unwrap();
    let journal = Told::default().journal(&directory);
    journal.put(Desk::at("2026-11-21T08:00:00Z").says(Event::Stopped));
    assert!(!journal.finish(SOON), "it was not written");
}
