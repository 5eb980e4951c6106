use proptest::prelude::*;

use super::*;
use crate::testing::{Fixture, head};
use pause::CallId;

const OURS: &str = "https://callrec.acme.example";
const DETAILS: &str = "http://callrec.acme.example/callrec/restful/couples.xml/24197";

fn setup_at(base_url: &str) -> Setup {
    Setup {
        base_url: base_url.parse().unwrap(),
        username: "callrec-api".to_owned(),
        phone: Phone::Number("1684".to_owned()),
        direction: "BOTH".to_owned(),
        log_in: LogIn::Action,
        cookie: HeaderValue::from_static("x=1"),
        logout_path: Some("/callrec/logoutAction.do".to_owned()),
        couples: Couples::All,
        pause_link: PauseLink::Details,
        method: Method::POST,
        resume: Resume::Both,
    }
}

fn setup() -> Setup {
    setup_at(OURS)
}

fn list(fixture: &'static str) -> Result<Vec<Couple>, Kind> {
    let fixture = Fixture::read(fixture);
    read_list_reply(&setup(), fixture.head, fixture.body.as_bytes())
}

fn details(fixture: &'static str) -> Result<String, Kind> {
    let fixture = Fixture::read(fixture);
    let asked = DETAILS.parse().unwrap();
    read_details_reply(&setup(), &asked, fixture.head, fixture.body.as_bytes()).map(String::from)
}

fn couple(id: &str, details: Option<&str>) -> Couple {
    Couple {
        id: id.to_owned(),
        call: CallId::new("24142"),
        details: details.map(str::to_owned),
    }
}

#[test]
fn each_list_is_read_as_documented() {
    let first = || couple("24197", Some(DETAILS));
    for (fixture, read_as) in [
        (
            include_str!("../fixtures/list_one.reply"),
            Ok(vec![first()]),
        ),
        (
            include_str!("../fixtures/list_two.reply"),
            Ok(vec![first(), couple("24198", None)]),
        ),
        (include_str!("../fixtures/list_none.reply"), Ok(Vec::new())),
        (
            include_str!("../fixtures/list_not_logged_in.reply"),
            Err(Kind::SessionEnded),
        ),
        (
            include_str!("../fixtures/doctype.reply"),
            Err(NOT_AS_DOCUMENTED),
        ),
        (
            include_str!("../fixtures/captive_portal.reply"),
            Err(NOT_AS_DOCUMENTED),
        ),
        (
            include_str!("../fixtures/details.reply"),
            Err(NOT_AS_DOCUMENTED),
        ),
    ] {
        assert_eq!(list(fixture), read_as, "{fixture}");
    }
}

#[test]
fn the_first_row_alone_is_the_agents_where_that_is_set_up() {
    let fixture = Fixture::read(include_str!("../fixtures/list_two.reply"));
    let setup = Setup {
        couples: Couples::First,
        ..setup()
    };
    let couples = read_list_reply(&setup, fixture.head, fixture.body.as_bytes()).unwrap();
    assert_eq!(couples, [couple("24197", Some(DETAILS))]);
}

#[test]
fn the_details_tell_where_to_pause_or_that_one_may_not() {
    let pauses_at = format!("{OURS}/callrec/restful/couples.xml/24197/pausedState");
    for (fixture, read_as) in [
        (include_str!("../fixtures/details.reply"), Ok(pauses_at)),
        (
            include_str!("../fixtures/details_no_right.reply"),
            Err(Kind::NotPermitted(MAY_NOT_PAUSE)),
        ),
        (
            include_str!("../fixtures/details_over.reply"),
            Err(Kind::NoSuchCall),
        ),
        (
            include_str!("../fixtures/list_not_logged_in.reply"),
            Err(Kind::SessionEnded),
        ),
        (
            include_str!("../fixtures/captive_portal.reply"),
            Err(NOT_AS_DOCUMENTED),
        ),
        (
            include_str!("../fixtures/doctype.reply"),
            Err(NOT_AS_DOCUMENTED),
        ),
    ] {
        assert_eq!(details(fixture), read_as, "{fixture}");
    }
}

