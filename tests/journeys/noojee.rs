//! Noojee, where a pause is a stop and calls are told of by long polls.

use std::time::Duration;

use controller::view::DisplayName;
use futures_util::StreamExt;
use pause::{CallId, Wanted};
use secrecy::SecretString;
use simulators::audio::Script;
use simulators::{Fault, NoojeeOptions, Options, Schemes, SequencePlace, Simulator, Truth, Vendor};
use vendors::{Control, Credentials, Events, Kind, Values, VendorEvent};

use crate::desk::Desk;
use crate::watched::Watched;

fn simulator(noojee: NoojeeOptions) -> Watched {
    let options = Options {
        noojee,
        ..Options::default()
    };
    Watched::start(Vendor::Noojee, options)
}

/// Signed in with what the simulator proposes, and this on top.
async fn session(simulator: &Simulator, more: &str) -> Box<dyn Control> {
    let file = format!("{}{more}", simulator.settings());
    let file: toml::Table = file.parse().expect("it is TOML");
    let entry = vendors::find("noojee").expect("it is in the list");
    let table = file["noojee"].as_table().expect("it is a section");
    let values = Values::read(entry.fields, table).expect("they are right");
    let vendor = (entry.open)(&values).expect("they go together");
    let secret = Some(SecretString::from(simulator.secret()));
    let http = controller::http_client().expect("this computer can make one");
    let session = vendor.sign_in(&http, &Credentials { secret }).await;
    session.expect("signing in works")
}

async fn next(events: &mut Events) -> VendorEvent {
    let event = tokio::time::timeout(Duration::from_secs(10), events.next()).await;
    event
        .expect("in time")
        .expect("no end")
        .expect("no failure")
}

fn started(id: &str) -> VendorEvent {
    VendorEvent::CallStarted(CallId::new(id))
}

fn ended(id: &str) -> VendorEvent {
    VendorEvent::CallEnded(CallId::new(id))
}

#[tokio::test]
async fn calls_are_told_of_wherever_the_number_stands_and_whoever_called() {
    for (sequence, outbound, more) in [
        (SequencePlace::CallData, false, ""),
        (
            SequencePlace::CallData,
            true,
            "sequence = \"Data.*.*.CallData.seq\"",
        ),
        (SequencePlace::TopLevel, false, ""),
        (SequencePlace::TopLevel, true, "sequence = \"seq\""),
    ] {
        let simulator = simulator(NoojeeOptions {
            sequence,
            outbound,
            ..NoojeeOptions::default()
        });
        let site = simulator.site();
        let there = site.start_call("1684", Script::new());
        let session = session(&simulator, more).await;
        let mut events = session.listen().await.unwrap();
        assert_eq!(session.calls().await.unwrap(), [CallId::new(&*there)]);
        site.start_call("1685", Script::new());
        let second = site.start_call("1684", Script::new());
        assert_eq!(next(&mut events).await, started(&second));
        site.end_call(&there);
        assert_eq!(next(&mut events).await, ended(&there));
        site.end_call(&second);
        assert_eq!(next(&mut events).await, ended(&second));
    }
}

#[tokio::test]
async fn a_server_that_has_begun_anew_is_caught_up_with() {
    for sequence in [SequencePlace::CallData, SequencePlace::TopLevel] {
        let simulator = simulator(NoojeeOptions {
            sequence,
            ..NoojeeOptions::default()
        });
        let site = simulator.site();
        let session = session(&simulator, "").await;
        let mut events = session.listen().await.unwrap();
        let first = site.start_call("1684", Script::new());
        assert_eq!(next(&mut events).await, started(&first));

        site.misbehave(Fault::LoseEvents);
        site.end_call(&first);
        let second = site.start_call("1684", Script::new());
        tokio::time::sleep(Duration::from_millis(200)).await;
        site.behave();
        site.forget_listeners();

        assert_eq!(next(&mut events).await, VendorEvent::Missed);
        assert_eq!(next(&mut events).await, ended(&first));
        assert_eq!(next(&mut events).await, started(&second));
        site.end_call(&second);
        assert_eq!(next(&mut events).await, ended(&second));
    }
}

