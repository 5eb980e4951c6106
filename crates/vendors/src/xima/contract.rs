//! What goes over the wire, and how often.

use futures_util::StreamExt;
use pause::{CallId, Wanted};
use wiremock::matchers::any;
use wiremock::{Mock, MockServer, Request, ResponseTemplate};

use crate::testing::{
    CANARY, Then, assert_harmless, canary, client, open, raw_server, sign_in, signed_in,
};
use crate::{Accepted, Control, Credentials, Kind, Operation, VendorError};

fn settings(base_url: &str, more: &str) -> String {
    format!("base_url = \"{base_url}\"\nextension = 1684\n{more}")
}

async fn server(reply: ResponseTemplate) -> MockServer {
    let server = MockServer::start().await;
    Mock::given(any()).respond_with(reply).mount(&server).await;
    server
}

async fn session(server: &MockServer, more: &str) -> Box<dyn Control> {
    signed_in("xima", &settings(&server.uri(), more)).await
}

async fn asked(server: &MockServer) -> Vec<Request> {
    server.received_requests().await.expect("they are kept")
}

async fn pause_at(server: &MockServer, more: &str) -> Result<Accepted, VendorError> {
    let session = session(server, more).await;
    let reply = session.command(&CallId::new("any"), Wanted::Paused).await;
    if let Err(error) = &reply {
        assert_harmless(error);
    }
    reply
}

#[tokio::test]
async fn signing_in_sends_nothing() {
    let server = server(ResponseTemplate::new(500)).await;
    let session = session(&server, "").await;
    session.sign_out().await.unwrap();
    assert_eq!(asked(&server).await.len(), 0);
}

#[tokio::test]
async fn signing_in_needs_a_key_that_can_be_sent() {
    let vendor = open("xima", &settings("http://127.0.0.1:9", "")).unwrap();
    for secret in [
        None,
        Some(""),
        Some("  "),
        Some("CANARY-5f1c9d20 x"),
        Some("ü"),
    ] {
        let credentials = Credentials {
            secret: secret.map(Into::into),
        };
        let error = vendor.sign_in(&client(), &credentials).await.err().unwrap();
        assert_eq!(error.kind, Kind::SignInRejected, "{secret:?}");
        assert_eq!(error.operation, Operation::SignIn);
        assert_harmless(&error);
    }
    vendor
        .sign_in(&client(), &canary())
        .await
        .map(drop)
        .unwrap();
}

#[tokio::test]
async fn a_pause_and_a_resume_are_one_request_each() {
    let server = server(ResponseTemplate::new(204)).await;
    let session = session(&server, "").await;
    for (wanted, path) in [
        (
            Wanted::Paused,
            "/rest/api/v1/agents/1684/active-recording/pause",
        ),
        (
            Wanted::Recording,
            "/rest/api/v1/agents/1684/active-recording/resume",
        ),
    ] {
        let reply = session.command(&CallId::new("any"), wanted).await;
        assert_eq!(reply.unwrap(), Accepted::Unproven);
        let requests = asked(&server).await;
        let request = requests.last().unwrap();
        assert_eq!(request.method.as_str(), "POST");
        assert_eq!(request.url.path(), path);
        assert_eq!(request.url.query(), None);
        assert_eq!(request.headers["authorization"], format!("Bearer {CANARY}"));
        assert_eq!(request.headers["content-length"], "0");
        assert!(!request.headers.contains_key("content-type"));
        assert!(request.body.is_empty());
    }
    assert_eq!(asked(&server).await.len(), 2);
}

#[tokio::test]
async fn a_body_is_sent_where_it_is_set_up() {
    let server = server(ResponseTemplate::new(200)).await;
    pause_at(&server, "request_body = \"json\"").await.unwrap();
    let request = &asked(&server).await[0];
    assert_eq!(request.headers["content-type"], "application/json");
    assert_eq!(request.body, b"{}");
}

#[tokio::test]
async fn the_recorder_and_the_calls_cannot_be_asked_for() {
    let server = server(ResponseTemplate::new(200)).await;
    let session = session(&server, "").await;
    let recorder = session.recorder(&CallId::new("any")).await;
    assert_eq!(recorder.unwrap_err().kind, Kind::NotSupported);
    let calls = session.calls().await;
    assert_eq!(calls.unwrap_err().kind, Kind::NotSupported);
    assert_eq!(asked(&server).await.len(), 0);
}

#[tokio::test]
async fn nothing_is_ever_told_and_the_stream_does_not_end() {
    let server = server(ResponseTemplate::new(200)).await;
    let session = session(&server, "").await;
    let mut events = session.listen().await.unwrap();
    assert!(futures_util::poll!(events.next()).is_pending());
}

#[tokio::test]
async fn a_refusal_is_not_asked_again_and_gives_nothing_away() {
    for status in [302, 400, 401, 403, 404, 409, 429, 500, 503] {
        let echo = ResponseTemplate::new(status)
            .insert_header("location", format!("/{CANARY}"))
            .set_body_string(format!("Bearer {CANARY}"));
        let server = server(echo).await;
        let error = pause_at(&server, "").await.unwrap_err();
        assert_eq!(error.operation, Operation::Pause);
        assert_eq!(asked(&server).await.len(), 1, "{status}");
    }
}

#[tokio::test]
async fn a_404_is_split_by_its_text() {
    let unknown = ResponseTemplate::new(404).set_body_string("There is NO agent found");
    let split = "not_found_text = \"no agent\"";
    let error = pause_at(&server(unknown).await, split).await.unwrap_err();
    assert!(matches!(error.kind, Kind::NotPermitted(_)));
    let idle = ResponseTemplate::new(404).set_body_string("nothing active");
    let error = pause_at(&server(idle).await, split).await.unwrap_err();
    assert_eq!(error.kind, Kind::NoSuchCall);
}

#[test]
fn a_404_cannot_be_both_split_and_decided() {
    let both = "not_found_text = \"x\"\nnot_found_means = \"unknown-agent\"";
    let problems = open("xima", &settings("https://a.example", both))
        .err()
        .unwrap();
    assert_eq!(problems[0].field, "not_found_text");
}

#[tokio::test]
async fn a_body_that_hangs_does_not_hold_up_a_yes() {
    let head = "HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\n";
    let address = raw_server(head, Then::Hang).await;
    let session = signed_in("xima", &settings(&address, "")).await;
    let reply = session.command(&CallId::new("any"), Wanted::Paused).await;
    assert_eq!(reply.unwrap(), Accepted::Unproven);
}

#[tokio::test]
async fn a_lost_reply_leaves_a_doubt() {
    let address = raw_server("", Then::Close).await;
    let session = sign_in("xima", &settings(&address, "")).await.unwrap();
    let reply = session.command(&CallId::new("any"), Wanted::Paused).await;
    let error = reply.unwrap_err();
    assert_eq!(error.kind, Kind::NoAnswer);
    assert!(error.kind.leaves_recorder_in_doubt());
    assert_harmless(&error);
}