#[test]
fn only_the_servlet_says_whether_one_is_in() {
    let (ok, denied) = (
        Fixture::read(include_str!("../fixtures/servlet_ok.reply")),
        Fixture::read(include_str!("../fixtures/servlet_denied.reply")),
    );
    let said = |log_in, fixture: &Fixture| {
        let setup = Setup { log_in, ..setup() };
        read_log_in_reply(&setup, fixture.head, fixture.body.as_bytes())
    };
    assert_eq!(said(LogIn::Servlet, &ok), Ok(()));
    assert_eq!(said(LogIn::Servlet, &denied), Err(Kind::SignInRejected));
    assert_eq!(said(LogIn::Action, &ok), Ok(()));
    assert_eq!(said(LogIn::Action, &denied), Ok(()));
}

#[test]
fn the_status_of_a_log_in_means_little() {
    let said = |log_in, status| {
        let setup = Setup { log_in, ..setup() };
        read_log_in_reply(&setup, head(status), b"")
    };
    for status in [200, 204, 302, 303] {
        assert_eq!(said(LogIn::Action, status), Ok(()), "{status}");
    }
    for log_in in [LogIn::Action, LogIn::Servlet] {
        assert_eq!(said(log_in, 401), Err(Kind::SignInRejected));
        assert_eq!(said(log_in, 403), Err(Kind::SignInRejected));
        assert_eq!(said(log_in, 404), Err(Kind::NotPermitted(CHECK_ADDRESS)));
        assert_eq!(said(log_in, 503), Err(Kind::ServerFailed(503)));
    }
    let redirect = said(LogIn::Servlet, 302);
    assert!(matches!(redirect, Err(Kind::Unintelligible(_))));
}

#[test]
fn the_status_of_a_reply_is_what_is_understood_of_it() {
    let asked: Url = DETAILS.parse().unwrap();
    for (status, kind) in [
        (204, NOT_AS_DOCUMENTED),
        (302, head(302).failure()),
        (400, Kind::Refused("400".to_owned())),
        (401, Kind::SessionEnded),
        (403, Kind::SessionEnded),
        (409, Kind::Refused("409".to_owned())),
        (429, Kind::Throttled { retry_after: None }),
        (500, Kind::ServerFailed(500)),
    ] {
        let one = Fixture::read(include_str!("../fixtures/list_one.reply")).body;
        let list = read_list_reply(&setup(), head(status), one.as_bytes());
        assert_eq!(list, Err(kind.clone()), "{status}");
        let details = read_details_reply(&setup(), &asked, head(status), one.as_bytes());
        assert_eq!(details, Err(kind.clone()), "{status}");
        let command = read_command_reply(head(status));
        let taken = (200..300).contains(&status);
        assert_eq!(command, if taken { Ok(()) } else { Err(kind) }, "{status}");
    }
    let nowhere = read_list_reply(&setup(), head(404), b"");
    assert_eq!(nowhere, Err(Kind::NotPermitted(CHECK_ADDRESS)));
    assert_eq!(read_command_reply(head(404)), Err(Kind::NoSuchCall));
}

#[test]
fn names_count_and_prefixes_do_not() {
    for list in [
        r#"<couples><couples id="1" callId="2"><link rel="self" href="h"/></couples></couples>"#,
        r#"<a:couples><b:couples b:id="1" c:callId="2"><x:link d:rel='self' href='h'></x:link></b:couples></a:couples>"#,
        "\u{feff}<?xml version='1.0'?><!-- now --><couples><other id='9'/><couples callId='2' id='1' more=''>\
         <state>on &amp; on</state><link rel='up' href='u'/><link rel='self' href='h'/></couples></couples>\n",
    ] {
        let read = read_couples(list.as_bytes());
        let mut expected = couple("1", Some("h"));
        expected.call = CallId::new("2");
        assert_eq!(read, Ok(vec![expected]), "{list}");
    }
}

