//! What goes over the wire, and how often.

mod hub;
mod tokens;

use futures_util::StreamExt;
use pause::{CallId, Recorder, Wanted};
use serde_json::{Value, json};
use wiremock::matchers::{method, path};
use wiremock::{Mock, MockServer, Request, ResponseTemplate};

use crate::testing::{CANARY, Then, assert_harmless, client, open, raw_server, sign_in, signed_in};
use crate::{Accepted, Control, Credentials, Kind, Operation};

const ID: &str = "1d6c6a58-6739-4f0c-98ff-0968292c8c30";
const API: &str = "/attendantservice/api/recording";

fn settings(base_url: &str, more: &str) -> String {
    format!(
        "base_url = \"{base_url}\"\nucc = \"ucc-demo-name\"\n\
         requester_sip_uri = \"sip:agent@acme.example\"\n{more}"
    )
}

fn call() -> CallId {
    CallId::new(ID)
}

fn state(recording_state: u8) -> Value {
    json!({
        "CorrelationId": ID, "RecordingState": recording_state, "MarkingState": 0,
        "SavingState": 0, "ErrorMessage": null, "UCCName": "ucc-demo-name",
    })
}

fn json_reply(body: Value) -> ResponseTemplate {
    ResponseTemplate::new(200).set_body_json(body)
}

async fn answers(server: &MockServer, how: &str, at: &str, reply: ResponseTemplate) {
    Mock::given(method(how))
        .and(path(at))
        .respond_with(reply)
        .mount(server)
        .await;
}

/// A server whose UCC lets its agents control recordings, under this prefix.
async fn server_at(api: &str) -> MockServer {
    let server = MockServer::start().await;
    let on = json!({
        "AgentCanEditRecordings": true, "ErrorMessage": null, "UCCName": "ucc-demo-name",
    });
    let at = format!("{api}/capabilities/ucc-demo-name");
    answers(&server, "GET", &at, json_reply(on)).await;
    server
}

async fn server() -> MockServer {
    server_at(API).await
}

async fn session(server: &MockServer, more: &str) -> Box<dyn Control> {
    signed_in("anywhere365", &settings(&server.uri(), more)).await
}

async fn asked(server: &MockServer) -> Vec<Request> {
    server.received_requests().await.expect("they are kept")
}

async fn last(server: &MockServer) -> Request {
    asked(server).await.pop().expect("something was asked")
}

async fn sign_in_error(server: &MockServer, more: &str) -> Kind {
    let settings = settings(&server.uri(), more);
    let error = sign_in("anywhere365", &settings).await.err().unwrap();
    assert_eq!(error.operation, Operation::SignIn);
    error.kind
}

#[tokio::test]
async fn signing_in_asks_what_agents_may_do() {
    let server = server().await;
    let session = session(&server, "").await;
    session.sign_out().await.unwrap();
    let requests = asked(&server).await;
    assert_eq!(requests.len(), 1);
    assert_eq!(requests[0].method.as_str(), "GET");
    assert_eq!(
        requests[0].url.path(),
        format!("{API}/capabilities/ucc-demo-name")
    );
    assert_eq!(requests[0].headers["accept"], "application/json");
    assert!(!requests[0].headers.contains_key("authorization"));
}

#[tokio::test]
async fn a_pause_and_a_resume_are_one_request_each() {
    let server = server().await;
    answers(&server, "POST", &format!("{API}/set"), json_reply(state(3))).await;
    let session = session(&server, "").await;
    for (wanted, action) in [(Wanted::Paused, 3), (Wanted::Recording, 1)] {
        let reply = session.command(&call(), wanted).await;
        assert_eq!(reply.unwrap(), Accepted::Unproven);
        let request = last(&server).await;
        assert_eq!(request.method.as_str(), "POST");
        assert_eq!(request.url.path(), format!("{API}/set"));
        assert_eq!(request.headers["accept"], "application/json");
        assert_eq!(request.headers["content-type"], "application/json");
        let body: Value = serde_json::from_slice(&request.body).unwrap();
        let expected = json!({
            "Action": action, "RequesterSipUri": "sip:agent@acme.example",
            "CorrelationId": ID, "UCCName": "ucc-demo-name",
        });
        assert_eq!(body, expected);
    }
    assert_eq!(asked(&server).await.len(), 3);
}

