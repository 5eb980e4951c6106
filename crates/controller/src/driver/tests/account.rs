use pause::CallId;
use secrecy::ExposeSecret;
use vendors::{Kind, PauseScope};

use super::super::scripted::{Script, Then};
use super::{MS, Rig, after};
use crate::secrets::SecretStore;
use crate::view::{DisplayName, Request, SignIn, SignInOutcome};

fn sign_in(script: &str, secret: Option<&str>) -> Request {
    Request::SignIn(SignIn {
        vendor: "scripted".to_owned(),
        fields: vec![("script".to_owned(), script.to_owned())],
        secret: secret.map(Into::into),
    })
}

fn wrong_fields(rig: &Rig) -> Vec<String> {
    let view = rig.view();
    let SignInOutcome::Wrong { problems } = &view.sign_in.outcome else {
        panic!("another outcome: {:?}", view.sign_in.outcome);
    };
    problems.iter().map(|wrong| wrong.field.clone()).collect()
}

#[tokio::test(start_paused = true)]
async fn an_unreachable_vendor_is_a_problem_after_two_seconds_and_not_before() {
    let script = Script::new(|script| script.on_sign_in = Then::Says(Kind::Unreachable));
    let rig = Rig::new(&script);
    after(1_990).await;
    assert!(rig.problems().is_empty());
    after(20).await;
    assert_eq!(rig.problems(), ["vendor-unreachable"]);
    assert!(rig.view().problems[0].blocks_pausing);
    script.with(|script| script.on_sign_in = Then::Obeys(MS));
    after(20_000).await;
    assert!(rig.problems().is_empty());
    assert!(rig.view().vendor.as_ref().unwrap().link_up);
}

#[tokio::test(start_paused = true)]
async fn an_unreachable_vendor_is_tried_less_and_less_often_but_at_least_every_ninety_seconds() {
    let script = Script::new(|script| script.on_sign_in = Then::Says(Kind::Unreachable));
    let _rig = Rig::new(&script);
    after(60_000).await;
    let first = script.with(|script| std::mem::take(&mut script.sign_ins));
    assert!((3..=10).contains(&first), "{first}");
    after(600_000).await;
    let later = script.with(|script| script.sign_ins);
    assert!((6..=20).contains(&later), "{later}");
}

#[tokio::test(start_paused = true)]
async fn a_press_while_the_link_is_down_signs_in_at_once() {
    let script = Script::new(|script| script.pauses = PauseScope::Agent);
    let rig = Rig::new(&script);
    script.with(|script| script.on_sign_in = Then::Says(Kind::Unreachable));
    after(100_000).await;
    script.with(|script| {
        script.on_sign_in = Then::Obeys(MS);
        script.sign_ins = 0;
    });
    rig.pause();
    after(50).await;
    assert_eq!(script.with(|script| script.sign_ins), 1);
    assert_eq!(rig.shows(), DisplayName::Paused);
}

#[tokio::test(start_paused = true)]
async fn a_session_that_ended_is_renewed_and_the_pause_goes_through() {
    let script = Script::new(|_| ());
    let mut rig = Rig::new(&script);
    rig.in_call().await;
    script.with(|script| {
        script.on_command = Then::Says(Kind::SessionEnded);
        script.on_sign_in = Then::Obeys(100 * MS);
    });
    rig.pause();
    after(50).await;
    script.with(|script| script.on_command = Then::Obeys(MS));
    after(500).await;
    assert_eq!(rig.shows(), DisplayName::Paused);
    assert_eq!(script.with(|script| script.sign_ins), 2);
    after(3_000).await;
    assert!(rig.problems().is_empty());
    assert!(rig.notices().is_empty());
}

#[tokio::test(start_paused = true)]
async fn a_session_that_a_press_finds_over_costs_one_sign_in_and_the_pause_succeeds_in_time() {
    let script = Script::new(|_| ());
    let rig = Rig::new(&script);
    rig.in_call().await;
    after(60_000).await;
    script.with(|script| script.on_sign_in = Then::Obeys(500 * MS));
    script.forgets_sessions();
    script.with(|script| script.commands.clear());
    rig.pause();
    after(2_990).await;
    assert_eq!(rig.shows(), DisplayName::Paused);
    assert_eq!(script.with(|script| script.sign_ins), 2);
    assert_eq!(script.with(|script| script.commands.len()), 2);
    assert!(rig.problems().is_empty());
}

