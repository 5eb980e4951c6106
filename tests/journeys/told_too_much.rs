//! A vendor that tells more than anybody should know: nothing of what it says is repeated.

use std::time::Duration;

use controller::view::{DisplayName, Request};
use pause::{CallId, Wanted};
use simulators::audio::Script;
use simulators::{Truth, Vendor};
use tests::leaks::{CARDS, Sought};

use crate::desk::{Desk, PATIENCE};

const VENDORS: [Vendor; 5] = [
    Vendor::Xima,
    Vendor::Gqm,
    Vendor::Anywhere365,
    Vendor::Noojee,
    Vendor::Gws,
];

/// What a vendor may say that must not be repeated: a name, a token of somebody else, a card.
const GOSSIP: &str = "gossip.of/Anna_Kundin+0815";

/// A reply that has the gossip wherever there is room for text.
fn reply(status: u16) -> String {
    let card = CARDS[2];
    let body = format!(
        r#"{{"statusCode":7,"statusMessage":"{GOSSIP}","ErrorMessage":"{GOSSIP} {card}","error":"{GOSSIP}","error_description":"{GOSSIP}","message":"{GOSSIP}","code":"{GOSSIP}","call":"{card}","<html>":"<p>{GOSSIP}</p>"}}"#
    );
    format!(
        "HTTP/1.1 {status} {GOSSIP}\r\nContent-Type: application/json; charset={GOSSIP}\r\n\
         Location: https://{GOSSIP}.example/?{GOSSIP}\r\nWWW-Authenticate: Basic realm=\"{GOSSIP}\"\r\n\
         Retry-After: {GOSSIP}\r\nX-Error: {GOSSIP}\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{body}",
        body.len()
    )
}

async fn a_pause_that_is_answered_by(vendor: Vendor, status: u16) {
    let (mut desk, relay) = Desk::behind_a_relay(vendor);
    desk.also_seek(GOSSIP);
    desk.shows(DisplayName::NoCall).await;
    desk.start_call();
    relay.answer(reply(status));
    desk.want(Wanted::Paused);
    // Some believe a 200 whatever it says, and never call that a pause.
    let is_over = |display| matches!(display, DisplayName::Failed | DisplayName::PauseSent);
    desk.tells("an outcome", |view| is_over(view.display)).await;
    // Whoever knows of no call asks for the calls when it is time to.
    let told = async {
        while relay.answered() == 0 {
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    };
    let told = tokio::time::timeout(PATIENCE, told).await;
    told.unwrap_or_else(|_elapsed| panic!("{vendor:?} was told nothing"));
    // What comes of it is shown and logged by then.
    tokio::time::sleep(Duration::from_millis(500)).await;
}

// E2
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_of_the_body_of_an_error_is_repeated_anywhere() {
    let mut journeys = Vec::new();
    for vendor in VENDORS {
        for status in [200, 401, 500] {
            journeys.push(tokio::spawn(a_pause_that_is_answered_by(vendor, status)));
        }
    }
    for journey in journeys {
        journey.await.expect("nothing is repeated");
    }
}

// E2, G2
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_card_number_that_is_the_id_of_a_call_is_in_no_record() {
    for (vendor, paused) in [
        (Vendor::Anywhere365, DisplayName::Paused),
        (Vendor::Xima, DisplayName::PauseSent),
    ] {
        let mut desk = Desk::new(vendor);
        desk.shows(DisplayName::NoCall).await;
        let site = desk.site();
        for card in CARDS {
            site.start_call_as(card, &site.agent(), Script::default());
            desk.handle.send(Request::CallStarted(CallId::new(card)));
            desk.want(Wanted::Paused);
            desk.shows(paused).await;
            assert_eq!(site.truth(card), Some(Truth::Paused));
            site.end_call(card);
            desk.handle.send(Request::CallEnded(CallId::new(card)));
            desk.shows(DisplayName::NoCall).await;
        }
        // The agent is shown it as it is: otherwise nobody could say which call is meant.
        assert!(Sought::cards().is_in(&desk.shown_so_far()));
    }
}
