//! What goes over the wire, and how often.

mod events;
mod failures;
mod hashes;
mod secrecy;

use futures_util::StreamExt;
use pause::{CallId, Wanted};
use serde_json::{Value, json};
use wiremock::matchers::path;
use wiremock::{Mock, MockServer, Request, ResponseTemplate};

use crate::testing::{CANARY, Then, assert_harmless, client, open, raw_server, sign_in, signed_in};
use crate::{
    Accepted, CallsBy, Control, Credentials, Kind, Operation, PauseBy, PauseScope, VendorError,
};

const API: &str = "/servicemanager/rest/CallManagementAPI";
const ID: &str = "1412750652.496";

fn settings(base_url: &str, more: &str) -> String {
    format!(
        "base_url = \"{base_url}\"\nextension = 410\npausing = \"stop-and-start\"\n\
         agent_login_name = \"Fred\"\ntag = \"22\"\n{more}"
    )
}

fn call() -> CallId {
    CallId::new(ID)
}

fn json_reply(body: &Value) -> ResponseTemplate {
    ResponseTemplate::new(200).set_body_string(body.to_string())
}

fn said(message: &str, code: i64) -> ResponseTemplate {
    json_reply(&json!({ "Message": message, "Code": code }))
}

/// Calls of the agent, with their statuses and numbers.
fn calls(calls: &[(&str, &str, u64)]) -> ResponseTemplate {
    let entries: Vec<_> = calls
        .iter()
        .map(|(id, status, seq)| {
            let data = json!({ "uniqueCallId": id, "status": status, "seq": seq });
            json!({ "CallData": data, "CallID": 10, "Code": 0 })
        })
        .collect();
    json_reply(&json!({ "Data": { "410": entries } }))
}

/// Answers every request to this part of the API with this, after what was mounted before.
async fn answers(server: &MockServer, method: &str, reply: ResponseTemplate) {
    let at = format!("{API}/{method}");
    let mock = Mock::given(path(at)).respond_with(reply);
    mock.with_priority(9).mount(server).await;
}

/// A server with nothing on, which takes commands.
async fn server() -> MockServer {
    let server = MockServer::start().await;
    answers(&server, "subscribe", calls(&[])).await;
    for method in ["start", "stop"] {
        answers(&server, method, said("", 0)).await;
    }
    server
}

async fn session(server: &MockServer, more: &str) -> Box<dyn Control> {
    signed_in("noojee", &settings(&server.uri(), more)).await
}

async fn asked(server: &MockServer) -> Vec<Request> {
    server.received_requests().await.expect("they are kept")
}

/// What a server was asked, as it was sent.
async fn targets(server: &MockServer) -> Vec<String> {
    let target = |request: &Request| match request.url.query() {
        Some(query) => format!("{}?{query}", request.url.path()),
        None => request.url.path().to_owned(),
    };
    asked(server).await.iter().map(target).collect()
}

async fn last(server: &MockServer) -> String {
    targets(server).await.pop().expect("something was asked")
}

/// What an error must not have in it, whatever it is about.
fn assert_silent(error: &VendorError) {
    assert_harmless(error);
    let all = format!("{error} {error:?}");
    for word in ["apiKey", "servicemanager", ID, "Fred", "hash="] {
        assert!(!all.contains(word), "{word} in {all}");
    }
}

#[tokio::test]
async fn signing_in_asks_how_it_is_and_touches_no_call() {
    let server = server().await;
    let session = session(&server, "").await;
    session.sign_out().await.unwrap();
    let query = "exten=410&lastSequenceNumber=0&timeOut=0";
    assert_eq!(
        targets(&server).await,
        [format!("{API}/subscribe?{query}&apiKey={CANARY}")]
    );
    let request = &asked(&server).await[0];
    assert_eq!(request.method.as_str(), "POST");
    assert_eq!(request.headers["content-length"], "0");
    assert_eq!(
        request.headers["content-type"],
        "application/x-www-form-urlencoded"
    );
    assert!(request.body.is_empty());
}

