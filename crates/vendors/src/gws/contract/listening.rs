//! The event channel, against a server that follows a script.

use std::collections::VecDeque;
use std::sync::Mutex;
use std::time::Duration;

use futures_util::{SinkExt, StreamExt};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;
use tokio_tungstenite::tungstenite::Message;
use wiremock::Respond;

use super::*;
use crate::{Events, VendorEvent};

const NOTIFICATIONS: &str = "/api/v2/notifications";

/// What each message of the client is answered with, in order. After the last one the server
/// holds whatever comes.
struct Script(Mutex<VecDeque<Vec<Value>>>);

impl Script {
    fn new(replies: Vec<Vec<Value>>) -> Self {
        Self(Mutex::new(replies.into()))
    }

    fn next(&self) -> Option<Vec<Value>> {
        self.0.lock().unwrap().pop_front()
    }
}

impl Respond for Script {
    fn respond(&self, _request: &Request) -> ResponseTemplate {
        let Some(reply) = self.next() else {
            return ResponseTemplate::new(200).set_delay(Duration::from_secs(3_600));
        };
        let reply = ResponseTemplate::new(200).set_body_json(reply);
        reply.append_header("Set-Cookie", "BAYEUX_BROWSER=b; Path=/; HttpOnly")
    }
}

fn handshake() -> Value {
    json!({
        "channel": "/meta/handshake", "clientId": "c1", "successful": true,
        "supportedConnectionTypes": ["websocket", "long-polling", "callback-polling"],
        "advice": {"interval": 0, "timeout": 30_000, "reconnect": "retry"},
    })
}

fn subscribed() -> Value {
    json!({"channel": "/meta/subscribe", "successful": true, "subscription": "/v2/me/calls"})
}

fn connected() -> Value {
    json!({"channel": "/meta/connect", "successful": true})
}

fn event(state: &str, recorder: &str) -> Value {
    json!({"channel": "/v2/me/calls", "data": {
        "messageType": "CallStateChangeMessage",
        "call": {"id": ID, "state": state, "recordingState": recorder},
    }})
}

fn documented_event() -> Value {
    let event = Fixture::read(include_str!("../fixtures/event_paused.reply"));
    serde_json::from_str(event.body).expect("it is JSON")
}

fn hint(recorder: Recorder) -> VendorEvent {
    let call = call();
    VendorEvent::Hint { call, recorder }
}

async fn polled(server: &MockServer, replies: Vec<Vec<Value>>) {
    Mock::given(method("POST"))
        .and(path(NOTIFICATIONS))
        .respond_with(Script::new(replies))
        .mount(server)
        .await;
}

async fn next(events: &mut Events) -> VendorEvent {
    let event = events.next().await.expect("it does not just end");
    event.expect("all is well")
}

async fn ended(events: &mut Events) -> Kind {
    let error = events.next().await.expect("it does not just end");
    let error = error.expect_err("it is over");
    assert_harmless(&error);
    assert_eq!(error.operation, Operation::Events);
    error.kind
}

#[tokio::test]
async fn events_come_by_long_polling() {
    let server = server().await;
    let replies = vec![
        vec![handshake()],
        vec![subscribed()],
        vec![documented_event(), connected()],
        vec![connected()],
        vec![
            event("Established", "Recording"),
            event("Released", "Stopped"),
            connected(),
        ],
    ];
    polled(&server, replies).await;
    let session = session(&server, "").await;
    let mut events = session.listen().await.unwrap();
    // It is open once the subscription is accepted, and nothing is held before it is read.
    assert_eq!(asked(&server).await.len(), 3);
    assert_eq!(next(&mut events).await, VendorEvent::CallStarted(call()));
    assert_eq!(next(&mut events).await, hint(Recorder::Paused));
    assert_eq!(next(&mut events).await, hint(Recorder::Recording));
    assert_eq!(next(&mut events).await, VendorEvent::CallEnded(call()));
    let requests = asked(&server).await.split_off(1);
    let channels: Vec<_> = requests
        .iter()
        .map(|request| body_of(request)[0]["channel"].clone())
        .collect();
    let connect = "/meta/connect";
    let expected = [
        "/meta/handshake",
        "/meta/subscribe",
        connect,
        connect,
        connect,
    ];
    assert_eq!(channels, expected);
    let expected = json!([{
        "id": "1", "channel": "/meta/handshake", "version": "1.0", "minimumVersion": "0.9",
        "supportedConnectionTypes": ["long-polling", "websocket"],
    }]);
    assert_eq!(body_of(&requests[0]), expected);
    for (number, request) in requests.iter().enumerate() {
        let headers = &request.headers;
        assert_eq!(headers["content-type"], "application/json;charset=UTF-8");
        assert_eq!(headers["authorization"], BASIC);
        assert_eq!(headers["origin"], server.uri());
        assert_eq!(headers["x-csrf-token"], TOKEN);
        let mut expected = all_cookies();
        if number > 0 {
            expected.insert(1, "BAYEUX_BROWSER=b".to_owned());
        }
        assert_eq!(cookies(request), expected, "{number}");
    }
}

