use proptest::prelude::*;
use serde_json::json;

use super::*;

fn call(value: &Value) -> Call {
    Call::deserialize(value).expect("it is a call")
}

/// What is read of a call of which only this is said of the recorder.
fn read(state: Option<&str>, attached: Option<&str>, offers: Option<&[&str]>) -> Call {
    let mut value = json!({"id": "1", "state": "Established", "userData": {"IW_CaseUid": "x"}});
    if let Some(state) = state {
        value["recordingState"] = json!(state);
    }
    if let Some(attached) = attached {
        value["userData"]["GSIP_RECORD"] = json!(attached);
    }
    if let Some(offers) = offers {
        value["capabilities"] = json!(offers);
    }
    call(&value)
}

const START: &str = "StartCallRecording";
const STOP: &str = "StopCallRecording";
const PAUSE: &str = "PauseCallRecording";
const RESUME: &str = "ResumeCallRecording";

#[test]
fn the_documented_states_are_read() {
    use Recorder::{Off, Paused, Recording};
    for (state, attached, offers, recorder) in [
        ("Recording", "ON", &["Hold", PAUSE, STOP][..], Recording),
        ("Paused", "PAUSED", &["Hold", RESUME, STOP], Paused),
        ("Stopped", "OFF", &["Hold", START], Off),
    ] {
        for told in 1..8 {
            let said = |bit: u8| told & bit != 0;
            let call = read(
                said(1).then_some(state),
                said(2).then_some(attached),
                said(4).then_some(offers),
            );
            assert_eq!(call.recorder(), Ok(recorder), "{call:?}");
            assert_eq!(call.hint(), Some(recorder), "{call:?}");
        }
    }
}

#[test]
fn what_contradicts_itself_says_nothing_and_its_hint_is_the_worse() {
    use Recorder::{Off, Recording};
    for (state, attached, offers, hint) in [
        (Some("Paused"), Some("ON"), None, Recording),
        (Some("Paused"), Some("OFF"), None, Off),
        (Some("Recording"), Some("PAUSED"), None, Recording),
        (Some("Stopped"), Some("PAUSED"), None, Off),
        (Some("Paused"), None, Some(&[PAUSE, STOP][..]), Recording),
        (Some("Paused"), None, Some(&[PAUSE, RESUME]), Recording),
        (Some("Paused"), None, Some(&[START]), Off),
        (None, Some("PAUSED"), Some(&[PAUSE]), Recording),
        (Some("Paused"), Some("PAUSED"), Some(&[START]), Off),
        (Some("Stopped"), None, Some(&[PAUSE, STOP]), Recording),
        (Some("Recording"), None, Some(&[RESUME, STOP]), Recording),
    ] {
        let call = read(state, attached, offers);
        assert_eq!(call.recorder(), Err(CONTRADICTS_ITSELF), "{call:?}");
        assert_eq!(call.hint(), Some(hint), "{call:?}");
    }
}

#[test]
fn an_unknown_word_is_not_made_up_for_by_a_known_one() {
    for wrong in [json!("paused"), json!("Muted"), json!(3), json!(null)] {
        let both = json!({"recordingState": wrong, "userData": {"GSIP_RECORD": "PAUSED"}});
        assert_eq!(call(&both).recorder(), Err(UNKNOWN_STATE), "{wrong}");
        let both = json!({"recordingState": "Paused", "userData": {"GSIP_RECORD": wrong}});
        assert_eq!(call(&both).recorder(), Err(UNKNOWN_STATE), "{wrong}");
        let both = json!({"recordingState": "Paused", "capabilities": wrong});
        assert_eq!(call(&both).recorder(), Err(UNKNOWN_STATE), "{wrong}");
    }
}

#[test]
fn offers_alone_say_something_only_where_they_are_as_documented() {
    for offers in [
        &[][..],
        &[STOP],
        &[PAUSE],
        &[RESUME],
        &[PAUSE, RESUME, STOP],
        &[START, STOP],
        &[START, RESUME, STOP],
        &["Hold", "Hangup"],
    ] {
        let call = read(None, None, Some(offers));
        assert_eq!(call.recorder(), Err(NO_WORD_OF_THE_RECORDER), "{offers:?}");
    }
    assert_eq!(
        read(None, None, None).recorder(),
        Err(NO_WORD_OF_THE_RECORDER)
    );
}

