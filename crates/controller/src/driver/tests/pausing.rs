use pause::{CallId, ProofBy, Recorder, Wanted};
use vendors::{CallsBy, Kind, Operation, PauseScope, VendorEvent};

use super::super::scripted::{Script, Then};
use super::{MS, Rig, after};
use crate::view::{DisplayName, Request};

fn without_proof() -> std::sync::Arc<Script> {
    Script::new(|script| {
        script.proof = ProofBy::Nothing;
        script.pauses = PauseScope::Agent;
    })
}

#[tokio::test(start_paused = true)]
async fn a_pause_is_shown_once_it_is_proven() {
    let script = Script::new(|script| script.on_command = Then::Obeys(200 * MS));
    let mut rig = Rig::new(&script);
    rig.in_call().await;
    assert_eq!(rig.shows(), DisplayName::Recording);
    rig.changes();
    rig.pause();
    after(100).await;
    assert_eq!(rig.shows(), DisplayName::Pausing);
    after(200).await;
    assert_eq!(rig.shows(), DisplayName::Paused);
    assert_eq!(rig.view().headline, "RECORDING PAUSED");
    assert_eq!(rig.view().evidence.as_ref().unwrap().kind, "read-back");
    rig.resume();
    after(300).await;
    assert_eq!(
        rig.changes(),
        [
            (DisplayName::Pausing, "the agent asked for a pause".into()),
            (DisplayName::Paused, "read back: paused".into()),
            (DisplayName::Resuming, "the agent asked for a resume".into()),
            (DisplayName::Recording, "read back: recording".into()),
        ]
    );
}

#[tokio::test(start_paused = true)]
async fn a_reply_that_states_the_recorder_proves_by_itself() {
    let script = Script::new(|script| {
        script.proof = ProofBy::Reply;
        script.on_read = Then::Hangs;
    });
    let rig = Rig::new(&script);
    rig.in_call().await;
    rig.pause();
    after(5).await;
    assert_eq!(rig.shows(), DisplayName::Paused);
    assert_eq!(rig.view().evidence.as_ref().unwrap().kind, "reply");
}

#[tokio::test(start_paused = true)]
async fn an_accepted_pause_is_not_a_pause() {
    let script = Script::new(|script| script.on_command = Then::Pretends);
    let mut rig = Rig::new(&script);
    rig.in_call().await;
    rig.pause();
    after(2_900).await;
    assert_eq!(rig.shows(), DisplayName::Pausing);
    after(200).await;
    assert_eq!(rig.shows(), DisplayName::Failed);
    assert_eq!(rig.view().headline, "STILL RECORDING");
    assert!(rig.view().reason.contains("Do not take card details"));
    assert!(rig.view().can_acknowledge);
    assert_eq!(rig.notices(), ["STILL RECORDING"]);
    rig.send(Request::Acknowledge);
    after(5).await;
    assert_eq!(rig.shows(), DisplayName::Recording);
}

#[tokio::test(start_paused = true)]
async fn a_vendor_that_swallows_everything_fails_the_pause_in_time() {
    let script = Script::new(|script| script.on_command = Then::Hangs);
    let mut rig = Rig::new(&script);
    rig.in_call().await;
    script.with(|script| script.on_read = Then::Hangs);
    rig.changes();
    rig.pause();
    after(3_005).await;
    assert_eq!(rig.shows(), DisplayName::Failed);
    assert_eq!(
        rig.changes(),
        [
            (DisplayName::Pausing, "the agent asked for a pause".into()),
            (DisplayName::Failed, "no pause within 3 s".into()),
        ]
    );
    assert_eq!(
        script.with(|script| script.commands.clone()),
        [Wanted::Paused, Wanted::Paused],
    );
}

