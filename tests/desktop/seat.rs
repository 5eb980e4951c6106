//! What befalls the computer and the user's session while a recording is paused (B8, C4).

use std::time::Duration;

use controller::view::DisplayName;
use indicator::Face;
use serde_json::Value;
use simulators::{Truth, Vendor};
use tests::rig::{App, PATIENCE, Status, Watch, until};
use tokio::time::{Instant, sleep};

use crate::desk::Desk;

/// By when the vendor has been read once there is a network again. On a computer that has time it
/// is 2 s (B8; `driver/tests/desk.rs`); of a network that nobody tells of it would be ten.
const READ_WITHIN: Duration = Duration::from_secs(5);

/// How long a vendor is left alone at most during a call.
const READ_EVERY_IN_CALL: Duration = Duration::from_secs(12);

/// No read-back follows another so soon by itself.
const SOON: Duration = Duration::from_secs(1);

/// Waits until Fermata hears what the system tells.
pub(crate) async fn listens(app: &mut App) {
    app.says("the system tells of sleep").await.unwrap();
}

/// Watches what is shown from now on; now it is a pause.
async fn watch_pause(app: &App) -> Watch {
    let mut watch = app.ctl().watch().unwrap();
    let paused = |status: &Status| status.display == DisplayName::Paused;
    watch.read_until(PATIENCE, paused).await.unwrap();
    watch
}

/// Waits until a claim is taken down for this reason.
async fn becomes_unknown(watch: &mut Watch, cause: &str) {
    let so = |status: &Status| status.cause.as_deref() == Some(cause);
    let came = watch.read_until(PATIENCE, so).await.unwrap();
    let last = came.last().expect("it is the last of them");
    assert_eq!(last.display, DisplayName::Unknown, "{came:?}");
}

/// What is on record of the computer, the oldest first.
pub(crate) async fn on_record(desk: &Desk, wanted: &[&str]) {
    let folder = desk.desktop.folder().join("data/fermata/audit");
    until("it to be on record", PATIENCE, async || {
        let mut changes = Vec::new();
        for file in std::fs::read_dir(&folder)? {
            let file = file?.path();
            if file.extension().is_none_or(|kind| kind != "jsonl") {
                continue;
            }
            for line in std::fs::read_to_string(file)?.lines() {
                let record: Value = serde_json::from_str(line)?;
                if record["event"] == "desk-changed" {
                    changes.push(record["details"]["change"].to_string());
                }
            }
        }
        let wanted: Vec<String> = wanted.iter().map(|one| format!("{one:?}")).collect();
        anyhow::ensure!(changes == wanted, "on record is {changes:?}");
        Ok(Some(()))
    })
    .await
    .unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn sleep_a_lost_network_and_a_locked_screen_leave_no_claim_that_is_out_of_date() {
    let mut desk = Desk::new("seat", Vendor::Anywhere365).await;
    let mut app = desk.sign_in().await;
    listens(&mut app).await;
    let call = desk.call_arrives(&app).await;
    desk.press().await;
    desk.shows(&app, Face::Paused).await;
    let system = desk.desktop.system();

    // Nobody is there to unlock it: the session that follows a sleep needs no keyring.
    desk.desktop.lock_keyring().await.unwrap();
    let mut watch = watch_pause(&app).await;
    system.falls_asleep().await.unwrap();
    becomes_unknown(&mut watch, "the computer falls asleep").await;
    desk.shows(&app, Face::Unknown).await;
    desk.photograph("1-asleep").await;
    desk.simulator.site().someone_sets(&call, Truth::Recording);
    let told = Instant::now();
    system.wakes().await.unwrap();
    let read = |status: &Status| status.display == DisplayName::Recording;
    watch.read_until(PATIENCE, read).await.unwrap();
    let took = told.elapsed();
    assert!(took < READ_WITHIN, "it is read after {took:?}");

    desk.press().await;
    desk.shows(&app, Face::Paused).await;
    desk.simulator.stop();
    let mut watch = watch_pause(&app).await;
    desk.desktop.system().loses_network().await.unwrap();
    becomes_unknown(&mut watch, "the computer has no network").await;
    desk.simulator.restart().unwrap();
    let told = Instant::now();
    let system = desk.desktop.system();
    system.has_network().await.unwrap();
    let read = |status: &Status| status.display == DisplayName::Paused;
    watch.read_until(PATIENCE, read).await.unwrap();
    let took = told.elapsed();
    assert!(took < READ_WITHIN, "it is read after {took:?}");
    let shown = desk.shows(&app, Face::Paused).await;
    assert_eq!(desk.truth(&call), Truth::Paused);

    // What locks the screen leaves a window behind that lies over the indicator.
    system.locks_screen(true).await.unwrap();
    let mut so_far = vec![
        "falls-asleep",
        "wakes",
        "network-lost",
        "network-back",
        "locked",
    ];
    on_record(&desk, &so_far).await;
    desk.desktop.screen().cover(shown.window.area).unwrap();
    system.locks_screen(false).await.unwrap();
    desk.shows(&app, Face::Paused).await;
    desk.photograph("2-unlocked").await;

    desk.press_again().await;
    desk.becomes(&call, Truth::Recording).await;
    system.locks_screen(true).await.unwrap();
    let requests = || desk.simulator.site().requests().len();
    let before = requests();
    until("the vendor to be read", READ_EVERY_IN_CALL, async || {
        Ok((requests() > before).then_some(()))
    })
    .await
    .unwrap();
    // So soon it would not be read again.
    sleep(SOON).await;
    let before = requests();
    system.locks_screen(false).await.unwrap();
    until("the vendor to be read again", READ_WITHIN, async || {
        Ok((requests() > before).then_some(()))
    })
    .await
    .unwrap();
    let view = app.view().await.unwrap();
    assert!(view.problems.is_empty(), "{view:?}");
    so_far.extend(["unlocked", "locked", "unlocked"]);
    on_record(&desk, &so_far).await;
}
