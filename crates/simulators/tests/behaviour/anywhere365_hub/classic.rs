//! ASP.NET SignalR 2: how it begins, and what it says over each transport.

use serde_json::{Value, json};
use simulators::{Anywhere365Options, Hub, HubTransport, Simulator, Truth};

use super::wire::{Events, Held, Socket, query, text};
use super::{PATIENCE, argument, hub, impatient, pause_briefly, start};
use crate::client::{Reply, ask};

pub(super) const FORM: (&str, &str) = ("Content-Type", "application/x-www-form-urlencoded");

/// A client that has negotiated.
pub(super) struct Client<'a> {
    pub(super) anywhere: &'a Simulator,
    pub(super) token: String,
    /// As in `connectionData`.
    pub(super) hubs: &'static str,
}

pub(super) const HUBS: &str = r#"[{"name":"recordinghub"}]"#;

impl<'a> Client<'a> {
    pub(super) fn new(anywhere: &'a Simulator) -> Self {
        let negotiated = get(anywhere, "negotiate", &[("connectionData", HUBS)]).json();
        Self {
            anywhere,
            token: negotiated["ConnectionToken"]
                .as_str()
                .expect("a token")
                .to_owned(),
            hubs: HUBS,
        }
    }

    pub(super) fn target(&self, verb: &str, transport: &str, more: &[(&str, &str)]) -> String {
        let mut pairs = vec![
            ("clientProtocol", "1.5"),
            ("transport", transport),
            ("connectionToken", self.token.as_str()),
            ("connectionData", self.hubs),
        ];
        pairs.extend(more);
        format!("/signalr/{verb}?{}", query(&pairs))
    }

    pub(super) fn ask(&self, verb: &str, transport: &str, more: &[(&str, &str)]) -> Reply {
        let request = format!("GET {}", self.target(verb, transport, more));
        ask(&self.anywhere.base_url(), &request, &[], "").expect("it is answered")
    }

    pub(super) fn send(&self, transport: &str, data: &str) -> Reply {
        let request = format!("POST {}", self.target("send", transport, &[]));
        let body = query(&[("data", data)]);
        ask(&self.anywhere.base_url(), &request, &[FORM], &body).expect("it is answered")
    }

    pub(super) fn socket(&self, verb: &str, more: &[(&str, &str)]) -> Result<Socket, u16> {
        let target = self.target(verb, "webSockets", more);
        Socket::open(&self.anywhere.base_url(), &target)
    }

    pub(super) fn events(&self, verb: &str, more: &[(&str, &str)]) -> Result<Events, u16> {
        let target = self.target(verb, "serverSentEvents", more);
        Events::open(&self.anywhere.base_url(), &target, &[])
    }

    pub(super) fn poll(&self, more: &[(&str, &str)]) -> Held {
        let target = self.target("poll", "longPolling", more);
        Held::get(&self.anywhere.base_url(), &target)
    }
}

pub(super) fn get(anywhere: &Simulator, verb: &str, pairs: &[(&str, &str)]) -> Reply {
    let request = format!("GET /signalr/{verb}?{}", query(pairs));
    ask(&anywhere.base_url(), &request, &[], "").expect("it is answered")
}

pub(super) fn cursor(count: u64) -> String {
    format!("d-A3650001-B,0|C,{count:X}")
}

