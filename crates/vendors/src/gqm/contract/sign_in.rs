//! Logging in and out.

use wiremock::MockServer;

use super::*;
use crate::testing::{CANARY, Then, client, raw_server, sign_in};
use crate::{Credentials, VendorError};

const LOG_IN: &str = "/callrec/loginAction.do";
const SERVLET: &str = "/callrec/loginservlet";

async fn rejected(server: &MockServer, more: &str) -> VendorError {
    let error = sign_in("gqm", &settings(&server.uri(), more)).await;
    let error = error.err().expect("it does not work");
    assert_eq!(error.operation, Operation::SignIn);
    error
}

/// A server that says this to whoever logs in, and lists nothing to anybody.
async fn closed(at: &str, reply: ResponseTemplate) -> MockServer {
    let server = MockServer::start().await;
    answers(&server, "POST", at, reply).await;
    answers(&server, "GET", COUPLES, ResponseTemplate::new(403)).await;
    server
}

#[tokio::test]
async fn signing_in_is_a_form_with_a_cookie_and_a_list_that_proves_it() {
    let server = server_with(&[]).await;
    session(&server, "").await;
    let requests = asked(&server).await;
    let list = format!("GET {COUPLES}?phoneNumber=1684&phoneNumberDirection=BOTH ");
    assert_eq!(
        requests.iter().map(line).collect::<Vec<_>>(),
        [
            format!("POST {LOG_IN} login=callrec-api&password={CANARY}"),
            list
        ]
    );
    assert_eq!(requests[0].headers["cookie"], "x=1");
    let form = "application/x-www-form-urlencoded";
    assert_eq!(requests[0].headers["content-type"], form);
    assert_eq!(requests[1].headers["cookie"], "JSESSIONID=BA803B97");
}

#[tokio::test]
async fn the_cookie_is_the_one_that_is_set_up() {
    let server = server_with(&[]).await;
    session(&server, "cookie = \"client=fermata\"").await;
    assert_eq!(asked(&server).await[0].headers["cookie"], "client=fermata");
}

#[tokio::test]
async fn a_log_in_that_only_looks_like_one_is_rejected() {
    for reply in [ResponseTemplate::new(200), ResponseTemplate::new(302)] {
        let server = closed(LOG_IN, reply.insert_header("location", "/callrec/")).await;
        assert_eq!(rejected(&server, "").await.kind, Kind::SignInRejected);
        assert_eq!(asked(&server).await.len(), 2);
    }
}

#[tokio::test]
async fn the_servlet_is_believed_when_it_says_no_and_checked_when_it_says_yes() {
    let ok = "<ok sessionid=\"BA803B97\" number=\"1\">Access is authorized.</ok>";
    let servlet = "login = \"login-servlet\"";
    let server = server_with(&[]).await;
    let reply = xml(ok).insert_header("set-cookie", "JSESSIONID=BA803B97; Path=/callrec");
    answers(&server, "POST", SERVLET, reply).await;
    session(&server, servlet).await;
    let requests = asked(&server).await;
    assert_eq!(
        line(&requests[0]),
        format!("POST {SERVLET} loginname=callrec-api&password={CANARY}")
    );
    assert_eq!(requests[1].headers["cookie"], "JSESSIONID=BA803B97");

    for (body, requests) in [("<error number=\"2\">No.</error>", 1), (ok, 2)] {
        let server = closed(SERVLET, xml(body)).await;
        assert_eq!(rejected(&server, servlet).await.kind, Kind::SignInRejected);
        assert_eq!(asked(&server).await.len(), requests);
    }
}

#[tokio::test]
async fn a_wrong_address_says_so() {
    let nowhere = MockServer::start().await;
    let kind = rejected(&nowhere, "").await.kind;
    assert!(
        matches!(kind, Kind::NotPermitted(what) if what.contains("base_url")),
        "{kind}"
    );
    let portal = MockServer::start().await;
    answers(&portal, "POST", LOG_IN, ResponseTemplate::new(200)).await;
    let page = xml("<html><body>Welcome</body></html>");
    answers(&portal, "GET", COUPLES, page).await;
    let kind = rejected(&portal, "").await.kind;
    assert!(matches!(kind, Kind::Unintelligible(_)), "{kind}");
}

#[tokio::test]
async fn without_a_secret_nothing_is_sent() {
    let server = MockServer::start().await;
    let vendor = open("gqm", &settings(&server.uri(), "")).unwrap();
    let nothing = Credentials::default();
    let error = vendor.sign_in(&client(), &nothing).await.err().unwrap();
    assert_eq!(error.kind, Kind::SignInRejected);
    assert!(asked(&server).await.is_empty());
}

#[tokio::test]
async fn a_log_in_whose_body_never_ends_is_not_waited_for() {
    let head = "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n";
    let address = raw_server(head, Then::SendForEver).await;
    let error = sign_in("gqm", &settings(&address, "login = \"login-servlet\"")).await;
    let kind = error.err().unwrap().kind;
    assert!(matches!(kind, Kind::Unintelligible(_)), "{kind}");
}

#[tokio::test]
async fn signing_out_is_a_post_where_it_is_set_up() {
    for (more, at) in [
        ("", Some("/callrec/logoutAction.do")),
        ("logout_path = \"/callrec/bye\"", Some("/callrec/bye")),
        ("logout_path = \"none\"", None),
    ] {
        let server = server_with(&[]).await;
        let session = session(&server, more).await;
        if let Some(at) = at {
            answers(&server, "POST", at, ResponseTemplate::new(302)).await;
        }
        session.sign_out().await.unwrap();
        let expected: Vec<_> = at.iter().map(|at| format!("POST {at} ")).collect();
        assert_eq!(lines(&server).await, expected);
        for request in asked_in_session(&server).await {
            assert_eq!(request.headers["cookie"], "JSESSIONID=BA803B97");
        }
    }
    let server = server_with(&[]).await;
    let error = session(&server, "").await.sign_out().await.unwrap_err();
    assert_eq!(error.operation, Operation::SignOut);
    assert_harmless(&error);
}

#[tokio::test]
async fn two_sessions_share_no_cookie() {
    let server = server_with(&[]).await;
    let first = session(&server, "").await;
    let other = "JSESSIONID=0TH3R; Path=/callrec";
    let reply = ResponseTemplate::new(200).insert_header("set-cookie", other);
    answers(&server, "POST", LOG_IN, reply).await;
    let second = session(&server, "").await;
    first.calls().await.unwrap();
    second.calls().await.unwrap();
    let requests = asked(&server).await.split_off(4);
    assert_eq!(requests[0].headers["cookie"], "JSESSIONID=BA803B97");
    assert_eq!(requests[1].headers["cookie"], "JSESSIONID=0TH3R");
}
