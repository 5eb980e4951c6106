use std::fs::{self, File};
use std::io::Write as _;

use super::*;
use crate::sample::{Desk, keeping, write};
use crate::verify::{Note, What, verify};

fn events(directory: &std::path::Path) -> Vec<String> {
    let texts = files::files(directory).unwrap().into_iter();
    let texts = texts.map(|name| fs::read_to_string(name.within(directory)).unwrap());
    texts
        .flat_map(|text| text.lines().map(str::to_owned).collect::<Vec<_>>())
        .map(|line| match line::read(line.as_bytes()) {
            Some(sound) => sound.body.event,
            None => "?".to_owned(),
        })
        .collect()
}

const TODAY: &str = "audit-2026-11-21.jsonl";

#[test]
fn a_second_writer_is_refused_and_may_write_when_the_first_has_gone() {
    let place = tempfile::tempdir().unwrap();
    let first = Chain::open(keeping(place.path())).unwrap();
    let refused = Chain::open(keeping(place.path())).unwrap_err();
    assert!(matches!(refused, AuditError::AnotherWriter { .. }));
    assert!(refused.to_string().contains("end it"), "{refused}");
    drop(first);
    Chain::open(keeping(place.path())).unwrap();
}

#[cfg(unix)]
#[test]
fn nobody_else_can_read_what_is_on_record() {
    use std::os::unix::fs::PermissionsExt;
    let place = tempfile::tempdir().unwrap();
    let directory = place.path().join("audit");
    write(
        &directory,
        &[Desk::at("2026-11-21T08:00:00Z").says(Event::Started)],
    );
    let mode = |path: &std::path::Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(&directory), 0o700);
    assert_eq!(mode(&directory.join(TODAY)), 0o600);
}

/// Wherever a crash cuts the last line, what was before it stays, and the log goes on.
#[test]
fn a_line_that_was_cut_anywhere_is_set_apart_and_nothing_before_it_is_lost() {
    let desk = Desk::at("2026-11-21T08:00:00Z");
    let whole = tempfile::tempdir().unwrap();
    write(
        whole.path(),
        &[desk.says(Event::Started), desk.says(Event::SignedIn)],
    );
    let bytes = fs::read(whole.path().join(TODAY)).unwrap();
    let second_begins = bytes.iter().position(|byte| *byte == b'\n').unwrap() + 1;
    for end in second_begins..bytes.len() {
        let place = tempfile::tempdir().unwrap();
        fs::create_dir_all(place.path()).unwrap();
        let mut file = File::create(place.path().join(TODAY)).unwrap();
        file.write_all(&bytes[..end]).unwrap();
        write(place.path(), &[desk.says(Event::SessionOver)]);
        let found = verify(place.path(), &[]).unwrap();
        assert!(found.is_whole(), "cut at {end}: {:?}", found.findings);
        let events = events(place.path());
        let expected: &[&str] = match end {
            // Nothing had arrived, or all but the line's end.
            end if end == second_begins => &["started", "session-over"],
            end if end == bytes.len() - 1 => &["started", "signed-in", "session-over"],
            _ => &["started", "?", "torn-line", "session-over"],
        };
        assert_eq!(events, expected, "cut at {end}");
    }
}