#[test]
fn an_agent_who_may_only_look_still_sees_the_state() {
    let call = read(Some("Paused"), None, Some(&["Hold"]));
    assert_eq!(call.recorder(), Ok(Recorder::Paused));
    assert!(call.offers().is_some_and(|offers| !offers.any()));
}

#[test]
fn the_id_is_the_last_part_of_the_uri() {
    for (value, id) in [
        (
            json!({"uri": "http://h/api/v2/me/calls/0RV", "id": "x"}),
            Some("0RV"),
        ),
        (
            json!({"uri": "/api/v2/me/calls/0RV", "id": "x"}),
            Some("0RV"),
        ),
        (json!({"uri": "http://h/calls/", "id": "x"}), Some("x")),
        (
            json!({"uri": "http://h/calls/..", "id": "x", "connId": "c"}),
            Some("x"),
        ),
        (json!({"uri": "http://h/calls/1?a=b", "id": "x"}), Some("x")),
        (json!({"uri": "1", "id": "x"}), Some("x")),
        (json!({"id": "x/../y"}), None),
        (json!({"id": ""}), None),
        (json!({"connId": "c"}), None),
        (json!({"uri": format!("/{}", "x".repeat(300))}), None),
    ] {
        assert_eq!(call(&value).id(), id, "{value}");
    }
}

#[test]
fn a_call_answers_to_each_of_its_names() {
    let names = json!({"uri": "http://h/calls/u", "id": "i", "connId": "c", "callUuid": "v"});
    let named = call(&names);
    for id in ["u", "i", "c", "v"] {
        assert!(named.is(id), "{id}");
    }
    assert!(!named.is("x"));
    assert!(!call(&json!({"id": "i"})).is(""));
}

#[test]
fn a_call_is_live_from_its_first_word_to_its_last() {
    for (state, stage) in [
        ("Dialing", Stage::Before),
        ("Ringing", Stage::Before),
        ("Established", Stage::Live),
        ("Held", Stage::Live),
        ("Conferenced", Stage::Live),
        ("Released", Stage::Over),
        ("Completed", Stage::Over),
    ] {
        assert_eq!(call(&json!({"state": state})).stage(), stage, "{state}");
    }
    assert_eq!(call(&json!({})).stage(), Stage::Live);
    let recorded = json!({"state": "Dialing", "recordingState": "Recording"});
    assert_eq!(call(&recorded).stage(), Stage::Live);
    let over = json!({"state": "Released", "recordingState": "Recording"});
    assert_eq!(call(&over).stage(), Stage::Over);
}

fn maybe(words: &'static [&'static str]) -> impl Strategy<Value = Option<&'static str>> {
    prop::option::of(prop::sample::select(words))
}

proptest! {
    #[test]
    fn paused_is_read_only_where_nothing_says_otherwise(
        state in maybe(&["Recording", "Paused", "Stopped", "Other"]),
        attached in maybe(&["ON", "PAUSED", "OFF", "Other"]),
        offers in prop::option::of(prop::sample::subsequence(
            vec![START, STOP, PAUSE, RESUME, "Hold"], 0..=5,
        )),
    ) {
        let call = read(state, attached, offers.as_deref());
        if call.recorder() == Ok(Recorder::Paused) {
            prop_assert!(state.is_none_or(|state| state == "Paused"));
            prop_assert!(attached.is_none_or(|attached| attached == "PAUSED"));
            let offered = |name| offers.as_ref().is_some_and(|offers| offers.contains(&name));
            prop_assert!(!offered(PAUSE) && !offered(START));
            let said = state.is_some() || attached.is_some();
            prop_assert!(said || offered(RESUME) && offered(STOP));
        }
        // A hint of a pause is one only where nothing says otherwise, too.
        if call.hint() == Some(Recorder::Paused) {
            prop_assert!(!matches!(state, Some("Recording" | "Stopped")));
            prop_assert!(!matches!(attached, Some("ON" | "OFF")));
        }
    }
}
