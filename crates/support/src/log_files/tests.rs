use jiff::civil::date;
use tempfile::TempDir;

use super::*;

const ROOM: Room = Room {
    days: 3,
    bytes: 1_000,
};

fn bench(room: Room) -> (TempDir, LogFiles) {
    let root = tempfile::tempdir().expect("a directory");
    let files = LogFiles::new(root.path().join("logs"), room);
    (root, files)
}

fn names(root: &TempDir) -> Vec<String> {
    let mut names: Vec<String> = fs::read_dir(root.path().join("logs"))
        .expect("it is there")
        .map(|entry| {
            entry
                .expect("an entry")
                .file_name()
                .into_string()
                .expect("text")
        })
        .collect();
    names.sort();
    names
}

fn text(root: &TempDir, name: &str) -> String {
    fs::read_to_string(root.path().join("logs").join(name)).expect("it is there")
}

fn november(day: i8) -> Date {
    date(2026, 11, day)
}

#[test]
fn each_day_has_a_file_and_a_restart_goes_on_with_it() {
    // I3
    let (root, mut files) = bench(ROOM);
    files.write(b"one\n", november(20)).expect("it is written");
    files.write(b"two\n", november(21)).expect("it is written");
    let mut again = LogFiles::new(root.path().join("logs"), ROOM);
    again
        .write(b"three\n", november(21))
        .expect("it is written");
    assert_eq!(
        names(&root),
        ["fermata-2026-11-20.jsonl", "fermata-2026-11-21.jsonl"]
    );
    assert_eq!(text(&root, "fermata-2026-11-21.jsonl"), "two\nthree\n");
}

#[test]
fn a_day_that_exceeds_its_share_gets_further_files_and_the_oldest_make_room() {
    // I3: one file may have 100 bytes, all together 1000.
    let (root, mut files) = bench(ROOM);
    for number in 0..200 {
        let line = format!("{number:039}\n");
        files
            .write(line.as_bytes(), november(21))
            .expect("it is written");
        let sizes = super::files(&root.path().join("logs")).expect("they can be listed");
        let sum: u64 = sizes.iter().map(|(_, size)| size).sum();
        assert!(sum <= ROOM.bytes, "{sum} bytes after line {number}");
        assert!(sizes.iter().all(|(_, size)| *size <= 100));
    }
    let kept = newest_last(&root.path().join("logs")).expect("they can be listed");
    assert!(
        kept.len() >= 9,
        "not more is thrown away than has to be: {kept:?}"
    );
    let (newest, _) = kept.last().expect("one");
    let newest = fs::read_to_string(newest).expect("text");
    assert!(newest.ends_with("199\n"), "{newest}");
}

#[test]
fn what_is_older_than_its_days_goes_and_other_files_stay() {
    // I3
    let (root, mut files) = bench(ROOM);
    for day in 17..=21 {
        files
            .write(b"line\n", november(day))
            .expect("it is written");
    }
    let other = root.path().join("logs").join("notes.txt");
    fs::File::create(other).expect("it is made");
    files.write(b"line\n", november(22)).expect("it is written");
    assert_eq!(
        names(&root),
        [
            "fermata-2026-11-20.jsonl",
            "fermata-2026-11-21.jsonl",
            "fermata-2026-11-22.jsonl",
            "notes.txt"
        ]
    );
}

#[test]
fn less_room_is_made_as_soon_as_less_is_allowed() {
    let (root, mut files) = bench(ROOM);
    for _ in 0..20 {
        files
            .write(&[b'x'; 50], november(21))
            .expect("it is written");
    }
    files.keep_to(Room {
        days: 3,
        bytes: 500,
    });
    files
        .write(&[b'x'; 50], november(21))
        .expect("it is written");
    let sizes = super::files(&root.path().join("logs")).expect("they can be listed");
    assert!(
        sizes.iter().map(|(_, size)| size).sum::<u64>() <= 500,
        "{sizes:?}"
    );
}

#[test]
fn two_processes_share_the_files_and_no_line_is_torn() {
    let (root, mut one) = bench(ROOM);
    let mut other = LogFiles::new(root.path().join("logs"), ROOM);
    for _ in 0..20 {
        one.write(b"one one one one one\n", november(21))
            .expect("it is written");
        other
            .write(b"two two two two two\n", november(21))
            .expect("it is written");
    }
    for name in names(&root) {
        let text = text(&root, &name);
        assert!(text.len() <= 100, "{name}");
        assert!(text.lines().all(|line| line.len() == 19), "{name}: {text}");
    }
}

#[cfg(unix)]
#[test]
fn nobody_else_can_read_them() {
    // I3
    use std::os::unix::fs::PermissionsExt;
    let (root, mut files) = bench(ROOM);
    files.write(b"line\n", november(21)).expect("it is written");
    let logs = root.path().join("logs");
    let mode = |path: &Path| {
        fs::metadata(path)
            .expect("it is there")
            .permissions()
            .mode()
            & 0o777
    };
    assert_eq!(mode(&logs), 0o700);
    assert_eq!(mode(&logs.join("fermata-2026-11-21.jsonl")), 0o600);
}

#[test]
fn a_directory_that_cannot_be_used_is_an_error_until_it_can() {
    // I3
    let (root, mut files) = bench(ROOM);
    let logs = root.path().join("logs");
    fs::File::create(&logs).expect("a file in its place");
    assert!(files.write(b"lost\n", november(21)).is_err());
    fs::remove_file(&logs).expect("it is removed");
    files.write(b"line\n", november(21)).expect("it is written");
    assert_eq!(text(&root, "fermata-2026-11-21.jsonl"), "line\n");
}

/// A device that is always full.
#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_is_an_error_and_what_comes_after_it_is_a_whole_line() {
    // I3
    let (root, mut files) = bench(ROOM);
    files.write(b"one\n", november(21)).expect("it is written");
    let logs = root.path().join("logs");
    let real = logs.join("fermata-2026-11-21.jsonl");
    fs::rename(&real, logs.join("aside")).expect("it is moved");
    std::os::unix::fs::symlink("/dev/full", &real).expect("a link");
    files.open = None;
    assert!(files.write(b"two\n", november(21)).is_err());
    fs::remove_file(&real).expect("it is removed");
    fs::rename(logs.join("aside"), &real).expect("it is back");
    files
        .write(b"three\n", november(21))
        .expect("it is written");
    assert_eq!(text(&root, "fermata-2026-11-21.jsonl"), "one\n\nthree\n");
}
