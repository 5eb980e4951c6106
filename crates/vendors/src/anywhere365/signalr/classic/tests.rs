use proptest::prelude::*;

use super::*;
use crate::anywhere365::fuzzing::signalr_classic;

/// "SignalR on the wire": a reply to a negotiation.
const NEGOTIATION: &str = r#"{"Url":"/signalr","ConnectionToken":"X97dw3uxW4NPPggQsYVcNcyQcuz4w2","ConnectionId":"05265228-1e2c-46c5-82a1-6a5bcc3f0143","KeepAliveTimeout":10.0,"DisconnectTimeout":5.0,"ConnectionTimeout":110.0,"TryWebSockets":true,"ProtocolVersion":"1.5","TransportConnectTimeout":30.0,"LongPollDelay":0.0}"#;

fn frame(text: &str) -> Frame {
    read_frame(text.as_bytes()).expect("it is well formed")
}

#[test]
fn a_negotiation_is_read_as_described() {
    let offer = read_negotiation(NEGOTIATION.as_bytes()).unwrap();
    let token = offer.token.expose_secret();
    assert_eq!(token, "X97dw3uxW4NPPggQsYVcNcyQcuz4w2");
    assert_eq!(offer.longest_silence, Some(Duration::from_secs(10)));
    assert_eq!(offer.mendable, Duration::from_secs(5));
    assert_eq!(offer.longest_poll, Duration::from_secs(110));
    assert!(offer.web_sockets);
    let silent = NEGOTIATION.replace("\"KeepAliveTimeout\":10.0", "\"KeepAliveTimeout\":null");
    let offer = read_negotiation(silent.as_bytes()).unwrap();
    assert_eq!(offer.longest_silence, None);
}

#[test]
fn what_is_no_negotiation_is_not_understood() {
    for (right, wrong) in [
        ("10.0", "-10.0"),
        ("10.0", "0.0"),
        ("5.0,", "1e300,"),
        ("5.0,", "\"5\","),
        ("110.0", "86401"),
        ("\"ConnectionToken\"", "\"Token\""),
        ("true", "1"),
        ("{", "["),
    ] {
        let reply = NEGOTIATION.replacen(right, wrong, 1);
        let error = read_negotiation(reply.as_bytes()).unwrap_err();
        assert_eq!(error, NOT_NEGOTIATED, "{wrong}");
    }
    let newer = NEGOTIATION.replace("\"1.5\"", "\"2.1\"");
    let error = read_negotiation(newer.as_bytes()).unwrap_err();
    assert_eq!(error, ANOTHER_VERSION);
}

