use std::sync::{Arc, Mutex};
use std::time::Duration;

use pause::CallId;
use tokio::sync::oneshot;
use tokio::time::advance;
use vendors::{CallsBy, Kind};

use super::super::scripted::{Script, Then};
use super::{MS, Rig, after};
use crate::handle::NoticeKind;
use crate::view::{DisplayName, HotkeyView, Problem, Request, View};

/// Everything that is ever shown.
fn watched(rig: &Rig) -> Arc<Mutex<Vec<Arc<View>>>> {
    let seen = Arc::new(Mutex::new(Vec::new()));
    let mut views = rig.handle.views();
    let kept = Arc::clone(&seen);
    tokio::spawn(async move {
        while views.changed().await.is_ok() {
            kept.lock().unwrap().push(views.borrow_and_update().clone());
        }
    });
    seen
}

#[tokio::test(start_paused = true)]
async fn no_view_may_be_believed_for_longer_than_what_it_rests_on() {
    let script = Script::new(|_| ());
    let rig = Rig::new(&script);
    let seen = watched(&rig);
    rig.in_call().await;
    after(30_000).await;
    rig.pause();
    after(9_300).await;
    script.with(|script| script.on_read = Then::Hangs);
    after(10_000).await;
    assert_eq!(rig.shows(), DisplayName::Unknown);

    let seen = seen.lock().unwrap();
    let mut shown = 0;
    for view in seen.iter() {
        assert!(view.good_for_ms <= 6_000);
        let Some(evidence) = &view.evidence else {
            continue;
        };
        let life = if view.display == DisplayName::Paused {
            6_000
        } else {
            assert_eq!(view.display, DisplayName::Recording);
            25_000
        };
        shown += 1;
        assert!(evidence.age_ms + view.good_for_ms <= life, "{view:?}");
    }
    assert!(shown > 30, "{shown}");
    assert!(seen.iter().any(|view| view.good_for_ms < 1_000));
}

#[tokio::test(start_paused = true)]
async fn no_view_may_be_believed_for_longer_than_is_known_which_calls_there_are() {
    let every = 15_000 * MS;
    for pauses in [true, false] {
        let script = Script::new(|script| script.calls_by = CallsBy::Polling { every });
        if pauses {
            script.with(|script| script.calls = vec![CallId::new("call-1")]);
        }
        let rig = Rig::new(&script);
        after(100).await;
        if pauses {
            rig.pause();
        }
        after(9_300).await;
        script.with(|script| script.on_calls = Then::Hangs);
        // A computer that falls asleep wakes with what was shown last.
        let (shown, known_for) = if pauses {
            (DisplayName::Paused, 6_000)
        } else {
            (DisplayName::NoCall, 40_000)
        };
        let mut newest = 0;
        for age in 0..60_000 {
            let view = rig.view();
            if view.number != newest && view.display == shown {
                newest = view.number;
                assert!(age + view.good_for_ms <= known_for, "{age} ms: {view:?}");
            }
            after(1).await;
        }
        assert!(newest > 0);
        assert_eq!(rig.shows(), DisplayName::Unknown);
    }
}

#[tokio::test(start_paused = true)]
async fn who_has_slept_claims_nothing_before_it_is_known_again_which_calls_there_are() {
    for pauses in [true, false] {
        let script = Script::new(|script| script.calls_by = CallsBy::Event);
        if pauses {
            script.with(|script| script.calls = vec![CallId::new("call-1")]);
        }
        let rig = Rig::new(&script);
        after(100).await;
        if pauses {
            rig.pause();
        }
        after(10_000).await;
        let shown = if pauses {
            DisplayName::Paused
        } else {
            DisplayName::NoCall
        };
        assert_eq!(rig.shows(), shown);
        script.with(|script| script.on_calls = Then::Hangs);
        // Nobody says that it sleeps, and the link outlives it.
        advance(100_000 * MS).await;
        after(1_000).await;
        assert_eq!(rig.shows(), DisplayName::Unknown);
        script.with(|script| script.on_calls = Then::Obeys(Duration::ZERO));
        after(30_000).await;
        assert_eq!(rig.shows(), shown);
    }
}

/// An agent on a call, at a vendor that is asked for its calls.
fn asked_for_calls(policy: &str) -> (Rig, Arc<Script>) {
    let every = 15_000 * MS;
    let script = Script::new(|script| {
        script.calls_by = CallsBy::Polling { every };
        script.calls = vec![CallId::new("call-1")];
    });
    (Rig::under(policy, &script), script)
}

/// What has been shown since the last look.
fn displays(rig: &mut Rig) -> Vec<DisplayName> {
    let changes = rig.changes();
    changes.into_iter().map(|(display, _)| display).collect()
}

