//! What is fuzzed: each target takes any bytes and panics if a promise is broken.
//!
//! `fuzz/` runs them with new bytes, plain `cargo test` with the committed ones of
//! `fuzz/corpus/`.

use serde_json::Value;

use crate::http::Head;
use crate::{Kind, anywhere365, gqm, gws, http, noojee, xima};

/// A target: the name of its program and of its corpus, and what takes the bytes.
type Target = (&'static str, fn(&[u8]));

/// Every target.
pub const TARGETS: &[Target] = &[
    ("anywhere365_reply", anywhere365_reply),
    ("bayeux", bayeux),
    ("gqm_couples", gqm_couples),
    ("gqm_reply", gqm_reply),
    ("gws_call", gws_call),
    ("gws_session", gws_session),
    ("noojee_reply", noojee_reply),
    ("noojee_subscription", noojee_subscription),
    ("reply_headers", reply_headers),
    ("signalr_classic", signalr_classic),
    ("signalr_core", signalr_core),
    ("xima_reply", xima_reply),
];

/// Any reply of Anywhere365's recording API or of its Keycloak: a pause is proven only by a
/// state of the call that was asked about, and a token never shows.
pub fn anywhere365_reply(bytes: &[u8]) {
    anywhere365::fuzzing::anywhere365_reply(bytes);
}

/// What a CometD server says, one reply a line: the client keeps to the protocol, waits for
/// nothing without end, and hints at nothing that was not said.
pub fn bayeux(bytes: &[u8]) {
    gws::fuzzing::bayeux(bytes);
}

/// A reply of Genesys Web Services: it proves a pause only if all that it says of the recorder
/// agrees.
pub fn gws_call(body: &[u8]) {
    gws::fuzzing::gws_call(body);
}

/// A reply of Genesys Web Services to a sign-in or to a poll that it turns down: nobody is let in
/// whom it turns away.
pub fn gws_session(bytes: &[u8]) {
    gws::fuzzing::gws_session(bytes);
}

/// GQM's list of couples and the details of one: whatever is read could be one, and nothing
/// with a document type is read.
pub fn gqm_couples(body: &[u8]) {
    gqm::fuzzing::gqm_couples(body);
}

/// Any reply of GQM: whatever its links say, nobody is sent to another server.
pub fn gqm_reply(bytes: &[u8]) {
    gqm::fuzzing::gqm_reply(bytes);
}

/// What a hub of classic SignalR says, by itself and in a stream of events: no panic, the same
/// events wherever it is cut, and none of a call that cannot be one.
pub fn signalr_classic(bytes: &[u8]) {
    anywhere365::fuzzing::signalr_classic(bytes);
}

/// What a hub of ASP.NET Core SignalR says: no panic, the same messages wherever it is cut, and
/// no event of a call that cannot be one.
pub fn signalr_core(bytes: &[u8]) {
    anywhere365::fuzzing::signalr_core(bytes);
}

/// Any reply of Noojee to a command or to a question for the time: none proves anything.
pub fn noojee_reply(bytes: &[u8]) {
    noojee::fuzz_reply(bytes);
}

/// What Noojee tells of calls, poll after poll: a call neither begins twice nor ends without
/// having begun, and the sequence numbers only grow until the server begins anew.
pub fn noojee_subscription(bytes: &[u8]) {
    noojee::fuzz_subscription(bytes);
}

/// The headers of any reply: nobody waits for more than a day, and a header that is to be sent
/// back is none that means something else.
pub fn reply_headers(bytes: &[u8]) {
    let headers = http::fuzzing::headers(bytes);
    http::fuzzing::patience(&headers);
    gws::fuzzing::csrf_header(&headers);
}

/// Any reply of Xima: none proves anything.
pub fn xima_reply(bytes: &[u8]) {
    xima::fuzzing::xima_reply(bytes);
}

/// Takes the first line for the status of a reply, where it is one, and the rest for its body.
pub(crate) fn head_and_body(bytes: &[u8]) -> (Head, &[u8]) {
    let mut parts = bytes.splitn(2, |byte| *byte == b'\n');
    let line = parts.next().and_then(|line| str::from_utf8(line).ok());
    let status = line.and_then(|line| line.parse().ok());
    let head = |status| Head {
        status,
        retry_after: None,
    };
    match status.zip(parts.next()) {
        Some((status, body)) => (head(status), body),
        None => (head(200), bytes),
    }
}

/// What has been read, in another way; `None` where that way does not go: into what lies very deep,
/// to a number beyond all bounds, and to half a character that is escaped. A reader that has no use
/// for them passes over them.
pub(crate) fn said_again(body: &[u8]) -> Option<Value> {
    const GOES_NOT_THERE: [&str; 4] = [
        "recursion",
        "number out of range",
        "unexpected end of hex escape",
        "lone leading surrogate",
    ];
    match serde_json::from_slice(body) {
        Ok(reply) => Some(reply),
        Err(error) => {
            let said = error.to_string();
            assert!(GOES_NOT_THERE.iter().any(|it| said.contains(it)), "{said}");
            None
        }
    }
}

/// An error repeats nothing but a short code of what was replied.
pub(crate) fn in_our_own_words(kind: &Kind) {
    if let Kind::Refused(code) = kind {
        let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b" -".contains(&byte);
        assert!(code.len() <= 32 && code.bytes().all(is_plain), "{code:?}");
    }
}

#[cfg(test)]
#[path = "../../../fuzz/replay.rs"]
mod replay;

#[cfg(test)]
mod tests {
    use super::{TARGETS, replay};

    #[test]
    fn every_target_has_a_program_and_a_corpus() {
        replay::every_target_has_a_program_and_a_corpus("vendors", TARGETS);
    }

    #[test]
    fn what_is_in_the_corpus_is_survived() {
        replay::what_is_in_the_corpus_is_survived(TARGETS);
    }

    #[test]
    fn what_is_nested_deeply_is_survived() {
        replay::what_is_nested_deeply_is_survived(TARGETS);
    }
}
