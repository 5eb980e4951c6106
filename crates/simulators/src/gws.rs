//! Genesys Web Services v2, by its pages "Voice API" (docs/vendors/gws.md).
//!
//! Documented: the paths, the four recording operations and what they lead to, the call object,
//! the events, the session's cookie and the CSRF token. Assumed: the HTTP status of errors, the
//! event that tells a failure, and what a call that rings or waits can be told. Not simulated:
//! the telephony operations that a call's capabilities name.

mod access;
mod bayeux;
mod call_state;
mod calls;
mod clients;
mod events;
mod ids;
mod notifications;
mod options;
mod recording;
mod status;

use std::collections::BTreeMap;

use axum::http::Method;
use tokio::sync::mpsc::UnboundedSender;

use crate::site::World;
use crate::wire::{Answer, Asked, Carry, Reply};
use crate::{On, Options, Site};
use clients::Clients;
use events::Tidings;

pub use call_state::CallState;
pub(crate) use ids::new_call_id;
pub use options::{
    Advice, ErrorStatus, FailureEvent, GwsOptions, Participants, Refusal, Transports,
};

/// What every simulated site of this vendor has for a secret.
pub(crate) const SECRET: &str = "simulated-agent-password";

/// What only a site of this vendor knows.
#[derive(Debug, Default)]
pub(crate) struct State {
    /// How many agents had a phone before this one.
    phones: BTreeMap<String, u64>,
    /// What calls are that are not simply established.
    states: BTreeMap<String, CallState>,
    clients: Clients,
    tidings: Option<UnboundedSender<Tidings>>,
    failures: u64,
    browsers: u64,
}

impl State {
    pub(crate) fn forget_listeners(&mut self) {
        self.clients.forget_all();
    }

    fn tell(&self, tidings: Tidings) {
        if let Some(teller) = &self.tidings {
            // It is gone only when the server is.
            let _ = teller.send(tidings);
        }
    }
}

/// The settings of an agent.
pub(crate) fn settings(_options: &Options, agent: &str) -> Vec<(&'static str, String)> {
    vec![("username", agent.to_owned())]
}

/// What a person needs to know of it.
pub(crate) fn introduction(options: &Options) -> Vec<(&'static str, String)> {
    vec![
        ("user", options.user.clone()),
        ("phone", options.gws.phone_number.clone()),
    ]
}

/// Puts a call that goes on into another state.
pub(crate) fn set_call_state(world: &mut World, id: &str, state: CallState) {
    let Some(call) = world.running_call(id) else {
        return;
    };
    let (call, agent) = (call.id.clone(), call.agent.clone());
    world.gws.states.insert(call.clone(), state);
    world.gws.tell(Tidings::State { call, agent });
}

/// The phone number of an agent.
fn phone_number(world: &mut World, agent: &str) -> String {
    let first = &world.options.gws.phone_number;
    if agent == world.options.user {
        return first.clone();
    }
    let next = world.gws.phones.len() as u64 + 1;
    let number = *world.gws.phones.entry(agent.to_owned()).or_insert(next);
    match first.parse::<u64>() {
        Ok(first) => (first + number).to_string(),
        Err(_) => format!("{first}-{number}"),
    }
}

enum Route<'a> {
    Me,
    Calls,
    Call(&'a str),
    Notifications,
    Nowhere,
}

fn route<'a>(segments: &[&'a str]) -> Route<'a> {
    match segments {
        ["api", "v2", "me"] => Route::Me,
        ["api", "v2", "me", "calls"] => Route::Calls,
        ["api", "v2", "me", "calls", id] => Route::Call(id),
        // Some clients append what they are about: `/handshake`, `/connect`.
        ["api", "v2", "notifications", ..] => Route::Notifications,
        _ => Route::Nowhere,
    }
}

pub(crate) fn kind(asked: &Asked) -> On {
    match (route(&asked.segments()), &asked.method) {
        (Route::Notifications, _) => On::Events,
        (Route::Call(_), method) if method != Method::GET => On::Commands,
        // The agent's work begins or ends.
        (Route::Me, method) if method != Method::GET => On::SignIn,
        (Route::Me | Route::Calls | Route::Call(_) | Route::Nowhere, _) => On::Reads,
    }
}

pub(crate) fn answer(site: &Site, world: &mut World, asked: &Asked, carry: Carry) -> Answer {
    let segments = asked.segments();
    let route = route(&segments);
    if matches!(route, Route::Nowhere) {
        return Reply::text(404, "Not Found").into();
    }
    let is_event = matches!(route, Route::Notifications);
    let visit = match access::admit(world, asked, is_event) {
        Ok(visit) => visit,
        Err(reply) => return reply.into(),
    };
    let (gets, posts) = (asked.method == Method::GET, asked.method == Method::POST);
    let reply = match route {
        Route::Notifications if posts => return notifications::post(site, world, visit, asked),
        Route::Notifications if gets => return notifications::socket(site, world, visit, asked),
        Route::Me if gets => calls::me(world, &visit, asked),
        Route::Me if posts => recording::session(world, asked),
        Route::Calls if gets => calls::all(world, &visit, asked),
        Route::Call(id) if gets => calls::one(world, &visit, id),
        Route::Call(id) if posts => recording::operate(site, world, &visit, asked, id, carry),
        Route::Calls => Reply::only("GET"),
        Route::Me | Route::Call(_) | Route::Notifications | Route::Nowhere => {
            Reply::only("GET, POST")
        }
    };
    visit.dress(reply).into()
}