#[tokio::test(start_paused = true)]
async fn sessions_that_last_are_renewed_at_once_each_time() {
    let script = Script::new(|_| ());
    let rig = Rig::new(&script);
    rig.in_call().await;
    for sign_ins in 2..6 {
        after(11_000).await;
        script.says(Err(Kind::SessionEnded));
        after(50).await;
        assert_eq!(script.with(|script| script.sign_ins), sign_ins);
        assert_eq!(rig.shows(), DisplayName::Recording);
    }
    assert!(rig.problems().is_empty());
}

#[tokio::test(start_paused = true)]
async fn what_a_session_says_after_its_end_does_not_end_the_next_one() {
    let script = Script::new(|_| ());
    let rig = Rig::new(&script);
    rig.in_call().await;
    script.with(|script| script.on_read = Then::SaysAfter(500 * MS, Kind::SessionEnded));
    after(10_100).await;
    assert_eq!(script.with(|script| script.reads), 2);
    script.with(|script| {
        script.on_command = Then::Says(Kind::SessionEnded);
        script.on_sign_in = Then::Obeys(50 * MS);
    });
    rig.pause();
    after(10).await;
    script.with(|script| {
        script.on_command = Then::Obeys(MS);
        script.on_read = Then::Obeys(MS);
    });
    after(5_000).await;
    assert_eq!(rig.shows(), DisplayName::Paused);
    assert_eq!(script.with(|script| script.sign_ins), 2);
}

#[tokio::test(start_paused = true)]
async fn sessions_that_keep_ending_are_a_problem_and_are_not_renewed_in_a_rush() {
    let script = Script::new(|script| script.on_read = Then::Says(Kind::SessionEnded));
    let rig = Rig::new(&script);
    rig.in_call().await;
    after(60).await;
    assert_eq!(script.with(|script| script.sign_ins), 2);
    assert_eq!(rig.problems(), ["session-over"]);
    after(60_000).await;
    let sign_ins = script.with(|script| script.sign_ins);
    assert!((4..=11).contains(&sign_ins), "{sign_ins}");
    script.with(|script| script.on_read = Then::Obeys(MS));
    after(105_000).await;
    assert!(rig.problems().is_empty());
    assert_eq!(rig.shows(), DisplayName::Recording);
}

#[tokio::test(start_paused = true)]
async fn a_rejected_secret_is_not_tried_again_until_the_agent_signs_in() {
    let script = Script::new(|_| ());
    let rig = Rig::with(&script, Some("canary-old"), |_| ());
    after(100).await;
    assert_eq!(rig.problems(), ["sign-in-rejected"]);
    rig.send(Request::CallStarted(CallId::new("call-1")));
    rig.pause();
    after(300_000).await;
    assert_eq!(script.with(|script| script.sign_ins), 1);
    assert!(!rig.view().can_pause);

    rig.send(sign_in(&script.number.to_string(), Some("canary-older")));
    after(100).await;
    assert_eq!(wrong_fields(&rig), ["secret"]);
    assert_eq!(script.with(|script| script.sign_ins), 2);

    rig.send(sign_in(&script.number.to_string(), Some("canary")));
    after(100).await;
    let done = SignInOutcome::Done { note: None };
    assert_eq!(rig.view().sign_in.outcome, done);
    assert!(rig.problems().is_empty());
    assert!(!format!("{:?}", rig.view()).contains("canary"));
}

#[tokio::test(start_paused = true)]
async fn a_secret_that_a_command_shows_to_be_wrong_is_not_tried_again() {
    let script = Script::new(|script| {
        script.on_command = Then::Says(Kind::SignInRejected);
    });
    let rig = Rig::new(&script);
    rig.in_call().await;
    rig.pause();
    after(60_000).await;
    assert_eq!(rig.problems(), ["sign-in-rejected"]);
    assert_eq!(script.with(|script| script.sign_ins), 1);
    assert_eq!(script.with(|script| script.commands.len()), 1);
}

#[tokio::test(start_paused = true)]
async fn without_a_secret_nothing_is_sent_and_the_agent_is_told_what_to_do() {
    let script = Script::new(|_| ());
    let rig = Rig::with(&script, None, |_| ());
    after(100).await;
    assert_eq!(rig.problems(), ["not-signed-in"]);
    assert!(rig.view().problems[0].message.contains("pass phrase"));
    assert_eq!(script.with(|script| script.sign_ins), 0);
}

