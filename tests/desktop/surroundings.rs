//! What lies around Fermata goes and comes back while a recording is paused (B7, B9).

use anyhow::{Context, ensure};
use indicator::Face;
use simulators::{Truth, Vendor};
use tests::rig::{PATIENCE, until};

use crate::desk::{Desk, INDICATOR};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_panel_that_restarts_and_a_monitor_that_goes_take_nothing_away() {
    let mut desk = Desk::new("surroundings", Vendor::Anywhere365).await;
    let mut app = desk.sign_in().await;
    let before = app.item().await.unwrap();
    let call = desk.call_arrives(&app).await;
    desk.press().await;
    let shown = desk.shows(&app, Face::Paused).await;
    desk.photograph("1-before").await;

    desk.desktop.restart_panel().await.unwrap();
    let item = app.item().await.unwrap();
    item.wait_for_label("RECORDING PAUSED").await.unwrap();
    assert_eq!(
        item.icon_name().await.unwrap(),
        before.icon_name().await.unwrap()
    );
    desk.shows(&app, Face::Paused).await;
    desk.photograph("2-panel-back").await;

    let area = shown.window.area;
    // Where it stands now it would not be whole.
    let width = u16::try_from(area.x + area.width.cast_signed() - 16).unwrap();
    desk.desktop
        .screen_mut()
        .exchange_monitor((width, 600))
        .unwrap();
    let moved = desk.shows(&app, Face::Paused).await;
    let area = moved.window.area;
    let right = area.x + area.width.cast_signed();
    assert!(area.x >= 0 && right <= width.into(), "{area:?} of {width}");
    desk.photograph("3-smaller-monitor").await;
    desk.desktop
        .screen_mut()
        .exchange_monitor((1280, 800))
        .unwrap();
    let screen = desk.desktop.screen();
    until("the indicator to be where it was", PATIENCE, async || {
        let window = screen.window(INDICATOR)?.context("there is none")?;
        let area = window.area;
        ensure!(area == shown.window.area, "it is at {area:?}");
        Ok(Some(()))
    })
    .await
    .unwrap();
    desk.shows(&app, Face::Paused).await;
    assert_eq!(desk.truth(&call), Truth::Paused);
}
