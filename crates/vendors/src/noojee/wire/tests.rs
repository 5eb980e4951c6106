use std::fmt::Write;

use proptest::prelude::*;

use super::*;
use crate::testing::{Fixture, head};

pub(in crate::noojee) fn setup() -> Setup {
    Setup {
        base_url: "https://noojee.acme.example".parse().unwrap(),
        prefix: vec!["servicemanager".to_owned()],
        extension: "410".to_owned(),
        agent_login_name: "Fred".to_owned(),
        tag: "22".to_owned(),
        tag_parameter: "tag".to_owned(),
        calls: Calls::Subscribe,
        sequence: Sequence::Anywhere,
        up_statuses: vec!["Answer".to_owned(), "Connected".to_owned()],
        success_text: String::new(),
        no_call_text: "no such channel".to_owned(),
    }
}

macro_rules! fixture {
    ($name:literal) => {
        Fixture::read(include_str!(concat!("../fixtures/", $name, ".reply")))
    };
}

fn refused() -> &'static str {
    "code -7"
}

#[test]
fn each_reply_to_a_command_is_read_as_documented() {
    let taken = || Ok(Accepted::Unproven);
    let strange = || Err(NOT_AS_DOCUMENTED);
    for (name, fixture, read_as) in [
        ("done", fixture!("done"), taken()),
        ("done_empty", fixture!("done_empty"), taken()),
        ("warning", fixture!("warning"), taken()),
        (
            "refused",
            fixture!("refused"),
            Err(Kind::Refused(refused().to_owned())),
        ),
        (
            "refused_400",
            fixture!("refused_400"),
            Err(Kind::Refused(refused().to_owned())),
        ),
        ("expired", fixture!("expired"), Err(Kind::SessionEnded)),
        (
            "expired_401",
            fixture!("expired_401"),
            Err(Kind::SessionEnded),
        ),
        ("wrong_key", fixture!("wrong_key"), Err(Kind::SessionEnded)),
        ("no_channel", fixture!("no_channel"), Err(Kind::NoSuchCall)),
        ("code_as_text", fixture!("code_as_text"), strange()),
        ("no_code", fixture!("no_code"), strange()),
        ("two_codes", fixture!("two_codes"), strange()),
        ("list", fixture!("list"), strange()),
        ("plain_text", fixture!("plain_text"), strange()),
        ("no_content", fixture!("no_content"), strange()),
        ("captive_portal", fixture!("captive_portal"), strange()),
        (
            "unauthorized",
            fixture!("unauthorized"),
            Err(Kind::SessionEnded),
        ),
        (
            "forbidden",
            fixture!("forbidden"),
            Err(Kind::NotPermitted(MAY_NOT)),
        ),
        (
            "not_found",
            fixture!("not_found"),
            Err(Kind::NotPermitted(CHECK_ADDRESS)),
        ),
        ("failed", fixture!("failed"), Err(Kind::ServerFailed(500))),
    ] {
        let read = read_command_reply(&setup(), fixture.head, fixture.body.as_bytes());
        assert_eq!(read, read_as, "{name}");
    }
}

#[test]
fn text_is_a_success_only_where_the_settings_say_which() {
    let mut setup = setup();
    setup.success_text = "recording st".to_owned();
    let read = |fixture: Fixture| read_command_reply(&setup, fixture.head, fixture.body.as_bytes());
    assert_eq!(read(fixture!("plain_text")), Ok(Accepted::Unproven));
    for fixture in [
        fixture!("captive_portal"),
        fixture!("two_codes"),
        fixture!("list"),
    ] {
        assert_eq!(read(fixture), Err(NOT_AS_DOCUMENTED));
    }
    let other = read_command_reply(&setup, head(200), b"Recording could not be stopped");
    assert_eq!(other, Err(NOT_AS_DOCUMENTED));
}

#[test]
fn that_there_is_no_such_call_is_said_only_in_the_words_of_the_settings() {
    let mut setup = setup();
    setup.no_call_text = String::new();
    let fixture = fixture!("no_channel");
    let read = read_command_reply(&setup, fixture.head, fixture.body.as_bytes());
    assert_eq!(read, Err(Kind::Refused("code -1".to_owned())));
}

