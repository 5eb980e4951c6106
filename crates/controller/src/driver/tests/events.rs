//! The event channel comes and goes, and the session stays.

use std::sync::Arc;

use pause::{CallId, Recorder};
use vendors::{CallsBy, Kind, VendorEvent};

use super::super::scripted::{Script, Then};
use super::{MS, Rig, after};
use crate::view::DisplayName;

/// A vendor that tells of calls and recorders by itself.
fn telling() -> Arc<Script> {
    Script::new(|script| {
        script.calls_by = CallsBy::Event;
        script.hints = true;
    })
}

fn call(id: &str) -> CallId {
    CallId::new(id)
}

/// In a call that the vendor has told of, for long enough that everything has settled.
async fn in_told_call(script: &Arc<Script>) -> Rig {
    let rig = Rig::new(script);
    after(5).await;
    script.with(|script| script.calls = vec![call("call-1")]);
    script.says(Ok(VendorEvent::CallStarted(call("call-1"))));
    after(12_000).await;
    assert_eq!(rig.shows(), DisplayName::Recording);
    rig
}

#[tokio::test(start_paused = true)]
async fn a_channel_that_ends_takes_no_claim_down_and_is_opened_again() {
    for ends in [
        None,
        Some(Kind::Unreachable),
        Some(Kind::Unintelligible("x")),
    ] {
        let script = telling();
        let mut rig = in_told_call(&script).await;
        rig.pause();
        after(1_000).await;
        rig.changes();
        match ends {
            None => script.falls_silent(),
            Some(kind) => script.says(Err(kind)),
        }
        after(30_000).await;
        assert_eq!(rig.shows(), DisplayName::Paused);
        assert_eq!(rig.changes(), []);
        assert!(rig.notices().is_empty());
        assert_eq!(
            script.with(|script| (script.sign_ins, script.listens)),
            (1, 2)
        );
    }
}

#[tokio::test(start_paused = true)]
async fn a_channel_whose_end_ends_the_session_signs_in_anew() {
    let script = telling();
    let rig = in_told_call(&script).await;
    script.says(Err(Kind::SessionEnded));
    after(100).await;
    assert_eq!(
        script.with(|script| (script.sign_ins, script.listens)),
        (2, 2)
    );
    assert_eq!(rig.shows(), DisplayName::Recording);
}

#[tokio::test(start_paused = true)]
async fn what_was_missed_is_asked_for_when_it_listens_again() {
    let script = telling();
    let rig = in_told_call(&script).await;
    script.falls_silent();
    script.with(|script| {
        script.calls.push(call("call-2"));
        script.recorder = Recorder::Paused;
    });
    // Sooner than any read-back or question that is due by itself.
    after(4_500).await;
    assert_eq!(script.with(|script| script.listens), 2);
    let view = rig.view();
    let calls: Vec<_> = view
        .calls
        .iter()
        .map(|call| (call.id.as_str(), call.display))
        .collect();
    let paused = DisplayName::Paused;
    assert_eq!(calls, [("call-1", paused), ("call-2", paused)]);
}

#[tokio::test(start_paused = true)]
async fn what_the_vendor_says_was_missed_is_asked_for_at_once() {
    let script = telling();
    let rig = in_told_call(&script).await;
    script.with(|script| {
        script.calls.clear();
        script.calls_asked = 0;
        script.reads = 0;
    });
    script.says(Ok(VendorEvent::Missed));
    after(20).await;
    let asked = script.with(|script| (script.calls_asked, script.reads));
    assert_eq!(asked, (1, 1));
    assert_eq!(rig.shows(), DisplayName::NoCall);
}

#[tokio::test(start_paused = true)]
async fn a_vendor_that_is_not_heard_is_asked_and_that_is_a_problem_after_a_while() {
    let script = telling();
    let rig = in_told_call(&script).await;
    script.with(|script| {
        script.on_listen = Then::Says(Kind::Unreachable);
        script.calls_asked = 0;
    });
    script.falls_silent();
    after(9_000).await;
    assert!(rig.problems().is_empty());
    after(1_100).await;
    assert_eq!(rig.problems(), ["vendor-tells-nothing"]);
    assert!(!rig.view().problems[0].blocks_pausing);
    after(50_000).await;
    let asked = script.with(|script| script.calls_asked);
    assert!((4..=7).contains(&asked), "{asked} in a minute");
    script.with(|script| script.calls.clear());
    after(15_100).await;
    assert_eq!(rig.shows(), DisplayName::NoCall);

    script.with(|script| script.on_listen = Then::Obeys(MS));
    after(91_000).await;
    assert!(rig.problems().is_empty());
    script.with(|script| script.calls_asked = 0);
    after(60_000).await;
    assert_eq!(script.with(|script| script.calls_asked), 0, "it is heard");
}

#[tokio::test(start_paused = true)]
async fn no_call_is_not_shown_for_long_of_a_vendor_that_neither_tells_nor_answers() {
    let script = telling();
    let rig = Rig::new(&script);
    after(1_000).await;
    assert_eq!(rig.shows(), DisplayName::NoCall);
    script.with(|script| {
        script.on_listen = Then::Says(Kind::Unreachable);
        script.on_calls = Then::Says(Kind::Unreachable);
    });
    script.falls_silent();
    after(38_000).await;
    assert_eq!(rig.shows(), DisplayName::NoCall);
    after(7_000).await;
    assert_eq!(rig.shows(), DisplayName::Unknown);

    script.with(|script| script.on_calls = Then::Obeys(MS));
    after(91_000).await;
    assert_eq!(rig.shows(), DisplayName::NoCall);
}

