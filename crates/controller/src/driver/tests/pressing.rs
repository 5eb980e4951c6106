//! A press without a call that is known asks the vendor which there are.

use std::sync::Arc;

use pause::{CallId, ProofBy};
use vendors::{CallsBy, Kind};

use super::super::scripted::{Script, Then};
use super::{MS, Rig, after};
use crate::view::{DisplayName, Request};

fn asked() -> Arc<Script> {
    let every = 15_000 * MS;
    Script::new(|script| script.calls_by = CallsBy::Polling { every })
}

/// The agent is on a call since a moment ago, and nobody here knows.
async fn unnoticed(script: &Arc<Script>) -> Rig {
    let rig = Rig::new(script);
    after(100).await;
    assert_eq!(rig.shows(), DisplayName::NoCall);
    script.with(|script| script.calls = vec![CallId::new("call-1")]);
    rig
}

#[tokio::test(start_paused = true)]
async fn a_press_goes_to_a_call_that_nobody_knew_of() {
    let tells = Script::new(|script| script.calls_by = CallsBy::Event);
    for script in [asked(), tells] {
        let mut rig = unnoticed(&script).await;
        rig.changes();
        assert!(rig.view().can_pause);
        script.with(|script| script.on_calls = Then::Obeys(500 * MS));
        rig.send(Request::Toggle);
        after(100).await;
        assert_eq!(rig.shows(), DisplayName::Pausing, "within a moment");
        after(500).await;
        assert_eq!(rig.shows(), DisplayName::Paused);
        assert_eq!(
            rig.changes(),
            [
                (DisplayName::Pausing, "the agent pressed the key".into()),
                (DisplayName::Paused, "read back: paused".into()),
            ]
        );
    }
}

#[tokio::test(start_paused = true)]
async fn without_a_call_there_is_nothing_to_pause() {
    let script = asked();
    let mut rig = Rig::new(&script);
    after(100).await;
    rig.pause();
    after(50).await;
    assert_eq!(rig.notices(), ["Nothing to pause"]);
    assert_eq!(rig.shows(), DisplayName::NoCall);
}

#[tokio::test(start_paused = true)]
async fn a_vendor_that_does_not_say_leaves_an_alarm_and_no_silence() {
    for then in [Then::Says(Kind::Unreachable), Then::Hangs] {
        let script = asked();
        let mut rig = unnoticed(&script).await;
        script.with(|script| {
            script.on_calls = then;
            script.calls_asked = 0;
        });
        rig.pause();
        after(3_010).await;
        assert_eq!(rig.shows(), DisplayName::Failed);
        let view = rig.view();
        assert_eq!(view.headline, "STILL RECORDING");
        assert!(
            view.reason.contains("did not get through"),
            "{}",
            view.reason
        );
        assert!(view.can_acknowledge && view.can_pause);
        assert_eq!(rig.notices(), ["STILL RECORDING"]);
        assert_eq!(script.with(|script| script.calls_asked), 2, "once more");
        rig.send(Request::Acknowledge);
        after(5).await;
        assert_eq!(rig.shows(), DisplayName::NoCall);
    }
}

#[tokio::test(start_paused = true)]
async fn an_answer_that_was_asked_for_before_the_press_is_not_the_answer_to_it() {
    let script = asked();
    let mut rig = Rig::new(&script);
    after(100).await;
    script.with(|script| script.on_calls = Then::Obeys(300 * MS));
    after(14_910).await;
    // The vendor is being asked, and has looked already.
    script.with(|script| script.calls = vec![CallId::new("call-1")]);
    rig.pause();
    after(800).await;
    assert_eq!(rig.shows(), DisplayName::Paused);
    assert!(rig.notices().is_empty());
    assert_eq!(script.with(|script| script.most_calls_out), 1);
}

#[tokio::test(start_paused = true)]
async fn a_press_that_finds_the_session_over_is_not_lost() {
    let script = asked();
    let rig = unnoticed(&script).await;
    after(11_000).await;
    script.forgets_sessions();
    rig.pause();
    after(500).await;
    assert_eq!(rig.shows(), DisplayName::Paused);
    assert_eq!(script.with(|script| script.sign_ins), 2);
}

#[tokio::test(start_paused = true)]
async fn a_press_waits_for_no_wish_of_the_vendor() {
    let script = asked();
    let rig = unnoticed(&script).await;
    let retry_after = Some(60_000 * MS);
    script.with(|script| script.on_calls = Then::Says(Kind::Throttled { retry_after }));
    after(15_000).await;
    script.with(|script| script.on_calls = Then::Obeys(MS));
    rig.pause();
    after(20).await;
    assert_eq!(script.with(|script| script.commands.len()), 1);
}

#[tokio::test(start_paused = true)]
async fn a_press_after_an_outage_does_not_wait_until_the_calls_are_asked_for_again() {
    let script = Script::new(|script| {
        script.calls_by = CallsBy::Event;
        script.calls = vec![CallId::new("call-1")];
    });
    let rig = Rig::new(&script);
    after(100).await;
    let away = Then::Says(Kind::Unreachable);
    script.with(|script| (script.on_calls, script.on_listen) = (away.clone(), away.clone()));
    script.falls_silent();
    after(120_000).await;
    script.with(|script| script.on_calls = Then::Obeys(MS));
    rig.pause();
    after(600).await;
    assert_eq!(rig.shows(), DisplayName::Paused);
}

#[tokio::test(start_paused = true)]
async fn a_press_does_not_wait_as_long_as_a_vendor_wished_to_be_left_alone() {
    let script = asked();
    script.with(|script| {
        script.calls = vec![CallId::new("call-1")];
        script.proof = ProofBy::Reply;
    });
    let rig = Rig::new(&script);
    after(100).await;
    let retry_after = Some(600_000 * MS);
    script.with(|script| script.on_calls = Then::Says(Kind::Throttled { retry_after }));
    after(60_000).await;
    script.with(|script| {
        script.on_calls = Then::Obeys(MS);
        script.calls_asked = 0;
    });
    after(60_000).await;
    assert_eq!(
        script.with(|script| script.calls_asked),
        0,
        "it is left alone"
    );
    rig.pause();
    after(600).await;
    assert_eq!(rig.shows(), DisplayName::Paused);
}
