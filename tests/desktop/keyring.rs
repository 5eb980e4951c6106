//! Desktops whose keyring cannot be used.

use std::process::Stdio;

use controller::view::View;
use indicator::Face;
use simulators::{Truth, Vendor};
use tests::rig::{App, Keyring, Start, program};
use tokio::io::AsyncWriteExt;

use crate::canary::{CANARY, leaves_no_trace};
use crate::desk::Desk;

fn has(code: &'static str) -> impl Fn(&View) -> bool {
    move |view| view.problems.iter().any(|problem| problem.code == code)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_locked_keyring_is_a_problem_that_says_what_to_do_and_goes_away_when_it_is_unlocked() {
    let desk = Desk::new("keyring-locked", Vendor::Anywhere365).await;
    let desktop = &desk.desktop;
    desktop.keep_secret(&desk.account(), CANARY).await.unwrap();
    desktop.lock_keyring().await.unwrap();
    let mut app = App::start(desktop, desk.settled(Start::default()))
        .await
        .unwrap();
    let view = app
        .wait_for("the problem", has("keyring-locked"))
        .await
        .unwrap();
    assert!(view.problems[0].blocks_pausing, "{view:?}");
    assert!(view.problems[0].message.contains("unlock it"), "{view:?}");
    let item = app.item().await.unwrap();
    item.wait_for_label("The keyring is locked").await.unwrap();
    let status = app.ctl().status().await.unwrap();
    assert!(
        status
            .problems
            .iter()
            .any(|problem| problem.code == "keyring-locked"),
        "{status:?}"
    );
    desk.photograph("1-locked").await;

    desktop.unlock_keyring().await.unwrap();
    // As a person would who has unlocked it elsewhere.
    desktop.screen().press("Escape").await.unwrap();
    desk.signed_in(&mut app).await;
    let solved = |view: &View| view.problems.is_empty();
    app.wait_for("the problem to go", solved).await.unwrap();
    let call = desk.call_arrives(&app).await;
    desk.press().await;
    desk.shows(&app, Face::Paused).await;
    assert_eq!(desk.truth(&call), Truth::Paused);
    leaves_no_trace(&desk, &app).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn without_a_keyring_a_secret_is_kept_nowhere_and_the_agent_is_told() {
    let desk = Desk::with_keyring("keyring-absent", Vendor::Anywhere365, Keyring::Absent).await;
    let desktop = &desk.desktop;
    let mut app = App::start(desktop, desk.settled(Start::default()))
        .await
        .unwrap();
    let view = app
        .wait_for("the problem", has("no-keyring"))
        .await
        .unwrap();
    assert!(view.problems[0].blocks_pausing, "{view:?}");
    let item = app.item().await.unwrap();
    item.wait_for_label("No keyring is running").await.unwrap();
    desk.photograph("1-absent").await;

    let mut sign_in = desktop.command(program("fermatactl").unwrap());
    sign_in
        .args(["sign-in", "--stdin", "--vendor", "anywhere365"])
        .args(["--set", &format!("base_url={}", desk.simulator.base_url())])
        .args(["--set", &format!("ucc={}", desk.simulator.ucc())])
        .args([
            "--set",
            &format!("requester_sip_uri={}", desk.simulator.sip_uri()),
        ])
        .args(["--set", "auth=token"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    let mut running = sign_in.spawn().unwrap();
    let mut stdin = running.stdin.take().unwrap();
    stdin
        .write_all(format!("{CANARY}\n").as_bytes())
        .await
        .unwrap();
    drop(stdin);
    let ended = running.wait_with_output().await.unwrap();
    let said = String::from_utf8_lossy(&ended.stderr).into_owned();
    assert_eq!(ended.status.code(), Some(1), "{said}");
    assert!(said.contains("No keyring is running"), "{said}");
    assert!(!said.contains(CANARY), "{said}");

    leaves_no_trace(&desk, &app).await;
    app.quit().await.unwrap();
}
