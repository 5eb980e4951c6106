use proptest::prelude::*;
use secrecy::ExposeSecret;

use super::*;
use crate::anywhere365::fuzzing::{signalr_core, the_same_however_cut};

/// "SignalR Hub Protocol", JSON encoding: the examples of each message, as one line each.
const EXAMPLES: &str = concat!(
    "{}\x1e",
    "{\"type\":1,\"invocationId\":\"123\",\"target\":\"Send\",\"arguments\":[42,\"Test Message\"]}\x1e",
    "{\"type\":1,\"target\":\"Send\",\"arguments\":[42,\"Test Message\"]}\x1e",
    "{\"type\":2,\"invocationId\":\"123\",\"item\":42}\x1e",
    "{\"type\":3,\"invocationId\":\"123\"}\x1e",
    "{\"type\":3,\"invocationId\":\"123\",\"result\":42}\x1e",
    "{\"type\":3,\"invocationId\":\"123\",\"error\":\"It didn't work!\"}\x1e",
    "{\"type\":6}\x1e",
    "{\"type\":8,\"sequenceId\":1394}\x1e",
    "{\"type\":9,\"sequenceId\":1234}\x1e",
    "{\"type\":1,\"headers\":{\"Foo\":\"Bar\"},\"target\":\"Send\",\"arguments\":[42,\"Test Message\"]}\x1e",
    "{\"type\":7,\"error\":\"Connection closed because of an error!\",\"allowReconnect\":true}\x1e",
);

fn read(text: &str) -> Result<Vec<Message>, Kind> {
    let mut records = Records::default();
    records.take(text.as_bytes());
    let mut messages = Vec::new();
    while let Some(message) = records.next()? {
        messages.push(message);
    }
    Ok(messages)
}

/// What follows a handshake.
fn after_handshake(text: &str) -> Result<Vec<Message>, Kind> {
    read(&format!("{{}}\x1e{text}"))
}

fn completion(failed: bool) -> Message {
    let id = "123".to_owned();
    Message::Completion { id, failed }
}

#[test]
fn each_message_is_read_as_documented() {
    let send = || {
        Message::Invocation(Invocation {
            hub: None,
            method: "Send".to_owned(),
            arguments: vec![json!(42), json!("Test Message")],
        })
    };
    let expected = [
        Message::Shaken,
        send(),
        send(),
        Message::Other,
        completion(false),
        completion(false),
        completion(true),
        Message::Other,
        Message::Other,
        Message::Other,
        send(),
        Message::Close,
    ];
    assert_eq!(read(EXAMPLES).unwrap(), expected);
}

#[test]
fn what_is_said_has_the_documented_form() {
    assert_eq!(handshake(), "{\"protocol\":\"json\",\"version\":1}\u{1e}");
    assert_eq!(ping(), "{\"type\":6}\u{1e}");
    let call = invocation("0", "Join", &["ucc-demo-name"]);
    let call: Value = serde_json::from_str(call.strip_suffix('\u{1e}').unwrap()).unwrap();
    let expected = json!({
        "type": 1, "invocationId": "0", "target": "Join", "arguments": ["ucc-demo-name"],
    });
    assert_eq!(call, expected);
}

#[test]
fn a_handshake_can_fail() {
    let refused = read("{\"error\":\"Requested protocol 'json' is not available.\"}\x1e");
    assert_eq!(refused, Err(Kind::Refused("handshake".to_owned())));
    assert_eq!(read("{\"type\":7}\x1e"), Ok(vec![Message::Close]));
    // Nothing is told before it.
    for early in [
        "{\"type\":1,\"target\":\"x\",\"arguments\":[]}\x1e",
        "{\"type\":6}\x1e",
    ] {
        assert_eq!(read(early), Err(NOT_A_MESSAGE));
    }
}

#[test]
fn what_is_garbled_is_not_understood() {
    for garbled in [
        "\x1e",
        "[]\x1e",
        "[1,null,\"x\",[],null]\x1e",
        "{}\x1e",
        "{\"type\":\"1\"}\x1e",
        "{\"type\":-1}\x1e",
        "{\"type\":1,\"target\":\"x\"}\x1e",
        "{\"type\":1,\"arguments\":[]}\x1e",
        "{\"type\":1,\"target\":\"x\",\"arguments\":{}}\x1e",
        "{\"type\":1,\"type\":6,\"target\":\"x\",\"arguments\":[]}\x1e",
        "{\"type\":3}\x1e",
        "{\"type\":6}{\"type\":6}\x1e",
        "<html></html>\x1e",
    ] {
        assert_eq!(after_handshake(garbled), Err(NOT_A_MESSAGE), "{garbled}");
    }
    let deep = format!(
        "{{\"type\":1,\"target\":\"x\",\"arguments\":{}{}}}\x1e",
        "[".repeat(500),
        "]".repeat(500)
    );
    assert_eq!(after_handshake(&deep), Err(NOT_A_MESSAGE));
}

