//! Classic SignalR.

use super::*;

const SET: &str = "events = \"classic\"\nhub_name = \"recordingHub\"\n";

const OFFER: &str = r#"{"Url":"/signalr","ConnectionToken":"t+1","ConnectionId":"i","KeepAliveTimeout":20.0,"DisconnectTimeout":30.0,"ConnectionTimeout":110.0,"TryWebSockets":true,"ProtocolVersion":"1.5","TransportConnectTimeout":5.0,"LongPollDelay":0.0}"#;
const NO_SOCKETS: &str = r#"{"Url":"/signalr","ConnectionToken":"t+1","ConnectionId":"i","KeepAliveTimeout":20.0,"DisconnectTimeout":30.0,"ConnectionTimeout":110.0,"TryWebSockets":false,"ProtocolVersion":"1.5","TransportConnectTimeout":5.0,"LongPollDelay":0.0}"#;

const FIRST: &str = r#"{"C":"d-0","S":1,"M":[]}"#;
const STARTED: &str = r#"{"Response":"started"}"#;
const PAUSED: &str = r#"{"C":"d-1","G":"g+1","M":[{"H":"RecordingHub","M":"RecordingStateChangedEvent","A":[{"UccName":"ucc-demo-name","CorrelationId":"1d6c6a58-6739-4f0c-98ff-0968292c8c30","StateAction":3}]}]}"#;

const DATA: &str = "connectionData=%5B%7B%22name%22%3A%22recordingHub%22%7D%5D";

fn set(more: &str) -> String {
    format!("{SET}{more}")
}

fn line(command: &str, transport: &str, more: &str) -> String {
    format!(
        "GET /signalr/{command}?clientProtocol=1.5&transport={transport}&connectionToken=t%2B1&{DATA}{more}"
    )
}

fn negotiate() -> String {
    format!("GET /signalr/negotiate?clientProtocol=1.5&{DATA}")
}

fn reply(body: &'static str) -> Says {
    Says::Reply(200, body)
}

#[tokio::test]
async fn a_websocket_is_opened_with_three_requests() {
    let socket = Says::Socket(vec![FIRST, "{}", PAUSED], After::Silence);
    let says = vec![reply(OFFER), socket, reply(STARTED)];
    let (hub, session) = at_hub(&set("auth = \"token\""), says).await;
    let mut events = session.listen().await.unwrap();
    assert_eq!(told(&mut events).await.unwrap(), paused());
    let expected = [
        negotiate(),
        line("connect", "webSockets", ""),
        line("start", "webSockets", ""),
    ];
    assert_eq!(hub.lines(), expected);
    for asked in hub.asked() {
        assert!(
            asked
                .head
                .contains(&format!("authorization: Bearer {CANARY}\n"))
        );
    }
    assert!(hub.heard().is_empty());
}

#[tokio::test]
async fn a_hub_without_websockets_is_polled_from_where_it_was_left() {
    let says = vec![
        reply(NO_SOCKETS),
        reply(FIRST),
        reply(STARTED),
        reply("{\"C\":\"d-0\",\"M\":[]}"),
        reply(PAUSED),
        Says::Nothing,
    ];
    let (hub, session) = at_hub(&set(""), says).await;
    let mut events = session.listen().await.unwrap();
    assert_eq!(told(&mut events).await.unwrap(), paused());
    assert!(soon(&mut events).await.is_none());
    let expected = [
        negotiate(),
        line("connect", "longPolling", ""),
        line("start", "longPolling", ""),
        line("poll", "longPolling", "&messageId=d-0"),
        line("poll", "longPolling", "&messageId=d-0"),
        line("poll", "longPolling", "&messageId=d-1&groupsToken=g%2B1"),
    ];
    assert_eq!(hub.lines(), expected);
    // Longer than any silence of the other transports.
    pass(138).await;
    assert!(soon(&mut events).await.is_none());
    pass(2).await;
    assert_eq!(told(&mut events).await.unwrap(), VendorEvent::Missed);
    assert!(soon(&mut events).await.is_none());
    let last = line(
        "reconnect",
        "longPolling",
        "&messageId=d-1&groupsToken=g%2B1",
    );
    assert_eq!(hub.lines().last(), Some(&last));
}

#[tokio::test]
async fn a_hub_says_how_long_to_wait_between_polls() {
    let says = vec![
        reply(NO_SOCKETS),
        reply(FIRST),
        reply(STARTED),
        reply("{\"C\":\"d-0\",\"L\":5000,\"M\":[]}"),
        reply(PAUSED),
    ];
    let (hub, session) = at_hub(&set(""), says).await;
    let mut events = session.listen().await.unwrap();
    assert!(soon(&mut events).await.is_none());
    assert_eq!(hub.lines().len(), 4);
    pass(5).await;
    assert_eq!(told(&mut events).await.unwrap(), paused());
}

