//! The end of a longest pause: seen coming, put off by the agent, held off by a payment (A6).

use std::fs;

use pause::CallId;

use super::super::scripted::Script;
use super::{Rig, after, write};
use crate::view::{DisplayName, Request};

const POLICY: &str = "[enforced]\nlongest_pause_seconds = 60\nlongest_pause_extensions = 1\n";

/// Paused just now, under this policy, with a log.
async fn paused() -> Rig {
    let place = tempfile::tempdir().unwrap();
    fs::create_dir(place.path().join("audit")).unwrap();
    write(&place.path().join("policy.toml"), POLICY);
    let rig = Rig::at(place, &Script::new(|_| ()), Some("canary"), |_| ());
    rig.in_call().await;
    rig.pause();
    after(500).await;
    assert_eq!(rig.shows(), DisplayName::Paused);
    rig
}

/// As of the newest view, which may be a second old.
fn ends_in(rig: &Rig, seconds: u32) {
    let left = rig.view().resumes_in_ms.expect("there is a longest pause");
    let right = (seconds * 1000 - 1100..=seconds * 1000 + 1100).contains(&left);
    assert!(right, "it ends in {left} ms");
}

async fn is_on_record(rig: Rig, event: &str) -> bool {
    rig.send(Request::Quit);
    rig.task.await.unwrap();
    let log = rig.place.path().join("audit");
    assert!(audit::verify(&log, &[]).unwrap().is_whole());
    let text = fs::read_to_string(log.join("audit-2026-01-01.jsonl")).unwrap();
    text.contains(&format!("\"event\":\"{event}\""))
}

#[tokio::test(start_paused = true)]
async fn an_extension_is_shown_and_on_record_and_there_is_no_second_one() {
    let mut rig = paused().await;
    ends_in(&rig, 60);
    assert_eq!(rig.view().extensions_left, 1);
    rig.send(Request::Extend);
    after(5).await;
    ends_in(&rig, 120);
    assert_eq!(rig.view().extensions_left, 0);
    rig.send(Request::Extend);
    after(5).await;
    ends_in(&rig, 120);
    let told = rig.notices();
    assert!(told.contains(&"Nothing to extend".to_owned()), "{told:?}");
    after(118_000).await;
    assert_eq!(rig.shows(), DisplayName::Paused);
    after(5_000).await;
    assert_eq!(rig.shows(), DisplayName::Recording);
    assert!(is_on_record(rig, "extended").await);
}

#[tokio::test(start_paused = true)]
async fn nothing_resumes_while_a_payment_step_is_on_and_its_end_is_announced() {
    let rig = paused().await;
    rig.send(Request::PaymentStepBegins);
    after(300_000).await;
    assert_eq!(rig.shows(), DisplayName::Paused);
    assert!(rig.view().payment_step);
    rig.send(Request::PaymentStepEnds);
    after(5).await;
    assert!(!rig.view().payment_step);
    ends_in(&rig, 30);
    after(31_000).await;
    assert_eq!(rig.shows(), DisplayName::Recording);
    assert!(is_on_record(rig, "payment-step-ended").await);
}

#[tokio::test(start_paused = true)]
async fn a_payment_step_that_is_forgotten_comes_to_an_end_by_itself() {
    let rig = paused().await;
    rig.send(Request::PaymentStepBegins);
    after(599_000).await;
    assert_eq!(rig.shows(), DisplayName::Paused);
    after(5_000).await;
    assert_eq!(rig.shows(), DisplayName::Recording);
    assert!(!rig.view().payment_step);
    assert!(is_on_record(rig, "payment-step-forgotten").await);
}

#[tokio::test(start_paused = true)]
async fn a_payment_step_goes_with_its_call() {
    let rig = paused().await;
    rig.send(Request::PaymentStepBegins);
    rig.resume();
    after(500).await;
    rig.send(Request::CallEnded(CallId::new("call-1")));
    after(500).await;
    assert_eq!(rig.shows(), DisplayName::NoCall);
    assert!(!rig.view().payment_step);
}
