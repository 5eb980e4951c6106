//! A vendor that offers no proof.

use controller::view::DisplayName;
use indicator::Face;
use simulators::{Truth, Vendor};
use tests::rig::{Page, Start};

use crate::canary::leaves_no_trace;
use crate::desk::Desk;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_pause_that_nobody_proves_is_never_called_paused() {
    let desk = Desk::new("pause-sent", Vendor::Xima).await;
    let open = Start {
        open: true,
        ..Start::default()
    };
    let mut app = desk.sign_in_with(open).await;
    let page = Page::of(&desk.desktop, &app).await.unwrap();
    let item = app.item().await.unwrap();
    let call = desk.call_arrives(&app).await;
    item.wait_for_label("STATE UNKNOWN").await.unwrap();
    desk.shows_nothing().await;
    desk.photograph("1-in-a-call").await;

    desk.press().await;
    desk.becomes(&call, Truth::Paused).await;
    let sent = desk.shows(&app, Face::PauseSent).await;
    item.wait_for_label("PAUSE SENT").await.unwrap();
    page.wait_for_text("h1", "PAUSE SENT").await.unwrap();
    desk.photograph_page(&page, "2-pause-sent").await;
    let status = app
        .ctl()
        .wait_for_display(DisplayName::PauseSent)
        .await
        .unwrap();
    let said = [
        ("view", format!("{:?}", app.view().await.unwrap())),
        ("status", format!("{status:?}")),
        ("tray menu", item.labels().await.unwrap().join("\n")),
        ("tray title", item.title().await.unwrap()),
        ("page", page.text("body").await.unwrap()),
        ("page's title", page.title().await.unwrap()),
        (
            "notifications",
            format!("{:?}", desk.desktop.notifications().all()),
        ),
    ];
    for (where_, text) in &said {
        assert!(!text.contains("PAUSED"), "{where_}: {text}");
    }
    page.release().await.unwrap();

    desk.click(&sent, "resume").await;
    desk.becomes(&call, Truth::Recording).await;
    desk.shows(&app, Face::Unknown).await;
    desk.photograph("3-resume-sent").await;
    leaves_no_trace(&desk, &app).await;
}