#[tokio::test]
async fn polls_that_bring_nothing_at_once_are_not_sent_without_end() {
    let mut says = vec![reply(NO_SOCKETS), reply(FIRST), reply(STARTED)];
    says.extend((0..100).map(|_| reply("{\"C\":\"d-0\",\"M\":[]}")));
    let (hub, session) = at_hub(&set(""), says).await;
    let mut events = session.listen().await.unwrap();
    let kind = error(&mut events).await;
    assert!(matches!(kind, Kind::Unintelligible(_)), "{kind}");
    assert!(hub.lines().len() < 40);
}

#[tokio::test]
async fn a_join_is_sent_by_the_transport_and_its_reply_is_looked_at() {
    let joining = "hub_join = \"Join\"\nhub_join_arguments = \"ucc\"\n";
    let call = json!({"H": "recordingHub", "M": "Join", "A": ["ucc-demo-name"], "I": "0"});
    for (joined, right) in [
        ("{\"I\":\"0\"}", true),
        ("{\"I\":\"0\",\"E\":\"no\"}", false),
    ] {
        let texts = vec![FIRST, PAUSED, joined];
        let socket = Says::Socket(texts, After::Silence);
        let says_all = vec![reply(OFFER), socket, reply(STARTED)];
        let (hub, session) = at_hub(&set(joining), says_all).await;
        let opened = session.listen().await;
        tokio::time::sleep(A_MOMENT).await;
        let heard: Value = serde_json::from_str(&hub.heard()[0]).unwrap();
        assert_eq!(heard, call);
        assert_eq!(opened.is_ok(), right);

        let stream = "data: initialized\n\ndata: {\"C\":\"d-0\",\"S\":1,\"M\":[]}\n\n";
        let stream = Says::Stream(stream, After::Silence);
        let says_all = vec![reply(OFFER), stream, reply(STARTED), reply(joined)];
        let more = set(&format!("{joining}hub_transport = \"server-sent-events\""));
        let (hub, session) = at_hub(&more, says_all).await;
        let opened = session.listen().await;
        let asked = hub.asked().pop().unwrap();
        let send = line("send", "serverSentEvents", "").replace("GET", "POST");
        assert_eq!(asked.line, send);
        assert!(
            asked
                .head
                .contains("content-type: application/x-www-form-urlencoded\n")
        );
        let form: Vec<_> = url::form_urlencoded::parse(asked.body.as_bytes()).collect();
        let sent: Value = serde_json::from_str(&form[0].1).unwrap();
        assert_eq!((&*form[0].0, &sent), ("data", &call));
        match opened {
            Ok(_) => assert!(right),
            Err(error) => says(&error.kind, "hub_join"),
        }
    }
}

#[tokio::test]
async fn a_connection_that_breaks_is_taken_up_where_it_was_left_once() {
    for broken in [After::Break, After::Silence] {
        let first = Says::Socket(vec![FIRST, PAUSED], broken);
        let second = Says::Socket(vec![PAUSED], After::Break);
        let (hub, session) =
            at_hub(&set(""), vec![reply(OFFER), first, reply(STARTED), second]).await;
        let mut events = session.listen().await.unwrap();
        assert_eq!(told(&mut events).await.unwrap(), paused());
        if broken == After::Silence {
            pass(19).await;
            assert!(soon(&mut events).await.is_none());
            pass(1).await;
        }
        assert_eq!(told(&mut events).await.unwrap(), VendorEvent::Missed);
        let place = "&messageId=d-1&groupsToken=g%2B1";
        let last = line("reconnect", "webSockets", place);
        assert_eq!(hub.lines().last(), Some(&last));
        assert_eq!(told(&mut events).await.unwrap(), paused());
        assert_eq!(error(&mut events).await, Kind::NoAnswer);
        assert_eq!(hub.lines().len(), 4);
    }
}

#[tokio::test]
async fn a_connection_that_breaks_again_is_mended_only_if_it_held_for_a_while() {
    for (mendable, mended) in [("5.0", true), ("30.0", false)] {
        let offer = OFFER.replace(
            "\"DisconnectTimeout\":30.0",
            &format!("\"DisconnectTimeout\":{mendable}"),
        );
        let offer = reply(String::leak(offer));
        let socket = || Says::Socket(vec![FIRST], After::Silence);
        let says = vec![offer, socket(), reply(STARTED), socket(), socket()];
        let (hub, session) = at_hub(&set(""), says).await;
        let mut events = session.listen().await.unwrap();
        pass(20).await;
        let event = told(&mut events).await.unwrap();
        assert_eq!(event, VendorEvent::Missed);
        assert!(soon(&mut events).await.is_none());
        // Silence again, 20 seconds after it was mended.
        pass(20).await;
        if mended {
            let event = told(&mut events).await.unwrap();
            assert_eq!(event, VendorEvent::Missed);
        } else {
            assert_eq!(error(&mut events).await, Kind::NoAnswer);
        }
        assert_eq!(hub.lines().len(), if mended { 5 } else { 4 });
    }
}