#[tokio::test]
async fn a_server_that_has_begun_anew_with_no_call_on_is_caught_up_with() {
    let simulator = simulator(NoojeeOptions::default());
    let site = simulator.site();
    let session = session(&simulator, "").await;
    let mut events = session.listen().await.unwrap();
    let first = site.start_call("1684", Script::new());
    assert_eq!(next(&mut events).await, started(&first));
    site.end_call(&first);
    assert_eq!(next(&mut events).await, ended(&first));
    let before = site.requests().len();
    site.forget_listeners();
    tokio::time::timeout(Duration::from_millis(500), events.next())
        .await
        .unwrap_err();
    assert!(site.requests().len() - before < 5, "{:#?}", site.requests());
    let second = site.start_call("1684", Script::new());
    assert_eq!(next(&mut events).await, started(&second));
}

#[tokio::test]
async fn an_event_that_comes_again_says_nothing_new() {
    let simulator = simulator(NoojeeOptions::default());
    let site = simulator.site();
    let session = session(&simulator, "").await;
    let mut events = session.listen().await.unwrap();
    site.misbehave(Fault::RepeatEvents(Duration::from_millis(300)));
    let first = site.start_call("1684", Script::new());
    assert_eq!(next(&mut events).await, started(&first));
    site.end_call(&first);
    assert_eq!(next(&mut events).await, ended(&first));
    let more = tokio::time::timeout(Duration::from_millis(800), events.next()).await;
    assert!(more.is_err(), "{more:?}");
}

#[tokio::test]
async fn with_hashes_an_hour_more_or_less_does_not_matter() {
    let simulator = simulator(NoojeeOptions {
        schemes: Schemes::Hash,
        ..NoojeeOptions::default()
    });
    let site = simulator.site();
    let call = site.start_call("1684", Script::new());
    let session = session(&simulator, "").await;
    let id = CallId::new(&*call);
    session.command(&id, Wanted::Paused).await.unwrap();
    assert_eq!(site.truth(&call), Some(Truth::Off));
    let before = site.requests().len();
    site.let_time_pass(Duration::from_secs(2 * 60 * 60));
    session.command(&id, Wanted::Recording).await.unwrap();
    assert_eq!(site.truth(&call), Some(Truth::Recording));
    let paths: Vec<_> = site.requests()[before..]
        .iter()
        .map(|it| it.path.clone())
        .collect();
    let api = "/servicemanager/rest";
    let start = format!("{api}/CallManagementAPI/start");
    assert_eq!(paths, [start.clone(), format!("{api}/Time"), start]);
    assert_eq!(site.legs(&call).len(), 2);
}

#[tokio::test]
async fn a_stop_that_the_campaign_refuses_is_refused() {
    let simulator = simulator(NoojeeOptions {
        recorded_by_policy: true,
        without_prefix: true,
        error_status: 409,
        ..NoojeeOptions::default()
    });
    let call = simulator.site().start_call("1684", Script::new());
    let session = session(&simulator, "").await;
    let error = session.command(&CallId::new(&*call), Wanted::Paused).await;
    assert_eq!(error.unwrap_err().kind, Kind::Refused("code -1".to_owned()));
    assert_eq!(simulator.site().truth(&call), Some(Truth::Recording));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_call_that_nobody_told_of_is_paused_and_goes_on_as_another_leg() {
    let mut desk = Desk::new(Vendor::Noojee);
    desk.shows(DisplayName::NoCall).await;
    let site = desk.site();
    // Not told by anybody but Noojee.
    tokio::time::sleep(Duration::from_millis(300)).await;
    let call = site.start_call(&site.agent(), Script::default());
    desk.shows(DisplayName::Unknown).await;

    desk.want(Wanted::Paused);
    desk.shows(DisplayName::PauseSent).await;
    assert_eq!(site.truth(&call), Some(Truth::Off));

    desk.want(Wanted::Recording);
    desk.shows(DisplayName::Unknown).await;
    assert_eq!(site.truth(&call), Some(Truth::Recording));
    let legs = site.legs(&call);
    assert_eq!(legs.len(), 2);
    assert_eq!(legs[1].owner.as_deref(), Some("Fred"));
    site.end_call(&call);
    desk.shows(DisplayName::NoCall).await;
}
