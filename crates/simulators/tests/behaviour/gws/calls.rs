use serde_json::{Value, json};
use simulators::audio::Script;
use simulators::{CallState, ErrorStatus, GwsOptions, Participants};

use super::{Program, on_a_call, start, with};
use crate::client::ask;

#[test]
fn me_tells_who_one_is_and_more_if_asked() {
    let (gws, mut program, call) = on_a_call(GwsOptions::default());
    let me = program.get("/me").json();
    assert_eq!(me["statusCode"], 0);
    assert_eq!(me["user"]["userName"], *gws.site().agent());
    for more in ["calls", "devices", "features"] {
        assert_eq!(me["user"][more], Value::Null, "{more}");
    }

    let me = program.get("/me?subresources=*").json();
    assert_eq!(me["user"]["calls"][0]["id"], *call);
    let device = &me["user"]["devices"][0];
    assert_eq!(device["phoneNumber"], "5001");
    assert_eq!(device["uri"], me["user"]["calls"][0]["deviceUri"]);
    assert_eq!(me["user"]["features"][1]["id"], "api-voice-recording");

    let me = program.get("/me?subresources=devices,settings").json();
    assert_eq!(me["user"]["devices"][0], *device);
    assert_eq!(me["user"]["calls"], Value::Null);
}

#[test]
fn calls_are_listed_by_their_addresses_or_in_full() {
    let (gws, mut program, call) = on_a_call(GwsOptions::default());
    let second = gws.site().start_call(&gws.site().agent(), Script::new());
    let uris = program.get("/me/calls").json();
    let address = |id: &str| format!("{}/api/v2/me/calls/{id}", gws.base_url());
    let expected = json!({ "statusCode": 0, "uris": [address(&call), address(&second)] });
    assert_eq!(uris, expected);

    let calls = program.get("/me/calls?fields=*").json();
    assert_eq!(calls["calls"][0]["uri"], uris["uris"][0]);
    assert_eq!(calls["calls"][1]["uri"], uris["uris"][1]);

    gws.site().end_call(&call);
    assert_eq!(
        program.get("/me/calls").json()["uris"],
        json!([address(&second)])
    );
    gws.site().end_call(&second);
    assert_eq!(program.get("/me/calls").json()["uris"], json!([]));
    assert_eq!(program.get("/me/calls?fields=*").json()["calls"], json!([]));
}

#[test]
fn a_call_is_found_by_either_of_its_ids_or_by_one_alone() {
    for conn_id in [true, false] {
        let (_gws, mut program, call) = on_a_call(GwsOptions {
            conn_id,
            ..GwsOptions::default()
        });
        assert_eq!(call.len(), 32);
        let read = program.call(&call);
        let alias = read["connId"].as_str().expect("text").to_owned();
        assert_eq!(alias.len(), 16);
        assert_ne!(alias, call);
        let by_alias = program.get(&format!("/me/calls/{alias}"));
        assert_eq!(by_alias.status, if conn_id { 200 } else { 404 });
        let reply = program.operate(&alias, "PauseCallRecording");
        assert_eq!(reply.json()["statusCode"], if conn_id { 0 } else { 6 });
    }
}

#[test]
fn what_is_not_found_is_a_6_under_either_status() {
    for (errors, status) in [(ErrorStatus::Matching, 404), (ErrorStatus::Ok, 200)] {
        let (gws, mut program, call) = on_a_call(GwsOptions {
            errors,
            ..GwsOptions::default()
        });
        gws.site().end_call(&call);
        for id in [call.as_str(), "another"] {
            let reply = program.get(&format!("/me/calls/{id}"));
            assert_eq!(
                (reply.status, &reply.json()["statusCode"]),
                (status, &json!(6))
            );
            let words = reply.json()["statusMessage"].as_str().map(str::len);
            assert!(words > Some(0));
        }
    }
}

#[test]
fn a_call_that_rings_or_waits_says_so() {
    let (gws, mut program, call) = on_a_call(GwsOptions::default());
    let has = |described: &Value, capability: &str| {
        let capabilities = described["capabilities"].as_array().expect("an array");
        capabilities.iter().any(|it| it == capability)
    };
    assert_eq!(program.call(&call)["state"], "Established");
    for (state, name, recordable, another) in [
        (CallState::Dialing, "Dialing", false, "Hangup"),
        (CallState::Ringing, "Ringing", false, "Answer"),
        (CallState::Held, "Held", true, "Retrieve"),
        (CallState::Established, "Established", true, "Hold"),
    ] {
        gws.site().set_call_state(&call, state);
        let described = program.call(&call);
        assert_eq!(described["state"], name);
        assert!(has(&described, another), "{described}");
        assert_eq!(has(&described, "PauseCallRecording"), recordable, "{name}");
    }
    let held = ask(
        &gws.base_url(),
        "PUT /_control/calls/current/state",
        &[],
        "held",
    );
    assert_eq!(held.unwrap().status, 200);
    assert_eq!(program.call(&call)["state"], "Held");
    let wrong = ask(
        &gws.base_url(),
        "PUT /_control/calls/current/state",
        &[],
        "waiting",
    );
    assert_eq!(wrong.unwrap().status, 400);
}

#[test]
fn participants_are_texts_or_objects() {
    let (_gws, mut program, call) = on_a_call(GwsOptions::default());
    assert_eq!(program.call(&call)["participants"], json!(["5000"]));

    let (_gws, mut program, call) = on_a_call(GwsOptions {
        participants: Participants::Objects,
        ..GwsOptions::default()
    });
    let described = program.call(&call);
    assert_eq!(described["participants"][0]["phoneNumber"], "5000");
    assert_eq!(described["participantsInfo"], Value::Null);
}

#[test]
fn a_call_may_be_silent_about_its_recorder() {
    let (_gws, mut program, call) = on_a_call(GwsOptions {
        recording_state: false,
        ..GwsOptions::default()
    });
    let described = program.call(&call);
    assert_eq!(described.get("recordingState"), None);
    assert_eq!(described["userData"]["GSIP_RECORD"], "ON");

    let (_gws, mut program, call) = on_a_call(GwsOptions {
        gsip_record: false,
        ..GwsOptions::default()
    });
    let described = program.call(&call);
    assert_eq!(described["recordingState"], "Recording");
    assert_eq!(described["userData"].get("GSIP_RECORD"), None);
}

#[test]
fn every_agent_has_a_phone() {
    let gws = start(with(GwsOptions::default()));
    let site = gws.site();
    let mut numbers = Vec::new();
    for agent in [&*site.agent(), "z@acme.example", "a@acme.example"] {
        site.start_call(agent, Script::new());
        let calls = Program::of_agent(&gws, agent).get("/me/calls?fields=*");
        numbers.push(calls.json()["calls"][0]["dnis"].clone());
    }
    assert_eq!(numbers, [json!("5001"), json!("5002"), json!("5003")]);
    let again = Program::of(&gws).get("/me/calls?fields=*").json();
    assert_eq!(again["calls"][0]["dnis"], "5001");
}

#[test]
fn an_address_that_is_none_and_a_method_that_is_wrong_are_told_apart() {
    let gws = start(with(GwsOptions::default()));
    let mut program = Program::of(&gws);
    assert_eq!(program.get("/you").status, 404);
    let wrong = program.ask("DELETE /api/v2/me/calls", "");
    assert_eq!((wrong.status, wrong.header("allow")), (405, Some("GET")));
    let wrong = program.ask("PUT /api/v2/me", "{}");
    assert_eq!(
        (wrong.status, wrong.header("allow")),
        (405, Some("GET, POST"))
    );
}
