//! The adapter of Anywhere365 against a simulated event hub, in both generations of SignalR and
//! by each transport.

use std::time::Duration;

use futures_util::StreamExt;
use pause::{CallId, Recorder};
use simulators::audio::Script;
use simulators::{
    Anywhere365Options, Bearer, EventArguments, Fault, Hub, Join, JoinArgument, Options, Site,
    Truth,
};
use vendors::{Control, Credentials, Events, Kind, Values, VendorError, VendorEvent};

use crate::watched::Watched;

/// Longer than anything may take here.
const PATIENCE: Duration = Duration::from_secs(10);

const HUBS: [Hub; 2] = [Hub::Classic, Hub::Core];

const TRANSPORTS: [&str; 3] = ["websockets", "server-sent-events", "long-polling"];

/// An agent who is signed in at a server with a hub.
struct Listener {
    simulator: Watched,
    control: Box<dyn Control>,
}

impl Listener {
    async fn new(options: Anywhere365Options, more: &[(&str, &str)]) -> Self {
        let options = Options {
            anywhere365: options,
            ..Options::default()
        };
        let simulator = Watched::start(simulators::Vendor::Anywhere365, options);
        let file: toml::Table = simulator.settings().parse().expect("it is TOML");
        let entry = vendors::find("anywhere365").expect("it is in the list");
        let mut table = file[entry.name].as_table().expect("a section").clone();
        for (key, value) in more {
            table.insert((*key).to_owned(), (*value).into());
        }
        let values = Values::read(entry.fields, &table).expect("the settings are right");
        let vendor = (entry.open)(&values).expect("they fit together");
        assert!(vendor.capabilities().hints);
        let http = controller::http_client().expect("this computer can make a client");
        let credentials = Credentials {
            secret: Some(simulator.secret().into()),
        };
        let control = vendor.sign_in(&http, &credentials).await;
        let control = control.expect("signing in works");
        Self { simulator, control }
    }

    async fn by(hub: Hub, transport: &str) -> Self {
        Self::new(options(hub), &[("hub_transport", transport)]).await
    }

    fn site(&self) -> Site {
        self.simulator.site()
    }

    async fn listen(&self) -> Events {
        let listen = || tokio::time::timeout(PATIENCE, self.control.listen());
        let events = match listen().await.expect("in time") {
            // The client may not have noticed yet that a connection is gone; the engine tries
            // again, too.
            Err(error) if error.kind == Kind::NoAnswer => listen().await.expect("in time"),
            first => first,
        };
        events.expect("the hub takes us on")
    }

    fn start_call(&self) -> CallId {
        let site = self.site();
        CallId::new(site.start_call(&site.agent(), Script::default()))
    }
}

fn options(hub: Hub) -> Anywhere365Options {
    Anywhere365Options {
        hub,
        keep_alive: Some(Duration::from_millis(500)),
        ..Anywhere365Options::default()
    }
}

async fn next(events: &mut Events) -> Result<VendorEvent, VendorError> {
    let event = tokio::time::timeout(PATIENCE, events.next()).await;
    event
        .expect("in time")
        .expect("it ends with an error and not with silence")
}

/// The next one must be this hint.
async fn hears(events: &mut Events, call: &CallId, recorder: Recorder) {
    let expected = VendorEvent::Hint {
        call: call.clone(),
        recorder,
    };
    assert_eq!(next(events).await.expect("the channel is open"), expected);
}