#[test]
fn what_is_not_documented_is_not_understood() {
    let many = format!(
        "<couples>{}</couples>",
        "<couples id='1' callId='2'/>".repeat(17)
    );
    for list in [
        "",
        " ",
        "couples",
        "<couples>",
        "<couples></couple>",
        "<couples/><couples/>",
        "<couples/>more",
        "more<couples/>",
        "<calls/>",
        "<couples><couples/></couples>",
        "<couples><couples id='1'/></couples>",
        "<couples><couples id='' callId='2'/></couples>",
        "<couples><couples id='..' callId='2'/></couples>",
        "<couples><couples id='1/2' callId='2'/></couples>",
        "<couples><couples id='1' id='2' callId='2'/></couples>",
        "<couples><couples id='1' a:id='2' callId='2'/></couples>",
        "<couples><couples id='&id;' callId='2'/></couples>",
        "<couples><couples id='1' callId='2'><link rel='self'/></couples></couples>",
        "<couples><couples id='1' callId='2'><link rel='self' href='a'/><link rel='self' href='b'/></couples></couples>",
        "<!DOCTYPE couples><couples/>",
        "{\"couples\":[]}",
        &many,
    ] {
        let kind = read_couples(list.as_bytes()).unwrap_err();
        assert!(matches!(kind, Kind::Unintelligible(_)), "{list}: {kind}");
    }
    let latin_1 = b"<couples><couples id='1' callId='\xe4'/></couples>";
    assert_eq!(read_couples(latin_1), Err(NOT_AS_DOCUMENTED));
}

#[test]
fn the_link_that_pauses_is_known_by_its_end() {
    for (body, link) in [
        (
            "<x><link href='/a/pausedState'/></x>",
            Some("/a/pausedState"),
        ),
        (
            "<x><y><l:link rel='z' href='/a/pausedState?b=1&amp;c'/></y></x>",
            Some("/a/pausedState?b=1&c"),
        ),
        ("<x><link href='/a/pausedStates'/></x>", None),
        ("<x><link href='/a?b=/pausedState'/></x>", None),
        ("<x><a href='/a/pausedState'/></x>", None),
        ("<x><link rel='pausedState'/></x>", None),
    ] {
        let read = read_pause_link(body.as_bytes());
        assert_eq!(read, Ok(link.map(str::to_owned)), "{body}");
    }
    let two = b"<x><link href='/a/pausedState'/><link href='/b/pausedState'/></x>";
    assert_eq!(read_pause_link(two), Err(NOT_AS_DOCUMENTED));
}

#[test]
fn a_link_is_followed_to_our_own_server_and_nowhere_else() {
    let at: Url = format!("{OURS}/callrec/restful/couples.xml")
        .parse()
        .unwrap();
    let to = |link: &str| on_our_server(&setup(), &at, link).map(String::from);
    for link in [
        "https://callrec.acme.example/callrec/c/1",
        "http://callrec.acme.example/callrec/c/1",
        "http://callrec.acme.example:8080/callrec/c/1",
        "https://CallRec.Acme.example./callrec/c/1",
        "/callrec/c/1",
        "../c/1",
        "//callrec.acme.example/callrec/c/1#part",
    ] {
        let address = to(link);
        assert_eq!(address, Ok(format!("{OURS}/callrec/c/1")), "{link}");
    }
    assert_eq!(to("/c/1?a=b"), Ok(format!("{OURS}/c/1?a=b")));
    for link in [
        "https://callrec/callrec/c/1",
        "https://evil.example/callrec/c/1",
        "//evil.example/callrec/c/1",
        "https://user:secret@callrec.acme.example/callrec/c/1",
        "ftp://callrec.acme.example/callrec/c/1",
        "file:///callrec/c/1",
        "javascript:alert(1)",
    ] {
        assert_eq!(to(link), Err(ELSEWHERE), "{link}");
    }
    assert_eq!(to("https://[/"), Err(NOT_AS_DOCUMENTED));
}

#[test]
fn an_address_may_have_a_path() {
    let setup = setup_at("https://gateway.acme.example/recorder/");
    assert_eq!(
        list_request(&setup).url().as_str(),
        "https://gateway.acme.example/recorder/callrec/restful/couples.xml\
         ?phoneNumber=1684&phoneNumberDirection=BOTH"
    );
    assert_eq!(
        log_out_request(&setup).unwrap().url().as_str(),
        "https://gateway.acme.example/recorder/callrec/logoutAction.do"
    );
}