#[test]
fn what_a_crash_left_is_set_apart_even_if_the_next_writer_crashes_over_it() {
    let place = tempfile::tempdir().unwrap();
    let desk = Desk::at("2026-11-21T08:00:00Z");
    write(place.path(), &[desk.says(Event::Started)]);
    let append = |bytes: &[u8]| {
        let file = place.path().join(TODAY);
        let mut file = File::options().append(true).open(file).unwrap();
        file.write_all(bytes).unwrap();
    };
    append(br#"{"sequence":2,"at"#);
    append(b"\n");
    append(b"{\"sequence\":2,\0\0\0\0");
    write(place.path(), &[desk.says(Event::Started)]);
    assert_eq!(
        events(place.path()),
        ["started", "?", "?", "torn-line", "started"]
    );
    let found = verify(place.path(), &[]).unwrap();
    assert!(found.is_whole(), "{:?}", found.findings);
    assert_eq!(found.notes.len(), 2);
    assert!(matches!(found.notes[0], Note::TornLine { line: 2, .. }));
}

#[test]
fn what_a_crash_left_at_the_end_of_a_day_is_set_apart_on_the_next() {
    for left in [&b""[..], b"{\"sequence\":2"] {
        let place = tempfile::tempdir().unwrap();
        let mut desk = Desk::at("2026-11-20T23:00:00Z");
        write(place.path(), &[desk.says(Event::Started)]);
        // The first record of a day, of which nothing or little has arrived.
        let mut file = File::create(place.path().join(TODAY)).unwrap();
        file.write_all(left).unwrap();
        write(
            place.path(),
            &[desk.after(2.0 * 86_400.0).says(Event::Started)],
        );
        let found = verify(place.path(), &[]).unwrap();
        assert!(found.is_whole(), "{:?}", found.findings);
        assert_eq!(found.notes.len(), usize::from(!left.is_empty()));
        assert_eq!(found.files, 3);
    }
}

#[test]
fn a_last_record_that_somebody_has_edited_is_never_taken_for_one_that_was_cut_short() {
    let place = tempfile::tempdir().unwrap();
    let desk = Desk::at("2026-11-21T08:00:00Z");
    write(
        place.path(),
        &[desk.says(Event::Started), desk.says(Event::Failed)],
    );
    let file = place.path().join(TODAY);
    let edited = fs::read_to_string(&file)
        .unwrap()
        .replace("\"failed\"", "\"proven\"");
    File::create(&file)
        .unwrap()
        .write_all(edited.as_bytes())
        .unwrap();
    write(place.path(), &[desk.says(Event::Started)]);
    assert_eq!(
        events(place.path()),
        ["started", "?", "broken-lines", "started"]
    );
    let found = verify(place.path(), &[]).unwrap();
    let what: Vec<_> = found.findings.iter().map(|one| one.what.clone()).collect();
    assert_eq!(what, [What::Changed]);
}

#[test]
fn a_clock_that_is_set_is_on_record_and_the_log_never_goes_back_to_an_earlier_file() {
    // G1
    let place = tempfile::tempdir().unwrap();
    let mut desk = Desk::at("2026-11-21T00:30:00Z");
    let mut chain = Chain::open(keeping(place.path())).unwrap();
    chain.append(&desk.says(Event::Started)).unwrap();
    chain
        .append(&desk.after(30.0).says(Event::SignedIn))
        .unwrap();
    chain
        .append(&desk.set_clock(-3_600).says(Event::SignedIn))
        .unwrap();
    chain
        .append(&desk.after(3_000.0).says(Event::SignedIn))
        .unwrap();
    chain
        .append(&desk.set_clock(1).says(Event::SignedIn))
        .unwrap();
    let files = files::files(place.path()).unwrap();
    assert_eq!(files.len(), 1);
    assert_eq!(
        events(place.path()),
        [
            "started",
            "signed-in",
            "clock-changed",
            "signed-in",
            "signed-in",
            "signed-in"
        ]
    );
    let text = fs::read_to_string(place.path().join(TODAY)).unwrap();
    assert!(text.contains(r#""details":{"by_ms":-3600000}"#), "{text}");
    assert!(verify(place.path(), &[]).unwrap().is_whole());
}

#[test]
fn the_number_and_the_chain_go_on_over_days_and_restarts() {
    let place = tempfile::tempdir().unwrap();
    let mut desk = Desk::at("2026-11-20T23:59:59Z");
    write(
        place.path(),
        &[
            desk.says(Event::Started),
            desk.after(2.0).says(Event::Stopped),
        ],
    );
    write(place.path(), &[desk.after(2.0).says(Event::Started)]);
    let found = verify(place.path(), &[]).unwrap();
    assert!(found.is_whole(), "{:?}", found.findings);
    assert_eq!((found.files, found.records), (2, 3));
}

// G3
#[test]
fn a_record_that_arrives_in_part_is_set_apart_and_written_anew_by_the_same_writer() {
    let place = tempfile::tempdir().unwrap();
    let desk = Desk::at("2026-11-21T08:00:00Z");
    let mut chain = Chain::open(keeping(place.path())).unwrap();
    chain.append(&desk.says(Event::Started)).unwrap();
    // A disk that is full has taken the beginning of a record, and then nothing.
    let path = place.path().join(TODAY);
    let mut file = File::options().append(true).open(&path).unwrap();
    file.write_all(br#"{"sequence":2,"at":"2026"#).unwrap();
    let (name, _) = chain.open.take().unwrap().unwrap();
    chain.open = Some(Some((name, File::open(&path).unwrap())));
    let failed = chain.append(&desk.says(Event::SignedIn)).unwrap_err();
    assert!(failed.to_string().contains(TODAY), "{failed}");
    chain.append(&desk.says(Event::SignedIn)).unwrap();
    assert_eq!(
        events(place.path()),
        ["started", "?", "torn-line", "signed-in"]
    );
    let found = verify(place.path(), &[]).unwrap();
    assert!(found.is_whole(), "{:?}", found.findings);
}

#[test]
fn a_record_that_has_arrived_although_writing_failed_is_not_written_twice() {
    let place = tempfile::tempdir().unwrap();
    let desk = Desk::at("2026-11-21T08:00:00Z");
    let mut chain = Chain::open(keeping(place.path())).unwrap();
    chain.append(&desk.says(Event::Started)).unwrap();
    // As when the disk has taken a record and could not say so.
    let signed_in = desk.says(Event::SignedIn);
    let (line, _) = line::write(&chain.writer.body(&signed_in, chain.next, chain.newest));
    let path = place.path().join(TODAY);
    let mut file = File::options().append(true).open(&path).unwrap();
    file.write_all(line.as_bytes()).unwrap();
    let (name, _) = chain.open.take().unwrap().unwrap();
    chain.open = Some(Some((name, File::open(&path).unwrap())));
    chain.append(&signed_in).unwrap_err();
    chain.append(&signed_in).unwrap();
    chain.append(&desk.says(Event::Stopped)).unwrap();
    assert_eq!(events(place.path()), ["started", "signed-in", "stopped"]);
    assert!(verify(place.path(), &[]).unwrap().is_whole());
}

#[test]
fn many_days_that_go_at_once_leave_a_log_that_can_be_verified_after_each() {
    let place = tempfile::tempdir().unwrap();
    let mut desk = Desk::at("2026-11-01T08:00:00Z");
    for _ in 0..5 {
        write(place.path(), &[desk.after(86_400.0).says(Event::Started)]);
    }
    let copies: Vec<_> = files::files(place.path())
        .unwrap()
        .into_iter()
        .map(|name| (name, fs::read(name.within(place.path())).unwrap()))
        .collect();
    let mut chain = Chain::open(Keeping {
        days: 1,
        ..keeping(place.path())
    })
    .unwrap();
    chain
        .append(&desk.after(86_400.0).says(Event::Started))
        .unwrap();
    assert_eq!(files::files(place.path()).unwrap().len(), 1);
    // As if the computer had crashed between two of them.
    for (name, bytes) in copies.iter().rev() {
        let found = verify(place.path(), &[]).unwrap();
        assert!(found.is_whole(), "without {name}: {:?}", found.findings);
        let mut file = File::create(name.within(place.path())).unwrap();
        file.write_all(bytes).unwrap();
    }
    assert!(verify(place.path(), &[]).unwrap().is_whole());
}
