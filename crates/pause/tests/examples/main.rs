//! One rule of the machine each, in a few lines.

mod deciding;
mod declined;
mod desk;
mod extending;
mod insisting;
mod left;
mod searching;

use std::time::Duration;

use desk::{Desk, call, failed};
use pause::{
    Answer, AuditEvent, Display, Doubt, Input, Limits, ProofBy, Reason, Recorder, Seen, Wanted,
};

// Claims

#[test]
fn an_accepted_pause_is_not_a_pause() {
    let mut desk = Desk::in_call(ProofBy::ReadBack);
    desk.want(Wanted::Paused);
    desk.answer(Answer::Accepted);
    assert_eq!(desk.display(), Display::Pausing);
    desk.see(Recorder::Paused);
    assert!(desk.shows_paused());
}

#[test]
fn a_vendor_without_proof_can_only_have_been_sent_a_pause() {
    let mut desk = Desk::in_call(ProofBy::Nothing);
    assert_eq!(desk.display(), Display::Unknown(Doubt::CannotBeAsked));
    desk.want(Wanted::Paused);
    desk.answer(Answer::Accepted);
    assert!(matches!(desk.display(), Display::PauseSent { .. }));
    assert!(desk.reads.is_empty(), "there is nothing to read back");
    desk.want(Wanted::Recording);
    desk.answer(Answer::Accepted);
    assert_eq!(desk.display(), Display::Unknown(Doubt::ResumeSent));
}

#[test]
fn a_confirmation_counts_only_where_the_reply_is_proof() {
    for (proof, paused) in [(ProofBy::Reply, true), (ProofBy::ReadBack, false)] {
        let mut desk = Desk::in_call(proof);
        desk.want(Wanted::Paused);
        desk.answer(Answer::Confirmed(Recorder::Paused));
        assert_eq!(desk.shows_paused(), paused, "{proof:?}");
    }
}

#[test]
fn proof_is_dated_from_the_moment_it_was_asked_for() {
    let mut desk = Desk::paused();
    desk.after_ms(2_000);
    desk.after_ms(1_000); // the read-back that went out a second ago now comes back
    desk.see(Recorder::Paused);
    // It proves what was so a second ago: it is good for five more seconds, not six.
    let until = desk.now + Duration::from_millis(5_000);
    while desk.shows_paused() && desk.now < until + Duration::from_secs(9) {
        desk.after_ms(50);
    }
    assert!(
        desk.now <= until,
        "shown until {:?}, not {until:?}",
        desk.now
    );
}

#[test]
fn a_pause_that_is_not_proven_again_goes_stale() {
    let mut desk = Desk::paused();
    desk.after_ms(5_900);
    assert!(desk.shows_paused());
    desk.after_ms(200);
    assert_eq!(desk.display(), Display::Unknown(Doubt::Stale));
}

#[test]
fn a_read_back_from_before_a_command_proves_nothing_after_it() {
    let mut desk = Desk::paused();
    desk.after_ms(2_000);
    let (old, _) = *desk.reads.last().expect("the pause is read back");
    desk.want(Wanted::Recording);
    desk.answer(Answer::Accepted);
    let seen = Seen::Recorder(Recorder::Paused);
    desk.feed(Input::ReadBack { id: old, seen });
    assert_eq!(desk.display(), Display::Resuming);
    assert_eq!(desk.events.last(), Some(&AuditEvent::Late { id: old }));
}

#[test]
fn a_hint_takes_a_claim_down_and_never_puts_one_up() {
    let mut desk = Desk::paused();
    desk.after_ms(300);
    desk.feed(Input::Hint {
        call: call("a"),
        recorder: Recorder::Recording,
    });
    assert_eq!(desk.display(), Display::Unknown(Doubt::Contradicted));
    desk.feed(Input::Hint {
        call: call("a"),
        recorder: Recorder::Paused,
    });
    assert_eq!(desk.display(), Display::Unknown(Doubt::Contradicted));
}

#[test]
fn a_read_back_that_a_later_hint_contradicts_is_asked_for_again() {
    let mut desk = Desk::paused();
    desk.after_ms(2_000);
    let out = desk.reads.len();
    desk.feed(Input::Hint {
        call: call("a"),
        recorder: Recorder::Paused,
    });
    desk.see(Recorder::Recording);
    assert_eq!(desk.display(), Display::Unknown(Doubt::Contradicted));
    desk.after_ms(300);
    assert_eq!(desk.reads.len(), out + 1);
    desk.see(Recorder::Recording);
    assert_eq!(desk.display(), Display::Recording);
}

