//! What `subscribe` tells of calls.

use pause::CallId;
use serde_json::{Map, Value};

use super::{General, NOT_AS_DOCUMENTED, Setup, failure};
use crate::Kind;
use crate::http::Head;

const NO_NUMBER: Kind = Kind::Unintelligible("it has no sequence number");
const NO_STATUS: Kind = Kind::Unintelligible("it tells of a call in a status that is not known");

/// Where `seq` stands (docs/vendors/noojee.md, D5).
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::noojee) enum Sequence {
    /// At any depth, and the largest counts.
    Anywhere,
    /// At this path from the top; `*` stands for any name and for any place of a list.
    At(Vec<String>),
}

/// What was asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::noojee) enum Question {
    /// How it is.
    Present,
    /// What has happened since.
    News,
}

/// What a reply tells.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(in crate::noojee) struct Told {
    pub(in crate::noojee) sequence: Option<u64>,
    /// The agent's calls, in the order in which they are told; one may be there several times.
    pub(in crate::noojee) calls: Vec<CallTold>,
}

/// What is told of one call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::noojee) struct CallTold {
    pub(in crate::noojee) id: CallId,
    pub(in crate::noojee) status: Status,
    /// The number of this event, where it has one of its own.
    pub(in crate::noojee) sequence: Option<u64>,
}

/// How far a call is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::noojee) enum Status {
    /// Nobody has answered, and nothing can be recorded.
    NotYet,
    /// On the line.
    Up,
    Over,
}

/// What the reply to a `subscribe` tells of the agent's calls.
pub(in crate::noojee) fn read_subscription(
    setup: &Setup,
    question: Question,
    head: Head,
    body: &[u8],
) -> Result<Told, Kind> {
    let general = General::read(body);
    failure(setup, head, general.as_ref())?;
    general.ok_or(NOT_AS_DOCUMENTED)?;
    let reply: Map<String, Value> = serde_json::from_slice(body).map_err(|_| NOT_AS_DOCUMENTED)?;
    let code = code_of(&reply)?;
    let data = match reply.get("Data") {
        Some(Value::Object(data)) => data,
        // Documented of no reply to this, but the general form of one that has nothing to say.
        None if question == Question::News && code.is_some() => return told(setup, reply, vec![]),
        Some(_) | None => return Err(NOT_AS_DOCUMENTED),
    };
    let calls = match data.get(&setup.extension) {
        None => Vec::new(),
        Some(Value::Array(entries)) => {
            let calls = entries.iter().map(|entry| call(setup, entry));
            calls.collect::<Result<_, _>>()?
        }
        Some(_) => return Err(NOT_AS_DOCUMENTED),
    };
    let told = told(setup, reply, calls)?;
    // Without one there is no way to ask for what comes after it.
    if question == Question::News && !told.calls.is_empty() && told.sequence.is_none() {
        return Err(NO_NUMBER);
    }
    Ok(told)
}

fn told(setup: &Setup, reply: Map<String, Value>, calls: Vec<CallTold>) -> Result<Told, Kind> {
    let reply = Value::Object(reply);
    let sequence = match &setup.sequence {
        Sequence::Anywhere => anywhere(&reply)?,
        Sequence::At(path) => at(&reply, path)?,
    };
    Ok(Told { sequence, calls })
}

fn call(setup: &Setup, entry: &Value) -> Result<CallTold, Kind> {
    let fields = entry.as_object().ok_or(NOT_AS_DOCUMENTED)?;
    code_of(fields)?
        .filter(|code| *code >= 0)
        .ok_or(NOT_AS_DOCUMENTED)?;
    let data = fields.get("CallData").ok_or(NOT_AS_DOCUMENTED)?;
    let text = |name| data.get(name).and_then(Value::as_str);
    let id = text("uniqueCallId").filter(|id| !id.is_empty());
    let status = text("status").ok_or(NOT_AS_DOCUMENTED)?;
    Ok(CallTold {
        id: CallId::new(id.ok_or(NOT_AS_DOCUMENTED)?),
        status: status_of(setup, status)?,
        sequence: match setup.sequence {
            Sequence::Anywhere => anywhere(entry)?,
            Sequence::At(_) => None,
        },
    })
}

/// The statuses are documented by their names alone; which of them are those of a call that may
/// be recorded is assumed (docs/vendors/noojee.md, D8).
fn status_of(setup: &Setup, status: &str) -> Result<Status, Kind> {
    let is = |names: &[&str]| names.iter().any(|name| name.eq_ignore_ascii_case(status));
    if is(&["Hangup"]) {
        Ok(Status::Over)
    } else if is(&["Dial", "Dialing", "Ringing"]) {
        Ok(Status::NotYet)
    } else if setup.up_statuses.iter().any(|up| is(&[up])) {
        Ok(Status::Up)
    } else {
        Err(NO_STATUS)
    }
}

/// The `Code` of an object, which may have none.
fn code_of(fields: &Map<String, Value>) -> Result<Option<i64>, Kind> {
    let code = fields.get("Code");
    code.map(|code| code.as_i64().ok_or(NOT_AS_DOCUMENTED))
        .transpose()
}

fn number(value: &Value) -> Result<u64, Kind> {
    value.as_u64().ok_or(NO_NUMBER)
}

/// The largest `seq` at any depth. Serde reads no deeper than 128.
fn anywhere(value: &Value) -> Result<Option<u64>, Kind> {
    let mut largest = None;
    match value {
        Value::Object(fields) => {
            for (name, value) in fields {
                let found = if name == "seq" {
                    Some(number(value)?)
                } else {
                    anywhere(value)?
                };
                largest = largest.max(found);
            }
        }
        Value::Array(values) => {
            for value in values {
                largest = largest.max(anywhere(value)?);
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
    Ok(largest)
}

/// The largest number at this path.
fn at(value: &Value, path: &[String]) -> Result<Option<u64>, Kind> {
    let Some((name, rest)) = path.split_first() else {
        return number(value).map(Some);
    };
    let inner: Vec<&Value> = match value {
        Value::Object(fields) if name == "*" => fields.values().collect(),
        Value::Object(fields) => fields.get(name).into_iter().collect(),
        Value::Array(values) if name == "*" => values.iter().collect(),
        Value::Array(_) | Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {
            Vec::new()
        }
    };
    let mut largest = None;
    for value in inner {
        largest = largest.max(at(value, rest)?);
    }
    Ok(largest)
}
