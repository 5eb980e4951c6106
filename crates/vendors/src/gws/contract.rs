//! What goes over the wire, and how often.

mod commands;
mod listening;

use pause::{CallId, Recorder};
use secrecy::SecretString;
use serde_json::{Value, json};
use wiremock::matchers::{method, path};
use wiremock::{Mock, MockServer, Request, ResponseTemplate};

use crate::testing::{
    CANARY, Fixture, Then, assert_harmless, client, open, raw_server, sign_in, signed_in,
};
use crate::{Control, Credentials, Kind, Operation};

const ID: &str = "00RV9H7S6O8V3BSHAG7GK2LAES00002M";
const TOKEN: &str = "70ken-5f1c9d20";
const COOKIE: &str = "c00kie-5f1c9d20";

fn settings(base_url: &str, more: &str) -> String {
    format!("base_url = \"{base_url}\"\nusername = \"agent@acme.example\"\n{more}")
}

fn call() -> CallId {
    CallId::new(ID)
}

fn call_path() -> String {
    format!("/api/v2/me/calls/{ID}")
}

fn fixture(text: &'static str) -> ResponseTemplate {
    let fixture = Fixture::read(text);
    ResponseTemplate::new(fixture.head.status).set_body_string(fixture.body)
}

fn status_code(code: u64) -> ResponseTemplate {
    ResponseTemplate::new(200).set_body_json(json!({"statusCode": code}))
}

async fn answers(server: &MockServer, how: &str, at: &str, reply: ResponseTemplate) {
    let mock = Mock::given(method(how)).and(path(at)).respond_with(reply);
    mock.mount(server).await;
}

/// A server that knows the agent, and hands out a cookie and a CSRF token.
async fn server() -> MockServer {
    let server = MockServer::start().await;
    let me = fixture(include_str!("fixtures/me.reply"))
        .append_header("Set-Cookie", format!("JSESSIONID={COOKIE}; Path=/"))
        .append_header("Set-Cookie", "AWSELB=sticky; Path=/")
        .append_header("X-CSRF-HEADER", "X-CSRF-TOKEN")
        .append_header("X-CSRF-TOKEN", TOKEN);
    answers(&server, "GET", "/api/v2/me", me).await;
    server
}

/// One that hands out neither.
async fn plain_server() -> MockServer {
    let server = MockServer::start().await;
    let me = fixture(include_str!("fixtures/me.reply"));
    answers(&server, "GET", "/api/v2/me", me).await;
    server
}

async fn session(server: &MockServer, more: &str) -> Box<dyn Control> {
    signed_in("gws", &settings(&server.uri(), more)).await
}

async fn asked(server: &MockServer) -> Vec<Request> {
    server.received_requests().await.expect("they are kept")
}

async fn last(server: &MockServer) -> Request {
    asked(server).await.pop().expect("something was asked")
}

async fn sign_in_error(server: &MockServer, more: &str) -> Kind {
    let settings = settings(&server.uri(), more);
    let error = sign_in("gws", &settings).await.err().unwrap();
    assert_eq!(error.operation, Operation::SignIn);
    error.kind
}

/// The cookies of a request, in whatever order they are sent.
fn cookies(request: &Request) -> Vec<String> {
    let Some(cookies) = request.headers.get("cookie") else {
        return Vec::new();
    };
    let cookies = cookies.to_str().unwrap().split("; ");
    let mut cookies: Vec<_> = cookies.map(str::to_owned).collect();
    cookies.sort();
    cookies
}

fn all_cookies() -> Vec<String> {
    vec!["AWSELB=sticky".to_owned(), format!("JSESSIONID={COOKIE}")]
}

/// `agent@acme.example` and the canary, said a second time.
const BASIC: &str = "Basic YWdlbnRAYWNtZS5leGFtcGxlOkNBTkFSWS01ZjFjOWQyMA==";

