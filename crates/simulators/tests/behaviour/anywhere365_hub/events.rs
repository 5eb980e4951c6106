//! What the hub tells, to whom and when, whatever its generation.

use serde_json::{Value, json};
use simulators::audio::Script;
use simulators::{
    Anywhere365Options, Bearer, EventArguments, Fault, Hub, Options, Simulator, Truth, Vendor,
};
use std::time::Duration;

use super::aspnet_core::{PATH, PING, event, negotiate, request, talking};
use super::classic::Client;
use super::wire::{Events, Socket, query};
use super::{Since, argument, hub, join_agent, start};
use crate::anywhere365::{set, state};
use crate::client::ask;

#[test]
fn every_action_is_told_by_its_number() {
    let (anywhere, call) = start(hub(Hub::Core));
    let mut socket = talking(&anywhere);
    for (action, number) in [
        ("Pause", 3),
        ("Start", 1),
        ("Save", 4),
        ("Delete", 5),
        ("Mark", 6),
        ("UnMark", 7),
        ("Stop", 2),
    ] {
        set(&anywhere, &call, action);
        assert_eq!(
            socket.next_but(PING),
            Some(event(&call, number)),
            "{action}"
        );
    }
}

#[test]
fn calls_that_begin_and_end_are_told_by_what_becomes_of_their_recorders() {
    for records_from_start in [true, false] {
        let options = Options {
            records_from_start,
            anywhere365: hub(Hub::Core),
            ..Options::default()
        };
        let anywhere = Simulator::start(Vendor::Anywhere365, options).unwrap();
        let mut socket = talking(&anywhere);
        let site = anywhere.site();
        let call = site.start_call(anywhere.sip_uri(), Script::new());
        if !records_from_start {
            site.someone_sets(&call, Truth::Recording);
        }
        assert_eq!(socket.next_but(PING), Some(event(&call, 1)));
        site.end_call(&call);
        assert_eq!(socket.next_but(PING), Some(event(&call, 2)));
        // And nothing else of it.
        let next = site.start_call(anywhere.sip_uri(), Script::new());
        site.someone_sets(&next, Truth::Paused);
        let told = socket.next_but(PING).unwrap();
        assert!(told.contains(&next), "{told}");
    }
}

#[test]
fn a_command_that_changes_nothing_is_not_told() {
    let (anywhere, call) = start(hub(Hub::Core));
    let mut socket = talking(&anywhere);
    let site = anywhere.site();
    site.misbehave(Fault::NoEffect.on_commands().times(2));
    for action in ["Pause", "Mark"] {
        set(&anywhere, &call, action);
    }
    site.misbehave(Fault::Decline.on_commands().times(1));
    set(&anywhere, &call, "Pause");
    set(&anywhere, &call, "Stop");
    assert_eq!(socket.next_but(PING), Some(event(&call, 2)));
}

#[test]
fn arguments_have_the_layout_that_is_set_up() {
    for hub_is in [Hub::Core, Hub::Classic] {
        for event_arguments in [
            EventArguments::Object,
            EventArguments::Scalars,
            EventArguments::Json,
        ] {
            let (anywhere, call) = start(Anywhere365Options {
                event_arguments,
                ..hub(hub_is)
            });
            let client;
            let mut socket = if hub_is == Hub::Core {
                talking(&anywhere)
            } else {
                client = Client::new(&anywhere);
                let mut socket = client.socket("connect", &[]).unwrap();
                socket.next();
                socket
            };
            anywhere.site().someone_sets(&call, Truth::Paused);
            let keep_alive = if hub_is == Hub::Core { PING } else { "{}" };
            let told = socket.next_but(keep_alive).unwrap();
            let told: Value = serde_json::from_str(told.trim_end_matches('\u{1e}')).unwrap();
            let arguments = match hub_is {
                Hub::Core => &told["arguments"],
                Hub::Classic | Hub::Off => &told["M"][0]["A"],
            };
            let object = argument(&call, 3);
            let expected = match event_arguments {
                EventArguments::Object => json!([object]),
                EventArguments::Scalars => json!(["ucc-demo-name", call, 3]),
                EventArguments::Json => json!([object.to_string()]),
            };
            assert_eq!(arguments, &expected, "{hub_is:?} {event_arguments:?}");
        }
    }
}