#[test]
fn a_vendor_that_fails_at_once_is_not_asked_in_a_loop() {
    let mut desk = Desk::new(ProofBy::ReadBack, Limits::default());
    desk.feed(Input::CallStarted(call("a")));
    for _ in 0..1_000 {
        let (id, _) = *desk.reads.last().expect("a call is read at once");
        let seen = Seen::Nothing;
        desk.feed(Input::ReadBack { id, seen });
        desk.after_ms(10);
    }
    assert!(desk.reads.len() <= 6, "{} in ten seconds", desk.reads.len());
}

#[test]
fn a_flood_of_hints_is_no_flood_of_read_backs() {
    let mut desk = Desk::paused();
    let before = desk.reads.len();
    for n in 0..1_000 {
        let recorder = [Recorder::Recording, Recorder::Paused][n % 2];
        desk.feed(Input::Hint {
            call: call("a"),
            recorder,
        });
        desk.after_ms(1);
    }
    assert!(
        desk.reads.len() - before <= 5,
        "{} read-backs in a second",
        desk.reads.len() - before
    );
}

#[test]
fn losing_the_link_takes_any_claim_down_and_its_return_proves_nothing() {
    let mut desk = Desk::paused();
    desk.feed(Input::LinkDown);
    assert_eq!(desk.display(), Display::Unknown(Doubt::LinkLost));
    desk.feed(Input::LinkUp);
    assert_eq!(desk.display(), Display::Unknown(Doubt::NothingHeardYet));
    desk.see(Recorder::Paused);
    assert!(desk.shows_paused());
}

#[test]
fn an_answer_from_before_the_link_was_lost_proves_nothing_after_it() {
    let mut desk = Desk::in_call(ProofBy::Reply);
    desk.want(Wanted::Paused);
    desk.after_ms(100);
    desk.feed(Input::LinkDown);
    desk.answer(Answer::Confirmed(Recorder::Paused));
    assert!(!desk.shows_paused());
}

#[test]
fn without_a_link_not_even_the_absence_of_calls_is_claimed() {
    let mut desk = Desk::new(ProofBy::ReadBack, Limits::default());
    assert_eq!(desk.display(), Display::NoCall);
    desk.feed(Input::LinkDown);
    assert_eq!(desk.display(), Display::Unknown(Doubt::LinkLost));
}

// Asking

#[test]
fn in_doubt_the_hotkey_pauses() {
    for doubt in [Input::LinkDown, Input::LinkUp] {
        let mut desk = Desk::paused();
        desk.feed(Input::LinkDown);
        desk.feed(doubt);
        desk.after_ms(1_000);
        desk.feed(Input::Toggle);
        desk.feed(Input::LinkUp);
        assert_eq!(desk.wanted(), [Wanted::Paused, Wanted::Paused]);
    }
}

#[test]
fn the_hotkey_resumes_what_is_proven_or_was_accepted_as_paused() {
    let mut desk = Desk::paused();
    desk.feed(Input::Toggle);
    assert_eq!(desk.display(), Display::Resuming);

    let mut desk = Desk::in_call(ProofBy::Nothing);
    desk.feed(Input::Toggle);
    desk.answer(Answer::Accepted);
    desk.after_ms(1_000);
    desk.feed(Input::Toggle);
    assert_eq!(desk.wanted(), [Wanted::Paused, Wanted::Recording]);
}

#[test]
fn a_double_press_sends_one_request() {
    let mut desk = Desk::in_call(ProofBy::ReadBack);
    desk.feed(Input::Toggle);
    desk.answer(Answer::Accepted);
    desk.see(Recorder::Paused);
    desk.after_ms(290);
    desk.feed(Input::Toggle);
    assert_eq!(desk.wanted(), [Wanted::Paused]);
    assert!(desk.shows_paused());
    desk.after_ms(20);
    desk.feed(Input::Toggle);
    assert_eq!(desk.wanted(), [Wanted::Paused, Wanted::Recording]);
}

#[test]
fn asking_for_what_is_already_so_sends_nothing() {
    let mut desk = Desk::paused();
    desk.after_ms(1_000);
    desk.want(Wanted::Paused);
    assert_eq!(desk.wanted(), [Wanted::Paused]);
    assert!(desk.shows_paused());
}