#[tokio::test]
async fn signing_in_asks_who_we_are_and_signing_out_asks_nothing() {
    let server = server().await;
    let session = session(&server, "").await;
    session.sign_out().await.unwrap();
    let requests = asked(&server).await;
    assert_eq!(requests.len(), 1);
    let me = &requests[0];
    assert_eq!(me.method.as_str(), "GET");
    assert_eq!((me.url.path(), me.url.query()), ("/api/v2/me", None));
    assert_eq!(me.headers["authorization"], BASIC);
    assert_eq!(me.headers["accept"], "application/json");
    assert_eq!(me.headers["origin"], server.uri());
    assert!(!me.headers.contains_key("cookie"));
    assert!(!me.headers.contains_key("x-csrf-token"));
}

#[tokio::test]
async fn a_read_back_is_one_request() {
    let server = server().await;
    let paused = fixture(include_str!("fixtures/call_paused.reply"));
    answers(&server, "GET", &call_path(), paused).await;
    let session = session(&server, "").await;
    let recorder = session.recorder(&call()).await.unwrap();
    assert_eq!(recorder, Recorder::Paused);
    let request = last(&server).await;
    assert_eq!(request.url.query(), None);
    assert_eq!(request.headers["authorization"], BASIC);
    assert_eq!(request.headers["origin"], server.uri());
    assert_eq!(cookies(&request), all_cookies());
    assert!(!request.headers.contains_key("x-csrf-token"));
    assert_eq!(asked(&server).await.len(), 2);
}

#[tokio::test]
async fn asking_for_the_calls_is_one_request() {
    let server = server().await;
    let calls = fixture(include_str!("fixtures/calls.reply"));
    answers(&server, "GET", "/api/v2/me/calls", calls).await;
    let session = session(&server, "").await;
    let calls = session.calls().await.unwrap();
    assert_eq!(calls, [call(), CallId::new("held")]);
    let request = last(&server).await;
    assert_eq!(request.url.query(), Some("fields=*"));
    assert_eq!(asked(&server).await.len(), 2);
}

#[tokio::test]
async fn an_id_that_is_none_is_not_asked_about() {
    let server = server().await;
    let session = session(&server, "").await;
    for id in ["", "..", "a\nb", "a/b"] {
        let error = session.recorder(&CallId::new(id)).await.unwrap_err();
        assert_eq!(error.kind, Kind::NoSuchCall);
    }
    assert_eq!(asked(&server).await.len(), 1);
}

#[tokio::test]
async fn the_origin_can_be_left_out() {
    let server = server().await;
    session(&server, "origin = \"omit\"").await;
    assert!(!last(&server).await.headers.contains_key("origin"));
    let gateway = format!("{}/some/path", server.uri());
    let me = fixture(include_str!("fixtures/me.reply"));
    answers(&server, "GET", "/some/path/api/v2/me", me).await;
    signed_in("gws", &settings(&gateway, "")).await;
    assert_eq!(last(&server).await.headers["origin"], server.uri());
}

#[tokio::test]
async fn signing_in_says_what_is_wrong() {
    for (reply, kind) in [
        (ResponseTemplate::new(401), Kind::SignInRejected),
        (
            fixture(include_str!("fixtures/not_authenticated.reply")),
            Kind::SignInRejected,
        ),
        (status_code(8), Kind::NotPermitted("password")),
        (
            ResponseTemplate::new(403),
            Kind::NotPermitted("Genesys Web Services"),
        ),
        (ResponseTemplate::new(404), Kind::NotPermitted("base_url")),
        (
            fixture(include_str!("fixtures/me_no_feature.reply")),
            Kind::NotPermitted("api-voice-recording"),
        ),
        (
            fixture(include_str!("fixtures/captive_portal.reply")),
            Kind::Unintelligible(""),
        ),
        (ResponseTemplate::new(302), Kind::Unintelligible("")),
        (ResponseTemplate::new(503), Kind::ServerFailed(503)),
    ] {
        let server = MockServer::start().await;
        answers(&server, "GET", "/api/v2/me", reply).await;
        let said = sign_in_error(&server, "").await;
        match (&kind, &said) {
            (Kind::NotPermitted(word), Kind::NotPermitted(what)) => {
                assert!(what.contains(word), "{what}");
            }
            (Kind::Unintelligible(_), Kind::Unintelligible(_)) => {}
            (kind, said) => assert_eq!(kind, said),
        }
        assert_eq!(asked(&server).await.len(), 1);
    }
}

