use std::collections::BTreeSet;
use std::sync::Arc;

use serde::Deserialize;
use serde_json::{Value, json};

use super::super::Terms;
use super::super::event::{Refused, joined};
use super::super::listener::{Listener, State};
use super::as_text;

/// What every cursor begins with: which server it is of, and where that is with what it tells
/// everybody. The number that follows is in hexadecimal, as the real one's.
const CURSOR: &str = "d-A3650001-B,0|C,";

/// The cursor after so many messages.
pub(super) fn cursor(count: u64) -> String {
    format!("{CURSOR}{count:X}")
}

/// How many messages a cursor is after; `None` for one that is not of this server.
pub(super) fn count(cursor: &str) -> Option<u64> {
    u64::from_str_radix(cursor.strip_prefix(CURSOR)?, 16).ok()
}

/// A message of the hub, with messages to the client in it or with none.
pub(super) fn frame(cursor: &str, extra: &str, messages: &[Arc<str>]) -> String {
    format!(
        "{{\"C\":\"{cursor}\",{extra}\"M\":[{}]}}",
        messages.join(",")
    )
}

/// The token for the groups that were granted as this number.
pub(super) fn groups_token(number: usize) -> String {
    format!("g+{number}/==")
}

/// Puts a listener who comes back into the groups of its token, and out of every other.
pub(super) fn rejoin(state: &mut State, token: Option<&str>) {
    if !state.classic.has_token {
        // It joined while it was away, and cannot know the token yet.
        return;
    }
    let granted = &state.classic.granted;
    let number = (0..granted.len()).find(|number| token == Some(&groups_token(*number)));
    state.groups = number.map_or_else(BTreeSet::new, |number| granted[number].clone());
}

#[derive(Deserialize)]
struct Invocation {
    #[serde(rename = "H")]
    hub: String,
    #[serde(rename = "M")]
    method: String,
    #[serde(rename = "A", default)]
    arguments: Vec<Value>,
    #[serde(rename = "I", default)]
    id: Value,
}

/// Hears a call of a listener and returns the result; `None` for what is no call of this hub.
pub(super) fn hear(listener: &Listener, terms: &Terms, text: &str) -> Option<Value> {
    let invocation: Invocation = serde_json::from_str(text).ok()?;
    if !invocation.hub.eq_ignore_ascii_case(&terms.hub_name) {
        return None;
    }
    let mut result = json!({ "I": as_text(&invocation.id) });
    match joined(terms, &invocation.method, &invocation.arguments) {
        Ok(group) => {
            let mut state = listener.state();
            state.groups.insert(group);
            let groups = state.groups.clone();
            state.classic.granted.push(groups);
            state.classic.has_token = false;
            drop(state);
            listener.wake();
        }
        // The hub's own words are told, everything else is not.
        Err(Refused::Because(why)) => {
            result["E"] = json!(why);
            result["H"] = json!(true);
        }
        Err(Refused::NoSuchMethod | Refused::WrongArguments) => {
            let (hub, method) = (&invocation.hub, &invocation.method);
            result["E"] = json!(format!(
                "There was an error invoking Hub method '{hub}.{method}'."
            ));
        }
    }
    Some(result)
}
