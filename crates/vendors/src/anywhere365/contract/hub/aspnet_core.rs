//! ASP.NET Core SignalR.

mod silence;

use super::*;

const SET: &str = "events = \"core\"\nhub_path = \"/hub\"\n";

const OFFER: &str = r#"{"connectionToken":"t+1","connectionId":"i","negotiateVersion":1,"availableTransports":[
    {"transport":"WebSockets","transferFormats":["Text","Binary"]},
    {"transport":"ServerSentEvents","transferFormats":["Text"]},
    {"transport":"LongPolling","transferFormats":["Text","Binary"]}]}"#;

const PAUSED: &str = "{\"type\":1,\"target\":\"RecordingStateChangedEvent\",\"arguments\":[{\"uccName\":\"ucc-demo-name\",\"correlationId\":\"1d6c6a58-6739-4f0c-98ff-0968292c8c30\",\"stateAction\":3}]}\u{1e}";

const HANDSHAKE: &str = "{\"protocol\":\"json\",\"version\":1}\u{1e}";
const PING: &str = "{\"type\":6}\u{1e}";

fn set(more: &str) -> String {
    format!("{SET}{more}")
}

#[tokio::test]
async fn a_websocket_is_opened_with_two_requests() {
    let socket = Says::Socket(vec!["{}\u{1e}", PAUSED], After::Silence);
    let (hub, session) = at_hub(
        &set("auth = \"token\""),
        vec![Says::Reply(200, OFFER), socket],
    )
    .await;
    let mut events = session.listen().await.unwrap();
    assert_eq!(told(&mut events).await.unwrap(), paused());
    assert!(soon(&mut events).await.is_none());
    let lines = [
        "POST /hub/negotiate?negotiateVersion=1",
        "GET /hub?id=t%2B1",
    ];
    assert_eq!(hub.lines(), lines);
    for asked in hub.asked() {
        assert!(
            asked
                .head
                .contains(&format!("authorization: Bearer {CANARY}\n"))
        );
        assert_eq!(asked.body, "");
    }
    assert!(hub.asked()[0].head.contains("content-length: 0\n"));
    assert_eq!(hub.heard(), [HANDSHAKE]);
}

#[tokio::test]
async fn a_stream_of_events_is_opened_before_anything_is_said() {
    let stream = Says::Stream(
        ":\r\ndata: {}\u{1e}\r\n\r\ndata: {\"type\":6}\u{1e}\r\n\r\ndata: {\"type\":3,\"invocationId\":\"0\"}\u{1e}\r\n\r\n",
        After::Silence,
    );
    let more = "hub_transport = \"server-sent-events\"\nhub_join = \"Join\"\n\
                hub_join_arguments = \"ucc, requester\"";
    let ok = || Says::Reply(200, "");
    let (hub, session) = at_hub(
        &set(more),
        vec![Says::Reply(200, OFFER), stream, ok(), ok()],
    )
    .await;
    let _events = session.listen().await.unwrap();
    let asked = hub.asked();
    let lines = [
        "POST /hub/negotiate?negotiateVersion=1",
        "GET /hub?id=t%2B1",
        "POST /hub?id=t%2B1",
        "POST /hub?id=t%2B1",
    ];
    assert_eq!(hub.lines(), lines);
    assert!(asked[1].head.contains("accept: text/event-stream\n"));
    assert_eq!(asked[2].body, HANDSHAKE);
    assert!(
        asked[2]
            .head
            .contains("content-type: text/plain;charset=UTF-8\n")
    );
    let join: Value = serde_json::from_str(asked[3].body.trim_end_matches('\u{1e}')).unwrap();
    let expected = json!({
        "type": 1, "invocationId": "0", "target": "Join",
        "arguments": ["ucc-demo-name", "sip:agent@acme.example"],
    });
    assert_eq!(join, expected);
}

