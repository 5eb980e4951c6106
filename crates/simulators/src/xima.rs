//! Xima CCaaS, by its page "Recording Pause and Resume API" (docs/vendors/xima.md).
//!
//! Documented: the two paths, the bearer token, and 401, 403 and 404. Everything else is a
//! choice in [`crate::XimaOptions`].

use axum::http::Method;
use serde_json::json;

use crate::options::{Again, NoRecording, Success};
use crate::site::World;
use crate::wire::{Asked, Carry, Reply};
use crate::{On, Truth};

/// What every simulated Xima has for an `authentication_key`.
pub(crate) const SECRET: &str = "simulated-authentication-key";

pub(crate) const fn kind(_asked: &Asked) -> On {
    On::Commands
}

/// The settings of an agent.
pub(crate) fn settings(agent: &str) -> Vec<(&'static str, String)> {
    vec![("extension", agent.to_owned())]
}

/// Answers a request, in the order 401, 403, 404 (assumed: the order is not documented).
pub(crate) fn answer(world: &mut World, asked: &Asked, carry: Carry) -> Reply {
    let segments = asked.segments();
    let [
        "rest",
        "api",
        "v1",
        "agents",
        agent,
        "active-recording",
        verb,
    ] = segments.as_slice()
    else {
        return Reply::text(404, "Not Found");
    };
    let wanted = match *verb {
        "pause" => Truth::Paused,
        "resume" => Truth::Recording,
        _ => return Reply::text(404, "Not Found"),
    };
    if asked.method != Method::POST {
        return Reply::only("POST");
    }
    if asked.bearer.as_deref() != Some(&world.secret) {
        return Reply::text(401, "Unauthorized");
    }
    if world.forbidden.contains(*agent) {
        return Reply::text(403, "Forbidden");
    }
    if !world.agents.contains(*agent) {
        return Reply::text(404, "There is no agent found for the AgentId.");
    }
    let nothing_to_do = match world.options.xima.no_recording {
        NoRecording::NotFound => Reply::text(404, "There is no active recording."),
        NoRecording::Accepted => success(world),
    };
    let again = world.options.again;
    let success = success(world);
    let Some(call) = world.running_call_of(agent) else {
        return nothing_to_do;
    };
    if call.truth() == Truth::Off {
        return nothing_to_do;
    }
    if call.truth() == wanted && again == Again::Refused {
        return Reply::text(409, "Conflict");
    }
    if carry == Carry::Out {
        call.set(wanted);
    }
    success
}

fn success(world: &World) -> Reply {
    match world.options.xima.success {
        Success::NoContent => Reply::empty(204),
        Success::EmptyObject => Reply::json(200, &json!({})),
        Success::PlainText => Reply::text(200, "OK"),
    }
}
