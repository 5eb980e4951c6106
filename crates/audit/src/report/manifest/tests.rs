use jiff::civil::date;

use super::super::{Log, Pause, PauseOutcome};
use super::*;

/// A report with one pause, of a log in which nothing is left to chance.
fn report() -> Report {
    let at = |time: &str| Some(format!("2026-11-21T{time}Z").parse().unwrap());
    let pause = Pause {
        user: "ann".to_owned(),
        host: "desk-17".to_owned(),
        vendor: Some("gws".to_owned()),
        agent: Some("extension 1684".to_owned()),
        call: Some("call-1".to_owned()),
        asked: at("08:00:00"),
        proven: at("08:00:00.4"),
        resume_asked: at("08:01:00"),
        resume_proven: at("08:01:00.3"),
        length_ms: Some(59_900),
        latency_ms: Some(400),
        outcome: PauseOutcome::Resumed,
        reason: None,
        reminders: 0,
        is_unproven: false,
        is_over_the_limit: false,
        call_ended_while_paused: false,
        began: at("08:00:00").unwrap(),
    };
    Report {
        from: date(2026, 11, 1),
        to: date(2026, 11, 30),
        totals: Totals::of(std::slice::from_ref(&pause)),
        pauses: vec![pause],
        log: Log {
            is_whole: true,
            records: 834,
            newest: 834,
            hash: Hash::of(b"newest"),
            oldest: Some(Anchored {
                sequence: 1,
                hash: Hash::of(b"oldest"),
            }),
        },
    }
}

fn by() -> Origin {
    Origin {
        user: "ann".to_owned(),
        host: "desk-17".to_owned(),
        program: "fermatactl 1.2.3".to_owned(),
    }
}

fn manifest_of(report: &Report, format: Format) -> (Manifest, String) {
    let made = "2026-12-01T07:30:00.1234567Z".parse().unwrap();
    let written = report.written(format);
    (Manifest::of(report, format, &written, &by(), made), written)
}

// G4
#[test]
fn a_manifest_says_what_the_report_is_and_what_it_was_made_from() {
    let (manifest, _) = manifest_of(&report(), Format::Csv);
    insta::assert_snapshot!(manifest.text());
}

#[test]
fn a_manifest_is_read_as_it_was_written_in_each_format_and_is_that_of_its_report() {
    for format in [Format::Text, Format::Csv, Format::Json] {
        let (manifest, written) = manifest_of(&report(), format);
        let read = Manifest::read(manifest.text().as_bytes()).unwrap();
        assert_eq!(read, manifest);
        read.check(written.as_bytes()).unwrap();
        assert!(written.ends_with('\n'), "{written:?}");
    }
}

#[test]
fn a_time_in_another_spelling_is_none_that_was_written() {
    let (manifest, _) = manifest_of(&report(), Format::Csv);
    let text = manifest.text();
    for other in [
        "2026-12-01T07:30:00.1234Z",
        "2026-12-01T07:30:00Z",
        "2026-12-01T08:30:00.123+01:00",
        "-000001-12-01T07:30:00.123Z",
        "yesterday",
    ] {
        let text = text.replace("2026-12-01T07:30:00.123Z", other);
        let refused = Manifest::read(text.as_bytes()).unwrap_err();
        let says = refused.to_string();
        assert!(says.contains("line 3"), "{other}: {says}");
    }
}

#[test]
fn a_report_of_a_log_that_does_not_verify_or_is_empty_is_said_to_be_one() {
    let mut broken = report();
    broken.log.is_whole = false;
    let (manifest, _) = manifest_of(&broken, Format::Json);
    assert!(manifest.text().contains("\"is_whole\": false"));
    let mut empty = report();
    empty.log = Log {
        is_whole: true,
        records: 0,
        newest: 0,
        hash: Hash::NONE,
        oldest: None,
    };
    let (manifest, _) = manifest_of(&empty, Format::Json);
    assert_eq!((manifest.log.first, manifest.log.newest), (None, None));
}

#[test]
fn a_report_that_was_changed_in_any_byte_or_cut_off_or_added_to_is_another_one() {
    let (manifest, written) = manifest_of(&report(), Format::Csv);
    for at in 0..written.len() {
        let mut changed = written.clone().into_bytes();
        changed[at] ^= 1;
        let refused = manifest.check(&changed[..]).unwrap_err();
        assert!(matches!(refused, ManifestError::Contents { .. }), "{at}");
        let cut = manifest.check(&written.as_bytes()[..at]).unwrap_err();
        assert!(matches!(cut, ManifestError::Length { .. }), "{at}");
    }
    let longer = format!("{written}\n");
    let refused = manifest.check(longer.as_bytes()).unwrap_err();
    assert!(matches!(refused, ManifestError::Length { .. }), "{refused}");
}

#[test]
fn what_is_no_manifest_or_one_of_a_later_version_is_refused_and_said_why() {
    let (manifest, _) = manifest_of(&report(), Format::Csv);
    let text = manifest.text();
    let refused = |text: &str| Manifest::read(text.as_bytes()).unwrap_err();
    assert!(matches!(refused("{}"), ManifestError::NotUnderstood { .. }));
    let cut = refused(&text[..text.len() / 2]);
    assert!(matches!(cut, ManifestError::NotUnderstood { .. }), "{cut}");
    let later = text.replace("manifest\": 1", "manifest\": 2");
    assert!(matches!(refused(&later), ManifestError::Version(2)));
    let escape = text.replace("desk-17", "desk-17\\u001b[2J");
    let escape = refused(&escape);
    assert!(matches!(escape, ManifestError::ControlCharacters));
    let long = text.clone() + &" ".repeat(LONGEST);
    assert!(matches!(refused(&long), ManifestError::TooLong));
    let more = text.replace("{\n  \"fermata", "{\n  \"more\": 1,\n  \"fermata");
    assert_ne!(more, text);
    assert_eq!(Manifest::read(more.as_bytes()).unwrap(), manifest);
}

// E2, G2
#[test]
fn a_card_number_in_a_name_is_masked() {
    let mut by = by();
    by.user = "4111111111111111".to_owned();
    let report = report();
    let manifest = Manifest::of(&report, Format::Csv, "", &by, Timestamp::UNIX_EPOCH);
    assert_eq!(manifest.user, "[card-number]");
}