#[tokio::test]
async fn a_poll_opens_the_transport_and_others_bring_what_is_told() {
    let (hub, session) = at_hub(
        &set("hub_transport = \"long-polling\""),
        vec![
            Says::Reply(200, OFFER),
            Says::Reply(200, ""),
            Says::Reply(200, ""),
            Says::Reply(200, "{}\u{1e}"),
            Says::Reply(200, PAUSED),
            Says::Reply(200, ""),
            Says::Reply(204, ""),
        ],
    )
    .await;
    let mut events = session.listen().await.unwrap();
    assert_eq!(told(&mut events).await.unwrap(), paused());
    // A reply without content is the end of the connection.
    assert_eq!(error(&mut events).await, Kind::NoAnswer);
    let lines = hub.lines();
    assert_eq!(lines[1..3], ["GET /hub?id=t%2B1", "POST /hub?id=t%2B1"]);
    assert!(lines[3..].iter().all(|line| line == "GET /hub?id=t%2B1"));
    assert_eq!(lines.len(), 7);
}

#[tokio::test]
async fn polls_that_bring_nothing_at_once_are_not_sent_without_end() {
    let mut says = vec![
        Says::Reply(200, OFFER),
        Says::Reply(200, ""),
        Says::Reply(200, ""),
        Says::Reply(200, "{}\u{1e}"),
    ];
    says.extend((0..100).map(|_| Says::Reply(200, "")));
    let (hub, session) = at_hub(&set("hub_transport = \"long-polling\""), says).await;
    let mut events = session.listen().await.unwrap();
    let kind = error(&mut events).await;
    assert!(matches!(kind, Kind::Unintelligible(_)), "{kind}");
    assert!(hub.lines().len() < 40, "{}", hub.lines().len());
}

#[tokio::test]
async fn the_next_transport_is_tried_where_one_does_not_work() {
    let (hub, session) = at_hub(
        &set(""),
        vec![
            Says::Reply(200, OFFER),
            // A proxy that lets no WebSocket through, and then one that buffers.
            Says::Reply(502, ""),
            Says::Reply(200, OFFER),
            Says::Reply(200, "<html>"),
            Says::Reply(200, OFFER),
            Says::Reply(200, ""),
            Says::Reply(200, ""),
            Says::Reply(200, "{}\u{1e}"),
        ],
    )
    .await;
    drop(session.listen().await.unwrap());
    let negotiations = hub
        .lines()
        .iter()
        .filter(|line| line.contains("negotiate"))
        .count();
    assert_eq!((negotiations, hub.lines().len()), (3, 8));
}

#[tokio::test]
async fn a_transport_that_is_not_offered_is_not_asked_for() {
    let offer = r#"{"connectionToken":"t","availableTransports":[{"transport":"LongPolling","transferFormats":["Text"]}]}"#;
    let (hub, session) = at_hub(
        &set("hub_transport = \"websockets\""),
        vec![Says::Reply(200, offer)],
    )
    .await;
    says(&refusal(&*session).await, "hub_transport");
    assert_eq!(hub.lines().len(), 1);
}