#[tokio::test(start_paused = true)]
async fn the_first_sign_in_keeps_the_secret_writes_the_settings_and_connects() {
    let script = Script::new(|_| ());
    let rig = Rig::unset();
    after(5).await;
    assert_eq!(rig.problems(), ["not-signed-in"]);
    let form = &rig.view().sign_in.vendors[0];
    assert_eq!(
        (form.name.as_str(), form.secret.as_str()),
        ("scripted", "pass phrase")
    );

    let number = script.number.to_string();
    rig.send(sign_in(&number, Some("canary")));
    after(50).await;
    let done = SignInOutcome::Done { note: None };
    assert_eq!(rig.view().sign_in.outcome, done);
    assert_eq!(rig.view().sign_in.vendors[0].fields[0].value, number);
    assert!(rig.problems().is_empty());
    assert_eq!(rig.shows(), DisplayName::NoCall);
    let written = std::fs::read_to_string(rig.place.path().join("settings.toml")).unwrap();
    assert!(written.contains("vendor = \"scripted\"") && !written.contains("canary"));
    let account = format!("scripted https://scripted.example extension {number}");
    let kept = rig.secrets.load(&account).unwrap().unwrap();
    assert_eq!(kept.expose_secret(), "canary");

    rig.send(sign_in(&number, None));
    after(50).await;
    assert_eq!(rig.view().sign_in.outcome, done);
    assert_eq!(
        script.with(|script| (script.sign_ins, script.sign_outs)),
        (2, 1)
    );
}

#[tokio::test(start_paused = true)]
async fn a_wrong_field_is_named_and_nothing_is_kept_written_or_sent() {
    let rig = Rig::unset();
    rig.send(sign_in("not a number", Some("canary")));
    after(50).await;
    assert_eq!(wrong_fields(&rig), ["script"]);
    assert!(!rig.place.path().join("settings.toml").exists());
    assert_eq!(
        format!("{:?}", rig.secrets),
        format!("{:?}", crate::secrets::MemoryStore::default())
    );
    assert_eq!(rig.problems(), ["not-signed-in"]);
}

#[tokio::test(start_paused = true)]
async fn signing_in_anew_to_the_same_account_forgets_no_pause() {
    let script = Script::new(|_| ());
    let rig = Rig::new(&script);
    rig.in_call().await;
    rig.pause();
    after(1_000).await;
    rig.send(sign_in(&script.number.to_string(), None));
    after(2_000).await;
    assert_eq!(rig.shows(), DisplayName::Paused);
    assert!(rig.view().paused_for_ms.unwrap() >= 2_000);
}

#[tokio::test(start_paused = true)]
async fn signing_in_to_another_account_lets_go_of_its_calls_and_says_so() {
    let (one, other) = (Script::new(|_| ()), Script::new(|_| ()));
    let mut rig = Rig::new(&one);
    rig.in_call().await;
    rig.pause();
    after(1_000).await;
    rig.send(sign_in(&other.number.to_string(), Some("canary")));
    after(1_000).await;
    assert_eq!(rig.shows(), DisplayName::NoCall);
    assert_eq!(
        rig.notices(),
        ["The call ended and may have been left paused"]
    );
    assert_eq!(one.with(|script| script.sign_outs), 1);
}

#[tokio::test(start_paused = true)]
async fn a_sign_in_that_could_not_be_checked_says_so() {
    let script = Script::new(|script| script.proof = pause::ProofBy::Nothing);
    let rig = Rig::unset();
    rig.send(sign_in(&script.number.to_string(), Some("canary")));
    after(50).await;
    let SignInOutcome::Done { note: Some(note) } = &rig.view().sign_in.outcome else {
        panic!("another outcome: {:?}", rig.view().sign_in.outcome);
    };
    assert!(note.contains("first pause"), "{note}");
}

#[tokio::test(start_paused = true)]
async fn whoever_stops_it_signs_it_out() {
    let script = Script::new(|_| ());
    let rig = Rig::new(&script);
    after(5).await;
    rig.send(Request::Quit);
    rig.task.await.unwrap();
    assert_eq!(script.with(|script| script.sign_outs), 1);
}
