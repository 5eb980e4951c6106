use pause::Recorder;
use proptest::prelude::*;

use super::*;
use crate::testing::{Fixture, head};

const ID: &str = "00RV9H7S6O8V3BSHAG7GK2LAES00002M";

fn setup() -> Setup {
    Setup {
        base_url: "https://gws.acme.example:8090".parse().unwrap(),
        username: "agent@acme.example".to_owned(),
        origin: Some("https://gws.acme.example:8090".to_owned()),
        csrf: Csrf::Auto,
        transport: Transport::Auto,
        channel: "/v2/me/calls".to_owned(),
    }
}

fn recorder_of(call: &str, status: u16, body: &[u8]) -> Result<Recorder, Kind> {
    read_call_reply(&setup(), &CallId::new(call), head(status), body)?.recorder()
}

fn recorder(fixture: &'static str) -> Result<Recorder, Kind> {
    let fixture = Fixture::read(fixture);
    recorder_of(ID, fixture.head.status, fixture.body.as_bytes())
}

fn command(fixture: &'static str) -> Result<Accepted, Kind> {
    let fixture = Fixture::read(fixture);
    read_command_reply(&setup(), fixture.head, fixture.body.as_bytes())
}

fn me(fixture: &'static str) -> Result<(), Kind> {
    let fixture = Fixture::read(fixture);
    read_me_reply(&setup(), fixture.head, fixture.body.as_bytes())
}

fn calls(fixture: &'static str) -> Result<Vec<String>, Kind> {
    let fixture = Fixture::read(fixture);
    let calls = read_calls_reply(&setup(), fixture.head, fixture.body.as_bytes())?;
    Ok(calls.iter().map(|(id, _)| id.to_string()).collect())
}

fn is_unintelligible<T>(reply: Result<T, Kind>) -> bool {
    matches!(reply, Err(Kind::Unintelligible(_)))
}

#[test]
fn each_state_is_read_as_documented() {
    for (fixture, read_as) in [
        (
            include_str!("../fixtures/call_paused.reply"),
            Ok(Recorder::Paused),
        ),
        (
            include_str!("../fixtures/call_paused_8_5_0.reply"),
            Ok(Recorder::Paused),
        ),
        (
            include_str!("../fixtures/call_paused_8_5_2.reply"),
            Ok(Recorder::Paused),
        ),
        (
            include_str!("../fixtures/call_recording.reply"),
            Ok(Recorder::Recording),
        ),
        (
            include_str!("../fixtures/call_off.reply"),
            Ok(Recorder::Off),
        ),
        (
            include_str!("../fixtures/call_released.reply"),
            Err(Kind::NoSuchCall),
        ),
        (
            include_str!("../fixtures/not_found.reply"),
            Err(Kind::NoSuchCall),
        ),
        (
            include_str!("../fixtures/not_authenticated.reply"),
            Err(Kind::SessionEnded),
        ),
        (
            include_str!("../fixtures/captive_portal.reply"),
            Err(NOT_AS_DOCUMENTED),
        ),
        (
            include_str!("../fixtures/command.reply"),
            Err(NOT_AS_DOCUMENTED),
        ),
    ] {
        assert_eq!(recorder(fixture), read_as, "{fixture}");
    }
    let contradicts = include_str!("../fixtures/call_contradicts.reply");
    assert!(is_unintelligible(recorder(contradicts)));
    let silent = Fixture::read(include_str!("../fixtures/call_silent.reply"));
    let silent = recorder_of("1", 200, silent.body.as_bytes());
    assert!(is_unintelligible(silent));
}

