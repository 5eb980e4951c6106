//! A vendor where a pause stops the recording, and a resume starts another one.

use std::sync::Arc;

use pause::{ProofBy, Wanted};
use vendors::{Kind, PauseBy, PauseScope};

use super::super::scripted::{Script, Then};
use super::{MS, Rig, after};
use crate::view::{DisplayName, Request};

fn stopping() -> Arc<Script> {
    Script::new(|script| {
        script.proof = ProofBy::Nothing;
        script.pauses = PauseScope::Agent;
        script.pauses_by = PauseBy::StopAndStart;
    })
}

#[tokio::test(start_paused = true)]
async fn nothing_says_that_the_recording_is_paused() {
    let script = stopping();
    script.with(|script| script.on_command = Then::Obeys(100 * MS));
    let mut rig = Rig::new(&script);
    after(5).await;
    rig.changes();
    let mut headlines = Vec::new();
    rig.pause();
    after(50).await;
    headlines.push(rig.view().headline.clone());
    after(100).await;
    headlines.push(rig.view().headline.clone());
    assert!(rig.view().vendor.as_ref().unwrap().stops);
    after(61_000).await;
    rig.resume();
    after(50).await;
    headlines.push(rig.view().headline.clone());
    assert_eq!(
        headlines,
        [
            "STOPPING…",
            "RECORDING STOPPED, NOT CONFIRMED BY SCRIPTED",
            "STARTING…",
        ]
    );
    after(100).await;
    assert_eq!(rig.notices(), ["A stop was sent 60 s ago"]);
    let causes: Vec<_> = rig.changes().into_iter().map(|(_, cause)| cause).collect();
    assert_eq!(
        causes,
        [
            "the agent asked for a stop",
            "the vendor accepted the stop",
            "the agent asked for a start",
            "the vendor accepted the start",
        ]
    );
}

#[tokio::test(start_paused = true)]
async fn a_start_that_fails_is_an_alarm_that_stays_while_it_is_tried_again() {
    let script = stopping();
    let mut rig = Rig::new(&script);
    after(5).await;
    rig.pause();
    after(1_000).await;
    script.with(|script| script.on_command = Then::Says(Kind::Refused("x".into())));
    rig.resume();
    after(50).await;
    assert_eq!(rig.view().headline, "NOT RECORDING");
    rig.changes();
    after(35_000).await;
    assert_eq!(rig.shows(), DisplayName::Failed);
    assert_eq!(rig.changes(), [], "it does not flicker");
    assert_eq!(rig.notices(), ["NOT RECORDING"]);
    let starts = script.with(|script| {
        let starts = script.commands.iter();
        starts.filter(|sent| **sent == Wanted::Recording).count()
    });
    assert_eq!(starts, 4, "the agent's own, and one every ten seconds");

    script.with(|script| script.on_command = Then::Obeys(MS));
    after(10_000).await;
    assert_eq!(rig.shows(), DisplayName::Unknown);
    assert!(rig.view().reason.contains("accepted the start"));
    let sent = script.with(|script| script.commands.len());
    after(60_000).await;
    assert_eq!(script.with(|script| script.commands.len()), sent);
}

#[tokio::test(start_paused = true)]
async fn an_alarm_that_has_been_seen_says_that_it_is_being_started() {
    let script = stopping();
    let rig = Rig::new(&script);
    after(5).await;
    rig.pause();
    after(1_000).await;
    script.with(|script| script.on_command = Then::Says(Kind::Refused("x".into())));
    rig.resume();
    after(50).await;
    rig.send(Request::Acknowledge);
    after(30_000).await;
    assert_eq!(rig.view().headline, "STARTING…");
}
