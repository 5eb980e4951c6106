//! From a key to paint and back.
#![expect(
    clippy::print_stdout,
    reason = "latencies are measured for people to read"
)]

use std::time::Duration;

use indicator::Face;
use simulators::{Truth, Vendor};
use tests::rig::{App, PATIENCE, Rectangle};
use tokio::time::{Instant, sleep};

use crate::canary::leaves_no_trace;
use crate::desk::{Desk, pictures};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_key_pauses_the_recorder_and_the_pause_is_painted_and_the_tray_resumes_it() {
    let desk = Desk::new("pause", Vendor::Anywhere365).await;
    let mut app = desk.sign_in().await;
    let item = app.item().await.unwrap();
    let call = desk.call_arrives(&app).await;
    assert_eq!(desk.truth(&call), Truth::Recording);
    desk.shows_nothing().await;
    item.wait_for_label("RECORDING").await.unwrap();
    let icon_of_recording = item.icon_name().await.unwrap();
    assert_eq!(tray_pixels(&desk), 0, "nothing in the tray is blue yet");
    desk.photograph("1-recording").await;

    desk.press().await;
    desk.becomes(&call, Truth::Paused).await;
    let shown = desk.shows(&app, Face::Paused).await;
    assert_eq!(desk.truth(&call), Truth::Paused);
    item.wait_for_label("RECORDING PAUSED").await.unwrap();
    assert_ne!(item.icon_name().await.unwrap(), icon_of_recording);
    tests::rig::until("the panel to draw the icon", PATIENCE, async || {
        Ok((tray_pixels(&desk) > 20).then_some(()))
    })
    .await
    .unwrap();
    desk.photograph("2-paused").await;

    item.click("Resume").await.unwrap();
    desk.becomes(&call, Truth::Recording).await;
    desk.shows_nothing().await;
    let item = app.item().await.unwrap();
    let labels = item.labels().await.unwrap();
    assert!(
        !labels.iter().any(|label| label.contains("PAUSED")),
        "{labels:?}"
    );
    desk.photograph("3-resumed").await;

    measure(&desk, &app, &call, shown.ground()).await;
    leaves_no_trace(&desk, &app).await;
}

/// How many pixels of the tray have the color of the icon of a pause.
fn tray_pixels(desk: &Desk) -> usize {
    let icon = indicator::tray_icon(Face::Paused, 64).straight();
    let mut counts = std::collections::BTreeMap::<[u8; 3], usize>::new();
    for pixel in icon.chunks_exact(4).filter(|pixel| pixel[3] == 255) {
        *counts.entry([pixel[0], pixel[1], pixel[2]]).or_default() += 1;
    }
    let (color, _) = counts
        .into_iter()
        .max_by_key(|(_, count)| *count)
        .expect("an icon has pixels");
    let (width, height) = desk.desktop.screen().size();
    let corner = Rectangle {
        x: width.cast_signed() - 200,
        y: height.cast_signed() - 28,
        width: 200,
        height: 28,
    };
    let picture = desk.desktop.screen().picture_of(corner).unwrap();
    let all = Rectangle {
        x: 0,
        y: 0,
        ..corner
    };
    picture.count(all, |pixel| pixel == color)
}

/// Presses the key ten times for a pause and notes how long it takes; resumes in between.
async fn measure(desk: &Desk, app: &App, call: &str, ground: ((i32, i32), [u8; 3])) {
    let (mut requested, mut painted) = (Vec::new(), Vec::new());
    for _ in 0..10 {
        // A second press within 300 ms would be the same press.
        sleep(Duration::from_millis(400)).await;
        // First, so that it begins to watch before the key goes down.
        let (latency, ()) = tokio::join!(biased; latency(desk, app, ground), desk.press());
        requested.push(latency.0);
        painted.push(latency.1);
        assert_eq!(desk.truth(call), Truth::Paused);
        sleep(Duration::from_millis(400)).await;
        desk.press().await;
        desk.becomes(call, Truth::Recording).await;
        desk.shows_nothing().await;
    }
    let report = format!(
        "key to request at the vendor: {}\nkey to PAUSED painted: {}\n",
        spread(&mut requested),
        spread(&mut painted)
    );
    println!("{report}");
    tokio::fs::write(pictures().join("latency.txt"), &report)
        .await
        .unwrap();
    assert!(
        painted.iter().all(|took| *took < Duration::from_secs(2)),
        "{report}"
    );
}

/// How long it takes from now until a command is at the vendor, and until the ground of the
/// PAUSED bar is on the screen; each to about a millisecond.
async fn latency(
    desk: &Desk,
    app: &App,
    ((x, y), color): ((i32, i32), [u8; 3]),
) -> (Duration, Duration) {
    let point = Rectangle {
        x,
        y,
        width: 1,
        height: 1,
    };
    let commands = || {
        let requests = desk.simulator.site().requests();
        requests
            .iter()
            .filter(|request| request.method == "POST")
            .count()
    };
    let screen = desk.desktop.screen();
    let before = commands();
    let pressed = Instant::now();
    let mut requested = None;
    while pressed.elapsed() < PATIENCE {
        if requested.is_none() && commands() > before {
            requested = Some(pressed.elapsed());
        }
        let pixel = screen.picture_of(point).unwrap().pixel(0, 0);
        if let (Some(requested), true) = (requested, pixel == Some(color)) {
            return (requested, pressed.elapsed());
        }
        sleep(Duration::from_millis(1)).await;
    }
    panic!(
        "no pause was painted; the request came after {requested:?}; Fermata said:\n{}",
        app.said()
    );
}

fn spread(times: &mut [Duration]) -> String {
    times.sort_unstable();
    let ms = |time: &Duration| time.as_secs_f64() * 1000.0;
    let (fastest, middle, slowest) = (&times[0], &times[times.len() / 2], &times[times.len() - 1]);
    format!(
        "median {:.1} ms, {:.1} to {:.1} ms",
        ms(middle),
        ms(fastest),
        ms(slowest)
    )
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_resume_button_of_the_indicator_resumes() {
    let desk = Desk::new("resume-button", Vendor::Anywhere365).await;
    let app = desk.sign_in().await;
    let call = desk.call_arrives(&app).await;
    desk.press().await;
    let shown = desk.shows(&app, Face::Paused).await;
    desk.click(&shown, "resume").await;
    desk.becomes(&call, Truth::Recording).await;
    desk.shows_nothing().await;
    leaves_no_trace(&desk, &app).await;
}
