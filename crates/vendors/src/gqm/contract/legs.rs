//! A call of several couples: all are acted on, or it is said that they were not.

use futures_util::StreamExt;
use pause::Recorder;

use super::*;
use crate::{Events, VendorEvent};

async fn paused(server: &MockServer) -> Result<Accepted, Kind> {
    let session = session(server, "").await;
    let answer = session.command(&call(), Wanted::Paused).await;
    answer.map_err(|error| {
        assert_eq!(error.operation, Operation::Pause);
        assert_harmless(&error);
        error.kind
    })
}

/// How many commands have been sent.
async fn posts(server: &MockServer) -> usize {
    let requests = asked(server).await;
    let commands = requests
        .iter()
        .filter(|request| request.url.path().ends_with("/pausedState"));
    commands.count()
}

#[tokio::test]
async fn without_a_couple_there_is_no_call() {
    let server = server_with(&[]).await;
    assert_eq!(paused(&server).await, Err(Kind::NoSuchCall));
    assert_eq!(lines(&server).await.len(), 1);
}

#[tokio::test]
async fn a_couple_that_may_not_be_touched_keeps_all_of_them_from_it() {
    let server = server_with(&["24197"]).await;
    takes(&server, "24197", 200).await;
    let seen = rows(&server, &["24197"]);
    let hidden = seen.replace(
        "</couples></couples>",
        "</couples><couples id=\"1\" callId=\"2\"/></couples>",
    );
    let unpausable = rows(&server, &["24197", "24198"]);
    let at = format!("{COUPLES}/24198");
    answers(&server, "GET", &at, xml("<couple/>")).await;
    for (list, right) in [
        (hidden, "Call List"),
        (unpausable, "Pause and Resume Calls"),
    ] {
        answers(&server, "GET", COUPLES, xml(&list)).await;
        let answer = paused(&server).await;
        assert!(
            matches!(answer, Err(Kind::NotPermitted(what)) if what.contains(right)),
            "{answer:?}"
        );
        assert_eq!(posts(&server).await, 0, "nothing was done");
    }
}

#[tokio::test]
async fn part_of_it_is_said_to_be_part_and_the_rest_is_paused_all_the_same() {
    for (statuses, kind, commands) in [
        ([200, 500, 200], Err(Kind::Partly), 3),
        ([500, 200, 200], Err(Kind::Partly), 3),
        ([409, 200, 200], Err(Kind::Partly), 3),
        ([200, 200, 403], Err(Kind::Partly), 3),
        // The next one would fare no better.
        ([200, 403, 200], Err(Kind::Partly), 2),
        ([403, 200, 200], Err(Kind::SessionEnded), 1),
        (
            [429, 200, 200],
            Err(Kind::Throttled { retry_after: None }),
            1,
        ),
        // Whatever leaves a doubt counts for more than a refusal.
        ([409, 502, 503], Err(Kind::ServerFailed(502)), 3),
        ([503, 409, 409], Err(Kind::ServerFailed(503)), 3),
        // Those that have ended meanwhile are none.
        ([404, 200, 404], Ok(Accepted::Unproven), 3),
        ([404, 500, 404], Err(Kind::ServerFailed(500)), 3),
        ([404, 404, 404], Err(Kind::NoSuchCall), 3),
    ] {
        let couples = ["24197", "24198", "24199"];
        let server = server_with(&couples).await;
        for (couple, status) in couples.iter().zip(statuses) {
            takes(&server, couple, status).await;
        }
        assert_eq!(paused(&server).await, kind, "{statuses:?}");
        assert_eq!(posts(&server).await, commands, "{statuses:?}");
    }
}

#[tokio::test]
async fn a_couple_that_ends_before_its_details_are_read_is_none() {
    let server = server_with(&["24198"]).await;
    takes(&server, "24198", 200).await;
    lists(&server, &["24197", "24198"]).await;
    assert_eq!(paused(&server).await, Ok(Accepted::Unproven));
    lists(&server, &["24197"]).await;
    assert_eq!(paused(&server).await, Err(Kind::NoSuchCall));
    assert_eq!(posts(&server).await, 1);
}

#[tokio::test]
async fn each_press_looks_the_couples_up_afresh() {
    let server = server_with(&["24197", "24198"]).await;
    takes(&server, "24197", 200).await;
    takes(&server, "24198", 200).await;
    lists(&server, &["24197"]).await;
    let session = session(&server, "").await;
    session.command(&call(), Wanted::Paused).await.unwrap();
    lists(&server, &["24197", "24198"]).await;
    session.command(&call(), Wanted::Recording).await.unwrap();
    assert_eq!(posts(&server).await, 3);
}

