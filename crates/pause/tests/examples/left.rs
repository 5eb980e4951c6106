//! A pause that an earlier run may have left (S11).

use std::time::Duration;

use pause::{Answer, AuditEvent, Display, Doubt, Input, Limits, ProofBy, Recorder, Wanted};

use crate::desk::{Desk, call};

/// In a call that may have been left paused that long ago; nobody has been read.
fn suspected(seconds: u64) -> Desk {
    let mut desk = Desk::new(ProofBy::ReadBack, Limits::default());
    desk.after_ms(600_000);
    desk.feed(Input::CallStarted(call("a")));
    let since = desk.now.back(Duration::from_secs(seconds));
    desk.feed(Input::LeftPaused {
        call: call("a"),
        since,
    });
    desk
}

#[test]
fn a_suspicion_claims_nothing_and_a_proof_makes_it_a_pause_of_that_age() {
    let mut desk = suspected(90);
    assert_eq!(desk.display(), Display::Unknown(Doubt::NothingHeardYet));
    desk.see(Recorder::Paused);
    let lasted = desk.display().paused_for(desk.now);
    assert_eq!(lasted, Some(Duration::from_secs(90)));
    let elsewhere = AuditEvent::PausedElsewhere { call: call("a") };
    assert!(!desk.events.contains(&elsewhere), "it was paused from here");
}

#[test]
fn the_ladder_goes_on_from_there_also_while_the_state_is_unknown() {
    let mut desk = suspected(90);
    desk.after_ms(29_000);
    assert_eq!(desk.reminders(), [] as [usize; 0]);
    desk.after_ms(1_500);
    assert_eq!(desk.reminders(), [2]);
    desk.after_ms(60_000);
    assert_eq!(desk.reminders(), [2, 3]);
}

#[test]
fn an_acknowledged_suspicion_reminds_no_longer_and_a_proven_pause_does() {
    let mut desk = suspected(90);
    desk.feed(Input::Acknowledge);
    assert!(desk.events.contains(&AuditEvent::Acknowledged));
    desk.after_ms(120_000);
    assert_eq!(desk.reminders(), [] as [usize; 0]);

    let mut desk = suspected(90);
    desk.see(Recorder::Paused);
    desk.feed(Input::Acknowledge);
    desk.after_ms(31_000);
    assert_eq!(desk.reminders(), [2]);
}

#[test]
fn a_press_is_reminded_of_though_all_has_been_told_of_what_was_left() {
    let mut desk = Desk::new(ProofBy::Nothing, Limits::default());
    desk.after_ms(600_000);
    desk.feed(Input::CallStarted(call("a")));
    let since = desk.now.back(Duration::from_secs(300));
    desk.feed(Input::LeftPaused {
        call: call("a"),
        since,
    });
    desk.want(Wanted::Paused);
    desk.answer(Answer::Accepted);
    desk.after_ms(61_000);
    assert_eq!(desk.reminders(), [1]);
}
