//! What must hold whatever Noojee replies, and tells of calls.

use std::collections::BTreeSet;

use super::watch::{Brought, Watch};
use super::wire::{self, Calls, Question, Sequence, Setup, read_subscription};
use crate::fuzzing::{head_and_body, in_our_own_words};
use crate::http::Head;
use crate::{Accepted, VendorEvent};

/// Any reply to a command or to a question for the time. That a time stamp has expired is
/// believed only of an error, because the command is sent again then.
pub(crate) fn reply(bytes: &[u8]) {
    let (head, body) = head_and_body(bytes);
    let mut setup = setup(Sequence::Anywhere);
    for success_text in ["", "ok"] {
        setup.success_text = success_text.to_owned();
        match wire::read_command_reply(&setup, head, body) {
            Ok(accepted) => {
                assert_eq!((accepted, head.status), (Accepted::Unproven, 200));
                assert!(!wire::says_expired(head, body));
            }
            Err(kind) => in_our_own_words(&kind),
        }
    }
    match wire::read_time_reply(head, body) {
        Ok(time) => {
            assert!(head.status == 200 && (12..=16).contains(&time.len()));
            assert!(time.bytes().all(|byte| byte.is_ascii_digit()), "{time}");
        }
        Err(kind) => in_our_own_words(&kind),
    }
}

/// Takes the pieces between zero bytes for the replies to one poll after the other. A call is
/// never said to begin twice or to end without having begun, and the numbers of news only grow.
pub(crate) fn subscription(bytes: &[u8]) {
    let path = ["Data", "*", "*", "CallData", "seq"].map(str::to_owned);
    for sequence in [Sequence::Anywhere, Sequence::At(path.to_vec())] {
        replies(&setup(sequence), bytes);
    }
}

fn replies(setup: &Setup, bytes: &[u8]) {
    let head = Head {
        status: 200,
        retry_after: None,
    };
    let mut watch = Watch::default();
    let mut up = BTreeSet::new();
    for reply in bytes.split(|byte| *byte == 0) {
        let before = watch.last();
        if let Ok(told) = read_subscription(setup, Question::News, head, reply) {
            match watch.news(&told) {
                Ok(Brought::Events(events)) => {
                    assert!(watch.last() > before);
                    happen(&mut up, events);
                }
                Ok(Brought::Nothing) => assert_eq!(watch.last(), before),
                Ok(Brought::StartedAnew) => assert_eq!(watch.last(), 0),
                // Then nobody asks again.
                Err(_) => return,
            }
        }
        if let Ok(told) = read_subscription(setup, Question::Present, head, reply) {
            match watch.present(&told) {
                Ok(events) => happen(&mut up, events),
                Err(_) => return,
            }
        }
    }
}

fn happen(up: &mut BTreeSet<String>, events: Vec<VendorEvent>) {
    for event in events {
        let is_right = match &event {
            VendorEvent::CallStarted(id) => up.insert(id.as_str().to_owned()),
            VendorEvent::CallEnded(id) => up.remove(id.as_str()),
            VendorEvent::Hint { .. } | VendorEvent::Declined { .. } | VendorEvent::Missed => false,
        };
        assert!(is_right, "an event that cannot be");
    }
    assert!(up.len() <= 64);
}

fn setup(sequence: Sequence) -> Setup {
    Setup {
        base_url: "https://noojee.acme.example"
            .parse()
            .expect("it is an address"),
        prefix: Vec::new(),
        extension: "410".to_owned(),
        agent_login_name: String::new(),
        tag: String::new(),
        tag_parameter: "tag".to_owned(),
        calls: Calls::Subscribe,
        sequence,
        up_statuses: vec!["Answer".to_owned(), "Connected".to_owned()],
        success_text: String::new(),
        no_call_text: String::new(),
    }
}