#[tokio::test]
async fn actions_and_paths_are_what_is_set_up() {
    let v2 = "/attendantservice/api/v2/recording";
    for (more, wanted, action) in [
        ("action_as = \"name\"", Wanted::Paused, json!("Pause")),
        ("action_as = \"name\"", Wanted::Recording, json!("Start")),
        ("resume_action = 8", Wanted::Recording, json!(8)),
        ("resume_action = 8", Wanted::Paused, json!(3)),
    ] {
        let server = server_at(v2).await;
        answers(
            &server,
            "POST",
            &format!("{v2}/set"),
            ResponseTemplate::new(200),
        )
        .await;
        let session = session(&server, &format!("api_version = \"v2\"\n{more}")).await;
        session.command(&call(), wanted).await.unwrap();
        let body: Value = serde_json::from_slice(&last(&server).await.body).unwrap();
        assert_eq!(body["Action"], action, "{more}");
    }
}

#[tokio::test]
async fn a_read_back_is_one_request() {
    let server = server().await;
    let at = format!("{API}/ucc-demo-name/{ID}");
    answers(&server, "GET", &at, json_reply(state(3))).await;
    let session = session(&server, "").await;
    let recorder = session.recorder(&call()).await.unwrap();
    assert_eq!(recorder, Recorder::Paused);
    let request = last(&server).await;
    assert_eq!(request.headers["accept"], "application/json");
    assert_eq!(request.url.query(), None);
    assert_eq!(asked(&server).await.len(), 2);
}

#[tokio::test]
async fn an_id_that_is_none_is_not_asked_about() {
    let server = server().await;
    let session = session(&server, "").await;
    for id in ["", "..", "a\nb"] {
        let error = session.recorder(&CallId::new(id)).await.unwrap_err();
        assert_eq!(error.kind, Kind::NoSuchCall);
    }
    assert_eq!(asked(&server).await.len(), 1);
}

#[tokio::test]
async fn calls_cannot_be_asked_for_and_nothing_is_told() {
    let server = server().await;
    let session = session(&server, "").await;
    let mut events = session.listen().await.unwrap();
    let error = session.calls().await.unwrap_err();
    assert_eq!(
        (error.operation, error.kind),
        (Operation::Calls, Kind::NotSupported)
    );
    assert!(futures_util::poll!(events.next()).is_pending());
    assert_eq!(asked(&server).await.len(), 1);
}

#[tokio::test]
async fn signing_in_says_what_is_wrong_with_the_ucc() {
    for (reply, word) in [
        (
            include_str!("fixtures/capabilities_off.reply"),
            "AgentCanEditRecordings",
        ),
        (
            include_str!("fixtures/capabilities_no_ucc.reply"),
            "check ucc",
        ),
    ] {
        let server = MockServer::start().await;
        let body = crate::testing::Fixture::read(reply).body;
        let at = format!("{API}/capabilities/ucc-demo-name");
        let reply = ResponseTemplate::new(200).set_body_string(body);
        answers(&server, "GET", &at, reply).await;
        let kind = sign_in_error(&server, "").await;
        assert!(
            matches!(kind, Kind::NotPermitted(what) if what.contains(word)),
            "{kind}"
        );
    }
    let empty = MockServer::start().await;
    let kind = sign_in_error(&empty, "").await;
    assert!(
        matches!(kind, Kind::NotPermitted(what) if what.contains("base_url")),
        "{kind}"
    );
}

#[tokio::test]
async fn a_server_that_wants_a_sign_in_says_so() {
    let server = MockServer::start().await;
    let at = format!("{API}/capabilities/ucc-demo-name");
    answers(&server, "GET", &at, ResponseTemplate::new(401)).await;
    let kind = sign_in_error(&server, "").await;
    assert!(
        matches!(kind, Kind::NotPermitted(what) if what.contains("set auth")),
        "{kind}"
    );
    assert_eq!(
        sign_in_error(&server, "auth = \"token\"").await,
        Kind::SignInRejected
    );
}

