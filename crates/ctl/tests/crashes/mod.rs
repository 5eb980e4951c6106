//! An engine that is killed, and the next one (S9, B11, G1).

use std::fs;
use std::path::PathBuf;
use std::time::Duration;

use serde_json::Value;
use simulators::{Fault, Options, Truth, Vendor};

use super::desk::{CANARY, Desk};

const NOTE: &str = "data/fermata/open-pauses.json";
const LOG: &str = "data/fermata/audit";

/// The whole log, and the file that is being written to.
fn log(desk: &Desk) -> (Vec<u8>, PathBuf) {
    let entries = fs::read_dir(desk.within(LOG)).expect("there is a log");
    let mut files: Vec<_> = entries
        .map(|entry| entry.expect("an entry").path())
        .collect();
    files.retain(|file| file.extension().is_some_and(|ending| ending == "jsonl"));
    files.sort();
    let bytes = files.iter().map(|file| fs::read(file).expect("it is ours"));
    let bytes = bytes.collect::<Vec<_>>().concat();
    (bytes, files.pop().expect("a file"))
}

fn log_length(desk: &Desk) -> usize {
    let entries = fs::read_dir(desk.within(LOG)).expect("there is a log");
    let files = entries.map(|entry| entry.expect("an entry").path());
    let logs = files.filter(|file| file.extension().is_some_and(|ending| ending == "jsonl"));
    logs.map(|file| fs::read(file).expect("it is ours").len())
        .sum()
}

fn events(log: &[u8]) -> Vec<String> {
    let lines = log.split(|byte| *byte == b'\n');
    lines
        .filter_map(|line| serde_json::from_slice::<Value>(line).ok())
        .map(|record| record["event"].as_str().expect("text").to_owned())
        .collect()
}

/// What is wrong with the log, in words.
fn wrong_with_log(desk: &Desk) -> Vec<String> {
    let found = audit::verify(&desk.within(LOG), &[]).expect("a log");
    let findings = found.findings.iter();
    findings
        .map(|finding| format!("{:?}", finding.what))
        .collect()
}

fn problems(status: &Value) -> Vec<&str> {
    let problems = status["problems"].as_array().expect("a list").iter();
    problems
        .map(|problem| problem["code"].as_str().expect("text"))
        .collect()
}

#[test]
#[cfg_attr(
    not(target_os = "linux"),
    ignore = "elsewhere the folders are the user's own, and not the environment's to say"
)]
fn killed_while_paused_the_next_start_reads_the_vendor_before_it_claims_anything_and_tells() {
    let options = Options {
        secret: Some(CANARY.to_owned()),
        ..Options::default()
    };
    let mut desk = Desk::running(Vendor::Anywhere365, options);
    let call = desk.start_call();
    assert_eq!(desk.ctl(&["call", "start", &call]).code, 0);
    desk.shows("recording");
    assert_eq!(desk.ctl(&["pause"]).code, 0);
    // It is on its way: nobody waited for the disk.
    Desk::waits_for("the note", || desk.within(NOTE).exists());
    desk.kill_engine();
    let note = fs::read_to_string(desk.within(NOTE)).expect("a note");
    assert!(note.contains(&call), "{note}");
    assert_eq!(desk.site().truth(&call), Some(Truth::Paused));

    // Nobody can be read for now.
    desk.site().misbehave(Fault::status(503).on_reads());
    desk.start_engine_again();
    desk.answers("what was left", |status| {
        status["problems"].to_string().contains("pause-left-open")
    });
    for _ in 0..10 {
        let status = desk.status();
        assert_eq!(status["display"], "unknown", "{status}");
        std::thread::sleep(Duration::from_millis(50));
    }
    desk.site().behave();
    desk.shows("paused");
    let status = desk.status();
    assert_eq!(status["calls"][0]["id"], call.as_str());
    let told = status["problems"].to_string();
    let since = "A recording may have been left paused since ";
    assert!(told.contains(since), "{told}");
    assert!(
        !told.contains("since about"),
        "nobody set the clock: {told}"
    );

    assert_eq!(desk.ctl(&["resume"]).code, 0);
    assert_eq!(desk.site().truth(&call), Some(Truth::Recording));
    desk.answers("that it is settled", |status| problems(status).is_empty());
    desk.end_engine();
    assert!(!desk.within(NOTE).exists(), "nothing is left to be told");
    assert!(desk.engine_said().contains(since), "it is in the log, too");
    let found = events(&log(&desk).0);
    for event in ["paused-before-start", "left-pause-settled"] {
        let times = found.iter().filter(|found| *found == event).count();
        assert_eq!(times, 1, "{event} in {found:?}");
    }
    assert_eq!(wrong_with_log(&desk), [] as [&str; 0]);
    desk.files_hold_nothing_of(CANARY);
}

/// A desk whose call is paused, where the organization has decided this.
fn paused_under(policy: &str) -> (Desk, String) {
    let mut desk = Desk::new(Vendor::Anywhere365, Options::default());
    let policy = desk.write("policy.toml", policy);
    desk.start_engine_under(&policy);
    let call = desk.start_call();
    assert_eq!(desk.ctl(&["call", "start", &call]).code, 0);
    desk.shows("recording");
    assert_eq!(desk.ctl(&["pause"]).code, 0);
    (desk, call)
}

