//! A pause that does not come about.

use controller::view::DisplayName;
use indicator::Face;
use simulators::{Fault, Truth, Vendor};

use crate::canary::leaves_no_trace;
use crate::desk::Desk;

const CRITICAL: u8 = 2;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_pause_that_fails_spans_the_screen_until_the_agent_has_understood() {
    let desk = Desk::new("failure", Vendor::Anywhere365).await;
    let mut app = desk.sign_in().await;
    let item = app.item().await.unwrap();
    let call = desk.call_arrives(&app).await;
    let site = desk.simulator.site();
    site.misbehave(Fault::NoEffect.on_commands());

    desk.press().await;
    let shown = desk.shows(&app, Face::Failed).await;
    assert_eq!(desk.truth(&call), Truth::Recording);
    let (width, _) = desk.desktop.screen().size();
    assert_eq!((shown.window.area.x, shown.window.area.width), (0, width));
    let notifications = desk.desktop.notifications();
    let notification = notifications.wait_for("STILL RECORDING").await.unwrap();
    assert_eq!(notification.urgency, Some(CRITICAL), "{notification:?}");
    item.wait_for_label("STILL RECORDING").await.unwrap();
    desk.photograph("1-failed").await;

    desk.click(&shown, "understood").await;
    desk.shows_nothing().await;
    app.ctl()
        .wait_for_display(DisplayName::Recording)
        .await
        .unwrap();
    desk.photograph("2-understood").await;

    site.behave();
    desk.press().await;
    desk.shows(&app, Face::Paused).await;
    assert_eq!(desk.truth(&call), Truth::Paused);
    leaves_no_trace(&desk, &app).await;
}
