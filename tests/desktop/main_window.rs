//! The main window: signing in, and being closed.

use controller::view::{DisplayName, SignInOutcome};
use indicator::Face;
use simulators::{Truth, Vendor};
use tests::rig::{App, PATIENCE, Page, Start, until};

use crate::canary::{CANARY, leaves_no_trace};
use crate::desk::{Desk, MAIN_WINDOW};

const ACCOUNT: &str = "section[aria-labelledby=account]";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_agent_signs_in_on_the_page_and_closes_the_window_and_can_pause() {
    let desk = Desk::new("sign-in", Vendor::Xima).await;
    assert_eq!(desk.desktop.secret(&desk.account()).await.unwrap(), None);
    let everything = Start {
        environment: vec![("RUST_LOG".to_owned(), "trace".to_owned())],
        ..Start::default()
    };
    let mut app = App::start(&desk.desktop, everything).await.unwrap();
    let screen = desk.desktop.screen();
    // With no vendor set up it opens by itself.
    screen.wait_for_window(MAIN_WINDOW).await.unwrap();
    let page = Page::of(&desk.desktop, &app).await.unwrap();
    page.click("input[name=vendor][value=xima]").await.unwrap();
    page.fill("#field-base_url", &desk.simulator.base_url())
        .await
        .unwrap();
    page.fill("#field-extension", "not a number").await.unwrap();
    page.fill("#secret", CANARY).await.unwrap();
    desk.photograph_page(&page, "1-filled-in").await;
    page.click("button.primary").await.unwrap();
    page.wait_for_text("#field-extension-problem", "digits")
        .await
        .unwrap();
    desk.photograph_page(&page, "2-wrong").await;
    assert_eq!(desk.desktop.secret(&desk.account()).await.unwrap(), None);

    page.fill("#field-extension", desk.simulator.extension())
        .await
        .unwrap();
    page.fill("#secret", CANARY).await.unwrap();
    page.click("button.primary").await.unwrap();
    page.wait_for_text(ACCOUNT, desk.simulator.extension())
        .await
        .unwrap();
    desk.signed_in(&mut app).await;
    page.wait_for_text(&format!("{ACCOUNT} .yes"), "Up")
        .await
        .unwrap();
    let kept = desk.desktop.secret(&desk.account()).await.unwrap();
    assert_eq!(kept.as_deref(), Some(CANARY));
    let view = app.view().await.unwrap();
    assert!(
        matches!(view.sign_in.outcome, SignInOutcome::Done { .. }),
        "{view:?}"
    );
    assert!(view.problems.is_empty(), "{view:?}");
    let source = page.source().await.unwrap();
    assert!(
        !source.contains(CANARY),
        "the page has forgotten the secret"
    );
    desk.photograph_page(&page, "3-signed-in").await;
    page.release().await.unwrap();

    desk.close_main_window().await;
    // The process that fetches pages stays with WebKitGTK until the program ends, and serves the
    // next window (https://github.com/tauri-apps/tauri/issues/14626).
    webkit_is(&desk, &["WebKitNetworkProcess"]).await;
    leaves_no_trace(&desk, &app).await;

    let site = desk.simulator.site();
    let call = site.start_call(&site.agent(), simulators::audio::Script::default());
    desk.press().await;
    desk.becomes(&call, Truth::Paused).await;
    desk.shows(&app, Face::PauseSent).await;
    app.ctl()
        .wait_for_display(DisplayName::PauseSent)
        .await
        .unwrap();

    let item = app.item().await.unwrap();
    item.click("Open Fermata").await.unwrap();
    let page = Page::of(&desk.desktop, &app).await.unwrap();
    page.wait_for_text("h1", "PAUSE SENT").await.unwrap();
    page.release().await.unwrap();
    desk.close_main_window().await;
    webkit_is(&desk, &["WebKitNetworkProcess"]).await;
}

/// Waits until these are WebKit's processes, the driver aside.
async fn webkit_is(desk: &Desk, expected: &[&str]) {
    until("WebKit's processes to go", PATIENCE, async || {
        let processes = desk.desktop.processes()?;
        let names = processes.iter().map(|process| process.name.as_str());
        let webkit: Vec<_> = names
            .filter(|name| name.starts_with("WebKit") && *name != "WebKitWebDriver")
            .collect();
        anyhow::ensure!(webkit == expected, "there are {webkit:?}");
        Ok(Some(()))
    })
    .await
    .unwrap();
}