#[test]
fn the_time_is_read_as_documented_and_nothing_else_is_a_time() {
    let read = |fixture: Fixture| read_time_reply(fixture.head, fixture.body.as_bytes());
    assert_eq!(read(fixture!("time")), Ok("1392356108888".to_owned()));
    assert_eq!(
        read_time_reply(head(200), b" 1392356108888\r\n")
            .unwrap()
            .len(),
        13
    );
    for fixture in [
        fixture!("time_in_seconds"),
        fixture!("done"),
        fixture!("done_empty"),
        fixture!("captive_portal"),
    ] {
        assert!(matches!(read(fixture), Err(Kind::Unintelligible(_))));
    }
    assert_eq!(
        read(fixture!("refused")),
        Err(Kind::Refused(refused().to_owned()))
    );
    assert_eq!(
        read(fixture!("forbidden")),
        Err(Kind::NotPermitted(MAY_NOT))
    );
}

#[test]
fn only_an_expired_time_stamp_is_worth_another_one() {
    let expired = |fixture: Fixture| says_expired(fixture.head, fixture.body.as_bytes());
    assert!(expired(fixture!("expired")));
    assert!(expired(fixture!("expired_401")));
    for fixture in [fixture!("wrong_key"), fixture!("refused"), fixture!("done")] {
        assert!(!expired(fixture));
    }
    let body = fixture!("expired").body.as_bytes();
    assert!(
        !says_expired(head(500), body),
        "it may have been carried out"
    );
    let fine = br#"{"Message":"Expired TimeStamp","Code":0}"#;
    assert!(!says_expired(head(200), fine));
}

fn told(fixture: &Fixture, setup: &Setup, question: Question) -> Result<Told, Kind> {
    read_subscription(setup, question, fixture.head, fixture.body.as_bytes())
}

fn call(status: Status, sequence: Option<u64>) -> CallTold {
    CallTold {
        id: CallId::new("1412750652.496"),
        status,
        sequence,
    }
}

#[test]
fn each_event_is_read_as_documented() {
    let is = |sequence: u64, calls: Vec<CallTold>| {
        Ok(Told {
            sequence: Some(sequence),
            calls,
        })
    };
    let strange = |what| Err(Kind::Unintelligible(what));
    let no_number = "it has no sequence number";
    let other_status = "it tells of a call in a status that is not known";
    let odd = "it is not what is documented";
    for (name, fixture, read_as) in [
        // The call of extension 400 is another agent's.
        (
            "ringing",
            fixture!("ringing"),
            is(12, vec![call(Status::NotYet, Some(12))]),
        ),
        (
            "together",
            fixture!("together"),
            is(
                14,
                vec![call(Status::Up, Some(14)), call(Status::Up, Some(13))],
            ),
        ),
        (
            "hangup",
            fixture!("hangup"),
            is(15, vec![call(Status::Over, Some(15))]),
        ),
        (
            "seq_on_top",
            fixture!("seq_on_top"),
            is(14, vec![call(Status::Up, None)]),
        ),
        ("nothing_new", fixture!("nothing_new"), Ok(Told::default())),
        (
            "nothing_new_general",
            fixture!("nothing_new_general"),
            Ok(Told::default()),
        ),
        (
            "ringing_as_shown",
            fixture!("ringing_as_shown"),
            strange(no_number),
        ),
        ("seq_as_text", fixture!("seq_as_text"), strange(no_number)),
        (
            "unknown_status",
            fixture!("unknown_status"),
            strange(other_status),
        ),
        ("call_refused", fixture!("call_refused"), strange(odd)),
        ("no_id", fixture!("no_id"), strange(odd)),
        ("no_code", fixture!("no_code"), strange(odd)),
        ("done_empty", fixture!("done_empty"), strange(odd)),
        ("captive_portal", fixture!("captive_portal"), strange(odd)),
        ("wrong_key", fixture!("wrong_key"), Err(Kind::SessionEnded)),
        (
            "refused",
            fixture!("refused"),
            Err(Kind::Refused(refused().to_owned())),
        ),
        ("failed", fixture!("failed"), Err(Kind::ServerFailed(500))),
    ] {
        assert_eq!(told(&fixture, &setup(), Question::News), read_as, "{name}");
    }
}

