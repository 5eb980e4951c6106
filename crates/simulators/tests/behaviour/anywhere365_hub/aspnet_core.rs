//! ASP.NET Core SignalR: how it begins, and what it says over each transport.

use serde_json::{Value, json};
use simulators::{Anywhere365Options, Hub, HubTransport, Simulator, Truth};

use super::wire::{Events, Held, Socket, text};
use super::{argument, hub, join_agent, start};
use crate::client::{Reply, ask};

pub(super) const PATH: &str = "/attendantservice/hubs/recording";
pub(super) const HANDSHAKE: &str = "{\"protocol\":\"json\",\"version\":1}\u{1e}";
pub(super) const PING: &str = "{\"type\":6}\u{1e}";

pub(super) fn request(anywhere: &Simulator, method: &str, query: &str, body: &str) -> Reply {
    let request = format!("{method} {PATH}{query}");
    ask(&anywhere.base_url(), &request, &[], body).expect("it is answered")
}

/// Negotiates and returns the id for everything that follows.
pub(super) fn negotiate(anywhere: &Simulator) -> String {
    let body = request(anywhere, "POST", "/negotiate?negotiateVersion=1", "").json();
    body["connectionToken"]
        .as_str()
        .expect("a token")
        .to_owned()
}

pub(super) fn socket(anywhere: &Simulator, query: &str) -> Result<Socket, u16> {
    Socket::open(&anywhere.base_url(), &format!("{PATH}{query}"))
}

/// A socket that has shaken hands.
pub(super) fn talking(anywhere: &Simulator) -> Socket {
    let mut socket = socket(anywhere, "").expect("it opens");
    socket.say(HANDSHAKE);
    assert_eq!(socket.next().as_deref(), Some("{}\u{1e}"));
    socket
}

pub(super) fn events(anywhere: &Simulator, query: &str) -> Result<Events, u16> {
    Events::open(&anywhere.base_url(), &format!("{PATH}{query}"), &[])
}

pub(super) fn event(call: &str, action: u8) -> String {
    let target = "RecordingStateChangedEvent";
    let event = json!({ "type": 1, "target": target, "arguments": [argument(call, action)] });
    format!("{event}\u{1e}")
}

fn transports() -> Value {
    json!([
        { "transport": "WebSockets", "transferFormats": ["Text", "Binary"] },
        { "transport": "ServerSentEvents", "transferFormats": ["Text"] },
        { "transport": "LongPolling", "transferFormats": ["Text", "Binary"] },
    ])
}

#[test]
fn it_negotiates_in_the_version_that_it_is_asked_for() {
    let (anywhere, _) = start(hub(Hub::Core));
    for (query, version) in [
        ("?negotiateVersion=1", 1),
        ("?negotiateVersion=9", 1),
        ("?negotiateVersion=0", 0),
        ("", 0),
    ] {
        let mut body = request(&anywhere, "POST", &format!("/negotiate{query}"), "").json();
        let id = body["connectionId"].take();
        let token = body.as_object_mut().unwrap().remove("connectionToken");
        let expected = json!({
            "negotiateVersion": version,
            "connectionId": null,
            "availableTransports": transports(),
        });
        assert_eq!(body, expected, "{query}");
        assert_eq!(token.is_some(), version == 1, "{query}");
        assert_ne!(token.as_ref(), Some(&id), "the id is no secret");
        let good = token.unwrap_or(id.clone());
        let with = |id: &Value| format!("?id={}", id.as_str().unwrap());
        assert_eq!(request(&anywhere, "GET", &with(&good), "").status, 200);
        if version == 1 {
            assert_eq!(request(&anywhere, "GET", &with(&id), "").status, 404);
        }
    }
    let wrong = request(&anywhere, "POST", "/negotiate?negotiateVersion=new", "");
    let says = "The client requested a non-integer protocol version.";
    assert_eq!(
        (wrong.status, wrong.json()),
        (200, json!({ "error": says }))
    );
    assert_eq!(request(&anywhere, "GET", "/negotiate", "").status, 405);
}

#[test]
fn it_offers_what_it_is_set_up_for_in_that_order() {
    let (anywhere, _) = start(Anywhere365Options {
        transports: vec![HubTransport::LongPolling, HubTransport::WebSockets],
        ..hub(Hub::Core)
    });
    let body = request(&anywhere, "POST", "/negotiate", "").json();
    let all = transports();
    assert_eq!(body["availableTransports"], json!([all[2], all[0]]));
    let id = negotiate(&anywhere);
    assert_eq!(
        events(&anywhere, &format!("?id={id}")).map(|_| ()),
        Err(404)
    );
}

#[test]
fn a_socket_hears_events_and_that_the_hub_is_there() {
    let (anywhere, call) = start(hub(Hub::Core));
    let id = negotiate(&anywhere);
    let mut socket = socket(&anywhere, &format!("?id={id}")).unwrap();
    anywhere.site().someone_sets(&call, Truth::Paused);
    super::pause_briefly();
    socket.say(HANDSHAKE);
    assert_eq!(
        socket.next().as_deref(),
        Some("{}\u{1e}"),
        "nothing comes before"
    );
    assert_eq!(socket.next().as_deref(), Some(PING));
    anywhere.site().someone_sets(&call, Truth::Recording);
    assert_eq!(socket.next_but(PING), Some(event(&call, 1)));
    assert_eq!(socket.next().as_deref(), Some(PING));
}

