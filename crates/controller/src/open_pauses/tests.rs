//! The note's file, and how long ago its pauses began.

use std::fs;
use std::time::Duration;

use jiff::Timestamp;

use super::note::{self, Note, Pause, Read};
use super::{Age, age};

const NOON: Timestamp = Timestamp::constant(1_800_000_000, 0);

fn secs(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

fn note() -> Note {
    Note {
        pauses: vec![Pause {
            account: "gws https://gws.example agent 4711".to_owned(),
            call: "007B02".to_owned(),
            since: NOON,
            up_ms: Some(5),
        }],
        unreadable: None,
    }
}

#[test]
fn what_is_written_is_read_and_nothing_to_say_leaves_no_file() {
    let place = tempfile::tempdir().unwrap();
    let file = place.path().join("data/open-pauses.json");
    assert_eq!(note::read(&file), Read::Nothing);
    note::write(&file, &Note::default()).unwrap();
    note::write(&file, &note()).unwrap();
    assert_eq!(note::read(&file), Read::Note(note()));
    note::write(&file, &Note::default()).unwrap();
    assert_eq!(note::read(&file), Read::Nothing);
    let left = fs::read_dir(file.parent().unwrap()).unwrap().count();
    assert_eq!(left, 0, "nothing is left behind");
}

#[test]
fn a_note_cut_short_anywhere_is_an_unreadable_one() {
    let place = tempfile::tempdir().unwrap();
    let file = place.path().join("open-pauses.json");
    note::write(&file, &note()).unwrap();
    let whole = fs::read(&file).unwrap();
    for length in 0..whole.len() {
        fs::File::options()
            .write(true)
            .open(&file)
            .unwrap()
            .set_len(length.try_into().unwrap())
            .unwrap();
        let read = note::read(&file);
        assert!(
            matches!(read, Read::Unreadable { since: Some(_) }),
            "{length} bytes: {read:?}"
        );
        note::write(&file, &note()).unwrap();
    }
}

#[test]
fn a_folder_in_its_place_is_an_unreadable_note() {
    let place = tempfile::tempdir().unwrap();
    assert!(matches!(note::read(place.path()), Read::Unreadable { .. }));
}

#[test]
fn how_long_ago_it_began_is_exact_where_both_clocks_agree_and_never_too_short() {
    let lasted = |seconds, is_about| Age {
        lasted: secs(seconds),
        is_about,
    };
    let later = |seconds: i64| NOON + jiff::SignedDuration::from_secs(seconds);
    for (now, then_up, up, expected, why) in [
        (
            later(90),
            Some(10),
            Some(100),
            lasted(90, false),
            "as usual",
        ),
        (
            later(90),
            Some(500),
            Some(30),
            lasted(90, false),
            "started anew",
        ),
        (later(90), None, None, lasted(90, false), "one clock only"),
        (
            later(3_690),
            Some(10),
            Some(100),
            lasted(3_690, true),
            "set forward",
        ),
        (
            later(-3_510),
            Some(10),
            Some(100),
            lasted(90, true),
            "set back",
        ),
        (
            later(30),
            Some(10),
            Some(100),
            lasted(90, true),
            "set back a little",
        ),
        (
            later(-10),
            Some(500),
            Some(30),
            lasted(0, true),
            "nobody knows",
        ),
    ] {
        let (then_up, up) = (then_up.map(secs), up.map(secs));
        assert_eq!(age(NOON, then_up, now, up), expected, "{why}");
    }
}
