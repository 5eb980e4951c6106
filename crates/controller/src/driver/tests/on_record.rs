//! What happens is put on record, and nothing waits for that.

use std::fs::{self, File};
use std::path::PathBuf;
use std::sync::Arc;

use audit::report::{PauseOutcome, Report, report};
use jiff::civil::date;
use pause::ProofBy;
use serde_json::Value;
use tempfile::TempDir;
use vendors::Kind;

use super::super::scripted::{Script, Then};
use super::{MS, Rig, after, write};
use crate::view::{DeskEvent, DisplayName, Request};

/// A place whose rig puts things on record.
fn place() -> TempDir {
    let place = tempfile::tempdir().unwrap();
    fs::create_dir(place.path().join("audit")).unwrap();
    place
}

fn on_record(script: &Script) -> Rig {
    Rig::at(place(), script, Some("canary"), |_| ())
}

/// Ends a rig in order. Says where its log is; it goes with what is returned beside it.
async fn ended(rig: Rig) -> (PathBuf, TempDir) {
    rig.send(Request::Quit);
    rig.task.await.unwrap();
    (rig.place.path().join("audit"), rig.place)
}

/// Each record, the oldest first, of a log that is whole.
async fn records(rig: Rig) -> Vec<Value> {
    let (log, _place) = ended(rig).await;
    let found = audit::verify(&log, &[]).unwrap();
    assert!(found.is_whole(), "{:?}", found.findings);
    let text = fs::read_to_string(log.join("audit-2026-01-01.jsonl")).unwrap();
    let lines = text.lines();
    lines
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}

fn events(records: &[Value]) -> Vec<&str> {
    let events = records.iter().map(|record| record["event"].as_str());
    events.map(Option::unwrap).collect()
}

async fn reported(rig: Rig) -> Report {
    let (log, _place) = ended(rig).await;
    report(&log, date(2026, 1, 1), date(2026, 1, 1)).unwrap()
}

// G1
#[tokio::test(start_paused = true)]
async fn a_call_with_a_pause_is_on_record_from_start_to_stop() {
    let rig = on_record(&Script::new(|_| ()));
    rig.in_call().await;
    rig.pause();
    after(61_000).await;
    rig.resume();
    after(1_000).await;
    rig.send(Request::CallEnded(pause::CallId::new("call-1")));
    after(60_000).await;
    let records = records(rig).await;
    assert_eq!(
        events(&records),
        [
            "started",
            "signed-in",
            "call-started",
            "asked",
            "sent",
            "answered",
            "proven",
            "reminder",
            "asked",
            "sent",
            "answered",
            "proven",
            "call-ended",
            "stopped"
        ]
    );
    for record in &records {
        for key in ["user", "host", "program", "at", "offset", "outcome", "run"] {
            let said = record[key].as_str().unwrap_or_default();
            assert!(!said.is_empty(), "{key} of {record}");
        }
    }
    let sent = &records[4];
    assert_eq!(sent["vendor"], "scripted");
    assert_eq!(sent["call"], "call-1");
    assert_eq!(sent["request"], records[5]["request"]);
    assert_eq!(sent["details"]["wanted"], "pause");
    assert_eq!(records[6]["details"]["recorder"], "paused");
}

// G4
#[tokio::test(start_paused = true)]
async fn the_report_agrees_with_what_the_agent_was_shown() {
    let script = Script::new(|script| script.on_command = Then::Obeys(300 * MS));
    let rig = on_record(&script);
    rig.in_call().await;
    rig.pause();
    after(10_000).await;
    assert_eq!(rig.shows(), DisplayName::Paused);
    rig.resume();
    after(1_000).await;
    assert_eq!(rig.shows(), DisplayName::Recording);
    script.with(|script| script.on_command = Then::Pretends);
    rig.pause();
    after(5_000).await;
    assert_eq!(rig.shows(), DisplayName::Failed);
    let report = reported(rig).await;
    let outcomes: Vec<_> = report.pauses.iter().map(|pause| pause.outcome).collect();
    assert_eq!(outcomes, [PauseOutcome::Resumed, PauseOutcome::Failed]);
    let first = &report.pauses[0];
    assert_eq!(first.call.as_deref(), Some("call-1"));
    let latency = first.latency_ms.unwrap();
    assert!((300..1_000).contains(&latency), "{latency}");
    let length = first.length_ms.unwrap();
    assert!((9_000..11_000).contains(&length), "{length}");
    assert_eq!((report.totals.failed, report.totals.unproven), (1, 0));
    assert!(report.log.is_whole);
}

