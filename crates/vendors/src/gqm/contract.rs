//! What goes over the wire, and how often.

mod legs;
mod sign_in;

use std::cell::Cell;

use pause::{CallId, Wanted};
use wiremock::matchers::{method, path};
use wiremock::{Mock, MockServer, Request, ResponseTemplate};

use crate::testing::{assert_harmless, open, signed_in};
use crate::{Accepted, Control, Kind, Operation};

const COUPLES: &str = "/callrec/restful/couples.xml";

fn settings(base_url: &str, more: &str) -> String {
    let phone = if more.contains("phone = ") {
        ""
    } else {
        "phone = 1684\n"
    };
    format!("base_url = \"{base_url}\"\nusername = \"callrec-api\"\n{phone}{more}")
}

fn call() -> CallId {
    CallId::new("24142")
}

async fn answers(server: &MockServer, how: &str, at: &str, reply: ResponseTemplate) {
    Mock::given(method(how))
        .and(path(at))
        .respond_with(reply)
        .with_priority(newest())
        .mount(server)
        .await;
}

fn xml(body: &str) -> ResponseTemplate {
    ResponseTemplate::new(200).set_body_raw(body, "text/xml")
}

/// The rows of these couples, each with a link to its details.
fn rows(server: &MockServer, couples: &[&str]) -> String {
    let row = |id: &&str| {
        format!(
            "<couples id=\"{id}\" callId=\"24142\"><ns2:link type=\"application/xml\" \
             href=\"{}{COUPLES}/{id}\" rel=\"self\"/></couples>",
            server.uri()
        )
    };
    format!(
        "<couples>{}</couples>",
        couples.iter().map(row).collect::<String>()
    )
}

fn details(server: &MockServer, couple: &str) -> ResponseTemplate {
    xml(&format!(
        "<couple><l:link href=\"{}{COUPLES}/{couple}/pausedState\"/></couple>",
        server.uri()
    ))
}

/// A server on which the agent is on a call of these couples; each may be paused.
async fn server_with(couples: &[&str]) -> MockServer {
    let server = MockServer::start().await;
    let cookie = "JSESSIONID=BA803B97; Path=/callrec; HttpOnly";
    let logged_in = ResponseTemplate::new(302)
        .insert_header("location", "/callrec/index.do")
        .insert_header("set-cookie", cookie);
    answers(&server, "POST", "/callrec/loginAction.do", logged_in).await;
    lists(&server, couples).await;
    for couple in couples {
        let at = format!("{COUPLES}/{couple}");
        answers(&server, "GET", &at, details(&server, couple)).await;
    }
    server
}

/// From here on the list has these couples.
async fn lists(server: &MockServer, couples: &[&str]) {
    answers(server, "GET", COUPLES, xml(&rows(server, couples))).await;
}

/// A priority before every one that was given out in this test: what was mounted last holds.
fn newest() -> u8 {
    thread_local!(static NEXT: Cell<u8> = const { Cell::new(u8::MAX) });
    NEXT.set(NEXT.get() - 1);
    NEXT.get()
}

/// A command for this couple is answered with this status.
async fn takes(server: &MockServer, couple: &str, status: u16) {
    let at = format!("{COUPLES}/{couple}/pausedState");
    answers(server, "POST", &at, ResponseTemplate::new(status)).await;
}

async fn session(server: &MockServer, more: &str) -> Box<dyn Control> {
    signed_in("gqm", &settings(&server.uri(), more)).await
}

async fn asked(server: &MockServer) -> Vec<Request> {
    server.received_requests().await.expect("they are kept")
}

/// What was asked after the log-in and the list that belongs to it.
async fn asked_in_session(server: &MockServer) -> Vec<Request> {
    asked(server).await.split_off(2)
}

