//! ASP.NET SignalR 2, protocol version 1.5.

use std::time::Duration;

use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;
use serde_json::{Value, json};
use url::{Url, form_urlencoded};

use super::{Invocation, LONGEST, TOO_LONG, Transport};
use crate::Kind;
use crate::json::object;

/// The version that is asked for. A server that knows newer ones answers with this one.
const PROTOCOL: &str = "1.5";

/// Cursors and group tokens come back in addresses, so they cannot be longer than those.
const LONGEST_PLACE: usize = 8 * 1024;

/// No server asks for a longer wait between polls.
const LONGEST_DELAY: Duration = Duration::from_secs(30);

const NOT_NEGOTIATED: Kind = Kind::Unintelligible("it is no negotiation of a SignalR hub");
const ANOTHER_VERSION: Kind =
    Kind::Unintelligible("the hub speaks another version of classic SignalR than 1.5");
const NOT_A_FRAME: Kind = Kind::Unintelligible("it is no message of a SignalR hub");
const NOT_STARTED: Kind = Kind::Unintelligible("it does not say that listening has begun");

/// A connection that can be opened.
#[derive(Debug)]
pub(in crate::anywhere365) struct Offer {
    /// Names the connection in every request that belongs to it. As good as a secret.
    pub(in crate::anywhere365) token: SecretString,
    /// A hub that is silent for longer is dead; `None` where it sends no keep-alives.
    pub(in crate::anywhere365) longest_silence: Option<Duration>,
    /// For this long a broken connection can be mended.
    pub(in crate::anywhere365) mendable: Duration,
    /// A poll is answered after this long at the latest.
    pub(in crate::anywhere365) longest_poll: Duration,
    pub(in crate::anywhere365) web_sockets: bool,
}

/// What a hub answers to a negotiation, with a status of success.
pub(in crate::anywhere365) fn read_negotiation(body: &[u8]) -> Result<Offer, Kind> {
    #[derive(Deserialize)]
    #[serde(rename_all = "PascalCase")]
    struct Reply {
        connection_token: String,
        protocol_version: String,
        keep_alive_timeout: Option<f64>,
        disconnect_timeout: f64,
        connection_timeout: f64,
        try_web_sockets: bool,
    }

    let reply: Reply = object(body).ok_or(NOT_NEGOTIATED)?;
    if reply.protocol_version != PROTOCOL {
        return Err(ANOTHER_VERSION);
    }
    let seconds = |seconds: f64| {
        let duration = Duration::try_from_secs_f64(seconds).ok();
        let right = |one: &Duration| !one.is_zero() && *one <= Duration::from_secs(24 * 60 * 60);
        duration.filter(right).ok_or(NOT_NEGOTIATED)
    };
    Ok(Offer {
        token: reply.connection_token.into(),
        longest_silence: reply.keep_alive_timeout.map(seconds).transpose()?,
        mendable: seconds(reply.disconnect_timeout)?,
        longest_poll: seconds(reply.connection_timeout)?,
        web_sockets: reply.try_web_sockets,
    })
}

/// Whether the hub says that listening has begun.
pub(in crate::anywhere365) fn read_start(body: &[u8]) -> Result<(), Kind> {
    #[derive(Deserialize)]
    #[serde(rename_all = "PascalCase")]
    struct Reply {
        response: String,
    }

    let reply: Reply = object(body).ok_or(NOT_STARTED)?;
    if reply.response == "started" {
        Ok(())
    } else {
        Err(NOT_STARTED)
    }
}

/// What one frame, event or reply to a poll says.
#[derive(Clone, Debug, Default, PartialEq)]
pub(in crate::anywhere365) struct Frame {
    /// The transport carries.
    pub(in crate::anywhere365) initialized: bool,
    /// The hub wants the connection to be taken up anew.
    pub(in crate::anywhere365) reconnect: bool,
    /// The hub ends the connection.
    pub(in crate::anywhere365) over: bool,
    /// How long to wait before the next poll.
    pub(in crate::anywhere365) delay: Duration,
    pub(in crate::anywhere365) invocations: Vec<Invocation>,
    /// A method that we called is through.
    pub(in crate::anywhere365) reply: Option<Reply>,
    cursor: Option<String>,
    groups: Option<String>,
}

/// What became of a method that we called.
#[derive(Clone, Debug, PartialEq)]
pub(in crate::anywhere365) struct Reply {
    pub(in crate::anywhere365) id: String,
    pub(in crate::anywhere365) failed: bool,
}

