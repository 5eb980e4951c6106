//! Which events come, to whom, and when.

use std::time::Duration;

use serde_json::{Value, json};
use simulators::audio::Script;
use simulators::{CallState, Fault, GwsOptions, Simulator, Truth};

use super::{Program, on_a_call, prompt, start, with};

/// What an event says in short: its kind, and the call's state and recorder.
fn gist(event: &Value) -> [&str; 3] {
    [
        &event["notificationType"],
        &event["call"]["state"],
        &event["call"]["recordingState"],
    ]
    .map(|it| it.as_str().unwrap_or_default())
}

fn listening(options: GwsOptions) -> (Simulator, Program, String, String) {
    let (gws, mut program, call) = on_a_call(options);
    let client = program.listen("/v2/me/calls");
    (gws, program, call, client)
}

#[test]
fn a_call_is_told_from_its_start_to_its_end() {
    let gws = start(with(prompt()));
    let site = gws.site();
    let mut program = Program::of(&gws);
    let client = program.listen("/v2/me/calls");

    let call = site.start_call(&site.agent(), Script::new());
    let started = program.events(&client, 1);
    assert_eq!(
        gist(&started[0]),
        ["StatusChange", "Established", "Recording"]
    );
    assert_eq!(started[0]["call"]["id"], *call);
    assert_eq!(started[0]["phoneNumber"], "5001");
    site.set_call_state(&call, CallState::Held);
    let held = program.events(&client, 1);
    assert_eq!(gist(&held[0]), ["StatusChange", "Held", "Recording"]);
    site.set_call_state(&call, CallState::Established);
    program.events(&client, 1);
    program.operate(&call, "PauseCallRecording");
    let paused = program.events(&client, 1);
    assert_eq!(
        gist(&paused[0]),
        ["CallRecordingStateChange", "Established", "Paused"]
    );
    site.someone_sets(&call, Truth::Recording);
    let resumed = program.events(&client, 1);
    assert_eq!(
        gist(&resumed[0]),
        ["CallRecordingStateChange", "Established", "Recording"]
    );
    site.end_call(&call);
    let ended = program.events(&client, 2);
    assert_eq!(
        gist(&ended[0]),
        ["CallRecordingStateChange", "Established", "Stopped"]
    );
    assert_eq!(gist(&ended[1]), ["StatusChange", "Released", "Stopped"]);
    assert_eq!(ended[1]["call"]["id"], *call);
}

#[test]
fn events_keep_their_order_and_tell_what_was_true_then() {
    let (gws, mut program, call, client) = listening(prompt());
    let site = gws.site();
    for truth in [
        Truth::Paused,
        Truth::Recording,
        Truth::Off,
        Truth::Recording,
        Truth::Paused,
    ] {
        site.someone_sets(&call, truth);
    }
    let events = program.events(&client, 5);
    let told: Vec<_> = events.iter().map(|event| gist(event)[2]).collect();
    assert_eq!(
        told,
        ["Paused", "Recording", "Stopped", "Recording", "Paused"]
    );
}

#[test]
fn events_go_to_their_agent_and_to_whom_has_subscribed() {
    let gws = start(with(prompt()));
    let site = gws.site();
    let other = "b@acme.example";
    site.add_agent(other);
    let mut programs: Vec<_> = [&*site.agent(), other, &*site.agent()]
        .iter()
        .map(|agent| Program::of_agent(&gws, agent))
        .collect();
    let clients = [
        programs[0].listen("/v2/me/*"),
        programs[1].listen("/**"),
        programs[2].listen("/v2/me/devices"),
    ];
    let calls = [site.agent(), other.to_owned()].map(|it| site.start_call(&it, Script::new()));
    for (number, call) in calls.iter().enumerate() {
        let events = programs[number].events(&clients[number], 1);
        assert_eq!(events.len(), 1);
        assert_eq!(events[0]["call"]["id"], **call);
    }
    // In a hurry: what waits is brought, and nothing is waited for.
    for (program, client) in programs.iter_mut().zip(&clients) {
        let poll = json!([{
            "channel": "/meta/connect", "clientId": client, "connectionType": "long-polling",
            "advice": { "timeout": 0 },
        }]);
        assert_eq!(program.bayeux(&poll).len(), 1);
    }

    let unsubscribe = json!([{
        "channel": "/meta/unsubscribe", "clientId": clients[0], "subscription": "/v2/me/*",
    }]);
    programs[0].bayeux(&unsubscribe);
    site.someone_sets(&calls[0], Truth::Paused);
    site.someone_sets(&calls[1], Truth::Paused);
    programs[1].events(&clients[1], 1);
    // The other agent's event came after, and this one's would have been there.
    let poll = json!([{
        "channel": "/meta/connect", "clientId": clients[0], "connectionType": "long-polling",
        "advice": { "timeout": 0 },
    }]);
    assert_eq!(programs[0].bayeux(&poll).len(), 1);
}