#[test]
fn events_are_lost_late_or_told_again_as_they_were() {
    let (anywhere, call) = start(hub(Hub::Core));
    let site = anywhere.site();
    let mut socket = talking(&anywhere);
    site.misbehave(Fault::LoseEvents.times(1));
    for truth in [Truth::Paused, Truth::Recording] {
        site.someone_sets(&call, truth);
    }
    assert_eq!(socket.next_but(PING), Some(event(&call, 1)), "one is lost");

    let by = Duration::from_millis(150);
    site.misbehave(Fault::DelayEvents(by).times(1));
    let began = Since::now();
    site.someone_sets(&call, Truth::Paused);
    assert_eq!(socket.next_but(PING), Some(event(&call, 3)));
    assert!(began.passed() >= by);

    site.misbehave(Fault::RepeatEvents(by).times(1));
    site.someone_sets(&call, Truth::Recording);
    site.someone_sets(&call, Truth::Paused);
    for action in [1, 3, 1] {
        assert_eq!(socket.next_but(PING), Some(event(&call, action)));
    }
}

#[test]
fn an_event_that_is_lost_is_lost_for_everybody() {
    let (anywhere, call) = start(hub(Hub::Core));
    let mut sockets = [talking(&anywhere), talking(&anywhere)];
    anywhere.site().misbehave(Fault::LoseEvents.times(1));
    for truth in [Truth::Paused, Truth::Recording] {
        anywhere.site().someone_sets(&call, truth);
    }
    for socket in &mut sockets {
        assert_eq!(socket.next_but(PING), Some(event(&call, 1)));
    }
}

#[test]
fn a_fault_waits_for_an_event_that_somebody_would_have_heard() {
    let (anywhere, call) = start(hub(Hub::Core));
    drop(talking(&anywhere));
    super::pause_briefly();
    anywhere.site().misbehave(Fault::LoseEvents.times(1));
    anywhere.site().someone_sets(&call, Truth::Paused);
    super::pause_briefly();
    let mut socket = talking(&anywhere);
    for truth in [Truth::Recording, Truth::Off] {
        anywhere.site().someone_sets(&call, truth);
    }
    assert_eq!(socket.next_but(PING), Some(event(&call, 2)));
}

#[test]
fn faults_of_requests_for_events_leave_the_rest_alone() {
    for (hub_is, negotiate) in [
        (Hub::Core, format!("POST {PATH}/negotiate")),
        (Hub::Classic, "GET /signalr/negotiate".to_owned()),
    ] {
        let (anywhere, call) = start(hub(hub_is));
        let fault = "status=503@events".parse::<simulators::Misbehaviour>();
        anywhere.site().misbehave(fault.unwrap());
        let reply = ask(&anywhere.base_url(), &negotiate, &[], "").unwrap();
        assert_eq!(reply.status, 503);
        assert_eq!(state(&anywhere, &call).status, 200);
        assert_eq!(set(&anywhere, &call, "Pause").status, 200);
    }
}

#[test]
fn a_hub_needs_the_token_as_everything_else_does() {
    let (anywhere, _) = start(Anywhere365Options {
        bearer: Bearer::Secret,
        ..hub(Hub::Core)
    });
    let url = anywhere.base_url();
    let secret = anywhere.secret();
    let bearer = format!("Bearer {secret}");
    let with: &[_] = &[("Authorization", bearer.as_str())];
    let in_query = query(&[("access_token", &secret)]);
    let post = format!("POST {PATH}/negotiate?negotiateVersion=1");
    assert_eq!(ask(&url, &post, &[], "").unwrap().status, 401);
    let wrong = [("Authorization", "Bearer wrong")];
    assert_eq!(ask(&url, &post, &wrong, "").unwrap().status, 401);
    // In the query it is looked at only where a browser has no other place for it.
    let elsewhere = format!("{post}&{in_query}");
    assert_eq!(ask(&url, &elsewhere, &[], "").unwrap().status, 401);
    let id = ask(&url, &post, with, "").unwrap().json()["connectionToken"].take();
    let target = format!("{PATH}?id={}", id.as_str().unwrap());
    let poll = format!("GET {target}&{in_query}");
    assert_eq!(ask(&url, &poll, &[], "").unwrap().status, 401);
    assert_eq!(Events::open(&url, &target, &[]).map(|_| ()), Err(401));
    assert!(Events::open(&url, &target, with).is_ok());
    assert_eq!(Socket::open(&url, PATH).map(|_| ()), Err(401));
    assert!(Socket::open(&url, &format!("{PATH}?{in_query}")).is_ok());
}

