use std::fs::{self, File};
use std::io::Write;
use std::path::Path;

use jiff::civil::{Date, date};
use tempfile::TempDir;

use super::{Format, PauseOutcome, Report, report};
use crate::sample::{Desk, write};
use crate::{Entry, Event};

/// What a desk puts on record, in the terms of the day.
struct Shift {
    desk: Desk,
    entries: Vec<Entry>,
    next_request: u64,
}

impl Shift {
    fn at(start: &str) -> Self {
        let desk = Desk::at(start);
        let entries = vec![desk.says(Event::Started)];
        Self {
            desk,
            entries,
            next_request: 1,
        }
    }

    fn after(&mut self, seconds: f64) -> &mut Self {
        self.desk.after(seconds);
        self
    }

    fn put(&mut self, entry: Entry) -> &mut Self {
        self.entries.push(entry);
        self
    }

    fn says_of(&mut self, call: &str, event: Event) -> &mut Self {
        let entry = self.desk.says_of(call, event);
        self.put(entry)
    }

    /// The agent asks, and a command goes out and is taken.
    fn asks(&mut self, call: &str, wanted: &str) -> &mut Self {
        let asked = self.desk.says(Event::Asked);
        self.put(asked.with("wanted", wanted).with("calls", 1));
        self.sends(call, wanted)
    }

    fn sends(&mut self, call: &str, wanted: &str) -> &mut Self {
        let request = Some(self.next_request);
        self.next_request += 1;
        let sent = self.desk.says_of(call, Event::Sent);
        self.put(Entry { request, ..sent }.with("wanted", wanted));
        let answered = self.desk.after(0.1).says(Event::Answered);
        self.put(
            Entry {
                request,
                ..answered
            }
            .with("answer", "accepted"),
        )
    }

    fn proves(&mut self, call: &str, wanted: &str, took_ms: u64) -> &mut Self {
        let recorder = if wanted == "pause" {
            "paused"
        } else {
            "recording"
        };
        let proven = self.desk.says_of(call, Event::Proven);
        let proven = proven.with("wanted", wanted).with("recorder", recorder);
        self.put(proven.with("took_ms", took_ms))
    }

    fn fails(&mut self, call: &str, wanted: &str, reason: &str) -> &mut Self {
        let failed = self.desk.says_of(call, Event::Failed).failed();
        self.put(failed.with("wanted", wanted).with("reason", reason))
    }

    fn ends(&mut self, call: &str, left_paused: bool) -> &mut Self {
        let ended = self.desk.says_of(call, Event::CallEnded);
        self.put(ended.with("left_paused", left_paused))
    }
}