#[tokio::test]
async fn an_event_says_what_is_offered() {
    let server = server().await;
    let replies = vec![
        vec![handshake()],
        vec![subscribed()],
        vec![documented_event(), connected()],
    ];
    polled(&server, replies).await;
    let paused = fixture(include_str!("../fixtures/call_paused.reply"));
    answers(&server, "GET", &call_path(), paused).await;
    let session = session(&server, "").await;
    let mut events = session.listen().await.unwrap();
    next(&mut events).await;
    let command = session.command(&call(), pause::Wanted::Paused).await;
    command.unwrap();
    // It is paused already: that is read, and nothing else is sent.
    assert_eq!(last(&server).await.method.as_str(), "GET");
}

#[tokio::test]
async fn the_channel_is_the_one_that_is_set_up() {
    let server = server().await;
    let accepted = json!({"channel": "/meta/subscribe", "successful": true});
    polled(&server, vec![vec![handshake()], vec![accepted]]).await;
    let more = "channel = \"/v2/me/*\"\ntransport = \"long-polling\"";
    let _events = session(&server, more).await.listen().await.unwrap();
    let requests = asked(&server).await;
    let offered = &body_of(&requests[1])[0]["supportedConnectionTypes"];
    assert_eq!(offered, &json!(["long-polling"]));
    assert_eq!(body_of(&requests[2])[0]["subscription"], "/v2/me/*");
}

#[tokio::test]
async fn a_server_that_forgets_its_client_is_told_again_who_listens() {
    let server = server().await;
    let forgotten = json!({
        "channel": "/meta/connect", "successful": false, "error": "402::Unknown client",
        "advice": {"reconnect": "handshake"},
    });
    let replies = vec![
        vec![handshake()],
        vec![subscribed()],
        vec![connected()],
        vec![forgotten],
        vec![handshake()],
        vec![subscribed()],
        vec![event("Held", "Recording"), connected()],
    ];
    polled(&server, replies).await;
    let session = session(&server, "").await;
    let mut events = session.listen().await.unwrap();
    assert_eq!(next(&mut events).await, VendorEvent::Missed);
    assert_eq!(next(&mut events).await, VendorEvent::CallStarted(call()));
    assert_eq!(next(&mut events).await, hint(Recorder::Recording));
    assert_eq!(asked(&server).await.len(), 8);
}

#[tokio::test]
async fn a_subscription_that_is_refused_opens_nothing() {
    let server = server().await;
    let denied = json!({
        "channel": "/meta/subscribe", "successful": false, "error": "403:/v2/me/calls:denied",
    });
    polled(&server, vec![vec![handshake()], vec![denied]]).await;
    let error = session(&server, "").await.listen().await.err().unwrap();
    assert!(matches!(error.kind, Kind::NotPermitted(_)), "{error}");
    assert!(!error.kind.ends_session());
}

#[tokio::test]
async fn silence_beyond_what_was_advised_is_the_end() {
    let server = server().await;
    let replies = vec![vec![handshake()], vec![subscribed()]];
    polled(&server, replies).await;
    let session = session(&server, "").await;
    let mut events = session.listen().await.unwrap();
    // From here on time passes as soon as nothing else happens.
    tokio::time::pause();
    let began = tokio::time::Instant::now();
    assert_eq!(ended(&mut events).await, Kind::NoAnswer);
    let waited = began.elapsed().as_secs();
    assert_eq!(waited, 40, "advised are 30 s, and the margin is 10 s");
}

