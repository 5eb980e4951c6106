//! A password that is changed into tokens.

use std::time::Duration;

use super::*;

const TOKENS: &str = "/auth/realms/t/protocol/openid-connect/token";

fn keycloak(server: &MockServer) -> String {
    format!(
        "auth = \"keycloak\"\ntoken_url = \"{}{TOKENS}\"\nusername = \"jo+1@acme.example\"",
        server.uri()
    )
}

fn granted(token: &str, seconds: u32) -> ResponseTemplate {
    json_reply(json!({
        "access_token": token, "expires_in": seconds, "refresh_expires_in": 1800,
        "token_type": "Bearer",
    }))
}

#[tokio::test]
async fn a_password_is_changed_into_a_token_once() {
    let server = server().await;
    answers(&server, "POST", TOKENS, granted("tok.1", 300)).await;
    answers(
        &server,
        "POST",
        &format!("{API}/set"),
        ResponseTemplate::new(200),
    )
    .await;
    let session = session(&server, &keycloak(&server)).await;
    session.command(&call(), Wanted::Paused).await.unwrap();
    let requests = asked(&server).await;
    let paths: Vec<_> = requests.iter().map(|request| request.url.path()).collect();
    let capabilities = format!("{API}/capabilities/ucc-demo-name");
    assert_eq!(
        paths,
        [TOKENS, capabilities.as_str(), &format!("{API}/set")]
    );
    let form: Vec<(String, String)> = url::form_urlencoded::parse(&requests[0].body)
        .into_owned()
        .collect();
    let expected = [
        ("grant_type", "password"),
        ("client_id", "coreapi"),
        ("username", "jo+1@acme.example"),
        ("password", CANARY),
    ];
    assert_eq!(
        form,
        expected.map(|(key, value)| (key.to_owned(), value.to_owned()))
    );
    let content_type = &requests[0].headers["content-type"];
    assert_eq!(content_type, "application/x-www-form-urlencoded");
    for request in &requests[1..] {
        assert_eq!(request.headers["authorization"], "Bearer tok.1");
    }
}

#[tokio::test]
async fn a_wrong_password_is_rejected_and_the_core_is_not_asked() {
    let server = server().await;
    let wrong = json!({"error": "invalid_grant", "error_description": CANARY});
    let reply = ResponseTemplate::new(401).set_body_json(wrong);
    answers(&server, "POST", TOKENS, reply).await;
    let kind = sign_in_error(&server, &keycloak(&server)).await;
    assert_eq!(kind, Kind::SignInRejected);
    assert_eq!(asked(&server).await.len(), 1);
}

/// How many of the requests so far went for a token.
async fn fetches(server: &MockServer) -> usize {
    let asked = asked(server).await;
    asked
        .iter()
        .filter(|request| request.url.path() == TOKENS)
        .count()
}

async fn pass(seconds: u64) {
    tokio::time::pause();
    tokio::time::advance(Duration::from_secs(seconds)).await;
    tokio::time::resume();
}

#[tokio::test]
async fn a_read_back_renews_the_token_in_good_time_and_a_pause_does_not_wait_for_that() {
    let server = server().await;
    answers(&server, "POST", TOKENS, granted("tok.1", 300)).await;
    answers(
        &server,
        "POST",
        &format!("{API}/set"),
        ResponseTemplate::new(200),
    )
    .await;
    let at = format!("{API}/ucc-demo-name/{ID}");
    answers(&server, "GET", &at, json_reply(state(1))).await;
    let session = session(&server, &keycloak(&server)).await;
    pass(265).await;
    session.recorder(&call()).await.unwrap();
    assert_eq!(fetches(&server).await, 1);
    pass(10).await;
    session.command(&call(), Wanted::Paused).await.unwrap();
    assert_eq!(fetches(&server).await, 1);
    session.recorder(&call()).await.unwrap();
    assert_eq!(fetches(&server).await, 2);
    pass(301).await;
    session.command(&call(), Wanted::Paused).await.unwrap();
    assert_eq!(fetches(&server).await, 3);
}

#[tokio::test]
async fn a_token_that_cannot_be_renewed_is_used_to_its_end_and_then_nothing_is_sent() {
    let server = server().await;
    Mock::given(path(TOKENS))
        .respond_with(granted("tok.1", 300))
        .up_to_n_times(1)
        .mount(&server)
        .await;
    answers(&server, "POST", TOKENS, ResponseTemplate::new(503)).await;
    let at = format!("{API}/ucc-demo-name/{ID}");
    answers(&server, "GET", &at, json_reply(state(1))).await;
    let session = session(&server, &keycloak(&server)).await;
    pass(275).await;
    session.recorder(&call()).await.unwrap();
    session.recorder(&call()).await.unwrap();
    // The second one was too soon after a failure to try again.
    assert_eq!(fetches(&server).await, 2);
    pass(6).await;
    session.recorder(&call()).await.unwrap();
    assert_eq!(fetches(&server).await, 3);
    pass(17).await;
    // Fails as well, and the token runs out before it is time to try again.
    session.recorder(&call()).await.unwrap();
    assert_eq!(fetches(&server).await, 4);
    pass(3).await;
    let before = asked(&server).await.len();
    let error = session.command(&call(), Wanted::Paused).await.unwrap_err();
    assert_eq!(error.kind, Kind::Unreachable);
    assert!(!error.kind.leaves_recorder_in_doubt());
    assert_harmless(&error);
    assert_eq!(asked(&server).await.len(), before + 1);
    let error = session.recorder(&call()).await.unwrap_err();
    assert_eq!(error.kind, Kind::Unreachable);
    assert_eq!(asked(&server).await.len(), before + 2);
}

#[tokio::test]
async fn a_token_the_core_turns_away_ends_the_session() {
    let server = server().await;
    answers(&server, "POST", TOKENS, granted("tok.1", 300)).await;
    let at = format!("{API}/ucc-demo-name/{ID}");
    answers(&server, "GET", &at, ResponseTemplate::new(401)).await;
    let session = session(&server, &keycloak(&server)).await;
    let error = session.recorder(&call()).await.unwrap_err();
    assert_eq!(error.kind, Kind::SessionEnded);
    assert_eq!(asked(&server).await.len(), 3);
}

#[tokio::test]
async fn two_that_need_a_token_at_once_fetch_one() {
    let server = server().await;
    answers(&server, "POST", TOKENS, granted("tok.1", 300)).await;
    answers(
        &server,
        "POST",
        &format!("{API}/set"),
        ResponseTemplate::new(200),
    )
    .await;
    let at = format!("{API}/ucc-demo-name/{ID}");
    answers(&server, "GET", &at, json_reply(state(1))).await;
    let session = session(&server, &keycloak(&server)).await;
    pass(301).await;
    let call = call();
    let (recorder, command) = tokio::join!(
        session.recorder(&call),
        session.command(&call, Wanted::Paused),
    );
    recorder.unwrap();
    command.unwrap();
    assert_eq!(fetches(&server).await, 2);
}
