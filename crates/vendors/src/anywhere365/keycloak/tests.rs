use proptest::prelude::*;

use super::*;
use crate::testing::{Fixture, head};

fn read(fixture: &'static str) -> Result<(String, u64), Kind> {
    let fixture = Fixture::read(fixture);
    read_token_reply(fixture.head, fixture.body.as_bytes()).map(|granted| {
        let secret = granted.secret.expose_secret().to_owned();
        (secret, granted.lives.as_secs())
    })
}

#[test]
fn each_reply_is_read_as_documented() {
    for (fixture, read_as) in [
        (
            include_str!("../fixtures/token.reply"),
            Ok(("eyJhbGciOi.fixture".to_owned(), 300)),
        ),
        (
            include_str!("../fixtures/token_wrong_password.reply"),
            Err(Kind::SignInRejected),
        ),
        (
            include_str!("../fixtures/token_wrong_client.reply"),
            Err(Kind::NotPermitted(CHECK_CLIENT)),
        ),
        (
            include_str!("../fixtures/unauthorized.reply"),
            Err(Kind::SignInRejected),
        ),
        (
            include_str!("../fixtures/captive_portal.reply"),
            Err(Kind::Unintelligible("it is not a token as documented")),
        ),
    ] {
        assert_eq!(read(fixture), read_as, "{fixture}");
    }
}

#[test]
fn a_token_that_does_not_last_is_none() {
    for body in [
        r#"{"access_token":"x","token_type":"Bearer","expires_in":0}"#,
        r#"{"access_token":"x","token_type":"Bearer","expires_in":-1}"#,
        r#"{"access_token":"x","token_type":"Bearer","expires_in":"300"}"#,
        r#"{"access_token":"x","token_type":"Bearer"}"#,
        r#"{"access_token":"x","token_type":"mac","expires_in":300}"#,
        r#"{"access_token":null,"token_type":"Bearer","expires_in":300}"#,
    ] {
        let reply = read_token_reply(head(200), body.as_bytes());
        assert!(matches!(reply, Err(Kind::Unintelligible(_))), "{body}");
    }
}

#[test]
fn a_token_that_cannot_be_had_leaves_no_doubt_about_the_recorder() {
    for kind in [
        Kind::NoAnswer,
        Kind::ServerFailed(503),
        Kind::Unintelligible("for the test"),
        Kind::SignInRejected,
        Kind::Throttled { retry_after: None },
    ] {
        assert!(!before_asking(&kind).leaves_recorder_in_doubt(), "{kind}");
    }
    assert_eq!(before_asking(&Kind::SignInRejected), Kind::SignInRejected);
}

proptest! {
    #[test]
    fn any_bytes_are_survived(
        status in 0_u16..1_200,
        body in prop::collection::vec(any::<u8>(), 0..200),
    ) {
        prop_assert!(read_token_reply(head(status), &body).is_err());
    }
}
