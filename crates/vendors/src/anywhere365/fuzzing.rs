//! What any bytes from a SignalR hub are fed to.

use std::fmt::Debug;

use super::events::any_arguments_are_survived;
use super::signalr::event_stream::EventStream;
use super::signalr::{aspnet_core, classic};
use crate::Kind;

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