/// Reads what the hub says. Nothing at all is a sign of life.
pub(in crate::anywhere365) fn read_frame(text: &[u8]) -> Result<Frame, Kind> {
    /// All of it in letters: the protocol's own names.
    #[derive(Deserialize)]
    #[serde(rename_all = "UPPERCASE")]
    struct Letters {
        c: Option<String>,
        g: Option<String>,
        s: Option<u8>,
        t: Option<Value>,
        d: Option<Value>,
        l: Option<u64>,
        m: Option<Vec<Value>>,
        i: Option<Value>,
        e: Option<Value>,
    }

    if text.len() > LONGEST {
        return Err(TOO_LONG);
    }
    if text.trim_ascii().is_empty() {
        return Ok(Frame::default());
    }
    let frame: Letters = object(text).ok_or(NOT_A_FRAME)?;
    let id = match frame.i {
        None => None,
        Some(Value::String(id)) => Some(id),
        Some(Value::Number(id)) => Some(id.to_string()),
        Some(Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_)) => {
            return Err(NOT_A_FRAME);
        }
    };
    if let Some(id) = id {
        let failed = frame.e.is_some();
        return Ok(Frame {
            reply: Some(Reply { id, failed }),
            ..Frame::default()
        });
    }
    let place = |place: Option<String>| match place {
        Some(place) if place.len() > LONGEST_PLACE => Err(TOO_LONG),
        place => Ok(place),
    };
    let messages = frame.m.unwrap_or_default();
    Ok(Frame {
        initialized: frame.s == Some(1),
        reconnect: frame.t == Some(json!(1)),
        // An error of the whole connection is its end, too.
        over: frame.d == Some(json!(1)) || frame.e.is_some(),
        delay: Duration::from_millis(frame.l.unwrap_or(0)).min(LONGEST_DELAY),
        // Whatever is no call of a method is not for us.
        invocations: messages.into_iter().filter_map(invoked).collect(),
        reply: None,
        cursor: place(frame.c)?,
        groups: place(frame.g)?,
    })
}

fn invoked(message: Value) -> Option<Invocation> {
    let object = message.is_object();
    #[derive(Deserialize)]
    #[serde(rename_all = "UPPERCASE")]
    struct Invoked {
        h: String,
        m: String,
        a: Vec<Value>,
    }

    // Serde would take a list for an object.
    let invoked: Invoked = serde_json::from_value(message).ok().filter(|_| object)?;
    Some(Invocation {
        hub: Some(invoked.h),
        method: invoked.m,
        arguments: invoked.a,
    })
}

/// Up to where messages have been read, in the hub's own words.
#[derive(Clone, Debug, Default)]
pub(in crate::anywhere365) struct Place {
    cursor: Option<String>,
    groups: Option<String>,
}

impl Place {
    pub(in crate::anywhere365) fn move_on(&mut self, frame: &Frame) {
        if let Some(cursor) = &frame.cursor {
            self.cursor = Some(cursor.clone());
        }
        if let Some(groups) = &frame.groups {
            self.groups = Some(groups.clone());
        }
    }
}

/// Where a connection is, once there is one.
#[derive(Clone, Debug)]
pub(in crate::anywhere365) struct At<'a> {
    pub(in crate::anywhere365) transport: Transport,
    pub(in crate::anywhere365) token: &'a SecretString,
    /// Only for what reads on from there.
    pub(in crate::anywhere365) place: Option<&'a Place>,
}

/// The address of one of the protocol's commands. Only a negotiation is nowhere yet.
pub(in crate::anywhere365) fn address(
    hub: &Url,
    name: &str,
    command: &str,
    at: Option<&At<'_>>,
) -> Url {
    let mut url = hub.clone();
    url.path_segments_mut()
        .expect("a web address has a path")
        .pop_if_empty()
        .push(command);
    let mut query = url.query_pairs_mut();
    query.append_pair("clientProtocol", PROTOCOL);
    if let Some(at) = at {
        let transport = match at.transport {
            Transport::WebSockets => "webSockets",
            Transport::ServerSentEvents => "serverSentEvents",
            Transport::LongPolling => "longPolling",
        };
        query.append_pair("transport", transport);
        query.append_pair("connectionToken", at.token.expose_secret());
    }
    query.append_pair("connectionData", &json!([{"name": name}]).to_string());
    if let Some(place) = at.and_then(|at| at.place) {
        for (key, value) in [("messageId", &place.cursor), ("groupsToken", &place.groups)] {
            if let Some(value) = value {
                query.append_pair(key, value);
            }
        }
    }
    drop(query);
    url
}

/// Calls a method of the hub.
pub(in crate::anywhere365) fn call(
    id: &str,
    hub: &str,
    method: &str,
    arguments: &[&str],
) -> String {
    json!({"H": hub, "M": method, "A": arguments, "I": id}).to_string()
}

/// A call as a form, for the transports that carry nothing to the hub.
pub(in crate::anywhere365) fn form(call: &str) -> String {
    form_urlencoded::Serializer::new(String::new())
        .append_pair("data", call)
        .finish()
}

#[cfg(test)]
mod tests;