#[test]
fn a_pause_wins_over_a_resume_under_way() {
    let mut desk = Desk::paused();
    desk.want(Wanted::Recording);
    desk.feed(Input::Toggle);
    assert_eq!(desk.display(), Display::Pausing);
    // Not before the resume is answered: two requests could pass each other.
    assert_eq!(desk.wanted(), [Wanted::Paused, Wanted::Recording]);
    desk.answer(Answer::Accepted);
    assert_eq!(desk.wanted().last(), Some(&Wanted::Paused));
    desk.answer(Answer::Accepted);
    desk.see(Recorder::Paused);
    assert!(desk.shows_paused());
}

#[test]
fn with_no_call_there_is_nothing_to_pause() {
    let mut desk = Desk::new(ProofBy::ReadBack, Limits::default());
    desk.want(Wanted::Paused);
    assert_eq!(desk.events.last(), Some(&AuditEvent::NothingToPause));
    assert_eq!(desk.display(), Display::NoCall);
}

#[test]
fn a_resume_never_starts_a_recording_that_is_off() {
    let mut desk = Desk::new(ProofBy::ReadBack, Limits::default());
    desk.feed(Input::CallStarted(call("a")));
    desk.see(Recorder::Off);
    desk.want(Wanted::Recording);
    assert!(desk.commands.is_empty());
    assert_eq!(desk.display(), Display::NotRecorded);
}

// Failing

#[test]
fn a_vendor_that_never_answers_has_failed_within_the_deadline() {
    let mut desk = Desk::in_call(ProofBy::ReadBack);
    desk.want(Wanted::Paused);
    desk.after_ms(2_999);
    assert_eq!(desk.display(), Display::Pausing);
    desk.after_ms(1);
    assert_eq!(desk.display(), failed(Wanted::Paused, Reason::NoAnswer));
    assert_eq!(desk.wanted(), [Wanted::Paused, Wanted::Paused], "one retry");
}

#[test]
fn a_lost_pause_is_sent_again_once() {
    let mut desk = Desk::in_call(ProofBy::ReadBack);
    desk.want(Wanted::Paused);
    desk.answer(Answer::Lost);
    desk.after_ms(150);
    desk.answer(Answer::Lost);
    desk.after_ms(1_000);
    assert_eq!(desk.wanted(), [Wanted::Paused, Wanted::Paused]);
    desk.see(Recorder::Recording);
    assert_eq!(desk.display(), failed(Wanted::Paused, Reason::NoAnswer));
}

#[test]
fn a_lost_pause_that_turns_out_to_be_carried_out_is_not_sent_again() {
    let mut desk = Desk::in_call(ProofBy::ReadBack);
    desk.want(Wanted::Paused);
    desk.answer(Answer::Lost);
    desk.see(Recorder::Paused);
    desk.after_ms(1_000);
    assert_eq!(desk.wanted(), [Wanted::Paused]);
    assert!(desk.shows_paused());
}

#[test]
fn a_lost_resume_is_not_sent_again_after_the_call_changed() {
    let mut desk = Desk::paused();
    desk.want(Wanted::Recording);
    desk.feed(Input::CallStarted(call("b")));
    desk.answer(Answer::Lost);
    desk.after_ms(2_000);
    assert_eq!(desk.wanted(), [Wanted::Paused, Wanted::Recording]);
}

#[test]
fn a_refused_pause_fails_unless_the_recorder_is_paused_already() {
    let mut desk = Desk::in_call(ProofBy::ReadBack);
    desk.want(Wanted::Paused);
    desk.answer(Answer::Refused);
    desk.see(Recorder::Recording);
    assert_eq!(desk.display(), failed(Wanted::Paused, Reason::Refused));

    let mut desk = Desk::in_call(ProofBy::ReadBack);
    desk.want(Wanted::Paused);
    desk.answer(Answer::Refused);
    desk.see(Recorder::Paused);
    assert!(desk.shows_paused());

    let mut desk = Desk::in_call(ProofBy::Nothing);
    desk.want(Wanted::Paused);
    desk.answer(Answer::Refused);
    assert_eq!(desk.display(), failed(Wanted::Paused, Reason::Refused));
}

