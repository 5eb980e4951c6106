//! A call as GWS describes it, field by field as in the sample of its page.

use jiff::Timestamp;
use serde_json::{Value, json};

use super::access::Visit;
use super::status::{self, Code};
use super::{Participants, ids, recording};
use crate::call::Call;
use crate::site::World;
use crate::wire::{Asked, Reply};
use crate::{CallState, Truth};

/// Whom a simulated agent talks to, as in the sample.
const CALLER: &str = "5000";

/// Where a call is described from.
pub(super) struct Desk<'a> {
    pub(super) base_url: &'a str,
    /// The agent's phone number.
    pub(super) phone_number: String,
}

/// Of an agent whose phone this is, one call.
pub(super) fn described(
    world: &World,
    call: &Call,
    desk: &Desk<'_>,
    state: State,
    truth: Truth,
) -> Value {
    let options = &world.options.gws;
    let (id, phone_number) = (&call.id, &desk.phone_number);
    let mut capabilities = state.capabilities();
    if state.may_be_recorded() && !world.forbidden.contains(&call.agent) {
        capabilities.extend(recording::capabilities(truth));
    }
    let started = Timestamp::try_from(call.started_wall).unwrap_or_default();
    let mut user_data = json!({
        "IW_CaseUid": ids::guid(&format!("case {id}")),
        "IW_BundleUid": ids::guid(&format!("bundle {id}")),
        "GSIP_REC_FN": format!(
            "{id}_{phone_number}_{CALLER}_{phone_number}_{}_simulator__%3Ccont_center_id%3E",
            started.strftime("%Y-%m-%d_%H-%M-%S"),
        ),
    });
    let words = recording::words(truth);
    if options.gsip_record {
        user_data["GSIP_RECORD"] = json!(words.gsip_record);
    }
    let mut described = json!({
        "id": id,
        "connId": ids::conn_id(id),
        "callUuid": id,
        "state": state.name(),
        "deviceUri": format!("{}/api/v2/devices/{}", desk.base_url, ids::guid(phone_number)),
        "uri": uri(desk.base_url, id),
        "ani": CALLER,
        "dnis": phone_number,
        "callType": "Internal",
        "capabilities": capabilities,
        "userData": user_data,
        "duration": format!("{:.0}", call.seconds().floor()),
        "mute": "Off",
    });
    match options.participants {
        Participants::Strings => {
            described["participants"] = json!([CALLER]);
            described["participantsInfo"] = json!([{
                "country": { "name": "", "code": "", "callingCode": "" },
                "formattedPhoneNumber": CALLER,
                "location": null,
                "E164digits": CALLER,
                "isValidNumber": false,
            }]);
        }
        Participants::Objects => {
            described["participants"] = json!([{
                "e164Number": CALLER,
                "formattedPhoneNumber": CALLER,
                "phoneNumber": CALLER,
                "digits": CALLER,
            }]);
        }
    }
    if options.recording_state {
        described["recordingState"] = json!(words.recording_state);
    }
    described
}

fn uri(base_url: &str, id: &str) -> String {
    format!("{base_url}/api/v2/me/calls/{id}")
}

/// What a call is, its end included.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum State {
    On(CallState),
    Released,
}

impl State {
    const fn name(self) -> &'static str {
        match self {
            Self::On(CallState::Dialing) => "Dialing",
            Self::On(CallState::Ringing) => "Ringing",
            Self::On(CallState::Established) => "Established",
            Self::On(CallState::Held) => "Held",
            Self::Released => "Released",
        }
    }

    /// What the agent may do with it. Documented for an established call; assumed for others.
    fn capabilities(self) -> Vec<&'static str> {
        let user_data = [
            "DeleteUserDataPair",
            "UpdateUserData",
            "DeleteUserData",
            "AttachUserData",
        ];
        let talking: &[&str] = match self {
            Self::On(CallState::Dialing) => &["Hangup"],
            Self::On(CallState::Ringing) => &["Answer"],
            Self::On(CallState::Established) => &[
                "SingleStepTransfer",
                "InitiateConference",
                "InitiateTransfer",
                "Hold",
                "Hangup",
                "SingleStepConference",
                "SendDtmf",
            ],
            Self::On(CallState::Held) => &["Retrieve", "Hangup"],
            Self::Released => &[],
        };
        [&user_data, talking].concat()
    }

    /// Whether its recorder takes commands.
    pub(super) const fn may_be_recorded(self) -> bool {
        match self {
            Self::On(CallState::Established | CallState::Held) => true,
            Self::On(CallState::Dialing | CallState::Ringing) | Self::Released => false,
        }
    }
}

