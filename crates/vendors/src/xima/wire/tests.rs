use proptest::prelude::*;

use super::*;
use crate::testing::{Fixture, head};

fn setup(not_found: NotFound) -> Setup {
    Setup {
        base_url: "https://acme.xima.cloud".parse().unwrap(),
        extension: "1684".to_owned(),
        not_found,
        request_body: RequestBody::Empty,
    }
}

fn read(fixture: &'static str, not_found: NotFound) -> Result<Accepted, Kind> {
    let fixture = Fixture::read(fixture);
    read_reply(&setup(not_found), fixture.head, fixture.body.as_bytes())
}

#[test]
fn each_reply_is_read_as_documented() {
    let refused = |code: &str| Err(Kind::Refused(code.to_owned()));
    for (fixture, read_as) in [
        (
            include_str!("../fixtures/accepted_empty.reply"),
            Ok(Accepted::Unproven),
        ),
        (
            include_str!("../fixtures/accepted_json.reply"),
            Ok(Accepted::Unproven),
        ),
        (
            include_str!("../fixtures/accepted_claiming.reply"),
            Ok(Accepted::Unproven),
        ),
        (
            include_str!("../fixtures/unauthorized.reply"),
            Err(Kind::SignInRejected),
        ),
        (
            include_str!("../fixtures/forbidden.reply"),
            Err(Kind::NotPermitted(WIDEN_SCOPE)),
        ),
        (
            include_str!("../fixtures/no_agent.reply"),
            Err(Kind::NoSuchCall),
        ),
        (
            include_str!("../fixtures/no_recording.reply"),
            Err(Kind::NoSuchCall),
        ),
        (include_str!("../fixtures/conflict.reply"), refused("409")),
        (
            include_str!("../fixtures/throttled.reply"),
            Err(Kind::Throttled { retry_after: None }),
        ),
        (
            include_str!("../fixtures/failed.reply"),
            Err(Kind::ServerFailed(500)),
        ),
    ] {
        assert_eq!(read(fixture, NotFound::NoSuchCall), read_as, "{fixture}");
    }
    let portal = read(
        include_str!("../fixtures/captive_portal.reply"),
        NotFound::NoSuchCall,
    );
    assert!(matches!(portal, Err(Kind::Unintelligible(_))));
}

#[test]
fn a_404_means_what_the_settings_say() {
    let no_agent = include_str!("../fixtures/no_agent.reply");
    let no_recording = include_str!("../fixtures/no_recording.reply");
    let check = Err(Kind::NotPermitted(CHECK_EXTENSION));
    for fixture in [no_agent, no_recording] {
        assert_eq!(read(fixture, NotFound::UnknownAgent), check);
        assert_eq!(read(fixture, NotFound::NoSuchCall), Err(Kind::NoSuchCall));
    }
    let split = || NotFound::UnknownAgentIf("no agent found".to_owned());
    assert_eq!(read(no_agent, split()), check);
    assert_eq!(read(no_recording, split()), Err(Kind::NoSuchCall));
}

#[test]
fn a_base_url_with_a_path_keeps_it() {
    let mut setup = setup(NotFound::NoSuchCall);
    for base in [
        "https://gateway.example/xima",
        "https://gateway.example/xima/",
    ] {
        setup.base_url = base.parse().unwrap();
        let url = request(&setup, Wanted::Recording).url().to_string();
        let path = "/xima/rest/api/v1/agents/1684/active-recording/resume";
        assert_eq!(url, format!("https://gateway.example{path}"));
    }
}

proptest! {
    #[test]
    fn no_reply_proves_anything(
        status in 0_u16..1_200,
        body in prop::collection::vec(any::<u8>(), 0..200),
        split in any::<bool>(),
    ) {
        let not_found = if split {
            NotFound::UnknownAgentIf("a".to_owned())
        } else {
            NotFound::NoSuchCall
        };
        let reply = read_reply(&setup(not_found), head(status), &body);
        match reply {
            Ok(accepted) => {
                prop_assert_eq!(accepted, Accepted::Unproven);
                prop_assert!((200..300).contains(&status));
            }
            Err(_) => prop_assert!(!(200..300).contains(&status)),
        }
    }
}
