//! The event channel's protocol.

use std::io::{BufRead, BufReader, Write};
use std::net::TcpStream;
use std::time::Duration;

use serde_json::{Value, json};
use simulators::{Advice, Fault, GwsOptions, Transports};

use super::{Program, on_a_call, start, with};

fn listening(gws: GwsOptions) -> (simulators::Simulator, Program, String) {
    let gws = start(with(gws));
    let mut program = Program::of(&gws);
    let client = program.listen("/v2/me/calls");
    (gws, program, client)
}

/// Polls that end soon.
fn short() -> GwsOptions {
    GwsOptions {
        poll_timeout: Duration::from_millis(300),
        poll_interval: Duration::from_millis(20),
        ..GwsOptions::default()
    }
}

#[test]
fn a_handshake_gives_an_id_and_cookies_and_advice() {
    let gws = start(with(short()));
    let mut program = Program::of(&gws);
    let handshake = json!([{
        "id": "1", "channel": "/meta/handshake", "version": "1.0", "minimumVersion": "0.9",
        "supportedConnectionTypes": ["long-polling", "websocket"],
        "advice": { "timeout": 60000, "interval": 0 }, "ext": { "ack": true },
    }]);
    let mut reply = program.bayeux(&handshake);
    assert!(program.cookies.contains_key("BAYEUX_BROWSER"));
    assert!(program.cookies.contains_key("JSESSIONID"));
    let client = reply[0]["clientId"].take();
    assert!(client.as_str().map(str::len) > Some(16));
    let expected = json!({
        "id": "1", "channel": "/meta/handshake", "version": "1.0", "minimumVersion": "0.9",
        "clientId": null, "successful": true,
        "supportedConnectionTypes": ["websocket", "long-polling"],
        "advice": { "interval": 20, "timeout": 300, "reconnect": "retry" },
    });
    assert_eq!(reply, [expected]);
    let again = program.shake_hands();
    assert_ne!(client, *again, "an id is nobody else's");
}

#[test]
fn several_messages_are_answered_together_each_with_its_own_id() {
    let gws = start(with(short()));
    let mut program = Program::of(&gws);
    let client = program.shake_hands();
    let replies = program.bayeux(&json!([
        { "id": "a", "channel": "/meta/subscribe", "clientId": client,
          "subscription": ["/v2/me/calls", "/v2/me/devices"] },
        { "id": 7, "channel": "/meta/unsubscribe", "clientId": client,
          "subscription": "/v2/me/devices" },
        { "channel": "/meta/connect", "clientId": client, "connectionType": "long-polling" },
        { "id": "d", "channel": "/meta/connect", "clientId": client,
          "connectionType": "long-polling" },
    ]));
    let advice = json!({ "interval": 20, "timeout": 300, "reconnect": "retry" });
    let expected = json!([
        { "id": "a", "channel": "/meta/subscribe", "successful": true,
          "subscription": ["/v2/me/calls", "/v2/me/devices"] },
        { "id": 7, "channel": "/meta/unsubscribe", "successful": true,
          "subscription": "/v2/me/devices" },
        { "channel": "/meta/connect", "successful": true, "advice": advice },
        // Not held: it does not come alone.
        { "id": "d", "channel": "/meta/connect", "successful": true },
    ]);
    assert_eq!(Value::from(replies), expected);
}

#[test]
fn a_poll_without_an_event_ends_after_its_time() {
    let (gws, mut program, client) = listening(short());
    for _ in 0..2 {
        let poll = program.begin_poll(&client);
        super::until("it is held", || {
            super::statuses(&gws.site(), "/api/v2/notifications").last() == Some(&None)
        });
        let reply = program.end_poll(poll);
        let expected = json!([{ "id": "3", "channel": "/meta/connect", "successful": true }]);
        assert_eq!(Value::from(reply), expected);
    }
}

#[test]
fn a_poll_in_a_hurry_is_answered_at_once() {
    let (_gws, mut program, client) = listening(GwsOptions::default());
    let reply = program.bayeux(&json!([{
        "channel": "/meta/connect", "clientId": client, "connectionType": "long-polling",
        "advice": { "timeout": 0 },
    }]));
    assert_eq!(reply[0]["successful"], true);
}

#[test]
fn a_poll_takes_the_place_of_the_one_before() {
    let (gws, mut program, client) = listening(GwsOptions::default());
    let first = program.begin_poll(&client);
    super::until("it is held", || gws.site().requests().len() == 4);
    let second = program.begin_poll(&client);
    let reply = program.end_poll(first);
    assert_eq!((reply.len(), &reply[0]["successful"]), (1, &json!(true)));
    let site = gws.site();
    let call = site.start_call(&site.agent(), simulators::audio::Script::new());
    let reply = program.end_poll(second);
    assert_eq!(reply[0]["data"]["call"]["id"], *call);
}