#[test]
fn listening_has_begun_when_the_hub_says_so() {
    assert_eq!(read_start(br#"{ "Response": "started" }"#), Ok(()));
    for other in [r#"{"Response":"no"}"#, "{}", "", r#"["started"]"#] {
        assert_eq!(read_start(other.as_bytes()), Err(NOT_STARTED));
    }
}

#[test]
fn each_frame_is_read_as_described() {
    assert_eq!(frame("{}"), Frame::default());
    assert_eq!(frame(""), Frame::default());
    let first =
        frame(r#"{"C":"s-0,2CDDE7A|1,23ADE88|2,297B01B|3,3997404|4,33239B5","S":1,"M":[]}"#);
    assert!(first.initialized && !first.over && !first.reconnect);
    let told = frame(
        r#"{"C":"d-5196BF5C-A,0|B,0","G":"g1","L":250,"M":[
        {"H":"TestHub","M":"Echo","A":["Hello",5],"S":{"x":1}},
        "of a connection without hubs", {"H":"TestHub","M":"Echo"}, ["TestHub","Echo",[]]]}"#,
    );
    let echo = Invocation {
        hub: Some("TestHub".to_owned()),
        method: "Echo".to_owned(),
        arguments: vec![json!("Hello"), json!(5)],
    };
    assert_eq!(told.invocations, [echo]);
    assert_eq!(told.delay, Duration::from_millis(250));
    assert!(frame(r#"{"C":"d-1","T":1,"M":[]}"#).reconnect);
    assert!(frame(r#"{"C":"d-1","D":1,"M":[]}"#).over);
    assert!(frame(r#"{"E":"it broke"}"#).over);
    assert_eq!(frame(r#"{"L":99999999}"#).delay, LONGEST_DELAY);
}

#[test]
fn what_became_of_a_call_is_read_as_described() {
    let reply = |id: &str, failed| {
        Some(Reply {
            id: id.to_owned(),
            failed,
        })
    };
    assert_eq!(frame(r#"{"I":"0","R":42}"#).reply, reply("0", false));
    assert_eq!(frame(r#"{"I":0}"#).reply, reply("0", false));
    let failed = frame(r#"{"I":"0","E":"no","T":"at X.Y()"}"#);
    assert_eq!(failed.reply, reply("0", true));
    assert!(!failed.over && !failed.reconnect);
    // Progress is none yet.
    assert_eq!(
        frame(r#"{"I":"P|0","P":{"D":5}}"#).reply,
        reply("P|0", false)
    );
}

#[test]
fn what_is_garbled_is_not_understood() {
    let deep = format!("{{\"M\":{}{}}}", "[".repeat(500), "]".repeat(500));
    for garbled in [
        "x",
        "[]",
        "initialized",
        "{\"M\":{}}",
        "{\"C\":1}",
        "{\"I\":{}}",
        "{\"C\":\"a\",\"C\":\"b\"}",
        &deep,
    ] {
        assert_eq!(
            read_frame(garbled.as_bytes()),
            Err(NOT_A_FRAME),
            "{garbled}"
        );
    }
}

#[test]
fn what_is_too_long_is_not_kept() {
    let long = format!("{{\"x\":\"{}\"}}", "x".repeat(LONGEST));
    assert_eq!(read_frame(long.as_bytes()), Err(TOO_LONG));
    for key in ["C", "G"] {
        let long = format!("{{\"{key}\":\"{}\"}}", "x".repeat(LONGEST_PLACE + 1));
        assert_eq!(read_frame(long.as_bytes()), Err(TOO_LONG));
    }
}

fn query(url: &Url) -> Vec<(String, String)> {
    url.query_pairs().into_owned().collect()
}

fn pairs(of: &[(&str, &str)]) -> Vec<(String, String)> {
    of.iter()
        .map(|(key, value)| ((*key).to_owned(), (*value).to_owned()))
        .collect()
}

#[test]
fn an_address_has_everything_that_its_command_needs() {
    let hub: Url = "https://core.acme.example/signalr".parse().unwrap();
    let url = address(&hub, "recordingHub", "negotiate", None);
    assert_eq!(url.path(), "/signalr/negotiate");
    let data = ("connectionData", r#"[{"name":"recordingHub"}]"#);
    assert_eq!(query(&url), pairs(&[("clientProtocol", "1.5"), data]));

    let token = SecretString::from("a+b/c=");
    let mut place = Place::default();
    let mut at = At {
        transport: Transport::WebSockets,
        token: &token,
        place: None,
    };
    let url = address(&hub, "recordingHub", "connect", Some(&at));
    let mut expected = vec![
        ("clientProtocol", "1.5"),
        ("transport", "webSockets"),
        ("connectionToken", "a+b/c="),
        data,
    ];
    assert_eq!(query(&url), pairs(&expected));

    // A frame without a place leaves it where it was.
    place.move_on(&frame(r#"{"C":"d-1,0|2","G":"g&1","M":[]}"#));
    place.move_on(&frame("{}"));
    at.place = Some(&place);
    at.transport = Transport::LongPolling;
    let url = address(&hub, "recordingHub", "poll", Some(&at));
    expected[1].1 = "longPolling";
    expected.extend([("messageId", "d-1,0|2"), ("groupsToken", "g&1")]);
    assert_eq!(query(&url), pairs(&expected));
}

#[test]
fn a_call_has_the_described_form() {
    let call = call("0", "recordingHub", "Join", &["ucc", "sip:a@b.c"]);
    let read: Value = serde_json::from_str(&call).unwrap();
    let expected = json!({"H": "recordingHub", "M": "Join", "A": ["ucc", "sip:a@b.c"], "I": "0"});
    assert_eq!(read, expected);
    let form = form(&call);
    let fields: Vec<_> = form_urlencoded::parse(form.as_bytes()).collect();
    assert_eq!(fields, [("data".into(), call.as_str().into())]);
}

proptest! {
    #[test]
    fn any_object_is_survived(
        letters in proptest::collection::vec("\"[CSTDLMIEGR]\":(1|\"x\"|null|\\[\\{\"H\":\"h\",\"M\":\"m\",\"A\":\\[\\]\\}\\])", 0..6),
    ) {
        signalr_classic(format!("{{{}}}", letters.join(",")).as_bytes());
    }
}