#[tokio::test(start_paused = true)]
async fn a_pause_whose_answer_comes_too_late_is_proven_by_the_read_back() {
    let script = Script::new(|script| script.on_command = Then::Obeys(2_000 * MS));
    let mut rig = Rig::new(&script);
    rig.in_call().await;
    rig.changes();
    rig.pause();
    after(1_390).await;
    assert_eq!(rig.shows(), DisplayName::Pausing);
    after(20).await;
    assert_eq!(rig.shows(), DisplayName::Paused);
    after(1_000).await;
    assert_eq!(
        rig.changes(),
        [
            (DisplayName::Pausing, "the agent asked for a pause".into()),
            (DisplayName::Paused, "read back: paused".into()),
        ]
    );
    assert_eq!(script.with(|script| script.commands.len()), 1);
}

#[tokio::test(start_paused = true)]
async fn two_presses_in_a_moment_are_one_request() {
    let script = Script::new(|_| ());
    let rig = Rig::new(&script);
    rig.in_call().await;
    rig.send(Request::Toggle);
    after(100).await;
    rig.send(Request::Toggle);
    after(500).await;
    assert_eq!(rig.shows(), DisplayName::Paused);
    assert_eq!(
        script.with(|script| script.commands.clone()),
        [Wanted::Paused]
    );
    rig.send(Request::Toggle);
    after(500).await;
    assert_eq!(rig.shows(), DisplayName::Recording);
}

#[tokio::test(start_paused = true)]
async fn a_lost_link_takes_the_claim_down_at_once_and_proof_puts_it_up_again() {
    let script = Script::new(|_| ());
    let mut rig = Rig::new(&script);
    rig.in_call().await;
    rig.pause();
    after(20_000).await;
    assert_eq!(rig.shows(), DisplayName::Paused);
    rig.changes();
    script.with(|script| script.on_sign_in = Then::Says(Kind::Unreachable));
    script.says(Err(Kind::SessionEnded));
    after(1).await;
    assert_eq!(rig.shows(), DisplayName::Unknown);
    after(5_000).await;
    assert_eq!(rig.notices(), ["No session at Scripted"]);
    script.with(|script| script.on_sign_in = Then::Obeys(MS));
    after(91_000).await;
    assert_eq!(rig.shows(), DisplayName::Paused);
    assert_eq!(
        rig.changes(),
        [
            (DisplayName::Unknown, "the link was lost".into()),
            (DisplayName::Paused, "read back: paused".into()),
        ]
    );
    assert!(rig.notices().contains(&"Scripted is back".to_owned()));
}

#[tokio::test(start_paused = true)]
async fn a_hint_takes_the_claim_down_and_the_read_back_says_what_is_so() {
    let script = Script::new(|_| ());
    let mut rig = Rig::new(&script);
    rig.in_call().await;
    rig.pause();
    after(1_000).await;
    rig.changes();
    script.with(|script| script.recorder = Recorder::Recording);
    script.says(Ok(VendorEvent::Hint {
        call: CallId::new("call-1"),
        recorder: Recorder::Recording,
    }));
    after(300).await;
    assert_eq!(
        rig.changes(),
        [
            (
                DisplayName::Unknown,
                "the vendor says unasked: recording".into()
            ),
            (DisplayName::Recording, "read back: recording".into()),
        ]
    );
    assert_eq!(rig.notices(), ["The recording goes on"]);
}

#[tokio::test(start_paused = true)]
async fn a_press_without_a_call_implies_one_where_a_pause_acts_on_the_agent() {
    let script = without_proof();
    let mut rig = Rig::new(&script);
    after(5).await;
    assert_eq!(rig.shows(), DisplayName::NoCall);
    assert!(rig.view().can_pause);
    rig.changes();
    rig.send(Request::Toggle);
    after(5).await;
    let agent = format!("extension {}", script.number);
    assert_eq!(rig.view().calls[0].id, agent);
    assert_eq!(rig.shows(), DisplayName::PauseSent);
    assert_eq!(rig.view().headline, "PAUSE SENT, NOT CONFIRMED BY SCRIPTED");
    after(1_000).await;
    rig.send(Request::Toggle);
    after(9_000).await;
    assert_eq!(rig.shows(), DisplayName::Unknown);
    after(1_100).await;
    assert_eq!(
        rig.changes(),
        [
            (DisplayName::Pausing, "the agent pressed the key".into()),
            (
                DisplayName::PauseSent,
                "the vendor accepted the pause".into()
            ),
            (DisplayName::Resuming, "the agent pressed the key".into()),
            (
                DisplayName::Unknown,
                "the vendor accepted the resume".into()
            ),
            (DisplayName::NoCall, "time has passed".into()),
        ]
    );
    assert_eq!(script.with(|script| script.reads), 0);
}

