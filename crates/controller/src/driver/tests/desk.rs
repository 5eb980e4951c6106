//! The computer sleeps, loses its network, is locked (B8).

use pause::Recorder;
use vendors::Kind;

use super::super::scripted::{Script, Then};
use super::{MS, Rig, after};
use crate::view::{DeskEvent, DisplayName, Request};

async fn paused(script: &Script) -> Rig {
    let rig = Rig::new(script);
    rig.in_call().await;
    rig.pause();
    after(100).await;
    assert_eq!(rig.shows(), DisplayName::Paused);
    rig
}

/// Tells of it, and lets the engine take it in.
async fn befalls(rig: &Rig, event: DeskEvent) {
    rig.send(Request::Desk(event));
    after(1).await;
}

#[tokio::test(start_paused = true)]
async fn a_computer_that_falls_asleep_claims_nothing_and_reads_anew_when_it_wakes() {
    let script = Script::new(|_| ());
    let mut rig = paused(&script).await;
    rig.notices();
    befalls(&rig, DeskEvent::FallsAsleep).await;
    assert_eq!(rig.shows(), DisplayName::Unknown);
    // Somebody else has resumed it meanwhile.
    script.with(|script| script.recorder = Recorder::Recording);
    after(5_000).await;
    assert_eq!(rig.shows(), DisplayName::Unknown, "it reads nothing asleep");
    befalls(&rig, DeskEvent::Wakes).await;
    after(100).await;
    assert_eq!(rig.shows(), DisplayName::Recording);
    assert_eq!(script.with(|script| script.sign_ins), 2);
    let of_the_vendor = rig.notices();
    assert!(
        !of_the_vendor.iter().any(|title| title.contains("Scripted")),
        "a sleep is no outage: {of_the_vendor:?}"
    );
}

#[tokio::test(start_paused = true)]
async fn a_sleep_that_does_not_come_about_ends_by_itself() {
    let script = Script::new(|_| ());
    let rig = paused(&script).await;
    befalls(&rig, DeskEvent::FallsAsleep).await;
    after(11_000).await;
    assert_eq!(rig.shows(), DisplayName::Paused);
}

#[tokio::test(start_paused = true)]
async fn a_waking_that_nobody_announced_takes_the_claim_down_and_reads_anew() {
    let script = Script::new(|_| ());
    let mut rig = paused(&script).await;
    rig.changes();
    befalls(&rig, DeskEvent::Wakes).await;
    after(100).await;
    let shown: Vec<DisplayName> = rig.changes().into_iter().map(|(shown, _)| shown).collect();
    assert_eq!(shown, [DisplayName::Unknown, DisplayName::Paused]);
}

#[tokio::test(start_paused = true)]
async fn a_network_that_takes_its_time_after_a_sleep_is_found_within_two_seconds() {
    let script = Script::new(|_| ());
    let rig = paused(&script).await;
    befalls(&rig, DeskEvent::FallsAsleep).await;
    script.with(|script| script.on_sign_in = Then::Says(Kind::Unreachable));
    befalls(&rig, DeskEvent::Wakes).await;
    after(20_000).await;
    assert_eq!(rig.shows(), DisplayName::Unknown);
    let tries = script.with(|script| script.sign_ins);
    assert!((14..=42).contains(&tries), "{tries}");
    script.with(|script| script.on_sign_in = Then::Obeys(MS));
    after(2_000).await;
    assert_eq!(rig.shows(), DisplayName::Paused);
}

#[tokio::test(start_paused = true)]
async fn a_vendor_that_answers_after_a_sleep_and_is_not_well_is_left_alone_as_ever() {
    let script = Script::new(|_| ());
    let rig = paused(&script).await;
    script.with(|script| script.on_sign_in = Then::Says(Kind::NoAnswer));
    befalls(&rig, DeskEvent::Wakes).await;
    after(30_000).await;
    let tries = script.with(|script| script.sign_ins);
    assert!(tries <= 10, "{tries}");
}

#[tokio::test(start_paused = true)]
async fn a_secret_that_was_rejected_is_not_tried_again_because_the_computer_wakes() {
    let script = Script::new(|script| script.secret = "another one");
    let rig = Rig::new(&script);
    after(100).await;
    for event in [
        DeskEvent::FallsAsleep,
        DeskEvent::Wakes,
        DeskEvent::NetworkLost,
        DeskEvent::NetworkBack,
    ] {
        befalls(&rig, event).await;
    }
    after(60_000).await;
    assert_eq!(script.with(|script| script.sign_ins), 1);
    assert_eq!(rig.problems(), ["sign-in-rejected"]);
}

#[tokio::test(start_paused = true)]
async fn a_network_that_is_told_to_be_back_is_used_at_once() {
    let script = Script::new(|_| ());
    let rig = paused(&script).await;
    befalls(&rig, DeskEvent::NetworkLost).await;
    assert_eq!(rig.shows(), DisplayName::Unknown);
    // As one that vanishes: what is sent is not answered.
    script.with(|script| script.on_sign_in = Then::Hangs);
    after(300_000).await;
    script.with(|script| script.on_sign_in = Then::Obeys(MS));
    befalls(&rig, DeskEvent::NetworkBack).await;
    after(100).await;
    assert_eq!(rig.shows(), DisplayName::Paused);
}

#[tokio::test(start_paused = true)]
async fn a_press_waits_for_no_network_to_be_announced() {
    let script = Script::new(|_| ());
    let rig = Rig::new(&script);
    rig.in_call().await;
    befalls(&rig, DeskEvent::NetworkLost).await;
    rig.pause();
    after(100).await;
    assert_eq!(rig.shows(), DisplayName::Paused);
}

#[tokio::test(start_paused = true)]
async fn who_comes_back_to_the_screen_sees_what_has_just_been_read() {
    let script = Script::new(|_| ());
    let mut rig = Rig::new(&script);
    rig.in_call().await;
    after(3_000).await;
    script.with(|script| script.recorder = Recorder::Paused);
    rig.changes();
    befalls(&rig, DeskEvent::Locked).await;
    befalls(&rig, DeskEvent::Unlocked).await;
    after(100).await;
    let shown: Vec<DisplayName> = rig.changes().into_iter().map(|(shown, _)| shown).collect();
    assert_eq!(shown, [DisplayName::Paused], "and no claim was taken down");
}