#[tokio::test]
async fn a_token_is_shown_with_every_request() {
    let server = server().await;
    answers(
        &server,
        "POST",
        &format!("{API}/set"),
        ResponseTemplate::new(200),
    )
    .await;
    let at = format!("{API}/ucc-demo-name/{ID}");
    answers(&server, "GET", &at, json_reply(state(1))).await;
    let session = session(&server, "auth = \"token\"").await;
    session.command(&call(), Wanted::Paused).await.unwrap();
    session.recorder(&call()).await.unwrap();
    let requests = asked(&server).await;
    assert_eq!(requests.len(), 3);
    for request in requests {
        assert_eq!(request.headers["authorization"], format!("Bearer {CANARY}"));
    }
}

#[tokio::test]
async fn a_secret_is_asked_for_only_where_there_is_one() {
    let address = "https://core.acme.example";
    let tokens = "auth = \"keycloak\"\ntoken_url = \"https://t.example/x\"\nusername = \"jo\"";
    for (more, secret) in [
        ("", None),
        ("auth = \"token\"", Some("bearer token")),
        (tokens, Some("password")),
    ] {
        let vendor = open("anywhere365", &settings(address, more)).unwrap();
        assert_eq!(vendor.secret(), secret);
        if secret.is_some() {
            let nothing = Credentials::default();
            let error = vendor.sign_in(&client(), &nothing).await.err().unwrap();
            assert_eq!(error.kind, Kind::SignInRejected);
        }
    }
}

#[tokio::test]
async fn an_error_gives_nothing_away_and_is_not_asked_again() {
    for status in [302, 400, 401, 403, 404, 409, 429, 500, 503] {
        let server = server().await;
        let echo = ResponseTemplate::new(status).set_body_string(format!("Bearer {CANARY}"));
        answers(&server, "POST", &format!("{API}/set"), echo.clone()).await;
        answers(&server, "GET", &format!("{API}/ucc-demo-name/{ID}"), echo).await;
        let session = session(&server, "auth = \"token\"").await;
        let command = session.command(&call(), Wanted::Recording).await;
        let command = command.unwrap_err();
        assert_eq!(command.operation, Operation::Resume);
        let recorder = session.recorder(&call()).await.unwrap_err();
        assert_eq!(recorder.operation, Operation::ReadBack);
        for error in [command, recorder] {
            assert_harmless(&error);
            assert_eq!(error.kind.ends_session(), status == 401);
        }
        assert_eq!(asked(&server).await.len(), 3, "{status}");
    }
}

#[tokio::test]
async fn an_answer_that_breaks_off_leaves_a_doubt() {
    let half = "HTTP/1.1 200 OK\r\ncontent-length: 99\r\n\r\n{\"AgentCan";
    let address = raw_server(half, Then::Close).await;
    let error = sign_in("anywhere365", &settings(&address, ""))
        .await
        .err()
        .unwrap();
    assert_eq!(error.kind, Kind::NoAnswer);
    let refused = "HTTP/1.1 403 Forbidden\r\ncontent-length: 99\r\n\r\n{";
    let address = raw_server(refused, Then::Close).await;
    let error = sign_in("anywhere365", &settings(&address, ""))
        .await
        .err()
        .unwrap();
    assert!(matches!(error.kind, Kind::NotPermitted(_)), "{error}");
}

#[test]
fn settings_that_do_not_fit_together_are_all_named() {
    let wrong = "auth = \"keycloak\"\nresume_action = \"Delete\"";
    let text = settings("https://core.acme.example", wrong);
    let problems = open("anywhere365", &text).err().unwrap();
    let fields: Vec<_> = problems
        .iter()
        .map(|problem| problem.field.as_str())
        .collect();
    assert_eq!(fields, ["resume_action", "token_url", "username"]);
}

#[test]
fn the_account_is_named_in_the_vendors_terms() {
    let vendor = open("anywhere365", &settings("https://core.acme.example/", "")).unwrap();
    let account = vendor.account();
    assert_eq!(account.base_url, "https://core.acme.example");
    assert_eq!(account.agent, "sip:agent@acme.example in ucc-demo-name");
}