fn is_forgotten(reply: &Value) {
    assert_eq!(reply["successful"], false);
    assert_eq!(reply["error"], "402::Unknown client");
    assert_eq!(
        reply["advice"],
        json!({ "reconnect": "handshake", "interval": 0 })
    );
}

#[test]
fn a_client_that_nobody_knows_is_told_to_shake_hands() {
    let (gws, mut program, client) = listening(GwsOptions::default());
    for channel in [
        "/meta/connect",
        "/meta/subscribe",
        "/meta/disconnect",
        "/any",
    ] {
        let message = json!([{ "id": "9", "channel": channel, "clientId": "another" }]);
        let reply = program.bayeux(&message);
        assert_eq!(reply[0]["id"], "9");
        is_forgotten(&reply[0]);
    }
    is_forgotten(&program.bayeux(&json!([{ "channel": "/meta/connect" }]))[0]);

    gws.site().forget_listeners();
    is_forgotten(&program.poll(&client)[0]);
    let client = program.listen("/v2/me/calls");
    let site = gws.site();
    site.start_call(&site.agent(), simulators::audio::Script::new());
    assert_eq!(
        program.events(&client, 1)[0]["notificationType"],
        "StatusChange"
    );
}

#[test]
fn a_client_that_is_forgotten_while_it_waits_hears_at_once() {
    for by_session in [false, true] {
        let (gws, mut program, client) = listening(GwsOptions::default());
        let poll = program.begin_poll(&client);
        super::until("it is held", || gws.site().requests().len() == 4);
        if by_session {
            gws.site().expire_sessions();
        } else {
            gws.site().forget_listeners();
        }
        is_forgotten(&program.end_poll(poll)[0]);
    }
}

#[test]
fn a_client_may_be_told_to_give_up() {
    let (gws, mut program, client) = listening(GwsOptions {
        forgotten: Advice::None,
        ..GwsOptions::default()
    });
    gws.site().misbehave(Fault::ForgetListeners.times(1));
    let reply = program.poll(&client);
    assert_eq!(reply[0]["error"], "402::Unknown client");
    assert_eq!(reply[0]["advice"], json!({ "reconnect": "none" }));
}

#[test]
fn a_client_belongs_to_its_session_and_its_browser() {
    let (gws, mut program, client) = listening(GwsOptions::default());
    for cookie in ["JSESSIONID", "BAYEUX_BROWSER"] {
        let mut another = program.clone();
        another.cookies.remove(cookie);
        is_forgotten(&another.poll(&client)[0]);
    }
    gws.site().misbehave(Fault::ExpireSessions.times(1));
    let cookies = program.cookies.clone();
    is_forgotten(&program.poll(&client)[0]);
    assert_ne!(program.cookies, cookies, "the password has begun a session");
}

#[test]
fn a_client_that_does_not_poll_is_forgotten() {
    let (_gws, mut program, client) = listening(GwsOptions {
        poll_timeout: Duration::from_secs(2),
        poll_limit: Duration::from_secs(1),
        ..short()
    });
    // It lasts longer than the limit, and counts as polling while it does.
    let poll = program.begin_poll(&client);
    std::thread::sleep(Duration::from_millis(1500));
    let subscribe = json!([{
        "channel": "/meta/subscribe", "clientId": client, "subscription": "/**",
    }]);
    assert_eq!(program.bayeux(&subscribe)[0]["successful"], true);
    assert_eq!(program.end_poll(poll)[0]["successful"], true);
    std::thread::sleep(Duration::from_millis(1300));
    is_forgotten(&program.poll(&client)[0]);
}

#[test]
fn a_poll_whose_connection_is_gone_is_over() {
    let (gws, mut program, client) = listening(GwsOptions {
        poll_limit: Duration::from_secs(1),
        ..GwsOptions::default()
    });
    let poll = program.begin_poll(&client);
    super::until("it is held", || gws.site().requests().len() == 4);
    drop(poll);
    std::thread::sleep(Duration::from_millis(1300));
    is_forgotten(&program.poll(&client)[0]);
}

