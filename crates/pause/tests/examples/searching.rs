//! A pause that is asked for while no call is known, where the vendor can be asked for calls.

use std::time::Duration;

use pause::{
    Answer, AuditEvent, Display, Input, Limits, Machine, ProofBy, Reason, Recorder, Wanted,
};

use crate::desk::{Desk, call, failed};

fn desk() -> Desk {
    Desk::with(Machine::new(Limits::default(), ProofBy::ReadBack).finding_calls(true))
}

#[test]
fn the_press_asks_for_the_calls_and_goes_to_each_of_them() {
    let mut desk = desk();
    desk.want(Wanted::Paused);
    assert_eq!((desk.searches, desk.display()), (1, Display::Pausing));
    desk.after_ms(100);
    desk.feed(Input::CallStarted(call("a")));
    desk.feed(Input::CallStarted(call("b")));
    desk.feed(Input::CallsFound);
    assert_eq!(desk.wanted(), [Wanted::Paused, Wanted::Paused]);
    assert_eq!(desk.display(), Display::Pausing);
}

#[test]
fn it_counts_from_when_it_was_pressed() {
    let mut desk = desk();
    desk.feed(Input::Toggle);
    desk.after_ms(1_000);
    desk.feed(Input::CallStarted(call("a")));
    let asked = AuditEvent::Asked {
        wanted: Wanted::Paused,
        calls: 1,
        waited: Duration::from_secs(1),
    };
    assert!(desk.events.contains(&asked), "{:?}", desk.events);
    desk.feed(Input::CallsFound);
    desk.after_ms(1_999);
    assert_eq!(desk.display(), Display::Pausing);
    desk.after_ms(1);
    assert_eq!(desk.display(), failed(Wanted::Paused, Reason::NoAnswer));
}

#[test]
fn without_a_call_there_is_nothing_to_pause() {
    let mut desk = desk();
    desk.want(Wanted::Paused);
    desk.feed(Input::CallsFound);
    assert_eq!(desk.events.last(), Some(&AuditEvent::NothingToPause));
    assert_eq!(desk.display(), Display::NoCall);
    desk.feed(Input::CallStarted(call("a")));
    assert!(desk.commands.is_empty(), "the press is over");
}

#[test]
fn a_vendor_that_does_not_say_is_asked_once_more_and_then_it_has_failed() {
    let mut desk = desk();
    desk.want(Wanted::Paused);
    desk.feed(Input::CallsNotFound);
    assert_eq!(desk.display(), Display::Pausing);
    desk.after_ms(150);
    assert_eq!(desk.searches, 2);
    desk.feed(Input::CallsNotFound);
    let shown = failed(Wanted::Paused, Reason::NotDone);
    assert_eq!(desk.display(), shown);
    desk.after_ms(60_000);
    assert_eq!((desk.searches, desk.display()), (2, shown));
    desk.feed(Input::Acknowledge);
    assert_eq!(desk.display(), Display::NoCall);
}

#[test]
fn a_vendor_that_never_says_has_failed_within_the_deadline() {
    let mut desk = desk();
    desk.want(Wanted::Paused);
    desk.after_ms(2_999);
    assert_eq!(desk.display(), Display::Pausing);
    desk.after_ms(1);
    let Display::Failed(failure) = desk.display() else {
        panic!("{:?}", desk.display())
    };
    let waited = Duration::from_secs(3);
    let not_sent = AuditEvent::NotSent { failure, waited };
    assert_eq!(desk.events.last(), Some(&not_sent));
}

#[test]
fn without_a_link_it_is_asked_as_soon_as_there_is_one() {
    let mut desk = desk();
    desk.feed(Input::LinkDown);
    desk.want(Wanted::Paused);
    assert_eq!((desk.searches, desk.display()), (0, Display::Pausing));
    desk.after_ms(500);
    desk.feed(Input::LinkUp);
    assert_eq!(desk.searches, 1);
}

#[test]
fn pressing_again_asks_no_second_time_and_a_resume_takes_it_back() {
    let mut desk = desk();
    desk.want(Wanted::Paused);
    desk.want(Wanted::Paused);
    assert_eq!(desk.searches, 1);
    desk.want(Wanted::Recording);
    desk.feed(Input::CallStarted(call("a")));
    desk.feed(Input::CallsFound);
    assert!(desk.commands.is_empty());
}

#[test]
fn pressing_again_after_it_failed_looks_again() {
    let mut desk = desk();
    desk.want(Wanted::Paused);
    desk.after_ms(3_000);
    desk.want(Wanted::Paused);
    assert_eq!((desk.searches, desk.display()), (2, Display::Pausing));
    desk.feed(Input::CallStarted(call("a")));
    desk.feed(Input::CallsFound);
    desk.answer(Answer::Accepted);
    desk.see(Recorder::Paused);
    assert!(desk.shows_paused());
}

