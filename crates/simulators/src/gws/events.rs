//! Which events are sent, to whom and what they say.
//!
//! Documented: the envelope, `StatusChange` and `CallRecordingStateChange`, and that a failure
//! is told by an event, too; the form of that one is assumed.

use serde_json::{Value, json};
use tokio::sync::broadcast::{self, error::RecvError};
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};

use super::calls::{self, Desk, State};
use super::status::Code;
use super::{FailureEvent, phone_number};
use crate::site::World;
use crate::{Change, Happened, Site, Truth};

/// The channel of an agent's calls.
const CHANNEL: &str = "/v2/me/calls";

/// What is to be told besides the site's changes.
pub(super) enum Tidings {
    /// A call is held, retrieved, answered.
    State { call: String, agent: String },
    /// A command was acknowledged and has failed.
    Failed { call: String, agent: String },
}

/// An event for one client.
type Addressed = (String, Value);

/// Begins to tell, if nobody has listened so far.
pub(super) fn begin(site: &Site, world: &mut World) {
    if world.gws.tidings.is_none() {
        let (sender, tidings) = unbounded_channel();
        world.gws.tidings = Some(sender);
        // One task for the whole site: an event costs as much as its agent has clients.
        tokio::spawn(tell(site.clone(), world.changes(), tidings));
    }
}

async fn tell(
    site: Site,
    mut changes: broadcast::Receiver<Change>,
    mut tidings: UnboundedReceiver<Tidings>,
) {
    loop {
        let events = tokio::select! {
            change = changes.recv() => match change {
                Ok(change) => of_change(&mut site.world(), &change),
                Err(RecvError::Lagged(_)) => continue,
                Err(RecvError::Closed) => return,
            },
            Some(tidings) = tidings.recv() => of_tidings(&mut site.world(), &tidings),
        };
        if events.is_empty() {
            continue;
        }
        for after in site.fate_of_event() {
            if after.is_zero() {
                deliver(&site, events.clone());
            } else {
                let (site, events) = (site.clone(), events.clone());
                tokio::spawn(async move {
                    tokio::time::sleep(after).await;
                    deliver(&site, events);
                });
            }
        }
    }
}

fn deliver(site: &Site, events: Vec<Addressed>) {
    let mut world = site.world();
    for (client, event) in events {
        world.gws.clients.deliver(&client, event);
    }
}

fn of_change(world: &mut World, change: &Change) -> Vec<Addressed> {
    let (notification, truth) = match change.happened {
        Happened::Started => ("StatusChange", None),
        Happened::Recorder(truth) => ("CallRecordingStateChange", Some(truth)),
        Happened::Ended => {
            world.gws.states.remove(&change.call);
            ("StatusChange", None)
        }
    };
    of_call(world, &change.call, &change.agent, notification, truth)
}

fn of_tidings(world: &mut World, tidings: &Tidings) -> Vec<Addressed> {
    match tidings {
        Tidings::State { call, agent } => of_call(world, call, agent, "StatusChange", None),
        Tidings::Failed { call, agent } => {
            let form = world.options.gws.failure;
            world.gws.failures += 1;
            let number = world.gws.failures;
            addressed(world, agent, |world, desk| {
                let call = world.call(call).map(|call| {
                    calls::described(
                        world,
                        call,
                        desk,
                        calls::state_of(world, call),
                        call.truth(),
                    )
                });
                failure(form, number, call.as_ref(), &desk.phone_number)
            })
        }
    }
}

/// The event that a command has failed.
fn failure(form: FailureEvent, number: u64, call: Option<&Value>, phone_number: &str) -> Value {
    let code = Code::NotInThisState;
    match form {
        FailureEvent::Message => json!({
            "messageType": "EventError",
            "errorMessage": code.words(),
            "errorCode": code as u8,
            "referenceId": number,
        }),
        FailureEvent::WithCall => json!({
            "messageType": "EventError",
            "errorMessage": code.words(),
            "errorCode": code as u8,
            "referenceId": number,
            "call": call,
            "phoneNumber": phone_number,
        }),
        FailureEvent::StatusCode => json!({
            "messageType": "CallStateChangeMessage",
            "notificationType": "Error",
            "statusCode": code as u8,
            "statusMessage": code.words(),
            "call": call,
            "phoneNumber": phone_number,
        }),
    }
}

/// An event with a call: as it is, but for the recorder, if that is what the event is about.
fn of_call(
    world: &mut World,
    call: &str,
    agent: &str,
    notification: &str,
    truth: Option<Truth>,
) -> Vec<Addressed> {
    if world.call(call).is_none() {
        return Vec::new();
    }
    addressed(world, agent, |world, desk| {
        let call = world.call(call).expect("calls are never forgotten");
        let state = match truth {
            // A recorder stops before its call is over, and the event of it says so.
            Some(Truth::Off) if !call.is_running() => State::On(super::CallState::Established),
            Some(_) | None => calls::state_of(world, call),
        };
        let truth = truth.unwrap_or_else(|| call.truth());
        json!({
            "messageType": "CallStateChangeMessage",
            "notificationType": notification,
            "call": calls::described(world, call, desk, state, truth),
            "phoneNumber": desk.phone_number,
            "extensions": { "WrapUpTime": 0, "BusinessCall": 0 },
        })
    })
}

/// What is to be told, once for each client of this agent that listens.
fn addressed(
    world: &mut World,
    agent: &str,
    data: impl Fn(&World, &Desk<'_>) -> Value,
) -> Vec<Addressed> {
    let phone_number = phone_number(world, agent);
    let listeners = world.gws.clients.listeners(agent, CHANNEL);
    listeners
        .into_iter()
        .map(|(client, base_url)| {
            let desk = Desk {
                base_url: &base_url,
                phone_number: phone_number.clone(),
            };
            let data = data(world, &desk);
            (client, json!({ "channel": CHANNEL, "data": data }))
        })
        .collect()
}
