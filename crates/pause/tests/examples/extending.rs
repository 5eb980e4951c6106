//! The end of a longest pause: extended by the agent, held off by a payment step (A6).

use std::time::Duration;

use pause::{Answer, AuditEvent, Display, Input, Limits, ProofBy, Recorder, Wanted};

use crate::desk::{Desk, call};

fn limits() -> Limits {
    Limits {
        longest_pause: Some(Duration::from_secs(60)),
        extensions: 2,
        extension: Duration::from_secs(40),
        payment_step: Duration::from_secs(300),
        countdown: Duration::from_secs(30),
        ..Limits::default()
    }
}

/// Paused just now.
fn paused(limits: Limits) -> Desk {
    let mut desk = Desk::new(ProofBy::ReadBack, limits);
    desk.feed(Input::CallStarted(call("a")));
    desk.want(Wanted::Paused);
    desk.answer(Answer::Accepted);
    desk.see(Recorder::Paused);
    desk
}

/// The vendor goes on saying that it is paused.
fn after_s(desk: &mut Desk, seconds: u64) {
    for _ in 0..seconds {
        desk.after_ms(1_000);
        desk.see(Recorder::Paused);
    }
}

fn count(desk: &Desk, event: &AuditEvent) -> usize {
    desk.events.iter().filter(|one| *one == event).count()
}

fn over(desk: &Desk) -> bool {
    count(desk, &AuditEvent::LongestPauseOver { call: call("a") }) > 0
}

#[test]
fn each_extension_puts_the_end_off_and_there_are_no_more_than_were_granted() {
    let mut desk = paused(limits());
    assert_eq!((desk.resumes_in_s(), desk.extensions_left()), (60, 2));
    desk.feed(Input::Extend);
    assert_eq!((desk.resumes_in_s(), desk.extensions_left()), (100, 1));
    after_s(&mut desk, 90);
    desk.feed(Input::Extend);
    assert_eq!((desk.resumes_in_s(), desk.extensions_left()), (50, 0));
    desk.feed(Input::Extend);
    assert_eq!(desk.resumes_in_s(), 50, "there was none left");
    assert_eq!(count(&desk, &AuditEvent::NotExtended), 1);
    for times in [1, 2] {
        let call = call("a");
        assert_eq!(count(&desk, &AuditEvent::Extended { call, times }), 1);
    }
    after_s(&mut desk, 49);
    assert!(!over(&desk));
    after_s(&mut desk, 1);
    assert!(over(&desk));
    assert_eq!(desk.display(), Display::Resuming);
}

#[test]
fn without_a_grant_or_a_longest_pause_or_a_pause_nothing_is_extended() {
    let ungranted = Limits {
        extensions: 0,
        ..limits()
    };
    let endless = Limits {
        longest_pause: None,
        ..limits()
    };
    for limits in [ungranted, endless] {
        let mut desk = paused(limits);
        let before = desk.display();
        desk.feed(Input::Extend);
        assert_eq!((desk.display(), desk.extensions_left()), (before, 0));
        assert_eq!(count(&desk, &AuditEvent::NotExtended), 1);
    }
    let mut desk = Desk::in_call(ProofBy::ReadBack);
    desk.feed(Input::Extend);
    assert_eq!(count(&desk, &AuditEvent::NotExtended), 1);
}

#[test]
fn a_pause_whose_end_has_come_is_not_extended() {
    let mut desk = paused(limits());
    desk.after_ms(65_000);
    assert!(over(&desk));
    assert_eq!(desk.extensions_left(), 0);
    desk.feed(Input::Extend);
    assert_eq!(count(&desk, &AuditEvent::NotExtended), 1);
}

#[test]
fn an_extension_that_is_not_granted_any_more_counts_no_more() {
    let mut desk = paused(limits());
    desk.feed(Input::Extend);
    desk.decide(Limits {
        extensions: 0,
        ..limits()
    });
    assert_eq!((desk.resumes_in_s(), desk.extensions_left()), (60, 0));
}

#[test]
fn nothing_resumes_by_itself_while_card_details_are_being_taken() {
    let mut desk = paused(limits());
    after_s(&mut desk, 10);
    desk.feed(Input::PaymentStepBegins);
    assert!(desk.is_in_payment_step());
    after_s(&mut desk, 200);
    assert!(!over(&desk));
    assert_eq!(
        desk.reminders(),
        [1, 2, 3],
        "it is reminded of all the same"
    );
    desk.feed(Input::PaymentStepEnds);
    assert!(!desk.is_in_payment_step());
    assert_eq!(desk.resumes_in_s(), 30, "the agent sees it coming");
    after_s(&mut desk, 29);
    assert!(!over(&desk));
    after_s(&mut desk, 1);
    assert!(over(&desk));
}

#[test]
fn a_payment_step_that_ends_early_leaves_the_end_where_it_was() {
    let mut desk = paused(limits());
    desk.feed(Input::PaymentStepBegins);
    after_s(&mut desk, 10);
    desk.feed(Input::PaymentStepEnds);
    assert_eq!(desk.resumes_in_s(), 50);
    assert_eq!(count(&desk, &AuditEvent::PaymentStepBegun), 1);
    assert_eq!(count(&desk, &AuditEvent::PaymentStepEnded), 1);
}

#[test]
fn a_payment_step_that_nobody_ends_leaves_no_recording_paused_for_ever() {
    let mut desk = paused(limits());
    after_s(&mut desk, 30);
    desk.feed(Input::PaymentStepBegins);
    after_s(&mut desk, 200);
    desk.feed(Input::PaymentStepBegins);
    assert_eq!(desk.resumes_in_s(), 100, "it begins once");
    after_s(&mut desk, 99);
    assert!(!over(&desk));
    after_s(&mut desk, 1);
    assert!(over(&desk));
    assert!(!desk.is_in_payment_step());
    assert_eq!(count(&desk, &AuditEvent::PaymentStepForgotten), 1);
}

#[test]
fn payment_steps_and_extensions_one_after_the_other_come_to_an_end() {
    let mut desk = paused(limits());
    // 60 s, twice 40 s, and 300 s in all.
    for _ in 0..44 {
        assert!(!over(&desk));
        desk.feed(Input::PaymentStepEnds);
        desk.feed(Input::PaymentStepBegins);
        desk.feed(Input::Extend);
        after_s(&mut desk, 10);
    }
    assert!(over(&desk));
}

#[test]
fn a_payment_step_is_over_with_its_call() {
    let mut desk = paused(limits());
    desk.feed(Input::PaymentStepBegins);
    desk.feed(Input::CallEnded(call("a")));
    desk.see(Recorder::Off);
    assert_eq!(desk.display(), Display::NoCall);
    assert!(!desk.is_in_payment_step());
}

#[test]
fn who_has_resumed_and_pauses_again_has_all_extensions_again() {
    let mut desk = paused(limits());
    desk.feed(Input::Extend);
    desk.want(Wanted::Recording);
    desk.answer(Answer::Accepted);
    desk.see(Recorder::Recording);
    desk.want(Wanted::Paused);
    desk.answer(Answer::Accepted);
    desk.see(Recorder::Paused);
    assert_eq!((desk.resumes_in_s(), desk.extensions_left()), (60, 2));
}
