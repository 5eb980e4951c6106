//! ASP.NET SignalR 2: what it remembers of a client, and what a client may call.

use serde_json::json;
use simulators::{Anywhere365Options, Hub, HubTransport, Simulator, Truth};

use super::classic::{Client, cursor, first, frame};
use super::wire::{Socket, text};
use super::{PATIENCE, hub, impatient, join_agent, pause_briefly, start};

/// Changes the recorder so many times: paused, recording, paused and so on.
fn change(anywhere: &Simulator, call: &str, times: u64) {
    for time in 0..times {
        let truth = [Truth::Paused, Truth::Recording][usize::from(time % 2 == 1)];
        anywhere.site().someone_sets(call, truth);
    }
}

fn connected(client: &Client<'_>) -> Socket {
    let mut socket = client.socket("connect", &[]).expect("it opens");
    assert_eq!(socket.next(), Some(first()));
    socket
}

#[test]
fn what_was_missed_is_told_to_who_comes_back_with_a_cursor() {
    let (anywhere, call) = start(hub(Hub::Classic));
    let client = Client::new(&anywhere);
    let mut socket = connected(&client);
    change(&anywhere, &call, 1);
    assert_eq!(socket.next_but("{}"), Some(frame(1, "", &call, &[3])));
    drop(socket);
    pause_briefly();
    anywhere.site().someone_sets(&call, Truth::Recording);
    anywhere.site().someone_sets(&call, Truth::Off);
    pause_briefly();

    let id = cursor(1);
    let missed = frame(3, "", &call, &[1, 2]);
    let mut again = client.socket("reconnect", &[("messageId", &id)]).unwrap();
    assert_eq!(again.next(), Some(missed.clone()));
    // Over another transport the same.
    let mut events = client.events("reconnect", &[("messageId", &id)]).unwrap();
    assert_eq!(events.next().as_deref(), Some("initialized"));
    assert_eq!(events.next(), Some(missed.clone()));
    assert_eq!(again.next_but("{}"), None, "its place is taken");
    let polled = client.ask("reconnect", "longPolling", &[("messageId", &id)]);
    assert_eq!(text(&polled), missed);
}

#[test]
fn who_comes_back_without_a_cursor_hears_only_what_is_new() {
    let (anywhere, call) = start(hub(Hub::Classic));
    let client = Client::new(&anywhere);
    drop(connected(&client));
    change(&anywhere, &call, 1);
    pause_briefly();
    for more in [vec![], vec![("messageId", "d-00000000-B,0|C,0")]] {
        let mut socket = client.socket("reconnect", &more).unwrap();
        assert_eq!(socket.next().as_deref(), Some("{}"));
    }
}

