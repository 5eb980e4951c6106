//! What must hold whatever Xima replies.

use super::wire::{NotFound, RequestBody, Setup, body_matters, read_reply};
use crate::fuzzing::{head_and_body, in_our_own_words};
use crate::{Accepted, Kind};

/// No reply proves a pause, and a body counts only where the settings say what to look for.
pub(crate) fn xima_reply(bytes: &[u8]) {
    let (head, body) = head_and_body(bytes);
    for not_found in [
        NotFound::NoSuchCall,
        NotFound::UnknownAgent,
        NotFound::UnknownAgentIf("no agent".to_owned()),
    ] {
        let setup = Setup {
            base_url: "https://acme.xima.cloud".parse().expect("it is one"),
            extension: "1684".to_owned(),
            not_found,
            request_body: RequestBody::Empty,
        };
        let read = read_reply(&setup, head, body);
        match &read {
            Ok(accepted) => assert!(head.is_success() && *accepted == Accepted::Unproven),
            Err(kind) => {
                assert!(!head.is_success());
                assert!(*kind != Kind::NoSuchCall || head.status == 404);
                in_our_own_words(kind);
            }
        }
        if !body_matters(&setup, head) {
            assert_eq!(read, read_reply(&setup, head, b""));
        }
    }
}
