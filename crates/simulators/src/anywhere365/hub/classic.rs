//! ASP.NET SignalR 2, by "SignalR on the Wire" (blog.3d-logic.com) and by what Microsoft's server
//! does (SignalR/SignalR, `src/Microsoft.AspNet.SignalR.Core`).

mod messages;
mod transports;

use std::collections::BTreeSet;

use axum::http::Method;
use serde::Deserialize;
use serde_json::{Value, json};

use super::event::{Event, Group, TARGET};
use super::listener::{Listener, Until};
use super::{Listeners, Terms};
use crate::anywhere365::options::HubTransport;
use crate::site::new_id;
use crate::wire::{Answer, Asked, Reply, named};
use transports::Reader;

/// What only a listener of this generation has.
#[derive(Default)]
pub(super) struct Progress {
    /// The groups in each token that it has been given. Only who shows the token stays in them.
    granted: Vec<BTreeSet<Group>>,
    /// Whether it has been given the last one.
    has_token: bool,
}

/// The message that tells of an event.
pub(super) fn message(event: &Event, terms: &Terms) -> String {
    let arguments = event.arguments(terms);
    json!({ "H": terms.hub_name, "M": TARGET, "A": arguments }).to_string()
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Verb {
    Connect,
    Reconnect,
    Poll,
    Start,
    Send,
    Abort,
}

pub(super) fn answer(listeners: &Listeners, asked: &Asked, verb: &str) -> Answer {
    if !matches!(asked.method, Method::GET | Method::POST) {
        return Reply::only("GET, POST").into();
    }
    let verb = match verb {
        "ping" => return Reply::json(200, &json!({ "Response": "pong" })).into(),
        "negotiate" => {
            return match named_hub(listeners.terms(), asked) {
                Ok(_) => negotiate(listeners, asked).into(),
                Err(refusal) => refusal.into(),
            };
        }
        "connect" => Verb::Connect,
        "reconnect" => Verb::Reconnect,
        "poll" => Verb::Poll,
        "start" => Verb::Start,
        "send" => Verb::Send,
        "abort" => Verb::Abort,
        _ => return Reply::text(404, "Not Found").into(),
    };
    match known(listeners, asked) {
        Ok(known) => carry_out(listeners, asked, verb, known),
        Err(refusal) => refusal.into(),
    }
}

fn negotiate(listeners: &Listeners, asked: &Asked) -> Reply {
    let id = new_id();
    // Real tokens are Base64. Whoever does not encode them is not recognised.
    let token = format!("AQAAANCMnd8+{}/{}==", new_id(), id);
    if listeners.admit(token.clone()).is_none() {
        return Reply::text(503, "Service Unavailable");
    }
    let terms = listeners.terms();
    Reply::json(
        200,
        &json!({
            "Url": terms.path,
            "ConnectionToken": token,
            "ConnectionId": id,
            // After two that are missing the line counts as dead.
            "KeepAliveTimeout": (terms.keep_alive * 2).as_secs_f64(),
            "DisconnectTimeout": terms.timeout.as_secs_f64(),
            "ConnectionTimeout": terms.poll.as_secs_f64(),
            "TryWebSockets": terms.offers(HubTransport::WebSockets),
            "ProtocolVersion": protocol(asked.query("clientProtocol")),
            "TransportConnectTimeout": 5.0,
            "LongPollDelay": 0.0,
        }),
    )
}

/// The version that is talked: the one asked for, from 1.2 up to 2.1.
fn protocol(asked: Option<&str>) -> String {
    let version = asked.and_then(|version| {
        let (major, minor) = version.split_once('.')?;
        Some((major.parse().ok()?, minor.parse().ok()?))
    });
    let (major, minor): (u8, u8) = version.unwrap_or((1, 2)).clamp((1, 2), (2, 1));
    format!("{major}.{minor}")
}

#[derive(Deserialize)]
struct NamedHub {
    #[serde(alias = "Name")]
    name: String,
}

/// Whether a request names the hub, in whatever case.
fn named_hub(terms: &Terms, asked: &Asked) -> Result<bool, Reply> {
    let data = asked.query("connectionData").unwrap_or_default();
    if data.is_empty() {
        return Ok(false);
    }
    let Ok(hubs) = serde_json::from_str::<Vec<NamedHub>>(data) else {
        return Err(Reply::text(500, "Internal Server Error"));
    };
    for NamedHub { name } in &hubs {
        if !name.eq_ignore_ascii_case(&terms.hub_name) {
            let wrong = format!("'{name}' Hub could not be resolved.");
            return Err(Reply::text(500, wrong));
        }
    }
    Ok(!hubs.is_empty())
}

/// Who asks, by what, and whether the hub is named.
struct Known<'a> {
    token: &'a str,
    listener: std::sync::Arc<Listener>,
    transport: HubTransport,
    names_hub: bool,
}

