use proptest::prelude::*;

use super::*;
use crate::testing::Fixture;

const CALLS: &str = "/v2/me/calls";

/// A client, and a server that says what it is told to.
struct Talk {
    client: Client,
    came: VecDeque<Came>,
}

impl Talk {
    fn new(carrier: Carrier, or: Option<Carrier>) -> Self {
        let client = Client::new(CALLS, carrier, or);
        let came = VecDeque::new();
        Self { client, came }
    }

    /// One whose subscription has been accepted.
    fn open() -> Self {
        let mut talk = Self::new(Carrier::LongPolling, None);
        talk.open_again();
        talk
    }

    fn open_again(&mut self) {
        self.asks("/meta/handshake");
        self.hears(json!([{
            "channel": "/meta/handshake", "clientId": "c1", "successful": true,
            "advice": {"interval": 0, "timeout": 30_000, "reconnect": "retry"},
        }]))
        .unwrap();
        assert!(!self.client.is_open());
        self.asks("/meta/subscribe");
        self.hears(json!([{
            "channel": "/meta/subscribe", "successful": true, "subscription": CALLS,
        }]))
        .unwrap();
        assert!(self.client.is_open());
    }

    /// One that has been answered its first connect.
    fn connected() -> Self {
        let mut talk = Self::open();
        talk.connects();
        talk
    }

    fn connects(&mut self) {
        self.asks("/meta/connect");
        self.hears(json!([{"channel": "/meta/connect", "successful": true}]))
            .unwrap();
    }

    fn asks(&mut self, channel: &str) -> Value {
        let ask = self.client.ask().unwrap();
        let mut messages: Vec<Value> = serde_json::from_str(&ask.text).unwrap();
        assert_eq!(messages.len(), 1, "{}", ask.text);
        assert_eq!(messages[0]["channel"], channel);
        messages.remove(0)
    }

    fn hears(&mut self, messages: Value) -> Result<(), Kind> {
        let text = messages.to_string();
        self.client.receive(text.as_bytes(), &mut self.came)
    }

    fn connect_fails(&mut self, error: Value, advice: Value) -> Result<(), Kind> {
        self.asks("/meta/connect");
        self.hears(json!([{
            "channel": "/meta/connect", "successful": false, "error": error, "advice": advice,
        }]))
    }
}

#[test]
fn a_client_shakes_hands_subscribes_and_then_connects_for_ever() {
    let mut talk = Talk::new(Carrier::LongPolling, Some(Carrier::WebSocket));
    let expected = json!({
        "id": "1", "channel": "/meta/handshake", "version": "1.0", "minimumVersion": "0.9",
        "supportedConnectionTypes": ["long-polling", "websocket"],
    });
    assert_eq!(talk.asks("/meta/handshake"), expected);
    let handshake = Fixture::read(include_str!("../fixtures/handshake.reply"));
    talk.hears(serde_json::from_str(handshake.body).unwrap())
        .unwrap();
    let expected = json!({
        "id": "2", "channel": "/meta/subscribe", "clientId": "2kd", "subscription": CALLS,
    });
    assert_eq!(talk.asks("/meta/subscribe"), expected);
    talk.hears(json!({"id": "2", "channel": "/meta/subscribe", "successful": true}))
        .unwrap();
    for id in 3..6 {
        let id = id.to_string();
        let expected = json!({
            "id": id, "channel": "/meta/connect", "clientId": "2kd",
            "connectionType": "long-polling",
        });
        assert_eq!(talk.asks("/meta/connect"), expected);
        assert!(talk.client.is_waiting());
        talk.hears(json!([{"id": id, "channel": "/meta/connect", "successful": true}]))
            .unwrap();
    }
    assert_eq!(talk.came, []);
}