// A7
#[test]
#[cfg_attr(
    not(target_os = "linux"),
    ignore = "elsewhere a program is not told to end by a signal"
)]
fn told_to_end_while_paused_it_resumes_where_that_is_decided() {
    let (mut desk, call) = paused_under("[enforced]\non_exit_paused = \"resume\"\n");
    assert!(desk.end_engine().success());
    assert_eq!(desk.site().truth(&call), Some(Truth::Recording));
    assert!(!desk.within(NOTE).exists(), "proven, so nothing is noted");
    let found = events(&log(&desk).0);
    assert!(found.contains(&"resumed-at-end".to_owned()), "{found:?}");
    assert!(
        !found.contains(&"left-paused-at-end".to_owned()),
        "{found:?}"
    );
    assert_eq!(found.last().map(String::as_str), Some("stopped"));
}

// A7
#[test]
#[cfg_attr(
    not(target_os = "linux"),
    ignore = "elsewhere a program is not told to end by a signal"
)]
fn logged_off_while_paused_it_is_left_so_on_record_and_told_at_the_next_start() {
    let (mut desk, call) = paused_under("");
    assert!(desk.end_engine_by("HUP").success());
    assert_eq!(desk.site().truth(&call), Some(Truth::Paused));
    let found = events(&log(&desk).0);
    assert!(
        found.contains(&"left-paused-at-end".to_owned()),
        "{found:?}"
    );
    assert_eq!(found.last().map(String::as_str), Some("stopped"));
    desk.start_engine_again();
    desk.answers("what was left", |status| {
        status["problems"].to_string().contains("pause-left-open")
    });
    desk.shows("paused");
    assert_eq!(desk.ctl(&["acknowledge"]).code, 0);
    desk.answers("that it is seen", |status| problems(status).is_empty());
}

/// Whole milliseconds that nobody would have chosen.
fn moment(round: u64) -> Duration {
    Duration::from_millis(round * 7_919 % 251)
}

#[test]
#[cfg_attr(
    not(target_os = "linux"),
    ignore = "elsewhere the folders are the user's own, and not the environment's to say"
)]
fn killed_at_any_moment_the_log_keeps_all_that_was_in_it_and_the_note_is_whole() {
    let mut desk = Desk::new(Vendor::Anywhere365, Options::default());
    let call = desk.start_call();
    let mut before = Vec::new();
    let mut is_cut = false;
    for round in 1..=25 {
        desk.start_engine_again();
        let mut pressing = Vec::new();
        for _ in 0..round % 7 {
            pressing.push(desk.ctl_meanwhile(&["call", "start", &call]));
            pressing.push(desk.ctl_meanwhile(&["toggle"]));
            std::thread::sleep(Duration::from_millis(80));
        }
        std::thread::sleep(moment(round));
        if round % 5 == 0 {
            // However slow this computer is, each fifth gets as far as that.
            let length = before.len();
            Desk::waits_for("a record", || {
                desk.within(LOG).exists() && log_length(&desk) > length
            });
        }
        desk.kill_engine();
        for mut press in pressing {
            // It may have been too early or too late.
            press.wait().expect("it ends");
        }
        // Half a note would be one that says nothing.
        if let Ok(note) = fs::read(desk.within(NOTE)) {
            let note: Value = serde_json::from_slice(&note).expect("a whole note");
            assert_eq!(note["pauses"][0]["call"], call.as_str(), "round {round}");
        }
        if !desk.within(LOG).exists() {
            continue;
        }
        let (after, file) = log(&desk);
        let wrong = wrong_with_log(&desk);
        // Killed between a line's end and the record about it, the next start says it.
        let is_a_crash = |what: &String| what == "NotEnded" || (is_cut && what == "Changed");
        assert!(wrong.iter().all(is_a_crash), "round {round}: {wrong:?}");
        is_cut &= !wrong.is_empty();
        assert!(after.starts_with(&before), "round {round}: {before:?}");
        before = after;
        // As if the power had failed, too: the last line is not whole.
        if round % 5 == 0 && !is_cut && before.ends_with(b"\n") {
            before.truncate(before.len() - 20);
            let file = fs::File::options().write(true).open(file);
            let file = file.expect("it is ours");
            let shorter = file.metadata().expect("it is there").len() - 20;
            file.set_len(shorter).expect("it can be cut");
            is_cut = true;
        }
    }
    desk.start_engine_again();
    desk.answers("a claim", |status| status["display"] != "unknown");
    assert_eq!(desk.ctl(&["call", "start", &call]).code, 0);
    assert_eq!(desk.ctl(&["resume"]).code, 0);
    assert_eq!(desk.ctl(&["pause"]).code, 0);
    desk.end_engine();
    let (after, _) = log(&desk);
    assert!(after.starts_with(&before));
    assert_eq!(wrong_with_log(&desk), [] as [&str; 0]);
    assert!(events(&after).contains(&"torn-line".to_owned()));
}
