//! What becomes of a pause at the end of the engine (A7).

use std::sync::Arc;

use pause::{ProofBy, Recorder, Wanted};
use tokio::time::timeout;

use super::super::scripted::{Script, Then};
use super::{MS, Rig, after};
use crate::driver::ENDED_WITHIN;
use crate::in_force::OnExitPaused;
use crate::view::{DisplayName, Request};

const RESUME: &str = "[enforced]\non_exit_paused = \"resume\"\n";
const LEAVE: &str = "[enforced]\non_exit_paused = \"leave\"\n";

async fn paused(policy: &str, script: &Arc<Script>) -> Rig {
    let rig = Rig::under(policy, script);
    rig.in_call().await;
    rig.pause();
    after(500).await;
    rig
}

/// Ends the engine, and says what the vendor was asked for.
async fn ended(mut rig: Rig, request: Request, script: &Script) -> Vec<Wanted> {
    rig.send(request);
    let in_time = timeout(ENDED_WITHIN, &mut rig.task).await;
    in_time.expect("it ends in time").unwrap();
    script.with(|script| script.commands.clone())
}

#[tokio::test(start_paused = true)]
async fn by_policy_it_is_resumed_and_the_end_waits_for_the_proof() {
    let script = Script::new(|script| script.on_command = Then::Obeys(700 * MS));
    let rig = Rig::under(RESUME, &script);
    rig.in_call().await;
    rig.pause();
    after(2_000).await;
    assert_eq!(rig.shows(), DisplayName::Paused);
    let mut changes = rig.handle.changes();
    let sent = ended(rig, Request::Quit, &script).await;
    assert_eq!(sent, [Wanted::Paused, Wanted::Recording]);
    assert_eq!(script.with(|script| script.recorder), Recorder::Recording);
    let mut newest = None;
    while let Ok(change) = changes.try_recv() {
        newest = Some(change.display);
    }
    assert_eq!(newest, Some(DisplayName::Recording), "proven");
    assert_eq!(script.with(|script| script.sign_outs), 1);
}

#[tokio::test(start_paused = true)]
async fn a_vendor_that_says_nothing_does_not_hold_the_end_up() {
    let script = Script::new(|_| ());
    let rig = paused(RESUME, &script).await;
    script.with(|script| script.on_command = Then::Hangs);
    let mut notices = rig.handle.notices();
    let began = tokio::time::Instant::now();
    let sent = ended(rig, Request::Quit, &script).await;
    assert!(sent.contains(&Wanted::Recording));
    assert!(began.elapsed() >= 3_000 * MS, "{:?}", began.elapsed());
    let mut titles = Vec::new();
    while let Ok(notice) = notices.try_recv() {
        titles.push(notice.title);
    }
    let left = "Fermata ends, and the recording may be left paused".to_owned();
    assert!(titles.contains(&left), "{titles:?}");
}

#[tokio::test(start_paused = true)]
async fn where_nobody_is_asked_it_is_left_paused() {
    for policy in ["", LEAVE] {
        let script = Script::new(|_| ());
        let rig = paused(policy, &script).await;
        assert_eq!(ended(rig, Request::Quit, &script).await, [Wanted::Paused]);
    }
}

#[tokio::test(start_paused = true)]
async fn the_agents_answer_counts_where_the_organization_leaves_it_to_them() {
    let both = [Wanted::Paused, Wanted::Recording];
    for (policy, answer, sent) in [
        ("", OnExitPaused::Resume, &both[..]),
        ("", OnExitPaused::Leave, &both[..1]),
        (LEAVE, OnExitPaused::Resume, &both[..1]),
        (RESUME, OnExitPaused::Leave, &both[..]),
    ] {
        let script = Script::new(|_| ());
        let rig = paused(policy, &script).await;
        let asked_for = ended(rig, Request::QuitWith(answer), &script).await;
        assert_eq!(asked_for, sent, "{policy:?} {answer:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn without_a_pause_nothing_is_sent_and_nothing_waited_for() {
    let script = Script::new(|_| ());
    let rig = Rig::under(RESUME, &script);
    rig.in_call().await;
    let began = tokio::time::Instant::now();
    assert_eq!(ended(rig, Request::Quit, &script).await, []);
    assert!(began.elapsed() < 100 * MS, "{:?}", began.elapsed());
}

#[tokio::test(start_paused = true)]
async fn whoever_asks_the_agent_is_told_whether_there_is_anything_to_ask() {
    for proof in [ProofBy::ReadBack, ProofBy::Nothing] {
        let script = Script::new(|script| script.proof = proof);
        let rig = Rig::new(&script);
        rig.in_call().await;
        let leaves_paused = rig.handle.leaves_paused();
        let now = || *leaves_paused.borrow();
        assert!(!now());
        rig.pause();
        after(500).await;
        assert!(now(), "{proof:?}");
        rig.resume();
        after(500).await;
        assert!(!now(), "{proof:?}");
    }
}