#[test]
fn data_are_passed_on_wherever_they_come() {
    let mut talk = Talk::open();
    let event = Fixture::read(include_str!("../fixtures/event_paused.reply"));
    let event: Value = serde_json::from_str(event.body).unwrap();
    let ask = talk.asks("/meta/connect");
    talk.hears(json!([event, {"id": ask["id"], "channel": "/meta/connect", "successful": true}]))
        .unwrap();
    let came = Came::Data {
        channel: CALLS.to_owned(),
        data: event["data"].clone(),
    };
    assert_eq!(talk.came, [came]);
    // On a WebSocket they also come by themselves.
    talk.asks("/meta/connect");
    talk.hears(event).unwrap();
    assert_eq!(talk.came.len(), 2);
    assert!(talk.client.is_waiting());
    assert_eq!(talk.client.ended(), Err(NO_REPLY));
}

#[test]
fn a_subscription_counts_only_once_it_is_accepted() {
    for (reply, kind) in [
        (json!({"error": "403:/v2/me/calls:denied"}), MAY_NOT_LISTEN),
        (
            json!({"error": "404::unknown"}),
            Kind::Refused("404".to_owned()),
        ),
        (json!({"error": "500::oh"}), Kind::ServerFailed(500)),
        (json!({}), Kind::Refused("no reason given".to_owned())),
        (json!({"error": "402::Unknown client"}), FORGETS),
        (
            json!({"error": "4::x", "advice": {"reconnect": "retry"}}),
            Kind::Refused("no reason given".to_owned()),
        ),
    ] {
        let mut talk = Talk::new(Carrier::LongPolling, None);
        talk.asks("/meta/handshake");
        talk.hears(json!([{"channel": "/meta/handshake", "clientId": "c1", "successful": true}]))
            .unwrap();
        talk.asks("/meta/subscribe");
        let mut message = reply.clone();
        message["channel"] = json!("/meta/subscribe");
        message["successful"] = json!(false);
        assert_eq!(talk.hears(json!([message])), Err(kind), "{reply}");
        assert!(!talk.client.is_open());
    }
    let mut talk = Talk::new(Carrier::LongPolling, None);
    talk.asks("/meta/handshake");
    talk.hears(json!([{"channel": "/meta/handshake", "clientId": "c1", "successful": true}]))
        .unwrap();
    talk.asks("/meta/subscribe");
    let other = json!([{"channel": "/meta/subscribe", "successful": true, "subscription": "/x"}]);
    assert_eq!(talk.hears(other), Err(NO_REPLY));
}

#[test]
fn a_handshake_that_fails_says_why() {
    for (reply, kind) in [
        (
            json!({"successful": false, "error": "403::denied"}),
            MAY_NOT_LISTEN,
        ),
        (
            json!({"successful": false, "advice": {"reconnect": "none"}}),
            Kind::Refused("no reason given".to_owned()),
        ),
        (json!({"successful": true}), message::NOT_BAYEUX),
        (
            json!({"successful": true, "clientId": ""}),
            message::NOT_BAYEUX,
        ),
        (json!({"clientId": "c1"}), message::NOT_BAYEUX),
        (
            json!({"successful": true, "clientId": "x".repeat(300)}),
            message::NOT_BAYEUX,
        ),
        (
            json!({"successful": true, "clientId": "c", "supportedConnectionTypes": ["magic"]}),
            NO_TRANSPORT,
        ),
    ] {
        let mut talk = Talk::new(Carrier::LongPolling, None);
        talk.asks("/meta/handshake");
        let mut message = reply.clone();
        message["channel"] = json!("/meta/handshake");
        assert_eq!(talk.hears(json!([message])), Err(kind), "{reply}");
    }
}

#[test]
fn a_server_that_talks_only_by_websocket_is_met_there() {
    let mut talk = Talk::new(Carrier::LongPolling, Some(Carrier::WebSocket));
    talk.asks("/meta/handshake");
    talk.hears(json!([{
        "channel": "/meta/handshake", "clientId": "c1", "successful": true,
        "supportedConnectionTypes": ["websocket"],
    }]))
    .unwrap();
    assert!(talk.client.has_to_switch());
    let mut talk = Talk::new(Carrier::WebSocket, None);
    let types = &talk.asks("/meta/handshake")["supportedConnectionTypes"];
    assert_eq!(types, &json!(["websocket"]));
}

