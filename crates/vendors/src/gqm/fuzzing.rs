//! What must hold whatever the server sends.

use reqwest::Method;
use reqwest::header::HeaderValue;

use super::wire::{
    self, Couples, LogIn, PauseLink, Phone, Resume, Setup, Way, read_couples, read_pause_link,
};
use crate::fuzzing::{head_and_body, in_our_own_words};

/// GQM's list of couples and the details of one: whatever is read could be one, and nothing
/// with a document type is read.
pub(crate) fn gqm_couples(body: &[u8]) {
    let (couples, link) = (read_couples(body), read_pause_link(body));
    for couple in couples.iter().flatten() {
        let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_".contains(&byte);
        for id in [couple.id.as_str(), couple.call.as_str()] {
            assert!(!id.is_empty() && id.bytes().all(is_plain), "{id:?}");
        }
    }
    assert!(couples.iter().flatten().count() <= 16);
    let path = link
        .iter()
        .flatten()
        .flat_map(|it| it.split(['?', '#']).next());
    path.for_each(|path| assert!(path.ends_with("/pausedState"), "{path}"));
    if body.trim_ascii_start().starts_with(b"<!DOCTYPE") {
        assert!(couples.is_err() && link.is_err());
    }
}

/// Any reply to a log-in, a list and the details of a couple.
pub(crate) fn gqm_reply(bytes: &[u8]) {
    let (head, body) = head_and_body(bytes);
    for (log_in, couples) in [
        (LogIn::Action, Couples::All),
        (LogIn::Servlet, Couples::First),
    ] {
        let setup = setup(log_in, couples);
        let let_in = wire::read_log_in_reply(&setup, head, body);
        assert!(let_in.is_err() || matches!(head.status, 200..=399));
        let listed = wire::read_list_reply(&setup, head, body);
        assert!(listed.is_err() || head.status == 200);
        for couple in listed.iter().flatten() {
            match wire::way_to_pause(&setup, couple) {
                Ok(Way::Ask(request)) => on_our_server(&setup, request.url()),
                Ok(Way::At(url)) => on_our_server(&setup, &url),
                Err(kind) => in_our_own_words(&kind),
            }
        }
        let asked = setup.base_url.join("callrec/restful/couples.xml/17");
        let link = wire::read_details_reply(&setup, &asked.expect("it is one"), head, body);
        match &link {
            Ok(url) => on_our_server(&setup, url),
            Err(kind) => in_our_own_words(kind),
        }
        let failed = [let_in.err(), listed.err()];
        failed.iter().flatten().for_each(in_our_own_words);
    }
}

fn on_our_server(setup: &Setup, url: &url::Url) {
    assert_eq!(url.origin(), setup.base_url.origin(), "{url}");
    assert!(
        url.username().is_empty() && url.password().is_none(),
        "{url}"
    );
}

fn setup(log_in: LogIn, couples: Couples) -> Setup {
    Setup {
        base_url: "https://callrec.acme.example:8443/"
            .parse()
            .expect("it is one"),
        username: "fermata".to_owned(),
        phone: Phone::Number("1684".to_owned()),
        direction: "both".to_owned(),
        log_in,
        cookie: HeaderValue::from_static("a=b"),
        logout_path: None,
        couples,
        pause_link: PauseLink::Details,
        method: Method::POST,
        resume: Resume::Both,
    }
}
