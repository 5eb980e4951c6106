use serde_json::{Value, json};

use super::super::action::Action;
use super::super::options::{EventArguments, JoinArgument};
use super::Terms;
use crate::call::Call;
use crate::{Change, Happened, Truth};

/// The name of what the hub publishes.
pub(super) const TARGET: &str = "RecordingStateChangedEvent";

/// Something was done with the recorder of a call.
#[derive(Clone, Debug)]
pub(in crate::anywhere365) struct Event {
    action: Action,
    call: String,
    pub(super) agent: String,
}

impl Event {
    pub(in crate::anywhere365) fn new(action: Action, call: &Call) -> Self {
        Self {
            action,
            call: call.id.clone(),
            agent: call.agent.clone(),
        }
    }

    /// What the hub tells of a change: which action made it, not what is so since.
    pub(super) fn of(change: Change, records_from_start: bool) -> Option<Self> {
        let action = match change.happened {
            Happened::Started if records_from_start => Action::Start,
            Happened::Recorder(Truth::Recording) => Action::Start,
            Happened::Recorder(Truth::Paused) => Action::Pause,
            Happened::Recorder(Truth::Off) => Action::Stop,
            // The end of a recording is told by itself.
            Happened::Started | Happened::Ended => return None,
        };
        Some(Self {
            action,
            call: change.call,
            agent: change.agent,
        })
    }

    pub(super) fn arguments(&self, terms: &Terms) -> Vec<Value> {
        let (ucc, call, action) = (&terms.ucc, &self.call, self.action.number());
        let object = json!({ "UccName": ucc, "CorrelationId": call, "StateAction": action });
        match terms.event_arguments {
            EventArguments::Object => vec![object],
            EventArguments::Scalars => vec![json!(ucc), json!(call), json!(action)],
            EventArguments::Json => vec![Value::String(object.to_string())],
        }
    }
}

/// Whose events a listener gets: those of this agent, or all of the UCC.
pub(super) type Group = Option<String>;

/// Why a call of a listener has failed.
#[derive(Debug)]
pub(super) enum Refused {
    NoSuchMethod,
    WrongArguments,
    /// The hub's own words.
    Because(String),
}

/// What a listener joins by calling this method.
pub(super) fn joined(terms: &Terms, method: &str, arguments: &[Value]) -> Result<Group, Refused> {
    let join = terms.join.as_ref();
    let join = join.filter(|join| join.method.eq_ignore_ascii_case(method));
    let join = join.ok_or(Refused::NoSuchMethod)?;
    if join.arguments.len() != arguments.len() {
        return Err(Refused::WrongArguments);
    }
    let mut group = None;
    for (what, argument) in join.arguments.iter().zip(arguments) {
        let argument = argument.as_str().ok_or(Refused::WrongArguments)?;
        match what {
            JoinArgument::Ucc if argument != terms.ucc => {
                let wrong = format!("Ucc with name:'{argument}' not found.");
                return Err(Refused::Because(wrong));
            }
            JoinArgument::Ucc => {}
            JoinArgument::Requester => group = Some(argument.to_ascii_lowercase()),
        }
    }
    Ok(group)
}
