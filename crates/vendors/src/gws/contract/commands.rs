//! Pausing and resuming.

use pause::Wanted;

use super::*;
use crate::Accepted;

const PAUSED: &str = include_str!("../fixtures/call_paused.reply");
const RECORDING: &str = include_str!("../fixtures/call_recording.reply");
const OFF: &str = include_str!("../fixtures/call_off.reply");

/// How many requests were made since, and how many of them were commands.
async fn since(server: &MockServer, before: usize) -> (usize, usize) {
    let asked = asked(server).await.split_off(before);
    let posts = asked
        .iter()
        .filter(|request| request.method.as_str() == "POST");
    (asked.len(), posts.count())
}

/// A session whose server offers what is offered in this state, and takes every command.
async fn session_in(state: &'static str) -> (MockServer, Box<dyn Control>) {
    let server = server().await;
    answers(&server, "GET", &call_path(), fixture(state)).await;
    answers(&server, "POST", &call_path(), status_code(0)).await;
    let session = session(&server, "").await;
    session.recorder(&call()).await.unwrap();
    (server, session)
}

#[tokio::test]
async fn a_pause_and_a_resume_are_one_request_each() {
    let server = server().await;
    answers(&server, "POST", &call_path(), status_code(0)).await;
    let session = session(&server, "").await;
    for (wanted, operation) in [
        (Wanted::Paused, "PauseCallRecording"),
        (Wanted::Recording, "ResumeCallRecording"),
    ] {
        let reply = session.command(&call(), wanted).await;
        assert_eq!(reply.unwrap(), Accepted::Unproven);
        let request = last(&server).await;
        assert_eq!(request.method.as_str(), "POST");
        assert_eq!(request.url.path(), call_path());
        assert_eq!(body_of(&request), json!({"operationName": operation}));
        assert_eq!(request.headers["content-type"], "application/json");
        assert_eq!(request.headers["accept"], "application/json");
        assert_eq!(request.headers["origin"], server.uri());
        assert_eq!(request.headers["authorization"], BASIC);
        assert_eq!(request.headers["x-csrf-token"], TOKEN);
        assert_eq!(cookies(&request), all_cookies());
    }
    assert_eq!(asked(&server).await.len(), 3);
}

#[tokio::test]
async fn a_command_that_is_offered_is_sent_at_once() {
    for (state, wanted) in [(RECORDING, Wanted::Paused), (PAUSED, Wanted::Recording)] {
        let (server, session) = session_in(state).await;
        let before = asked(&server).await.len();
        session.command(&call(), wanted).await.unwrap();
        assert_eq!(since(&server, before).await, (1, 1));
    }
}

#[tokio::test]
async fn a_call_that_is_so_already_is_read_and_left_alone() {
    for (state, wanted) in [(PAUSED, Wanted::Paused), (RECORDING, Wanted::Recording)] {
        let (server, session) = session_in(state).await;
        let before = asked(&server).await.len();
        let reply = session.command(&call(), wanted).await.unwrap();
        assert_eq!(reply, Accepted::Unproven);
        assert_eq!(since(&server, before).await, (1, 0));
    }
}

#[tokio::test]
async fn what_is_not_offered_is_not_sent() {
    let (server, session) = session_in(OFF).await;
    let before = asked(&server).await.len();
    let error = session.command(&call(), Wanted::Paused).await.unwrap_err();
    assert_eq!(error.operation, Operation::Pause);
    assert_eq!(error.kind, Kind::Refused("not offered".to_owned()));
    assert_eq!(since(&server, before).await, (1, 0));
}

#[tokio::test]
async fn an_agent_who_is_offered_nothing_may_do_nothing() {
    let server = server().await;
    let nothing = json!({"statusCode": 0, "call": {
        "id": ID, "state": "Established", "recordingState": "Recording", "capabilities": ["Hold"],
    }});
    let nothing = ResponseTemplate::new(200).set_body_json(nothing);
    answers(&server, "GET", &call_path(), nothing).await;
    let session = session(&server, "").await;
    session.recorder(&call()).await.unwrap();
    let error = session.command(&call(), Wanted::Paused).await.unwrap_err();
    assert!(
        matches!(error.kind, Kind::NotPermitted(what) if what.contains("api-voice-recording")),
        "{error}"
    );
}

#[tokio::test]
async fn what_was_offered_before_a_command_says_nothing_after_it() {
    let (server, session) = session_in(RECORDING).await;
    session.command(&call(), Wanted::Paused).await.unwrap();
    // What is read here is from before the pause was carried out.
    session.recorder(&call()).await.unwrap();
    let before = asked(&server).await.len();
    let resumed = session.command(&call(), Wanted::Recording).await.unwrap();
    assert_eq!(resumed, Accepted::Unproven);
    assert_eq!(since(&server, before).await, (1, 1));
}

