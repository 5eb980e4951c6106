use proptest::prelude::*;

use super::*;
use crate::testing::{Fixture, head};

const ID: &str = "1d6c6a58-6739-4f0c-98ff-0968292c8c30";

fn setup() -> Setup {
    Setup {
        base_url: "https://core.acme.example".parse().unwrap(),
        api_version: ApiVersion::V1,
        ucc: "ucc-demo-name".to_owned(),
        requester: "sip:agent@acme.example".to_owned(),
        action_as: ActionAs::Number,
        resume: Resume::Start,
    }
}

fn state_of(call: &str, status: u16, body: &str) -> Result<Recorder, Kind> {
    read_state_reply(&setup(), &CallId::new(call), head(status), body.as_bytes())
}

fn state(fixture: &'static str) -> Result<Recorder, Kind> {
    let fixture = Fixture::read(fixture);
    state_of(ID, fixture.head.status, fixture.body)
}

fn command(fixture: &'static str) -> Result<Accepted, Kind> {
    let fixture = Fixture::read(fixture);
    read_command_reply(fixture.head, fixture.body.as_bytes())
}

fn capabilities(fixture: &'static str) -> Result<(), Kind> {
    let fixture = Fixture::read(fixture);
    read_capabilities_reply(&setup(), fixture.head, fixture.body.as_bytes())
}

#[test]
fn each_state_is_read_as_documented() {
    for (fixture, read_as) in [
        (
            include_str!("../fixtures/state_uninitialized.reply"),
            Ok(Recorder::Off),
        ),
        (
            include_str!("../fixtures/state_started.reply"),
            Ok(Recorder::Recording),
        ),
        (
            include_str!("../fixtures/state_stopped.reply"),
            Ok(Recorder::Off),
        ),
        (
            include_str!("../fixtures/state_paused.reply"),
            Ok(Recorder::Paused),
        ),
        (
            include_str!("../fixtures/state_no_session.reply"),
            Err(Kind::NoSuchCall),
        ),
        (
            include_str!("../fixtures/state_no_session_404.reply"),
            Err(Kind::NoSuchCall),
        ),
        (
            include_str!("../fixtures/unauthorized.reply"),
            Err(Kind::SessionEnded),
        ),
        (
            include_str!("../fixtures/captive_portal.reply"),
            Err(NOT_AS_DOCUMENTED),
        ),
    ] {
        assert_eq!(state(fixture), read_as, "{fixture}");
    }
}

#[test]
fn a_reply_to_a_command_proves_nothing_and_its_error_counts() {
    let refused = Err(Kind::Refused("validation".to_owned()));
    for (fixture, read_as) in [
        (
            include_str!("../fixtures/set_paused.reply"),
            Ok(Accepted::Unproven),
        ),
        (
            include_str!("../fixtures/set_empty.reply"),
            Ok(Accepted::Unproven),
        ),
        (
            include_str!("../fixtures/set_configuration.reply"),
            Err(Kind::NotPermitted(SWITCH_ON)),
        ),
        (include_str!("../fixtures/set_validation.reply"), refused),
        (
            include_str!("../fixtures/state_no_session.reply"),
            Err(Kind::NoSuchCall),
        ),
        (
            include_str!("../fixtures/set_no_ucc.reply"),
            Err(Kind::NotPermitted(CHECK_UCC)),
        ),
        (
            include_str!("../fixtures/set_processing.reply"),
            Err(Kind::ServerFailed(200)),
        ),
        (
            include_str!("../fixtures/unauthorized.reply"),
            Err(Kind::SessionEnded),
        ),
    ] {
        assert_eq!(command(fixture), read_as, "{fixture}");
    }
}

#[test]
fn an_error_while_processing_leaves_a_doubt() {
    let error = command(include_str!("../fixtures/set_processing.reply")).unwrap_err();
    assert!(error.leaves_recorder_in_doubt());
}

