//! What Windows tells of the computer and the session (B8, A7). Wine sends what ends a session; the
//! rest is told by the probe, in the same messages.

use anyhow::{Result, ensure};
use controller::view::DisplayName;
use serde_json::Value;
use simulators::Truth;
use tests::rig::until;

use crate::desk::Desk;
use crate::wine::PATIENCE;

pub(crate) async fn sleep_and_lock_are_heard(desk: &Desk<'_>) {
    let wine = &desk.wine;
    let paused = wine.ctl(&["pause"]).await.unwrap();
    assert_eq!(paused.code, 0, "{paused:?}");
    wine.tell("suspend").await.unwrap();
    wine.wait_for_display(DisplayName::Unknown).await.unwrap();
    wine.tell("resume").await.unwrap();
    wine.wait_for_display(DisplayName::Paused).await.unwrap();
    wine.tell("lock").await.unwrap();
    wine.tell("unlock").await.unwrap();
    on_record(desk, &["falls-asleep", "wakes", "locked", "unlocked"]).await;
}

/// Nobody has decided it. Windows shows the agent who holds the shutdown up, and why; wine does
/// not, and the session goes on.
pub(crate) async fn a_shutdown_while_paused_is_for_the_agent_to_decide(
    desk: &Desk<'_>,
    call: &str,
) {
    let has_ended = desk.wine.log_off().await.unwrap();
    assert!(!has_ended, "the session waits for an answer");
    let status = desk.wine.status().await.unwrap();
    assert_eq!(status.display, DisplayName::Paused, "{status:?}");
    assert_eq!(desk.truth(call), Truth::Paused);
    let resumed = desk.wine.ctl(&["resume"]).await.unwrap();
    assert_eq!(resumed.code, 0, "{resumed:?}");
}

pub(crate) async fn a_shutdown_resumes_where_the_organization_says_so(desk: &Desk<'_>) {
    let policy = tempfile::NamedTempFile::new().unwrap();
    let decided = "[enforced]\non_exit_paused = \"resume\"\n";
    tokio::fs::write(&policy, decided).await.unwrap();
    let file = format!("Z:{}", policy.path().display());
    let app = desk.start(&["--policy", &file]).await;
    let call = desk.call_arrives().await;
    let paused = desk.wine.ctl(&["pause"]).await.unwrap();
    assert_eq!(paused.code, 0, "{paused:?}");
    assert!(desk.wine.log_off().await.unwrap());
    app.ended().await.unwrap();
    assert_eq!(desk.truth(&call), Truth::Recording);
    let told = ["falls-asleep", "wakes", "locked", "unlocked"];
    let ended = ["shuts-down", "shuts-down", "shuts-down", "resumed-at-end"];
    on_record(desk, &[&told[..], &ended[..]].concat()).await;
    let verified = desk.wine.ctl(&["audit", "verify"]).await.unwrap();
    assert_eq!(verified.code, 0, "{verified:?}");
}

/// Waits until this and no more has befallen the desk, the oldest first.
async fn on_record(desk: &Desk<'_>, wanted: &[&str]) {
    until("it to be on record", PATIENCE, async || {
        let records = records(desk)?;
        let befell = records
            .iter()
            .filter_map(|record| match record["event"].as_str()? {
                "desk-changed" => record["details"]["change"].as_str(),
                end @ ("resumed-at-end" | "left-paused-at-end") => Some(end),
                _ => None,
            });
        let befell: Vec<&str> = befell.collect();
        ensure!(befell == wanted, "on record is {befell:?}");
        Ok(Some(()))
    })
    .await
    .unwrap();
}

fn records(desk: &Desk<'_>) -> Result<Vec<Value>> {
    let folder = desk.wine.profile()?.join("Local/fermata/data/audit");
    let mut files = Vec::new();
    for file in std::fs::read_dir(folder)? {
        files.push(file?.path());
    }
    // They are named after their days.
    files.sort();
    let mut records = Vec::new();
    for file in files {
        if file.extension().is_some_and(|kind| kind == "jsonl") {
            for line in std::fs::read_to_string(file)?.lines() {
                records.push(serde_json::from_str(line)?);
            }
        }
    }
    Ok(records)
}