#[tokio::test]
async fn a_hub_may_send_us_elsewhere_on_the_same_server_and_nowhere_else() {
    let here = r#"{"url":"/other?x=1","accessToken":"theirs"}"#;
    let socket = Says::Socket(vec!["{}\u{1e}"], After::Silence);
    let (hub, session) = at_hub(
        &set("auth = \"token\""),
        vec![Says::Reply(200, here), Says::Reply(200, OFFER), socket],
    )
    .await;
    drop(session.listen().await.unwrap());
    let lines = [
        "POST /hub/negotiate?negotiateVersion=1",
        "POST /other/negotiate?x=1&negotiateVersion=1",
        "GET /other?x=1&id=t%2B1",
    ];
    assert_eq!(hub.lines(), lines);
    for (asked, token) in hub.asked().iter().zip([CANARY, "theirs", "theirs"]) {
        assert!(
            asked
                .head
                .contains(&format!("authorization: Bearer {token}\n"))
        );
    }

    for elsewhere in [
        r#"{"url":"https://evil.example/hub"}"#,
        r#"{"url":"//evil.example/hub"}"#,
        r#"{"url":"http://127.0.0.1:1/hub"}"#,
        r#"{"url":"ws:x"}"#,
    ] {
        let (hub, session) =
            at_hub(&set("auth = \"token\""), vec![Says::Reply(200, elsewhere)]).await;
        says(&refusal(&*session).await, "another server");
        assert_eq!(hub.lines().len(), 1);
    }

    let around = || Says::Reply(200, r#"{"url":"/hub"}"#);
    let says = vec![around(), around(), around(), around()];
    let (hub, session) = at_hub(&set(""), says).await;
    let kind = refusal(&*session).await;
    assert!(matches!(kind, Kind::Unintelligible(_)), "{kind}");
    assert_eq!(hub.lines().len(), 3);
}

#[tokio::test]
async fn a_join_that_fails_says_what_to_check() {
    let refused = "{\"type\":3,\"invocationId\":\"0\",\"error\":\"no\"}\u{1e}";
    let socket = Says::Socket(
        vec!["{}\u{1e}", "{\"type\":6}\u{1e}", PAUSED, refused],
        After::Silence,
    );
    let (_hub, session) = at_hub(
        &set("hub_join = \"Join\""),
        vec![Says::Reply(200, OFFER), socket],
    )
    .await;
    says(&refusal(&*session).await, "hub_join");
}

#[tokio::test]
async fn what_ends_a_connection_ends_the_stream() {
    let garbled = Kind::Unintelligible("it is no message of a SignalR hub");
    for (says, kind) in [
        ("{\"type\":7}\u{1e}", Kind::NoAnswer),
        (
            "{\"type\":7,\"error\":\"x\",\"allowReconnect\":true}\u{1e}",
            Kind::NoAnswer,
        ),
        ("<html>\u{1e}", garbled),
    ] {
        let texts = vec!["{}\u{1e}", PAUSED, says];
        let socket = Says::Socket(texts, After::Silence);
        let (_hub, session) = at_hub(&set(""), vec![Says::Reply(200, OFFER), socket]).await;
        let mut events = session.listen().await.unwrap();
        assert_eq!(told(&mut events).await.unwrap(), paused());
        assert_eq!(error(&mut events).await, kind);
    }
    for (after, kind) in [
        (After::Break, Kind::NoAnswer),
        (
            After::AgainAndAgain,
            Kind::Unintelligible("it is far too long"),
        ),
    ] {
        let stream = Says::Stream("data: {}\u{1e}\n\ndata: never ends", after);
        let more = set("hub_transport = \"server-sent-events\"");
        let (_hub, session) = at_hub(
            &more,
            vec![Says::Reply(200, OFFER), stream, Says::Reply(200, "")],
        )
        .await;
        let mut events = session.listen().await.unwrap();
        assert_eq!(told(&mut events).await.unwrap_err().kind, kind);
    }
}

#[tokio::test]
async fn a_call_is_named_as_it_was_asked_about() {
    let socket = Says::Socket(vec!["{}\u{1e}", PAUSED], After::Silence);
    let state = Says::Reply(503, "");
    let says = vec![state, Says::Reply(200, OFFER), socket];
    let (_hub, session) = at_hub(&set(""), says).await;
    let shouted = CallId::new(ID.to_uppercase());
    session.recorder(&shouted).await.unwrap_err();
    let mut events = session.listen().await.unwrap();
    let hint = VendorEvent::Hint {
        call: shouted,
        recorder: Recorder::Paused,
    };
    assert_eq!(told(&mut events).await.unwrap(), hint);
}

#[tokio::test]
async fn a_status_means_what_it_means_elsewhere() {
    for (status, auth, kind) in [
        (401, "auth = \"token\"", Some(Kind::SessionEnded)),
        (401, "", None),
        (403, "", None),
        (404, "", None),
        (503, "", Some(Kind::ServerFailed(503))),
    ] {
        let reply = Says::Reply(status, "{}");
        let (_hub, session) = at_hub(&set(auth), vec![reply]).await;
        let refused = refusal(&*session).await;
        match kind {
            Some(kind) => assert_eq!(refused, kind),
            None => assert!(matches!(refused, Kind::NotPermitted(_)), "{refused}"),
        }
    }
    // Once there is a connection, what is not found is the connection.
    for status in [400, 404, 409] {
        let more = set("hub_transport = \"websockets\"");
        let says = vec![Says::Reply(200, OFFER), Says::Reply(status, "")];
        let (_hub, session) = at_hub(&more, says).await;
        assert_eq!(refusal(&*session).await, Kind::NoAnswer);
    }
    for (status, auth, kind) in [(401, "auth = \"token\"", Kind::SessionEnded)] {
        let says = vec![Says::Reply(200, OFFER), Says::Reply(status, "")];
        let (hub, session) = at_hub(&set(auth), says).await;
        assert_eq!(refusal(&*session).await, kind);
        assert_eq!(hub.lines().len(), 2);
    }
}
