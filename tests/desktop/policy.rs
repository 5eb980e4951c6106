//! What the organization decides, as the desktop keeps to it: while it runs, at the start of a
//! session, and on an agent's first day.

use std::io::Write;
use std::path::PathBuf;
use std::time::Duration;

use controller::view::View;
use indicator::Face;
use simulators::audio::Script;
use simulators::{Truth, Vendor};
use tests::rig::{App, Item, OtherProgram, Page, Start, until};
use tokio::time::sleep;

use crate::canary::{CANARY, leaves_no_trace};
use crate::desk::{Desk, MAIN_WINDOW};

/// By when a change has to be in force (F4).
const IN_FORCE_WITHIN: Duration = Duration::from_secs(60);

/// Writes the policy of this desk, whole at once.
fn decide(desk: &Desk, policy: &str) -> PathBuf {
    let folder = desk.desktop.folder();
    let file = folder.join("policy.toml");
    let mut written = tempfile::NamedTempFile::new_in(folder).unwrap();
    written.write_all(policy.as_bytes()).unwrap();
    written.persist(&file).unwrap();
    file
}

/// Starts Fermata under a policy.
pub(crate) fn under(desk: &Desk, policy: &str) -> Start {
    let file = decide(desk, policy).display().to_string();
    Start {
        arguments: vec!["--policy".to_owned(), file],
        ..Start::default()
    }
}

async fn comes_into_force(app: &App, what: &str, is_so: impl Fn(&View) -> bool) {
    until(what, IN_FORCE_WITHIN, async || {
        let view = app.view().await?;
        anyhow::ensure!(is_so(&view), "the view is {view:?}");
        Ok(Some(()))
    })
    .await
    .unwrap();
}

async fn can_be_quit(item: &Item) -> bool {
    let labels = item.labels().await.unwrap();
    assert!(labels.contains(&"Open Fermata".to_owned()), "{labels:?}");
    labels.contains(&"Quit".to_owned())
}

// F4
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_chord_that_is_decided_anew_works_without_a_restart_and_the_old_one_no_longer() {
    let desk = Desk::new("policy-chord", Vendor::Anywhere365).await;
    let start = under(&desk, "[enforced]\nhotkey_toggle = \"Ctrl+Shift+F9\"\n");
    let app = desk.sign_in_with(start).await;
    let call = desk.call_arrives(&app).await;
    let screen = desk.desktop.screen();
    screen.press("Ctrl+Shift+F9").await.unwrap();
    desk.shows(&app, Face::Paused).await;
    sleep(Duration::from_millis(400)).await;
    screen.press("Ctrl+Shift+F9").await.unwrap();
    desk.becomes(&call, Truth::Recording).await;
    desk.shows_nothing().await;

    decide(&desk, "[enforced]\nhotkey_toggle = \"Ctrl+Shift+F10\"\n");
    let works = |view: &View| {
        let mut hotkeys = view.hotkeys.iter();
        hotkeys.any(|hotkey| hotkey.chord == "Ctrl+Shift+F10" && hotkey.works)
    };
    comes_into_force(&app, "another chord", works).await;
    screen.press("Ctrl+Shift+F9").await.unwrap();
    sleep(Duration::from_millis(500)).await;
    assert_eq!(desk.truth(&call), Truth::Recording, "it is nobody's now");
    let other = OtherProgram::open(&desk.desktop, "Customer record")
        .await
        .unwrap();
    other.take_chord("Ctrl+Shift+F9").await.unwrap();
    screen.press("Ctrl+Shift+F10").await.unwrap();
    desk.becomes(&call, Truth::Paused).await;
    desk.shows(&app, Face::Paused).await;
}

