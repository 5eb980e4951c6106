//! What goes over the wire to a SignalR hub, and what becomes of what it says.

mod aspnet_core;
mod classic;
mod finding;
mod raw;

use std::time::Duration;

use futures_util::StreamExt;
use pause::Recorder;

use super::*;
use crate::{Events, VendorError, VendorEvent};
use raw::{After, RawHub, Says};

const CAPABILITIES: &str =
    r#"{"AgentCanEditRecordings":true,"ErrorMessage":null,"UCCName":"ucc-demo-name"}"#;

/// Long enough for whatever happens on this computer, and too short for any timer.
const A_MOMENT: Duration = Duration::from_millis(300);

/// A session at a hub that says these things, in this order.
async fn at_hub(more: &str, says: Vec<Says>) -> (RawHub, Box<dyn Control>) {
    let mut all = vec![Says::Reply(200, CAPABILITIES)];
    all.extend(says);
    let hub = RawHub::start(all).await;
    let session = signed_in("anywhere365", &settings(&hub.address, more)).await;
    (hub, session)
}

/// Far longer than anything takes that has to come.
const PATIENCE: Duration = Duration::from_secs(30);

/// The next thing that is told.
async fn told(events: &mut Events) -> Result<VendorEvent, VendorError> {
    let told = tokio::time::timeout(PATIENCE, events.next()).await;
    told.expect("something is told")
        .expect("it ends with an error and not with silence")
}

/// The next thing that is told, if there is one before long.
async fn soon(events: &mut Events) -> Option<Result<VendorEvent, VendorError>> {
    let told = tokio::time::timeout(A_MOMENT, events.next()).await;
    told.ok()
        .map(|told| told.expect("it ends with an error and not with silence"))
}

async fn error(events: &mut Events) -> Kind {
    let error = told(events).await.expect_err("it is an error");
    assert_eq!(error.operation, Operation::Events);
    assert_harmless(&error);
    // Nothing comes after it.
    assert!(events.next().await.is_none());
    error.kind
}

async fn refusal(session: &dyn Control) -> Kind {
    let error = session.listen().await.err().expect("the hub refuses");
    assert_eq!(error.operation, Operation::Events);
    assert_harmless(&error);
    error.kind
}

fn paused() -> VendorEvent {
    VendorEvent::Hint {
        call: call(),
        recorder: Recorder::Paused,
    }
}

async fn pass(seconds: u64) {
    tokio::time::pause();
    tokio::time::advance(Duration::from_secs(seconds)).await;
    tokio::time::resume();
}

fn says(kind: &Kind, word: &str) {
    assert!(
        matches!(kind, Kind::NotPermitted(what) if what.contains(word)),
        "{kind}"
    );
}
