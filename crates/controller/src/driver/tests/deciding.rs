//! F4: the organization decides otherwise while Fermata runs.

use super::super::scripted::{Script, Then};
use super::{MS, Rig, after};
use crate::view::{DisplayName, Request, SignIn, SignInOutcome};

/// Longer than it takes until what has been decided is read again.
const READ: u32 = 15_100;

fn extension(script: &Script) -> String {
    format!(
        "[enforced]\nextension_from = \"fixed\"\nextension = \"{}\"\n",
        script.number
    )
}

#[tokio::test(start_paused = true)]
async fn a_longest_pause_holds_for_the_pause_that_is_under_way() {
    let script = Script::new(|_| ());
    let rig = Rig::new(&script);
    rig.in_call().await;
    rig.pause();
    after(60_000).await;
    assert_eq!(rig.shows(), DisplayName::Paused);
    rig.decide("[enforced]\nlongest_pause_seconds = 30\n");
    after(READ).await;
    assert_eq!(rig.shows(), DisplayName::Recording);
    let value = rig.told("longest_pause_seconds");
    assert_eq!(value.value, "30");
    assert!(value.place.ends_with("policy.toml:2"), "{}", value.place);
}

#[tokio::test(start_paused = true)]
async fn a_stricter_freshness_takes_down_what_is_too_old_and_asks_at_once() {
    let script = Script::new(|_| ());
    let rig = Rig::with(&script, Some("canary"), |settings| {
        settings.limits.freshness = 15_000 * MS;
        settings.limits.read_every_paused = 5_000 * MS;
    });
    rig.in_call().await;
    rig.pause();
    after(1_000).await;
    script.with(|script| script.on_read = Then::Hangs);
    rig.decide("[enforced]\nfreshness_ms = 4000\n");
    after(READ - 1_000).await;
    assert_eq!(rig.shows(), DisplayName::Unknown);
    assert!(rig.view().good_for_ms <= 4_000);
}

#[tokio::test(start_paused = true)]
async fn how_long_an_acknowledgement_is_enough_is_for_the_organization_to_say() {
    let script = Script::new(|script| {
        script.proof = pause::ProofBy::Nothing;
        script.pauses = vendors::PauseScope::Agent;
    });
    let mut rig = Rig::new(&script);
    after(5).await;
    rig.pause();
    after(5).await;
    assert_eq!(rig.shows(), DisplayName::PauseSent);
    rig.changes();
    rig.decide("[enforced]\naccept_acknowledgement = true\n");
    after(READ).await;
    assert_eq!(
        rig.changes(),
        [(
            DisplayName::Paused,
            "the organization has decided otherwise".to_owned()
        )]
    );
    rig.decide("");
    after(READ).await;
    assert_eq!(rig.shows(), DisplayName::PauseSent);
}

#[tokio::test(start_paused = true)]
async fn another_account_is_signed_in_to_at_once_where_nothing_is_under_way() {
    let (one, other) = (Script::new(|_| ()), Script::new(|_| ()));
    let rig = Rig::new(&one);
    rig.keep_secret(&other, "canary");
    rig.in_call().await;
    rig.decide(&extension(&other));
    after(READ).await;
    assert_eq!(other.with(|script| script.sign_ins), 1);
    assert_eq!(one.with(|script| script.sign_outs), 1);
    let view = rig.view();
    assert!(view.vendor.as_ref().unwrap().link_up);
    let field = &view.sign_in.vendors[0].fields[0];
    assert!(field.managed);
    assert_eq!(field.value, other.number.to_string());
    assert!(view.calls.is_empty(), "they are another agent's");
}

