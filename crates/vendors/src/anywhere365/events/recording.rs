//! What the hub says of a recorder, and what that is worth: a hint.

use std::collections::VecDeque;
use std::sync::{Mutex, PoisonError};

use pause::{CallId, Recorder};
use serde_json::{Map, Value};

use super::super::signalr::Invocation;
use super::super::wire::{Resume, Setup, could_be_a_call, same};
use super::settings::Hub;
use crate::VendorEvent;

/// The one event that is documented.
const EVENT: &str = "RecordingStateChangedEvent";

/// More calls than an agent has, and they need not be remembered longer than they last.
const MOST_CALLS: usize = 32;

/// No id of a call comes near this.
const LONGEST_ID: usize = 256;

/// How the arguments are laid out; not documented.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::anywhere365) enum Layout {
    Object,
    Scalars,
    Json,
}

/// Which calls an event is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::anywhere365) enum Calls {
    /// Of anybody in the UCC. One that is not known already is nothing to this agent.
    KnownOnly,
    /// Of this agent and nobody else, so the configuration says.
    OfThisAgent,
}

/// The calls that were asked about, as they were written then.
///
/// Ids are compared without regard to case. Told in another case, a call would be another one.
#[derive(Debug, Default)]
pub(in crate::anywhere365) struct AskedAbout(Mutex<VecDeque<CallId>>);

impl AskedAbout {
    pub(in crate::anywhere365) fn remember(&self, call: &CallId) {
        let mut calls = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if calls.contains(call) {
            return;
        }
        if calls.len() == MOST_CALLS {
            calls.pop_front();
        }
        calls.push_back(call.clone());
    }

    fn as_asked(&self, id: &str) -> CallId {
        let calls = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let asked = calls.iter().rev().find(|call| same(call.as_str(), id));
        asked.cloned().unwrap_or_else(|| CallId::new(id))
    }
}

/// What has happened, by the vendor's account of it.
struct Change<'a> {
    ucc: &'a str,
    call: &'a str,
    action: u64,
}

/// What an invocation tells. Whatever is malformed, or about something else, tells nothing.
pub(super) fn told(
    setup: &Setup,
    hub: &Hub,
    asked: &AskedAbout,
    invocation: &Invocation,
) -> Vec<VendorEvent> {
    let of_the_hub = invocation
        .hub
        .as_ref()
        .is_none_or(|name| same(name, &hub.name));
    if !of_the_hub || !same(&invocation.method, EVENT) {
        return Vec::new();
    }
    let parsed;
    let arguments = &invocation.arguments;
    let change = match hub.layout {
        Layout::Scalars => of_scalars(arguments),
        Layout::Object => arguments
            .first()
            .and_then(Value::as_object)
            .and_then(of_object),
        Layout::Json => {
            let text = arguments
                .first()
                .and_then(Value::as_str)
                .unwrap_or_default();
            parsed = serde_json::from_str::<Map<String, Value>>(text).unwrap_or_default();
            of_object(&parsed)
        }
    };
    let ours = |change: &Change| same(change.ucc, &setup.ucc) && change.call.len() <= LONGEST_ID;
    let Some(change) = change.filter(ours) else {
        return Vec::new();
    };
    let call = asked.as_asked(change.call);
    if could_be_a_call(&call).is_err() {
        return Vec::new();
    }
    let recorder = match change.action {
        1 => Recorder::Recording,
        2 => Recorder::Off,
        3 => Recorder::Paused,
        // Save, Delete, Mark and UnMark are about the file and leave the recorder alone.
        4..=7 => return Vec::new(),
        own if resumes(setup, own) => Recorder::Recording,
        // Something was done that has no meaning here.
        _ => return vec![VendorEvent::Missed],
    };
    let hint = VendorEvent::Hint {
        call: call.clone(),
        recorder,
    };
    match (hub.calls, recorder) {
        (Calls::OfThisAgent, Recorder::Recording | Recorder::Paused) => {
            vec![VendorEvent::CallStarted(call), hint]
        }
        // That a recording has stopped does not say that its call is over.
        (Calls::OfThisAgent, Recorder::Off) | (Calls::KnownOnly, _) => vec![hint],
    }
}

/// Whether the configuration has an action of its own that resumes, and it is this one.
fn resumes(setup: &Setup, action: u64) -> bool {
    match setup.resume {
        Resume::Start => false,
        Resume::Number(number) => u64::from(number) == action,
    }
}

fn of_scalars(arguments: &[Value]) -> Option<Change<'_>> {
    let [ucc, call, action, ..] = arguments else {
        return None;
    };
    change(ucc, call, action)
}

/// The names are documented, their case is not: ASP.NET Core SignalR writes `uccName` unless it
/// is told otherwise.
fn of_object(object: &Map<String, Value>) -> Option<Change<'_>> {
    let value = |name: &str| {
        let found = object
            .iter()
            .find(|(key, _)| key.eq_ignore_ascii_case(name));
        found.map(|(_, value)| value)
    };
    change(
        value("UccName")?,
        value("CorrelationId")?,
        value("StateAction")?,
    )
}

fn change<'a>(ucc: &'a Value, call: &'a Value, action: &Value) -> Option<Change<'a>> {
    let action = match action.as_str() {
        None => action.as_u64()?,
        Some(name) => {
            Resume::DOCUMENTED
                .iter()
                .position(|documented| documented.eq_ignore_ascii_case(name))? as u64
                + 1
        }
    };
    Some(Change {
        ucc: ucc.as_str()?,
        call: call.as_str()?,
        action,
    })
}

/// Whatever is in an invocation: nothing is told of a call that is none.
#[cfg(any(test, feature = "fuzzing"))]
pub(in crate::anywhere365) fn any_arguments_are_survived(invocation: &Invocation) {
    use super::super::wire::{ActionAs, ApiVersion};

    let url: url::Url = "https://core.acme.example".parse().expect("an address");
    let setup = Setup {
        base_url: url.clone(),
        api_version: ApiVersion::V1,
        ucc: "ucc".to_owned(),
        requester: "sip:agent@acme.example".to_owned(),
        action_as: ActionAs::Number,
        resume: Resume::Number(8),
    };
    for layout in [Layout::Object, Layout::Scalars, Layout::Json] {
        let hub = Hub {
            generation: None,
            url: url.clone(),
            name: "hub".to_owned(),
            join: None,
            layout,
            calls: Calls::OfThisAgent,
            transport: None,
        };
        for event in told(&setup, &hub, &AskedAbout::default(), invocation) {
            let call = match event {
                VendorEvent::CallStarted(call) | VendorEvent::Hint { call, .. } => call,
                VendorEvent::Missed => continue,
                VendorEvent::CallEnded(_) | VendorEvent::Declined { .. } => {
                    panic!("no event of the hub says that")
                }
            };
            assert!(could_be_a_call(&call).is_ok() && call.as_str().len() <= LONGEST_ID);
        }
    }
}

#[cfg(test)]
mod tests;
