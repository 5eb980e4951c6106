//! What a poll asks for, and what is told of what it brings.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::TcpListener;

use super::*;
use crate::{Events, VendorEvent};

/// How it is when it is asked, before anything else that is mounted for polls.
async fn present(server: &MockServer, reply: ResponseTemplate) {
    mount(server, 0, "0", reply, 99).await;
}

/// The reply to a poll after this number, so many times.
async fn mount(server: &MockServer, after: u64, wait: &str, reply: ResponseTemplate, times: u64) {
    let mock = Mock::given(path(format!("{API}/subscribe")))
        .and(wiremock::matchers::query_param(
            "lastSequenceNumber",
            after.to_string(),
        ))
        .and(wiremock::matchers::query_param("timeOut", wait));
    mock.respond_with(reply)
        .up_to_n_times(times)
        .mount(server)
        .await;
}

/// The reply to a poll after this number, once; afterwards nothing happens any more.
async fn news(server: &MockServer, after: u64, reply: ResponseTemplate) {
    mount(server, after, "30", reply, 1).await;
    let never = calls(&[]).set_delay(Duration::from_secs(60));
    mount(server, after, "30", never, 99).await;
}

async fn listening(server: &MockServer) -> Events {
    session(server, "").await.listen().await.unwrap()
}

async fn next(events: &mut Events) -> Result<VendorEvent, Kind> {
    let soon = Duration::from_secs(5);
    let next = tokio::time::timeout(soon, events.next()).await;
    let event = next.expect("in time").expect("no silent end");
    event.map_err(|error| {
        assert_eq!(error.operation, Operation::Events);
        assert_silent(&error);
        error.kind
    })
}

async fn nothing_more(events: &mut Events) {
    let soon = Duration::from_millis(100);
    let more = tokio::time::timeout(soon, events.next()).await;
    assert!(more.is_err(), "{more:?}");
}

fn started(id: &str) -> Result<VendorEvent, Kind> {
    Ok(VendorEvent::CallStarted(CallId::new(id)))
}

fn ended(id: &str) -> Result<VendorEvent, Kind> {
    Ok(VendorEvent::CallEnded(CallId::new(id)))
}

#[tokio::test]
async fn each_poll_asks_for_what_comes_after_the_one_before() {
    let server = MockServer::start().await;
    present(&server, calls(&[("1.1", "Connected", 4)])).await;
    news(
        &server,
        4,
        calls(&[("1.2", "Ringing", 5), ("1.2", "Connected", 6)]),
    )
    .await;
    news(&server, 6, calls(&[("1.1", "Hangup", 7)])).await;
    news(
        &server,
        7,
        calls(&[("1.1", "Hangup", 7), ("1.2", "Connected", 8)]),
    )
    .await;
    news(&server, 8, calls(&[("1.2", "Hangup", 9)])).await;
    mount(
        &server,
        9,
        "30",
        calls(&[]).set_delay(Duration::from_secs(60)),
        99,
    )
    .await;
    let mut events = listening(&server).await;
    assert_eq!(next(&mut events).await, started("1.2"));
    assert_eq!(next(&mut events).await, ended("1.1"));
    assert_eq!(next(&mut events).await, ended("1.2"));
    nothing_more(&mut events).await;
    let query = |after, wait| {
        format!(
            "{API}/subscribe?exten=410&lastSequenceNumber={after}&timeOut={wait}&apiKey={CANARY}"
        )
    };
    let expected = [
        query(0, 0),
        query(0, 0),
        query(4, 30),
        query(6, 30),
        query(7, 30),
        query(8, 30),
        query(9, 30),
    ];
    assert_eq!(targets(&server).await, expected);
}

#[tokio::test]
async fn numbers_that_go_back_are_caught_up_with() {
    let server = MockServer::start().await;
    mount(&server, 0, "0", calls(&[("1.1", "Connected", 50)]), 2).await;
    news(&server, 50, calls(&[("1.2", "Connected", 3)])).await;
    present(&server, calls(&[("1.2", "Connected", 3)])).await;
    news(&server, 3, calls(&[("1.2", "Hangup", 4)])).await;
    mount(
        &server,
        4,
        "30",
        calls(&[]).set_delay(Duration::from_secs(60)),
        99,
    )
    .await;
    let mut events = listening(&server).await;
    assert_eq!(next(&mut events).await, Ok(VendorEvent::Missed));
    assert_eq!(next(&mut events).await, ended("1.1"));
    assert_eq!(next(&mut events).await, started("1.2"));
    assert_eq!(next(&mut events).await, ended("1.2"));
}

#[tokio::test]
async fn a_poll_that_comes_back_at_once_with_nothing_is_looked_into() {
    let server = MockServer::start().await;
    mount(&server, 0, "0", calls(&[("1.1", "Connected", 50)]), 2).await;
    // As a server does that has begun anew and has no call to tell a number of.
    news(&server, 50, calls(&[])).await;
    present(&server, calls(&[("1.2", "Connected", 2)])).await;
    mount(
        &server,
        2,
        "30",
        calls(&[]).set_delay(Duration::from_secs(60)),
        99,
    )
    .await;
    let mut events = listening(&server).await;
    assert_eq!(next(&mut events).await, Ok(VendorEvent::Missed));
    assert_eq!(next(&mut events).await, ended("1.1"));
    assert_eq!(next(&mut events).await, started("1.2"));
    nothing_more(&mut events).await;
}