#[test]
fn an_accepted_pause_without_effect_fails_at_the_deadline() {
    let mut desk = Desk::in_call(ProofBy::ReadBack);
    desk.want(Wanted::Paused);
    desk.answer(Answer::Accepted);
    for _ in 0..60 {
        desk.see(Recorder::Recording);
        desk.after_ms(50);
    }
    assert_eq!(desk.display(), failed(Wanted::Paused, Reason::NoEffect));
}

/// The vendor takes a resume and carries it out late. What was read back before that says
/// paused, and is worth nothing once the resume counts as failed.
#[test]
fn what_was_read_back_before_a_command_failed_proves_nothing_after_it() {
    for (first, second, before) in [
        (Wanted::Paused, Wanted::Recording, Recorder::Paused),
        (Wanted::Recording, Wanted::Paused, Recorder::Recording),
    ] {
        let mut desk = match first {
            Wanted::Paused => Desk::paused(),
            Wanted::Recording => Desk::in_call(ProofBy::ReadBack),
        };
        desk.want(second);
        desk.answer(Answer::Accepted);
        desk.see(before);
        desk.after_ms(3_000);
        assert_eq!(desk.display(), failed(second, Reason::NoEffect));
        let sent = desk.commands.len();
        desk.want(first);
        assert_eq!(desk.commands.len(), sent + 1, "{first:?} is asked for anew");
        assert!(!desk.shows_paused() && desk.display() != Display::Recording);
    }
}

#[test]
fn a_vendor_that_asks_to_wait_is_asked_again_then_or_not_at_all() {
    let mut desk = Desk::in_call(ProofBy::Nothing);
    desk.want(Wanted::Paused);
    let again_after = Some(Duration::from_secs(1));
    desk.answer(Answer::NotDone { again_after });
    desk.after_ms(999);
    assert_eq!(desk.commands.len(), 1);
    desk.after_ms(1);
    assert_eq!(desk.commands.len(), 2);

    let mut desk = Desk::in_call(ProofBy::Nothing);
    desk.want(Wanted::Paused);
    let again_after = Some(Duration::from_secs(30));
    desk.answer(Answer::NotDone { again_after });
    assert_eq!(desk.display(), failed(Wanted::Paused, Reason::NotDone));
}

#[test]
fn what_may_have_been_carried_out_once_is_never_said_not_to_have_been() {
    let mut desk = Desk::in_call(ProofBy::Nothing);
    desk.want(Wanted::Paused);
    desk.answer(Answer::Lost);
    desk.after_ms(150);
    desk.answer(Answer::NotDone { again_after: None });
    assert_eq!(desk.display(), failed(Wanted::Paused, Reason::NoAnswer));
}

#[test]
fn what_was_turned_away_is_said_to_be_so_also_when_there_is_no_session_to_ask_again() {
    let mut desk = Desk::in_call(ProofBy::Nothing);
    desk.want(Wanted::Paused);
    desk.answer(Answer::NotDone { again_after: None });
    desk.feed(Input::LinkDown);
    desk.after_ms(3_000);
    assert_eq!(desk.commands.len(), 1);
    assert_eq!(desk.display(), failed(Wanted::Paused, Reason::NotDone));
}

#[test]
fn a_failure_stays_until_it_is_acknowledged_or_proven_otherwise() {
    let fail = || {
        let mut desk = Desk::in_call(ProofBy::ReadBack);
        desk.want(Wanted::Paused);
        desk.answer(Answer::Refused);
        desk.see(Recorder::Recording);
        desk.after_ms(2_500);
        desk
    };
    let mut desk = fail();
    desk.see(Recorder::Recording);
    assert_eq!(desk.display(), failed(Wanted::Paused, Reason::Refused));
    desk.feed(Input::Acknowledge);
    assert_eq!(desk.display(), Display::Recording);

    let mut desk = fail();
    desk.see(Recorder::Paused);
    assert!(desk.shows_paused());
}

#[test]
fn a_late_answer_changes_nothing_and_is_on_record() {
    let mut desk = Desk::in_call(ProofBy::Reply);
    desk.want(Wanted::Paused);
    let (first, ..) = desk.commands[0];
    desk.after_ms(3_000);
    let before = desk.display();
    let answer = Answer::Confirmed(Recorder::Paused);
    desk.feed(Input::Answered { id: first, answer });
    assert_eq!(desk.display(), before);
    assert_eq!(desk.events.last(), Some(&AuditEvent::Late { id: first }));
}

// Several calls