/// A day with one pause of each kind, and a start after a crash.
fn a_day() -> (TempDir, Report) {
    let place = tempfile::tempdir().unwrap();
    let mut shift = Shift::at("2026-11-21T08:00:00Z");
    // Paused, reminded of and resumed.
    shift.after(1.0).asks("call-1", "pause");
    shift.after(0.3).proves("call-1", "pause", 400);
    shift.after(60.0).says_of("call-1", Event::Reminder);
    shift.after(9.9).asks("call-1", "resume");
    shift.after(0.2).proves("call-1", "resume", 300);
    // The same call again, beyond what is allowed.
    shift.after(5.0).asks("call-1", "pause");
    shift.after(0.1).proves("call-1", "pause", 200);
    shift
        .after(300.0)
        .says_of("call-1", Event::LongestPauseOver);
    shift.sends("call-1", "resume");
    shift.after(0.1).proves("call-1", "resume", 200);
    shift.ends("call-1", false);
    // Failed after a second attempt, and no vendor at all.
    shift.after(30.0).asks("call-2", "pause");
    shift.after(0.5).sends("call-2", "pause");
    shift.after(2.3).fails("call-2", "pause", "no-effect");
    shift.ends("call-2", false);
    let looks = shift.after(9.0).desk.says(Event::LookingForCalls);
    shift.put(looks);
    let not_sent = shift.after(3.0).desk.says(Event::NotSent).failed();
    shift.put(
        not_sent
            .with("wanted", "pause")
            .with("reason", "not-done")
            .with("waited_ms", 3_000),
    );
    // A search that came to nothing has no part in a later press.
    let looks = shift.desk.says(Event::LookingForCalls);
    shift.put(looks);
    // Taken, and not provable.
    shift.after(20.0).asks("call-3", "pause");
    shift.after(40.0).asks("call-3", "resume");
    shift.ends("call-3", false);
    // Not resumed before the call ended.
    shift.after(9.0).asks("call-4", "pause");
    shift.after(0.1).proves("call-4", "pause", 200);
    shift.after(12.0).ends("call-4", true);
    // Not from here.
    shift.after(9.0).says_of("call-5", Event::PausedElsewhere);
    shift.after(4.0).says_of("call-5", Event::ResumedElsewhere);
    // Called off, and a resume that fails.
    shift.after(9.0).asks("call-6", "pause");
    shift
        .asks("call-6", "resume")
        .proves("call-6", "resume", 100);
    shift.after(9.0).asks("call-7", "pause");
    shift.after(0.2).proves("call-7", "pause", 300);
    shift.after(7.0).asks("call-7", "resume");
    shift.after(3.0).fails("call-7", "resume", "refused");
    // Paused when the power fails.
    shift.after(9.0).asks("call-8", "pause");
    shift.after(0.1).proves("call-8", "pause", 200);
    write(place.path(), &shift.entries);
    let again = Shift::at("2026-11-21T09:30:00Z");
    write(place.path(), &again.entries);
    let report = on(place.path(), date(2026, 11, 21));
    (place, report)
}

fn on(directory: &Path, day: Date) -> Report {
    report(directory, day, day).unwrap()
}

// G4
#[test]
fn a_day_is_reported_to_people_as_it_was() {
    let (_place, report) = a_day();
    insta::assert_snapshot!(report.written(Format::Text));
}

// G4
#[test]
fn a_day_is_reported_to_spreadsheets_as_it_was() {
    let (_place, report) = a_day();
    insta::assert_snapshot!(report.written(Format::Csv).replace('\r', ""));
}

// G4
#[test]
fn a_day_is_reported_to_programs_as_it_was() {
    let (_place, mut report) = a_day();
    // It depends on the numbers that the two runs have drawn.
    report.log.hash = crate::Hash::NONE;
    insta::assert_snapshot!(serde_json::to_string_pretty(&report).unwrap());
}

#[test]
fn every_outcome_has_one_name_in_tables_and_for_programs() {
    for outcome in [
        PauseOutcome::Resumed,
        PauseOutcome::ResumedElsewhere,
        PauseOutcome::Failed,
        PauseOutcome::NotRecorded,
        PauseOutcome::CalledOff,
        PauseOutcome::ResumeFailed,
        PauseOutcome::CallEnded,
        PauseOutcome::LeftPaused,
        PauseOutcome::Interrupted,
        PauseOutcome::Open,
    ] {
        assert_eq!(serde_json::to_value(outcome).unwrap(), outcome.name());
    }
}

#[test]
fn a_pause_belongs_to_the_day_on_which_it_was_asked_for() {
    let place = tempfile::tempdir().unwrap();
    let mut shift = Shift::at("2026-11-20T23:59:00Z");
    shift.after(59.9).asks("call-1", "pause");
    shift.after(0.3).proves("call-1", "pause", 400);
    shift.after(20.0).asks("call-1", "resume");
    shift.after(0.2).proves("call-1", "resume", 300);
    write(place.path(), &shift.entries);
    let on_day = |day| on(place.path(), date(2026, 11, day)).pauses;
    assert_eq!(on_day(21).len() + on_day(19).len(), 0);
    let pauses = on_day(20);
    assert_eq!(pauses.len(), 1);
    assert_eq!(pauses[0].outcome, PauseOutcome::Resumed);
    assert_eq!(pauses[0].length_ms, Some(20_300));
}

