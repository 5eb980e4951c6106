//! The engine hangs while a pause is shown, and everything else lives.

use std::time::Duration;

use controller::view::View;
use indicator::Face;
use simulators::{Truth, Vendor};
use tests::rig::{PATIENCE, until};
use tokio::time::Instant;

use crate::desk::{Desk, FRESHNESS, INDICATOR};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_shown_expires_by_itself_when_the_engine_hangs() {
    let desk = Desk::new("engine-hangs", Vendor::Anywhere365).await;
    let mut app = desk.sign_in().await;
    let item = app.item().await.unwrap();
    let call = desk.call_arrives(&app).await;
    desk.press().await;
    desk.shows(&app, Face::Paused).await;
    let paused = app.view().await.unwrap();

    let engine = app.freeze_engine().unwrap();
    let hung = Instant::now();
    let screen = desk.desktop.screen();
    until("the indicator to expire", PATIENCE, async || {
        let Some(window) = screen.window(INDICATOR)? else {
            anyhow::bail!("there is no indicator");
        };
        let picture = screen.picture_of(window.area)?;
        let expired = (1..=60).find(|tenths| {
            // How long the last view was good for is known to Fermata only.
            let last = View {
                good_for_ms: tenths * 100,
                ..paused.clone()
            };
            desk.looks.is(&picture, &last.expired(), Face::Unknown)
        });
        Ok(expired)
    })
    .await
    .unwrap();
    let took = hung.elapsed();
    assert!(took < FRESHNESS + Duration::from_secs(2), "{took:?}");
    item.wait_for_label("STATE UNKNOWN").await.unwrap();
    desk.photograph("1-expired").await;
    assert_eq!(desk.truth(&call), Truth::Paused);

    drop(engine);
    desk.shows(&app, Face::Paused).await;
}
