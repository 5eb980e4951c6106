//! Reminders and limits: what is heard, what is lit, what is counted down (A5, A6, B5, H4).

use std::time::Duration;

use anyhow::ensure;
use indicator::Face;
use simulators::{Fault, Truth, Vendor};
use tests::rig::until;
use tokio::time::sleep;

use crate::canary::leaves_no_trace;
use crate::desk::{Desk, INDICATOR};
use crate::policy::under;

/// Only the alarm is as loud.
const ALARM: f32 = 0.4;

/// Every sound is at least so loud.
const ANY: f32 = 0.1;

/// Longer than the alarm waits before it is heard again.
const LONGER: Duration = Duration::from_secs(6);

// B5, H4
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn do_not_disturb_hides_no_failed_pause_and_silences_it_neither_until_it_is_acknowledged() {
    let desk = Desk::new("do-not-disturb", Vendor::Anywhere365).await;
    let start = under(&desk, "[enforced]\nsounds = \"alarms\"\n");
    let app = desk.sign_in_with(start).await;
    let call = desk.call_arrives(&app).await;
    let notifications = desk.desktop.notifications();
    notifications.set_do_not_disturb(true);
    let loudspeaker = desk.desktop.loudspeaker();
    assert!(loudspeaker.heard().unwrap().is_empty());
    let site = desk.simulator.site();
    site.misbehave(Fault::NoEffect.on_commands());

    desk.press().await;
    let shown = desk.shows(&app, Face::Failed).await;
    assert_eq!(desk.truth(&call), Truth::Recording);
    let (width, _) = desk.desktop.screen().size();
    assert_eq!((shown.window.area.x, shown.window.area.width), (0, width));
    loudspeaker.wait_for(1, ALARM).await.unwrap();
    loudspeaker.wait_for(2, ALARM).await.unwrap();
    let notification = notifications.wait_for("STILL RECORDING").await.unwrap();
    assert!(notification.shown, "it is critical: {notification:?}");
    desk.shows(&app, Face::Failed).await;
    desk.photograph("1-still-recording").await;

    desk.click(&shown, "understood").await;
    desk.shows_nothing().await;
    sleep(Duration::from_millis(500)).await;
    let heard = loudspeaker.heard().unwrap();
    sleep(LONGER).await;
    assert_eq!(loudspeaker.heard().unwrap(), heard, "it is acknowledged");

    // And once more: until it is proven paused.
    desk.press().await;
    desk.shows(&app, Face::Failed).await;
    loudspeaker.wait_for(heard.len() + 1, ALARM).await.unwrap();
    site.behave();
    desk.press().await;
    desk.shows(&app, Face::Paused).await;
    sleep(Duration::from_millis(500)).await;
    let heard = loudspeaker.heard().unwrap();
    sleep(LONGER).await;
    assert_eq!(loudspeaker.heard().unwrap(), heard, "it is proven paused");
    leaves_no_trace(&desk, &app).await;
}

// A5
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_reminder_is_heard_once_and_lights_the_rim_of_the_indicator() {
    let desk = Desk::new("reminder", Vendor::Anywhere365).await;
    let start = under(&desk, "[enforced]\nreminders_seconds = [10]\n");
    let app = desk.sign_in_with(start).await;
    desk.call_arrives(&app).await;
    desk.press().await;
    desk.shows(&app, Face::Paused).await;
    let loudspeaker = desk.desktop.loudspeaker();
    assert!(loudspeaker.heard().unwrap().is_empty(), "not yet");

    let screen = desk.desktop.screen();
    let lit = until("the rim to be lit", LONGER * 4, async || {
        let view = app.view().await?;
        let Some(window) = screen.window(INDICATOR)? else {
            anyhow::bail!("there is no indicator; the view is {view:?}");
        };
        let picture = screen.picture_of(window.area)?;
        let is_lit = desk.looks.is_lit(&picture, &view, Face::Paused);
        ensure!(is_lit, "it is not lit; the view is {view:?}");
        Ok(Some(()))
    });
    lit.await.unwrap();
    desk.photograph("1-lit").await;
    loudspeaker.wait_for(1, ANY).await.unwrap();
    let notifications = desk.desktop.notifications();
    notifications.wait_for("has been paused for").await.unwrap();

    sleep(LONGER + LONGER).await;
    desk.shows(&app, Face::Paused).await;
    let heard = loudspeaker.heard().unwrap();
    assert_eq!(heard.len(), 1, "{heard:?}");
    assert!(heard[0] < ALARM, "it is softer than an alarm: {heard:?}");
}

// A6
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_end_of_a_longest_pause_is_counted_down_extended_once_and_held_off_by_a_payment() {
    let desk = Desk::new("extension", Vendor::Anywhere365).await;
    let policy = "[enforced]\nlongest_pause_seconds = 30\nlongest_pause_extensions = 1\n";
    let app = desk.sign_in_with(under(&desk, policy)).await;
    let call = desk.call_arrives(&app).await;
    desk.press().await;
    let shown = desk.shows(&app, Face::Paused).await;
    desk.photograph("1-counted-down").await;
    desk.click(&shown, "extend").await;
    until("the extension", LONGER, async || {
        let view = app.view().await?;
        ensure!(view.resumes_in_ms > Some(60_000), "the view is {view:?}");
        assert_eq!(view.extensions_left, 0);
        Ok(Some(()))
    })
    .await
    .unwrap();
    desk.shows(&app, Face::Paused).await;
    desk.photograph("2-extended").await;
    let ran = app.ctl().run(&["extend"]).await.unwrap();
    assert_eq!(ran.code, 1, "{ran:?}");
    assert!(ran.err.contains("nothing was extended"), "{ran:?}");

    let ran = app.ctl().run(&["payment", "begin"]).await.unwrap();
    assert_eq!(ran.code, 0, "{ran:?}");
    let view = app.view().await.unwrap();
    assert!(view.payment_step);
    assert!(view.resumes_in_ms > Some(500_000), "{view:?}");
    let ran = app.ctl().run(&["payment", "end"]).await.unwrap();
    assert_eq!(ran.code, 0, "{ran:?}");
    let view = app.view().await.unwrap();
    assert!(!view.payment_step);
    assert!(view.resumes_in_ms < Some(90_000), "{view:?}");
    assert_eq!(desk.truth(&call), Truth::Paused);
}