#[tokio::test(start_paused = true)]
async fn the_next_call_of_an_agent_inherits_nothing() {
    let script = without_proof();
    let mut rig = Rig::new(&script);
    rig.in_call().await;
    rig.pause();
    after(500).await;
    assert_eq!(rig.shows(), DisplayName::PauseSent);
    rig.send(Request::CallStarted(CallId::new("call-2")));
    after(5).await;
    assert_eq!(rig.shows(), DisplayName::Unknown);
    assert_eq!(rig.view().calls.len(), 1);
    assert_eq!(
        rig.notices(),
        ["The call ended and may have been left paused"]
    );
}

#[tokio::test(start_paused = true)]
async fn a_press_with_nothing_to_pause_is_answered_all_the_same() {
    let script = Script::new(|_| ());
    let mut rig = Rig::new(&script);
    after(5).await;
    rig.send(Request::Toggle);
    after(5).await;
    assert_eq!(rig.notices(), ["Nothing to pause"]);
    assert!(!rig.view().can_pause);
    assert_eq!(script.with(|script| script.commands.len()), 0);
}

#[tokio::test(start_paused = true)]
async fn a_vendor_that_asks_for_fewer_requests_is_left_alone_and_its_proof_goes_stale() {
    let script = Script::new(|_| ());
    let rig = Rig::new(&script);
    rig.in_call().await;
    rig.pause();
    after(1_000).await;
    let retry_after = Some(10_000 * MS);
    script.with(|script| {
        script.on_read = Then::Says(Kind::Throttled { retry_after });
        script.reads = 0;
    });
    after(8_000).await;
    assert_eq!(script.with(|script| script.reads), 1);
    assert_eq!(rig.shows(), DisplayName::Unknown);
    assert_eq!(rig.problems(), ["throttled"]);
    script.with(|script| script.on_read = Then::Obeys(MS));
    after(6_000).await;
    assert_eq!(rig.shows(), DisplayName::Paused);
    assert!(rig.problems().is_empty());
}

#[tokio::test(start_paused = true)]
async fn a_vendor_that_is_asked_for_its_calls_is_asked_again_and_again() {
    let every = 15_000 * MS;
    let script = Script::new(|script| script.calls_by = CallsBy::Polling { every });
    let rig = Rig::new(&script);
    after(5).await;
    assert_eq!(rig.shows(), DisplayName::NoCall);
    script.with(|script| script.calls = vec![CallId::new("call-1")]);
    after(14_900).await;
    assert_eq!(rig.shows(), DisplayName::NoCall);
    after(200).await;
    assert_eq!(rig.shows(), DisplayName::Recording);
    script.with(|script| script.calls = vec![]);
    after(10_100).await;
    assert_eq!(rig.shows(), DisplayName::NoCall);
}

#[tokio::test(start_paused = true)]
async fn it_is_asked_for_its_calls_more_often_while_one_is_paused_and_never_twice_at_once() {
    let every = 15_000 * MS;
    let script = Script::new(|script| {
        script.calls_by = CallsBy::Polling { every };
        script.calls = vec![CallId::new("call-1")];
        script.on_calls = Then::Obeys(1_000 * MS);
    });
    let rig = Rig::new(&script);
    let asked = || script.with(|script| std::mem::take(&mut script.calls_asked));
    after(1_100).await;
    assert_eq!(asked(), 1);
    after(60_000).await;
    let in_call = asked();
    assert!(
        (5..=7).contains(&in_call),
        "{in_call} in a minute of a call"
    );
    rig.pause();
    after(60_000).await;
    let paused = asked();
    assert!(
        (28..=32).contains(&paused),
        "{paused} in a minute of a pause"
    );
    rig.resume();
    script.with(|script| script.calls = Vec::new());
    after(20_000).await;
    assert_eq!(rig.shows(), DisplayName::NoCall);
    asked();
    after(60_000).await;
    assert_eq!(asked(), 4, "in a minute without a call");
    assert_eq!(script.with(|script| script.most_calls_out), 1);
}

