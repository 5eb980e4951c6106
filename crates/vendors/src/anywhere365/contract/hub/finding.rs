//! Which generation a hub is of, where the settings leave it open.

use super::*;

const CLASSIC: &str = r#"{"Url":"/signalr","ConnectionToken":"t","ConnectionId":"i","KeepAliveTimeout":20.0,"DisconnectTimeout":30.0,"ConnectionTimeout":110.0,"TryWebSockets":true,"ProtocolVersion":"1.5"}"#;
const CORE: &str = r#"{"connectionToken":"t","availableTransports":[{"transport":"WebSockets","transferFormats":["Text"]}]}"#;

const SET: &str = "events = \"auto\"\nhub_name = \"recordingHub\"\n";

fn classic_socket() -> Says {
    Says::Socket(vec![r#"{"C":"d-0","S":1,"M":[]}"#], After::Silence)
}

fn names(hub: &RawHub) -> Vec<String> {
    let lines = hub.lines();
    let name = |line: &String| line.split('?').next().unwrap().to_owned();
    lines.iter().map(name).collect()
}

#[tokio::test]
async fn a_classic_hub_is_found_once() {
    // What servers of that generation say to the question of the other one.
    for first in [
        Says::Reply(404, ""),
        Says::Reply(400, ""),
        Says::Reply(405, ""),
        Says::Reply(200, CLASSIC),
        Says::Reply(200, "<html>"),
    ] {
        let says = vec![
            first,
            Says::Reply(200, CLASSIC),
            classic_socket(),
            Says::Reply(200, r#"{"Response":"started"}"#),
            Says::Reply(200, CLASSIC),
            classic_socket(),
            Says::Reply(200, r#"{"Response":"started"}"#),
        ];
        let (hub, session) = at_hub(SET, says).await;
        drop(session.listen().await.unwrap());
        drop(session.listen().await.unwrap());
        let again = [
            "GET /signalr/negotiate",
            "GET /signalr/connect",
            "GET /signalr/start",
        ];
        let mut expected = vec!["POST /signalr/negotiate"];
        expected.extend(again);
        expected.extend(again);
        assert_eq!(names(&hub), expected);
    }
}

#[tokio::test]
async fn a_core_hub_is_found_once() {
    let socket = || Says::Socket(vec!["{}\u{1e}"], After::Silence);
    let says = vec![
        Says::Reply(200, CORE),
        socket(),
        Says::Reply(200, CORE),
        socket(),
        Says::Reply(404, ""),
        Says::Reply(404, ""),
    ];
    let (hub, session) = at_hub(SET, says).await;
    drop(session.listen().await.unwrap());
    drop(session.listen().await.unwrap());
    let once = ["POST /signalr/negotiate", "GET /signalr"];
    assert_eq!(names(&hub), [once, once].concat());
    // What is gone for a while is not looked for elsewhere.
    super::says(&refusal(&*session).await, "hub_path");
    assert_eq!(hub.lines().len(), 5);
}

#[tokio::test]
async fn nothing_is_found_where_nothing_is() {
    for (first, second) in [(404, 404), (200, 200), (405, 400)] {
        let says_all = vec![Says::Reply(first, ""), Says::Reply(second, "")];
        let (hub, session) = at_hub(SET, says_all).await;
        says(&refusal(&*session).await, "hub_path");
        assert_eq!(hub.lines().len(), 2);
    }
}

#[tokio::test]
async fn a_server_that_fails_is_not_taken_for_one_of_the_other_generation() {
    for (status, kind) in [
        (503, Kind::ServerFailed(503)),
        (429, Kind::Throttled { retry_after: None }),
    ] {
        let (hub, session) = at_hub(SET, vec![Says::Reply(status, "")]).await;
        assert_eq!(refusal(&*session).await, kind);
        assert_eq!(hub.lines().len(), 1);
    }
    let (hub, session) = at_hub(SET, vec![Says::Break]).await;
    assert_eq!(refusal(&*session).await, Kind::NoAnswer);
    assert_eq!(hub.lines().len(), 1);
}

#[tokio::test]
async fn a_classic_hub_without_a_name_says_so() {
    let set = "events = \"auto\"\nhub_path = \"/hub\"";
    let says_all = vec![Says::Reply(404, ""), Says::Reply(200, CLASSIC)];
    let (_hub, session) = at_hub(set, says_all).await;
    says(&refusal(&*session).await, "hub_name");
}

#[tokio::test]
async fn listening_begins_with_a_fresh_token() {
    let token = |name| Says::Reply(200, name);
    let hub = RawHub::start(vec![
        token(r#"{"access_token":"tok.1","expires_in":300,"token_type":"Bearer"}"#),
        Says::Reply(200, CAPABILITIES),
        token(r#"{"access_token":"tok.2","expires_in":300,"token_type":"Bearer"}"#),
        Says::Reply(200, CORE),
        Says::Socket(vec!["{}\u{1e}"], After::Silence),
    ])
    .await;
    let more = format!(
        "{SET}auth = \"keycloak\"\ntoken_url = \"{}/token\"\nusername = \"jo\"",
        hub.address
    );
    let session = signed_in("anywhere365", &settings(&hub.address, &more)).await;
    pass(280).await;
    drop(session.listen().await.unwrap());
    let names = ["POST /token", "POST /signalr/negotiate", "GET /signalr"];
    assert_eq!(super::finding::names(&hub)[1..], names);
    for asked in &hub.asked()[2..] {
        assert!(asked.head.contains("authorization: Bearer tok.2\n"));
    }
}