#[test]
fn a_client_that_was_forgotten_begins_again_and_says_so() {
    let unknown = Fixture::read(include_str!("../fixtures/unknown_client.reply"));
    let unknown: Value = serde_json::from_str(unknown.body).unwrap();
    for advice in [json!({"reconnect": "handshake"}), json!(null)] {
        let mut talk = Talk::connected();
        let mut forgotten = unknown.clone();
        forgotten[0]["advice"] = advice;
        forgotten[0]["id"] = talk.asks("/meta/connect")["id"].clone();
        talk.hears(forgotten).unwrap();
        assert_eq!(talk.came, []);
        talk.open_again();
        assert_eq!(talk.came, [Came::Missed]);
        talk.connects();
        // The advice to shake hands has been followed, and is not followed for ever.
        talk.connects();
        assert_eq!(talk.came, [Came::Missed]);
    }
}

#[test]
fn a_server_that_forgets_again_and_again_is_not_asked_for_ever() {
    let forget = |talk: &mut Talk| talk.connect_fails(json!("402::Unknown client"), json!(null));
    let mut at_once = Talk::open();
    assert_eq!(forget(&mut at_once), Err(FORGETS));
    let mut talk = Talk::connected();
    for _ in 1..MOST_HANDSHAKES {
        forget(&mut talk).unwrap();
        talk.open_again();
        talk.connects();
    }
    assert_eq!(forget(&mut talk), Err(FORGETS));
}

#[test]
fn advice_is_followed() {
    let mut talk = Talk::open();
    talk.asks("/meta/connect");
    talk.hears(json!([{
        "channel": "/meta/connect", "successful": true,
        "advice": {"reconnect": "retry", "interval": 2_000, "timeout": 5_000},
    }]))
    .unwrap();
    let ask = talk.client.ask().unwrap();
    assert_eq!(ask.after, Duration::from_secs(2));
    assert_eq!(ask.within, Duration::from_secs(15));
    assert!(ask.is_connect);
    // It stays until it is said anew.
    talk.hears(json!([{"channel": "/meta/connect", "successful": true}]))
        .unwrap();
    assert_eq!(talk.client.ask().unwrap().after, Duration::from_secs(2));

    let mut handshake = Talk::open();
    handshake.asks("/meta/connect");
    handshake
        .hears(json!([{
            "channel": "/meta/connect", "successful": true, "advice": {"reconnect": "handshake"},
        }]))
        .unwrap();
    // Once it has been followed it is done with, even if the server advises nothing else.
    handshake.asks("/meta/handshake");
    handshake
        .hears(json!([{"channel": "/meta/handshake", "clientId": "c2", "successful": true}]))
        .unwrap();
    handshake.asks("/meta/subscribe");
    handshake
        .hears(json!([{"channel": "/meta/subscribe", "successful": true}]))
        .unwrap();
    handshake.connects();
    handshake.connects();

    let mut none = Talk::connected();
    none.asks("/meta/connect");
    let reply = none.hears(json!([{
        "channel": "/meta/connect", "successful": true, "advice": {"reconnect": "none"},
    }]));
    assert!(matches!(reply, Err(Kind::Refused(_))), "{reply:?}");
}

#[test]
fn a_connect_that_fails_is_repeated_once_and_only_as_advised() {
    let retry = || json!({"reconnect": "retry"});
    let mut talk = Talk::connected();
    talk.connect_fails(json!("500::oh"), retry()).unwrap();
    talk.connects();
    talk.connect_fails(json!("500::oh"), retry()).unwrap();
    let again = talk.connect_fails(json!("500::oh"), retry());
    assert_eq!(again, Err(Kind::ServerFailed(500)));
    for advice in [json!({"reconnect": "none"}), json!(null), json!({})] {
        let mut talk = Talk::connected();
        let failed = talk.connect_fails(json!("500::oh"), advice);
        assert_eq!(failed, Err(Kind::ServerFailed(500)));
    }
}

