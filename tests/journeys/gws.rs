//! What the pages of Genesys Web Services leave open (`docs/vendors/gws.md`, E1 to E8): the
//! adapter against simulators that each answer in another way.

use std::time::Duration;

use futures_util::StreamExt;
use pause::{CallId, Recorder, Wanted};
use secrecy::SecretString;
use simulators::audio::Script;
use simulators::{
    Advice, CallState, ErrorStatus, FailureEvent, Fault, GwsOptions, Options, Participants,
    Refusal, Simulator, Site, Transports, Truth, Vendor,
};
use tokio::time::{sleep, timeout};
use vendors::{Accepted, Control, Credentials, Events, Kind, Values, VendorError, VendorEvent};

use crate::watched::Watched;

const SOON: Duration = Duration::from_secs(10);

fn start(gws: GwsOptions) -> Watched {
    let options = Options {
        gws,
        ..Options::default()
    };
    Watched::start(Vendor::Gws, options)
}

async fn sign_in_as(
    simulator: &Simulator,
    secret: &str,
    more: &[(&str, &str)],
) -> Result<Box<dyn Control>, VendorError> {
    let settings: toml::Table = simulator
        .settings()
        .parse()
        .expect("what a simulator proposes is TOML");
    let mut settings = settings["gws"].as_table().expect("a section").clone();
    for (key, value) in more {
        settings.insert((*key).to_owned(), (*value).into());
    }
    let entry = vendors::find("gws").expect("it is in the list");
    let values = Values::read(entry.fields, &settings).expect("they are right one by one");
    let vendor = (entry.open)(&values).expect("they go together");
    let secret = Some(SecretString::from(secret));
    let http = controller::http_client().expect("this computer can make a client");
    vendor.sign_in(&http, &Credentials { secret }).await
}

async fn sign_in(simulator: &Simulator, more: &[(&str, &str)]) -> Box<dyn Control> {
    let secret = simulator.secret();
    let session = sign_in_as(simulator, &secret, more).await;
    session.expect("signing in works")
}

fn start_call(site: &Site) -> CallId {
    CallId::new(site.start_call(&site.agent(), Script::default()))
}

async fn next(events: &mut Events) -> Result<VendorEvent, Kind> {
    let event = events.next().await.expect("they do not just end");
    event.map_err(|error| error.kind)
}

async fn until_told(events: &mut Events, news: VendorEvent) {
    let told = async { while next(events).await.expect("all is well") != news {} };
    let told = timeout(SOON, told).await;
    told.unwrap_or_else(|_elapsed| panic!("{news:?} is never told"));
}

fn hint(call: &CallId, recorder: Recorder) -> VendorEvent {
    let call = call.clone();
    VendorEvent::Hint { call, recorder }
}

/// One call from its start to its end, paused and resumed on the way.
async fn a_call_goes_well(simulator: &Simulator, more: &[(&str, &str)]) {
    let (site, session) = (simulator.site(), sign_in(simulator, more).await);
    let mut events = session.listen().await.expect("it listens");
    let call = start_call(&site);
    until_told(&mut events, VendorEvent::CallStarted(call.clone())).await;
    let calls = session.calls().await;
    assert_eq!(calls.expect("a list"), std::slice::from_ref(&call));
    for (wanted, recorder, truth) in [
        (Wanted::Paused, Recorder::Paused, Truth::Paused),
        (Wanted::Recording, Recorder::Recording, Truth::Recording),
    ] {
        let taken = session.command(&call, wanted).await;
        assert_eq!(taken.expect("it is taken"), Accepted::Unproven);
        until_told(&mut events, hint(&call, recorder)).await;
        let read = session.recorder(&call).await;
        assert_eq!(read.expect("it is read"), recorder);
        assert_eq!(site.truth(call.as_str()), Some(truth));
    }
    site.set_call_state(call.as_str(), CallState::Held);
    until_told(&mut events, hint(&call, Recorder::Recording)).await;
    site.end_call(call.as_str());
    until_told(&mut events, VendorEvent::CallEnded(call.clone())).await;
    let gone = session.recorder(&call).await.map_err(|error| error.kind);
    assert_eq!(gone, Err(Kind::NoSuchCall));
}

#[tokio::test]
async fn with_a_token_on_everything_and_an_origin_demanded() {
    let simulator = start(GwsOptions {
        csrf_header: Some("X-Some-Token".to_owned()),
        csrf_on_events: true,
        origin_required: true,
        ..GwsOptions::default()
    });
    a_call_goes_well(&simulator, &[("csrf", "required")]).await;
    a_call_goes_well(&simulator, &[]).await;
}

#[tokio::test]
async fn with_objects_for_participants_and_errors_under_200() {
    let simulator = start(GwsOptions {
        participants: Participants::Objects,
        errors: ErrorStatus::Ok,
        conn_id: false,
        ..GwsOptions::default()
    });
    a_call_goes_well(&simulator, &[]).await;
    for unauthorized in [401, 403] {
        for errors in [ErrorStatus::Ok, ErrorStatus::Matching] {
            let simulator = start(GwsOptions {
                unauthorized,
                errors,
                ..GwsOptions::default()
            });
            let wrong = sign_in_as(&simulator, "not the secret", &[]).await;
            assert_eq!(wrong.err().unwrap().kind, Kind::SignInRejected);
        }
    }
}