#[tokio::test(start_paused = true)]
async fn another_account_waits_until_the_pause_is_over_and_after_a_while_that_is_said() {
    let (one, other) = (Script::new(|_| ()), Script::new(|_| ()));
    let rig = Rig::new(&one);
    rig.keep_secret(&other, "canary");
    rig.in_call().await;
    rig.pause();
    after(1_000).await;
    rig.decide(&extension(&other));
    after(READ).await;
    assert_eq!(rig.shows(), DisplayName::Paused);
    assert!(rig.problems().is_empty());
    after(60_000).await;
    assert_eq!(rig.shows(), DisplayName::Paused);
    assert_eq!(rig.problems(), ["account-change-waits"]);
    assert_eq!(other.with(|script| script.sign_ins), 0);
    rig.resume();
    after(1_000).await;
    assert_eq!(other.with(|script| script.sign_ins), 1);
    assert!(rig.problems().is_empty());
}

#[tokio::test(start_paused = true)]
async fn a_failure_holds_another_account_back_until_it_has_been_seen() {
    let (one, other) = (Script::new(|_| ()), Script::new(|_| ()));
    let rig = Rig::new(&one);
    rig.keep_secret(&other, "canary");
    rig.in_call().await;
    one.with(|script| script.on_command = Then::Says(vendors::Kind::Refused("no".to_owned())));
    rig.pause();
    after(5_000).await;
    assert_eq!(rig.shows(), DisplayName::Failed);
    rig.decide(&extension(&other));
    after(READ).await;
    assert_eq!(rig.shows(), DisplayName::Failed);
    rig.send(Request::Acknowledge);
    after(1_000).await;
    assert_eq!(other.with(|script| script.sign_ins), 1);
}

#[tokio::test(start_paused = true)]
async fn what_is_not_taken_is_a_problem_with_its_place_that_stops_nobody_and_goes_when_mended() {
    let script = Script::new(|_| ());
    let rig = Rig::new(&script);
    rig.in_call().await;
    rig.decide("[enforced]\nlongest_pause_seconds = \"soon\"\nmay_quit = false\n");
    after(READ).await;
    assert_eq!(rig.problems(), ["policy-rejected"]);
    let problem = &rig.view().problems[0];
    assert!(!problem.blocks_pausing);
    assert!(
        problem.message.contains("policy.toml:2"),
        "{}",
        problem.message
    );
    assert_eq!(rig.view().policy.rejected.len(), 1);
    assert!(
        !rig.handle.in_force().borrow().may_quit,
        "it is dropped alone"
    );
    assert!(rig.view().can_pause);
    rig.decide("[enforced]\nmay_quit = false\n");
    after(READ).await;
    assert!(rig.problems().is_empty());
}

#[tokio::test(start_paused = true)]
async fn whoever_runs_the_engine_hears_of_each_change() {
    let script = Script::new(|_| ());
    let rig = Rig::new(&script);
    let mut heard = rig.handle.in_force();
    heard.borrow_and_update();
    after(60_000).await;
    assert!(!heard.has_changed().unwrap(), "nothing has");
    rig.decide("[enforced]\nhotkey_toggle = \"F9\"\n[recommended]\nlog_days = 3\n");
    after(READ).await;
    assert!(heard.has_changed().unwrap());
    let in_force = heard.borrow_and_update();
    assert_eq!(in_force.hotkeys.toggle.as_deref(), Some("F9"));
    assert_eq!(in_force.view.value("log_days"), Some("3"));
}

#[tokio::test(start_paused = true)]
async fn a_sign_in_writes_nothing_that_the_organization_has_decided() {
    let (one, other) = (Script::new(|_| ()), Script::new(|_| ()));
    let rig = Rig::under(&extension(&other), &one);
    rig.keep_secret(&other, "canary");
    after(50).await;
    let typed = [("script".to_owned(), other.number.to_string())];
    rig.send(Request::SignIn(SignIn {
        vendor: "scripted".to_owned(),
        fields: typed.to_vec(),
        secret: Some("canary".into()),
    }));
    after(50).await;
    let outcome = &rig.view().sign_in.outcome;
    assert!(matches!(outcome, SignInOutcome::Done { .. }), "{outcome:?}");
    let written = std::fs::read_to_string(rig.place.path().join("settings.toml")).unwrap();
    assert!(!written.contains("script ="), "{written}");
    assert_eq!(one.with(|script| script.sign_ins), 0);
    assert!(other.with(|script| script.sign_ins) >= 1);
}