#[test]
fn a_thousand_messages_are_kept() {
    let (anywhere, call) = start(hub(Hub::Classic));
    let client = Client::new(&anywhere);
    let mut socket = connected(&client);
    change(&anywhere, &call, 1002);
    // Wait until it has been told of the last one.
    let last = format!(r#"{{"C":"{}","#, cursor(1002));
    while !socket.next().unwrap().starts_with(&last) {}
    let all = client.ask("reconnect", "longPolling", &[("messageId", &cursor(0))]);
    let kept: Vec<u8> = [3, 1].repeat(500);
    assert_eq!(text(&all), frame(1002, "", &call, &kept));
    let two = client.ask("reconnect", "longPolling", &[("messageId", &cursor(1000))]);
    assert_eq!(text(&two), frame(1002, "", &call, &[3, 1]));
}

#[test]
fn a_client_that_has_been_away_too_long_is_unknown() {
    let (anywhere, _) = start(impatient(Hub::Classic));
    let client = Client::new(&anywhere);
    let mut socket = connected(&client);
    std::thread::sleep(PATIENCE * 3 / 2);
    assert_eq!(socket.next().as_deref(), Some("{}"), "it is not away");
    drop(socket);
    std::thread::sleep(PATIENCE / 3);
    assert!(client.socket("reconnect", &[]).is_ok());
    std::thread::sleep(PATIENCE * 3 / 2);
    assert_eq!(client.socket("reconnect", &[]).map(|_| ()), Err(400));
}

#[test]
fn forgotten_clients_are_closed_and_unknown() {
    let (anywhere, _) = start(hub(Hub::Classic));
    let [by_socket, by_events, by_poll] = [(); 3].map(|()| Client::new(&anywhere));
    let mut socket = connected(&by_socket);
    let mut events = by_events.events("connect", &[]).unwrap();
    let _connected = by_poll.ask("connect", "longPolling", &[]);
    let poll = by_poll.poll(&[("messageId", &cursor(0))]);
    anywhere.site().forget_listeners();
    assert_eq!(socket.next_but("{}"), None);
    assert_eq!(events.next().as_deref(), Some("initialized"));
    assert_eq!(events.next(), Some(first()));
    assert_eq!(events.next_but("{}"), None);
    let told = text(&poll.reply());
    assert_eq!(told.trim_start(), frame(0, r#""T":1,"#, "", &[]));
    for client in [by_socket, by_events, by_poll] {
        assert_eq!(client.ask("reconnect", "longPolling", &[]).status, 400);
    }
}

#[test]
fn an_abort_is_the_end() {
    let (anywhere, call) = start(hub(Hub::Classic));
    let client = Client::new(&anywhere);
    let mut socket = connected(&client);
    change(&anywhere, &call, 1);
    assert_eq!(socket.next_but("{}"), Some(frame(1, "", &call, &[3])));
    assert_eq!(client.ask("abort", "webSockets", &[]).status, 200);
    assert_eq!(socket.next_but("{}"), None);
    assert_eq!(client.ask("start", "webSockets", &[]).status, 400);
}

fn joining() -> Anywhere365Options {
    Anywhere365Options {
        join: join_agent(),
        ..hub(Hub::Classic)
    }
}

const JOIN: &str =
    r#"{"H":"recordinghub","M":"joinagent","A":["ucc-demo-name","SIP:agent@domain.com"],"I":0}"#;

/// The message that tells of a token for groups.
fn granted(count: u64, number: usize) -> String {
    frame(count, &format!(r#""G":"g+{number}/==","#), "", &[])
}

#[test]
fn a_client_hears_of_those_whom_it_has_joined() {
    let (anywhere, call) = start(joining());
    let site = anywhere.site();
    let other = site.start_call("sip:other@domain.com", simulators::audio::Script::new());
    let client = Client::new(&anywhere);
    let mut socket = connected(&client);
    site.someone_sets(&call, Truth::Paused);
    pause_briefly();
    socket.say(JOIN);
    // The result and the token come in either order, as they do from the real one.
    let mut told = [(); 2].map(|()| socket.next_but("{}").unwrap());
    told.sort();
    assert_eq!(told, [granted(0, 0), r#"{"I":"0"}"#.to_owned()]);
    site.someone_sets(&other, Truth::Paused);
    site.someone_sets(&call, Truth::Recording);
    assert_eq!(socket.next_but("{}"), Some(frame(1, "", &call, &[1])));
}

#[test]
fn who_has_no_socket_calls_by_a_request_of_its_own() {
    let (anywhere, call) = start(joining());
    let client = Client::new(&anywhere);
    let _connected = client.ask("connect", "longPolling", &[]);
    let poll = client.poll(&[("messageId", &cursor(0))]);
    let sent = client.send("longPolling", JOIN);
    assert_eq!((sent.status, sent.text()), (200, r#"{"I":"0"}"#.to_owned()));
    assert_eq!(text(&poll.reply()).trim_start(), granted(0, 0));

    let poll = client.poll(&[("messageId", &cursor(0)), ("groupsToken", "g+0/==")]);
    anywhere.site().someone_sets(&call, Truth::Paused);
    assert_eq!(text(&poll.reply()).trim_start(), frame(1, "", &call, &[3]));
}

#[test]
fn who_comes_back_without_the_token_is_in_no_group() {
    let (anywhere, call) = start(joining());
    let client = Client::new(&anywhere);
    let mut socket = connected(&client);
    socket.say(JOIN);
    let _result_and_token = [(); 2].map(|()| socket.next_but("{}"));
    for (token, hears) in [
        ("g+0/==", true),
        ("g+1/==", false),
        ("g+0/==", true),
        ("", false),
    ] {
        drop(socket);
        let more: &[(&str, &str)] = match token {
            "" => &[],
            token => &[("groupsToken", token)],
        };
        socket = client.socket("reconnect", more).unwrap();
        assert_eq!(socket.next().as_deref(), Some("{}"));
        change(&anywhere, &call, 2);
        let heard = socket.next().unwrap() != "{}";
        assert_eq!(heard, hears, "{token:?}");
    }
}

#[test]
fn a_call_that_fails_gets_an_error_and_no_details() {
    let (anywhere, _) = start(joining());
    let client = Client::new(&anywhere);
    let mut socket = connected(&client);
    let failed = "There was an error invoking Hub method";
    for (method, arguments, error) in [
        (
            "Leave",
            json!([]),
            json!({ "E": format!("{failed} 'RecordingHub.Leave'.") }),
        ),
        (
            "JoinAgent",
            json!(["ucc-demo-name"]),
            json!({ "E": format!("{failed} 'RecordingHub.JoinAgent'.") }),
        ),
        (
            "JoinAgent",
            json!(["ucc-demo-name", 7]),
            json!({ "E": format!("{failed} 'RecordingHub.JoinAgent'.") }),
        ),
        (
            "JoinAgent",
            json!(["another", "sip:agent@domain.com"]),
            json!({ "E": "Ucc with name:'another' not found.", "H": true }),
        ),
    ] {
        let call = json!({ "H": "RecordingHub", "M": method, "A": arguments, "I": "7" });
        let mut expected = error;
        expected["I"] = json!("7");
        socket.say(&call.to_string());
        let told = socket.next_but("{}").unwrap();
        assert_eq!(told, expected.to_string(), "{method}");
        assert_eq!(
            client.send("serverSentEvents", &call.to_string()).json(),
            expected
        );
    }
    for nonsense in ["", "{}", r#"{"H":"chat","M":"Join","A":[],"I":0}"#] {
        assert_eq!(
            client.send("longPolling", nonsense).status,
            500,
            "{nonsense}"
        );
    }
}

#[test]
fn only_what_is_offered_is_tried() {
    let (anywhere, _) = start(Anywhere365Options {
        transports: vec![HubTransport::ServerSentEvents],
        ..hub(Hub::Classic)
    });
    let negotiated = super::classic::get(&anywhere, "negotiate", &[]).json();
    assert_eq!(negotiated["TryWebSockets"], false);
    let client = Client::new(&anywhere);
    assert_eq!(client.socket("connect", &[]).map(|_| ()), Err(400));
    assert!(client.events("connect", &[]).is_ok());
}