#[test]
fn paused_is_shown_only_if_every_recorded_call_is_proven_paused() {
    let mut desk = Desk::paused();
    desk.feed(Input::CallStarted(call("b")));
    assert_eq!(desk.display(), Display::Unknown(Doubt::NothingHeardYet));
    desk.see(Recorder::Recording);
    assert_eq!(desk.display(), Display::Recording);
    desk.after_ms(500);
    desk.want(Wanted::Paused);
    let paused: Vec<_> = desk
        .commands
        .iter()
        .map(|(_, call, _)| call.as_str())
        .collect();
    assert_eq!(
        paused,
        ["a", "b"],
        "only the one that is not paused is asked for"
    );
    desk.answer(Answer::Accepted);
    desk.see(Recorder::Paused);
    assert!(desk.shows_paused());
}

#[test]
fn a_call_that_is_not_recorded_does_not_stand_in_the_way() {
    let mut desk = Desk::paused();
    desk.feed(Input::CallStarted(call("b")));
    desk.see(Recorder::Off);
    assert!(desk.shows_paused());
    desk.after_ms(500);
    desk.feed(Input::Toggle);
    assert_eq!(desk.wanted(), [Wanted::Paused, Wanted::Recording]);
}

// The end of a call

#[test]
fn a_call_that_ends_paused_is_held_on_to_until_the_vendor_says_it_is_not() {
    let mut desk = Desk::paused();
    desk.after_ms(500);
    desk.feed(Input::CallEnded(call("a")));
    assert!(desk.shows_paused());
    desk.see(Recorder::Off);
    assert_eq!(desk.display(), Display::NoCall);
    assert!(desk.events.contains(&AuditEvent::CallEnded {
        call: call("a"),
        left_paused: false
    }));
}

#[test]
fn a_call_that_ends_paused_and_is_never_proven_is_let_go_with_a_record() {
    let mut desk = Desk::paused();
    desk.feed(Input::CallEnded(call("a")));
    desk.after_ms(29_000);
    assert_ne!(desk.display(), Display::NoCall);
    desk.after_ms(1_000);
    assert_eq!(desk.display(), Display::NoCall);
    assert!(desk.events.contains(&AuditEvent::CallEnded {
        call: call("a"),
        left_paused: true
    }));
}

#[test]
fn a_call_that_is_recorded_to_its_end_is_let_go_at_once() {
    let mut desk = Desk::in_call(ProofBy::ReadBack);
    desk.feed(Input::CallEnded(call("a")));
    assert_eq!(desk.display(), Display::NoCall);
}

#[test]
fn a_call_inherits_nothing_from_the_one_before_even_under_the_same_id() {
    let mut desk = Desk::paused();
    desk.feed(Input::CallEnded(call("a")));
    desk.feed(Input::CallStarted(call("a")));
    assert_eq!(desk.display(), Display::Unknown(Doubt::NothingHeardYet));
}

#[test]
fn a_vendor_that_no_longer_knows_the_call_takes_the_claim_down() {
    let mut desk = Desk::paused();
    desk.after_ms(2_000);
    let (id, _) = *desk.reads.last().expect("the pause is read back");
    let seen = Seen::NoSuchCall;
    desk.feed(Input::ReadBack { id, seen });
    assert_eq!(desk.display(), Display::Unknown(Doubt::NoSuchCall));
}

// S4: no pause is forgotten

#[test]
fn each_step_of_the_reminder_ladder_comes_once() {
    let mut desk = Desk::paused();
    for _ in 0..400 {
        desk.after_ms(500);
        desk.see(Recorder::Paused);
    }
    assert_eq!(desk.reminders(), [1, 2, 3]);
}

#[test]
fn the_ladder_goes_on_while_the_state_is_unknown() {
    let mut desk = Desk::paused();
    desk.feed(Input::LinkDown);
    desk.after_ms(200_000);
    assert_eq!(desk.reminders(), [1, 2, 3]);
}

#[test]
fn proof_of_recording_ends_the_ladder() {
    let mut desk = Desk::paused();
    desk.after_ms(2_000);
    desk.see(Recorder::Recording);
    desk.after_ms(200_000);
    assert_eq!(desk.reminders(), [0_usize; 0]);
    assert!(
        desk.events
            .contains(&AuditEvent::ResumedElsewhere { call: call("a") })
    );
}