#[test]
fn a_reply_to_a_command_proves_nothing() {
    for (fixture, read_as) in [
        (
            include_str!("../fixtures/command.reply"),
            Ok(Accepted::Unproven),
        ),
        (
            include_str!("../fixtures/call_paused.reply"),
            Ok(Accepted::Unproven),
        ),
        (
            include_str!("../fixtures/not_valid.reply"),
            Err(Kind::Refused("2".to_owned())),
        ),
        (
            include_str!("../fixtures/no_permission.reply"),
            Err(Kind::NotPermitted(MAY_NOT)),
        ),
        (
            include_str!("../fixtures/csrf.reply"),
            Err(Kind::SessionEnded),
        ),
        (
            include_str!("../fixtures/captive_portal.reply"),
            Err(NOT_AS_DOCUMENTED),
        ),
    ] {
        assert_eq!(command(fixture), read_as, "{fixture}");
    }
}

#[test]
fn who_we_are_is_checked_as_far_as_it_is_said() {
    for (fixture, read_as) in [
        (include_str!("../fixtures/me.reply"), Ok(())),
        (include_str!("../fixtures/me_features.reply"), Ok(())),
        (
            include_str!("../fixtures/me_no_feature.reply"),
            Err(Kind::NotPermitted(MAY_NOT)),
        ),
        (
            include_str!("../fixtures/not_authenticated.reply"),
            Err(Kind::SessionEnded),
        ),
        (
            include_str!("../fixtures/captive_portal.reply"),
            Err(NOT_AS_DOCUMENTED),
        ),
    ] {
        assert_eq!(me(fixture), read_as, "{fixture}");
    }
    let objects = br#"{"statusCode":0,"user":{"features":[{"name":"x"}]}}"#;
    assert_eq!(read_me_reply(&setup(), head(200), objects), Ok(()));
}

#[test]
fn the_calls_are_those_that_go_on() {
    let ids = |ids: &[&str]| Ok(ids.iter().map(|id| (*id).to_owned()).collect());
    for (fixture, read_as) in [
        (include_str!("../fixtures/calls.reply"), ids(&[ID, "held"])),
        (include_str!("../fixtures/calls_none.reply"), ids(&[])),
        (include_str!("../fixtures/calls_uris.reply"), ids(&[ID])),
        (
            include_str!("../fixtures/command.reply"),
            Err(NOT_AS_DOCUMENTED),
        ),
    ] {
        assert_eq!(calls(fixture), read_as, "{fixture}");
    }
    for body in [
        r#"{"statusCode":0,"calls":[{"state":"Established"}]}"#,
        r#"{"statusCode":0,"calls":[["id"]]}"#,
        r#"{"statusCode":0,"calls":{"1":{}}}"#,
        r#"{"statusCode":0,"uris":["http://h/"]}"#,
        r#"{"calls":[]}"#,
        r#"[0,[]]"#,
    ] {
        let reply = read_calls_reply(&setup(), head(200), body.as_bytes());
        assert!(is_unintelligible(reply), "{body}");
    }
    // No call is not the same as no list of calls, and neither is "not found".
    let not_found = Fixture::read(include_str!("../fixtures/not_found.reply"));
    let reply = read_calls_reply(&setup(), not_found.head, not_found.body.as_bytes());
    assert_eq!(reply.unwrap_err(), Kind::Refused("6".to_owned()));
}

#[test]
fn each_code_says_what_has_to_happen_next() {
    let refused = |code: &str| Kind::Refused(code.to_owned());
    for (code, kind) in [
        (1, refused("1")),
        (2, refused("2")),
        (3, Kind::NotPermitted(MAY_NOT)),
        (4, Kind::ServerFailed(200)),
        (5, Kind::NotPermitted(MAY_NOT)),
        (6, Kind::NoSuchCall),
        (7, Kind::Partly),
        (8, Kind::NotPermitted(CHANGE_PASSWORD)),
        (9, NOT_FINISHED),
        (10, refused("10")),
        (11, refused("11")),
        (12, Kind::ServerFailed(200)),
        (15, Kind::ServerFailed(200)),
        (17, Kind::ServerFailed(200)),
        (18, refused("18")),
        (19, refused("19")),
        (20, Kind::SessionEnded),
        (21, UNKNOWN_CODE),
        (4_294_967_296_u64, UNKNOWN_CODE),
    ] {
        let body = format!("{{\"statusCode\":{code},\"statusMessage\":\"x\"}}");
        let reply = read_command_reply(&setup(), head(200), body.as_bytes());
        assert_eq!(reply, Err(kind.clone()), "{code}");
        let read = recorder_of(ID, 200, body.as_bytes());
        assert_eq!(read, Err(kind), "{code}");
    }
    for code in [4, 7, 9, 12, 13, 14, 15, 16, 17, 21] {
        let body = format!("{{\"statusCode\":{code}}}");
        let reply = read_command_reply(&setup(), head(200), body.as_bytes());
        assert!(reply.unwrap_err().leaves_recorder_in_doubt(), "{code}");
    }
}