#[test]
fn a_message_waits_for_its_end() {
    let mut records = Records::default();
    records.take(b"{}\x1e{\"type\":");
    assert_eq!(records.next(), Ok(Some(Message::Shaken)));
    assert_eq!(records.next(), Ok(None));
    records.take(b"6}");
    assert_eq!(records.next(), Ok(None));
    records.take(b"\x1e");
    assert_eq!(records.next(), Ok(Some(Message::Other)));
    assert_eq!(records.next(), Ok(None));
}

#[test]
fn what_has_no_end_is_not_kept() {
    let mut records = Records::default();
    records.take(b"{}\x1e");
    assert_eq!(records.next(), Ok(Some(Message::Shaken)));
    let piece = [b'x'; 1024];
    for _ in 0..LONGEST / piece.len() {
        records.take(&piece);
        assert_eq!(records.next(), Ok(None));
    }
    records.take(b"x");
    assert_eq!(records.next(), Err(TOO_LONG));
    // And with an end it is no better.
    let long = format!("{{\"type\":6,\"x\":\"{}\"}}\x1e", "x".repeat(LONGEST));
    assert_eq!(after_handshake(&long), Err(TOO_LONG));
}

#[test]
fn what_has_been_read_is_let_go() {
    let mut records = Records::default();
    records.take(b"{}\x1e");
    records.next().unwrap();
    for _ in 0..100_000 {
        records.take(b"{\"type\":6}\x1e{\"type\"");
        assert_eq!(records.next(), Ok(Some(Message::Other)));
        records.take(b":6}\x1e");
        assert_eq!(records.next(), Ok(Some(Message::Other)));
    }
    assert!(records.held.capacity() < 1024);
}

#[test]
fn a_negotiation_is_read_as_documented() {
    // "Transport Protocols", version 1 and version 0.
    let both = [
        (
            r#""connectionToken":"05265228-1e2c-46c5-82a1-6a5bcc3f0143","#,
            1,
            "05265228-1e2c-46c5-82a1-6a5bcc3f0143",
        ),
        ("", 0, "807809a5-31bf-470d-9e23-afaee35d8a0d"),
    ];
    for (token, version, expected) in both {
        let reply = format!(
            r#"{{{token}"connectionId":"807809a5-31bf-470d-9e23-afaee35d8a0d",
            "negotiateVersion":{version},"availableTransports":[
            {{"transport":"WebSockets","transferFormats":["Text","Binary"]}},
            {{"transport":"ServerSentEvents","transferFormats":["Text"]}},
            {{"transport":"Pigeons","transferFormats":["Text"]}},
            {{"transport":"LongPolling","transferFormats":["Binary"]}}]}}"#
        );
        let Ok(Negotiation::Here(offer)) = read_negotiation(reply.as_bytes()) else {
            panic!("{reply}");
        };
        assert_eq!(offer.token.expose_secret(), expected);
        let text = [Transport::WebSockets, Transport::ServerSentEvents];
        assert_eq!(offer.transports, text);
    }
}

#[test]
fn a_negotiation_can_lead_elsewhere_or_nowhere() {
    let reply = br#"{"url":"https://myapp.com/chat","accessToken":"accessToken"}"#;
    let Ok(Negotiation::Elsewhere { url, token }) = read_negotiation(reply) else {
        panic!("it is a redirect");
    };
    assert_eq!(url, "https://myapp.com/chat");
    assert_eq!(token.unwrap().expose_secret(), "accessToken");
    let reply = br#"{"error":"This connection is not allowed."}"#;
    let error = read_negotiation(reply).unwrap_err();
    assert_eq!(error, Kind::NotPermitted(TURNED_AWAY));
    // What the other generation answers is none.
    let classic =
        br#"{"Url":"/signalr","ConnectionToken":"t","ConnectionId":"i","ProtocolVersion":"1.5"}"#;
    for nothing in [
        &classic[..],
        b"",
        b"{}",
        b"[]",
        b"null",
        br#"{"connectionId":"i"}"#,
    ] {
        assert_eq!(read_negotiation(nothing).unwrap_err(), NOT_NEGOTIATED);
    }
}

#[test]
fn the_examples_are_the_same_however_they_are_cut() {
    let messages = the_same_however_cut(
        EXAMPLES.as_bytes(),
        Records::default,
        |records, piece| records.take(piece),
        Records::next,
    );
    assert_eq!(messages.len(), 12);
}

proptest! {
    #[test]
    fn any_bytes_are_survived(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
        signalr_core(&bytes);
    }

    #[test]
    fn any_records_are_survived(records in proptest::collection::vec(
        "(\\{\\}|\\{\"type\":[0-9],?(\"target\":\"[a-z]\",\"arguments\":\\[[0-9]?\\])?\\}|[ -~]{0,20})\u{1e}", 0..8,
    )) {
        signalr_core(format!("{{}}\x1e{}", records.concat()).as_bytes());
    }
}
