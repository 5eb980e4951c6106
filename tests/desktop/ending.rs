//! The end of the program or of the session while a recording is paused (A7).

use indicator::Face;
use simulators::{Truth, Vendor};
use tests::rig::Start;

use crate::desk::{Desk, MAIN_WINDOW};
use crate::seat::{listens, on_record};

const ASKED: &str = "Fermata has not ended, because a recording is paused.";
const RESUME_FIRST: &str = "Resume the recording, then quit";
const LEAVE_PAUSED: &str = "Quit and leave the recording paused";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_quits_while_a_recording_is_paused_is_asked_and_the_answer_counts() {
    let desk = Desk::new("quit-paused", Vendor::Anywhere365).await;
    let mut app = desk.sign_in().await;
    listens(&mut app).await;
    let item = app.item().await.unwrap();
    let system = desk.desktop.system();
    let call = desk.call_arrives(&app).await;
    assert!(system.waits_with().unwrap().is_empty());
    desk.press().await;
    desk.shows(&app, Face::Paused).await;
    system.wait_until_waiting_with(&["shutdown"]).await.unwrap();

    item.click("Quit").await.unwrap();
    item.wait_for_label(ASKED).await.unwrap();
    item.wait_for_label(RESUME_FIRST).await.unwrap();
    item.wait_for_label(LEAVE_PAUSED).await.unwrap();
    // Whoever has not found the question finds the main window, which lists what is wrong.
    let screen = desk.desktop.screen();
    screen.wait_for_window(MAIN_WINDOW).await.unwrap();
    desk.photograph("1-asked").await;

    item.click(RESUME_FIRST).await.unwrap();
    assert!(app.ended().await.unwrap().success());
    assert_eq!(desk.truth(&call), Truth::Recording);
    desk.shows_nothing().await;
    system.wait_until_waiting_with(&[]).await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_shutdown_while_paused_waits_until_what_is_decided_has_been_done() {
    let desk = Desk::new("shutdown-paused", Vendor::Anywhere365).await;
    let policy = desk.desktop.folder().join("policy.toml");
    let decided = "[enforced]\non_exit_paused = \"resume\"\n";
    tokio::fs::write(&policy, decided).await.unwrap();
    let start = Start {
        arguments: vec!["--policy".to_owned(), policy.display().to_string()],
        ..Start::default()
    };
    let mut app = desk.sign_in_with(start).await;
    listens(&mut app).await;
    let system = desk.desktop.system();
    let call = desk.call_arrives(&app).await;
    desk.press().await;
    desk.shows(&app, Face::Paused).await;
    system.wait_until_waiting_with(&["shutdown"]).await.unwrap();
    desk.press_again().await;
    desk.becomes(&call, Truth::Recording).await;
    // Nothing waits for a program that has nothing to see to.
    system.wait_until_waiting_with(&[]).await.unwrap();
    desk.press_again().await;
    desk.shows(&app, Face::Paused).await;
    system.wait_until_waiting_with(&["shutdown"]).await.unwrap();

    system.shuts_down().await.unwrap();
    system.wait_until_waiting_with(&[]).await.unwrap();
    assert_eq!(
        desk.truth(&call),
        Truth::Recording,
        "the system has waited for it"
    );
    assert!(app.ended().await.unwrap().success());
    on_record(&desk, &["shuts-down"]).await;
}