#[tokio::test]
async fn a_pause_is_a_stop_and_a_resume_a_start_with_the_same_user_and_the_tag() {
    let server = server().await;
    let session = session(&server, "").await;
    for (wanted, target) in [
        (
            Wanted::Paused,
            format!("{API}/stop?extenOrUniqueId={ID}&agentLoginName=Fred"),
        ),
        (
            Wanted::Recording,
            format!("{API}/start?extenOrUniqueId={ID}&tag=22&agentLoginName=Fred"),
        ),
    ] {
        let reply = session.command(&call(), wanted).await;
        assert_eq!(reply.unwrap(), Accepted::Unproven);
        assert_eq!(last(&server).await, format!("{target}&apiKey={CANARY}"));
    }
    let requests = asked(&server).await;
    assert_eq!(requests.len(), 3);
    for request in requests {
        assert_eq!(request.method.as_str(), "POST");
        assert_eq!(request.headers["content-length"], "0");
        assert!(request.body.is_empty());
    }
}

#[tokio::test]
async fn parameters_are_what_is_set_up_and_are_encoded() {
    let server = server().await;
    let plain = format!(
        "base_url = \"{}\"\nextension = 410\npausing = \"stop-and-start\"",
        server.uri()
    );
    let session = signed_in("noojee", &plain).await;
    session.command(&call(), Wanted::Recording).await.unwrap();
    let expected = format!("{API}/start?extenOrUniqueId={ID}&apiKey={CANARY}");
    assert_eq!(last(&server).await, expected);

    let odd = format!(
        "{plain}\nagent_login_name = \"Jo & Ann+1\"\ntag = \"50% ü=#\"\ntag_parameter = \"Tag\""
    );
    let session = signed_in("noojee", &odd).await;
    let call = CallId::new("pbx?&1412750652.496");
    session.command(&call, Wanted::Recording).await.unwrap();
    let expected = format!(
        "{API}/start?extenOrUniqueId=pbx%3F%261412750652.496&Tag=50%25%20%C3%BC%3D%23\
         &agentLoginName=Jo%20%26%20Ann%2B1&apiKey={CANARY}"
    );
    assert_eq!(last(&server).await, expected);
}

#[tokio::test]
async fn the_path_before_the_api_is_what_is_set_up() {
    for (base, prefix, at) in [
        ("", "/", "/rest/CallManagementAPI/stop"),
        ("/noojee/", "/", "/noojee/rest/CallManagementAPI/stop"),
        (
            "/noojee",
            "/a b/c/",
            "/noojee/a%20b/c/rest/CallManagementAPI/stop",
        ),
    ] {
        let server = MockServer::start().await;
        let any = Mock::given(wiremock::matchers::any());
        any.respond_with(calls(&[])).mount(&server).await;
        let settings = settings(
            &format!("{}{base}", server.uri()),
            &format!("prefix = \"{prefix}\""),
        );
        let session = signed_in("noojee", &settings).await;
        session.command(&call(), Wanted::Paused).await.unwrap_err();
        assert!(
            last(&server).await.starts_with(&format!("{at}?")),
            "{base} {prefix}"
        );
    }
}

#[tokio::test]
async fn a_told_call_is_used_by_its_id_and_without_one_the_extension() {
    let server = server().await;
    let told = "calls = \"told\"";
    let vendor = open("noojee", &settings(&server.uri(), told)).unwrap();
    let session = session(&server, told).await;
    for (id, target) in [(ID, ID), (vendor.account().agent.as_str(), "410")] {
        session
            .command(&CallId::new(id), Wanted::Paused)
            .await
            .unwrap();
        let expected = format!("{API}/stop?extenOrUniqueId={target}&agentLoginName=Fred");
        assert_eq!(last(&server).await, format!("{expected}&apiKey={CANARY}"));
    }
    let before = asked(&server).await.len();
    let mut events = session.listen().await.unwrap();
    let soon = std::time::Duration::from_millis(50);
    assert!(tokio::time::timeout(soon, events.next()).await.is_err());
    let calls = session.calls().await.unwrap_err();
    assert_eq!(
        (calls.kind, calls.operation),
        (Kind::NotSupported, Operation::Calls)
    );
    assert_eq!(
        asked(&server).await.len(),
        before,
        "it tells nothing and is not asked"
    );
}