#[test]
fn capabilities_say_whether_agents_may_control_recordings() {
    for (fixture, read_as) in [
        (include_str!("../fixtures/capabilities_on.reply"), Ok(())),
        (
            include_str!("../fixtures/capabilities_off.reply"),
            Err(Kind::NotPermitted(SWITCH_ON)),
        ),
        (
            include_str!("../fixtures/capabilities_no_ucc.reply"),
            Err(Kind::NotPermitted(CHECK_UCC)),
        ),
        (
            include_str!("../fixtures/captive_portal.reply"),
            Err(NOT_AS_DOCUMENTED),
        ),
        (
            include_str!("../fixtures/state_paused.reply"),
            Err(NOT_AS_DOCUMENTED),
        ),
    ] {
        assert_eq!(capabilities(fixture), read_as, "{fixture}");
    }
}

#[test]
fn an_error_counts_whatever_the_status() {
    let body = Fixture::read(include_str!("../fixtures/set_configuration.reply")).body;
    for status in [200, 202, 400, 403, 404, 409, 422, 500, 503] {
        let reply = read_command_reply(head(status), body.as_bytes());
        assert_eq!(reply, Err(Kind::NotPermitted(SWITCH_ON)), "{status}");
        let reply = state_of(ID, status, body);
        assert_eq!(reply, Err(Kind::NotPermitted(SWITCH_ON)), "{status}");
    }
}

#[test]
fn a_state_counts_only_under_200() {
    let body = Fixture::read(include_str!("../fixtures/state_paused.reply")).body;
    assert_eq!(state_of(ID, 200, body), Ok(Recorder::Paused));
    for status in [100, 201, 204, 301, 401, 404, 429, 500] {
        assert!(state_of(ID, status, body).is_err(), "{status}");
        let mentioned = read_command_reply(head(status), body.as_bytes());
        assert_eq!(mentioned.is_ok(), (200..300).contains(&status), "{status}");
    }
}

#[test]
fn a_404_without_an_error_message_does_not_say_that_the_call_is_over() {
    let address = Err(Kind::NotPermitted(CHECK_ADDRESS));
    assert_eq!(state_of(ID, 404, "<html>404</html>"), address);
    assert_eq!(state_of(ID, 404, "{\"ErrorMessage\":null}"), address);
}

#[test]
fn names_are_compared_without_regard_to_case() {
    let body = Fixture::read(include_str!("../fixtures/state_paused.reply")).body;
    assert_eq!(
        state_of(&ID.to_uppercase(), 200, body),
        Ok(Recorder::Paused)
    );
    let shouted = body.replace("ucc-demo-name", "UCC-Demo-Name");
    assert_eq!(state_of(ID, 200, &shouted), Ok(Recorder::Paused));
}

#[test]
fn a_reply_about_something_else_says_nothing() {
    let paused = Fixture::read(include_str!("../fixtures/state_paused.reply")).body;
    let unknown = Fixture::read(include_str!("../fixtures/state_no_session.reply")).body;
    for body in [paused, unknown] {
        assert_eq!(state_of("another", 200, body), Err(ANOTHER_CALL));
        let other_ucc = body.replace("ucc-demo-name", "ucc-other");
        assert_eq!(state_of(ID, 200, &other_ucc), Err(ANOTHER_UCC));
    }
    assert_eq!(state_of("another", 404, unknown), Err(ANOTHER_CALL));
}