#[test]
fn server_sent_events_say_the_same_and_what_is_said_goes_by_post() {
    let (anywhere, call) = start(hub(Hub::Core));
    let query = format!("?id={}", negotiate(&anywhere));
    let mut events = events(&anywhere, &query).unwrap();
    // In two pieces: a message ends where its last byte is.
    let (start, end) = HANDSHAKE.split_at(7);
    for piece in [start, end] {
        assert_eq!(request(&anywhere, "POST", &query, piece).status, 200);
    }
    assert_eq!(events.next().as_deref(), Some("{}\u{1e}"));
    anywhere.site().someone_sets(&call, Truth::Paused);
    assert_eq!(events.next_but(PING), Some(event(&call, 3)));
    assert_eq!(events.next().as_deref(), Some(PING));
}

#[test]
fn the_first_poll_opens_the_line_and_the_next_is_held() {
    let (anywhere, call) = start(hub(Hub::Core));
    let query = format!("?id={}", negotiate(&anywhere));
    let target = format!("{PATH}{query}");
    // Whatever there is to say.
    request(&anywhere, "POST", &query, HANDSHAKE);
    let first = request(&anywhere, "GET", &query, "");
    assert_eq!((first.status, first.text()), (200, String::new()));
    assert_eq!(text(&request(&anywhere, "GET", &query, "")), "{}\u{1e}");

    let poll = Held::get(&anywhere.base_url(), &target);
    assert!(poll.is_held());
    anywhere.site().someone_sets(&call, Truth::Off);
    assert_eq!(text(&poll.reply()), event(&call, 2));
    // What has come in between comes at once, and together.
    anywhere.site().someone_sets(&call, Truth::Paused);
    anywhere.site().someone_sets(&call, Truth::Recording);
    super::pause_briefly();
    let both = [event(&call, 3), event(&call, 1)].concat();
    assert_eq!(text(&request(&anywhere, "GET", &query, "")), both);
    // Nothing, and no ping: a poll that ends says enough.
    let nothing = request(&anywhere, "GET", &query, "");
    assert_eq!((nothing.status, nothing.text()), (200, String::new()));

    let before = Held::get(&anywhere.base_url(), &target);
    let after = Held::get(&anywhere.base_url(), &target);
    assert_eq!(before.reply().status, 204, "another has taken its place");
    assert!(after.is_held());
    assert_eq!(request(&anywhere, "DELETE", &query, "").status, 202);
    assert_eq!(after.reply().status, 204, "it is the end");
    for method in ["GET", "POST", "DELETE"] {
        assert_eq!(
            request(&anywhere, method, &query, "").status,
            404,
            "{method}"
        );
    }
}

#[test]
fn calls_are_answered_by_their_id_and_those_without_are_not() {
    let (anywhere, call) = start(Anywhere365Options {
        join: join_agent(),
        ..hub(Hub::Core)
    });
    let mut socket = talking(&anywhere);
    let invoke = |kind: u8, id: Option<&str>, target: &str, arguments: Value| {
        let mut message = json!({ "type": kind, "target": target, "arguments": arguments });
        if let Some(id) = id {
            message["invocationId"] = json!(id);
        }
        format!("{message}\u{1e}")
    };
    let me = json!(["ucc-demo-name", "sip:AGENT@domain.com"]);
    let failed = "Failed to invoke 'JoinAgent' due to an error on the server.";
    let unexpected = "An unexpected error occurred invoking 'JoinAgent' on the server. \
                      HubException: Ucc with name:'another' not found.";
    let streamed = "The client attempted to invoke the non-streaming 'JoinAgent' method with a \
                    streaming invocation.";
    let other_ucc = json!(["another", "sip:agent@domain.com"]);
    for (kind, target, arguments, error) in [
        (1, "Leave", json!([]), "Unknown hub method 'Leave'"),
        (1, "JoinAgent", json!([]), failed),
        (1, "JoinAgent", other_ucc, unexpected),
        (4, "JoinAgent", me.clone(), streamed),
        (4, "Leave", json!([]), "Unknown hub method 'Leave'"),
    ] {
        // The first gets no reply, and the second is as if there had been no first.
        socket.say(&invoke(kind, None, target, arguments.clone()));
        socket.say(&invoke(kind, Some("7"), target, arguments));
        let expected = json!({ "type": 3, "invocationId": "7", "error": error });
        assert_eq!(socket.next_but(PING), Some(format!("{expected}\u{1e}")));
    }
    anywhere.site().someone_sets(&call, Truth::Paused);
    super::pause_briefly();
    // Two messages in one frame, and one that asks for nothing.
    socket.say(&[PING, &invoke(1, Some("8"), "joinagent", me)].concat());
    let done = json!({ "type": 3, "invocationId": "8", "result": null });
    assert_eq!(socket.next_but(PING), Some(format!("{done}\u{1e}")));
    anywhere.site().someone_sets(&call, Truth::Recording);
    assert_eq!(socket.next_but(PING), Some(event(&call, 1)));
}
