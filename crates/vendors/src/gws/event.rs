//! What the data of an event say. Every one of them is a hint.

use std::collections::VecDeque;

use pause::CallId;
use serde::Deserialize;
use serde_json::Value;

use super::call::{self, Call, Stage};
use crate::VendorEvent;

/// Where the server tells of the agent's own things. Elsewhere it may tell of others'.
const OWN: &str = "/v2/me/";

/// More calls than any agent has at a time.
const MOST_CALLS: usize = 64;

/// Which calls have been told of. Bounded: one that falls out is told of once more.
#[derive(Debug, Default)]
pub(crate) struct Told(VecDeque<CallId>);

impl Told {
    fn is_new(&mut self, call: &CallId) -> bool {
        if self.0.contains(call) {
            return false;
        }
        if self.0.len() == MOST_CALLS {
            self.0.pop_front();
        }
        self.0.push_back(call.clone());
        true
    }

    fn forget(&mut self, call: &CallId) {
        self.0.retain(|told| told != call);
    }
}

/// What came in one message of the channel.
#[derive(Debug, Default)]
pub(crate) struct News {
    pub(crate) events: Vec<VendorEvent>,
    /// The call, as far as it is described.
    pub(crate) call: Option<(CallId, Call)>,
}

/// Reads the data of a message. Whatever is not known is passed over: other things are told
/// on the same channels, and newer servers tell more.
pub(crate) fn read(channel: &str, data: &Value, told: &mut Told) -> News {
    let mut news = News::default();
    if !channel.starts_with(OWN) {
        return news;
    }
    let call = data
        .get("call")
        .and_then(|call| Call::deserialize(call).ok());
    let id = call.as_ref().and_then(Call::id).map(CallId::new);
    if is_error(data) {
        news.events.push(VendorEvent::Declined {
            call: id.clone().or_else(|| named(data)),
        });
    }
    let (Some(call), Some(id)) = (call, id) else {
        return news;
    };
    match call.stage() {
        Stage::Before => {}
        Stage::Live => {
            if told.is_new(&id) {
                news.events.push(VendorEvent::CallStarted(id.clone()));
            }
            if let Some(recorder) = call.hint() {
                let call = id.clone();
                news.events.push(VendorEvent::Hint { call, recorder });
            }
        }
        Stage::Over => {
            told.forget(&id);
            news.events.push(VendorEvent::CallEnded(id.clone()));
        }
    }
    news.call = Some((id, call));
    news
}

/// The form of an error that comes late is not documented (docs/vendors/gws.md, E7): anything
/// that looks like one is one.
fn is_error(data: &Value) -> bool {
    let kind = data.get("messageType").and_then(Value::as_str);
    let named_error = kind.is_some_and(|kind| kind.to_ascii_lowercase().contains("error"));
    named_error
        || ["errorMessage", "errorCode", "error", "statusCode"]
            .iter()
            .any(|key| data.get(key).is_some_and(says_something))
}

fn says_something(value: &Value) -> bool {
    match value {
        Value::Null | Value::Bool(false) => false,
        Value::Number(number) => number.as_f64() != Some(0.0),
        Value::String(text) => !matches!(text.as_str(), "" | "0"),
        Value::Bool(true) | Value::Array(_) | Value::Object(_) => true,
    }
}

/// The call that an error names, where it does not describe it.
fn named(data: &Value) -> Option<CallId> {
    let text = |key: &str| data.get(key).and_then(Value::as_str);
    ["callUri", "uri"]
        .into_iter()
        .find_map(|key| text(key).and_then(call::last_part))
        .or_else(|| {
            ["callId", "callUuid"]
                .into_iter()
                .find_map(|key| text(key).filter(|id| call::could_be_an_id(id)))
        })
        .map(CallId::new)
}

#[cfg(test)]
mod tests;