// F4, F8
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_may_not_quit_has_no_such_entry_until_it_is_allowed_and_the_window_says_who_decides() {
    let desk = Desk::new("policy-quit", Vendor::Anywhere365).await;
    let start = Start {
        open: true,
        ..under(
            &desk,
            "[enforced]\norganization = \"Acme\"\nmay_quit = false\nlog_days = \"ten\"\n",
        )
    };
    let mut app = desk.sign_in_with(start).await;
    let item = app.item().await.unwrap();
    assert!(!can_be_quit(&item).await);

    let page = Page::of(&desk.desktop, &app).await.unwrap();
    let policy = "section[aria-labelledby=policy]";
    page.wait_for_text(policy, "Managed by Acme: 2 enforced")
        .await
        .unwrap();
    page.click(&format!("{policy} button")).await.unwrap();
    page.wait_for_text(".rejected", "policy.toml:4: log_days: ")
        .await
        .unwrap();
    page.wait_for_text("section[aria-labelledby=decided]", "policy.toml:3")
        .await
        .unwrap();
    desk.photograph_page(&page, "1-managed").await;
    page.release().await.unwrap();

    decide(&desk, "[enforced]\norganization = \"Acme\"\n");
    until("an entry to quit", IN_FORCE_WITHIN, async || {
        Ok(can_be_quit(&item).await.then_some(()))
    })
    .await
    .unwrap();
    item.click("Quit").await.unwrap();
    assert!(app.ended().await.unwrap().success());
}

// F5
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_session_starts_it_only_where_that_has_not_been_decided_against() {
    let desk = Desk::new("policy-autostart", Vendor::Anywhere365).await;
    let start = desk.settled(under(&desk, "[enforced]\nautostart = false\n"));
    let with_the_session = |start: Start| Start {
        arguments: [start.arguments, vec!["--autostart".to_owned()]].concat(),
        ..start
    };
    let app = App::launch(&desk.desktop, with_the_session(start.clone()))
        .await
        .unwrap();
    let ended = app.ended().await.unwrap();
    assert_eq!(ended.code(), Some(0));
    assert!(desk.desktop.tray().items().await.unwrap().is_empty());

    // Whoever starts it nevertheless may.
    let app = App::start(&desk.desktop, start.clone()).await.unwrap();
    app.quit().await.unwrap();
    let start = under(&desk, "[enforced]\nautostart = true\n");
    let _app = desk.sign_in_with(with_the_session(start)).await;
    assert!(desk.main_window().is_none(), "there is nothing to ask for");
}

// F7
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn on_the_first_day_the_agent_types_the_secret_alone_and_can_pause() {
    let desk = Desk::new("policy-secret", Vendor::Gws).await;
    let site = desk.simulator.site();
    let policy = format!(
        "[enforced]\norganization = \"Acme\"\nvendor = \"gws\"\nbase_url = {:?}\n\
         extension_from = \"fixed\"\nextension = {:?}\n",
        desk.simulator.base_url(),
        site.agent(),
    );
    let mut app = App::start(&desk.desktop, under(&desk, &policy))
        .await
        .unwrap();
    let screen = desk.desktop.screen();
    screen.wait_for_window(MAIN_WINDOW).await.unwrap();
    let page = Page::of(&desk.desktop, &app).await.unwrap();
    page.wait_for_text("h1#sign-in", &site.agent())
        .await
        .unwrap();
    page.wait_for_text("main", "Acme").await.unwrap();
    let fields = page.execute(
        "return document.querySelectorAll('input, select').length",
        Vec::new(),
    );
    assert_eq!(fields.await.unwrap(), 1, "the secret alone is asked for");
    page.fill("#secret", CANARY).await.unwrap();
    desk.photograph_page(&page, "1-filled-in").await;
    page.click("button.primary").await.unwrap();
    desk.signed_in(&mut app).await;
    page.wait_for_text("section[aria-labelledby=account] .yes", "Up")
        .await
        .unwrap();
    assert!(app.view().await.unwrap().problems.is_empty());
    desk.photograph_page(&page, "2-signed-in").await;
    page.release().await.unwrap();

    let kept = desk.desktop.secret(&desk.account()).await.unwrap();
    assert_eq!(kept.as_deref(), Some(CANARY));
    let call = site.start_call(&site.agent(), Script::default());
    desk.press().await;
    desk.becomes(&call, Truth::Paused).await;
    desk.shows(&app, Face::Paused).await;
    leaves_no_trace(&desk, &app).await;
}
