//! A chord that another program has, and chords of one's own.

use std::time::Duration;

use indicator::Face;
use simulators::{Truth, Vendor};
use tests::rig::{App, OtherProgram, Page, Start};
use tokio::time::sleep;

use crate::canary::CANARY;
use crate::desk::Desk;

const CHORDS: &str = "\
[hotkeys]
toggle = \"Ctrl+Alt+P\"
pause = \"Ctrl+Shift+F9\"
resume = \"Ctrl+Shift+F10\"
";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_chord_that_another_program_has_is_told_and_all_other_ways_work() {
    let desk = Desk::new("chord-taken", Vendor::Anywhere365).await;
    let other = OtherProgram::open(&desk.desktop, "Customer record")
        .await
        .unwrap();
    other.take_chord("Ctrl+Alt+P").await.unwrap();
    desk.desktop
        .keep_secret(&desk.account(), CANARY)
        .await
        .unwrap();
    let start = desk.settled(Start {
        settings: Some(CHORDS.to_owned()),
        open: true,
        ..Start::default()
    });
    let mut app = App::start(&desk.desktop, start).await.unwrap();
    desk.signed_in(&mut app).await;

    let told = "Another program uses Ctrl+Alt+P";
    let hotkeys = app.view().await.unwrap().hotkeys;
    let works: Vec<bool> = hotkeys.iter().map(|hotkey| hotkey.works).collect();
    assert_eq!(works, [false, true, true], "{hotkeys:?}");
    assert!(hotkeys[0].message.starts_with(told), "{hotkeys:?}");
    let problems = app.view().await.unwrap().problems;
    let codes: Vec<&str> = problems.iter().map(|it| it.code.as_str()).collect();
    assert_eq!(codes, ["hotkey-does-not-work"]);
    let notifications = desk.desktop.notifications();
    notifications
        .wait_for("A hotkey does not work")
        .await
        .unwrap();
    let item = app.item().await.unwrap();
    item.wait_for_label(told).await.unwrap();
    let page = Page::of(&desk.desktop, &app).await.unwrap();
    page.wait_for_text("section[aria-labelledby=hotkeys]", told)
        .await
        .unwrap();
    desk.photograph_page(&page, "1-told").await;
    page.release().await.unwrap();

    let call = desk.call_arrives(&app).await;
    desk.press().await;
    sleep(Duration::from_millis(500)).await;
    assert_eq!(desk.truth(&call), Truth::Recording, "the chord is not ours");

    item.click("Pause").await.unwrap();
    desk.shows(&app, Face::Paused).await;
    item.click("Resume").await.unwrap();
    desk.becomes(&call, Truth::Recording).await;
    desk.shows_nothing().await;

    let screen = desk.desktop.screen();
    screen.press("Ctrl+Shift+F9").await.unwrap();
    desk.becomes(&call, Truth::Paused).await;
    desk.shows(&app, Face::Paused).await;
    sleep(Duration::from_millis(400)).await;
    screen.press("Ctrl+Shift+F9").await.unwrap();
    sleep(Duration::from_millis(400)).await;
    assert_eq!(desk.truth(&call), Truth::Paused, "it only pauses");
    screen.press("Ctrl+Shift+F10").await.unwrap();
    desk.becomes(&call, Truth::Recording).await;
    desk.shows_nothing().await;
    sleep(Duration::from_millis(400)).await;
    screen.press("Ctrl+Shift+F10").await.unwrap();
    sleep(Duration::from_millis(400)).await;
    assert_eq!(desk.truth(&call), Truth::Recording, "it only resumes");
}

/// The X server repeats a key that is held; a hand that rests on it must not resume.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_key_that_is_held_is_one_press() {
    let desk = Desk::new("key-held", Vendor::Anywhere365).await;
    let app = desk.sign_in().await;
    let call = desk.call_arrives(&app).await;
    let screen = desk.desktop.screen();
    screen
        .hold("Ctrl+Alt+P", Duration::from_millis(2500))
        .await
        .unwrap();
    desk.shows(&app, Face::Paused).await;
    let turns = desk.simulator.site().timeline(&call).unwrap();
    assert_eq!(turns.len(), 2, "recording, then paused: {turns:?}");
}
