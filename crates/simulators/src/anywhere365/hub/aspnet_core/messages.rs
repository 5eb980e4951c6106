use serde::Deserialize;
use serde_json::{Value, json};

use super::super::Terms;
use super::super::event::{Refused, joined};
use super::super::listener::{Listener, State};
use super::END;

/// More than any client of this hub has to say at once.
const LARGEST: usize = 64 * 1024;

/// Says that the hub is there.
pub(super) const PING: &str = "{\"type\":6}\u{1e}";

#[derive(Deserialize)]
struct Handshake {
    protocol: String,
    version: u64,
}

#[derive(Deserialize)]
struct Message {
    #[serde(rename = "type")]
    kind: u8,
    #[serde(rename = "invocationId")]
    invocation: Option<String>,
    #[serde(default)]
    target: String,
    #[serde(default)]
    arguments: Vec<Value>,
}

/// Says goodbye, with what went wrong, if anything did.
pub(super) fn close(state: &mut State, error: Option<&str>, may_return: bool) {
    if state.has_ended {
        return;
    }
    // Whoever has not shaken hands would not understand it.
    if state.core.has_shaken_hands {
        let mut message = json!({ "type": 7 });
        if let Some(error) = error {
            message["error"] = json!(error);
        }
        if may_return {
            message["allowReconnect"] = json!(true);
        }
        say(state, &message);
    }
    state.has_ended = true;
}

fn say(state: &mut State, message: &Value) {
    state.outbox.push(format!("{message}{END}").into());
}

/// Hears what a listener has sent, which need not be whole messages.
pub(super) fn hear(listener: &Listener, terms: &Terms, text: &str) {
    let mut state = listener.state();
    state.heard = crate::clock::now();
    state.core.inbox += text;
    while let Some(end) = state.core.inbox.find(END) {
        let message: String = state.core.inbox.drain(..=end).collect();
        let message = message.trim_end_matches(END);
        if state.has_ended {
            break;
        }
        if state.core.has_shaken_hands {
            hear_message(&mut state, terms, message);
        } else {
            shake_hands(&mut state, message);
        }
    }
    if state.core.inbox.len() > LARGEST {
        close(&mut state, Some("Connection closed with an error."), false);
    }
    drop(state);
    listener.wake();
}

fn shake_hands(state: &mut State, message: &str) {
    let wrong = match serde_json::from_str::<Handshake>(message) {
        Ok(Handshake { protocol, version }) => match (protocol.as_str(), version) {
            ("json", 1) => None,
            ("json", other) => Some(format!(
                "The server does not support version {other} of the 'json' protocol."
            )),
            (other, _) => Some(format!("The protocol '{other}' is not supported.")),
        },
        Err(_) => Some("An unexpected error occurred during connection handshake.".to_owned()),
    };
    match wrong {
        None => {
            say(state, &json!({}));
            state.core.has_shaken_hands = true;
            state.listens = true;
        }
        Some(error) => {
            say(state, &json!({ "error": error }));
            state.has_ended = true;
        }
    }
}

fn hear_message(state: &mut State, terms: &Terms, message: &str) {
    let Ok(message) = serde_json::from_str::<Message>(message) else {
        return close(state, Some("Connection closed with an error."), false);
    };
    let wrong = match message.kind {
        1 => invoke(state, terms, &message.target, &message.arguments).err(),
        4 => Some(match joined(terms, &message.target, &message.arguments) {
            Err(Refused::NoSuchMethod) => unknown(&message.target),
            Ok(_) | Err(Refused::WrongArguments | Refused::Because(_)) => format!(
                "The client attempted to invoke the non-streaming '{}' method with a streaming \
                 invocation.",
                message.target
            ),
        }),
        7 => {
            state.has_ended = true;
            return;
        }
        // Pings, and what belongs to streams, which this hub has none of.
        _ => return,
    };
    // Whoever gives no id wants no reply.
    let Some(invocation) = message.invocation else {
        return;
    };
    let mut completion = json!({ "type": 3, "invocationId": invocation });
    match wrong {
        Some(error) => completion["error"] = json!(error),
        // A method without a result.
        None => completion["result"] = Value::Null,
    }
    say(state, &completion);
}

fn unknown(target: &str) -> String {
    format!("Unknown hub method '{target}'")
}

fn invoke(
    state: &mut State,
    terms: &Terms,
    target: &str,
    arguments: &[Value],
) -> Result<(), String> {
    let group = joined(terms, target, arguments).map_err(|refused| match refused {
        Refused::NoSuchMethod => unknown(target),
        Refused::WrongArguments => {
            format!("Failed to invoke '{target}' due to an error on the server.")
        }
        Refused::Because(why) => format!(
            "An unexpected error occurred invoking '{target}' on the server. HubException: {why}"
        ),
    })?;
    state.groups.insert(group);
    Ok(())
}
