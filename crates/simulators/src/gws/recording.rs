//! The four recording operations of the page "Voice API".
//!
//! Documented: the operations, what each of them leads to, and that the reply only acknowledges.
//! Assumed: what an operation gets that the call's capabilities do not allow.

use serde_json::Value;

use super::access::Visit;
use super::events::Tidings;
use super::status::{self, Code};
use super::{Refusal, calls};
use crate::site::World;
use crate::wire::{Asked, Carry, Reply};
use crate::{Site, Truth};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Operation {
    Start,
    Pause,
    Resume,
    Stop,
}

impl Operation {
    const ALL: [Self; 4] = [Self::Start, Self::Pause, Self::Resume, Self::Stop];

    const fn name(self) -> &'static str {
        match self {
            Self::Start => "StartCallRecording",
            Self::Pause => "PauseCallRecording",
            Self::Resume => "ResumeCallRecording",
            Self::Stop => "StopCallRecording",
        }
    }

    /// What a recorder that does this becomes; `None` if it cannot.
    const fn leads(self, from: Truth) -> Option<Truth> {
        match (self, from) {
            (Self::Start, Truth::Off) | (Self::Resume, Truth::Paused) => Some(Truth::Recording),
            (Self::Pause, Truth::Recording) => Some(Truth::Paused),
            (Self::Stop, Truth::Recording | Truth::Paused) => Some(Truth::Off),
            (Self::Start, Truth::Recording | Truth::Paused)
            | (Self::Pause, Truth::Paused | Truth::Off)
            | (Self::Resume, Truth::Recording | Truth::Off)
            | (Self::Stop, Truth::Off) => None,
        }
    }
}

/// What a recorder can be told next.
pub(super) fn capabilities(truth: Truth) -> impl Iterator<Item = &'static str> {
    let possible = Operation::ALL.into_iter();
    possible
        .filter(move |operation| operation.leads(truth).is_some())
        .map(Operation::name)
}

/// How a call tells what its recorder does.
pub(super) struct Words {
    pub(super) recording_state: &'static str,
    pub(super) gsip_record: &'static str,
}

pub(super) const fn words(truth: Truth) -> Words {
    let (recording_state, gsip_record) = match truth {
        Truth::Recording => ("Recording", "ON"),
        Truth::Paused => ("Paused", "PAUSED"),
        Truth::Off => ("Stopped", "OFF"),
    };
    Words {
        recording_state,
        gsip_record,
    }
}

/// `operationName` of a request, or what is wrong with it.
fn operation_name(asked: &Asked) -> Result<String, Code> {
    let body: Value = serde_json::from_slice(&asked.body).map_err(|_| Code::NotValid)?;
    let name = body.get("operationName").ok_or(Code::ParameterMissing)?;
    name.as_str().map(str::to_owned).ok_or(Code::NotValid)
}

/// `POST /me`: the agent's work begins or ends. It has nothing to do with recorders.
pub(super) fn session(world: &World, asked: &Asked) -> Reply {
    let code = match operation_name(asked).as_deref() {
        Ok("StartContactCenterSession" | "EndContactCenterSession") => Code::Ok,
        Ok(_) => Code::NotValid,
        Err(code) => *code,
    };
    status::reply(world, code)
}

/// `POST /me/calls/{id}`.
pub(super) fn operate(
    site: &Site,
    world: &mut World,
    visit: &Visit,
    asked: &Asked,
    id: &str,
    carry: Carry,
) -> Reply {
    if !asked.is("application/json") {
        return Reply::text(415, "Unsupported Media Type");
    }
    let code = match prepare(world, visit, asked, id) {
        Ok(order) => {
            act_later(site, world, order, carry);
            Code::Ok
        }
        Err(code) => code,
    };
    status::reply(world, code)
}

/// An operation that was acknowledged.
struct Order {
    call: String,
    agent: String,
    operation: Operation,
}

fn prepare(world: &World, visit: &Visit, asked: &Asked, id: &str) -> Result<Order, Code> {
    let name = operation_name(asked)?;
    let known = Operation::ALL.into_iter().find(|it| it.name() == name);
    let id = calls::found(world, &visit.agent, id).ok_or(Code::NotFound)?;
    let operation = known.ok_or(Code::NotValid)?;
    if world.forbidden.contains(&visit.agent) {
        return Err(Code::NoPermission);
    }
    let mut running = world.running_calls();
    let call = running.find(|call| call.id == id).ok_or(Code::NotFound)?;
    let fits =
        calls::state_of(world, call).may_be_recorded() && operation.leads(call.truth()).is_some();
    if !fits && world.options.gws.refusal == Refusal::AtOnce {
        return Err(Code::NotInThisState);
    }
    Ok(Order {
        call: id,
        agent: visit.agent.clone(),
        operation,
    })
}

/// Does what was acknowledged, or tells that it has failed.
fn act_later(site: &Site, world: &World, order: Order, carry: Carry) {
    if carry == Carry::Not {
        return;
    }
    let delay = world.options.gws.acts_after;
    let site = site.clone();
    tokio::spawn(async move {
        tokio::time::sleep(delay).await;
        act(&mut site.world(), order, carry);
    });
}

fn act(world: &mut World, order: Order, carry: Carry) {
    let call = world.running_calls().find(|call| call.id == order.call);
    let becomes = call
        .filter(|call| carry == Carry::Out && calls::state_of(world, call).may_be_recorded())
        .and_then(|call| order.operation.leads(call.truth()));
    match (becomes, world.running_call(&order.call)) {
        (Some(truth), Some(call)) => call.set(truth),
        (Some(_), None) | (None, Some(_) | None) => world.gws.tell(Tidings::Failed {
            call: order.call,
            agent: order.agent,
        }),
    }
}