#[test]
fn the_status_counts_where_it_is_worse() {
    let of = |status, body: &str| {
        let reply = read_command_reply(&setup(), head(status), body.as_bytes());
        reply.unwrap_err()
    };
    let ok = "{\"statusCode\":0}";
    for status in [100, 301, 400, 401, 403, 404, 429, 500, 503] {
        of(status, ok);
    }
    assert_eq!(of(401, ok), Kind::SessionEnded);
    assert_eq!(of(500, "{\"statusCode\":6}"), Kind::ServerFailed(500));
    assert!(matches!(
        of(302, "{\"statusCode\":6}"),
        Kind::Unintelligible(_)
    ));
    let throttled = Kind::Throttled { retry_after: None };
    assert_eq!(of(429, "{\"statusCode\":2}"), throttled);
    assert_eq!(of(404, "{\"statusCode\":6}"), Kind::NoSuchCall);
    assert_eq!(of(404, "<html>"), Kind::NotPermitted(CHECK_ADDRESS));
    assert_eq!(of(404, "{}"), Kind::NotPermitted(CHECK_ADDRESS));
    assert_eq!(of(403, "Forbidden"), Kind::NotPermitted(TURNED_AWAY));
    let no_token = "{\"statusCode\":3,\"statusMessage\":\"Missing or invalid Csrf token\"}";
    assert_eq!(of(403, no_token), Kind::SessionEnded);
}

#[test]
fn where_no_token_is_to_be_sent_a_missing_one_is_a_matter_of_the_settings() {
    let mut setup = setup();
    setup.csrf = Csrf::Off;
    let fixture = Fixture::read(include_str!("../fixtures/csrf.reply"));
    let reply = read_command_reply(&setup, fixture.head, fixture.body.as_bytes());
    assert_eq!(reply, Err(Kind::NotPermitted(SET_CSRF)));
}

#[test]
fn a_reply_about_another_call_says_nothing() {
    let body = Fixture::read(include_str!("../fixtures/call_paused.reply")).body;
    assert_eq!(
        recorder_of("another", 200, body.as_bytes()),
        Err(ANOTHER_CALL)
    );
    // The documented example asks by this one of its ids.
    let by_conn_id = recorder_of("0071022ec8ac8056", 200, body.as_bytes());
    assert_eq!(by_conn_id, Ok(Recorder::Paused));
}