// A4
#[tokio::test(start_paused = true)]
async fn a_pause_goes_on_until_it_is_known_which_calls_there_are_and_comes_up_once() {
    for (asked_before, takes) in [(9_000, 0), (9_000, 1_399), (5_900, 400), (4_700, 1_399)] {
        let (mut rig, script) = asked_for_calls("");
        after(asked_before).await;
        displays(&mut rig);
        script.with(|script| script.on_calls = Then::Obeys(takes * MS));
        rig.pause();
        after(takes + 5).await;
        let why = format!("asked {asked_before} ms before, answered in {takes} ms");
        let shown = displays(&mut rig);
        assert_eq!(shown, [DisplayName::Pausing, DisplayName::Paused], "{why}");
        after(10_000).await;
        assert!(displays(&mut rig).is_empty(), "{why}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_pause_of_which_enough_is_known_waits_for_no_answer() {
    let (mut rig, script) = asked_for_calls("");
    after(3_000).await;
    displays(&mut rig);
    script.with(|script| script.on_calls = Then::Obeys(1_300 * MS));
    rig.pause();
    after(20).await;
    let shown = displays(&mut rig);
    assert_eq!(shown, [DisplayName::Pausing, DisplayName::Paused]);
    after(10_000).await;
    assert!(displays(&mut rig).is_empty());
}

// D6
#[tokio::test(start_paused = true)]
async fn a_pause_waits_no_longer_for_an_answer_than_one_may_take() {
    for then in [Then::Hangs, Then::Says(Kind::Unreachable)] {
        let (mut rig, script) = asked_for_calls("");
        after(9_000).await;
        displays(&mut rig);
        script.with(|script| script.on_calls = then);
        rig.pause();
        after(1_450).await;
        let shown = displays(&mut rig);
        assert_eq!(shown, [DisplayName::Pausing, DisplayName::Unknown]);
        after(10_000).await;
        assert!(displays(&mut rig).is_empty());
        script.with(|script| script.on_calls = Then::Obeys(MS));
        after(10_000).await;
        assert_eq!(displays(&mut rig), [DisplayName::Paused]);
    }
}

// D6
#[tokio::test(start_paused = true)]
async fn nor_longer_than_a_press_may_take() {
    let (mut rig, script) = asked_for_calls("");
    after(9_000).await;
    displays(&mut rig);
    // The proof comes after 2,600 ms, while the second request for the calls is out.
    script.with(|script| {
        script.on_calls = Then::Hangs;
        script.on_command = Then::Obeys(1_300 * MS);
        script.on_read = Then::Obeys(1_300 * MS);
    });
    rig.pause();
    after(2_999).await;
    assert_eq!(displays(&mut rig), [DisplayName::Pausing]);
    after(2).await;
    assert_eq!(displays(&mut rig), [DisplayName::Unknown]);
}

#[tokio::test(start_paused = true)]
async fn a_view_that_is_about_to_expire_is_replaced_as_soon_as_more_is_known() {
    // The calls are asked for at the press and every 2,000 ms from then on. The first of these
    // requests is lost, and the answer to the next comes just in time.
    for takes in 1_360..1_399 {
        let (rig, script) = asked_for_calls("[enforced]\nfreshness_ms = 5400\n");
        after(100).await;
        rig.pause();
        after(1_900).await;
        script.with(|script| script.on_calls = Then::Hangs);
        after(2_000).await;
        script.with(|script| script.on_calls = Then::Obeys(takes * MS));
        let mut expires = u32::MAX;
        let mut newest = 0;
        for age in 0..2_000 {
            let view = rig.view();
            assert!(age <= expires, "answered in {takes} ms: it expired");
            assert_eq!(view.display, DisplayName::Paused, "{takes} ms");
            if view.number != newest {
                newest = view.number;
                expires = age + view.good_for_ms;
            }
            after(1).await;
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_view_is_renewed_every_second_in_a_call_and_less_often_otherwise() {
    let script = Script::new(|_| ());
    let rig = Rig::new(&script);
    after(5).await;
    let before = rig.view().number;
    after(30_000).await;
    assert!((9..=11).contains(&(rig.view().number - before)));
    rig.in_call().await;
    let before = rig.view().number;
    after(30_000).await;
    assert!((29..=32).contains(&(rig.view().number - before)));
}

#[tokio::test(start_paused = true)]
async fn an_expired_view_claims_nothing_and_still_lets_the_agent_press() {
    let script = Script::new(|_| ());
    let rig = Rig::new(&script);
    rig.in_call().await;
    rig.pause();
    after(500).await;
    let view = rig.view();
    assert_eq!(view.display, DisplayName::Paused);
    let expired = view.expired();
    assert_eq!(expired.display, DisplayName::Unknown);
    assert_eq!(expired.headline, "STATE UNKNOWN");
    assert_eq!(expired.calls[0].display, DisplayName::Unknown);
    assert!(expired.evidence.is_none() && expired.paused_for_ms.is_none());
    assert!(expired.can_resume);
}

#[tokio::test(start_paused = true)]
async fn whoever_asks_after_a_press_is_given_a_view_from_after_it() {
    let script = Script::new(|_| ());
    let rig = Rig::new(&script);
    rig.in_call().await;
    let (reply, taken) = oneshot::channel();
    rig.pause();
    rig.send(Request::Taken(reply));
    assert_eq!(taken.await.unwrap().display, DisplayName::Pausing);
}

#[tokio::test(start_paused = true)]
async fn a_screen_that_stops_drawing_is_a_problem_and_is_told_once() {
    let script = Script::new(|_| ());
    let mut rig = Rig::new(&script);
    rig.in_call().await;
    after(10_000).await;
    assert!(rig.problems().is_empty());
    for _ in 0..5 {
        rig.send(Request::Drawn(rig.view().number));
        after(1_000).await;
    }
    assert!(rig.problems().is_empty());
    after(5_000).await;
    assert_eq!(rig.problems(), ["screen-not-drawing"]);
    assert_eq!(rig.notices(), ["The indicator is not drawn"]);
    rig.send(Request::Drawn(rig.view().number));
    after(5).await;
    assert!(rig.problems().is_empty());
}

#[tokio::test(start_paused = true)]
async fn a_problem_of_the_desktop_comes_and_goes_as_it_is_told() {
    let script = Script::new(|_| ());
    let rig = Rig::new(&script);
    let problem = |message: &str| {
        Request::DesktopProblem(Problem {
            code: "notifications-not-shown".to_owned(),
            message: message.to_owned(),
            blocks_pausing: false,
        })
    };
    rig.send(problem("Nobody shows notifications."));
    after(5).await;
    assert_eq!(rig.problems(), ["notifications-not-shown"]);
    rig.send(problem(""));
    after(5).await;
    assert!(rig.problems().is_empty());
}

#[tokio::test(start_paused = true)]
async fn a_hotkey_that_does_not_work_is_a_problem_and_said_aloud() {
    let script = Script::new(|_| ());
    let rig = Rig::new(&script);
    let mut notices = rig.handle.notices();
    let hotkeys = |message: &str| {
        Request::Hotkeys(vec![HotkeyView {
            action: "toggle".to_owned(),
            chord: "Ctrl+Alt+P".to_owned(),
            works: message.is_empty(),
            message: message.to_owned(),
        }])
    };
    rig.send(hotkeys("Another program uses it."));
    after(5).await;
    assert_eq!(rig.problems(), ["hotkey-does-not-work"]);
    let notice = notices.try_recv().expect("the agent is told");
    assert_eq!(notice.kind, NoticeKind::Hotkey);
    assert!(notice.body.contains("Ctrl+Alt+P"), "{notice:?}");
    rig.send(hotkeys(""));
    after(5).await;
    assert!(rig.problems().is_empty());
}

#[tokio::test(start_paused = true)]
async fn of_several_calls_the_worst_is_shown_and_each_can_be_seen() {
    let script = Script::new(|_| ());
    let rig = Rig::new(&script);
    rig.in_call().await;
    rig.pause();
    after(500).await;
    script.with(|script| script.on_read = Then::Hangs);
    rig.send(Request::CallStarted(CallId::new("call-2")));
    after(100).await;
    assert_eq!(rig.shows(), DisplayName::Unknown);
    let view = rig.view();
    let calls: Vec<DisplayName> = view.calls.iter().map(|call| call.display).collect();
    assert_eq!(calls, [DisplayName::Paused, DisplayName::Unknown]);
    assert!(view.can_pause && view.can_resume);
}

#[tokio::test(start_paused = true)]
async fn that_the_vendor_knows_no_call_that_is_over_is_no_problem() {
    let script = Script::new(|_| ());
    let rig = Rig::new(&script);
    rig.in_call().await;
    rig.pause();
    after(500).await;
    assert_eq!(rig.shows(), DisplayName::Paused);
    script.with(|script| script.on_read = Then::Says(Kind::NoSuchCall));
    rig.send(Request::CallEnded(CallId::new("call-1")));
    after(5_000).await;
    assert_eq!(rig.shows(), DisplayName::NoCall);
    assert!(rig.problems().is_empty(), "{:?}", rig.problems());
}