#[tokio::test]
async fn a_hub_may_ask_to_be_connected_to_anew() {
    let first = Says::Socket(
        vec![FIRST, "{\"C\":\"d-2\",\"T\":1,\"M\":[]}"],
        After::Silence,
    );
    let second = Says::Socket(vec![PAUSED, "{\"C\":\"d-3\",\"D\":1}"], After::Silence);
    let (_hub, session) = at_hub(&set(""), vec![reply(OFFER), first, reply(STARTED), second]).await;
    let mut events = session.listen().await.unwrap();
    assert_eq!(told(&mut events).await.unwrap(), VendorEvent::Missed);
    assert_eq!(told(&mut events).await.unwrap(), paused());
    // And that it is over.
    assert_eq!(error(&mut events).await, Kind::NoAnswer);
}

#[tokio::test]
async fn what_is_told_with_the_wish_for_another_connection_is_told() {
    let both = r#"{"C":"d-1","T":1,"M":[{"H":"recordingHub","M":"RecordingStateChangedEvent","A":[{"UccName":"ucc-demo-name","CorrelationId":"1d6c6a58-6739-4f0c-98ff-0968292c8c30","StateAction":3}]}]}"#;
    let texts = vec![FIRST, both];
    let second = Says::Socket(vec!["{}"], After::Silence);
    let says = vec![
        reply(OFFER),
        Says::Socket(texts, After::Silence),
        reply(STARTED),
        second,
    ];
    let (_hub, session) = at_hub(&set(""), says).await;
    let mut events = session.listen().await.unwrap();
    let mut told = Vec::new();
    while let Some(event) = soon(&mut events).await {
        told.push(event.unwrap());
    }
    assert_eq!(told, [VendorEvent::Missed, paused()]);
}

#[tokio::test]
async fn a_reconnect_that_fails_is_the_end() {
    for (reply_to_reconnect, kind) in [
        (Says::Reply(400, ""), Kind::NoAnswer),
        (Says::Reply(503, ""), Kind::ServerFailed(503)),
        (Says::Break, Kind::NoAnswer),
    ] {
        let first = Says::Socket(vec![FIRST], After::Break);
        let says = vec![reply(OFFER), first, reply(STARTED), reply_to_reconnect];
        let (_hub, session) = at_hub(&set(""), says).await;
        let mut events = session.listen().await.unwrap();
        assert_eq!(error(&mut events).await, kind);
    }
}

#[tokio::test]
async fn what_is_garbled_is_not_mended() {
    let first = Says::Socket(vec![FIRST, "<html>"], After::Silence);
    let (hub, session) = at_hub(&set(""), vec![reply(OFFER), first, reply(STARTED)]).await;
    let mut events = session.listen().await.unwrap();
    let kind = error(&mut events).await;
    assert!(matches!(kind, Kind::Unintelligible(_)), "{kind}");
    assert_eq!(hub.lines().len(), 3);
}

#[tokio::test]
async fn polls_follow_where_no_websocket_gets_through() {
    let says = vec![
        reply(OFFER),
        Says::Reply(200, "<html>"),
        reply(OFFER),
        reply(FIRST),
        reply(STARTED),
    ];
    let (hub, session) = at_hub(&set(""), says).await;
    drop(session.listen().await.unwrap());
    assert_eq!(
        hub.lines()[2..4],
        [negotiate(), line("connect", "longPolling", "")]
    );
}

#[tokio::test]
async fn a_transport_that_is_not_offered_is_not_asked_for() {
    let more = set("hub_transport = \"websockets\"");
    let (hub, session) = at_hub(&more, vec![reply(NO_SOCKETS)]).await;
    says(&refusal(&*session).await, "hub_transport");
    assert_eq!(hub.lines().len(), 1);
}

#[tokio::test]
async fn a_beginning_that_is_none_is_not_understood() {
    let sockets = || Says::Socket(vec![FIRST], After::Silence);
    for says in [
        vec![reply("{}")],
        vec![reply(NO_SOCKETS), reply("{\"C\":\"d-0\",\"M\":[]}")],
        vec![reply(OFFER), sockets(), reply("{}")],
    ] {
        let (_hub, session) = at_hub(&set(""), says).await;
        let kind = refusal(&*session).await;
        assert!(matches!(kind, Kind::Unintelligible(_)), "{kind}");
    }
}
