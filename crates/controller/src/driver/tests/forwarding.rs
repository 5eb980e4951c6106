//! G5: what is on record reaches the organization, and whoever asks for a pause never notices.

use std::fs;
use std::time::Duration;

use serde_json::Value;
use tempfile::TempDir;
use tokio::time::sleep;
use wiremock::matchers::any;
use wiremock::{Mock, MockServer, ResponseTemplate};

use super::super::scripted::Script;
use super::{Rig, after, write};
use crate::view::DisplayName;

/// A place where this has been decided, whose rig puts things on record.
fn place(policy: &str) -> TempDir {
    let place = tempfile::tempdir().unwrap();
    fs::create_dir(place.path().join("audit")).unwrap();
    write(&place.path().join("policy.toml"), policy);
    place
}

/// The events that have arrived, in their order.
async fn events(server: &MockServer) -> Vec<String> {
    let requests = server.received_requests().await.unwrap();
    let records = requests.iter().flat_map(|request| {
        let records: Vec<Value> = request.body_json().unwrap();
        records
    });
    records
        .map(|record| record["event"].as_str().unwrap().to_owned())
        .collect()
}

#[tokio::test]
async fn what_is_on_record_reaches_the_webhook_that_has_been_decided_on() {
    let server = MockServer::start().await;
    let well = Mock::given(any()).respond_with(ResponseTemplate::new(200));
    server.register(well).await;
    let policy = format!("[enforced]\nforward_webhook = \"{}/x\"\n", server.uri());
    let script = Script::new(|_| ());
    let rig = Rig::at(place(&policy), &script, Some("canary"), |_| ());
    rig.in_call().await;
    rig.pause();
    for _ in 0..600 {
        sleep(Duration::from_millis(50)).await;
        if events(&server).await.contains(&"proven".to_owned()) {
            break;
        }
    }
    let events = events(&server).await;
    assert_eq!(events[..2], ["started", "policy-in-force"], "{events:?}");
    assert!(events.ends_with(&["proven".to_owned()]), "{events:?}");
}

#[tokio::test(start_paused = true)]
async fn a_collector_that_takes_nothing_is_a_problem_that_blocks_nothing_until_it_is_not_wanted() {
    let script = Script::new(|_| ());
    // Nobody listens there.
    let policy = "[enforced]\nforward_webhook = \"http://127.0.0.1:1/?key=canary\"\n";
    let rig = Rig::at(place(policy), &script, Some("canary"), |_| ());
    rig.in_call().await;
    let code = "audit-not-forwarded".to_owned();
    for _ in 0..200 {
        after(60_000).await;
        if rig.problems().contains(&code) {
            break;
        }
    }
    let view = rig.view();
    let told = view.problems.iter().find(|one| one.code == code).unwrap();
    assert!(!told.blocks_pausing);
    assert!(
        told.message.contains("the webhook takes nothing"),
        "{told:?}"
    );
    assert!(!told.message.contains("canary"), "{told:?}");
    rig.pause();
    after(2_500).await;
    assert_eq!(rig.shows(), DisplayName::Paused);
    rig.decide("");
    after(60_000).await;
    assert!(!rig.problems().contains(&code));
}