#[tokio::test]
async fn an_extension_is_no_call_and_is_not_sent() {
    let server = server().await;
    for more in ["", "calls = \"told\""] {
        let session = session(&server, more).await;
        let before = asked(&server).await.len();
        for id in ["410", "411", ""] {
            let reply = session.command(&CallId::new(id), Wanted::Recording).await;
            assert_eq!(reply.unwrap_err().kind, Kind::NoSuchCall);
        }
        assert_eq!(asked(&server).await.len(), before);
    }
    let session = session(&server, "").await;
    let implied = session
        .command(&CallId::new("extension 410"), Wanted::Paused)
        .await;
    implied.unwrap();
    assert!(
        last(&server).await.contains("=extension%20410&"),
        "an id as any other"
    );
}

#[tokio::test]
async fn the_agents_calls_are_those_that_are_on_the_line() {
    let server = MockServer::start().await;
    let there = [
        ("1.1", "Connected", 4),
        ("1.2", "Ringing", 5),
        ("1.3", "Answer", 6),
        ("1.4", "Hangup", 7),
        ("1.1", "Connected", 8),
    ];
    answers(&server, "subscribe", calls(&there)).await;
    let session = session(&server, "").await;
    let calls = session.calls().await.unwrap();
    assert_eq!(calls, [CallId::new("1.1"), CallId::new("1.3")]);
    let requests = targets(&server).await;
    assert_eq!(requests[0], requests[1]);
    assert_eq!(requests.len(), 2);
}

#[tokio::test]
async fn a_recorder_cannot_be_read() {
    let server = server().await;
    let session = session(&server, "").await;
    let error = session.recorder(&call()).await.unwrap_err();
    assert_eq!(
        (error.kind, error.operation),
        (Kind::NotSupported, Operation::ReadBack)
    );
    assert_eq!(asked(&server).await.len(), 1);
}

#[test]
fn nothing_is_paused_by_stopping_unless_somebody_says_so() {
    let without = "base_url = \"https://noojee.acme.example\"\nextension = 410";
    let problems = open("noojee", without).err().unwrap();
    assert_eq!(problems.len(), 1);
    assert_eq!(problems[0].field, "pausing");
    assert!(problems[0].remedy.contains("stop-and-start"));
    let vendor = open("noojee", &settings("https://noojee.acme.example", "")).unwrap();
    assert_eq!(vendor.capabilities().pauses_by, PauseBy::StopAndStart);
}

#[test]
fn what_it_can_do_depends_on_where_calls_are_learnt_from() {
    let of = |more| {
        let vendor = open("noojee", &settings("https://noojee.acme.example/", more)).unwrap();
        let account = vendor.account();
        assert_eq!(account.base_url, "https://noojee.acme.example");
        assert_eq!(account.agent, "extension 410");
        assert_eq!(vendor.secret(), Some("API key"));
        let can = vendor.capabilities();
        (can.calls, can.pauses, can.proof, can.hints)
    };
    let nothing = pause::ProofBy::Nothing;
    assert_eq!(of(""), (CallsBy::Event, PauseScope::Call, nothing, false));
    let told = (CallsBy::Told, PauseScope::Agent, nothing, false);
    assert_eq!(of("calls = \"told\""), told);
}

#[test]
fn settings_that_are_wrong_are_all_named() {
    for (more, fields) in [
        (
            "prefix = \"servicemanager\"\nsequence = \"Data..seq\"",
            vec!["prefix", "sequence"],
        ),
        ("prefix = \"/a/../b\"", vec!["prefix"]),
        ("prefix = \"/a?b\"", vec!["prefix"]),
        ("prefix = \"\"", vec!["prefix"]),
        ("pausing2 = \"x\"", vec!["pausing2"]),
    ] {
        let problems = open("noojee", &settings("https://a.example", more))
            .err()
            .unwrap();
        let named: Vec<_> = problems
            .iter()
            .map(|problem| problem.field.as_str())
            .collect();
        assert_eq!(named, fields);
    }
}
