//! ASP.NET Core SignalR with the JSON hub protocol.

use std::time::Duration;

use secrecy::SecretString;
use serde::Deserialize;
use serde_json::{Value, json};

use super::{Invocation, LONGEST, TOO_LONG, Transport};
use crate::Kind;
use crate::json::object;

/// Each side shows at least this often that it is there, where the transport does not.
pub(in crate::anywhere365) const PING_EVERY: Duration = Duration::from_secs(15);

/// A hub that is silent for longer is dead: twice the interval of its own pings.
pub(in crate::anywhere365) const LONGEST_SILENCE: Duration = Duration::from_secs(30);

/// A poll that takes longer is dead. A hub sends no pings over long polling; it ends an idle
/// poll after 90 seconds, and Microsoft's own client waits this long.
pub(in crate::anywhere365) const LONGEST_POLL: Duration = Duration::from_secs(100);

/// Ends every message: the record separator of ASCII.
const END: u8 = 0x1e;

const NOT_NEGOTIATED: Kind = Kind::Unintelligible("it is no negotiation of a SignalR hub");
const NOT_A_MESSAGE: Kind = Kind::Unintelligible("it is no message of a SignalR hub");
const TURNED_AWAY: &str = "the SignalR hub turns this connection away; \
     have your administrator look at the hub's own log";

/// What a hub answers to a negotiation.
#[derive(Debug)]
pub(in crate::anywhere365) enum Negotiation {
    /// Come in.
    Here(Offer),
    /// Ask there instead.
    Elsewhere {
        url: String,
        token: Option<SecretString>,
    },
}

/// A connection that can be opened.
#[derive(Debug)]
pub(in crate::anywhere365) struct Offer {
    /// Names the connection in every request that belongs to it. As good as a secret.
    pub(in crate::anywhere365) token: SecretString,
    /// Those that carry text.
    pub(in crate::anywhere365) transports: Vec<Transport>,
}

/// What a hub answers to a negotiation, with a status of success.
pub(in crate::anywhere365) fn read_negotiation(body: &[u8]) -> Result<Negotiation, Kind> {
    #[derive(Deserialize)]
    #[serde(rename_all = "camelCase")]
    struct Reply {
        connection_token: Option<String>,
        connection_id: Option<String>,
        available_transports: Option<Vec<Available>>,
        url: Option<String>,
        access_token: Option<String>,
        error: Option<String>,
    }
    #[derive(Deserialize)]
    #[serde(rename_all = "camelCase")]
    struct Available {
        transport: String,
        transfer_formats: Vec<String>,
    }

    let reply: Reply = object(body).ok_or(NOT_NEGOTIATED)?;
    if reply.error.is_some() {
        return Err(Kind::NotPermitted(TURNED_AWAY));
    }
    if let Some(url) = reply.url {
        let token = reply.access_token.map(SecretString::from);
        return Ok(Negotiation::Elsewhere { url, token });
    }
    let (Some(token), Some(available)) = (
        // Version 0 of the negotiation has no token, and the id in its place.
        reply.connection_token.or(reply.connection_id),
        reply.available_transports,
    ) else {
        return Err(NOT_NEGOTIATED);
    };
    let transports = available
        .iter()
        .filter(|one| one.transfer_formats.iter().any(|format| format == "Text"))
        .filter_map(|one| match one.transport.as_str() {
            "WebSockets" => Some(Transport::WebSockets),
            "ServerSentEvents" => Some(Transport::ServerSentEvents),
            "LongPolling" => Some(Transport::LongPolling),
            _ => None,
        })
        .collect();
    Ok(Negotiation::Here(Offer {
        token: token.into(),
        transports,
    }))
}

/// What the hub says.
#[derive(Clone, Debug, PartialEq)]
pub(in crate::anywhere365) enum Message {
    /// It speaks the protocol that it was offered.
    Shaken,
    Invocation(Invocation),
    /// A method that we called is through.
    Completion {
        id: String,
        failed: bool,
    },
    /// It ends the connection.
    Close,
    /// A sign of life, or something that listening does not need.
    Other,
}