#[tokio::test(start_paused = true)]
async fn a_pause_that_cannot_be_proven_is_reported_so() {
    let rig = on_record(&Script::new(|script| script.proof = ProofBy::Nothing));
    rig.in_call().await;
    rig.pause();
    after(5_000).await;
    rig.resume();
    after(1_000).await;
    let report = reported(rig).await;
    assert_eq!(report.totals.unproven, 1, "{:?}", report.pauses);
    assert_eq!(report.pauses[0].proven, None);
}

// G1
#[tokio::test(start_paused = true)]
async fn sign_ins_and_what_the_organization_decides_are_on_record() {
    let script = Script::new(|script| script.on_sign_in = Then::Says(Kind::SignInRejected));
    let place = place();
    write(
        &place.path().join("policy.toml"),
        "[enforced]\nlog_days = 7\n",
    );
    let rig = Rig::at(place, &script, Some("canary"), |_| ());
    after(1_000).await;
    rig.decide("[enforced]\nlog_days = 9\nnonsense = 1\n");
    after(20_000).await;
    // What has been read comes from a thread of its own.
    for _ in 0..100 {
        after(1_000).await;
    }
    let records = records(rig).await;
    let texts: Vec<String> = records.iter().map(ToString::to_string).collect();
    let has = |event: &str, part: &str| {
        let all = records.iter().zip(&texts);
        let mut of_event = all.filter(|(record, _)| record["event"] == event);
        assert!(
            of_event.any(|(_, text)| text.contains(part)),
            "{event} with {part}: {texts:#?}"
        );
    };
    has("sign-in-failed", r#""outcome":"failure""#);
    has("policy-in-force", r#""value":"7""#);
    has("policy-changed", r#""value":"9""#);
    has("policy-rejected", "nonsense");
    assert!(texts.iter().all(|text| !text.contains("canary")), "E1");
}

// G3
#[tokio::test(start_paused = true)]
async fn a_log_that_cannot_be_written_is_a_problem_and_pauses_work_all_the_same() {
    let place = tempfile::tempdir().unwrap();
    // No directory, whoever runs this.
    File::create(place.path().join("audit")).unwrap();
    let rig = Rig::at(place, &Script::new(|_| ()), Some("canary"), |_| ());
    rig.in_call().await;
    rig.pause();
    let is_a_problem = |rig: &Rig| rig.problems().contains(&"audit-not-written".to_owned());
    rig.until(|rig| rig.shows() == DisplayName::Paused).await;
    rig.until(is_a_problem).await;
    let view: Arc<_> = rig.view();
    let problem = view
        .problems
        .iter()
        .find(|one| one.code == "audit-not-written");
    assert!(
        problem.unwrap().message.contains("make room"),
        "{problem:?}"
    );
    assert_eq!(rig.shows(), DisplayName::Paused);

    fs::remove_file(rig.place.path().join("audit")).unwrap();
    rig.until(|rig| !is_a_problem(rig)).await;
    let records = records(rig).await;
    assert_eq!(events(&records)[..2], ["started", "signed-in"]);
}

// B8, G1
#[tokio::test(start_paused = true)]
async fn what_befalls_the_computer_is_on_record() {
    let rig = on_record(&Script::new(|_| ()));
    rig.in_call().await;
    for event in [
        DeskEvent::FallsAsleep,
        DeskEvent::Wakes,
        DeskEvent::Locked,
        DeskEvent::ShutsDown,
    ] {
        rig.send(Request::Desk(event));
        after(100).await;
    }
    let records = records(rig).await;
    let changes = records.iter().filter(|one| one["event"] == "desk-changed");
    let changes: Vec<&Value> = changes.map(|one| &one["details"]["change"]).collect();
    assert_eq!(changes, ["falls-asleep", "wakes", "locked", "shuts-down"]);
}
