use std::fs;
use std::path::Path;

use super::{enforced, only_rejected};
#[cfg(unix)]
use crate::sources::Source;
use crate::{Policy, Sources, Strength};

#[expect(
    clippy::disallowed_methods,
    reason = "a test writes what nobody else reads"
)]
fn write(file: &Path, text: impl AsRef<[u8]>) {
    fs::write(file, text).unwrap();
}

#[test]
fn each_value_is_named_by_its_line() {
    let policy = Policy::parse(
        "# ours\n[enforced]\nlog_days = 3\n\n[recommended]\nlog_days = 5\nlanguage = \"en\"\n",
    );
    let line = |key, strength| policy.place(key, strength).map(|place| place.0.as_str());
    assert_eq!(line("log_days", Strength::Enforced), Some("policy.toml:3"));
    assert_eq!(
        line("log_days", Strength::Recommended),
        Some("policy.toml:6")
    );
    assert_eq!(line("language", Strength::Enforced), None);
    assert_eq!(line("nothing", Strength::Enforced), None);
}

#[test]
fn a_bad_key_is_dropped_alone() {
    let policy = enforced("log_days = 3\nfreshness_ms = \"soon\"\nmay_quit = false");
    assert_eq!(policy.enforced.log_days, Some(3));
    assert_eq!(policy.enforced.may_quit, Some(false));
    assert_eq!(policy.enforced.freshness_ms, None);
    assert_eq!(
        only_rejected(&policy).to_string(),
        "policy.toml:3: freshness_ms: this is a text and not a number; \
         choose 2000 to 15000, as a whole number without quotes"
    );
}

#[test]
fn a_file_that_is_nested_too_deeply_is_refused_as_a_whole() {
    let policy = enforced(&format!("log_days = 3\n{}", "a.b.c = { ".repeat(1000)));
    assert_eq!(policy.enforced, Policy::default().enforced);
    assert!(policy.is_spoilt("log_days"));
    assert_eq!(
        only_rejected(&policy).to_string(),
        "policy.toml:3: this is nested deeper than a policy can be; \
         write each key on a line of its own; until then nothing of this file is taken"
    );
}

#[test]
fn a_file_that_is_not_there_is_no_problem() {
    let folder = tempfile::tempdir().unwrap();
    let policy = Policy::read(&Sources::only(&folder.path().join("policy.toml")), None);
    assert_eq!(policy.enforced, Policy::default().enforced);
    assert_eq!(policy.rejected, []);
    assert!(!policy.is_spoilt("log_days"));
}

#[test]
fn a_file_that_cannot_be_used_leaves_in_force_what_was_read_before() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("policy.toml");
    let sources = Sources::only(&file);
    write(
        &file,
        "[enforced]\nlog_days = 3\n[recommended]\nlog_level = \"debug\"\n",
    );
    let good = Policy::read(&sources, None);
    assert_eq!(good.rejected, []);

    let huge = "#".repeat(2 * 1024 * 1024);
    for broken in [
        "[enforced\n".as_bytes(),
        b"organization = \"\xff\"",
        huge.as_bytes(),
    ] {
        write(&file, broken);
        let at_first = Policy::read(&sources, None);
        assert_eq!(at_first.enforced, Policy::default().enforced);
        assert_eq!(only_rejected(&at_first).key, "");
        assert!(at_first.is_spoilt("log_days"));

        // However often it is read.
        let once = Policy::read(&sources, Some(&good));
        let twice = Policy::read(&sources, Some(&once));
        assert_eq!(twice.enforced, good.enforced);
        assert_eq!(twice.recommended, good.recommended);
        assert_eq!(only_rejected(&twice).key, "");
        assert!(twice.is_spoilt("log_days"));
    }
    fs::remove_file(&file).unwrap();
    let gone = Policy::read(&sources, Some(&good));
    assert_eq!(gone.enforced, Policy::default().enforced);
    assert_eq!(gone.rejected, []);
}

#[test]
fn an_enforced_value_that_is_spoilt_later_leaves_the_one_before_in_force() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("policy.toml");
    let sources = Sources::only(&file);
    write(
        &file,
        "[enforced]\nlongest_pause_seconds = 120\nlog_days = 3\n",
    );
    let good = Policy::read(&sources, None);

    for spoilt in ["longest_pause_seconds = 7200", "longest_pause_secnds = 60"] {
        write(&file, format!("[enforced]\n{spoilt}\n"));
        let read = Policy::read(&sources, Some(&good));
        assert_eq!(read.enforced.longest_pause_seconds, Some(120), "{spoilt}");
        assert_eq!(read.enforced.log_days, None);
        assert!(read.is_spoilt("longest_pause_seconds"));
    }
    write(&file, "[enforced]\nlongest_pause_seconds = 60\n");
    let mended = Policy::read(&sources, Some(&good));
    assert_eq!(mended.enforced.longest_pause_seconds, Some(60));
    assert!(!mended.is_spoilt("longest_pause_seconds"));
}

#[test]
fn a_file_may_begin_as_windows_editor_writes_it() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("policy.toml");
    write(&file, "\u{feff}[enforced]\r\nlog_days = 3\r\n");
    let policy = Policy::read(&Sources::only(&file), None);
    assert_eq!(policy.enforced.log_days, Some(3));
    let place = policy.place("log_days", Strength::Enforced).unwrap();
    assert_eq!(place.0, format!("{}:2", file.display()));
}

// F2
#[cfg(target_os = "linux")]
#[test]
fn this_computer_has_one_file_that_only_root_may_write() {
    let sources = Sources::of_this_computer();
    let file = Source::Guarded("/etc/fermata/policy.toml".into());
    assert_eq!(sources.strongest_first(), [file]);
}

#[cfg(unix)]
#[test]
fn a_file_that_users_could_write_is_refused_and_what_was_read_before_holds() {
    // Whoever runs this: everybody can write the folder for temporary files.
    let file = tempfile::NamedTempFile::new_in("/tmp").unwrap();
    write(file.path(), "[enforced]\nlog_days = 3\n");
    let anyones = Source::File(file.path().into()).read(None);
    assert_eq!(anyones.taken.len(), 1);

    let guarded = Source::Guarded(file.path().into());
    let refused = guarded.read(None);
    assert!(refused.taken.is_empty());
    assert!(
        refused.rejected[0]
            .wrong
            .contains("/tmp can be written by others than root")
    );
    assert!(refused.spoilt.contains("log_days"));
    assert_eq!(guarded.read(Some(&anyones)).taken, anyones.taken);
}