/// The calls that an agent is on, each as it is now.
fn of_agent(world: &mut World, visit: &Visit) -> Vec<Value> {
    let phone_number = super::phone_number(world, &visit.agent);
    let desk = Desk {
        base_url: &visit.base_url,
        phone_number,
    };
    let calls = world.running_calls();
    let calls = calls.filter(|call| call.agent == visit.agent);
    calls
        .map(|call| described(world, call, &desk, state_of(world, call), call.truth()))
        .collect()
}

/// What a call is at the moment.
pub(super) fn state_of(world: &World, call: &Call) -> State {
    if !call.is_running() {
        return State::Released;
    }
    let state = world.gws.states.get(&call.id).copied();
    State::On(state.unwrap_or(CallState::Established))
}

/// The id of the agent's call that a path means, unless it is over.
pub(super) fn found(world: &World, agent: &str, id: &str) -> Option<String> {
    let by_conn_id = world.options.gws.conn_id;
    let mut calls = world.running_calls().filter(|call| call.agent == agent);
    let call = calls.find(|call| call.id == id || by_conn_id && ids::conn_id(&call.id) == id)?;
    Some(call.id.clone())
}

/// `GET /me`.
pub(super) fn me(world: &mut World, visit: &Visit, asked: &Asked) -> Reply {
    let phone_number = super::phone_number(world, &visit.agent);
    let wanted = asked.query("subresources").unwrap_or_default();
    let wants = |what| wanted.split(',').any(|word| word == "*" || word == what);
    let id = ids::guid(&visit.agent);
    let mut user = json!({
        "id": id,
        "uri": format!("{}/api/v2/users/{id}", visit.base_url),
        "userName": visit.agent,
        "firstName": "Simulated",
        "lastName": "Agent",
        "enabled": true,
    });
    if wants("devices") {
        let device = ids::guid(&phone_number);
        user["devices"] = json!([{
            "id": device,
            "uri": format!("{}/api/v2/devices/{device}", visit.base_url),
            "deviceState": "Active",
            "phoneNumber": phone_number,
        }]);
    }
    if wants("features") {
        let mut features = vec!["api-voice"];
        if !world.forbidden.contains(&visit.agent) {
            features.push("api-voice-recording");
        }
        let features = features.iter().map(|id| json!({ "id": id }));
        user["features"] = features.collect();
    }
    if wants("calls") {
        user["calls"] = of_agent(world, visit).into();
    }
    Reply::json(200, &json!({ "statusCode": 0, "user": user }))
}

/// `GET /me/calls`.
pub(super) fn all(world: &mut World, visit: &Visit, asked: &Asked) -> Reply {
    let body = if asked.query("fields").is_some() {
        json!({ "statusCode": 0, "calls": of_agent(world, visit) })
    } else {
        let calls = world.running_calls();
        let uris: Vec<_> = calls
            .filter(|call| call.agent == visit.agent)
            .map(|call| uri(&visit.base_url, &call.id))
            .collect();
        json!({ "statusCode": 0, "uris": uris })
    };
    Reply::json(200, &body)
}

/// `GET /me/calls/{id}`.
pub(super) fn one(world: &mut World, visit: &Visit, id: &str) -> Reply {
    let Some(id) = found(world, &visit.agent, id) else {
        return status::reply(world, Code::NotFound);
    };
    let mut calls = of_agent(world, visit).into_iter();
    let call = calls.find(|call| call["id"] == *id);
    Reply::json(200, &json!({ "statusCode": 0, "call": call }))
}