#[tokio::test(start_paused = true)]
async fn it_is_not_asked_for_its_calls_while_it_wishes_to_be_left_alone() {
    let every = 15_000 * MS;
    let script = Script::new(|script| script.calls_by = CallsBy::Polling { every });
    let rig = Rig::new(&script);
    after(5).await;
    let retry_after = Some(40_000 * MS);
    script.with(|script| script.on_calls = Then::Says(Kind::Throttled { retry_after }));
    after(15_000).await;
    assert_eq!(rig.problems(), ["throttled"]);
    script.with(|script| script.calls_asked = 0);
    after(39_000).await;
    assert_eq!(script.with(|script| script.calls_asked), 0);
    script.with(|script| script.on_calls = Then::Obeys(MS));
    after(2_000).await;
    assert_eq!(script.with(|script| script.calls_asked), 1);
    assert!(rig.problems().is_empty());
}

#[tokio::test(start_paused = true)]
async fn a_pause_that_outlives_its_steps_is_remembered_each_time() {
    let script = Script::new(|_| ());
    let mut rig = Rig::new(&script);
    rig.in_call().await;
    rig.pause();
    after(121_000).await;
    assert_eq!(
        rig.notices(),
        [
            "The recording has been paused for 60 s",
            "The recording has been paused for 2 min"
        ]
    );
}

#[tokio::test(start_paused = true)]
async fn a_pause_goes_out_before_the_read_back_of_another_call() {
    let script = Script::new(|_| ());
    let rig = Rig::new(&script);
    rig.in_call().await;
    rig.pause();
    after(500).await;
    script.with(|script| script.recorder = Recorder::Recording);
    rig.send(Request::CallStarted(CallId::new("call-2")));
    after(5).await;
    script.with(|script| script.log.clear());
    rig.pause();
    after(1).await;
    assert_eq!(
        script.with(|script| script.log.clone())[..2],
        [
            (Operation::Pause, CallId::new("call-2")),
            (Operation::ReadBack, CallId::new("call-1")),
        ]
    );
}

#[tokio::test(start_paused = true)]
async fn a_vendor_that_confirms_nothing_any_more_is_told_of_once_and_so_is_its_return() {
    let script = Script::new(|_| ());
    let mut rig = Rig::new(&script);
    rig.in_call().await;
    rig.pause();
    after(500).await;
    assert_eq!(rig.shows(), DisplayName::Paused);
    script.with(|script| script.on_read = Then::Says(Kind::Unreachable));
    after(7_000).await;
    assert_eq!(rig.shows(), DisplayName::Unknown);
    assert_eq!(rig.notices(), Vec::<String>::new(), "it may be a hiccup");
    after(30_000).await;
    assert_eq!(rig.notices(), ["Scripted confirms nothing"]);

    script.with(|script| script.on_read = Then::Obeys(MS));
    after(15_000).await;
    assert_eq!(rig.shows(), DisplayName::Paused);
    assert_eq!(rig.notices(), ["Scripted is back"]);
}

#[tokio::test(start_paused = true)]
async fn a_doubt_that_the_next_press_ends_is_not_told_of() {
    let script = Script::new(|_| ());
    let mut rig = Rig::new(&script);
    rig.in_call().await;
    rig.pause();
    after(500).await;
    script.with(|script| script.on_read = Then::Says(Kind::Unreachable));
    after(6_500).await;
    assert_eq!(rig.shows(), DisplayName::Unknown);
    script.with(|script| script.on_read = Then::Obeys(MS));
    rig.pause();
    after(20_000).await;
    assert_eq!(rig.shows(), DisplayName::Paused);
    assert_eq!(rig.notices(), Vec::<String>::new());
}
