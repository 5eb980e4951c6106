//! ASP.NET Core SignalR, by Microsoft's "Transport Protocols" and "SignalR Hub Protocol"
//! (dotnet/aspnetcore, `src/SignalR/docs/specs`). Statuses and texts that they leave open are
//! those of Microsoft's server.

mod messages;
mod transports;

use axum::http::{Method, header};
use serde_json::{Value, json};

use super::event::{Event, TARGET};
use super::listener::{Listener, Until};
use super::{Listeners, Terms};
use crate::anywhere365::options::HubTransport;
use crate::site::new_id;
use crate::wire::{Answer, Asked, Reply};

/// Ends every message.
const END: char = '\u{1e}';

/// How far a conversation has come.
#[derive(Default)]
pub(super) struct Progress {
    has_shaken_hands: bool,
    /// What has arrived of a message that is not whole yet.
    inbox: String,
    /// Whether there has been a poll: the first one only opens the line.
    has_polled: bool,
}

/// The message that tells of an event.
pub(super) fn message(event: &Event, terms: &Terms) -> String {
    let arguments = event.arguments(terms);
    format!(
        "{}{END}",
        json!({ "type": 1, "target": TARGET, "arguments": arguments })
    )
}

/// Sends a listener away. It may come back, as somebody new.
pub(super) fn dismiss(listener: &Listener) {
    messages::close(&mut listener.state(), None, true);
    listener.wake();
}

/// Whether a request asks for server-sent events.
pub(super) fn wants_stream(asked: &Asked) -> bool {
    let accepts = asked.header(header::ACCEPT.as_str());
    accepts.is_some_and(|accepts| accepts.contains("text/event-stream"))
}

pub(super) fn answer(listeners: &Listeners, asked: &Asked, verb: &str) -> Answer {
    match (verb, &asked.method) {
        ("negotiate", &Method::POST) => negotiate(listeners, asked).into(),
        ("negotiate", _) => Reply::only("POST").into(),
        ("", &Method::GET) => open(listeners, asked),
        ("", &Method::POST) => send(listeners, asked).into(),
        ("", &Method::DELETE) => end(listeners, asked).into(),
        ("", _) => Reply::only("GET, POST, DELETE").into(),
        _ => Reply::text(404, "Not Found").into(),
    }
}

fn full() -> Reply {
    Reply::text(503, "Service Unavailable")
}

fn negotiate(listeners: &Listeners, asked: &Asked) -> Reply {
    let version = match asked.query("negotiateVersion").map(str::parse::<u8>) {
        None => 0,
        Some(Ok(version)) => version.min(1),
        Some(Err(_)) => {
            let wrong = "The client requested a non-integer protocol version.";
            return Reply::json(200, &json!({ "error": wrong }));
        }
    };
    // Version 0 has no secret token: the id, which others may know, is all there is.
    let (id, secret) = (new_id(), new_id());
    let token = if version == 0 { &id } else { &secret };
    if listeners.admit(token.clone()).is_none() {
        return full();
    }
    let transports: Vec<Value> = listeners.terms().transports.iter().map(offer).collect();
    let mut body = json!({
        "negotiateVersion": version,
        "connectionId": id,
        "availableTransports": transports,
    });
    if version == 1 {
        body["connectionToken"] = json!(token);
    }
    Reply::json(200, &body)
}

fn offer(transport: &HubTransport) -> Value {
    let formats: &[&str] = match transport {
        HubTransport::WebSockets | HubTransport::LongPolling => &["Text", "Binary"],
        HubTransport::ServerSentEvents => &["Text"],
    };
    json!({ "transport": name(*transport), "transferFormats": formats })
}

const fn name(transport: HubTransport) -> &'static str {
    match transport {
        HubTransport::WebSockets => "WebSockets",
        HubTransport::ServerSentEvents => "ServerSentEvents",
        HubTransport::LongPolling => "LongPolling",
    }
}

/// The id in a request; the reply if there is none.
fn id(asked: &Asked) -> Result<&str, Reply> {
    let id = asked.query("id").filter(|id| !id.is_empty());
    id.ok_or_else(|| Reply::text(400, "Connection ID required"))
}

fn unknown() -> Reply {
    Reply::text(404, "No Connection with that ID")
}

/// Opens the line from the hub to a listener, or polls.
fn open(listeners: &Listeners, asked: &Asked) -> Answer {
    let transport = if wants_stream(asked) {
        HubTransport::ServerSentEvents
    } else if asked.wants_socket {
        HubTransport::WebSockets
    } else {
        HubTransport::LongPolling
    };
    let listener = match id(asked) {
        Ok(id) => listeners.find(id).ok_or_else(unknown),
        // A socket needs no negotiation.
        Err(_) if transport == HubTransport::WebSockets => {
            listeners.admit(new_id()).ok_or_else(full)
        }
        Err(refusal) => return refusal.into(),
    };
    let listener = match listener {
        Ok(listener) => listener,
        Err(refusal) => return refusal.into(),
    };
    if !listeners.terms().offers(transport) {
        let name = name(transport);
        let text = format!("{name} transport not supported by this end point type");
        return Reply::text(404, text).into();
    }
    let mut state = listener.state();
    let is_poll = transport == HubTransport::LongPolling;
    if *state.transport.get_or_insert(transport) != transport {
        return Reply::text(400, "Cannot change transports mid-connection").into();
    }
    // Only a poll may take the place of the one before.
    if !is_poll && state.is_attached() {
        return Reply::empty(409).into();
    }
    let is_first = !std::mem::replace(&mut state.core.has_polled, true);
    drop(state);
    let terms = listeners.terms().clone();
    match transport {
        HubTransport::WebSockets => {
            let line = listener.attach(Until::Gone);
            Answer::Socket(Box::new(move |socket| {
                Box::pin(transports::talk(socket, line, terms))
            }))
        }
        HubTransport::ServerSentEvents => {
            let line = listener.attach(Until::Gone);
            transports::stream(line, terms).into()
        }
        HubTransport::LongPolling => {
            let line = listener.attach(Until::Back);
            if is_first {
                return Reply::text(200, "").into();
            }
            Answer::Later(Box::pin(async move {
                Some(transports::poll(line, terms.poll).await)
            }))
        }
    }
}

/// Takes messages of a listener who has no socket.
fn send(listeners: &Listeners, asked: &Asked) -> Reply {
    let listener = match id(asked) {
        Ok(id) => listeners.find(id),
        Err(refusal) => return refusal,
    };
    let Some(listener) = listener.filter(|it| !it.state().has_ended) else {
        return unknown();
    };
    if listener.state().transport == Some(HubTransport::WebSockets) {
        let wrong = "POST requests are not allowed for WebSocket connections.";
        return Reply::text(405, wrong);
    }
    messages::hear(
        &listener,
        listeners.terms(),
        &String::from_utf8_lossy(&asked.body),
    );
    Reply::text(200, "")
}

fn end(listeners: &Listeners, asked: &Asked) -> Reply {
    let listener = match id(asked) {
        Ok(id) => listeners.find(id),
        Err(refusal) => return refusal,
    };
    let Some(listener) = listener else {
        return unknown();
    };
    let mut state = listener.state();
    if state.transport != Some(HubTransport::LongPolling) {
        let wrong = "Cannot terminate this connection using the DELETE endpoint.";
        return Reply::text(400, wrong);
    }
    state.outbox.clear();
    state.has_ended = true;
    drop(state);
    listener.wake();
    Reply::text(202, "")
}