#[test]
fn a_server_that_wants_to_be_left_alone_for_long_is_left_alone() {
    let mut talk = Talk::open();
    talk.asks("/meta/connect");
    let wait = json!([{
        "channel": "/meta/connect", "successful": true, "advice": {"interval": 3_600_000},
    }]);
    talk.hears(wait).unwrap();
    let retry_after = Some(Duration::from_secs(3_600));
    let kind = talk.client.ask().unwrap_err();
    assert_eq!(kind, Kind::Throttled { retry_after });
}

#[test]
fn no_server_is_waited_for_without_end() {
    for timeout in [json!(u64::MAX), json!(900_000)] {
        let mut talk = Talk::open();
        talk.asks("/meta/connect");
        let hold = json!([{
            "channel": "/meta/connect", "successful": true, "advice": {"timeout": timeout},
        }]);
        talk.hears(hold).unwrap();
        let ask = talk.client.ask().unwrap();
        assert_eq!(ask.within, LONGEST_TIMEOUT + MARGIN);
    }
    let mut silent = Talk::new(Carrier::LongPolling, None);
    assert_eq!(silent.client.ask().unwrap().within, USUAL_TIMEOUT + MARGIN);
}

#[test]
fn a_reply_to_something_else_is_none() {
    let mut talk = Talk::connected();
    talk.asks("/meta/connect");
    for message in [
        json!({"id": "1", "channel": "/meta/connect", "successful": false}),
        json!({"id": "x", "channel": "/meta/connect", "successful": false}),
        json!({"id": [4], "channel": "/meta/connect", "successful": false}),
        json!({"id": "4", "channel": "/meta/subscribe", "successful": false}),
        json!({"channel": "/meta/unknown"}),
        json!({"channel": "/service/x", "id": "4"}),
        json!({"channel": "/v2/me/calls", "id": "4", "successful": true}),
    ] {
        talk.hears(json!([message])).unwrap();
        assert!(talk.client.is_waiting(), "{message}");
    }
    talk.hears(json!([{"id": 4, "channel": "/meta/connect", "successful": true}]))
        .unwrap();
    assert!(!talk.client.is_waiting());
    // What nobody waits for does nothing.
    talk.hears(json!([{"id": "4", "channel": "/meta/connect", "successful": false}]))
        .unwrap();
}

#[test]
fn a_server_that_says_good_bye_is_believed() {
    let mut talk = Talk::connected();
    talk.asks("/meta/connect");
    let bye = json!([{"channel": "/meta/disconnect", "successful": true}]);
    assert_eq!(talk.hears(bye), Err(Kind::NoAnswer));
}

#[test]
fn what_is_not_known_is_passed_over() {
    let mut talk = Talk::connected();
    let ask = talk.asks("/meta/connect");
    talk.hears(json!([
        {"channel": "/v2/me/calls", "ext": {"ack": 7}},
        {"id": ask["id"], "channel": "/meta/connect", "successful": true, "ext": [1], "x": null,
         "advice": {"reconnect": "dance", "interval": -1, "timeout": "long", "hosts": []},
         "timestamp": "12:00:00 1970", "supportedConnectionTypes": 7, "subscription": {}},
    ]))
    .unwrap();
    assert_eq!(talk.client.ask().unwrap().after, Duration::ZERO);
}

