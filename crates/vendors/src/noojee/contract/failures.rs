//! What a failure says, and what it does not.

use super::*;

#[tokio::test]
async fn signing_in_finds_out_about_the_key() {
    for (reply, kind) in [
        (said("Invalid apiKey", -1), Kind::SignInRejected),
        (said("Expired TimeStamp", -1), Kind::SignInRejected),
        (ResponseTemplate::new(401), Kind::SignInRejected),
        (
            said("Internal error", -1),
            Kind::Refused("code -1".to_owned()),
        ),
        (ResponseTemplate::new(503), Kind::ServerFailed(503)),
    ] {
        let server = MockServer::start().await;
        answers(&server, "subscribe", reply).await;
        let error = sign_in("noojee", &settings(&server.uri(), ""))
            .await
            .err()
            .unwrap();
        assert_eq!((error.kind, error.operation), (kind, Operation::SignIn));
        assert_eq!(asked(&server).await.len(), 1);
    }
    let vendor = open("noojee", &settings("http://127.0.0.1:9", "")).unwrap();
    for secret in [None, Some(""), Some("  "), Some("a b"), Some("ü")] {
        let credentials = Credentials {
            secret: secret.map(Into::into),
        };
        let error = vendor.sign_in(&client(), &credentials).await.err().unwrap();
        assert_eq!(error.kind, Kind::SignInRejected, "{secret:?}");
    }
}

#[tokio::test]
async fn a_key_that_is_worth_nothing_any_more_ends_the_session() {
    let server = server().await;
    let session = session(&server, "").await;
    server.reset().await;
    answers(&server, "stop", said("Invalid apiKey", -1)).await;
    let error = session.command(&call(), Wanted::Paused).await.unwrap_err();
    assert_eq!(
        (error.kind.clone(), error.operation),
        (Kind::SessionEnded, Operation::Pause)
    );
    assert_silent(&error);
    assert_eq!(asked(&server).await.len(), 1, "asked once");
}

#[tokio::test]
async fn an_error_gives_nothing_away_and_is_not_asked_again() {
    for status in [200, 302, 400, 401, 403, 404, 405, 409, 429, 500, 503] {
        let server = server().await;
        let session = session(&server, "").await;
        server.reset().await;
        let message = format!("no: {API}/stop?apiKey={CANARY} {ID} Fred");
        let body = json!({ "Message": message, "Code": -9 }).to_string();
        let echo = ResponseTemplate::new(status).set_body_string(body);
        answers(&server, "stop", echo.clone()).await;
        answers(&server, "subscribe", echo).await;
        let command = session.command(&call(), Wanted::Paused).await.unwrap_err();
        let calls = session.calls().await.unwrap_err();
        let listen = session.listen().await.err().unwrap();
        assert_eq!(listen.operation, Operation::Events);
        for error in [command, calls, listen] {
            assert_silent(&error);
            let doubt = matches!(status, 302 | 500 | 503);
            assert_eq!(error.kind.leaves_recorder_in_doubt(), doubt, "{status}");
        }
        assert_eq!(asked(&server).await.len(), 3, "{status}");
    }
}

#[tokio::test]
async fn an_answer_that_breaks_off_leaves_a_doubt() {
    let half = "HTTP/1.1 200 OK\r\ncontent-length: 99\r\n\r\n{\"Data";
    let address = raw_server(half, Then::Close).await;
    let error = sign_in("noojee", &settings(&address, ""))
        .await
        .err()
        .unwrap();
    assert_eq!(error.kind, Kind::NoAnswer);
    assert_silent(&error);
}
