//! The same press at each of the other vendors, which know by themselves that there is a call.

use controller::view::DisplayName;
use indicator::Face;
use simulators::{Truth, Vendor};

use crate::canary::leaves_no_trace;
use crate::desk::Desk;

/// What a vendor lets be said of a pause.
struct Words {
    face: Face,
    label: &'static str,
    resumed: DisplayName,
    /// What stands nowhere.
    never: &'static str,
}

async fn a_press_and_another(journey: &'static str, vendor: Vendor, words: Words) {
    let desk = Desk::new(journey, vendor).await;
    let mut app = desk.sign_in().await;
    let item = app.item().await.unwrap();
    let call = desk.call_arrives(&app).await;

    desk.press().await;
    desk.becomes(&call, vendor.paused()).await;
    desk.shows(&app, words.face).await;
    item.wait_for_label(words.label).await.unwrap();
    desk.photograph("paused").await;
    let said = format!(
        "{:?} {:?} {:?}",
        app.view().await.unwrap(),
        item.labels().await.unwrap(),
        desk.desktop.notifications().all()
    );
    assert!(!said.contains(words.never), "{said}");

    desk.press().await;
    desk.becomes(&call, Truth::Recording).await;
    app.ctl().wait_for_display(words.resumed).await.unwrap();
    desk.simulator.site().end_call(&call);
    app.ctl()
        .wait_for_display(DisplayName::NoCall)
        .await
        .unwrap();
    desk.shows_nothing().await;
    leaves_no_trace(&desk, &app).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn at_gws_a_pause_is_proven_and_said_to_be() {
    let words = Words {
        face: Face::Paused,
        label: "RECORDING PAUSED",
        resumed: DisplayName::Recording,
        never: "SENT",
    };
    a_press_and_another("gws", Vendor::Gws, words).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn at_gqm_a_pause_is_sent_and_never_called_paused() {
    let words = Words {
        face: Face::PauseSent,
        label: "PAUSE SENT",
        resumed: DisplayName::Unknown,
        never: "PAUSED",
    };
    a_press_and_another("gqm", Vendor::Gqm, words).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn at_noojee_the_recording_is_stopped_and_never_called_paused() {
    let words = Words {
        face: Face::PauseSent,
        label: "RECORDING STOPPED",
        resumed: DisplayName::Unknown,
        never: "PAUSE",
    };
    a_press_and_another("noojee", Vendor::Noojee, words).await;
}