/// Method, path, query and body of a request.
fn line(request: &Request) -> String {
    let query = request.url.query();
    let query = query.map(|query| format!("?{query}")).unwrap_or_default();
    let body = String::from_utf8(request.body.clone()).expect("forms are text");
    format!("{} {}{query} {body}", request.method, request.url.path())
}

async fn lines(server: &MockServer) -> Vec<String> {
    asked_in_session(server).await.iter().map(line).collect()
}

#[tokio::test]
async fn a_pause_is_a_list_the_details_and_a_post_for_each_couple() {
    let server = server_with(&["24197", "24198"]).await;
    takes(&server, "24197", 200).await;
    takes(&server, "24198", 204).await;
    let session = session(&server, "").await;
    let reply = session.command(&call(), Wanted::Paused).await;
    assert_eq!(reply.unwrap(), Accepted::Unproven);
    let list = format!("GET {COUPLES}?phoneNumber=1684&phoneNumberDirection=BOTH ");
    assert_eq!(
        lines(&server).await,
        [
            list,
            format!("GET {COUPLES}/24197 "),
            format!("GET {COUPLES}/24198 "),
            format!("POST {COUPLES}/24197/pausedState paused=true"),
            format!("POST {COUPLES}/24198/pausedState paused=true"),
        ]
    );
    for request in asked_in_session(&server).await {
        assert_eq!(request.headers["cookie"], "JSESSIONID=BA803B97");
        assert!(!request.headers.contains_key("authorization"));
        if request.method.as_str() == "GET" {
            assert_eq!(request.headers["accept"], "application/xml, text/xml");
        } else {
            let form = "application/x-www-form-urlencoded";
            assert_eq!(request.headers["content-type"], form);
        }
    }
}

#[tokio::test]
async fn a_resume_names_the_parameter_as_it_is_set_up() {
    for (more, body) in [
        ("", "paused=false&pause=false"),
        ("resume_parameters = \"both\"", "paused=false&pause=false"),
        ("resume_parameters = \"pause\"", "pause=false"),
        ("resume_parameters = \"paused\"", "paused=false"),
    ] {
        let server = server_with(&["24197"]).await;
        takes(&server, "24197", 200).await;
        let session = session(&server, more).await;
        session.command(&call(), Wanted::Recording).await.unwrap();
        session.command(&call(), Wanted::Paused).await.unwrap();
        let lines = lines(&server).await;
        let post = |body| format!("POST {COUPLES}/24197/pausedState {body}");
        assert_eq!((&lines[2], &lines[5]), (&post(body), &post("paused=true")));
        assert_eq!(lines.len(), 6, "{more}");
    }
}

#[tokio::test]
async fn a_link_that_is_built_needs_no_details_and_a_put_has_its_parameters_in_the_query() {
    let server = server_with(&["24197"]).await;
    let at = format!("{COUPLES}/24197/pausedState");
    answers(&server, "PUT", &at, ResponseTemplate::new(200)).await;
    let session = session(&server, "pause_link = \"built\"\nmethod = \"put\"").await;
    session.command(&call(), Wanted::Paused).await.unwrap();
    session.command(&call(), Wanted::Recording).await.unwrap();
    let lines = lines(&server).await;
    assert_eq!(lines[1], format!("PUT {at}?paused=true "));
    assert_eq!(lines[3], format!("PUT {at}?paused=false&pause=false "));
    assert_eq!(lines.len(), 4);
}

#[tokio::test]
async fn the_list_is_narrowed_down_as_it_is_set_up() {
    for (more, query) in [
        (
            "direction = \"CALLED\"",
            "phoneNumber=1684&phoneNumberDirection=CALLED",
        ),
        (
            "find_by = \"ip-address\"\nphone = \"10.0.6.148\"",
            "ipAddress=10.0.6.148&ipAddressDirection=BOTH",
        ),
        (
            "find_by = \"ip-address\"\nphone = \"fd00::6\"\ndirection = \"CALLING\"",
            "ipAddress=fd00%3A%3A6&ipAddressDirection=CALLING",
        ),
    ] {
        let server = server_with(&["24197"]).await;
        let session = session(&server, more).await;
        assert_eq!(session.calls().await.unwrap(), [call()]);
        let list = format!("GET {COUPLES}?{query} ");
        assert_eq!(lines(&server).await, [list]);
    }
}

