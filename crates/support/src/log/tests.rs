use std::fs;
use std::sync::mpsc;
use std::time::Duration;

use serde_json::Value;
use tempfile::TempDir;
use tracing::subscriber::with_default;
use tracing::{debug, error, info, warn};

use super::*;

const QUIET: Console = Console {
    variable: "FERMATA_NO_SUCH_VARIABLE",
    otherwise: "off",
};

const CANARY: &str = "kanarek7Zq";

/// All lines that are logged while this runs, each as JSON.
fn logged(logging: Logging, run: impl FnOnce(&Log)) -> Vec<Value> {
    let root = tempfile::tempdir().expect("a directory");
    let (subscriber, log) = Log::build(QUIET, SystemLog::open("tests"));
    log.write_to(root.path(), logging);
    with_default(subscriber, || run(&log));
    drop(log);
    lines(&root)
}

fn until(so: impl Fn() -> bool) {
    for _ in 0..200 {
        if so() {
            return;
        }
        std::thread::sleep(Duration::from_millis(50));
    }
    panic!("it never came about");
}

fn lines(root: &TempDir) -> Vec<Value> {
    let mut lines = Vec::new();
    for (path, _) in crate::log_files::newest_last(root.path()).expect("they can be listed") {
        let text = fs::read_to_string(path).expect("text");
        lines.extend(
            text.lines()
                .map(|line| serde_json::from_str::<Value>(line).expect("JSON")),
        );
    }
    lines
}

fn messages(lines: &[Value]) -> Vec<&str> {
    let message = |line| Value::as_str(&Value::get(line, "fields")?["message"]);
    lines.iter().filter_map(message).collect()
}

#[test]
fn a_line_says_when_how_bad_where_and_what() {
    // I3
    let lines = logged(Logging::default(), |_| {
        info!(id = 17, took = ?Duration::from_millis(3), "command sent");
    });
    assert_eq!(lines.len(), 1);
    assert_eq!(lines[0]["level"], "INFO");
    assert_eq!(lines[0]["target"], "support::log::tests");
    assert_eq!(lines[0]["fields"]["id"], 17);
    assert_eq!(lines[0]["fields"]["took"], "3ms");
    let time = lines[0]["time"].as_str().expect("text");
    assert!(time.parse::<jiff::Timestamp>().is_ok(), "{time}");
}

#[test]
fn secrets_and_card_numbers_do_not_reach_the_file_wherever_they_come_from() {
    // E2
    let lines = logged(Logging::default(), |_| {
        info!(url = format!("https://a.example/p?key={CANARY}"), "asked");
        info!(token = CANARY, call = 4_111_111_111_111_111_u64, "told");
        warn!("Authorization: Bearer {CANARY} for 5555 5555 5555 4444");
        let long = "x".repeat(8_190) + " 5555555555554444";
        error!(reply = long, "garbage");
    });
    assert_eq!(lines.len(), 4);
    let text = format!("{lines:?}");
    assert!(!text.contains(CANARY), "{text}");
    assert!(!text.contains("4111") && !text.contains("5555"), "{text}");
}

#[test]
fn the_level_says_what_is_logged_and_everything_is_for_a_time() {
    // I3
    let error_only = Logging {
        level: Level::Error,
        ..Logging::default()
    };
    let lines = logged(Logging::default(), |log| {
        debug!("one");
        info!("two");
        log.turn_to(Volume::Everything);
        debug!("three");
        debug!(target: "hyper_util::client", "four");
        log.turn_to(Volume::Usual);
        debug!("five");
        log.keep_to(error_only);
        warn!("six");
        info!(target: crate::ADMIN_TARGET, event_id = 101_u64, "seven");
        error!("eight");
    });
    assert_eq!(messages(&lines), ["two", "three", "seven", "eight"]);
}

#[test]
fn a_directory_that_cannot_be_written_is_told_once_and_again_when_it_can() {
    // I3: it neither ends the program nor blocks it.
    let root = tempfile::tempdir().expect("a directory");
    let logs = root.path().join("logs");
    fs::File::create(&logs).expect("a file in its place");
    let (subscriber, log) = Log::build(QUIET, SystemLog::open("tests"));
    log.write_to(&logs, Logging::default());
    let (tell, told) = mpsc::channel();
    let said = |told: &mpsc::Receiver<Option<String>>| {
        told.recv_timeout(Duration::from_secs(10))
            .expect("it is told")
    };
    with_default(subscriber, || {
        log.when_not_written(move |why| tell.send(why.map(str::to_owned)).expect("it is heard"));
        info!("one");
        info!("two");
        assert!(said(&told).is_some());
        fs::remove_file(&logs).expect("it is removed");
        info!("three");
        assert_eq!(said(&told), None);
    });
    drop(log);
    assert!(told.try_recv().is_err(), "each is told once");
}

#[test]
fn lines_that_come_too_fast_are_lost_and_the_log_says_how_many() {
    // I3: the disk is slow for as long as somebody else holds the files.
    let root = tempfile::tempdir().expect("a directory");
    let (subscriber, log) = Log::build(QUIET, SystemLog::open("tests"));
    log.write_to(root.path(), Logging::default());
    with_default(subscriber, || {
        let files = log.written.hold();
        for number in 0..LINES_IN_WAIT + 500 {
            info!(number, "line");
        }
        drop(files);
        until(|| lines(&root).len() >= LINES_IN_WAIT);
        info!("last");
        until(|| messages(&lines(&root)).contains(&"last"));
    });
    drop(log);
    let lines = lines(&root);
    let lost: u64 = lines
        .iter()
        .filter_map(|line| line["fields"]["lines"].as_u64())
        .sum();
    let kept = lines
        .iter()
        .filter(|line| line["fields"]["number"].is_u64())
        .count();
    assert!(lost >= 400, "{lost} lost");
    assert_eq!(kept as u64 + lost, LINES_IN_WAIT as u64 + 500);
}

#[test]
fn what_is_decided_holds_and_what_is_left_open_is_as_usual() {
    // I3
    let decided = |key: &str| match key {
        "log_level" => Some("debug"),
        "log_megabytes" => Some("5"),
        _ => None,
    };
    let expected = Logging {
        level: Level::Debug,
        days: 14,
        megabytes: 5,
    };
    assert_eq!(Logging::decided(decided), expected);
    assert_eq!(Logging::decided(|_| None), Logging::default());
    assert_eq!(Logging::decided(|_| Some("nonsense")), Logging::default());
}
