//! F4: the organization decides on other limits while a pause is under way.

use std::time::Duration;

use pause::{AuditEvent, Display, Doubt, Limits, ProofBy, Reason, Recorder, Wanted};

use crate::desk::{Desk, call, failed};

fn seconds(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

/// Paused, and proven again and again for this long.
fn paused_for(seconds: u64) -> Desk {
    let mut desk = Desk::paused();
    for _ in 0..seconds * 2 {
        desk.after_ms(500);
        desk.see(Recorder::Paused);
    }
    desk
}

fn resumes(desk: &Desk) -> usize {
    let wanted = desk.wanted();
    let resumes = wanted.iter().filter(|one| **one == Wanted::Recording);
    resumes.count()
}

#[test]
fn a_longest_pause_counts_from_the_beginning_of_the_one_that_is_under_way() {
    let mut desk = paused_for(20);
    let Display::Paused { since, resumes_at } = desk.display() else {
        panic!("{:?}", desk.display());
    };
    assert_eq!(resumes_at, None);
    desk.decide(Limits {
        longest_pause: Some(seconds(30)),
        ..Limits::default()
    });
    let resumes_at = Some(since + seconds(30));
    assert_eq!(desk.display(), Display::Paused { since, resumes_at });
    desk.after_ms(9_000);
    assert_eq!(resumes(&desk), 0);
    desk.after_ms(1_500);
    assert_eq!(resumes(&desk), 1);
}

#[test]
fn a_pause_that_is_too_long_already_ends_at_once_and_is_asked_for_with_the_gap() {
    let mut desk = paused_for(20);
    let stricter = Limits {
        longest_pause: Some(seconds(15)),
        ..Limits::default()
    };
    desk.decide(stricter.clone());
    assert_eq!(resumes(&desk), 1);
    assert!(
        desk.events
            .contains(&AuditEvent::LongestPauseOver { call: call("a") })
    );
    // Deciding again asks no sooner than the gap.
    desk.after_ms(5_000);
    let so_far = resumes(&desk);
    desk.decide(Limits {
        longest_pause: Some(seconds(14)),
        ..stricter
    });
    assert_eq!(resumes(&desk), so_far);
}

#[test]
fn a_resume_that_fails_as_the_longest_pause_ends_is_shown_so_before_it_is_asked_for_again() {
    let mut desk = paused_for(28);
    desk.decide(Limits {
        longest_pause: Some(seconds(30)),
        ..Limits::default()
    });
    desk.want(Wanted::Recording);
    desk.after_ms(3_100);
    assert_eq!(desk.display(), failed(Wanted::Recording, Reason::NoAnswer));
    let so_far = resumes(&desk);
    desk.after_ms(6_500);
    assert_eq!(resumes(&desk), so_far);
    desk.after_ms(1_000);
    assert_eq!(resumes(&desk), so_far + 1);
}

#[test]
fn a_longest_pause_that_is_taken_back_ends_nothing() {
    let mut desk = paused_for(10);
    desk.decide(Limits {
        longest_pause: Some(seconds(30)),
        ..Limits::default()
    });
    desk.decide(Limits::default());
    desk.after_ms(60_000);
    assert_eq!(resumes(&desk), 0);
}

#[test]
fn a_proof_that_is_too_old_by_the_new_limit_is_none_at_once() {
    let mut desk = Desk::paused();
    desk.after_ms(1_500);
    assert!(desk.shows_paused());
    let reads = desk.reads.len();
    desk.decide(Limits {
        freshness: seconds(1),
        ..Limits::default()
    });
    assert_eq!(desk.display(), Display::Unknown(Doubt::Stale));
    assert_eq!(desk.reads.len(), reads + 1, "it is read back at once");
    desk.see(Recorder::Paused);
    assert!(desk.shows_paused());
}

#[test]
fn a_step_of_the_new_ladder_that_is_past_comes_at_once_and_none_comes_twice() {
    let mut desk = paused_for(50);
    assert_eq!(desk.reminders(), [0_usize; 0]);
    let ladder = |steps: &[u64]| Limits {
        reminders: steps.iter().copied().map(seconds).collect(),
        ..Limits::default()
    };
    desk.decide(ladder(&[40, 100]));
    assert_eq!(desk.reminders(), [1]);
    desk.decide(ladder(&[30, 45, 100]));
    assert_eq!(desk.reminders(), [1], "the agent has been reminded since");
    desk.after_ms(51_000);
    assert_eq!(desk.reminders(), [1, 3]);
}

// S4
#[test]
fn a_ladder_with_fewer_steps_does_not_end_the_reminders() {
    let mut desk = Desk::paused();
    desk.decide(Limits {
        reminders: [5, 10, 15].map(seconds).to_vec(),
        ..Limits::default()
    });
    desk.after_ms(20_000);
    assert_eq!(desk.reminders(), [1, 2, 3]);
    desk.decide(Limits {
        reminders: vec![seconds(60)],
        ..Limits::default()
    });
    desk.after_ms(41_000);
    assert_eq!(desk.reminders(), [1, 2, 3, 1]);
}

#[test]
fn a_press_keeps_to_the_new_deadline() {
    let mut desk = Desk::in_call(ProofBy::ReadBack);
    desk.want(Wanted::Paused);
    desk.after_ms(1_200);
    assert_eq!(desk.display(), Display::Pausing);
    desk.decide(Limits {
        settle_within: seconds(1),
        ..Limits::default()
    });
    assert!(matches!(desk.display(), Display::Failed(_)));
}
