//! The agent types in another program while the indicator comes and goes.

use std::time::Duration;

use indicator::Face;
use simulators::{Truth, Vendor};
use tests::rig::{OtherProgram, PATIENCE, until};
use tokio::time::sleep;

use crate::desk::{Desk, INDICATOR};

/// A second press sooner than this may be the same press.
const DOUBLE_PRESS: Duration = Duration::from_millis(400);

/// How often it comes and goes.
const CYCLES: usize = 100;

/// Of these, so many by the key as well, each looked at pixel by pixel.
const CYCLES_BY_THE_KEY: usize = 4;

// B9
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_indicator_never_takes_the_focus_nor_a_single_letter() {
    let desk = Desk::new("focus", Vendor::Anywhere365).await;
    let app = desk.sign_in().await;
    let screen = desk.desktop.screen();
    let mut other = OtherProgram::open(&desk.desktop, "Customer record")
        .await
        .unwrap();
    let call = desk.call_arrives(&app).await;
    let mut expected = String::new();
    for round in 0..CYCLES_BY_THE_KEY {
        // By turns the key and the command line; with the latter, in the middle of typing.
        let wanted = format!("Round {round}: order 4711-{round}, Jane Doe. ");
        expected.push_str(&wanted);
        if round % 2 == 0 {
            desk.press().await;
            screen.type_text(&wanted).await.unwrap();
        } else {
            let (typed, paused) =
                tokio::join!(screen.type_text(&wanted), app.ctl().run(&["pause"]));
            typed.unwrap();
            assert_eq!(paused.unwrap().code, 0);
        }
        desk.shows(&app, Face::Paused).await;
        if round == 0 {
            desk.photograph("1-paused").await;
        }
        other.wait_for_typed(&wanted).await.unwrap();

        let wanted = "and it goes on; ";
        expected.push_str(wanted);
        sleep(DOUBLE_PRESS).await;
        desk.press().await;
        screen.type_text(wanted).await.unwrap();
        desk.becomes(&call, Truth::Recording).await;
        desk.shows_nothing().await;
        other.wait_for_typed(wanted).await.unwrap();
        sleep(DOUBLE_PRESS).await;
    }
    for round in CYCLES_BY_THE_KEY..CYCLES {
        let wanted = format!("{round} more; ");
        expected.push_str(&wanted);
        let comes_and_goes = async {
            assert_eq!(app.ctl().run(&["pause"]).await.unwrap().code, 0);
            screen.wait_for_window(INDICATOR).await.unwrap();
            assert_eq!(app.ctl().run(&["resume"]).await.unwrap().code, 0);
            desk.shows_nothing().await;
        };
        let (typed, ()) = tokio::join!(screen.type_text(&wanted), comes_and_goes);
        typed.unwrap();
    }
    other.wait_for_typed(&expected).await.unwrap();
    assert_eq!(other.typed().unwrap(), expected);
    assert_eq!(other.focus_losses().unwrap(), 0);
    let focused = screen.focused().unwrap().expect("somebody has the focus");
    assert_eq!(focused.id, other.window());
}

/// What is no button lets clicks through to what lies beneath; and a click on a button takes
/// no focus either.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_click_on_the_indicator_leaves_the_focus_where_it_was() {
    let desk = Desk::new("focus-click", Vendor::Anywhere365).await;
    let app = desk.sign_in().await;
    let screen = desk.desktop.screen();
    let mut other = OtherProgram::open(&desk.desktop, "Customer record")
        .await
        .unwrap();
    let call = desk.call_arrives(&app).await;
    desk.press().await;
    let shown = desk.shows(&app, Face::Paused).await;
    desk.click(&shown, "resume").await;
    desk.becomes(&call, Truth::Recording).await;
    screen.type_text("still here").await.unwrap();
    other.wait_for_typed("still here").await.unwrap();
    assert_eq!(other.focus_losses().unwrap(), 0);
    assert!(screen.window(INDICATOR).unwrap().is_none());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_program_that_fills_the_screen_does_not_cover_the_indicator() {
    let desk = Desk::new("full-screen", Vendor::Anywhere365).await;
    let app = desk.sign_in().await;
    let screen = desk.desktop.screen();
    let mut other = OtherProgram::open(&desk.desktop, "Customer record")
        .await
        .unwrap();
    other.fill_the_screen().unwrap();
    let (width, height) = screen.size();
    until(
        "the other program to fill the screen",
        PATIENCE,
        async || {
            let area = screen.area(other.window())?;
            Ok(area.filter(|area| (area.width, area.height) == (width, height)))
        },
    )
    .await
    .unwrap();
    desk.call_arrives(&app).await;
    desk.press().await;
    desk.shows(&app, Face::Paused).await;
    desk.photograph("1-paused").await;
    assert_eq!(other.focus_losses().unwrap(), 0);
}
