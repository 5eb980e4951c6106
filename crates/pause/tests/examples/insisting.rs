//! Resumes that are asked for again by themselves, where a pause stops the recording.

use std::time::Duration;

use pause::{
    Answer, AuditEvent, Display, Doubt, Input, Limits, Machine, ProofBy, Reason, Recorder, Wanted,
};

use crate::desk::{Desk, call, failed};

/// In a call whose recording has been stopped, and whose start has been refused.
fn failed_start(proof: ProofBy) -> Desk {
    let mut desk = Desk::with(Machine::new(Limits::default(), proof).insisting_on_resumes(true));
    desk.feed(Input::CallStarted(call("a")));
    desk.want(Wanted::Paused);
    desk.answer(Answer::Accepted);
    if proof == ProofBy::ReadBack {
        desk.see(Recorder::Paused);
    }
    desk.after_ms(1_000);
    desk.want(Wanted::Recording);
    desk.answer(Answer::Refused);
    if proof == ProofBy::ReadBack {
        desk.see(Recorder::Paused);
    }
    assert_eq!(desk.display(), failed(Wanted::Recording, Reason::Refused));
    desk
}

fn again(desk: &Desk) -> usize {
    let again = AuditEvent::ResumeAgain { call: call("a") };
    desk.events.iter().filter(|event| **event == again).count()
}

fn failures(desk: &Desk) -> usize {
    let failed = |event: &&AuditEvent| matches!(event, AuditEvent::Failed { .. });
    desk.events.iter().filter(failed).count()
}

#[test]
fn a_start_that_failed_is_asked_for_again_until_the_vendor_takes_it() {
    let mut desk = failed_start(ProofBy::Nothing);
    let before = desk.commands.len();
    for n in 1..=3 {
        desk.after_ms(10_000);
        assert_eq!((desk.commands.len() - before, again(&desk)), (n, n));
        desk.answer(Answer::Refused);
    }
    desk.after_ms(10_000);
    desk.answer(Answer::Accepted);
    assert_eq!(desk.display(), Display::Unknown(Doubt::ResumeSent));
    let sent = desk.commands.len();
    desk.after_ms(60_000);
    assert_eq!(desk.commands.len(), sent, "it has been taken");
}

#[test]
fn the_alarm_stays_up_while_it_is_asked_for_again_and_is_told_of_once() {
    let mut desk = failed_start(ProofBy::Nothing);
    let told = failures(&desk);
    for _ in 0..600 {
        desk.after_ms(100);
        assert!(matches!(desk.display(), Display::Failed(_)));
    }
    assert!(again(&desk) >= 4, "{}", again(&desk));
    assert_eq!(failures(&desk), told);
}

#[test]
fn an_alarm_that_has_been_seen_gives_way_to_a_resume_that_goes_on() {
    let mut desk = failed_start(ProofBy::Nothing);
    desk.feed(Input::Acknowledge);
    for _ in 0..300 {
        assert_eq!(desk.display(), Display::Resuming);
        desk.after_ms(100);
    }
    assert!(again(&desk) >= 2);
}

#[test]
fn one_that_gets_no_answer_is_sent_once_each_time() {
    let mut desk = failed_start(ProofBy::Nothing);
    let before = desk.commands.len();
    desk.after_ms(13_000);
    assert_eq!(desk.commands.len(), before + 1);
}

#[test]
fn a_pause_ends_it() {
    let mut desk = failed_start(ProofBy::Nothing);
    desk.want(Wanted::Paused);
    desk.answer(Answer::Accepted);
    desk.after_ms(60_000);
    assert_eq!(desk.wanted().last(), Some(&Wanted::Paused));
    assert!(matches!(desk.display(), Display::PauseSent { .. }));
}

#[test]
fn the_end_of_the_call_ends_it() {
    let mut desk = failed_start(ProofBy::Nothing);
    let before = desk.commands.len();
    desk.feed(Input::CallEnded(call("a")));
    desk.after_ms(60_000);
    assert_eq!(desk.commands.len(), before);
    assert_eq!(desk.display(), Display::NoCall);

    // Also while it is held on to, because it may be paused.
    let mut desk = failed_start(ProofBy::ReadBack);
    let before = desk.commands.len();
    desk.feed(Input::CallEnded(call("a")));
    desk.after_ms(25_000);
    assert_ne!(desk.display(), Display::NoCall);
    assert_eq!(desk.commands.len(), before);
}

#[test]
fn proof_of_recording_ends_it() {
    let mut desk = failed_start(ProofBy::ReadBack);
    let before = desk.commands.len();
    desk.after_ms(2_000);
    desk.see(Recorder::Recording);
    assert_eq!(desk.display(), Display::Recording);
    desk.after_ms(60_000);
    assert_eq!(desk.commands.len(), before);
}

#[test]
fn without_a_link_it_waits_and_goes_out_as_soon_as_there_is_one() {
    let mut desk = failed_start(ProofBy::Nothing);
    let before = desk.commands.len();
    desk.feed(Input::LinkDown);
    desk.after_ms(60_000);
    assert_eq!((desk.commands.len(), again(&desk)), (before, 0));
    desk.feed(Input::LinkUp);
    assert_eq!((desk.commands.len(), again(&desk)), (before + 1, 1));
}

#[test]
fn pressing_resume_meanwhile_makes_it_the_agents_again() {
    let mut desk = failed_start(ProofBy::Nothing);
    desk.after_ms(10_000);
    let out = desk.commands.len();
    desk.want(Wanted::Recording);
    assert_eq!(desk.display(), Display::Resuming);
    assert_eq!(desk.commands.len(), out, "one is out already");
    let told = failures(&desk);
    desk.answer(Answer::Refused);
    assert_eq!(desk.display(), failed(Wanted::Recording, Reason::Refused));
    assert_eq!(failures(&desk), told + 1);
}

#[test]
fn where_a_pause_does_not_stop_the_recording_nothing_is_asked_for_again() {
    let mut desk = Desk::in_call(ProofBy::Nothing);
    desk.want(Wanted::Recording);
    desk.answer(Answer::Refused);
    let before = desk.commands.len();
    desk.after_ms(60_000);
    assert_eq!(desk.commands.len(), before);
}

#[test]
fn the_longest_pause_and_this_ask_once_each_time_and_not_twice() {
    let limits = Limits {
        longest_pause: Some(Duration::from_secs(20)),
        ..Limits::default()
    };
    let mut desk = Desk::with(Machine::new(limits, ProofBy::Nothing).insisting_on_resumes(true));
    desk.feed(Input::CallStarted(call("a")));
    desk.want(Wanted::Paused);
    desk.answer(Answer::Accepted);
    desk.after_ms(20_000);
    assert_eq!(desk.wanted().last(), Some(&Wanted::Recording));
    desk.answer(Answer::Refused);
    let before = desk.commands.len();
    for n in 1..=5 {
        desk.after_ms(10_000);
        assert_eq!(desk.commands.len() - before, n);
        desk.answer(Answer::Refused);
    }
    // The agent may pause anew, for as long as the longest pause, which then holds again.
    desk.want(Wanted::Paused);
    desk.answer(Answer::Accepted);
    desk.after_ms(19_900);
    assert_eq!(desk.wanted().last(), Some(&Wanted::Paused));
    desk.after_ms(100);
    assert_eq!(desk.wanted().last(), Some(&Wanted::Recording));
}
