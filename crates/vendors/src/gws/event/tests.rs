use pause::Recorder;
use proptest::prelude::*;
use serde_json::json;

use super::*;
use crate::testing::Fixture;

const ID: &str = "00RV9H7S6O8V3BSHAG7GK2LAES00002M";
const CALLS: &str = "/v2/me/calls";

fn id() -> CallId {
    CallId::new(ID)
}

fn hint(recorder: Recorder) -> VendorEvent {
    let call = id();
    VendorEvent::Hint { call, recorder }
}

fn fixture(text: &'static str) -> Value {
    serde_json::from_str(Fixture::read(text).body).expect("it is JSON")
}

fn once(data: &Value) -> Vec<VendorEvent> {
    read(CALLS, data, &mut Told::default()).events
}

fn call_event(state: &str, recorder: Option<&str>) -> Value {
    let mut data = json!({
        "messageType": "CallStateChangeMessage", "notificationType": "StatusChange",
        "call": {"id": ID, "uri": format!("http://h/api/v2/me/calls/{ID}"), "state": state},
    });
    if let Some(recorder) = recorder {
        data["call"]["recordingState"] = json!(recorder);
    }
    data
}

#[test]
fn the_documented_event_is_a_hint_of_a_pause() {
    let event = fixture(include_str!("../fixtures/event_paused.reply"));
    let channel = event["channel"].as_str().unwrap();
    let news = read(channel, &event["data"], &mut Told::default());
    let started = VendorEvent::CallStarted(id());
    assert_eq!(news.events, [started, hint(Recorder::Paused)]);
    let (told, call) = news.call.unwrap();
    assert_eq!(told, id());
    assert!(call.offers().unwrap().allow(pause::Wanted::Recording));
}

#[test]
fn a_call_is_told_from_its_start_to_its_end() {
    let mut told = Told::default();
    let mut events = |state, recorder| read(CALLS, &call_event(state, recorder), &mut told).events;
    assert_eq!(events("Ringing", None), []);
    let started = || VendorEvent::CallStarted(id());
    assert_eq!(events("Established", None), [started()]);
    assert_eq!(
        events("Established", Some("Recording")),
        [hint(Recorder::Recording)]
    );
    assert_eq!(events("Held", Some("Paused")), [hint(Recorder::Paused)]);
    assert_eq!(events("Released", None), [VendorEvent::CallEnded(id())]);
    assert_eq!(events("Held", None), [started()]);
}

#[test]
fn several_calls_are_told_apart() {
    let mut told = Told::default();
    for id in ["1", "2"] {
        let data = json!({"call": {"id": id, "state": "Established", "participants": ["5000"]}});
        let started = VendorEvent::CallStarted(CallId::new(id));
        assert_eq!(read(CALLS, &data, &mut told).events, [started]);
    }
    let held = json!({"call": {
        "id": "1", "state": "Held", "participants": [{"digits": "5000"}],
        "recordingState": "Recording",
    }});
    let hint = VendorEvent::Hint {
        call: CallId::new("1"),
        recorder: Recorder::Recording,
    };
    assert_eq!(read(CALLS, &held, &mut told).events, [hint]);
}

#[test]
fn anything_that_looks_like_an_error_declines_the_command() {
    let event = fixture(include_str!("../fixtures/event_error.reply"));
    let declined = || VendorEvent::Declined { call: Some(id()) };
    assert_eq!(once(&event["data"])[0], declined());
    for data in [
        json!({"messageType": "CallErrorMessage", "callUri": format!("http://h/{ID}")}),
        json!({"errorMessage": "no", "callId": ID}),
        json!({"errorCode": 2, "callUuid": ID}),
        json!({"error": {"code": 2}, "uri": format!("/api/v2/me/calls/{ID}")}),
        json!({"statusCode": 2, "callId": ID}),
    ] {
        assert_eq!(once(&data), [declined()], "{data}");
    }
    let nobody = || VendorEvent::Declined { call: None };
    for data in [
        json!({"error": true}),
        json!({"messageType": "error", "callId": "../x"}),
    ] {
        assert_eq!(once(&data), [nobody()], "{data}");
    }
}

#[test]
fn an_error_beside_a_call_hides_nothing_of_the_call() {
    let mut data = call_event("Established", Some("Recording"));
    data["errorMessage"] = json!("no");
    let declined = VendorEvent::Declined { call: Some(id()) };
    let started = VendorEvent::CallStarted(id());
    assert_eq!(once(&data), [declined, started, hint(Recorder::Recording)]);
}

#[test]
fn what_is_not_known_is_passed_over() {
    for data in [
        json!(null),
        json!([]),
        json!("text"),
        json!({}),
        json!({"messageType": "DeviceStateChangeMessage", "devices": [{}]}),
        json!({"call": null}),
        json!({"call": "x"}),
        json!({"call": [1]}),
        json!({"call": ["http://h/1", "1", null, null, "Established", "Paused"]}),
        json!({"call": {"state": "Established"}}),
        json!({"call": {"id": 7, "state": "Established"}}),
        json!({"error": null, "errorCode": 0, "errorMessage": "", "statusCode": 0}),
    ] {
        assert_eq!(once(&data), [], "{data}");
    }
}

#[test]
fn the_calls_of_others_are_not_passed_on() {
    let data = call_event("Established", Some("Recording"));
    for channel in ["/v2/users/1/calls", "/v2/calls", "/notifications/services"] {
        let news = read(channel, &data, &mut Told::default());
        assert_eq!(news.events, [], "{channel}");
        assert!(news.call.is_none());
    }
}

#[test]
fn calls_without_number_are_not_all_remembered() {
    let mut told = Told::default();
    for number in 0..10_000 {
        let data = json!({"call": {"id": number.to_string(), "state": "Established"}});
        read(CALLS, &data, &mut told);
    }
    assert_eq!(told.0.len(), MOST_CALLS);
}

proptest! {
    #[test]
    fn a_hint_of_a_pause_needs_the_word(text in "[a-zA-Z]{0,9}", released in any::<bool>()) {
        let state = if released { "Released" } else { "Established" };
        let events = once(&call_event(state, Some(&text)));
        let hinted = events.contains(&hint(Recorder::Paused));
        prop_assert_eq!(hinted, text == "Paused" && !released);
    }
}
