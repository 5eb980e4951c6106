//! What must hold whatever Anywhere365 and its hub say.

use std::fmt::Debug;

use pause::{CallId, Recorder};
use serde_json::Value;

use super::events::any_arguments_are_survived;
use super::keycloak::read_token_reply;
use super::signalr::event_stream::EventStream;
use super::signalr::{aspnet_core, classic};
use super::wire::{self, ActionAs, ApiVersion, Resume, Setup};
use crate::fuzzing::{head_and_body, in_our_own_words, said_again};
use crate::{Accepted, Kind};

/// Longer input would only be cut into more pieces.
const LONGEST: usize = 16 * 1024;

/// Any bytes from a hub of ASP.NET Core SignalR.
pub(crate) fn signalr_core(bytes: &[u8]) {
    let bytes = &bytes[..bytes.len().min(LONGEST)];
    aspnet_core::read_negotiation(bytes).ok();
    let messages = the_same_however_cut(
        bytes,
        aspnet_core::Records::default,
        |records, piece| records.take(piece),
        aspnet_core::Records::next,
    );
    for message in messages {
        if let aspnet_core::Message::Invocation(invocation) = message {
            any_arguments_are_survived(&invocation);
        }
    }
}

/// Any bytes from a hub of classic SignalR, by itself and in a stream of events.
pub(crate) fn signalr_classic(bytes: &[u8]) {
    let bytes = &bytes[..bytes.len().min(LONGEST)];
    classic::read_negotiation(bytes).ok();
    classic::read_start(bytes).ok();
    let events = the_same_however_cut(
        bytes,
        EventStream::default,
        |events, piece| events.take(piece),
        EventStream::next,
    );
    let events = events.iter().map(String::as_bytes);
    for frame in events.chain([bytes]).map(classic::read_frame) {
        for invocation in frame.iter().flat_map(|frame| &frame.invocations) {
            any_arguments_are_survived(invocation);
        }
    }
}

/// Where a message is cut says nothing about it.
pub(super) fn the_same_however_cut<Reader, Message: Debug + PartialEq>(
    bytes: &[u8],
    new: impl Fn() -> Reader,
    take: impl Fn(&mut Reader, &[u8]),
    next: impl Fn(&mut Reader) -> Result<Option<Message>, Kind>,
) -> Vec<Message> {
    let read = |piece: usize| {
        let mut reader = new();
        let mut messages = Vec::new();
        for piece in bytes.chunks(piece) {
            take(&mut reader, piece);
            loop {
                match next(&mut reader) {
                    Ok(Some(message)) => messages.push(message),
                    Ok(None) => break,
                    Err(kind) => return (messages, Some(kind)),
                }
            }
        }
        (messages, None)
    };
    let whole = read(bytes.len().max(1));
    for piece in [1, 2, 3, 7] {
        assert_eq!(read(piece), whole, "cut after every {piece} bytes");
    }
    whole.0
}

/// Any reply of the recording API and of the Keycloak.
pub(crate) fn anywhere365_reply(bytes: &[u8]) {
    const CALL: &str = "1d6c6a58-6739-4f0c-98ff-0968292c8c30";
    let (head, body) = head_and_body(bytes);
    let setup = Setup {
        base_url: "https://core.acme.example".parse().expect("it is one"),
        api_version: ApiVersion::V1,
        ucc: "ucc-demo-name".to_owned(),
        requester: "sip:agent@acme.example".to_owned(),
        action_as: ActionAs::Number,
        resume: Resume::Start,
    };
    let accepted = wire::read_command_reply(head, body);
    let state = wire::read_state_reply(&setup, &CallId::new(CALL), head, body);
    let permitted = wire::read_capabilities_reply(&setup, head, body);
    let granted = read_token_reply(head, body);
    assert!(matches!(accepted, Ok(Accepted::Unproven) | Err(_)));
    if !head.is_success() {
        assert!(accepted.is_err() && state.is_err() && permitted.is_err() && granted.is_err());
    }
    let failed = [
        accepted.as_ref().err(),
        state.as_ref().err(),
        permitted.as_ref().err(),
        granted.as_ref().err(),
    ];
    failed.into_iter().flatten().for_each(in_our_own_words);
    if state.is_err() && permitted.is_err() && granted.is_err() {
        return;
    }
    // What was read is said a second time, in another way.
    let Some(said) = said_again(body) else {
        return;
    };
    if let Ok(recorder) = &state {
        let number = match recorder {
            Recorder::Recording => &[1][..],
            Recorder::Paused => &[3],
            Recorder::Off => &[0, 2],
        };
        let stated = said["RecordingState"].as_i64();
        assert!(
            stated.is_some_and(|stated| number.contains(&stated)),
            "{said}"
        );
        let call = said["CorrelationId"].as_str().map(str::to_lowercase);
        assert_eq!(call.as_deref(), Some(CALL));
    }
    if state.is_ok() || permitted.is_ok() {
        assert_eq!(said.get("ErrorMessage"), Some(&Value::Null));
        let ucc = said["UCCName"].as_str().map(str::to_lowercase);
        assert_eq!(ucc, Some(setup.ucc));
    }
    if permitted.is_ok() {
        assert_eq!(said["AgentCanEditRecordings"], true);
    }
    if granted.is_ok() {
        // A token may read like whatever is printed, which must not depend on it.
        let mut other = said;
        other["access_token"] = "another one".into();
        let other = read_token_reply(head, other.to_string().as_bytes());
        assert_eq!(format!("{granted:?}"), format!("{other:?}"));
    }
}