#[tokio::test]
async fn a_pause_does_not_fail_because_reading_did() {
    let server = server().await;
    let off = Mock::given(method("GET")).and(path(call_path()));
    let off = off.respond_with(fixture(OFF)).up_to_n_times(1);
    off.mount(&server).await;
    answers(&server, "GET", &call_path(), ResponseTemplate::new(503)).await;
    answers(&server, "POST", &call_path(), status_code(0)).await;
    let session = session(&server, "").await;
    session.recorder(&call()).await.unwrap();
    let before = asked(&server).await.len();
    session.command(&call(), Wanted::Paused).await.unwrap();
    assert_eq!(since(&server, before).await, (2, 1));
}

#[tokio::test]
async fn not_valid_in_this_state_is_looked_into() {
    for (state, wanted, settled) in [
        (PAUSED, Wanted::Paused, true),
        (RECORDING, Wanted::Recording, true),
        (RECORDING, Wanted::Paused, false),
        (OFF, Wanted::Paused, false),
    ] {
        let server = server().await;
        answers(&server, "GET", &call_path(), fixture(state)).await;
        answers(&server, "POST", &call_path(), status_code(2)).await;
        let session = session(&server, "").await;
        let before = asked(&server).await.len();
        let reply = session.command(&call(), wanted).await;
        assert_eq!(since(&server, before).await, (2, 1));
        match reply {
            Ok(accepted) => assert!(settled && accepted == Accepted::Unproven),
            Err(error) => {
                assert!(!settled, "{state}");
                assert_eq!(error.kind, Kind::Refused("2".to_owned()));
            }
        }
    }
}

#[tokio::test]
async fn a_refusal_counts_while_the_opposite_command_is_under_way() {
    let server = server().await;
    answers(&server, "GET", &call_path(), fixture(PAUSED)).await;
    let resume = Mock::given(method("POST")).and(path(call_path()));
    let resume = resume.respond_with(status_code(0)).up_to_n_times(1);
    resume.mount(&server).await;
    answers(&server, "POST", &call_path(), status_code(2)).await;
    let session = session(&server, "").await;
    session.command(&call(), Wanted::Recording).await.unwrap();
    // The call still reads as paused, and is about to be recorded.
    let error = session.command(&call(), Wanted::Paused).await.unwrap_err();
    assert_eq!(error.kind, Kind::Refused("2".to_owned()));
}

#[tokio::test]
async fn a_call_that_is_gone_is_no_such_call() {
    let server = server().await;
    let gone = fixture(include_str!("../fixtures/not_found.reply"));
    answers(&server, "POST", &call_path(), gone).await;
    let session = session(&server, "").await;
    let error = session.command(&call(), Wanted::Paused).await.unwrap_err();
    assert_eq!(error.kind, Kind::NoSuchCall);
    assert_eq!(asked(&server).await.len(), 2);
}

#[tokio::test]
async fn a_token_that_is_off_is_not_sent_and_an_old_one_is_replaced() {
    let server = server().await;
    answers(&server, "POST", &call_path(), status_code(0)).await;
    let paused = fixture(PAUSED)
        .append_header("X-CSRF-HEADER", "X-Other")
        .append_header("X-CSRF-TOKEN", "newer");
    answers(&server, "GET", &call_path(), paused).await;
    let off = session(&server, "csrf = \"off\"").await;
    off.command(&call(), Wanted::Paused).await.unwrap();
    let request = last(&server).await;
    assert!(!request.headers.contains_key("x-csrf-token"));

    let auto = session(&server, "").await;
    auto.recorder(&call()).await.unwrap();
    auto.command(&call(), Wanted::Recording).await.unwrap();
    let request = last(&server).await;
    assert_eq!(request.headers["x-other"], "newer");
    assert!(!request.headers.contains_key("x-csrf-token"));
}

#[tokio::test]
async fn a_token_that_is_not_accepted_ends_the_session() {
    for (more, ends) in [("", true), ("csrf = \"off\"", false)] {
        let server = server().await;
        let csrf = fixture(include_str!("../fixtures/csrf.reply"));
        answers(&server, "POST", &call_path(), csrf).await;
        let session = session(&server, more).await;
        let error = session.command(&call(), Wanted::Paused).await.unwrap_err();
        assert_eq!(error.kind.ends_session(), ends, "{error}");
        assert_harmless(&error);
        assert_eq!(asked(&server).await.len(), 2);
    }
}
