//! One message of the Bayeux protocol, as far as a listener has to understand it.

use std::time::Duration;

use serde::de::IgnoredAny;
use serde::{Deserialize, Deserializer};
use serde_json::Value;

use crate::Kind;

pub(super) const NOT_BAYEUX: Kind = Kind::Unintelligible("it is no Bayeux message");
const TOO_MANY: Kind = Kind::Unintelligible("it is far too long");

/// Longer than any that a server makes.
const LONGEST_CLIENT_ID: usize = 256;

/// Fields that are not known are passed over, and so is whatever an extension adds.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Message {
    pub(super) channel: Option<String>,
    /// The number in it, if it is one of ours; `None` where there is no id at all.
    #[serde(default, deserialize_with = "id")]
    pub(super) id: Option<Option<u64>>,
    pub(super) successful: Option<bool>,
    #[serde(default, deserialize_with = "client_id")]
    pub(super) client_id: Option<String>,
    #[serde(default, deserialize_with = "names")]
    pub(super) subscription: Option<Vec<String>>,
    #[serde(default, deserialize_with = "names")]
    pub(super) supported_connection_types: Option<Vec<String>>,
    pub(super) advice: Option<Advice>,
    error: Option<Value>,
    pub(super) data: Option<Value>,
}

impl Message {
    /// The number in front of an error such as `402::Unknown client`.
    pub(super) fn error_code(&self) -> Option<u16> {
        let (code, _) = self.error.as_ref()?.as_str()?.split_once(':')?;
        code.parse().ok().filter(|code| (100..1_000).contains(code))
    }
}

/// What the server advises. Each field stays until it is said anew.
#[derive(Clone, Copy, Debug, Default, Deserialize)]
pub(super) struct Advice {
    #[serde(default, deserialize_with = "reconnect")]
    reconnect: Option<Reconnect>,
    #[serde(default, deserialize_with = "milliseconds")]
    interval: Option<Duration>,
    #[serde(default, deserialize_with = "milliseconds")]
    timeout: Option<Duration>,
    /// Serde takes a list for an object, too, unless there is this.
    #[serde(flatten)]
    _rest: IgnoredAny,
}

/// What to do after a connect.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Reconnect {
    /// Connect again.
    Retry,
    /// Begin with a handshake.
    Handshake,
    /// Stay away.
    Never,
}

impl Advice {
    pub(super) fn update(&mut self, newer: &Self) {
        self.reconnect = newer.reconnect.or(self.reconnect);
        self.interval = newer.interval.or(self.interval);
        self.timeout = newer.timeout.or(self.timeout);
    }

    /// A handshake is on its way: the advice to make one has been followed.
    pub(super) const fn retry(&mut self) {
        self.reconnect = None;
    }

    pub(super) const fn said(&self) -> Option<Reconnect> {
        self.reconnect
    }

    pub(super) fn reconnect(self) -> Reconnect {
        self.reconnect.unwrap_or(Reconnect::Retry)
    }

    pub(super) fn interval(self) -> Duration {
        self.interval.unwrap_or_default()
    }

    pub(super) const fn timeout(self) -> Option<Duration> {
        self.timeout
    }
}

/// Reads the messages of a text: a list of them, or one alone.
pub(super) fn read(bytes: &[u8], most: usize) -> Result<Vec<Message>, Kind> {
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Text {
        Many(Vec<Value>),
        One(serde_json::Map<String, Value>),
    }

    let messages = match serde_json::from_slice(bytes).map_err(|_| NOT_BAYEUX)? {
        Text::Many(messages) => messages,
        Text::One(message) => vec![Value::Object(message)],
    };
    if messages.len() > most {
        return Err(TOO_MANY);
    }
    messages
        .into_iter()
        .map(|message| {
            // Serde would take a list for an object, too.
            let object = message.is_object().then_some(message).ok_or(NOT_BAYEUX)?;
            Message::deserialize(object).map_err(|_| NOT_BAYEUX)
        })
        .collect()
}

/// Servers send ids back as they came, or as numbers.
fn id<'de, D: Deserializer<'de>>(field: D) -> Result<Option<Option<u64>>, D::Error> {
    Ok(match Value::deserialize(field)? {
        Value::Null => None,
        Value::String(id) => Some(id.parse().ok()),
        Value::Number(id) => Some(id.as_u64()),
        Value::Bool(_) | Value::Array(_) | Value::Object(_) => Some(None),
    })
}

fn client_id<'de, D: Deserializer<'de>>(field: D) -> Result<Option<String>, D::Error> {
    let id = Option::<String>::deserialize(field)?;
    Ok(id.filter(|id| !id.is_empty() && id.len() <= LONGEST_CLIENT_ID))
}

/// A list of names, or one name alone. Anything else is none.
fn names<'de, D: Deserializer<'de>>(field: D) -> Result<Option<Vec<String>>, D::Error> {
    Ok(match Value::deserialize(field)? {
        Value::String(name) => Some(vec![name]),
        Value::Array(names) => Some(
            names
                .iter()
                .filter_map(|name| name.as_str().map(str::to_owned))
                .collect(),
        ),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::Object(_) => None,
    })
}

fn reconnect<'de, D: Deserializer<'de>>(field: D) -> Result<Option<Reconnect>, D::Error> {
    let said = Value::deserialize(field)?;
    Ok(match said.as_str() {
        Some("retry") => Some(Reconnect::Retry),
        Some("handshake") => Some(Reconnect::Handshake),
        Some("none") => Some(Reconnect::Never),
        Some(_) | None => None,
    })
}

fn milliseconds<'de, D: Deserializer<'de>>(field: D) -> Result<Option<Duration>, D::Error> {
    let said = Value::deserialize(field)?;
    Ok(said.as_u64().map(Duration::from_millis))
}
