//! Somebody sets the computer's clock while a recording is paused (G1).

use std::time::Duration;

use indicator::Face;
use serde_json::Value;
use simulators::{Truth, Vendor};
use tests::rig::{App, PATIENCE, Start, until};
use tokio::time::{Instant, sleep};

use crate::desk::Desk;
use crate::policy::under;

/// When the agent is reminded.
const REMINDERS: [Duration; 2] = [Duration::from_secs(10), Duration::from_secs(16)];

/// By how much anything may be later than that on a busy computer.
const LATE: Duration = Duration::from_secs(4);

/// How far off the seconds may be that a record says the clock was set by.
const MILLIS_OFF: i64 = 2_000;

const HOUR: i64 = 3_600;

/// Sets the clock of the programs that have been started with [`faked`]: so many seconds away
/// from that of this computer.
fn set(desk: &Desk, seconds: i64) {
    let folder = desk.desktop.folder();
    // Whole at once: it is read whenever somebody asks for the time.
    let mut written = tempfile::NamedTempFile::new_in(folder).unwrap();
    std::io::Write::write_all(&mut written, format!("{seconds:+}\n").as_bytes()).unwrap();
    written.persist(folder.join("clock")).unwrap();
}

/// Starts Fermata with a clock of its own. That which counts from the boot is this computer's.
fn faked(desk: &Desk, start: Start) -> Start {
    let file = desk.desktop.folder().join("clock").display().to_string();
    let environment = [
        ("LD_PRELOAD", "/usr/$LIB/faketime/libfaketimeMT.so.1"),
        ("FAKETIME_TIMESTAMP_FILE", &file),
        ("FAKETIME_NO_CACHE", "1"),
        ("FAKETIME_DONT_FAKE_MONOTONIC", "1"),
        ("DONT_FAKE_MONOTONIC", "1"),
    ];
    let environment = environment.map(|(name, value)| (name.to_owned(), value.to_owned()));
    Start {
        environment: environment.to_vec(),
        ..start
    }
}

/// The audit log's records, the oldest first.
fn records(desk: &Desk) -> Vec<Value> {
    let folder = desk.desktop.folder().join("data/fermata/audit");
    let mut lines = Vec::new();
    for file in std::fs::read_dir(folder).unwrap() {
        let file = file.unwrap().path();
        if file.extension().is_some_and(|kind| kind == "jsonl") {
            let text = std::fs::read_to_string(file).unwrap();
            lines.extend(text.lines().map(|line| serde_json::from_str(line).unwrap()));
        }
    }
    lines.sort_by_key(|record: &Value| record["sequence"].as_u64());
    lines
}

/// By how many seconds the clock is on record as set.
fn set_by(desk: &Desk) -> Vec<i64> {
    let records = records(desk);
    let changed = records.iter().filter(|it| it["event"] == "clock-changed");
    changed
        .map(|record| record["details"]["by_ms"].as_i64().unwrap())
        .collect()
}

fn reminders(desk: &Desk) -> usize {
    let all = desk.desktop.notifications().all();
    all.iter()
        .filter(|one| one.summary.contains("has been paused for"))
        .count()
}

/// The reminder of this number comes when it should, and none before it.
async fn is_reminded(desk: &Desk, app: &App, since: Instant, number: usize) {
    let at = REMINDERS[number];
    while since.elapsed() < at.saturating_sub(Duration::from_secs(2)) {
        assert_eq!(reminders(desk), number, "at {:?}", since.elapsed());
        let view = app.view().await.unwrap();
        let shown = Duration::from_millis(view.paused_for_ms.unwrap().into());
        let real = since.elapsed();
        assert!(
            shown < real + LATE && real < shown + LATE,
            "{shown:?} of {real:?}"
        );
        desk.shows(app, Face::Paused).await;
        sleep(Duration::from_millis(500)).await;
    }
    until("a reminder", PATIENCE, async || {
        Ok((reminders(desk) == number + 1).then_some(()))
    })
    .await
    .unwrap();
    let came = since.elapsed();
    assert!(
        at < came + LATE && came < at + LATE,
        "{came:?} and not {at:?}"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_clock_that_is_set_moves_neither_what_is_shown_nor_a_reminder_and_is_on_record() {
    let desk = Desk::new("clock", Vendor::Anywhere365).await;
    set(&desk, 0);
    let policy = format!(
        "[enforced]\nreminders_seconds = [{}, {}]\n",
        REMINDERS[0].as_secs(),
        REMINDERS[1].as_secs()
    );
    let app = desk.sign_in_with(faked(&desk, under(&desk, &policy))).await;
    let call = desk.call_arrives(&app).await;
    desk.press().await;
    desk.shows(&app, Face::Paused).await;
    let since = Instant::now();
    assert_eq!(set_by(&desk), [] as [i64; 0]);

    set(&desk, HOUR);
    is_reminded(&desk, &app, since, 0).await;
    desk.photograph("1-forward").await;
    set(&desk, -HOUR);
    is_reminded(&desk, &app, since, 1).await;
    desk.shows(&app, Face::Paused).await;
    desk.photograph("2-back").await;
    set(&desk, 0);
    desk.press_again().await;
    desk.becomes(&call, Truth::Recording).await;
    desk.shows_nothing().await;

    let wanted = [HOUR, -2 * HOUR, HOUR];
    until("the clock to be on record", PATIENCE, async || {
        Ok((set_by(&desk).len() >= wanted.len()).then_some(()))
    })
    .await
    .unwrap();
    let found = set_by(&desk);
    let is_right = |(found, wanted): (&i64, i64)| (found - wanted * 1_000).abs() < MILLIS_OFF;
    assert!(
        found.len() == wanted.len() && found.iter().zip(wanted).all(is_right),
        "{found:?}"
    );
    let verified = app.ctl().run(&["audit", "verify"]).await.unwrap();
    assert_eq!(verified.code, 0, "{verified:?}");
}