/// A message with these events in it, in the order of the real one's fields.
pub(super) fn frame(count: u64, extra: &str, call: &str, actions: &[u8]) -> String {
    let messages: Vec<_> = actions
        .iter()
        .map(|action| {
            let event = "RecordingStateChangedEvent";
            json!({ "H": "RecordingHub", "M": event, "A": [argument(call, *action)] }).to_string()
        })
        .collect();
    let cursor = cursor(count);
    format!(r#"{{"C":"{cursor}",{extra}"M":[{}]}}"#, messages.join(","))
}

pub(super) fn first() -> String {
    frame(0, r#""S":1,"#, "", &[])
}

#[test]
fn it_negotiates_with_the_documented_fields() {
    let (anywhere, _) = start(Anywhere365Options {
        hub: Hub::Classic,
        ..Anywhere365Options::default()
    });
    let asked = [("clientProtocol", "1.5"), ("connectionData", HUBS)];
    let mut body = get(&anywhere, "negotiate", &asked).json();
    let token = body["ConnectionToken"].take();
    let token = token.as_str().unwrap();
    assert!(token.contains(['+', '/', '=']), "as Base64 has it: {token}");
    assert_eq!(body["ConnectionId"].take().as_str().unwrap().len(), 36);
    let expected = json!({
        "Url": "/signalr",
        "ConnectionToken": null,
        "ConnectionId": null,
        "KeepAliveTimeout": 20.0,
        "DisconnectTimeout": 30.0,
        "ConnectionTimeout": 110.0,
        "TryWebSockets": true,
        "ProtocolVersion": "1.5",
        "TransportConnectTimeout": 5.0,
        "LongPollDelay": 0.0,
    });
    assert_eq!(body, expected);
    assert_eq!(
        get(&anywhere, "ping", &[]).json(),
        json!({ "Response": "pong" })
    );
}

#[test]
fn it_talks_the_version_that_it_is_asked_for_if_it_knows_it() {
    let (anywhere, _) = start(hub(Hub::Classic));
    for (asked, talked) in [
        ("1.5", "1.5"),
        ("2.1", "2.1"),
        ("1.0", "1.2"),
        ("9.9", "2.1"),
        ("new", "1.2"),
    ] {
        let body = get(&anywhere, "negotiate", &[("clientProtocol", asked)]).json();
        assert_eq!(body["ProtocolVersion"], talked, "{asked}");
    }
}

#[test]
fn a_socket_hears_who_it_is_then_events_then_that_it_is_still_there() {
    let (anywhere, call) = start(hub(Hub::Classic));
    let client = Client::new(&anywhere);
    let mut socket = client.socket("connect", &[]).unwrap();
    assert_eq!(socket.next(), Some(first()));
    let started = client.ask("start", "webSockets", &[]);
    assert_eq!(started.text(), r#"{"Response":"started"}"#);
    anywhere.site().someone_sets(&call, Truth::Paused);
    let paused = frame(1, "", &call, &[3]);
    assert_eq!(socket.next_but("{}"), Some(paused));
    assert_eq!(socket.next().as_deref(), Some("{}"));
    anywhere.site().someone_sets(&call, Truth::Recording);
    let resumed = frame(2, "", &call, &[1]);
    assert_eq!(socket.next_but("{}"), Some(resumed), "the cursor has moved");
}

#[test]
fn server_sent_events_say_the_same() {
    let (anywhere, call) = start(hub(Hub::Classic));
    let client = Client::new(&anywhere);
    let mut events = client.events("connect", &[]).unwrap();
    assert_eq!(events.next().as_deref(), Some("initialized"));
    assert_eq!(events.next(), Some(first()));
    let started = client.ask("start", "serverSentEvents", &[]);
    assert_eq!(started.text(), r#"{"Response":"started"}"#);
    anywhere.site().someone_sets(&call, Truth::Paused);
    assert_eq!(events.next_but("{}"), Some(frame(1, "", &call, &[3])));
    assert_eq!(events.next().as_deref(), Some("{}"));
}

#[test]
fn a_poll_is_held_until_there_is_something_to_say() {
    let (anywhere, call) = start(hub(Hub::Classic));
    let client = Client::new(&anywhere);
    assert_eq!(text(&client.ask("connect", "longPolling", &[])), first());
    let started = client.ask("start", "longPolling", &[]);
    assert_eq!(started.text(), r#"{"Response":"started"}"#);

    let poll = client.poll(&[("messageId", &cursor(0))]);
    assert!(poll.is_held());
    anywhere.site().someone_sets(&call, Truth::Paused);
    assert_eq!(text(&poll.reply()).trim_start(), frame(1, "", &call, &[3]));

    // What has come in between is told at once, and nothing twice.
    anywhere.site().someone_sets(&call, Truth::Recording);
    anywhere.site().someone_sets(&call, Truth::Off);
    pause_briefly();
    let next = client.ask("poll", "longPolling", &[("messageId", &cursor(1))]);
    assert_eq!(text(&next), frame(3, "", &call, &[1, 2]));
}

#[test]
fn a_poll_is_kept_open_by_blanks_and_ends_empty() {
    let (anywhere, _) = start(hub(Hub::Classic));
    let client = Client::new(&anywhere);
    let _connected = client.ask("connect", "longPolling", &[]);
    let nothing = text(&client.ask("poll", "longPolling", &[("messageId", &cursor(0))]));
    assert_eq!(nothing.trim_start(), frame(0, "", "", &[]));
    assert!(nothing.starts_with(' '), "{nothing:?}");
}

#[test]
fn a_later_poll_takes_the_place_of_the_one_before() {
    let (anywhere, call) = start(hub(Hub::Classic));
    let client = Client::new(&anywhere);
    let _connected = client.ask("connect", "longPolling", &[]);
    let (before, after) = (
        client.poll(&[("messageId", &cursor(0))]),
        client.poll(&[("messageId", &cursor(0))]),
    );
    assert_eq!(text(&before.reply()).trim_start(), frame(0, "", "", &[]));
    anywhere.site().someone_sets(&call, Truth::Paused);
    assert_eq!(text(&after.reply()).trim_start(), frame(1, "", &call, &[3]));
}

#[test]
fn nothing_is_told_to_who_does_not_name_the_hub() {
    let (anywhere, call) = start(hub(Hub::Classic));
    let mut client = Client::new(&anywhere);
    let mut names_it = client.socket("connect", &[]).unwrap();
    assert_eq!(names_it.next(), Some(first()));
    anywhere.site().someone_sets(&call, Truth::Paused);
    assert!(names_it.next_but("{}").is_some());

    for hubs in ["", "[]"] {
        client.hubs = hubs;
        let mut deaf = client.socket("connect", &[]).unwrap();
        deaf.next();
        anywhere.site().someone_sets(&call, Truth::Recording);
        anywhere.site().someone_sets(&call, Truth::Paused);
        let heard: Vec<_> = (0..3).map(|_| deaf.next()).collect();
        assert!(
            heard.iter().all(|it| it.as_deref() == Some("{}")),
            "{heard:?}"
        );
    }
    for hubs in [r#"[{"name":"chat"}]"#, "recordinghub"] {
        client.hubs = hubs;
        assert_eq!(
            client.socket("connect", &[]).map(|_| ()),
            Err(500),
            "{hubs}"
        );
    }
}

#[test]
fn what_cannot_be_opened_is_refused_as_the_real_one_does() {
    let (anywhere, _) = start(Anywhere365Options {
        transports: vec![HubTransport::WebSockets, HubTransport::LongPolling],
        ..hub(Hub::Classic)
    });
    let mut client = Client::new(&anywhere);
    let says = |reply: Reply| (reply.status, reply.text());
    let unknown = || (400, "Protocol error: Unknown transport.".to_owned());
    assert_eq!(says(client.ask("connect", "", &[])), unknown());
    assert_eq!(says(client.ask("connect", "foreverFrame", &[])), unknown());
    assert_eq!(
        says(client.ask("connect", "serverSentEvents", &[])),
        unknown()
    );
    let no_socket = (400, "Not a valid web socket request.".to_owned());
    assert_eq!(says(client.ask("connect", "webSockets", &[])), no_socket);
    assert_eq!(client.ask("hubs", "longPolling", &[]).status, 404);

    // A token that is not encoded is read as another.
    let good = std::mem::take(&mut client.token);
    let missing = (400, "Protocol error: Missing connection token.".to_owned());
    assert_eq!(says(client.ask("connect", "longPolling", &[])), missing);
    client.token = good.replace('+', " ");
    let wrong = (
        400,
        "The ConnectionId is in the incorrect format.".to_owned(),
    );
    for verb in ["connect", "reconnect", "poll", "start", "send", "abort"] {
        assert_eq!(says(client.ask(verb, "longPolling", &[])), wrong, "{verb}");
    }
    client.token = good;
    assert_eq!(client.ask("connect", "LONGPOLLING", &[]).status, 200);
}

#[test]
fn names_are_taken_in_any_case_and_the_hub_where_it_is_set_up() {
    let (anywhere, call) = start(Anywhere365Options {
        hub_path: Some("/Attendant/Events".to_owned()),
        hub_name: "Recorders".to_owned(),
        ..hub(Hub::Classic)
    });
    let asked = query(&[("connectionData", r#"[{"Name":"RECORDERS"}]"#)]);
    let request = format!("GET /attendant/EVENTS/Negotiate?{asked}");
    let negotiated = ask(&anywhere.base_url(), &request, &[], "").unwrap().json();
    assert_eq!(negotiated["Url"], "/Attendant/Events");
    let target = query(&[
        ("transport", "webSockets"),
        (
            "connectionToken",
            negotiated["ConnectionToken"].as_str().unwrap(),
        ),
        ("connectionData", r#"[{"name":"recorders"}]"#),
    ]);
    let target = format!("/Attendant/Events/connect?{target}");
    let mut socket = Socket::open(&anywhere.base_url(), &target).unwrap();
    socket.next();
    anywhere.site().someone_sets(&call, Truth::Paused);
    let told: Value = serde_json::from_str(&socket.next_but("{}").unwrap()).unwrap();
    assert_eq!(told["M"][0]["H"], "Recorders");
    assert_eq!(get(&anywhere, "negotiate", &[]).status, 404);
}

#[test]
fn the_hub_takes_no_more_clients_than_it_is_set_up_for() {
    let (anywhere, _) = start(Anywhere365Options {
        hub_clients: 2,
        ..impatient(Hub::Classic)
    });
    let stays = Client::new(&anywhere);
    let mut socket = stays.socket("connect", &[]).unwrap();
    socket.next();
    let _goes = Client::new(&anywhere);
    assert_eq!(get(&anywhere, "negotiate", &[]).status, 503);
    std::thread::sleep(PATIENCE * 3 / 2);
    assert_eq!(get(&anywhere, "negotiate", &[]).status, 200, "one has gone");
    assert_eq!(socket.next().as_deref(), Some("{}"), "the other has not");
}