#[test]
fn each_of_an_agents_clients_is_told() {
    let (gws, mut program, call, client) = listening(prompt());
    let mut another = Program::of(&gws);
    let second = another.listen("/v2/me/calls");
    gws.site().someone_sets(&call, Truth::Paused);
    assert_eq!(gist(&program.events(&client, 1)[0])[2], "Paused");
    assert_eq!(gist(&another.events(&second, 1)[0])[2], "Paused");
}

#[test]
fn what_happens_between_two_polls_waits() {
    let (gws, mut program, call, client) = listening(prompt());
    gws.site().someone_sets(&call, Truth::Paused);
    // It is brought by the reply to whatever is asked next.
    let subscribe = json!([{
        "channel": "/meta/subscribe", "clientId": client, "subscription": "/v2/me/devices",
    }]);
    let mut messages = Vec::new();
    super::until("it is brought", || {
        messages = program.bayeux(&subscribe);
        messages.len() == 2
    });
    assert_eq!(messages[0]["channel"], "/v2/me/calls");
    assert_eq!(gist(&messages[0]["data"])[2], "Paused");
    assert_eq!(messages[1]["channel"], "/meta/subscribe");
}

#[test]
fn a_client_that_fetches_nothing_loses_the_oldest() {
    let (gws, mut program, call, client) = listening(prompt());
    let site = gws.site();
    for _ in 0..600 {
        site.someone_sets(&call, Truth::Paused);
        site.someone_sets(&call, Truth::Recording);
    }
    site.end_call(&call);
    // The last event of all is told last.
    let mut second = Program::of(&gws);
    let witness = second.listen("/v2/me/calls");
    let last = site.start_call(&site.agent(), Script::new());
    while second
        .events(&witness, 1)
        .iter()
        .all(|it| it["call"]["id"] != *last)
    {}
    let events = program.events(&client, 1);
    assert_eq!(events.len(), 1000);
    assert_eq!(events[999]["call"]["id"], *last);
}

#[test]
fn an_event_may_be_lost() {
    let (gws, mut program, call, client) = listening(prompt());
    let site = gws.site();
    site.misbehave(Fault::LoseEvents.times(1));
    site.someone_sets(&call, Truth::Paused);
    super::until("it is lost", || site.misbehaviours().is_empty());
    site.someone_sets(&call, Truth::Off);
    assert_eq!(gist(&program.events(&client, 1)[0])[2], "Stopped");
}

#[test]
fn an_event_may_come_late_or_twice_with_what_was_true() {
    let (gws, mut program, call, client) = listening(prompt());
    let site = gws.site();
    site.misbehave(
        Fault::DelayEvents(Duration::from_secs(1))
            .on(simulators::On::Events)
            .times(1),
    );
    site.someone_sets(&call, Truth::Paused);
    super::until("it is under way", || site.misbehaviours().is_empty());
    site.someone_sets(&call, Truth::Recording);
    let mut told = program.events(&client, 1);
    told.extend(program.events(&client, 1));
    let states: Vec<_> = told.iter().map(|event| gist(event)[2]).collect();
    assert_eq!(states, ["Recording", "Paused"]);

    site.misbehave(
        Fault::RepeatEvents(Duration::from_secs(1))
            .on(simulators::On::Events)
            .times(1),
    );
    site.someone_sets(&call, Truth::Paused);
    super::until("it is under way", || site.misbehaviours().is_empty());
    site.someone_sets(&call, Truth::Recording);
    let mut told = program.events(&client, 2);
    told.extend(program.events(&client, 1));
    let states: Vec<_> = told.iter().map(|event| gist(event)[2]).collect();
    assert_eq!(states, ["Paused", "Recording", "Paused"]);
}

#[test]
fn a_server_that_dies_takes_its_polls_with_it_and_keeps_its_calls() {
    let (mut gws, mut program, call, client) = listening(GwsOptions::default());
    let poll = program.begin_poll(&client);
    super::until("it is held", || gws.site().requests().len() == 4);
    gws.stop();
    assert!(crate::client::read(poll).is_err());
    gws.restart().expect("its port is free");
    gws.site().someone_sets(&call, Truth::Paused);
    assert_eq!(gist(&program.events(&client, 1)[0])[2], "Paused");
}

#[test]
fn four_hundred_agents_wait_at_once_and_each_hears_of_its_own_call() {
    let gws = start(with(prompt()));
    let site = gws.site();
    // Twice as many sockets as this: an ordinary limit is 1024 of them.
    let mut waiting: Vec<_> = (0..400)
        .map(|number| {
            let agent = format!("agent{number}@many.example");
            site.add_agent(&agent);
            let mut program = Program::of_agent(&gws, &agent);
            let client = program.listen("/v2/me/calls");
            let poll = program.begin_poll(&client);
            (agent, program, poll)
        })
        .collect();
    let calls: Vec<_> = waiting
        .iter()
        .map(|(agent, _, _)| site.start_call(agent, Script::new()))
        .collect();
    for ((_, mut program, poll), call) in waiting.drain(..).zip(calls) {
        let messages = program.end_poll(poll);
        assert_eq!(messages[0]["data"]["call"]["id"], *call);
        assert_eq!(messages.len(), 2);
    }
}