/// What the hub tells of a call from its start to its end.
async fn hears_a_whole_call(listener: &Listener, events: &mut Events) {
    let call = listener.start_call();
    hears(events, &call, Recorder::Recording).await;
    for (truth, recorder) in [
        (Truth::Paused, Recorder::Paused),
        (Truth::Recording, Recorder::Recording),
        (Truth::Off, Recorder::Off),
    ] {
        listener.site().someone_sets(call.as_str(), truth);
        hears(events, &call, recorder).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_someone_else_does_is_told_by_each_hub_and_transport() {
    for hub in HUBS {
        for transport in TRANSPORTS {
            let listener = Listener::by(hub, transport).await;
            let mut events = listener.listen().await;
            hears_a_whole_call(&listener, &mut events).await;
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_generation_is_found_out_and_remembered() {
    for hub in HUBS {
        let more = [("events", "auto"), ("hub_name", "recordinghub")];
        let listener = Listener::new(options(hub), &more).await;
        let mut events = listener.listen().await;
        hears_a_whole_call(&listener, &mut events).await;
        drop(events);
        let before = negotiations(&listener);
        let mut events = listener.listen().await;
        assert_eq!(negotiations(&listener), before + 1);
        hears_a_whole_call(&listener, &mut events).await;
    }
}

fn negotiations(listener: &Listener) -> usize {
    let requests = listener.site().requests();
    let negotiations = requests
        .iter()
        .filter(|request| request.path.ends_with("/negotiate"));
    negotiations.count()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_hub_that_has_to_be_joined_is_joined_and_tells_of_this_agent_alone() {
    for hub in HUBS {
        for transport in TRANSPORTS {
            let joined = Anywhere365Options {
                join: Some(Join {
                    method: "Subscribe".to_owned(),
                    arguments: vec![JoinArgument::Ucc, JoinArgument::Requester],
                }),
                bearer: Bearer::Issued {
                    life: Duration::from_secs(60),
                },
                ..options(hub)
            };
            let listener = Listener::new(joined, &[("hub_transport", transport)]).await;
            let mut events = listener.listen().await;
            let site = listener.site();
            site.start_call("sip:somebody.else@domain.com", Script::default());
            let call = listener.start_call();
            let started = next(&mut events).await.expect("the channel is open");
            assert_eq!(started, VendorEvent::CallStarted(call.clone()));
            hears(&mut events, &call, Recorder::Recording).await;
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_join_that_the_hub_refuses_is_a_problem_that_says_what_to_do() {
    for hub in HUBS {
        for transport in TRANSPORTS {
            let more = [("hub_join", "NoSuchMethod"), ("hub_transport", transport)];
            let listener = Listener::new(options(hub), &more).await;
            let opened = tokio::time::timeout(PATIENCE, listener.control.listen()).await;
            let error = opened.expect("in time").err().expect("nobody joined");
            assert!(error.to_string().contains("hub_join"), "{error}");
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn each_layout_of_an_event_is_read() {
    for hub in HUBS {
        for event_arguments in [
            EventArguments::Object,
            EventArguments::Scalars,
            EventArguments::Json,
        ] {
            let laid_out = Anywhere365Options {
                event_arguments,
                ..options(hub)
            };
            let listener = Listener::new(laid_out, &[]).await;
            let mut events = listener.listen().await;
            hears_a_whole_call(&listener, &mut events).await;
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_hub_that_has_forgotten_its_listeners_can_be_listened_to_again() {
    for hub in HUBS {
        for transport in TRANSPORTS {
            let listener = Listener::by(hub, transport).await;
            let mut events = listener.listen().await;
            hears_a_whole_call(&listener, &mut events).await;
            listener.site().forget_listeners();
            // It may be mended first, and then it has missed something.
            let error = loop {
                match next(&mut events).await {
                    Ok(event) => assert_eq!(event, VendorEvent::Missed),
                    Err(error) => break error,
                }
            };
            assert!(!error.kind.ends_session(), "{error}");
            let mut events = listener.listen().await;
            hears_a_whole_call(&listener, &mut events).await;
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_connection_that_breaks_ends_or_is_mended_and_says_that_it_has_missed_something() {
    for hub in HUBS {
        for transport in TRANSPORTS {
            let mut listener = Listener::by(hub, transport).await;
            let mut events = listener.listen().await;
            hears_a_whole_call(&listener, &mut events).await;
            listener.simulator.stop();
            let told = next(&mut events).await;
            if let Ok(event) = told {
                assert_eq!(event, VendorEvent::Missed);
                next(&mut events).await.expect_err("nobody is there");
            }
            listener.simulator.restart().expect("the port is free");
            let mut events = listener.listen().await;
            hears_a_whole_call(&listener, &mut events).await;
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_event_that_is_lost_costs_nothing_but_time() {
    for hub in HUBS {
        let listener = Listener::by(hub, "auto").await;
        let mut events = listener.listen().await;
        listener.site().misbehave(Fault::LoseEvents);
        let call = listener.start_call();
        listener.site().someone_sets(call.as_str(), Truth::Paused);
        let told = tokio::time::timeout(Duration::from_secs(1), events.next()).await;
        assert!(told.is_err(), "{told:?}");
        let recorder = listener.control.recorder(&call).await;
        assert_eq!(recorder.expect("it is read back"), Recorder::Paused);
        // One that is told twice is two hints.
        listener.site().behave();
        listener
            .site()
            .misbehave(Fault::RepeatEvents(Duration::from_millis(50)));
        listener
            .site()
            .someone_sets(call.as_str(), Truth::Recording);
        hears(&mut events, &call, Recorder::Recording).await;
        hears(&mut events, &call, Recorder::Recording).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_hub_that_has_nothing_to_say_is_not_taken_for_dead() {
    for hub in HUBS {
        for transport in TRANSPORTS {
            let idle = Anywhere365Options {
                // Silence of twice that is death in the classic generation.
                keep_alive: Some(Duration::from_millis(500)),
                poll_timeout: Some(Duration::from_millis(500)),
                ..options(hub)
            };
            let listener = Listener::new(idle, &[("hub_transport", transport)]).await;
            let mut events = listener.listen().await;
            let told = tokio::time::timeout(Duration::from_millis(1800), events.next()).await;
            assert!(told.is_err(), "{transport}: {told:?}");
            hears_a_whole_call(&listener, &mut events).await;
        }
    }
}
