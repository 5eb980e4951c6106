//! Showing who is asking without sending the key.

use std::fmt::Write;
use std::time::Duration;

use sha2::{Digest, Sha256};

use super::*;

const TIME: &str = "/servicemanager/rest/Time";
const HASH: &str = "auth = \"hash\"";

fn shown(time_stamp: &str) -> String {
    let digest = Sha256::digest(format!("{CANARY}:{time_stamp}"));
    let hex = digest.iter().fold(String::new(), |mut hex, byte| {
        write!(hex, "{byte:02x}").expect("a String takes everything");
        hex
    });
    format!("timeStamp={time_stamp}&hash={hex}")
}

/// Tells this time from now on, so many times.
async fn time_is(server: &MockServer, time_stamp: &str, times: u64) {
    let reply = ResponseTemplate::new(200).set_body_string(time_stamp);
    let mock = Mock::given(path(TIME)).respond_with(reply);
    mock.up_to_n_times(times).mount(server).await;
}

/// Says so once, before anything else.
async fn expires_once(server: &MockServer, method: &str) {
    let at = format!("{API}/{method}");
    let mock = Mock::given(path(at)).respond_with(said("Expired TimeStamp", -1));
    mock.up_to_n_times(1).with_priority(1).mount(server).await;
}

/// Lets time pass at once.
async fn later(by: Duration) {
    tokio::time::pause();
    tokio::time::advance(by).await;
    tokio::time::resume();
}

const HOUR: Duration = Duration::from_secs(60 * 60);

async fn methods(server: &MockServer) -> Vec<String> {
    let last = |request: &Request| request.url.path().rsplit('/').next().map(str::to_owned);
    asked(server).await.iter().filter_map(last).collect()
}

#[tokio::test]
async fn the_key_is_never_sent_and_a_time_stamp_is_used_again() {
    let server = server().await;
    time_is(&server, "1392356108888", 1).await;
    let session = session(&server, HASH).await;
    session.command(&call(), Wanted::Paused).await.unwrap();
    session.command(&call(), Wanted::Recording).await.unwrap();
    assert_eq!(
        methods(&server).await,
        ["Time", "subscribe", "stop", "start"]
    );
    let targets = targets(&server).await;
    assert_eq!(targets[0], TIME);
    for target in &targets[1..] {
        assert!(
            target.ends_with(&format!("&{}", shown("1392356108888"))),
            "{target}"
        );
    }
    for request in asked(&server).await {
        assert!(!format!("{request:?}").contains(CANARY));
        assert_eq!(request.method.as_str(), "POST");
        assert_eq!(request.headers["content-length"], "0");
    }
}

#[tokio::test]
async fn a_hash_is_what_the_documented_recipe_makes() {
    // By `printf CANARY-5f1c9d20:1392356108888 | sha256sum`.
    let expected = "f9961326c70ea74543ad5926a42e6bf51bd205553b009e98e2e946d81d34fc0f";
    assert_eq!(
        shown("1392356108888"),
        format!("timeStamp=1392356108888&hash={expected}")
    );
}

#[tokio::test]
async fn a_time_stamp_is_renewed_in_good_time_by_what_can_wait() {
    let server = server().await;
    time_is(&server, "1392356108888", 1).await;
    let session = session(&server, HASH).await;
    time_is(&server, "1392359108888", 1).await;
    later(HOUR - Duration::from_secs(9 * 60)).await;
    // A command takes what is still good, whatever else might be had.
    session.command(&call(), Wanted::Paused).await.unwrap();
    assert!(last(&server).await.ends_with(&shown("1392356108888")));
    session.calls().await.unwrap();
    assert!(last(&server).await.ends_with(&shown("1392359108888")));
    session.command(&call(), Wanted::Recording).await.unwrap();
    assert!(last(&server).await.ends_with(&shown("1392359108888")));
    assert_eq!(
        methods(&server).await,
        ["Time", "subscribe", "stop", "Time", "subscribe", "start"]
    );
}

#[tokio::test]
async fn a_command_fetches_a_time_stamp_only_if_the_one_there_is_has_run_out() {
    let server = server().await;
    time_is(&server, "1392356108888", 1).await;
    let session = session(&server, HASH).await;
    time_is(&server, "1392359708888", 1).await;
    later(HOUR + Duration::from_secs(1)).await;
    session.command(&call(), Wanted::Paused).await.unwrap();
    assert_eq!(
        methods(&server).await,
        ["Time", "subscribe", "Time", "stop"]
    );
    assert!(last(&server).await.ends_with(&shown("1392359708888")));
}

#[tokio::test]
async fn an_expired_time_stamp_is_replaced_once_and_the_command_repeated_once() {
    let server = server().await;
    time_is(&server, "1392356108888", 1).await;
    let session = session(&server, HASH).await;
    time_is(&server, "1392356200000", 9).await;
    expires_once(&server, "stop").await;
    session.command(&call(), Wanted::Paused).await.unwrap();
    assert_eq!(
        methods(&server).await,
        ["Time", "subscribe", "stop", "Time", "stop"]
    );
    assert!(last(&server).await.ends_with(&shown("1392356200000")));
    expires_once(&server, "subscribe").await;
    session.calls().await.unwrap();
    assert_eq!(
        methods(&server).await[5..],
        ["subscribe", "Time", "subscribe"]
    );

    let mock = Mock::given(path(format!("{API}/stop")));
    let expired = mock.respond_with(said("Expired TimeStamp", -1));
    expired.with_priority(1).mount(&server).await;
    let before = asked(&server).await.len();
    let error = session.command(&call(), Wanted::Paused).await.unwrap_err();
    assert_eq!(error.kind, Kind::SessionEnded);
    assert_silent(&error);
    assert_eq!(methods(&server).await[before..], ["stop", "Time", "stop"]);
}

#[tokio::test]
async fn nothing_else_is_repeated() {
    let server = server().await;
    time_is(&server, "1392356108888", 9).await;
    let session = session(&server, HASH).await;
    for reply in [said("Invalid hash", -1), ResponseTemplate::new(500)] {
        server.reset().await;
        answers(&server, "stop", reply).await;
        session.command(&call(), Wanted::Paused).await.unwrap_err();
        assert_eq!(methods(&server).await, ["stop"]);
    }
}

#[tokio::test]
async fn a_command_without_a_time_stamp_was_not_sent() {
    for reply in [
        ResponseTemplate::new(500),
        ResponseTemplate::new(200).set_body_string("<html>"),
    ] {
        let server = server().await;
        time_is(&server, "1392356108888", 1).await;
        let session = session(&server, HASH).await;
        let mock = Mock::given(path(TIME)).respond_with(reply);
        mock.mount(&server).await;
        later(HOUR * 2).await;
        let error = session.command(&call(), Wanted::Paused).await.unwrap_err();
        assert_eq!(
            (error.kind.clone(), error.operation),
            (Kind::Unreachable, Operation::Pause)
        );
        assert_silent(&error);
        assert_eq!(methods(&server).await.last().unwrap(), "Time");
    }
}

#[tokio::test]
async fn signing_in_says_what_is_wrong_with_the_time() {
    let server = server().await;
    time_is(&server, "noon", 1).await;
    let error = sign_in("noojee", &settings(&server.uri(), HASH))
        .await
        .err()
        .unwrap();
    assert!(matches!(error.kind, Kind::Unintelligible(_)), "{error}");
    assert_eq!(methods(&server).await, ["Time"]);
}