/// A call that nobody could tell of is not paused.
#[tokio::test(start_paused = true)]
async fn a_pause_is_not_shown_for_long_where_nobody_says_that_there_is_no_other_call() {
    let script = telling();
    let rig = in_told_call(&script).await;
    rig.pause();
    after(1_000).await;
    script.with(|script| script.on_listen = Then::Says(Kind::Unreachable));
    script.falls_silent();
    after(30_000).await;
    assert_eq!(rig.shows(), DisplayName::Paused, "it is asked every 2 s");
    script.with(|script| script.on_calls = Then::Says(Kind::Unreachable));
    after(3_500).await;
    assert_eq!(rig.shows(), DisplayName::Paused);
    after(3_000).await;
    assert_eq!(rig.shows(), DisplayName::Unknown);
    script.with(|script| script.on_calls = Then::Obeys(MS));
    // The longest wait between attempts may have been drawn.
    after(91_000).await;
    assert_eq!(rig.shows(), DisplayName::Paused);
}

#[tokio::test(start_paused = true)]
async fn a_channel_that_ends_again_and_again_is_opened_less_and_less_often_and_stays_a_problem() {
    let script = telling();
    let rig = Rig::new(&script);
    after(5).await;
    let mut problem_from = None;
    for second in 0..120 {
        if script.with(|script| script.listens) > 0 {
            script.falls_silent();
        }
        after(1_000).await;
        if rig.problems() == ["vendor-tells-nothing"] {
            problem_from.get_or_insert(second);
        } else {
            assert_eq!(problem_from, None, "it has gone in second {second}");
        }
    }
    assert!(
        problem_from.is_some_and(|second| second <= 20),
        "{problem_from:?}"
    );
    let listens = script.with(|script| script.listens);
    assert!((4..=10).contains(&listens), "{listens}");
    assert_eq!(script.with(|script| script.sign_ins), 1);
}

#[tokio::test(start_paused = true)]
async fn a_channel_that_cannot_be_opened_delays_neither_sign_in_nor_pause() {
    let script = telling();
    script.with(|script| {
        script.on_listen = Then::Hangs;
        script.calls = vec![call("call-1")];
    });
    let rig = Rig::new(&script);
    after(20).await;
    assert_eq!(rig.shows(), DisplayName::Recording);
    rig.pause();
    after(20).await;
    assert_eq!(rig.shows(), DisplayName::Paused);
}

/// Lets time pass although there is always something to do.
async fn pass(millis: u32) {
    for _ in 0..millis / 50 {
        tokio::time::advance(50 * MS).await;
        for _ in 0..10 {
            tokio::task::yield_now().await;
        }
    }
}

/// A server that sends blank lines, or signs of life, as fast as they can be read.
#[tokio::test(start_paused = true)]
async fn a_channel_that_babbles_holds_up_neither_the_time_nor_a_press() {
    for (on_listen, babbles) in [(Then::Babbles, false), (Then::Obeys(MS), true)] {
        let script = telling();
        script.with(|script| {
            script.on_listen = on_listen;
            script.babbles = babbles;
            script.calls = vec![call("call-1")];
        });
        let rig = Rig::new(&script);
        after(900).await;
        pass(200).await;
        rig.pause();
        pass(1_000).await;
        assert_eq!(rig.shows(), DisplayName::Paused);
        pass(9_000).await;
        assert_eq!(rig.shows(), DisplayName::Paused, "it is read back");
        script.with(|script| script.on_read = Then::Hangs);
        pass(6_100).await;
        assert_eq!(rig.shows(), DisplayName::Unknown);
        let opened_again = script.with(|script| script.listens) > 1;
        assert_eq!(opened_again, !babbles);
    }
}

#[tokio::test(start_paused = true)]
async fn a_vendor_that_tells_nothing_is_asked_nothing_because_of_it() {
    let script = Script::new(|script| script.on_listen = Then::Obeys(200 * MS));
    let rig = Rig::new(&script);
    rig.in_call().await;
    after(1_000).await;
    let asked = script.with(|script| (script.listens, script.reads, script.calls_asked));
    assert_eq!(asked, (1, 1, 0));
}

#[tokio::test(start_paused = true)]
async fn a_pause_that_the_vendor_says_it_declined_fails_as_soon_as_that_is_seen() {
    let script = telling();
    let mut rig = in_told_call(&script).await;
    script.with(|script| script.on_command = Then::Pretends);
    rig.pause();
    after(100).await;
    assert_eq!(rig.shows(), DisplayName::Pausing);
    let call = Some(call("call-1"));
    script.says(Ok(VendorEvent::Declined { call }));
    after(500).await;
    assert_eq!(rig.shows(), DisplayName::Failed);
    assert!(rig.view().reason.contains("refused the pause"));
    assert_eq!(rig.notices(), ["STILL RECORDING"]);
}
