//! One shift of an agent on Windows. One journey and not many: each start under wine takes long.

use std::time::Duration;

use controller::view::DisplayName;
use indicator::Face;
use simulators::Truth;
use tests::rig::{Desktop, Keyring, Options, TrayHost, until};
use tokio::time::sleep;

use crate::desk::{CANARY, Desk};
use crate::seat;
use crate::wine::{App, PATIENCE};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_shift_on_windows() {
    let desktop = Desktop::start_with(Options {
        // Windows brings its own.
        keyring: Keyring::Absent,
        tray: TrayHost::None,
        ..Options::default()
    })
    .await
    .unwrap();
    let desk = Desk::new(&desktop);
    desk.sign_in().await;
    let mut app = desk.start(&[]).await;
    desk.tray_shows(Face::NoCall).await;
    let call = desk.call_arrives().await;

    pausing_by_fermatactl_is_proven_and_shown(&desk, &call).await;
    let paused = desk.shows(&app, Face::Paused).await;
    desk.tray_shows(Face::Paused).await;
    desk.photograph("paused").await;
    // The pointer takes the focus from nobody, so the click goes to the button alone. // A1
    desk.click(&paused, "resume").await;
    desk.becomes(&call, Truth::Recording).await;
    desk.shows_nothing().await;

    // C1
    desk.wine.press("Ctrl+Alt+P").await.unwrap();
    desk.becomes(&call, Truth::Paused).await;
    desk.shows(&app, Face::Paused).await;

    let resumed = desk.wine.ctl(&["resume"]).await.unwrap();
    assert_eq!(resumed.code, 0, "{resumed:?}");
    assert_eq!(desk.truth(&call), Truth::Recording);
    desk.shows_nothing().await;

    a_missing_webview_is_told_and_holds_nothing_up(&desk, &call).await;
    seat::sleep_and_lock_are_heard(&desk).await;
    seat::a_shutdown_while_paused_is_for_the_agent_to_decide(&desk, &call).await;

    // E1
    let told = format!("{:?}\n{}", desk.wine.view().await.unwrap(), app.said());
    assert!(!told.contains(CANARY), "{told}");
    desk.no_file_holds(CANARY);

    who_dies_or_hangs_while_paused_is_started_again(&desk, &mut app, &call).await;

    // As an agent logs off, and as an installer ends what it is about to replace.
    assert!(desk.wine.log_off().await.unwrap());
    nobody_is_there(&desk).await;

    seat::a_shutdown_resumes_where_the_organization_says_so(&desk).await;
}

/// F6. Whoever starts the program a second time wants the window, for which there is no webview.
async fn a_missing_webview_is_told_and_holds_nothing_up(desk: &Desk<'_>, call: &str) {
    let second = desk.wine.start(&[]).unwrap().ended().await.unwrap();
    assert!(second.success(), "{second}");
    let message = desk.message().await;
    desk.photograph("no-webview").await;
    desk.wine.press("Ctrl+Alt+P").await.unwrap();
    desk.becomes(call, Truth::Paused).await;
    let resumed = desk.wine.ctl(&["resume"]).await.unwrap();
    assert_eq!(resumed.code, 0, "{resumed:?}");
    let problems = desk.wine.status().await.unwrap().problems;
    assert!(
        problems.iter().any(|one| one.code == "webview-missing"),
        "{problems:?}"
    );
    desk.close(&message).await;
}

/// B11. The second end would go unnoticed but for the watchdog, because what hangs stays drawn.
async fn who_dies_or_hangs_while_paused_is_started_again(
    desk: &Desk<'_>,
    app: &mut App,
    call: &str,
) {
    let paused = desk.wine.ctl(&["pause"]).await.unwrap();
    assert_eq!(paused.code, 0, "{paused:?}");
    app.kill().await.unwrap();
    comes_back_and_finds_the_pause(desk, app).await;
    for thread in ["indicator", "main"] {
        desk.wine.stop(thread).await.unwrap();
        comes_back_and_finds_the_pause(desk, app).await;
    }
    let resumed = desk.wine.ctl(&["resume"]).await.unwrap();
    assert_eq!(resumed.code, 0, "{resumed:?}");
    assert_eq!(desk.truth(call), Truth::Recording);
}

async fn comes_back_and_finds_the_pause(desk: &Desk<'_>, app: &App) {
    desk.shows_nothing().await;
    let status = desk.wine.wait_for_display(DisplayName::Paused).await;
    let problems = status.unwrap().problems;
    assert!(
        problems.iter().any(|one| one.code == "pause-left-open"),
        "{problems:?}"
    );
    desk.shows(app, Face::Paused).await;
}

/// Nobody is there, and nobody comes.
async fn nobody_is_there(desk: &Desk<'_>) {
    until("the program to end", PATIENCE, async || {
        let nobody = desk.wine.ctl(&["status"]).await?;
        Ok((nobody.code == 3).then_some(()))
    })
    .await
    .unwrap();
    // A watchdog would have started it by then.
    sleep(Duration::from_secs(3)).await;
    let nobody = desk.wine.ctl(&["status"]).await.unwrap();
    assert_eq!(nobody.code, 3, "{nobody:?}");
}

async fn pausing_by_fermatactl_is_proven_and_shown(desk: &Desk<'_>, call: &str) {
    let paused = desk.wine.ctl(&["pause"]).await.unwrap();
    assert_eq!(paused.code, 0, "{paused:?}");
    assert_eq!(desk.truth(call), Truth::Paused);
    let status = desk.wine.status().await.unwrap();
    assert_eq!(status.display, DisplayName::Paused, "{status:?}");
    let evidence = status.evidence.expect("a pause rests on something");
    assert_eq!(evidence.kind, "read-back");
    assert!(status.problems.is_empty(), "{:?}", status.problems);
}
