use std::time::Duration;

use serde_json::{Value, json};
use simulators::{CallState, FailureEvent, Fault, GwsOptions, On, Refusal, Truth};

use super::{on_a_call, prompt, statuses, until};

/// Each operation, and what it makes of a recorder that is recording, paused, or off.
const TABLE: [(&str, [Option<Truth>; 3]); 4] = [
    ("StartCallRecording", [None, None, Some(Truth::Recording)]),
    ("PauseCallRecording", [Some(Truth::Paused), None, None]),
    ("ResumeCallRecording", [None, Some(Truth::Recording), None]),
    (
        "StopCallRecording",
        [Some(Truth::Off), Some(Truth::Off), None],
    ),
];

#[test]
fn each_operation_leads_where_the_page_says_and_is_a_capability_only_then() {
    for (column, from) in [Truth::Recording, Truth::Paused, Truth::Off]
        .into_iter()
        .enumerate()
    {
        for (operation, leads) in TABLE {
            let (gws, mut program, call) = on_a_call(prompt());
            let site = gws.site();
            site.someone_sets(&call, from);
            let capabilities = program.call(&call)["capabilities"].take();
            let capabilities = capabilities.as_array().expect("an array");
            let is_capability = capabilities.iter().any(|it| it == operation);
            assert_eq!(
                is_capability,
                leads[column].is_some(),
                "{operation}, {from}"
            );

            let reply = program.operate(&call, operation);
            match leads[column] {
                Some(truth) => {
                    assert_eq!(
                        (reply.status, reply.json()),
                        (200, json!({ "statusCode": 0 }))
                    );
                    until("done", || site.truth(&call) == Some(truth));
                }
                None => {
                    assert_eq!(
                        (reply.status, &reply.json()["statusCode"]),
                        (400, &json!(2))
                    );
                    assert_eq!(site.truth(&call), Some(from));
                }
            }
        }
    }
}

#[test]
fn a_call_tells_three_times_what_its_recorder_does() {
    let (gws, mut program, call) = on_a_call(GwsOptions::default());
    for (truth, state, gsip_record, next) in [
        (
            Truth::Recording,
            "Recording",
            "ON",
            ["PauseCallRecording", "StopCallRecording"].as_slice(),
        ),
        (
            Truth::Paused,
            "Paused",
            "PAUSED",
            &["ResumeCallRecording", "StopCallRecording"],
        ),
        (Truth::Off, "Stopped", "OFF", &["StartCallRecording"]),
    ] {
        gws.site().someone_sets(&call, truth);
        let described = program.call(&call);
        assert_eq!(described["recordingState"], state);
        assert_eq!(described["userData"]["GSIP_RECORD"], gsip_record);
        let capabilities: Vec<_> = described["capabilities"]
            .as_array()
            .expect("an array")
            .iter()
            .filter_map(Value::as_str)
            .filter(|it| it.ends_with("CallRecording"))
            .collect();
        assert_eq!(capabilities, next);
    }
}

#[test]
fn the_reply_only_acknowledges() {
    let (gws, mut program, call) = on_a_call(GwsOptions {
        acts_after: Duration::from_secs(1),
        ..GwsOptions::default()
    });
    let site = gws.site();
    let asked_s = site.seconds(&call).expect("a call");
    let reply = program.operate(&call, "PauseCallRecording");
    assert_eq!(reply.json(), json!({ "statusCode": 0 }));
    assert_eq!(site.truth(&call), Some(Truth::Recording));
    assert_eq!(program.call(&call)["recordingState"], "Recording");
    until("paused", || site.truth(&call) == Some(Truth::Paused));
    let turned_s = site.timeline(&call).expect("a call")[1].at_s;
    assert!(turned_s - asked_s >= 1.0, "{turned_s}");
}

#[test]
fn what_does_not_fit_may_be_acknowledged_and_fail_later() {
    let (gws, mut program, call) = on_a_call(GwsOptions {
        refusal: Refusal::Later,
        ..prompt()
    });
    let client = program.listen("/v2/me/calls");
    let reply = program.operate(&call, "ResumeCallRecording");
    assert_eq!(reply.json(), json!({ "statusCode": 0 }));
    let failure = &program.events(&client, 1)[0];
    assert_eq!(failure["errorCode"], 2);
    assert_eq!(gws.site().truth(&call), Some(Truth::Recording));
}

#[test]
fn nothing_can_be_done_to_a_call_that_rings() {
    let (gws, mut program, call) = on_a_call(prompt());
    gws.site().set_call_state(&call, CallState::Ringing);
    assert_eq!(
        program.operate(&call, "PauseCallRecording").json()["statusCode"],
        2
    );
    gws.site().set_call_state(&call, CallState::Held);
    assert_eq!(
        program.operate(&call, "PauseCallRecording").json()["statusCode"],
        0
    );
}

