//! The requests about the recorder of a call.

use serde::Deserialize;
use serde_json::{Value, json};

use super::action::Action;
use super::hub::Event;
use crate::call::Call;
use crate::options::Again;
use crate::site::World;
use crate::wire::{Asked, Carry, Reply};
use crate::{SetReply, Truth};

/// The kinds of `ErrorMessage`.
#[derive(Clone, Copy)]
enum ErrorType {
    Configuration = 1,
    Validation = 2,
    Processing = 3,
}

pub(super) fn capabilities(world: &World, ucc: &str) -> Reply {
    let wrong = (ucc != world.options.ucc).then(|| unknown_ucc(ucc));
    let body = json!({
        "AgentCanEditRecordings": wrong.is_none() && world.agents_can_edit,
        "ErrorMessage": wrong,
        "UCCName": ucc,
    });
    Reply::json(status(world, wrong.is_some()), &body)
}

pub(super) fn state(world: &mut World, ucc: &str, id: &str) -> Reply {
    if ucc != world.options.ucc {
        return failed(world, ucc, id, &unknown_ucc(ucc));
    }
    match world.running_call(id) {
        Some(call) => Reply::json(200, &state_of(call, ucc, id)),
        None => failed(world, ucc, id, &unknown_session(id)),
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Set {
    action: Name,
    requester_sip_uri: String,
    correlation_id: String,
    #[serde(rename = "UCCName")]
    ucc_name: String,
}

/// An action may be given by its number or by its name (documented).
#[derive(Deserialize)]
#[serde(untagged)]
enum Name {
    Number(u64),
    Word(String),
}

impl Name {
    fn action(&self) -> Option<Action> {
        Action::ALL.into_iter().find(|action| match self {
            Self::Number(number) => *number == u64::from(action.number()),
            Self::Word(word) => word == action.name(),
        })
    }
}

pub(super) fn set(world: &mut World, asked: &Asked, carry: Carry) -> Reply {
    if !asked.is("application/json") {
        return Reply::text(415, "Unsupported Media Type");
    }
    let Ok(set) = serde_json::from_slice::<Set>(&asked.body) else {
        return Reply::text(400, "Bad Request");
    };
    match carry_out(world, &set, carry) {
        Ok(state) => match world.options.anywhere365.set_reply {
            SetReply::State => Reply::json(200, &state),
            SetReply::NoState => Reply::json(
                200,
                &json!({
                    "CorrelationId": set.correlation_id,
                    "ErrorMessage": null,
                    "UCCName": set.ucc_name,
                }),
            ),
            SetReply::Empty => Reply::empty(200),
        },
        Err(wrong) => failed(world, &set.ucc_name, &set.correlation_id, &wrong),
    }
}

/// Carries a command out and returns the state after it, or an `ErrorMessage`.
fn carry_out(world: &mut World, set: &Set, carry: Carry) -> Result<Value, Value> {
    if set.ucc_name != world.options.ucc {
        return Err(unknown_ucc(&set.ucc_name));
    }
    if !world.agents_can_edit {
        return Err(error(
            ErrorType::Configuration,
            "Agents are not allowed to edit recordings.",
        ));
    }
    let is_requester = |agent: &String| agent.eq_ignore_ascii_case(&set.requester_sip_uri);
    let is_agent = world.agents.iter().any(is_requester);
    let again = world.options.again;
    let Some(call) = world.running_call(&set.correlation_id) else {
        return Err(unknown_session(&set.correlation_id));
    };
    if !is_agent {
        return Err(error(
            ErrorType::Validation,
            "The requester is not an agent of this UCC.",
        ));
    }
    let Some(action) = set.action.action() else {
        return Err(error(ErrorType::Validation, "There is no such action."));
    };
    let becomes = match action {
        Action::Start => Truth::Recording,
        Action::Pause => Truth::Paused,
        Action::Stop => Truth::Off,
        Action::Save | Action::Delete | Action::Mark | Action::UnMark => {
            if carry == Carry::Out {
                mark_or_save(call, action);
                let event = Event::new(action, call);
                let state = state_of(call, &set.ucc_name, &set.correlation_id);
                world.hub.tell(event);
                return Ok(state);
            }
            return Ok(state_of(call, &set.ucc_name, &set.correlation_id));
        }
    };
    // Uninitialized starts; Started pauses and stops; Paused starts and stops; Stopped is final.
    let possible = match (call.truth(), becomes) {
        (Truth::Off, Truth::Recording) => !call.was_ever_recorded(),
        (Truth::Off, Truth::Paused) => false,
        (now, _) => now != becomes || again == Again::Accepted,
    };
    if !possible {
        return Err(error(
            ErrorType::Processing,
            "The recorder cannot do this in its present state.",
        ));
    }
    if carry == Carry::Out {
        call.set(becomes);
    }
    Ok(state_of(call, &set.ucc_name, &set.correlation_id))
}

/// Does what has nothing to do with whether something is being recorded.
fn mark_or_save(call: &mut Call, action: Action) {
    match action {
        Action::Save => call.saving = 1,
        Action::Delete => call.saving = 2,
        Action::Mark => call.marking = 1,
        Action::UnMark => call.marking = 2,
        Action::Start | Action::Stop | Action::Pause => {}
    }
}

fn state_of(call: &Call, ucc: &str, id: &str) -> Value {
    let recording = match call.truth() {
        Truth::Off if !call.was_ever_recorded() => 0,
        Truth::Recording => 1,
        Truth::Off => 2,
        Truth::Paused => 3,
    };
    json!({
        "CorrelationId": id,
        "RecordingState": recording,
        "MarkingState": call.marking,
        "SavingState": call.saving,
        "ErrorMessage": null,
        "UCCName": ucc,
    })
}

/// The documented form of a failure: every state 0, and the error.
fn failed(world: &World, ucc: &str, id: &str, wrong: &Value) -> Reply {
    let body = json!({
        "CorrelationId": id,
        "RecordingState": 0,
        "MarkingState": 0,
        "SavingState": 0,
        "ErrorMessage": wrong,
        "UCCName": ucc,
    });
    Reply::json(status(world, true), &body)
}

const fn status(world: &World, failed: bool) -> u16 {
    if failed {
        world.options.anywhere365.error_status
    } else {
        200
    }
}

fn error(kind: ErrorType, message: &str) -> Value {
    json!({ "ErrorType": kind as u8, "Message": message })
}

fn unknown_ucc(ucc: &str) -> Value {
    error(
        ErrorType::Validation,
        &format!("Ucc with name:'{ucc}' not found."),
    )
}

fn unknown_session(id: &str) -> Value {
    error(
        ErrorType::Validation,
        &format!("No Audio session with correlation Id:'{id}' was found."),
    )
}