/// Paused, and 200 s later a resume that the vendor took and nobody could prove: the link is
/// lost, and is back.
fn after_an_unproven_resume(limits: Limits) -> Desk {
    let mut desk = Desk::paused();
    desk.decide(limits);
    desk.after_ms(200_000);
    desk.want(Wanted::Recording);
    desk.answer(Answer::Accepted);
    desk.feed(Input::LinkDown);
    desk.after_ms(4_000);
    assert_eq!(desk.display(), failed(Wanted::Recording, Reason::NotProven));
    desk.feed(Input::LinkUp);
    desk
}

#[test]
fn a_pause_after_a_resume_that_nobody_proved_is_reminded_of_from_the_beginning() {
    let mut desk = after_an_unproven_resume(Limits::default());
    assert_eq!(desk.reminders(), [1, 2, 3]);
    desk.want(Wanted::Paused);
    let asked = desk.now;
    desk.answer(Answer::Accepted);
    desk.see(Recorder::Paused);
    assert_eq!(desk.display().paused_for(asked), Some(Duration::ZERO));
    desk.after_ms(59_000);
    assert_eq!(desk.reminders(), [1, 2, 3]);
    desk.after_ms(1_500);
    assert_eq!(desk.reminders(), [1, 2, 3, 1]);
    desk.after_ms(120_000);
    assert_eq!(desk.reminders(), [1, 2, 3, 1, 2, 3]);
    let lasted = desk.events.iter().rev().find_map(|event| {
        if let AuditEvent::Reminder { paused_for, .. } = event {
            return Some(paused_for.as_secs());
        }
        None
    });
    assert_eq!(lasted, Some(180));
}

#[test]
fn a_pause_after_a_resume_that_nobody_proved_may_last_as_long_as_any_other() {
    let mut desk = after_an_unproven_resume(Limits {
        longest_pause: Some(Duration::from_secs(210)),
        ..Limits::default()
    });
    desk.want(Wanted::Paused);
    desk.answer(Answer::Accepted);
    desk.see(Recorder::Paused);
    assert_eq!(desk.resumes_in_s(), 210);
    let sent = desk.commands.len();
    desk.after_ms(209_000);
    assert_eq!(desk.commands.len(), sent, "not while a card is read out");
    desk.after_ms(1_500);
    assert_eq!(desk.wanted().last(), Some(&Wanted::Recording));
}

#[test]
fn a_press_for_a_pause_in_doubt_is_reminded_of_and_does_not_make_it_longer() {
    let mut desk = Desk::paused();
    let since = desk.now;
    desk.decide(Limits {
        longest_pause: Some(Duration::from_secs(300)),
        ..Limits::default()
    });
    desk.after_ms(200_000);
    assert_eq!(desk.display(), Display::Unknown(Doubt::Stale));
    assert_eq!(desk.reminders(), [1, 2, 3]);
    desk.want(Wanted::Paused);
    desk.answer(Answer::Accepted);
    desk.see(Recorder::Paused);
    assert_eq!(
        desk.display().paused_for(desk.now),
        Some(desk.now.since(since))
    );
    assert!((98..=100).contains(&desk.resumes_in_s()));
    desk.after_ms(61_000);
    assert_eq!(desk.reminders(), [1, 2, 3, 1]);
}

#[test]
fn the_longest_pause_ends_in_resumes_until_one_is_proven() {
    let limits = Limits {
        longest_pause: Some(Duration::from_secs(20)),
        ..Limits::default()
    };
    let mut desk = Desk::new(ProofBy::ReadBack, limits);
    desk.feed(Input::CallStarted(call("a")));
    desk.want(Wanted::Paused);
    desk.answer(Answer::Accepted);
    desk.see(Recorder::Paused);
    let Display::Paused { resumes_at, .. } = desk.display() else {
        panic!("paused")
    };
    assert_eq!(resumes_at, Some(desk.now + Duration::from_secs(20)));
    desk.after_ms(50_000); // nothing is answered any more
    let resumes = desk
        .wanted()
        .iter()
        .filter(|wanted| **wanted == Wanted::Recording)
        .count();
    assert!((3..=8).contains(&resumes), "{resumes} resumes in 30 s");
    while desk.display() != Display::Recording {
        desk.after_ms(100);
        desk.see(Recorder::Recording);
    }
    let sent = desk.commands.len();
    desk.after_ms(30_000);
    assert_eq!(desk.commands.len(), sent, "proof of recording ends it");
}