#[test]
fn how_it_is_needs_no_number_and_has_to_be_told() {
    let read = |fixture: Fixture| told(&fixture, &setup(), Question::Present);
    let shown = read(fixture!("ringing_as_shown")).unwrap();
    assert_eq!(shown.calls, [call(Status::NotYet, None)]);
    assert_eq!(read(fixture!("nothing_new")), Ok(Told::default()));
    assert_eq!(
        read(fixture!("nothing_new_general")),
        Err(NOT_AS_DOCUMENTED)
    );
}

#[test]
fn the_number_is_looked_for_where_the_settings_say() {
    let at = |path: &str| {
        let mut setup = setup();
        setup.sequence = Sequence::At(path.split('.').map(str::to_owned).collect());
        setup
    };
    let top = told(&fixture!("seq_on_top"), &at("seq"), Question::News);
    assert_eq!(top.unwrap().sequence, Some(14));
    let deep = at("Data.*.*.CallData.seq");
    let deep = told(&fixture!("ringing"), &deep, Question::News).unwrap();
    assert_eq!(deep.sequence, Some(12));
    assert_eq!(deep.calls[0].sequence, None);
    for path in ["Data.seq", "Data.410.seq", "Data.410.0.CallData.seq"] {
        let elsewhere = told(&fixture!("ringing"), &at(path), Question::News);
        assert!(elsewhere.is_err(), "{path}");
    }
}

#[test]
fn a_status_may_be_added_by_the_settings() {
    let mut setup = setup();
    setup.up_statuses.push("Hold".to_owned());
    let told = told(&fixture!("unknown_status"), &setup, Question::News).unwrap();
    assert_eq!(told.calls[0].status, Status::Up);
}

#[test]
fn an_id_that_is_an_extension_is_no_call() {
    let proof = Proof::ApiKey("key".into());
    for id in ["", "410", "411", "1\n2", "1412750652.\u{7f}"] {
        let call = CallId::new(id);
        let request = command_request(&setup(), &Target::Call(&call), Wanted::Recording, &proof);
        assert_eq!(request.unwrap_err(), Kind::NoSuchCall, "{id:?}");
    }
}

#[test]
fn the_key_does_not_show_when_a_proof_is_printed() {
    for proof in [
        Proof::ApiKey("hush".into()),
        Proof::Hash {
            time_stamp: "hush".to_owned(),
            hash: "hush".into(),
        },
    ] {
        let mut printed = String::new();
        write!(printed, "{proof:?} {proof:#?}").unwrap();
        assert!(!printed.contains("hush"), "{printed}");
    }
}

proptest! {
    #[test]
    fn no_reply_proves_anything(
        status in 0_u16..1_200,
        body in prop::collection::vec(any::<u8>(), 0..200),
    ) {
        let reply = read_command_reply(&setup(), head(status), &body);
        if let Ok(accepted) = reply {
            prop_assert_eq!(accepted, Accepted::Unproven);
            prop_assert_eq!(status, 200);
        }
        read_time_reply(head(status), &body).ok();
        read_subscription(&setup(), Question::News, head(status), &body).ok();
    }

    #[test]
    fn a_code_is_a_success_only_if_it_is_a_number_that_is_not_negative(
        code in prop_oneof![
            any::<i64>().prop_map(|code| (code.to_string(), code >= 0)),
            any::<f32>().prop_map(|code| (format!("{code:?}"), false)),
            prop::sample::select(vec!["null", "true", "\"0\"", "[0]", "{}"])
                .prop_map(|code| (code.to_owned(), false)),
        ],
    ) {
        let (code, is_success) = code;
        let body = format!("{{\"Message\":\"\",\"Code\":{code}}}");
        let reply = read_command_reply(&setup(), head(200), body.as_bytes());
        prop_assert_eq!(reply.is_ok(), is_success, "{}", body);
    }
}