#[tokio::test]
async fn a_server_that_has_begun_anew_with_nothing_on_is_asked_from_its_beginning() {
    let server = MockServer::start().await;
    mount(&server, 0, "0", calls(&[("1.1", "Connected", 50)]), 2).await;
    present(&server, calls(&[])).await;
    mount(&server, 50, "30", calls(&[]), 99).await;
    news(&server, 0, calls(&[("1.2", "Connected", 1)])).await;
    mount(
        &server,
        1,
        "30",
        calls(&[]).set_delay(Duration::from_secs(60)),
        99,
    )
    .await;
    let mut events = listening(&server).await;
    assert_eq!(next(&mut events).await, Ok(VendorEvent::Missed));
    assert_eq!(next(&mut events).await, ended("1.1"));
    assert_eq!(next(&mut events).await, started("1.2"));
    nothing_more(&mut events).await;
}

#[tokio::test]
async fn a_server_that_does_not_wait_is_not_asked_without_end() {
    for always in [calls(&[]), calls(&[("1.1", "Connected", 7)])] {
        let server = MockServer::start().await;
        answers(&server, "subscribe", always).await;
        let mut events = listening(&server).await;
        let error = next(&mut events).await.unwrap_err();
        assert_eq!(error, Kind::Unintelligible("it does not wait for events"));
        assert!(events.next().await.is_none());
        assert!(asked(&server).await.len() <= 6);
    }
}

#[tokio::test]
async fn a_poll_that_fails_is_the_end() {
    for (reply, kind) in [
        (ResponseTemplate::new(500), Kind::ServerFailed(500)),
        (said("Invalid apiKey", -1), Kind::SessionEnded),
        (
            calls(&[("1.1", "Hold", 9)]),
            Kind::Unintelligible("it tells of a call in a status that is not known"),
        ),
    ] {
        let server = MockServer::start().await;
        present(&server, calls(&[("1.1", "Connected", 4)])).await;
        news(&server, 4, reply).await;
        let mut events = listening(&server).await;
        assert_eq!(next(&mut events).await, Err(kind));
        assert!(events.next().await.is_none());
        assert_eq!(asked(&server).await.len(), 3);
    }
}

#[tokio::test]
async fn a_poll_that_is_silent_for_longer_than_it_may_wait_is_dead() {
    let server = MockServer::start().await;
    present(&server, calls(&[("1.1", "Connected", 4)])).await;
    mount(
        &server,
        4,
        "30",
        calls(&[]).set_delay(Duration::from_secs(600)),
        1,
    )
    .await;
    let mut events = listening(&server).await;
    // The clock runs ahead whenever there is nothing to do but wait.
    tokio::time::pause();
    let began = tokio::time::Instant::now();
    let ended = events.next().await.expect("no silent end");
    assert_eq!(ended.unwrap_err().kind, Kind::NoAnswer);
    let took = began.elapsed();
    assert!(
        took >= Duration::from_secs(40) && took < Duration::from_secs(50),
        "{took:?}"
    );
}

/// A server on the clock of the test, where nothing happens: it waits as it is asked to. At
/// first there is a call, and then there is none. Returns its address.
async fn quiet_server(polls: Arc<AtomicUsize>) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        let (mut socket, _) = listener.accept().await.unwrap();
        let mut lines = BufReader::new(&mut socket).lines();
        let call = json!({ "uniqueCallId": "1.1", "status": "Connected", "seq": 4 });
        let call = json!({ "CallData": call, "CallID": 10, "Code": 0 });
        while let Ok(Some(line)) = lines.next_line().await {
            if !line.starts_with("POST ") {
                continue;
            }
            while lines.next_line().await.unwrap().unwrap() != "" {}
            let mut entries = vec![];
            if line.contains("timeOut=30&") {
                polls.fetch_add(1, Ordering::Relaxed);
                tokio::time::sleep(Duration::from_secs(30)).await;
            } else if polls.load(Ordering::Relaxed) == 0 {
                entries.push(&call);
            }
            let body = json!({ "Data": { "410": entries } }).to_string();
            let reply = format!(
                "HTTP/1.1 200 OK\r\ncontent-length: {}\r\n\r\n{body}",
                body.len()
            );
            let stream = lines.get_mut().get_mut();
            stream.write_all(reply.as_bytes()).await.unwrap();
        }
    });
    format!("http://{address}")
}

#[tokio::test]
async fn after_five_quiet_minutes_it_is_asked_how_it_is() {
    let polls = Arc::default();
    let address = quiet_server(Arc::clone(&polls)).await;
    let session = signed_in("noojee", &settings(&address, "")).await;
    let mut events = session.listen().await.unwrap();
    tokio::time::pause();
    let began = tokio::time::Instant::now();
    let missed = tokio::time::timeout(Duration::from_secs(400), events.next()).await;
    let missed = missed.expect("in time").expect("no silent end");
    assert_eq!(missed.unwrap(), VendorEvent::Missed);
    assert_eq!(polls.load(Ordering::Relaxed), 10);
    assert!(began.elapsed() >= Duration::from_secs(300));
    assert_eq!(next(&mut events).await, ended("1.1"));
}
