//! The vendor falls silent, or Fermata dies, while a pause is shown.

use std::time::Duration;

use indicator::Face;
use simulators::{Truth, Vendor};
use tokio::time::Instant;

use crate::canary::leaves_no_trace;
use crate::desk::{Desk, FRESHNESS};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_vendor_that_dies_while_paused_leaves_unknown_until_it_is_back() {
    let mut desk = Desk::new("vendor-dies", Vendor::Anywhere365).await;
    let mut app = desk.sign_in().await;
    let item = app.item().await.unwrap();
    let call = desk.call_arrives(&app).await;
    desk.press().await;
    desk.shows(&app, Face::Paused).await;
    desk.desktop.notifications().forget();

    desk.simulator.stop();
    let died = Instant::now();
    desk.shows(&app, Face::Unknown).await;
    let took = died.elapsed();
    assert!(took < FRESHNESS + Duration::from_secs(2), "{took:?}");
    item.wait_for_label("STATE UNKNOWN").await.unwrap();
    let notifications = desk.desktop.notifications();
    notifications
        .wait_for("Anywhere365 confirms nothing")
        .await
        .unwrap();
    desk.photograph("1-unknown").await;

    desk.simulator.restart().unwrap();
    desk.shows(&app, Face::Paused).await;
    assert_eq!(desk.truth(&call), Truth::Paused);
    notifications.wait_for("Anywhere365 is back").await.unwrap();
    desk.photograph("2-back").await;
    leaves_no_trace(&desk, &app).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_program_that_is_killed_while_paused_leaves_no_indicator_and_finds_the_pause_again() {
    let desk = Desk::new("killed", Vendor::Anywhere365).await;
    let mut app = desk.sign_in().await;
    let item = app.item().await.unwrap();
    let call = desk.call_arrives(&app).await;
    desk.press().await;
    desk.shows(&app, Face::Paused).await;

    app.kill().await.unwrap();
    desk.shows_nothing().await;
    desk.desktop.tray().wait_until_gone(&item).await.unwrap();
    desk.photograph("1-gone").await;
    assert_eq!(desk.truth(&call), Truth::Paused, "nobody has resumed it");

    app.is_started_again(&desk.desktop).await.unwrap();
    desk.signed_in(&mut app).await;
    let notifications = desk.desktop.notifications();
    let left = "A recording may have been left paused since";
    notifications.wait_for(left).await.unwrap();
    // Nobody has told it of the call again: it had noted which one it was.
    desk.shows(&app, Face::Paused).await;
    desk.photograph("2-found-again").await;
}
