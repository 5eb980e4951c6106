//! What `subscribe` tells.

use std::time::Duration;

use serde_json::{Value, json};
use simulators::audio::Script;
use simulators::{Fault, NoojeeOptions, Options, SequencePlace};

use super::{poll, start, with};

/// The statuses that a poll tells of the first agent's calls.
fn statuses(reply: &Value) -> Vec<(String, String)> {
    let entries = reply["Data"]["1684"].as_array().expect("a list");
    let text = |value: &Value| value.as_str().expect("a text").to_owned();
    let data = entries.iter().map(|entry| &entry["CallData"]);
    data.map(|data| (text(&data["uniqueCallId"]), text(&data["status"])))
        .collect()
}

fn seq(reply: &Value) -> u64 {
    let entries = reply["Data"]["1684"].as_array().expect("a list");
    let all = entries.iter().map(|it| it["CallData"]["seq"].as_u64());
    all.map(|seq| seq.expect("a number"))
        .max()
        .expect("an event")
}

#[test]
fn a_poll_without_a_wait_tells_how_it_is() {
    let (noojee, call) = start(Options::default());
    let second = noojee.site().start_call("1684", Script::new());
    noojee.site().start_call("1685", Script::new());
    let reply = poll(&noojee, "1684", 0, 0).json();
    let connected = |id: &str| (id.to_owned(), "Connected".to_owned());
    assert_eq!(statuses(&reply), [connected(&call), connected(&second)]);
    assert!(reply["Data"].get("1685").is_none());
    let both = poll(&noojee, "1684,1685", 0, 0).json();
    assert_eq!(both["Data"]["1685"].as_array().unwrap().len(), 1);
}

#[test]
fn a_poll_tells_each_event_once_and_several_together() {
    let (noojee, call) = start(Options::default());
    let site = noojee.site();
    poll(&noojee, "1684", 0, 0);
    let second = site.start_call("1684", Script::new());
    let first = poll(&noojee, "1684", 0, 10).json();
    let of = |id: &str, status: &str| (id.to_owned(), status.to_owned());
    let begins = ["Ringing", "Answer", "Connected"].map(|status| of(&second, status));
    assert_eq!(statuses(&first), begins);

    site.end_call(&call);
    let next = poll(&noojee, "1684", seq(&first), 10).json();

    assert_eq!(statuses(&next), [of(&call, "Hangup")]);
    assert_eq!(seq(&next), seq(&first) + 1);
}

#[test]
fn a_poll_waits_as_long_as_it_is_told_to_and_no_longer() {
    let (noojee, call) = start(Options::default());
    let site = noojee.site();
    let lasting = site.start_call("1685", Script::new());
    let seconds = || site.seconds(&lasting).expect("it goes on");
    poll(&noojee, "1684", 0, 0);
    let began = seconds();
    let reply = poll(&noojee, "1684", 0, 1).json();
    assert!(seconds() - began >= 1.0);
    assert_eq!(statuses(&reply), []);

    let ends = std::thread::spawn({
        let site = site.clone();
        move || {
            std::thread::sleep(Duration::from_millis(300));
            site.end_call(&call);
        }
    });
    let began = seconds();
    let reply = poll(&noojee, "1684", 0, 15).json();
    assert!(seconds() - began < 5.0);
    assert_eq!(statuses(&reply)[0].1, "Hangup");
    ends.join().unwrap();
}

#[test]
fn an_agent_who_calls_is_not_rung() {
    let (noojee, _) = start(with(NoojeeOptions {
        outbound: true,
        ..NoojeeOptions::default()
    }));
    poll(&noojee, "1684", 0, 0);
    noojee.site().start_call("1684", Script::new());
    let reply = poll(&noojee, "1684", 0, 10).json();
    assert_eq!(statuses(&reply)[0].1, "Dialing");
    assert_eq!(reply["Data"]["1684"][0]["CallData"]["inbound"], false);
}

#[test]
fn the_sequence_number_stands_where_it_is_set_up() {
    let (noojee, _) = start(with(NoojeeOptions {
        sequence: SequencePlace::TopLevel,
        ..NoojeeOptions::default()
    }));
    poll(&noojee, "1684", 0, 0);
    noojee.site().start_call("1684", Script::new());
    let reply = poll(&noojee, "1684", 0, 10).json();
    assert_eq!(reply["seq"], 3);
    assert!(reply["Data"]["1684"][0]["CallData"].get("seq").is_none());
    let nothing = poll(&noojee, "1684", 3, 1).json();
    assert_eq!(nothing, json!({ "Data": { "1684": [] }, "seq": 3 }));
}

#[test]
fn numbers_start_anew_with_the_server() {
    let (noojee, call) = start(Options::default());
    poll(&noojee, "1684", 0, 0);
    noojee.site().end_call(&call);
    let before = seq(&poll(&noojee, "1684", 0, 10).json());
    let second = noojee.site().start_call("1684", Script::new());
    let begun = seq(&poll(&noojee, "1684", before, 10).json());

    noojee.site().forget_listeners();

    let reply = poll(&noojee, "1684", begun, 10).json();
    assert_eq!(statuses(&reply), [(second, "Connected".to_owned())]);
    assert!(seq(&reply) < begun);
}

#[test]
fn events_are_lost_and_repeated_when_they_are_to_be() {
    let (noojee, call) = start(Options::default());
    let site = noojee.site();
    poll(&noojee, "1684", 0, 0);
    site.misbehave(Fault::LoseEvents);
    let second = site.start_call("1684", Script::new());
    assert_eq!(statuses(&poll(&noojee, "1684", 0, 1).json()), []);
    site.behave();
    site.misbehave(Fault::RepeatEvents(Duration::from_millis(300)).times(1));
    site.end_call(&call);
    let first = poll(&noojee, "1684", 0, 10).json();
    assert_eq!(statuses(&first), [(call.clone(), "Hangup".to_owned())]);
    let again = poll(&noojee, "1684", seq(&first), 10).json();
    assert_eq!(statuses(&again), statuses(&first));
    assert!(site.is_running(&second));
}