fn known<'a>(listeners: &Listeners, asked: &'a Asked) -> Result<Known<'a>, Reply> {
    let names_hub = named_hub(listeners.terms(), asked)?;
    let refused = |text| Err(Reply::text(400, text));
    let transport = asked.query("transport").unwrap_or_default();
    let transport = match transport.to_ascii_lowercase().as_str() {
        "websockets" => Some(HubTransport::WebSockets),
        "serversentevents" => Some(HubTransport::ServerSentEvents),
        "longpolling" => Some(HubTransport::LongPolling),
        _ => None,
    };
    let Some(transport) = transport.filter(|it| listeners.terms().offers(*it)) else {
        return refused("Protocol error: Unknown transport.");
    };
    let token = asked.query("connectionToken").unwrap_or_default();
    if token.is_empty() {
        return refused("Protocol error: Missing connection token.");
    }
    match listeners.find(token) {
        Some(listener) => Ok(Known {
            token,
            listener,
            transport,
            names_hub,
        }),
        None => refused("The ConnectionId is in the incorrect format."),
    }
}

fn carry_out(listeners: &Listeners, asked: &Asked, verb: Verb, known: Known<'_>) -> Answer {
    let terms = listeners.terms();
    match verb {
        Verb::Start => Reply::json(200, &json!({ "Response": "started" })).into(),
        Verb::Abort => {
            known.listener.end();
            listeners.forget(known.token);
            Reply::text(200, "").into()
        }
        Verb::Send => {
            let form = asked.form();
            let data = named(&form, "data").or_else(|| asked.query("data"));
            match messages::hear(&known.listener, terms, data.unwrap_or_default()) {
                Some(result) => Reply::json(200, &result).into(),
                None => Reply::text(500, "Internal Server Error").into(),
            }
        }
        Verb::Connect | Verb::Reconnect | Verb::Poll => open(terms, asked, verb, known),
    }
}

/// Opens the line from the hub to a listener, or polls.
fn open(terms: &std::sync::Arc<Terms>, asked: &Asked, verb: Verb, known: Known<'_>) -> Answer {
    let is_socket = known.transport == HubTransport::WebSockets;
    if is_socket && !asked.wants_socket {
        return Reply::text(400, "Not a valid web socket request.").into();
    }
    let form = asked.form();
    let given = |name| asked.query(name).or_else(|| named(&form, name));
    let mut state = known.listener.state();
    state.listens = known.names_hub;
    if verb != Verb::Connect {
        messages::rejoin(&mut state, given("groupsToken"));
    }
    let from = match given("messageId").and_then(messages::count) {
        Some(count) if verb != Verb::Connect => count.min(state.outbox.count()),
        Some(_) | None => state.outbox.count(),
    };
    drop(state);
    let line = known.listener.attach(Until::Back);
    let reader = Reader::new(line, terms.clone(), from);
    let is_connect = verb == Verb::Connect;
    match known.transport {
        HubTransport::WebSockets => Answer::Socket(Box::new(move |socket| {
            Box::pin(transports::talk(socket, reader, is_connect))
        })),
        HubTransport::ServerSentEvents => transports::stream(reader, is_connect).into(),
        HubTransport::LongPolling if is_connect => reader.first_reply().into(),
        HubTransport::LongPolling => transports::poll(reader).into(),
    }
}

/// A reply's value for the field `I`, which clients send as text or as a number.
fn as_text(id: &Value) -> String {
    match id {
        Value::String(text) => text.clone(),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::Array(_) | Value::Object(_) => {
            id.to_string()
        }
    }
}