#[tokio::test]
async fn with_older_servers_that_say_less_of_the_recorder() {
    for (recording_state, gsip_record) in [(false, true), (true, false), (false, false)] {
        let simulator = start(GwsOptions {
            recording_state,
            gsip_record,
            ..GwsOptions::default()
        });
        a_call_goes_well(&simulator, &[]).await;
    }
}

#[tokio::test]
async fn with_whatever_carries_the_events() {
    for (transports, transport) in [
        (Transports::Both, "auto"),
        (Transports::Both, "long-polling"),
        (Transports::Both, "websocket"),
        (Transports::LongPolling, "auto"),
        (Transports::WebSocket, "auto"),
        (Transports::WebSocket, "websocket"),
    ] {
        let simulator = start(GwsOptions {
            transports,
            poll_timeout: Duration::from_millis(300),
            poll_interval: Duration::from_millis(50),
            ..GwsOptions::default()
        });
        for channel in ["/v2/me/calls", "/v2/me/*", "/**"] {
            let more = [("transport", transport), ("channel", channel)];
            a_call_goes_well(&simulator, &more).await;
        }
    }
}

#[tokio::test]
async fn a_listener_that_was_forgotten_is_told_that_something_may_be_missing() {
    for transport in ["long-polling", "websocket"] {
        let simulator = start(GwsOptions::default());
        let (site, more) = (simulator.site(), [("transport", transport)]);
        let session = sign_in(&simulator, &more).await;
        let mut events = session.listen().await.unwrap();
        let call = start_call(&site);
        until_told(&mut events, VendorEvent::CallStarted(call.clone())).await;
        let forget = async {
            sleep(Duration::from_millis(400)).await;
            site.forget_listeners();
        };
        let (mended, ()) = tokio::join!(timeout(SOON, next_missed(&mut events)), forget);
        match mended.unwrap() {
            Ok(()) => {
                site.someone_sets(call.as_str(), Truth::Paused);
                until_told(&mut events, hint(&call, Recorder::Paused)).await;
            }
            // A server may also hang up.
            Err(kind) => assert_eq!(kind, Kind::NoAnswer, "{transport}"),
        }
    }
}

async fn next_missed(events: &mut Events) -> Result<(), Kind> {
    loop {
        match next(events).await {
            Ok(VendorEvent::Missed) => return Ok(()),
            Ok(_) => {}
            Err(kind) => return Err(kind),
        }
    }
}

#[tokio::test]
async fn a_listener_that_is_told_to_stay_away_does() {
    let simulator = start(GwsOptions {
        forgotten: Advice::None,
        poll_timeout: Duration::from_millis(200),
        ..GwsOptions::default()
    });
    let session = sign_in(&simulator, &[]).await;
    let mut events = session.listen().await.unwrap();
    simulator.site().forget_listeners();
    let ended = timeout(SOON, next_missed(&mut events)).await.unwrap();
    assert!(!ended.unwrap_err().ends_session());
}

#[tokio::test]
async fn a_command_that_fails_late_is_told_in_each_form() {
    for failure in [
        FailureEvent::Message,
        FailureEvent::WithCall,
        FailureEvent::StatusCode,
    ] {
        let simulator = start(GwsOptions {
            failure,
            refusal: Refusal::Later,
            ..GwsOptions::default()
        });
        let site = simulator.site();
        let session = sign_in(&simulator, &[]).await;
        let mut events = session.listen().await.unwrap();
        let call = start_call(&site);
        until_told(&mut events, VendorEvent::CallStarted(call.clone())).await;
        site.misbehave(Fault::Decline.on_commands());
        session.command(&call, Wanted::Paused).await.unwrap();
        let named = match failure {
            FailureEvent::Message => None,
            FailureEvent::WithCall | FailureEvent::StatusCode => Some(call.clone()),
        };
        until_told(&mut events, VendorEvent::Declined { call: named }).await;
        site.behave();
        assert_eq!(session.recorder(&call).await.unwrap(), Recorder::Recording);
    }
}

#[tokio::test]
async fn a_session_that_the_server_has_ended_is_over_where_there_is_a_token() {
    let simulator = start(GwsOptions {
        csrf_header: Some("X-CSRF-TOKEN".to_owned()),
        ..GwsOptions::default()
    });
    let site = simulator.site();
    let session = sign_in(&simulator, &[]).await;
    let call = start_call(&site);
    site.expire_sessions();
    let error = session.command(&call, Wanted::Paused).await.unwrap_err();
    assert_eq!(error.kind, Kind::SessionEnded);
    // Signing in once more mends it.
    let session = sign_in(&simulator, &[]).await;
    session.command(&call, Wanted::Paused).await.unwrap();
}