#[test]
fn nothing_but_the_documented_shape_is_understood() {
    let right = Fixture::read(include_str!("../fixtures/state_paused.reply")).body;
    for (from, to) in [
        ("\"RecordingState\":3", "\"RecordingState\":4"),
        ("\"RecordingState\":3", "\"RecordingState\":\"3\""),
        ("\"RecordingState\":3", "\"RecordingState\":\"Paused\""),
        ("\"RecordingState\":3", "\"RecordingState\":3.0"),
        ("\"RecordingState\":3", "\"RecordingState\":-3"),
        ("\"RecordingState\":3", "\"RecordingState\":true"),
        ("\"RecordingState\":3", "\"RecordingState\":null"),
        ("\"RecordingState\":3", "\"RecordingState\":259"),
        (
            "\"RecordingState\":3",
            "\"RecordingState\":1,\"RecordingState\":3",
        ),
        ("\"RecordingState\":3", "\"recordingState\":3"),
        ("\"RecordingState\":3,", ""),
        ("\"MarkingState\":0", "\"MarkingState\":3"),
        ("\"MarkingState\":0,", ""),
        ("\"SavingState\":0", "\"SavingState\":\"None\""),
        ("\"SavingState\":0,", ""),
        ("\"ErrorMessage\":null,", ""),
        ("\"ErrorMessage\":null", "\"ErrorMessage\":\"\""),
        ("\"ErrorMessage\":null", "\"ErrorMessage\":false"),
        ("\"ErrorMessage\":null", "\"ErrorMessage\":{}"),
        (
            "\"ErrorMessage\":null",
            "\"ErrorMessage\":[2,\"no session found\"]",
        ),
        (
            "\"ErrorMessage\":null",
            "\"ErrorMessage\":{\"ErrorType\":4,\"Message\":\"\"}",
        ),
        (
            "\"ErrorMessage\":null",
            "\"ErrorMessage\":{\"ErrorType\":\"Validation\",\"Message\":\"\"}",
        ),
        (
            "\"ErrorMessage\":null",
            "\"ErrorMessage\":{\"ErrorType\":2}",
        ),
        (",\"UCCName\":\"ucc-demo-name\"", ""),
        ("}", "} {}"),
        ("{", "[{"),
    ] {
        let wrong = right.replacen(from, to, 1);
        assert_ne!(wrong, right, "{from}");
        let reply = state_of(ID, 200, &wrong);
        assert!(
            matches!(reply, Err(Kind::Unintelligible(_))),
            "{wrong}: {reply:?}"
        );
    }
    let list = format!("[\"{ID}\",3,0,0,null,\"ucc-demo-name\"]");
    assert_eq!(state_of(ID, 200, &list), Err(NOT_AS_DOCUMENTED));
}

#[test]
fn an_action_that_ends_keeps_deletes_or_marks_is_refused() {
    for text in ["Stop", "2", "Save", "4", "DELETE", "5", "+5", "05"] {
        let (wrong, _) = Resume::read(text, ActionAs::Number).unwrap_err();
        assert!(wrong.contains("cannot be undone"), "{text}");
    }
    for text in [
        "Pause", "3", "Mark", "6", "UnMark", "7", "0", "Resume", "-1", "8.0", "",
    ] {
        Resume::read(text, ActionAs::Number).unwrap_err();
        Resume::read(text, ActionAs::Name).unwrap_err();
    }
    for text in ["Start", "start", "1"] {
        assert_eq!(Resume::read(text, ActionAs::Name), Ok(Resume::Start));
    }
    assert_eq!(Resume::read("8", ActionAs::Number), Ok(Resume::Number(8)));
    Resume::read("8", ActionAs::Name).unwrap_err();
}

#[test]
fn what_is_asked_about_stays_in_its_place_in_the_address() {
    let mut setup = setup();
    setup.ucc = "a/../b ü?#%2f".to_owned();
    setup.base_url = "https://gateway.example/core/".parse().unwrap();
    let request = state_request(&setup, &CallId::new("x/y")).unwrap();
    assert_eq!(
        request.url().as_str(),
        "https://gateway.example/core/attendantservice/api/recording/a%2F..%2Fb%20%C3%BC%3F%23%252f/x%2Fy"
    );
    for id in ["", ".", "..", "a\tb", "a\nb"] {
        let call = CallId::new(id);
        assert_eq!(state_request(&setup, &call).unwrap_err(), Kind::NoSuchCall);
        let command = command_request(&setup, &call, Wanted::Paused);
        assert_eq!(command.unwrap_err(), Kind::NoSuchCall);
    }
}

/// Values that are tempting in each place of a state object.
fn tempting() -> impl Strategy<Value = Value> {
    let number = (-1_i64..6).prop_map(Value::from);
    let text = prop::sample::select(vec![ID, "ucc-demo-name", "Paused", "3", "", "x"]);
    let leaf = prop_oneof![
        4 => number,
        3 => text.prop_map(Value::from),
        2 => Just(Value::Null),
        1 => any::<bool>().prop_map(Value::from),
        1 => Just(json!(3.0)),
    ];
    leaf.prop_recursive(2, 8, 3, |inner| {
        let key = prop::sample::select(vec!["ErrorType", "Message", "RecordingState", "x"]);
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..3).prop_map(Value::from),
            prop::collection::btree_map(key, inner, 0..3)
                .prop_map(|map| map.into_iter().map(|(k, v)| (k.to_owned(), v)).collect()),
        ]
    })
}

