//! ASP.NET Core SignalR: what is refused, and how it ends.

use simulators::{Anywhere365Options, Hub, Truth};

use super::aspnet_core::{
    HANDSHAKE, PATH, PING, event, events, negotiate, request, socket, talking,
};
use super::wire::{Held, text};
use super::{PATIENCE, Since, hub, impatient, start};
use crate::client::Reply;

fn says(reply: &Reply) -> (u16, String) {
    (reply.status, reply.text())
}

#[test]
fn an_id_is_needed_and_must_be_known() {
    let (anywhere, _) = start(hub(Hub::Core));
    for method in ["GET", "POST", "DELETE"] {
        let missing = request(&anywhere, method, "", "");
        assert_eq!(says(&missing), (400, "Connection ID required".to_owned()));
        let unknown = request(&anywhere, method, "?id=nobody", "");
        assert_eq!(
            says(&unknown),
            (404, "No Connection with that ID".to_owned())
        );
    }
    assert_eq!(socket(&anywhere, "?id=nobody").map(|_| ()), Err(404));
    assert_eq!(events(&anywhere, "?id=nobody").map(|_| ()), Err(404));
    assert_eq!(events(&anywhere, "").map(|_| ()), Err(400));
    assert_eq!(request(&anywhere, "PUT", "", "").status, 405);
    assert_eq!(request(&anywhere, "GET", "/another", "").status, 404);
}

#[test]
fn a_connection_has_one_line_of_one_kind() {
    let (anywhere, _) = start(hub(Hub::Core));
    let query = format!("?id={}", negotiate(&anywhere));
    let open = socket(&anywhere, &query).unwrap();
    assert_eq!(socket(&anywhere, &query).map(|_| ()), Err(409));
    assert_eq!(events(&anywhere, &query).map(|_| ()), Err(400));
    assert_eq!(request(&anywhere, "GET", &query, "").status, 400);
    assert_eq!(request(&anywhere, "POST", &query, HANDSHAKE).status, 405);
    assert_eq!(request(&anywhere, "DELETE", &query, "").status, 400);
    drop(open);
    super::pause_briefly();
    assert_eq!(
        socket(&anywhere, &query).map(|_| ()),
        Err(404),
        "it was its end"
    );

    let query = format!("?id={}", negotiate(&anywhere));
    let _open = events(&anywhere, &query).unwrap();
    assert_eq!(events(&anywhere, &query).map(|_| ()), Err(409));
}

#[test]
fn hands_are_shaken_first() {
    let (anywhere, _) = start(hub(Hub::Core));
    for (first, error) in [
        (
            "{\"protocol\":\"messagepack\",\"version\":1}\u{1e}",
            "The protocol 'messagepack' is not supported.",
        ),
        (
            "{\"protocol\":\"json\",\"version\":2}\u{1e}",
            "The server does not support version 2 of the 'json' protocol.",
        ),
        (
            PING,
            "An unexpected error occurred during connection handshake.",
        ),
    ] {
        let mut socket = socket(&anywhere, "").unwrap();
        socket.say(first);
        let expected = format!("{{\"error\":\"{error}\"}}\u{1e}");
        assert_eq!(socket.next(), Some(expected));
        assert_eq!(socket.next(), None);
    }
}

#[test]
fn what_is_no_message_ends_the_connection() {
    let (anywhere, _) = start(hub(Hub::Core));
    let close = "{\"error\":\"Connection closed with an error.\",\"type\":7}\u{1e}";
    for nonsense in ["pause\u{1e}".to_owned(), "a".repeat(70_000)] {
        let mut socket = talking(&anywhere);
        socket.say(&nonsense);
        assert_eq!(socket.next_but(PING).as_deref(), Some(close));
        assert_eq!(socket.next(), None);
    }
    let mut leaves = talking(&anywhere);
    leaves.say("{\"type\":7}\u{1e}");
    assert_eq!(leaves.next_but(PING), None);
}

#[test]
fn a_client_that_is_silent_is_sent_away_and_may_come_back() {
    let (anywhere, _) = start(impatient(Hub::Core));
    let mut silent = talking(&anywhere);
    let mut lively = talking(&anywhere);
    let began = Since::now();
    while began.passed() < PATIENCE * 3 / 2 {
        lively.say(PING);
        assert_eq!(lively.next().as_deref(), Some(PING));
    }
    let close =
        "{\"allowReconnect\":true,\"error\":\"Connection closed with an error.\",\"type\":7}";
    assert_eq!(silent.next_but(PING), Some(format!("{close}\u{1e}")));
    assert_eq!(silent.next(), None);
    // Who does not even shake hands gets no message that it could not read.
    assert_eq!(socket(&anywhere, "").unwrap().next(), None);
}

#[test]
fn a_client_that_does_not_come_is_forgotten() {
    let (anywhere, _) = start(impatient(Hub::Core));
    let [unused, polls] = [(); 2].map(|()| format!("?id={}", negotiate(&anywhere)));
    let began = Since::now();
    while began.passed() < PATIENCE * 3 / 2 {
        assert_eq!(request(&anywhere, "GET", &polls, "").status, 200);
    }
    assert_eq!(socket(&anywhere, &unused).map(|_| ()), Err(404));
}

#[test]
fn forgotten_clients_are_told_to_come_back_as_somebody_new() {
    let (anywhere, call) = start(hub(Hub::Core));
    let close = "{\"allowReconnect\":true,\"type\":7}\u{1e}";
    let mut socket = talking(&anywhere);
    let [by_events, by_poll] = [(); 2].map(|()| format!("?id={}", negotiate(&anywhere)));
    let mut events = events(&anywhere, &by_events).unwrap();
    request(&anywhere, "POST", &by_events, HANDSHAKE);
    request(&anywhere, "GET", &by_poll, "");
    request(&anywhere, "POST", &by_poll, HANDSHAKE);
    assert_eq!(text(&request(&anywhere, "GET", &by_poll, "")), "{}\u{1e}");
    let poll = Held::get(&anywhere.base_url(), &format!("{PATH}{by_poll}"));
    super::pause_briefly();

    anywhere.site().forget_listeners();
    anywhere.site().someone_sets(&call, Truth::Paused);
    assert_eq!(socket.next_but(PING).as_deref(), Some(close));
    assert_eq!(socket.next(), None);
    assert_eq!(events.next().as_deref(), Some("{}\u{1e}"));
    assert_eq!(events.next_but(PING).as_deref(), Some(close));
    assert_eq!(events.next(), None);
    assert_eq!(text(&poll.reply()), close);
    assert_eq!(request(&anywhere, "GET", &by_poll, "").status, 404);

    super::pause_briefly();
    let mut again = talking(&anywhere);
    anywhere.site().someone_sets(&call, Truth::Recording);
    assert_eq!(again.next_but(PING), Some(event(&call, 1)));
}

#[test]
fn the_hub_takes_no_more_clients_than_it_is_set_up_for() {
    let (anywhere, _) = start(Anywhere365Options {
        hub_clients: 1,
        ..hub(Hub::Core)
    });
    let one = talking(&anywhere);
    assert_eq!(request(&anywhere, "POST", "/negotiate", "").status, 503);
    assert_eq!(socket(&anywhere, "").map(|_| ()), Err(503));
    drop(one);
    super::pause_briefly();
    assert_eq!(request(&anywhere, "POST", "/negotiate", "").status, 200);
}