#[test]
fn nothing_but_the_documented_shape_is_understood() {
    let right = Fixture::read(include_str!("../fixtures/call_paused.reply")).body;
    let state = "\"recordingState\": \"Paused\"";
    for (from, to) in [
        ("\"statusCode\": 0,", ""),
        ("\"statusCode\": 0", "\"statusCode\": \"0\""),
        ("\"statusCode\": 0", "\"statusCode\": null"),
        ("\"statusCode\": 0", "\"statusCode\": false"),
        ("\"statusCode\": 0", "\"statusCode\": 0.5"),
        ("\"statusCode\": 0", "\"statusCode\": -1"),
        ("\"statusCode\": 0", "\"statusCode\": 0, \"statusCode\": 0"),
        ("\"call\":", "\"calls\":"),
        ("\"call\": {", "\"call\": {}, \"Call\": {"),
        (state, "\"recordingState\": \"paused\""),
        (state, "\"recordingState\": \"Pausing\""),
        (state, "\"recordingState\": null"),
        (state, "\"recordingState\": true"),
        (state, "\"recordingState\": 3"),
        (state, "\"recordingState\": [\"Paused\"]"),
        (
            state,
            "\"recordingState\": \"Recording\", \"recordingState\": \"Paused\"",
        ),
        ("\"PAUSED\"", "\"ON\""),
        ("\"PAUSED\"", "null"),
        ("\"PAUSED\"", "\"Paused\""),
        ("\"PAUSED\"", "\"ON\", \"GSIP_RECORD\": \"PAUSED\""),
        ("\"ResumeCallRecording\"", "\"PauseCallRecording\""),
        ("\"ResumeCallRecording\"", "\"StartCallRecording\""),
        ("\"ResumeCallRecording\"", "null"),
        ("\"userData\": {", "\"userData\": [], \"x\": {"),
        ("\"uri\": \"http", "\"uri\": 7, \"x\": \"http"),
        ("{", "[{"),
    ] {
        let wrong = right.replacen(from, to, 1);
        assert_ne!(wrong, right, "{from}");
        let reply = recorder_of(ID, 200, wrong.as_bytes());
        assert!(is_unintelligible(reply), "{to}");
    }
    for more in ["} {}", "}]", ""] {
        let wrong = right.strip_suffix('}').expect("it ends so").to_owned() + more;
        assert!(
            is_unintelligible(recorder_of(ID, 200, wrong.as_bytes())),
            "{more}"
        );
    }
}

#[test]
fn a_call_stays_in_its_place_in_the_address() {
    let mut setup = setup();
    setup.base_url = "https://gateway.example/gws/".parse().unwrap();
    let request = call_request(&setup, &CallId::new("a;b ü".replace(' ', ""))).unwrap();
    let address = "https://gateway.example/gws/api/v2/me/calls/a;b%C3%BC";
    assert_eq!(request.url().as_str(), address);
    for id in [
        "", ".", "..", "a/b", "a\tb", "a b", "a?b", "a#b", "a%2fb", "a\\b",
    ] {
        let call = CallId::new(id);
        assert_eq!(call_request(&setup, &call).unwrap_err(), Kind::NoSuchCall);
        let command = command_request(&setup, &call, Wanted::Paused);
        assert_eq!(command.unwrap_err(), Kind::NoSuchCall);
    }
}

#[test]
fn a_token_is_sent_by_the_name_that_comes_with_it() {
    let read = |name: &str, value: &str| {
        let mut headers = HeaderMap::new();
        headers.insert("X-CSRF-HEADER", name.parse().unwrap());
        headers.insert("X-CSRF-TOKEN", value.parse().unwrap());
        CsrfHeader::read(&headers)
    };
    let header = read("X-My-Token", "5ecre7").unwrap();
    let mut request = me_request(&setup());
    header.attach(&mut request);
    assert_eq!(request.headers()["x-my-token"], "5ecre7");
    assert!(!format!("{request:?}").contains("5ecre7"));
    for name in ["Authorization", "Host", "Content-Length", "a b", ""] {
        assert!(read(name, "5ecre7").is_none(), "{name}");
    }
    assert!(read("X-CSRF-TOKEN", "").is_none());
    let mut headers = HeaderMap::new();
    headers.insert("X-CSRF-HEADER", "X-My-Token".parse().unwrap());
    headers.insert("X-My-Token", "5ecre7".parse().unwrap());
    let mut request = me_request(&setup());
    CsrfHeader::read(&headers).unwrap().attach(&mut request);
    assert_eq!(request.headers()["x-my-token"], "5ecre7");
    assert!(CsrfHeader::read(&HeaderMap::new()).is_none());
}

