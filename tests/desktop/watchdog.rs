//! Whoever dies or hangs is started again, and who ends in order is not (B11).

use std::time::Duration;

use indicator::Face;
use simulators::{Truth, Vendor};
use tests::rig::Process;
use tokio::time::sleep;

use crate::canary::leaves_no_trace;
use crate::desk::{Desk, FRESHNESS};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn windows_that_hang_while_a_pause_is_shown_are_taken_away_and_come_back() {
    let desk = Desk::new("windows-hang", Vendor::Anywhere365).await;
    let mut app = desk.sign_in().await;
    let call = desk.call_arrives(&app).await;
    desk.press().await;
    desk.shows(&app, Face::Paused).await;

    let windows = app.freeze_windows().unwrap();
    desk.shows_nothing().await;
    desk.photograph("1-gone").await;
    // The system does not bury a program whose threads somebody else holds.
    drop(windows);
    assert_eq!(desk.truth(&call), Truth::Paused, "nobody has resumed it");

    app.is_started_again(&desk.desktop).await.unwrap();
    desk.signed_in(&mut app).await;
    desk.shows(&app, Face::Paused).await;
    desk.photograph("2-back").await;
    assert!(app.said().contains("windows_hang=true"));
    leaves_no_trace(&desk, &app).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_engine_that_goes_on_hanging_is_started_again_and_finds_the_pause() {
    let desk = Desk::new("engine-hangs-on", Vendor::Anywhere365).await;
    let mut app = desk.sign_in().await;
    let call = desk.call_arrives(&app).await;
    desk.press().await;
    desk.shows(&app, Face::Paused).await;

    let engine = app.freeze_engine().unwrap();
    // Its last view expires first.
    sleep(FRESHNESS).await;
    desk.shows_nothing().await;
    drop(engine);
    assert_eq!(desk.truth(&call), Truth::Paused, "nobody has resumed it");

    app.is_started_again(&desk.desktop).await.unwrap();
    desk.signed_in(&mut app).await;
    desk.shows(&app, Face::Paused).await;
    assert!(app.said().contains("engine_hangs=true"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn windows_that_wait_for_the_screen_do_not_hang() {
    let desk = Desk::new("screen-held-up", Vendor::Anywhere365).await;
    let app = desk.sign_in().await;
    desk.call_arrives(&app).await;
    desk.press().await;
    desk.shows(&app, Face::Paused).await;

    let screen = desk.desktop.screen();
    screen.hold_others_up(Duration::from_secs(8)).await.unwrap();
    desk.shows(&app, Face::Paused).await;
    let view = app.view().await.unwrap();
    assert!(view.paused_for_ms > Some(8000), "it is the same: {view:?}");
    assert!(!app.said().contains("windows_hang"), "{}", app.said());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_program_that_ends_in_order_is_not_started_again() {
    let desk = Desk::new("ends-in-order", Vendor::Anywhere365).await;
    let fermatas = || {
        let mut found = desk.desktop.processes().unwrap();
        found.retain(|process| process.name == "fermata");
        found
    };
    let two = |fermatas: &[Process]| {
        assert_eq!(fermatas.len(), 2, "{fermatas:?}");
        assert!(fermatas.iter().any(Process::is_watchdog));
    };
    let app = desk.sign_in().await;
    two(&fermatas());
    assert!(app.quit().await.unwrap().success());
    assert!(fermatas().is_empty(), "its watchdog has gone first");

    let app = desk.sign_in().await;
    two(&fermatas());
    assert!(app.hang_up().await.unwrap().success());
    // It would be there by now.
    sleep(Duration::from_secs(3)).await;
    assert!(fermatas().is_empty());
}
