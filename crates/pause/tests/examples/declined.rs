//! What the vendor says unasked of its own commands, and what may have been missed.

use pause::{
    Answer, AuditEvent, Display, Doubt, Input, Limits, ProofBy, Reason, Recorder, Seen, Wanted,
};

use crate::desk::{Desk, call, failed};

fn declined() -> Input {
    let call = Some(call("a"));
    Input::Declined { call }
}

/// A pause that has been taken, and whose read-back is out.
fn taken() -> Desk {
    let mut desk = Desk::in_call(ProofBy::ReadBack);
    desk.want(Wanted::Paused);
    desk.answer(Answer::Accepted);
    desk
}

#[test]
fn a_declined_pause_fails_by_the_read_back_that_follows() {
    let mut desk = taken();
    desk.see(Recorder::Recording);
    desk.after_ms(100);
    desk.feed(declined());
    assert_eq!(desk.display(), Display::Pausing, "a hint decides nothing");
    desk.after_ms(200);
    desk.see(Recorder::Recording);
    assert_eq!(desk.display(), failed(Wanted::Paused, Reason::Refused));
    assert_eq!(
        desk.wanted(),
        [Wanted::Paused],
        "asking again would not help"
    );
}

#[test]
fn a_pause_that_is_declined_and_proven_is_a_pause() {
    let mut desk = taken();
    desk.feed(declined());
    desk.see(Recorder::Paused);
    assert!(desk.shows_paused());
    desk.after_ms(3_000);
    assert!(desk.shows_paused());
}

#[test]
fn a_read_back_from_before_it_was_declined_does_not_decide() {
    let mut desk = taken();
    let out = desk.reads.len();
    desk.feed(declined());
    desk.see(Recorder::Recording);
    assert_eq!(desk.display(), Display::Pausing);
    desk.after_ms(250);
    assert_eq!(desk.reads.len(), out + 1);
    desk.see(Recorder::Recording);
    assert_eq!(desk.display(), failed(Wanted::Paused, Reason::Refused));
}

#[test]
fn a_pause_that_is_declined_before_it_is_answered_is_never_shown_as_sent() {
    let mut desk = Desk::in_call(ProofBy::Nothing);
    desk.want(Wanted::Paused);
    desk.feed(declined());
    desk.answer(Answer::Accepted);
    assert_eq!(desk.display(), failed(Wanted::Paused, Reason::Refused));
    desk.after_ms(200_000);
    assert_eq!(desk.reminders(), [1, 2, 3], "it may be paused all the same");
}

#[test]
fn what_was_only_taken_is_doubted_once_it_is_said_to_be_declined() {
    let mut desk = Desk::in_call(ProofBy::Nothing);
    desk.want(Wanted::Paused);
    desk.answer(Answer::Accepted);
    desk.feed(declined());
    assert_eq!(desk.display(), Display::Unknown(Doubt::Contradicted));

    let mut desk = Desk::in_call(ProofBy::Reply);
    desk.want(Wanted::Paused);
    desk.answer(Answer::Confirmed(Recorder::Paused));
    desk.feed(declined());
    assert_eq!(desk.display(), Display::Unknown(Doubt::Contradicted));
}

#[test]
fn what_has_been_read_back_since_is_not_doubted_but_read_back_again() {
    let mut desk = Desk::paused();
    desk.after_ms(300);
    let before = desk.reads.len();
    desk.feed(Input::Declined { call: None });
    assert!(desk.shows_paused());
    assert_eq!(desk.reads.len(), before + 1);
    let declined = AuditEvent::Declined { call: call("a") };
    assert!(desk.events.contains(&declined));
}

#[test]
fn what_may_have_been_missed_is_read_back_soon_and_takes_nothing_down() {
    let mut desk = Desk::paused();
    desk.after_ms(500);
    let before = desk.reads.len();
    desk.feed(Input::Missed);
    assert!(desk.shows_paused());
    assert_eq!(desk.reads.len(), before + 1);
}

#[test]
fn a_read_back_that_is_out_when_something_was_missed_is_followed_by_another_one() {
    let mut desk = Desk::in_call(ProofBy::ReadBack);
    desk.after_ms(9_500);
    let out = desk.reads.len();
    desk.feed(Input::Missed);
    desk.see(Recorder::Recording);
    desk.after_ms(250);
    assert_eq!(desk.reads.len(), out + 1);
    desk.see(Recorder::Recording);
    desk.after_ms(5_000);
    assert_eq!(desk.reads.len(), out + 1, "and by one only");
}

#[test]
fn a_flood_of_both_is_no_flood_of_read_backs() {
    let mut desk = Desk::new(ProofBy::ReadBack, Limits::default());
    desk.feed(Input::CallStarted(call("a")));
    let before = desk.reads.len();
    for _ in 0..500 {
        desk.feed(Input::Missed);
        desk.feed(declined());
        let (id, _) = *desk.reads.last().expect("it is read back");
        let seen = Seen::Recorder(Recorder::Recording);
        desk.feed(Input::ReadBack { id, seen });
        desk.after_ms(2);
    }
    let reads = desk.reads.len() - before;
    assert!(reads <= 5, "{reads} read-backs in a second");
}