#[test]
fn a_call_that_is_known_needs_no_search() {
    let mut desk = desk();
    desk.feed(Input::CallStarted(call("a")));
    desk.want(Wanted::Paused);
    assert_eq!(desk.searches, 0);
}

/// In a call that the vendor has told of, in which a pause is asked for.
fn pressed_in_a_call() -> Desk {
    let mut desk = desk();
    desk.feed(Input::CallStarted(call("a")));
    desk.see(Recorder::Recording);
    desk.after_ms(500);
    desk.want(Wanted::Paused);
    desk
}

#[test]
fn a_press_whose_call_is_over_goes_to_the_call_that_nobody_had_told_of() {
    let mut desk = pressed_in_a_call();
    desk.answer(Answer::Refused);
    desk.feed(Input::CallEnded(call("a")));
    desk.feed(Input::CallStarted(call("b")));
    desk.after_ms(200);
    assert_eq!(desk.searches, 0, "the other was told of in the same breath");
    let (_, to, wanted) = desk.commands.last().expect("it went out again");
    assert_eq!((to, *wanted), (&call("b"), Wanted::Paused));
}

#[test]
fn a_press_whose_call_is_over_and_has_no_other_ends_with_it() {
    let mut desk = pressed_in_a_call();
    desk.feed(Input::CallEnded(call("a")));
    desk.after_ms(150);
    assert_eq!(desk.searches, 1);
    desk.feed(Input::CallsFound);
    assert_eq!(desk.events.last(), Some(&AuditEvent::NothingToPause));
}

#[test]
fn a_press_that_has_come_about_or_was_long_ago_is_not_for_the_next_call() {
    let mut paused = pressed_in_a_call();
    paused.answer(Answer::Accepted);
    paused.see(Recorder::Paused);
    let mut resumed = pressed_in_a_call();
    resumed.want(Wanted::Recording);
    let mut long_ago = pressed_in_a_call();
    long_ago.answer(Answer::Refused);
    long_ago.after_ms(3_000);
    for mut desk in [paused, resumed, long_ago] {
        desk.feed(Input::CallEnded(call("a")));
        desk.after_ms(200);
        assert_eq!(desk.searches, 0);
    }
}

#[test]
fn where_nobody_can_be_asked_the_press_waits_for_the_next_call_in_its_time() {
    let replaced_after = |ms| {
        let mut desk = Desk::in_call(ProofBy::Nothing);
        desk.want(Wanted::Paused);
        desk.feed(Input::CallEnded(call("a")));
        assert_eq!(desk.display(), Display::NoCall);
        desk.after_ms(ms);
        desk.feed(Input::CallStarted(call("b")));
        desk
    };
    let mut desk = replaced_after(1_000);
    assert_eq!(desk.display(), Display::Pausing);
    let (_, to, wanted) = desk.commands.last().unwrap();
    assert_eq!((to, *wanted), (&call("b"), Wanted::Paused));
    desk.after_ms(2_000);
    assert_eq!(desk.display(), failed(Wanted::Paused, Reason::NoAnswer));

    let desk = replaced_after(3_000);
    assert_eq!(desk.commands.len(), 1, "the press is over");
}

#[test]
fn a_resume_takes_a_press_back_that_waits_for_the_next_call() {
    let mut desk = Desk::in_call(ProofBy::Nothing);
    desk.want(Wanted::Paused);
    desk.feed(Input::CallEnded(call("a")));
    desk.want(Wanted::Recording);
    desk.feed(Input::CallStarted(call("b")));
    assert_eq!(desk.commands.len(), 1);
}

#[test]
fn the_press_follows_a_call_that_is_transferred_while_its_command_is_out() {
    for finds_calls in [false, true] {
        let machine = Machine::new(Limits::default(), ProofBy::ReadBack);
        let mut desk = Desk::with(machine.finding_calls(finds_calls));
        desk.feed(Input::CallStarted(call("held")));
        desk.feed(Input::CallStarted(call("a")));
        desk.after_ms(500);
        desk.want(Wanted::Paused);
        desk.after_ms(100);
        desk.feed(Input::CallStarted(call("b")));
        desk.feed(Input::CallEnded(call("a")));
        let asked: Vec<_> = desk.commands.iter().map(|(_, call, _)| call).collect();
        assert_eq!(asked, [&call("held"), &call("a"), &call("b")]);
        assert_eq!(desk.searches, 0);
    }
}