#[tokio::test]
async fn a_server_that_holds_nothing_is_not_asked_as_fast_as_it_answers() {
    let server = server().await;
    let mut replies = vec![vec![handshake()], vec![subscribed()]];
    replies.extend(std::iter::repeat_n(vec![connected()], 10_000));
    polled(&server, replies).await;
    let session = session(&server, "").await;
    let mut events = session.listen().await.unwrap();
    let listening = tokio::time::timeout(Duration::from_millis(700), events.next());
    listening.await.expect_err("there is nothing to tell");
    let connects = asked(&server).await.len() - 3;
    assert!((2..=4).contains(&connects), "{connects}");
}

#[tokio::test]
async fn events_that_follow_each_other_do_not_wait() {
    let server = server().await;
    let mut replies = vec![vec![handshake()], vec![subscribed()]];
    let change = vec![event("Held", "Recording"), connected()];
    replies.extend(std::iter::repeat_n(change, 120));
    polled(&server, replies).await;
    let session = session(&server, "").await;
    let events = session.listen().await.unwrap();
    // At the pace of polls that bring nothing these would take half a minute.
    let hints = events.take(121).collect::<Vec<_>>();
    let hints = tokio::time::timeout(Duration::from_secs(15), hints).await;
    assert!(hints.unwrap().iter().all(Result::is_ok));
}

#[tokio::test]
async fn a_session_that_is_over_ends_the_events() {
    for (reply, kind) in [
        (ResponseTemplate::new(401), Kind::SessionEnded),
        (
            fixture(include_str!("../fixtures/csrf.reply")),
            Kind::SessionEnded,
        ),
        (status_code(20).set_delay(Duration::ZERO), Kind::NoAnswer),
    ] {
        let server = server().await;
        let open = Script::new(vec![vec![handshake()], vec![subscribed()]]);
        Mock::given(method("POST"))
            .and(path(NOTIFICATIONS))
            .respond_with(open)
            .up_to_n_times(2)
            .mount(&server)
            .await;
        answers(&server, "POST", NOTIFICATIONS, reply).await;
        let session = session(&server, "").await;
        let mut events = session.listen().await.unwrap();
        let said = ended(&mut events).await;
        if kind == Kind::NoAnswer {
            assert!(matches!(said, Kind::Unintelligible(_)), "{said}");
        } else {
            assert_eq!(said, kind);
        }
        assert!(events.next().await.is_none());
    }
}

#[tokio::test]
async fn a_poll_that_is_not_answered_is_not_understood() {
    for reply in [vec![], vec![event("Held", "Paused")]] {
        let server = server().await;
        polled(&server, vec![vec![handshake()], vec![subscribed()], reply]).await;
        let session = session(&server, "").await;
        let mut events = session.listen().await.unwrap();
        let kind = ended(&mut events).await;
        assert!(matches!(kind, Kind::Unintelligible(_)), "{kind}");
    }
}

#[tokio::test]
async fn a_flood_is_not_taken_in() {
    let server = server().await;
    let flood = json!({"channel": "/v2/me/calls", "data": "x".repeat(2 * 1024 * 1024)});
    let replies = vec![
        vec![handshake()],
        vec![subscribed()],
        vec![flood, connected()],
    ];
    polled(&server, replies).await;
    let session = session(&server, "").await;
    let mut events = session.listen().await.unwrap();
    let kind = ended(&mut events).await;
    assert_eq!(kind, Kind::Unintelligible("it is far too long"));
}

/// A server that answers these requests one by one, then opens a WebSocket and follows the
/// script there; an empty reply is silence. Returns its address, and what the WebSocket was opened with.
async fn socket_server(
    answers: Vec<Value>,
    script: Vec<Vec<Value>>,
) -> (String, tokio::task::JoinHandle<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let served = tokio::spawn(async move {
        for answer in answers {
            let (mut stream, _) = listener.accept().await.unwrap();
            let mut request = Vec::new();
            while !request.ends_with(b"\r\n\r\n") && !request.ends_with(b"]") {
                assert!(stream.read_buf(&mut request).await.unwrap() > 0);
            }
            let body = answer.to_string();
            let status = answer["status"].as_str().unwrap_or("200 OK");
            let reply = format!(
                "HTTP/1.1 {status}\r\nset-cookie: JSESSIONID={COOKIE}; Path=/\r\n\
                 connection: close\r\ncontent-length: {}\r\n\r\n{body}",
                body.len(),
            );
            stream.write_all(reply.as_bytes()).await.unwrap();
        }
        let (stream, _) = listener.accept().await.unwrap();
        let mut head = vec![0; 4_096];
        let read = stream.peek(&mut head).await.unwrap();
        head.truncate(read);
        let mut socket = tokio_tungstenite::accept_async(stream).await.unwrap();
        for mut reply in script {
            if reply.is_empty() {
                std::future::pending::<()>().await;
            }
            let asked = socket.next().await.unwrap().unwrap();
            let asked: Value = serde_json::from_str(asked.to_text().unwrap()).unwrap();
            let last = reply.len() - 1;
            assert_eq!(asked[0]["channel"], reply[last]["channel"]);
            reply[last]["id"] = asked[0]["id"].clone();
            // A server tells each thing as it happens.
            for message in reply {
                let text = json!([message]).to_string();
                socket.send(Message::text(text)).await.unwrap();
            }
        }
        String::from_utf8(head).unwrap()
    });
    (format!("http://{address}"), served)
}