/// A reply that is right but for what is changed in it.
fn nearly_right() -> impl Strategy<Value = Value> {
    let key = prop::sample::select(vec![
        "/statusCode",
        "/call/uri",
        "/call/id",
        "/call/connId",
        "/call/callUuid",
        "/call/state",
        "/call/recordingState",
        "/call/capabilities",
        "/call/userData",
        "/call/userData/GSIP_RECORD",
        "/call",
    ]);
    let text = prop::sample::select(vec![
        ID,
        "Paused",
        "Recording",
        "Stopped",
        "PAUSED",
        "ON",
        "Released",
        "",
        "x",
    ]);
    let leaf = prop_oneof![
        4 => text.prop_map(Value::from),
        2 => Just(Value::Null),
        1 => any::<bool>().prop_map(Value::from),
        1 => (-1_i64..22).prop_map(Value::from),
        1 => Just(json!(["PauseCallRecording", "StopCallRecording"])),
        1 => Just(json!(["StartCallRecording"])),
        1 => Just(json!({})),
        1 => Just(json!([])),
    ];
    prop::collection::vec((key, leaf), 0..4).prop_map(|changes| {
        let right = Fixture::read(include_str!("../fixtures/call_paused.reply")).body;
        let mut reply: Value = serde_json::from_str(right).expect("it is JSON");
        for (key, value) in changes {
            if let Some(place) = reply.pointer_mut(key) {
                *place = value;
            }
        }
        reply
    })
}

/// What has to stand in a reply that proves a pause, said a second time and in another way.
fn documented_pause(reply: &Value) -> bool {
    let call = &reply["call"];
    let has = |name: &str| {
        let offers = call["capabilities"].as_array();
        offers.is_some_and(|offers| offers.iter().any(|offer| offer == name))
    };
    let last = call["uri"].as_str().and_then(|uri| uri.rsplit('/').next());
    let names = [
        last,
        call["id"].as_str(),
        call["connId"].as_str(),
        call["callUuid"].as_str(),
    ];
    reply["statusCode"] == 0
        && names.contains(&Some(ID))
        && call["state"] != "Released"
        && call["recordingState"] == "Paused"
        && (call["userData"]["GSIP_RECORD"] == "PAUSED"
            || call["userData"].get("GSIP_RECORD").is_none())
        && !has("PauseCallRecording")
        && !has("StartCallRecording")
}

proptest! {
    #[test]
    fn any_bytes_prove_nothing(
        status in 0_u16..1_200,
        body in prop::collection::vec(any::<u8>(), 0..200),
    ) {
        prop_assert!(recorder_of(ID, status, &body).is_err());
        prop_assert!(read_me_reply(&setup(), head(status), &body).is_err());
        prop_assert!(read_calls_reply(&setup(), head(status), &body).is_err());
        prop_assert!(read_command_reply(&setup(), head(status), &body).is_err());
    }

    #[test]
    fn only_the_documented_shape_proves_a_pause(reply in nearly_right(), ok in any::<bool>()) {
        let status = if ok { 200 } else { 409 };
        let body = reply.to_string();
        let read = recorder_of(ID, status, body.as_bytes());
        if read == Ok(Recorder::Paused) {
            prop_assert!(ok && documented_pause(&reply), "{}", body);
        }
        let command = read_command_reply(&setup(), head(status), body.as_bytes());
        prop_assert_eq!(command.is_ok(), ok && reply["statusCode"] == 0);
        prop_assert!(!matches!(command, Ok(Accepted::Confirmed(_))));
    }
}

// B4
#[test]
fn a_call_among_bytes_that_are_no_text_proves_nothing() {
    let body = format!(
        r#"{{"statusCode":0,"call":{{"id":"{ID}","state":"Established","recordingState":"Paused"}},"note":"@"}}"#
    );
    let read = recorder_of(ID, 200, body.as_bytes());
    assert_eq!(read, Ok(Recorder::Paused));
    let broken = body
        .bytes()
        .map(|byte| if byte == b'@' { 0xc0 } else { byte });
    let read = recorder_of(ID, 200, &broken.collect::<Vec<u8>>());
    assert_eq!(read, Err(NOT_AS_DOCUMENTED));
}
