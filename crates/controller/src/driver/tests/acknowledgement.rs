//! An organisation that takes an acknowledgement for enough.

use std::sync::Arc;

use pause::{CallId, ProofBy};
use vendors::{Kind, PauseBy, PauseScope, VendorEvent};

use super::super::scripted::{Script, Then};
use super::{Rig, after};
use crate::view::DisplayName;

fn without_proof() -> Arc<Script> {
    Script::new(|script| {
        script.proof = ProofBy::Nothing;
        script.pauses = PauseScope::Agent;
    })
}

/// An organisation that takes the acknowledgement for enough.
async fn enough(script: &Arc<Script>) -> Rig {
    let rig = Rig::under("[enforced]\naccept_acknowledgement = true\n", script);
    after(5).await;
    rig
}

#[tokio::test(start_paused = true)]
async fn an_acknowledged_pause_is_shown_as_a_pause_that_is_not_confirmed() {
    let script = without_proof();
    let mut rig = enough(&script).await;
    rig.pause();
    after(5).await;
    let view = rig.view();
    assert_eq!(view.display, DisplayName::Paused);
    assert_eq!(view.calls[0].display, DisplayName::Paused);
    assert_eq!(view.headline, "RECORDING PAUSED");
    assert_eq!(view.reason, "Acknowledged by Scripted, not confirmed.");
    assert_eq!(view.evidence.as_ref().unwrap().kind, "acknowledgement");
    assert!(view.vendor.as_ref().unwrap().acknowledgement_is_enough);
    after(60_000).await;
    assert_eq!(rig.notices(), ["The recording has been paused for 60 s"]);
}

#[tokio::test(start_paused = true)]
async fn where_the_recording_is_stopped_it_says_so() {
    let script = without_proof();
    script.with(|script| script.pauses_by = PauseBy::StopAndStart);
    let rig = enough(&script).await;
    rig.pause();
    after(5).await;
    assert_eq!(rig.view().headline, "RECORDING STOPPED");
    assert_eq!(
        rig.view().reason,
        "Acknowledged by Scripted, not confirmed."
    );
}

#[tokio::test(start_paused = true)]
async fn the_lost_link_and_a_hint_take_it_down_as_ever() {
    let script = without_proof();
    let rig = enough(&script).await;
    rig.pause();
    after(12_000).await;
    script.with(|script| script.on_sign_in = Then::Says(Kind::Unreachable));
    script.says(Err(Kind::SessionEnded));
    after(5).await;
    assert_eq!(rig.shows(), DisplayName::Unknown);

    let script = without_proof();
    let rig = enough(&script).await;
    rig.pause();
    after(1_000).await;
    let call = CallId::new(format!("extension {}", script.number));
    let recorder = pause::Recorder::Recording;
    script.says(Ok(VendorEvent::Hint { call, recorder }));
    after(5).await;
    assert_eq!(rig.shows(), DisplayName::Unknown);
}

#[tokio::test(start_paused = true)]
async fn a_vendor_that_can_prove_is_held_to_it() {
    let script = Script::new(|script| script.on_read = Then::Hangs);
    let rig = enough(&script).await;
    rig.in_call().await;
    rig.pause();
    after(100).await;
    assert_eq!(rig.shows(), DisplayName::Pausing);
    assert!(
        !rig.view()
            .vendor
            .as_ref()
            .unwrap()
            .acknowledgement_is_enough
    );
}

#[tokio::test(start_paused = true)]
async fn where_nothing_is_decided_it_is_not_enough() {
    let script = without_proof();
    let rig = Rig::new(&script);
    after(5).await;
    rig.pause();
    after(5).await;
    assert_eq!(rig.shows(), DisplayName::PauseSent);
    assert_eq!(rig.view().headline, "PAUSE SENT, NOT CONFIRMED BY SCRIPTED");
}