/// The first thing to say: the protocol that everything after it is in.
pub(in crate::anywhere365) fn handshake() -> String {
    record(&json!({"protocol": "json", "version": 1}))
}

/// Calls a method of the hub.
pub(in crate::anywhere365) fn invocation(id: &str, method: &str, arguments: &[&str]) -> String {
    record(&json!({
        "type": 1, "invocationId": id, "target": method, "arguments": arguments,
    }))
}

/// A sign of life.
pub(in crate::anywhere365) fn ping() -> String {
    record(&json!({"type": 6}))
}

fn record(message: &Value) -> String {
    format!("{message}{}", char::from(END))
}

/// What comes from the hub, taken apart into messages.
#[derive(Debug, Default)]
pub(in crate::anywhere365) struct Records {
    held: Vec<u8>,
    /// Where the message begins that is next.
    begins: usize,
    /// Up to where no end of it was found.
    looked: usize,
    shaken: bool,
}

impl Records {
    /// Takes what has come, wherever it is cut.
    pub(in crate::anywhere365) fn take(&mut self, text: &[u8]) {
        self.held.drain(..self.begins);
        self.looked -= self.begins;
        self.begins = 0;
        self.held.extend_from_slice(text);
    }

    /// The next message that is there as a whole. To be asked until there is none.
    pub(in crate::anywhere365) fn next(&mut self) -> Result<Option<Message>, Kind> {
        let end = self.held[self.looked..]
            .iter()
            .position(|byte| *byte == END);
        let end = end.map(|at| self.looked + at);
        if end.unwrap_or(self.held.len()) - self.begins > LONGEST {
            return Err(TOO_LONG);
        }
        let Some(end) = end else {
            self.looked = self.held.len();
            return Ok(None);
        };
        let record = &self.held[self.begins..end];
        let message = if self.shaken {
            read_message(record)?
        } else {
            read_handshake(record)?
        };
        self.shaken = true;
        self.begins = end + 1;
        self.looked = self.begins;
        Ok(Some(message))
    }
}

fn read_handshake(record: &[u8]) -> Result<Message, Kind> {
    #[derive(Deserialize)]
    struct Handshake {
        error: Option<Value>,
        #[serde(rename = "type")]
        kind: Option<u64>,
    }

    let handshake: Handshake = object(record).ok_or(NOT_A_MESSAGE)?;
    match (handshake.error, handshake.kind) {
        (_, Some(7)) => Ok(Message::Close),
        (_, Some(_)) => Err(NOT_A_MESSAGE),
        (Some(_), None) => Err(Kind::Refused("handshake".to_owned())),
        (None, None) => Ok(Message::Shaken),
    }
}

fn read_message(record: &[u8]) -> Result<Message, Kind> {
    #[derive(Deserialize)]
    #[serde(rename_all = "camelCase")]
    struct Sent {
        #[serde(rename = "type")]
        kind: u64,
        invocation_id: Option<String>,
        target: Option<String>,
        arguments: Option<Vec<Value>>,
        error: Option<Value>,
    }

    let sent: Sent = object(record).ok_or(NOT_A_MESSAGE)?;
    match sent.kind {
        1 => match (sent.target, sent.arguments) {
            (Some(method), Some(arguments)) => Ok(Message::Invocation(Invocation {
                hub: None,
                method,
                arguments,
            })),
            _ => Err(NOT_A_MESSAGE),
        },
        3 => Ok(Message::Completion {
            id: sent.invocation_id.ok_or(NOT_A_MESSAGE)?,
            failed: sent.error.is_some(),
        }),
        7 => Ok(Message::Close),
        _ => Ok(Message::Other),
    }
}

#[cfg(test)]
mod tests;