#[test]
fn what_is_not_bayeux_is_not_understood() {
    let deep = "[".repeat(100_000);
    let message = r#"{"channel":"/v2/me/calls"}"#;
    let many = format!("[{}{message}]", format!("{message},").repeat(MOST_MESSAGES));
    for text in [
        "",
        "null",
        "1",
        "\"x\"",
        "[",
        "[[]]",
        "[[\"/meta/connect\"]]",
        "[null]",
        "[1]",
        "{}",
        "[{\"channel\":7}]",
        "[{\"channel\":\"/meta/connect\",\"successful\":\"yes\"}]",
        "[{\"channel\":\"/meta/connect\",\"advice\":\"retry\"}]",
        "[{\"channel\":\"/meta/connect\",\"advice\":[]}]",
        "<html>Welcome</html>",
        &deep,
        &many,
    ] {
        let mut talk = Talk::connected();
        talk.asks("/meta/connect");
        let reply = talk.client.receive(text.as_bytes(), &mut talk.came);
        let start = &text[..text.len().min(60)];
        assert!(
            matches!(reply, Err(Kind::Unintelligible(_))),
            "{start}: {reply:?}"
        );
    }
    // An empty list answers nothing.
    let mut talk = Talk::connected();
    talk.asks("/meta/connect");
    talk.hears(json!([])).unwrap();
    assert_eq!(talk.client.ended(), Err(NO_REPLY));
}

/// Messages as a server could send them, and as none should.
fn messages() -> impl Strategy<Value = Value> {
    let channel = prop::sample::select(vec![
        "/meta/handshake",
        "/meta/subscribe",
        "/meta/connect",
        "/meta/disconnect",
        "/v2/me/calls",
    ]);
    let error = prop::sample::select(vec!["402::Unknown client", "403::x", "x", ""]);
    let reconnect = prop::sample::select(vec!["retry", "handshake", "none", "x"]);
    let message = (
        channel,
        prop::option::of(any::<bool>()),
        prop::option::of(error),
        prop::option::of((reconnect, any::<u64>())),
        prop::option::of(0_u64..8),
    )
        .prop_map(|(channel, successful, error, advice, id)| {
            let mut message = json!({"channel": channel, "clientId": "c", "data": {"x": 1}});
            if let Some(successful) = successful {
                message["successful"] = json!(successful);
            }
            if let Some(error) = error {
                message["error"] = json!(error);
            }
            if let Some((reconnect, number)) = advice {
                message["advice"] = json!({"reconnect": reconnect, "interval": number % 9_000});
            }
            if let Some(id) = id {
                message["id"] = json!(id.to_string());
            }
            message
        });
    prop::collection::vec(message, 0..4).prop_map(Value::from)
}

proptest! {
    #[test]
    fn any_bytes_are_survived(text in prop::collection::vec(any::<u8>(), 0..200)) {
        let mut talk = Talk::connected();
        talk.asks("/meta/connect");
        let _ = talk.client.receive(&text, &mut talk.came);
        prop_assert_eq!(talk.came.len(), 0);
    }

    #[test]
    fn whatever_a_server_says_the_client_keeps_to_the_protocol(
        replies in prop::collection::vec(messages(), 0..12),
    ) {
        let mut talk = Talk::new(Carrier::LongPolling, None);
        let mut handshakes = 0;
        for reply in replies {
            let Ok(ask) = talk.client.ask() else { return Ok(()) };
            let sent: Value = serde_json::from_str(&ask.text).unwrap();
            let was_open = talk.client.is_open();
            handshakes += u32::from(sent[0]["channel"] == "/meta/handshake");
            prop_assert!(ask.within >= MARGIN && ask.after <= LONGEST_INTERVAL);
            let before = talk.came.len();
            if talk.hears(reply.clone()).is_err() || talk.client.ended().is_err() {
                return Ok(());
            }
            // It is open only after somebody has said that a subscription was successful.
            if talk.client.is_open() && !was_open {
                let accepted = reply.as_array().unwrap().iter().any(|message| {
                    message["channel"] == "/meta/subscribe" && message["successful"] == true
                });
                prop_assert!(accepted);
                prop_assert_eq!(talk.came.contains(&Came::Missed), handshakes > 1);
            }
            prop_assert!(talk.came.len() <= before + reply.as_array().unwrap().len() + 1);
        }
    }
}