/// A state object that is right but for what is changed in it.
fn nearly_right() -> impl Strategy<Value = Value> {
    let key = prop::sample::select(vec![
        "CorrelationId",
        "RecordingState",
        "MarkingState",
        "SavingState",
        "ErrorMessage",
        "UCCName",
        "x",
    ]);
    let change = (key, prop::option::weighted(0.8, tempting()));
    prop::collection::vec(change, 0..3).prop_map(|changes| {
        let mut state = json!({
            "CorrelationId": ID, "RecordingState": 3, "MarkingState": 0, "SavingState": 0,
            "ErrorMessage": null, "UCCName": "ucc-demo-name",
        });
        let object = state.as_object_mut().expect("it is one");
        for (key, value) in changes {
            match value {
                Some(value) => {
                    object.insert(key.to_owned(), value);
                }
                None => {
                    object.remove(key);
                }
            }
        }
        state
    })
}

/// What the page documents of a state object, said a second time and in another way.
fn documented_state(body: &Value) -> Option<u64> {
    let small = |key: &str, most: u64| body[key].as_u64().filter(|number| *number <= most);
    let named = |key: &str, name: &str| body[key].as_str().filter(|said| *said == name);
    let error = body.as_object()?.get("ErrorMessage")?;
    named("CorrelationId", ID)?;
    named("UCCName", "ucc-demo-name")?;
    small("MarkingState", 2)?;
    small("SavingState", 2)?;
    small("RecordingState", 3).filter(|_| error.is_null())
}

proptest! {
    #[test]
    fn any_bytes_prove_nothing(
        status in 0_u16..1_200,
        body in prop::collection::vec(any::<u8>(), 0..200),
    ) {
        let call = CallId::new(ID);
        prop_assert!(read_state_reply(&setup(), &call, head(status), &body).is_err());
        prop_assert!(read_capabilities_reply(&setup(), head(status), &body).is_err());
        let command = read_command_reply(head(status), &body);
        prop_assert_eq!(command == Ok(Accepted::Unproven), (200..300).contains(&status));
    }

    #[test]
    fn only_the_documented_shape_proves_a_state(body in nearly_right(), ok in any::<bool>()) {
        let status = if ok { 200 } else { 500 };
        let read = state_of(ID, status, &body.to_string());
        let documented = documented_state(&body).filter(|_| ok).map(|state| match state {
            1 => Recorder::Recording,
            3 => Recorder::Paused,
            _ => Recorder::Off,
        });
        prop_assert_eq!(read.ok(), documented);
        let command = read_command_reply(head(status), body.to_string().as_bytes());
        prop_assert!(!matches!(command, Ok(Accepted::Confirmed(_))));
        if !body["ErrorMessage"].is_null() {
            prop_assert!(command.is_err());
        }
    }

    #[test]
    fn any_json_is_survived(body in tempting(), status in 100_u16..600) {
        let text = body.to_string();
        let call = CallId::new(ID);
        prop_assert!(read_state_reply(&setup(), &call, head(status), text.as_bytes()).is_err());
        prop_assert!(read_capabilities_reply(&setup(), head(status), text.as_bytes()).is_err());
        let command = read_command_reply(head(status), text.as_bytes());
        prop_assert!(!matches!(command, Ok(Accepted::Confirmed(_))));
    }
}

// B4
#[test]
fn a_state_among_bytes_that_are_no_text_proves_nothing() {
    let body = format!(
        r#"{{"CorrelationId":"{ID}","RecordingState":3,"MarkingState":0,"SavingState":0,"ErrorMessage":null,"UCCName":"ucc-demo-name","Note":"@"}}"#
    );
    assert_eq!(state_of(ID, 200, &body), Ok(Recorder::Paused));
    let broken: Vec<u8> = body
        .bytes()
        .map(|byte| if byte == b'@' { 0xc0 } else { byte })
        .collect();
    let read = read_state_reply(&setup(), &CallId::new(ID), head(200), &broken);
    assert_eq!(read, Err(NOT_AS_DOCUMENTED));
}
