//! The audit log, as an auditor looks at it: after the engine has ended, or while it runs.

mod signed;

use std::fs;

use serde_json::Value;
use simulators::{Options, Vendor};

use super::desk::{CANARY, Desk};

const LOG: &str = "data/fermata/audit";

/// The files of the log, the oldest first.
fn files(desk: &Desk) -> Vec<std::path::PathBuf> {
    let entries = fs::read_dir(desk.within(LOG)).expect("there is a log");
    let mut files: Vec<_> = entries
        .map(|entry| entry.expect("an entry").path())
        .collect();
    files.retain(|file| file.extension().is_some_and(|ending| ending == "jsonl"));
    files.sort();
    files
}

/// Each record, the oldest first.
fn records(desk: &Desk) -> Vec<Value> {
    let texts = files(desk).into_iter().map(fs::read_to_string);
    let texts: Vec<String> = texts.map(|text| text.expect("text")).collect();
    let lines = texts.iter().flat_map(|text| text.lines());
    lines
        .map(|line| serde_json::from_str(line).expect("JSON"))
        .collect()
}

/// A desk with a pause and a resume behind it, and its engine ended.
fn after_a_pause() -> (Desk, String) {
    let mut desk = Desk::running(Vendor::Anywhere365, Options::default());
    let call = desk.start_call();
    assert_eq!(desk.ctl(&["call", "start", &call]).code, 0);
    desk.shows("recording");
    assert_eq!(desk.ctl(&["pause"]).code, 0);
    assert_eq!(desk.ctl(&["resume"]).code, 0);
    assert_eq!(desk.ctl(&["call", "end", &call]).code, 0);
    desk.shows("no-call");
    desk.end_engine();
    (desk, call)
}

const ALL_DAYS: [&str; 4] = ["--from", "2020-01-01", "--to", "2100-01-01"];

#[test]
#[cfg_attr(
    not(target_os = "linux"),
    ignore = "elsewhere the folders are the user's own, and not the environment's to say"
)]
fn a_pause_is_on_record_and_is_verified_and_reported_without_a_running_engine() {
    // G1, G4
    let (desk, call) = after_a_pause();
    let records = records(&desk);
    let newest = records.last().expect("a record");
    assert_eq!(newest["event"], "stopped");
    let program = newest["program"].as_str().expect("text");
    assert!(program.starts_with("fermatactl "), "{program}");

    let verified = desk.ctl(&["audit", "verify"]);
    assert_eq!(verified.code, 0, "{verified:?}");
    let whole = format!("is as it was written: {} records in 1 file", records.len());
    assert!(verified.out.contains(&whole), "{verified:?}");
    assert!(
        verified.err.contains("no anchors were given"),
        "{verified:?}"
    );

    // What the engine told the system's log is in its own log, too.
    let logs = desk.within("data/fermata/logs");
    let mut logs: Vec<_> = fs::read_dir(logs)
        .expect("there are logs")
        .map(|entry| entry.expect("an entry").path())
        .collect();
    logs.sort();
    let log = logs.last().expect("a log").display().to_string();
    let agrees = desk.ctl(&["audit", "verify", "--anchors", &log]);
    assert!(agrees.out.contains("anchors that agree: 2;"), "{agrees:?}");

    let asked = [&["audit", "report", "--json"][..], &ALL_DAYS].concat();
    let reported = desk.ctl(&asked);
    assert_eq!(reported.code, 0, "{reported:?}");
    let report: Value = serde_json::from_str(&reported.out).expect("JSON");
    assert_eq!(report["pauses"].as_array().expect("a list").len(), 1);
    let pause = &report["pauses"][0];
    assert_eq!(pause["call"], call.as_str());
    assert_eq!(pause["outcome"], "resumed");
    assert_eq!(report["log"]["is_whole"], true);

    let asked = [&["audit", "report", "--csv"][..], &ALL_DAYS].concat();
    let csv = desk.ctl(&asked);
    assert_eq!(csv.out.lines().count(), 2, "{csv:?}");
    let asked = [&["audit", "report"][..], &ALL_DAYS].concat();
    let table = desk.ctl(&asked);
    assert!(table.out.contains("The log is whole"), "{table:?}");
    desk.files_hold_nothing_of(CANARY);
}

#[test]
#[cfg_attr(
    not(target_os = "linux"),
    ignore = "elsewhere the folders are the user's own, and not the environment's to say"
)]
fn a_log_that_was_changed_or_cut_off_ends_with_1_and_is_said_where() {
    // G1
    let (desk, _call) = after_a_pause();
    let records = records(&desk);
    let newest = records.last().expect("a record");
    let anchor = format!(
        "Nov 21 12:00:00 desk fermata[1]: record {}: {}\n",
        newest["sequence"],
        newest["hash"].as_str().expect("text")
    );
    let agrees = desk.ctl_with(&["audit", "verify", "--anchors", "-"], &anchor);
    assert_eq!(agrees.code, 0, "{agrees:?}");
    assert!(agrees.out.contains("anchors that agree: 1;"), "{agrees:?}");

    let file = files(&desk).remove(0);
    let name = file
        .file_name()
        .expect("a name")
        .to_string_lossy()
        .into_owned();
    let text = fs::read_to_string(&file).expect("text");
    let last_line = text.trim_end().rfind('\n').expect("several lines") + 1;
    let within = format!("{LOG}/{name}");

    desk.write(&within, &text[..last_line]);
    let anchors = desk.write("anchors.txt", &anchor);
    let cut = desk.ctl(&["audit", "verify", "--anchors", &anchors]);
    assert_eq!(cut.code, 1, "{cut:?}");
    assert!(cut.out.contains("cut off"), "{cut:?}");

    desk.write(&within, &text.replacen("\"paused\"", "\"Paused\"", 1));
    let changed = desk.ctl(&["audit", "verify"]);
    assert_eq!(changed.code, 1, "{changed:?}");
    let place = format!("{name}, line ");
    assert!(changed.out.starts_with(&place), "{changed:?}");
    let reported = desk.ctl(&[&["audit", "report"][..], &ALL_DAYS].concat());
    assert_eq!(reported.code, 1, "{reported:?}");
    assert!(
        reported.out.contains("NOT AS IT WAS WRITTEN"),
        "{reported:?}"
    );
}

#[test]
fn what_is_not_there_or_makes_no_sense_is_named() {
    let desk = Desk::new(Vendor::Xima, Options::default());
    let nowhere = desk.within("nowhere").display().to_string();
    let ran = desk.ctl(&["audit", "verify", "--directory", &nowhere]);
    assert_eq!(ran.code, 1, "{ran:?}");
    assert!(ran.err.contains(&nowhere), "{ran:?}");
    let empty = desk.write("anchors.txt", "-- No entries --\n");
    let ran = desk.ctl(&["audit", "verify", "--anchors", &empty]);
    assert_eq!(ran.code, 1, "{ran:?}");
    assert!(ran.err.contains("anchors.txt: no anchor"), "{ran:?}");
    let days = [
        "audit",
        "report",
        "--from",
        "2026-11-21",
        "--to",
        "2026-11-01",
    ];
    let ran = desk.ctl(&days);
    assert_eq!(ran.code, 1, "{ran:?}");
    assert!(ran.err.contains("earlier day first"), "{ran:?}");
    let ran = desk.ctl(&[
        "audit",
        "report",
        "--from",
        "yesterday",
        "--to",
        "2026-11-01",
    ]);
    assert_eq!(ran.code, 64, "{ran:?}");
}