fn me() -> Value {
    json!({"statusCode": 0, "user": {}})
}

fn socket_script() -> Vec<Vec<Value>> {
    vec![
        vec![handshake()],
        vec![subscribed()],
        vec![connected()],
        vec![documented_event(), connected()],
        vec![event("Released", "Stopped"), connected()],
    ]
}

#[tokio::test]
async fn events_come_by_websocket() {
    let (address, served) = socket_server(vec![me()], socket_script()).await;
    let settings = settings(&address, "transport = \"websocket\"");
    let session = signed_in("gws", &settings).await;
    let mut events = session.listen().await.unwrap();
    assert_eq!(next(&mut events).await, VendorEvent::CallStarted(call()));
    assert_eq!(next(&mut events).await, hint(Recorder::Paused));
    assert_eq!(next(&mut events).await, VendorEvent::CallEnded(call()));
    // Then the server is gone.
    assert_eq!(ended(&mut events).await, Kind::NoAnswer);
    let opened = served.await.unwrap().to_lowercase();
    let first = "get /api/v2/notifications http/1.1\r\n";
    assert!(opened.starts_with(first), "{opened}");
    for header in [
        format!("authorization: {BASIC}"),
        format!("cookie: JSESSIONID={COOKIE}"),
        format!("origin: {address}"),
        "upgrade: websocket".to_owned(),
    ] {
        assert!(
            opened.contains(&header.to_lowercase()),
            "{header} in {opened}"
        );
    }
}

#[tokio::test]
async fn a_server_that_offers_only_a_websocket_gets_one() {
    let mut offer = handshake();
    offer["supportedConnectionTypes"] = json!(["websocket"]);
    let denied = json!({"status": "405 Method Not Allowed"});
    for answer in [json!([offer]), denied] {
        let answers = vec![me(), answer];
        let (address, _served) = socket_server(answers, socket_script()).await;
        let session = signed_in("gws", &settings(&address, "")).await;
        let mut events = session.listen().await.unwrap();
        assert_eq!(next(&mut events).await, VendorEvent::CallStarted(call()));
    }
}

#[tokio::test]
async fn a_server_that_takes_no_posts_and_has_no_websocket_refuses() {
    let server = server().await;
    answers(&server, "POST", NOTIFICATIONS, ResponseTemplate::new(405)).await;
    let error = session(&server, "").await.listen().await.err().unwrap();
    assert_eq!(error.kind, Kind::Refused("405".to_owned()));
    assert_eq!(asked(&server).await.len(), 3);
    let polling = session(&server, "transport = \"long-polling\"").await;
    polling.listen().await.err().unwrap();
    assert_eq!(asked(&server).await.len(), 5);
}

#[tokio::test]
async fn a_websocket_that_falls_silent_is_the_end() {
    let script = vec![vec![handshake()], vec![subscribed()], vec![]];
    let (address, _served) = socket_server(vec![me()], script).await;
    let settings = settings(&address, "transport = \"websocket\"");
    let session = signed_in("gws", &settings).await;
    let mut events = session.listen().await.unwrap();
    tokio::time::pause();
    let began = tokio::time::Instant::now();
    assert_eq!(ended(&mut events).await, Kind::NoAnswer);
    assert_eq!(began.elapsed().as_secs(), 40);
}

#[tokio::test]
async fn an_address_without_a_websocket_says_so() {
    let server = server().await;
    answers(&server, "GET", NOTIFICATIONS, ResponseTemplate::new(200)).await;
    let session = session(&server, "transport = \"websocket\"").await;
    let error = session.listen().await.err().unwrap();
    assert_eq!(error.kind, Kind::Unintelligible("it is no WebSocket"));
}