#[test]
fn what_is_wrong_with_a_command_is_told() {
    let (gws, mut program, call) = on_a_call(prompt());
    let path = format!("/me/calls/{call}");
    for (body, status, code) in [
        (json!({}), 400, 1),
        (json!({ "operationName": "PauseRecording" }), 400, 10),
        (json!({ "operationName": 3 }), 400, 10),
    ] {
        let reply = program.post(&path, &body);
        assert_eq!(
            (reply.status, &reply.json()["statusCode"]),
            (status, &json!(code))
        );
    }
    let reply = program.ask(&format!("POST /api/v2{path}"), "no JSON");
    assert_eq!(
        (reply.status, &reply.json()["statusCode"]),
        (400, &json!(10))
    );
    let reply = program.ask(&format!("POST /api/v2{path}"), "");
    assert_eq!(reply.status, 415);
    let reply = program.operate("another", "PauseCallRecording");
    assert_eq!(
        (reply.status, &reply.json()["statusCode"]),
        (404, &json!(6))
    );

    gws.site().forbid(&gws.site().agent(), true);
    let reply = program.operate(&call, "PauseCallRecording");
    assert_eq!(
        (reply.status, &reply.json()["statusCode"]),
        (403, &json!(5))
    );
    let capabilities = program.call(&call)["capabilities"].to_string();
    assert!(!capabilities.contains("Recording"), "{capabilities}");
    assert_eq!(gws.site().truth(&call), Some(Truth::Recording));
}

#[test]
fn a_session_of_work_that_begins_or_ends_is_on_record_and_touches_no_call() {
    let (gws, mut program, call) = on_a_call(prompt());
    for operation in ["StartContactCenterSession", "EndContactCenterSession"] {
        let body = json!({ "operationName": operation, "channels": ["voice"] });
        assert_eq!(
            program.post("/me", &body).json(),
            json!({ "statusCode": 0 })
        );
    }
    let reply = program.post("/me", &json!({ "operationName": "Another" }));
    assert_eq!(reply.json()["statusCode"], 10);
    let requests = gws.site().requests();
    let posts = requests
        .iter()
        .filter(|it| it.method == "POST" && it.path == "/api/v2/me");
    assert_eq!(posts.count(), 3);
    assert_eq!(gws.site().truth(&call), Some(Truth::Recording));
}

#[test]
fn a_command_without_effect_is_acknowledged_all_the_same() {
    let (gws, mut program, call) = on_a_call(prompt());
    let client = program.listen("/v2/me/calls");
    gws.site().misbehave(Fault::NoEffect.on_commands());
    assert_eq!(
        program.operate(&call, "PauseCallRecording").json(),
        json!({ "statusCode": 0 })
    );
    gws.site().behave();
    // Whatever it had led to would have come before this.
    program.operate(&call, "StopCallRecording");
    let told = program.events(&client, 1);
    assert_eq!(told[0]["call"]["recordingState"], "Stopped");
    let timeline = gws.site().timeline(&call).expect("a call");
    assert!(timeline.iter().all(|turn| turn.truth != Truth::Paused));
}

#[test]
fn a_declined_command_is_acknowledged_and_its_failure_told_in_any_form() {
    for failure in [
        FailureEvent::Message,
        FailureEvent::WithCall,
        FailureEvent::StatusCode,
    ] {
        let (gws, mut program, call) = on_a_call(GwsOptions {
            failure,
            ..prompt()
        });
        let client = program.listen("/v2/me/calls");
        gws.site().misbehave(Fault::Decline.on_commands());
        let reply = program.operate(&call, "PauseCallRecording");
        assert_eq!(reply.json(), json!({ "statusCode": 0 }));
        let told = program.events(&client, 1).remove(0);
        assert_eq!(gws.site().truth(&call), Some(Truth::Recording));
        let text = |name: &str| told[name].as_str().map(str::len) > Some(0);
        match failure {
            FailureEvent::Message => {
                assert_eq!(told["messageType"], "EventError");
                assert_eq!(
                    (&told["errorCode"], &told["referenceId"]),
                    (&json!(2), &json!(1))
                );
                assert!(text("errorMessage"));
                assert_eq!(told.get("call"), None);
            }
            FailureEvent::WithCall => {
                assert_eq!(told["errorCode"], 2);
                assert_eq!(told["call"]["id"], *call);
                assert_eq!(told["call"]["recordingState"], "Recording");
            }
            FailureEvent::StatusCode => {
                assert_eq!(
                    (&told["statusCode"], &told["call"]["id"]),
                    (&json!(2), &json!(call))
                );
                assert!(text("statusMessage"));
            }
        }
    }
}

#[test]
fn each_request_is_of_its_kind() {
    let (gws, mut program, call) = on_a_call(prompt());
    let site = gws.site();
    for (on, hits) in [
        (On::Reads, [503, 503, 503, 400, 400]),
        (On::Commands, [200, 200, 200, 503, 400]),
        (On::Events, [200, 200, 200, 400, 503]),
    ] {
        site.misbehave(Fault::status(503).on(on));
        let seen = [
            program.get("/me").status,
            program.get("/me/calls").status,
            program.get(&format!("/me/calls/{call}")).status,
            program.operate(&call, "ResumeCallRecording").status,
            program
                .ask("POST /api/v2/notifications/connect", "no JSON")
                .status,
        ];
        assert_eq!(seen, hits, "{on:?}");
        site.behave();
    }
    assert_eq!(
        statuses(&site, "/api/v2/me"),
        [Some(503), Some(200), Some(200)]
    );
}