#[tokio::test]
async fn a_token_that_is_required_has_to_be_handed_out() {
    let plain = plain_server().await;
    let kind = sign_in_error(&plain, "csrf = \"required\"").await;
    assert!(
        matches!(kind, Kind::NotPermitted(what) if what.contains("csrf")),
        "{kind}"
    );
    session(&plain, "").await;
    session(&server().await, "csrf = \"required\"").await;
}

#[tokio::test]
async fn a_password_is_needed() {
    let vendor = open("gws", &settings("https://gws.acme.example", "")).unwrap();
    assert_eq!(vendor.secret(), Some("password"));
    let nothing = Credentials::default();
    let error = vendor.sign_in(&client(), &nothing).await.err().unwrap();
    assert_eq!(error.kind, Kind::SignInRejected);
}

#[tokio::test]
async fn a_password_may_have_any_letters() {
    let server = server().await;
    let vendor = open("gws", &settings(&server.uri(), "")).unwrap();
    let secret = Some(SecretString::from("pä:ss wörd"));
    let credentials = Credentials { secret };
    vendor.sign_in(&client(), &credentials).await.unwrap();
    let sent = &last(&server).await.headers["authorization"];
    assert_eq!(sent, "Basic YWdlbnRAYWNtZS5leGFtcGxlOnDDpDpzcyB3w7ZyZA==");
}

#[tokio::test]
async fn an_error_gives_nothing_away_and_is_not_asked_again() {
    for status in [302, 400, 401, 403, 404, 409, 429, 500, 503] {
        let server = server().await;
        let echo = format!("Basic {CANARY} {TOKEN} {COOKIE}");
        let echo = ResponseTemplate::new(status).set_body_string(echo);
        answers(&server, "GET", &call_path(), echo.clone()).await;
        answers(&server, "GET", "/api/v2/me/calls", echo.clone()).await;
        answers(&server, "POST", "/api/v2/notifications", echo).await;
        let session = session(&server, "transport = \"long-polling\"").await;
        let recorder = session.recorder(&call()).await.unwrap_err();
        assert_eq!(recorder.operation, Operation::ReadBack);
        let calls = session.calls().await.unwrap_err();
        assert_eq!(calls.operation, Operation::Calls);
        let events = session.listen().await.err().unwrap();
        assert_eq!(events.operation, Operation::Events);
        for error in [recorder, calls, events] {
            assert_harmless(&error);
            let text = format!("{error} {error:?}");
            for secret in [TOKEN, COOKIE, "/api/v2", ID] {
                assert!(!text.contains(secret), "{secret} in {text}");
            }
            assert_eq!(error.kind.ends_session(), status == 401);
        }
        assert_eq!(asked(&server).await.len(), 4, "{status}");
    }
}

#[tokio::test]
async fn an_answer_that_breaks_off_leaves_a_doubt() {
    let half = "HTTP/1.1 200 OK\r\ncontent-length: 99\r\n\r\n{\"statusCode\":0";
    let address = raw_server(half, Then::Close).await;
    let error = sign_in("gws", &settings(&address, "")).await.err().unwrap();
    assert_eq!(error.kind, Kind::NoAnswer);
}

#[test]
fn a_name_with_a_colon_is_refused() {
    let text = "base_url = \"https://gws.acme.example\"\nusername = \"jo:secret\"";
    let problems = open("gws", text).err().unwrap();
    assert_eq!(problems.len(), 1);
    assert_eq!(problems[0].field, "username");
}

#[test]
fn the_account_is_named_in_the_vendors_terms() {
    let vendor = open("gws", &settings("https://gws.acme.example/", "")).unwrap();
    let account = vendor.account();
    assert_eq!(account.base_url, "https://gws.acme.example");
    assert_eq!(account.agent, "agent@acme.example");
}

fn body_of(request: &Request) -> Value {
    serde_json::from_slice(&request.body).expect("it is JSON")
}