#[tokio::test]
async fn the_calls_are_one_request_and_each_is_named_once() {
    let server = server_with(&["24197", "24198", "24199"]).await;
    let session = session(&server, "").await;
    assert_eq!(session.calls().await.unwrap(), [call()]);
    assert_eq!(lines(&server).await.len(), 1);
}

#[tokio::test]
async fn the_recorder_cannot_be_read() {
    let server = server_with(&["24197"]).await;
    let session = session(&server, "").await;
    let error = session.recorder(&call()).await.unwrap_err();
    assert_eq!(
        (error.operation, error.kind),
        (Operation::ReadBack, Kind::NotSupported)
    );
    assert!(lines(&server).await.is_empty());
}

#[tokio::test]
async fn links_to_another_server_are_not_followed() {
    let server = server_with(&[]).await;
    let session = session(&server, "").await;
    let elsewhere = server_with(&["24197"]).await;
    // The same server under another name.
    let other = rows(&elsewhere, &["24197"]).replace("127.0.0.1", "localhost");
    answers(&server, "GET", COUPLES, xml(&other)).await;
    let error = session.command(&call(), Wanted::Paused).await.unwrap_err();
    assert!(
        matches!(error.kind, Kind::Unintelligible(what) if what.contains("pause_link")),
        "{error}"
    );
    assert!(asked(&elsewhere).await.is_empty());
    assert_harmless(&error);
}

#[tokio::test]
async fn an_error_gives_nothing_away_and_is_not_asked_again() {
    for status in [302, 400, 401, 403, 409, 429, 500, 503] {
        let server = server_with(&["24197"]).await;
        takes(&server, "24197", status).await;
        let session = session(&server, "").await;
        let error = session.command(&call(), Wanted::Recording).await;
        let error = error.unwrap_err();
        assert_eq!(error.operation, Operation::Resume);
        assert_eq!(error.kind.ends_session(), matches!(status, 401 | 403));
        assert_harmless(&error);
        assert_eq!(lines(&server).await.len(), 3, "{status}");
    }
}

#[test]
fn settings_that_do_not_fit_together_are_all_named() {
    let address = "base_url = \"https://callrec.acme.example\"\nusername = \"callrec-api\"\n";
    for (more, fields) in [
        ("", &["phone"][..]),
        ("phone = 1684\nfind_by = \"ip-address\"", &["phone"]),
        ("phone = \"10.0.6.148\"", &["phone"]),
        (
            "phone = \"10.0.6\"\nfind_by = \"ip-address\"\ncookie = \"x\"\nlogout_path = \"logout\"",
            &["phone", "cookie", "logout_path"],
        ),
        (
            "phone = 1684\ncookie = \"x=1; y=2\"\nlogout_path = \"//evil.example\"",
            &["cookie", "logout_path"],
        ),
    ] {
        let problems = open("gqm", &format!("{address}{more}")).err().unwrap();
        let named: Vec<_> = problems.iter().map(|it| it.field.as_str()).collect();
        assert_eq!(named, fields, "{more}");
    }
}

#[test]
fn the_account_is_named_by_its_phone() {
    let address = "https://callrec.acme.example";
    for (more, agent) in [
        ("", "phone 1684"),
        (
            "find_by = \"ip-address\"\nphone = \"10.0.6.148\"",
            "phone 10.0.6.148",
        ),
    ] {
        let vendor = open("gqm", &settings(address, more)).unwrap();
        let account = vendor.account();
        assert_eq!(account.base_url, address);
        assert_eq!(account.agent, agent);
        assert_eq!(vendor.secret(), Some("password"));
    }
}