#[test]
fn a_classic_hub_takes_the_token_from_the_header_only() {
    let (anywhere, _) = start(Anywhere365Options {
        bearer: Bearer::Secret,
        ..hub(Hub::Classic)
    });
    let secret = anywhere.secret();
    let request = format!("GET /signalr/negotiate?access_token={secret}");
    let bearer = format!("Bearer {secret}");
    let status = |headers: &[(&str, &str)]| {
        let reply = ask(&anywhere.base_url(), &request, headers, "");
        reply.unwrap().status
    };
    assert_eq!(status(&[]), 401);
    assert_eq!(status(&[("Authorization", &bearer)]), 200);
}

#[test]
fn there_is_no_hub_unless_it_is_switched_on() {
    let (anywhere, _) = start(Anywhere365Options::default());
    assert_eq!(anywhere.hub_url(), None);
    for request in [
        "GET /signalr/negotiate".to_owned(),
        format!("POST {PATH}/negotiate"),
    ] {
        let reply = ask(&anywhere.base_url(), &request, &[], "").unwrap();
        assert_eq!(reply.status, 404, "{request}");
    }
}

#[test]
fn sockets_die_with_the_server() {
    let (mut anywhere, _) = start(hub(Hub::Core));
    let mut socket = talking(&anywhere);
    anywhere.stop();
    let read = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| socket.next_but(PING)));
    assert!(read.is_err(), "it is cut, not closed in order");
    anywhere.restart().unwrap();
    talking(&anywhere);
}

#[test]
fn five_hundred_agents_listen_and_each_hears_of_its_own_call() {
    let (anywhere, _) = start(Anywhere365Options {
        join: join_agent(),
        keep_alive: Some(Duration::from_secs(15)),
        ..hub(Hub::Core)
    });
    let site = anywhere.site();
    let mut agents: Vec<_> = (0..500)
        .map(|number| {
            let agent = format!("sip:agent{number}@domain.com");
            let call = site.start_call(&agent, Script::new());
            let mut socket = talking(&anywhere);
            let arguments = json!(["ucc-demo-name", agent]);
            let join = json!({ "type": 1, "target": "JoinAgent", "arguments": arguments });
            socket.say(&format!("{join}\u{1e}{PING}"));
            (call, socket)
        })
        .collect();
    std::thread::sleep(Duration::from_millis(500));
    let began = Since::now();
    for (call, _) in &agents {
        site.someone_sets(call, Truth::Paused);
    }
    for (call, socket) in &mut agents {
        assert_eq!(socket.next(), Some(event(call, 3)));
    }
    let took = began.passed();
    assert!(took < Duration::from_secs(5), "{took:?}");
}

#[test]
fn the_settings_say_how_to_listen() {
    let (anywhere, _) = start(hub(Hub::Core));
    let settings = anywhere.settings();
    let expected = "events = \"core\"\n\
                    hub_path = \"/attendantservice/hubs/recording\"\n\
                    event_arguments = \"object\"\n\
                    event_calls = \"known-only\"\n";
    assert!(settings.ends_with(expected), "{settings}");
    let url = anywhere.hub_url().unwrap();
    assert_eq!(url, format!("{}{PATH}", anywhere.base_url()));
    assert!(anywhere.introduction().contains(&("event hub", url)));

    let (anywhere, _) = start(Anywhere365Options {
        event_arguments: EventArguments::Scalars,
        join: join_agent(),
        ..hub(Hub::Classic)
    });
    let settings = anywhere.settings();
    let expected = "events = \"classic\"\n\
                    hub_path = \"/signalr\"\n\
                    event_arguments = \"scalars\"\n\
                    hub_name = \"RecordingHub\"\n\
                    hub_join = \"JoinAgent\"\n\
                    hub_join_arguments = \"ucc,requester\"\n\
                    event_calls = \"of-this-agent\"\n";
    assert!(settings.ends_with(expected), "{settings}");
}

#[test]
fn whoever_has_not_negotiated_hears_of_no_change_before() {
    let (anywhere, call) = start(hub(Hub::Core));
    anywhere.site().someone_sets(&call, Truth::Paused);
    let query = format!("?id={}", negotiate(&anywhere));
    request(&anywhere, "GET", &query, "");
    request(&anywhere, "POST", &query, super::aspnet_core::HANDSHAKE);
    let told = super::wire::text(&request(&anywhere, "GET", &query, ""));
    assert_eq!(told, "{}\u{1e}");
}