#[test]
fn a_pause_that_is_asked_for_again_in_doubt_is_one_pause() {
    let place = tempfile::tempdir().unwrap();
    let mut shift = Shift::at("2026-11-20T10:00:00Z");
    shift.asks("call-1", "pause");
    shift.after(0.3).proves("call-1", "pause", 400);
    shift.after(20.0).asks("call-1", "pause");
    shift.after(0.3).proves("call-1", "pause", 300);
    shift.after(10.0).asks("call-1", "resume");
    shift.after(0.2).proves("call-1", "resume", 200);
    write(place.path(), &shift.entries);
    let pauses = on(place.path(), date(2026, 11, 20)).pauses;
    assert_eq!(pauses.len(), 1, "{pauses:?}");
    assert_eq!(pauses[0].outcome, PauseOutcome::Resumed);
    assert_eq!(pauses[0].latency_ms, Some(400));
    assert_eq!(pauses[0].length_ms, Some(30_700));
}

#[test]
fn one_that_is_asked_for_again_in_doubt_and_fails_is_a_failure_beside_it() {
    let place = tempfile::tempdir().unwrap();
    let mut shift = Shift::at("2026-11-20T10:00:00Z");
    shift.asks("call-1", "pause");
    shift.after(0.3).proves("call-1", "pause", 400);
    shift.after(20.0).asks("call-1", "pause");
    shift.after(2.9).fails("call-1", "pause", "not-proven");
    shift.after(10.0).ends("call-1", true);
    write(place.path(), &shift.entries);
    let report = on(place.path(), date(2026, 11, 20));
    let outcomes: Vec<_> = report.pauses.iter().map(|pause| pause.outcome).collect();
    assert_eq!(outcomes, [PauseOutcome::LeftPaused, PauseOutcome::Failed]);
}

#[test]
fn a_resume_that_is_asked_for_again_does_not_lengthen_a_pause_that_nobody_can_prove() {
    let place = tempfile::tempdir().unwrap();
    let mut shift = Shift::at("2026-11-20T10:00:00Z");
    shift.asks("call-1", "pause");
    shift.after(9.9).asks("call-1", "resume");
    shift.after(5.0).asks("call-1", "resume");
    shift.after(5.0).ends("call-1", false);
    write(place.path(), &shift.entries);
    let pauses = on(place.path(), date(2026, 11, 20)).pauses;
    assert_eq!(pauses[0].length_ms, Some(10_000), "{pauses:?}");
}

#[test]
fn a_resume_that_is_taken_after_one_that_failed_ends_a_pause_that_nobody_can_prove() {
    let place = tempfile::tempdir().unwrap();
    let mut shift = Shift::at("2026-11-20T10:00:00Z");
    shift.asks("call-1", "pause");
    shift.after(9.9).fails("call-1", "resume", "not-done");
    shift.after(5.0).asks("call-1", "resume");
    shift.after(5.0).asks("call-1", "pause");
    shift.after(4.9).asks("call-1", "resume");
    write(place.path(), &shift.entries);
    let pauses = on(place.path(), date(2026, 11, 20)).pauses;
    let lengths: Vec<_> = pauses.iter().map(|pause| pause.length_ms).collect();
    assert_eq!(lengths, [Some(15_000), Some(5_000)], "{pauses:?}");
}

#[test]
fn a_report_of_a_log_that_was_changed_says_so() {
    let (place, report) = a_day();
    assert!(report.log.is_whole);
    let file = place.path().join("audit-2026-11-21.jsonl");
    let text = fs::read_to_string(&file).unwrap();
    let changed = text.replacen(r#""event":"failed""#, r#""event":"proven""#, 1);
    File::create(&file)
        .unwrap()
        .write_all(changed.as_bytes())
        .unwrap();
    let report = on(place.path(), date(2026, 11, 21));
    assert!(!report.log.is_whole);
    assert!(
        report
            .written(Format::Text)
            .contains("NOT AS IT WAS WRITTEN")
    );
}