#[tokio::test]
async fn the_first_couple_alone_is_paused_where_that_is_set_up() {
    let server = server_with(&["24197", "24198"]).await;
    takes(&server, "24197", 200).await;
    let session = session(&server, "couples = \"first\"").await;
    let mut events = session.listen().await.unwrap();
    session.command(&call(), Wanted::Paused).await.unwrap();
    assert_eq!(posts(&server).await, 1);
    session.calls().await.unwrap();
    assert_eq!(told(&mut events), None, "the second one is not the agent's");
    lists(&server, &["24198", "24197"]).await;
    session.calls().await.unwrap();
    assert_eq!(told(&mut events), Some(recording(call())));
}

/// What is there to be heard without waiting.
fn told(events: &mut Events) -> Option<VendorEvent> {
    use futures_util::FutureExt;
    let event = events.next().now_or_never()?;
    Some(event.expect("it never ends").expect("it never fails"))
}

fn recording(call: CallId) -> VendorEvent {
    let recorder = Recorder::Recording;
    VendorEvent::Hint { call, recorder }
}

#[tokio::test]
async fn a_couple_that_comes_while_the_others_are_paused_is_hinted() {
    let server = server_with(&["24197", "24198"]).await;
    takes(&server, "24197", 200).await;
    takes(&server, "24198", 200).await;
    lists(&server, &["24197"]).await;
    let session = session(&server, "").await;
    let mut events = session.listen().await.unwrap();
    let asked_by = CallId::new("phone 1684");

    lists(&server, &["24197", "24198"]).await;
    session.calls().await.unwrap();
    assert_eq!(told(&mut events), None, "nothing is paused");

    lists(&server, &["24197"]).await;
    session.command(&asked_by, Wanted::Paused).await.unwrap();
    session.calls().await.unwrap();
    assert_eq!(told(&mut events), None, "all of it is paused");

    lists(&server, &["24197", "24198"]).await;
    session.calls().await.unwrap();
    assert_eq!(told(&mut events), Some(recording(asked_by.clone())));
    session.calls().await.unwrap();
    assert_eq!(
        told(&mut events),
        Some(recording(asked_by.clone())),
        "still"
    );
    assert_eq!(told(&mut events), None);

    session.command(&asked_by, Wanted::Paused).await.unwrap();
    session.calls().await.unwrap();
    assert_eq!(told(&mut events), None, "it has been paused too");

    lists(&server, &["24198"]).await;
    session.calls().await.unwrap();
    assert_eq!(told(&mut events), None, "the first one has ended");

    session.command(&asked_by, Wanted::Recording).await.unwrap();
    lists(&server, &["24197", "24198", "24199"]).await;
    session.calls().await.unwrap();
    assert_eq!(told(&mut events), None, "it was resumed");
}

#[tokio::test]
async fn a_list_that_was_asked_for_before_the_pause_says_nothing_of_it() {
    let server = server_with(&["24197"]).await;
    takes(&server, "24197", 200).await;
    let session = session(&server, "").await;
    let mut events = session.listen().await.unwrap();
    session.command(&call(), Wanted::Paused).await.unwrap();
    let late = xml(&rows(&server, &["24196", "24197"]));
    Mock::given(path(COUPLES))
        .respond_with(late.set_delay(std::time::Duration::from_millis(200)))
        .up_to_n_times(1)
        .with_priority(newest())
        .mount(&server)
        .await;
    let pause_meanwhile = async {
        while asked_in_session(&server).await.len() < 4 {
            tokio::task::yield_now().await;
        }
        session.command(&call(), Wanted::Paused).await.unwrap();
    };
    let (calls, ()) = tokio::join!(session.calls(), pause_meanwhile);
    calls.unwrap();
    assert_eq!(told(&mut events), None);
}

#[tokio::test]
async fn hints_that_nobody_hears_are_not_piled_up() {
    let server = server_with(&["24197"]).await;
    takes(&server, "24197", 200).await;
    let session = session(&server, "").await;
    let mut first = session.listen().await.unwrap();
    session.command(&call(), Wanted::Paused).await.unwrap();
    lists(&server, &["24199"]).await;
    for _ in 0..20 {
        session.calls().await.unwrap();
    }
    let mut heard = 0;
    while told(&mut first).is_some() {
        heard += 1;
    }
    assert!((1..=8).contains(&heard), "{heard}");
    let mut second = session.listen().await.unwrap();
    session.calls().await.unwrap();
    assert_eq!(told(&mut second), Some(recording(call())));
    assert_eq!(told(&mut first), None, "it stays silent");
}