/// A list that is right but for what is changed in it.
fn nearly_right() -> impl Strategy<Value = String> {
    let piece = prop::sample::select(vec![
        "<couples>",
        "</couples>",
        "<couples id='24197' callId='24142'>",
        "<couples id='24198' callId='24142'/>",
        "<couples id='' callId='24142'/>",
        "<ns2:link rel='self' href='/callrec/restful/couples.xml/24197'/>",
        "<ns2:link rel='up' href='/callrec/restful/couples.xml/24197/pausedState'/>",
        "<link",
        "href='x'",
        "<!DOCTYPE couples [<!ENTITY e 'x'>]>",
        "<![CDATA[<couples/>]]>",
        "<!-- <couples/> -->",
        "<?xml version='1.0'?>",
        "&e;",
        "&#x0;",
        " ",
        "\0",
        ">",
    ]);
    prop::collection::vec(piece, 0..12).prop_map(|pieces| pieces.concat())
}

/// Rows as the vendor could write them, and the document that they make.
fn documented() -> impl Strategy<Value = (Vec<Couple>, String)> {
    let link = prop::option::of("[a-z0-9/:&'\"<]{1,20}");
    let prefix = prop::sample::select(vec!["", "ns2:", "a:"]);
    let row = (
        "[0-9]{1,9}",
        "[0-9a-zA-Z_-]{1,9}",
        link,
        prefix,
        any::<bool>(),
    );
    prop::collection::vec(row, 0..=16).prop_map(|rows| {
        let mut body = String::from("<couples>");
        let mut couples = Vec::new();
        for (id, call, details, prefix, has_noise) in rows {
            body += &format!("<{prefix}couples id='{id}' callId=\"{call}\">");
            if has_noise {
                body += "<link rel='up' href='x'/><x><link rel='self' href='y'/></x> &amp; text";
            }
            if let Some(link) = &details {
                let link = quick_xml::escape::escape(link.as_str());
                body += &format!("<{prefix}link href='{link}' rel='self'/>");
            }
            body += &format!("</{prefix}couples>");
            let call = CallId::new(call);
            couples.push(Couple { id, call, details });
        }
        (couples, body + "</couples>\n")
    })
}

proptest! {
    #[test]
    fn what_is_documented_is_read(
        (couples, body) in documented(),
        cut in any::<prop::sample::Index>(),
    ) {
        crate::fuzzing::gqm_couples(body.as_bytes());
        prop_assert_eq!(read_couples(body.as_bytes()), Ok(couples));
        let cut = cut.index(body.trim_end().len());
        prop_assert!(read_couples(&body.as_bytes()[..cut]).is_err());
    }

    #[test]
    fn any_bytes_are_survived_and_mean_nothing(
        status in 0_u16..1_200,
        body in prop::collection::vec(any::<u8>(), 0..200),
    ) {
        let asked = DETAILS.parse().unwrap();
        prop_assert!(read_list_reply(&setup(), head(status), &body).is_err());
        prop_assert!(read_details_reply(&setup(), &asked, head(status), &body).is_err());
        let command = read_command_reply(head(status));
        prop_assert_eq!(command.is_ok(), (200..300).contains(&status));
        let servlet = Setup { log_in: LogIn::Servlet, ..setup() };
        prop_assert!(read_log_in_reply(&servlet, head(status), &body).is_err());
    }

    #[test]
    fn whatever_is_read_was_written_there(body in nearly_right()) {
        crate::fuzzing::gqm_couples(body.as_bytes());
        if let Ok(couples) = read_couples(body.as_bytes()) {
            for couple in couples {
                let id = format!("'{}'", couple.id);
                prop_assert!(body.contains(&id));
            }
        }
    }

    #[test]
    fn no_link_leads_anywhere_else(link in "[a-z/:.@?#\\\\]{0,30}") {
        let at = DETAILS.parse().unwrap();
        if let Ok(url) = on_our_server(&setup(), &at, &link) {
            prop_assert_eq!(url.origin(), setup().base_url.origin());
            prop_assert_eq!(url.username(), "");
        }
    }
}