#[test]
fn whoever_says_goodbye_is_gone() {
    let (gws, mut program, client) = listening(GwsOptions::default());
    let poll = program.begin_poll(&client);
    super::until("it is held", || gws.site().requests().len() == 4);
    let goodbye = json!([{ "id": "9", "channel": "/meta/disconnect", "clientId": client }]);
    let reply = program.bayeux(&goodbye);
    let expected = json!([{ "id": "9", "channel": "/meta/disconnect", "successful": true }]);
    assert_eq!(Value::from(reply), expected);
    let reply = program.end_poll(poll);
    assert_eq!(reply[0]["advice"], json!({ "reconnect": "none" }));
    is_forgotten(&program.poll(&client)[0]);
}

#[test]
fn what_makes_no_sense_is_refused() {
    let (_gws, mut program, client) = listening(GwsOptions::default());
    for (message, error) in [
        (json!({ "channel": "/meta/subscribe" }), "400"),
        (
            json!({ "channel": "/meta/subscribe", "subscription": "calls" }),
            "400",
        ),
        (
            json!({ "channel": "/meta/subscribe", "subscription": [] }),
            "400",
        ),
        (
            json!({ "channel": "/meta/subscribe", "subscription": "/meta/connect" }),
            "400",
        ),
        (json!({ "channel": "/meta/another" }), "404"),
        (json!({ "channel": "/v2/me/calls", "data": {} }), "403"),
        (
            json!({ "channel": "/meta/connect", "connectionType": "websocket" }),
            "400",
        ),
    ] {
        let mut message = message;
        message["clientId"] = json!(client);
        let reply = program.bayeux(&json!([message]));
        assert_eq!(reply[0]["successful"], false, "{message}");
        let told = reply[0]["error"].as_str().unwrap_or_default();
        assert!(told.starts_with(error), "{message}: {told}");
    }
    for body in ["no JSON", "[1]", "\"text\""] {
        assert_eq!(program.ask("POST /api/v2/notifications", body).status, 400);
    }
    assert_eq!(program.ask("POST /api/v2/notifications", "").status, 415);
    assert_eq!(program.get("/notifications").status, 400);
}

/// The status line of a request for a WebSocket.
fn upgrade(transports: Transports) -> String {
    let gws = start(with(GwsOptions {
        transports,
        ..GwsOptions::default()
    }));
    let mut program = Program::of(&gws);
    program.get("/me");
    let host = gws.base_url().replace("http://", "");
    let request = format!(
        "GET /api/v2/notifications HTTP/1.1\r\nHost: {host}\r\nConnection: Upgrade\r\n\
         Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\n\
         Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nCookie: JSESSIONID={}\r\n\r\n",
        program.cookies["JSESSIONID"]
    );
    let mut stream = TcpStream::connect(host).expect("it listens");
    stream.write_all(request.as_bytes()).expect("it is sent");
    let mut line = String::new();
    let read = BufReader::new(stream).read_line(&mut line);
    read.expect("it is answered");
    line
}

#[test]
fn a_server_may_have_one_transport_only() {
    for transports in [Transports::Both, Transports::WebSocket] {
        let line = upgrade(transports);
        assert!(line.starts_with("HTTP/1.1 101"), "{transports:?}: {line}");
    }
    let line = upgrade(Transports::LongPolling);
    assert!(line.starts_with("HTTP/1.1 400"), "{line}");

    let gws = start(with(GwsOptions {
        transports: Transports::WebSocket,
        ..GwsOptions::default()
    }));
    let handshake = json!([{
        "channel": "/meta/handshake", "supportedConnectionTypes": ["long-polling"],
    }]);
    assert_eq!(
        Program::of(&gws).post("/notifications", &handshake).status,
        400
    );

    let gws = start(with(GwsOptions {
        transports: Transports::LongPolling,
        ..GwsOptions::default()
    }));
    let handshake = json!([{
        "channel": "/meta/handshake", "supportedConnectionTypes": ["websocket"],
    }]);
    let reply = Program::of(&gws).bayeux(&handshake);
    assert_eq!(reply[0]["successful"], false);
    assert_eq!(
        reply[0]["supportedConnectionTypes"],
        json!(["long-polling"])
    );
    assert_eq!(reply[0]["advice"], json!({ "reconnect": "none" }));
}

#[test]
fn the_channel_is_found_under_what_clients_append() {
    let (_gws, mut program, _call) = on_a_call(GwsOptions::default());
    let handshake = json!([{
        "channel": "/meta/handshake", "supportedConnectionTypes": ["long-polling"],
    }]);
    for path in [
        "/notifications",
        "/notifications/",
        "/notifications/handshake",
    ] {
        assert_eq!(program.post(path, &handshake).json()[0]["successful"], true);
    }
}
