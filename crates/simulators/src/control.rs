//! The interface for people and scripts, under `/_control/` of a simulator's own port.
//!
//! Bodies are plain words, so that `curl -d` is enough; replies are JSON. Requests to it are not
//! among the requests that a site has seen.

use axum::http::Method;
use clap::ValueEnum;
use serde_json::{Value, json};

use crate::audio::{Script, wav};
use crate::wire::{Asked, Reply};
use crate::{CallState, Misbehaviour, Site, Truth, Vendor};

/// Where it begins.
pub(crate) const ROOT: &str = "/_control";

/// What can be asked of a simulator under `/_control/`, one request a line.
pub const HELP: &str = "\
POST   /_control/calls                    start a call (body: the agent, or nothing for the first)
GET    /_control/calls                    every call
GET    /_control/calls/ID                 one call: truth, timeline, spoken digits
POST   /_control/calls/ID/end             end it
PUT    /_control/calls/ID/truth           set its recorder (body: recording, paused or off)
PUT    /_control/calls/ID/state           gws: make it dialing, ringing, established or held (body)
POST   /_control/calls/ID/say             speak a number now (body: digits 5-9 stand for card
                                          data, digits 0-4 for anything else)
POST   /_control/calls/ID/couples         gqm: one more couple records, as after a transfer
GET    /_control/calls/ID/recording.wav   the recording so far
GET    /_control/faults                   the faults that are on
POST   /_control/faults                   switch one on (body: such as delay=2s@reads:1)
DELETE /_control/faults                   switch all of them off
GET    /_control/requests                 every request to the vendor so far
ID is a call's id, or `current` for the newest call that goes on.
";

pub(crate) fn answer(site: &Site, asked: &Asked) -> Reply {
    let segments = asked.segments();
    let method = &asked.method;
    let (get, post) = (method == Method::GET, method == Method::POST);
    match segments.get(1..).unwrap_or_default() {
        [] | [""] if get => Reply::text(200, HELP),
        ["calls"] if post => start(site, &asked.text()),
        ["calls"] if get => {
            let calls = site.calls();
            Reply::json(200, &calls.iter().map(|id| call(site, id)).collect())
        }
        ["calls", id, what @ ..] => match named(site, id) {
            Some(id) => about_call(site, &id, what, asked),
            None => Reply::text(404, format!("there is no call {id:?}\n")),
        },
        ["faults"] if get => faults(site),
        ["faults"] if post => match asked.text().parse::<Misbehaviour>() {
            Ok(misbehaviour) => {
                site.misbehave(misbehaviour);
                faults(site)
            }
            Err(wrong) => Reply::text(400, format!("{wrong}\n")),
        },
        ["faults"] if method == Method::DELETE => {
            site.behave();
            faults(site)
        }
        ["requests"] if get => Reply::json(200, &json!(site.requests())),
        _ => not_here(),
    }
}

fn about_call(site: &Site, id: &str, what: &[&str], asked: &Asked) -> Reply {
    let method = &asked.method;
    match what {
        [] if method == Method::GET => {}
        ["end"] if method == Method::POST => site.end_call(id),
        ["truth"] if method == Method::PUT => match asked.text().parse::<Truth>() {
            Ok(truth) => site.someone_sets(id, truth),
            Err(wrong) => return Reply::text(400, format!("{wrong}\n")),
        },
        ["state"] if method == Method::PUT => match CallState::from_str(&asked.text(), true) {
            Ok(state) => site.set_call_state(id, state),
            Err(_) => {
                let wrong = "a call is dialing, ringing, established or held\n";
                return Reply::text(400, wrong);
            }
        },
        ["say"] if method == Method::POST => {
            if let Err(wrong) = site.say(id, &asked.text(), None) {
                return Reply::text(400, format!("{wrong}\n"));
            }
        }
        ["couples"] if method == Method::POST && site.vendor() == Vendor::Gqm => {
            let _couple = site.add_couple(id);
        }
        ["recording.wav"] if method == Method::GET => {
            let samples = site.recording(id).unwrap_or_default();
            return Reply::wav(wav(&samples));
        }
        _ => return not_here(),
    }
    Reply::json(200, &call(site, id))
}

fn start(site: &Site, agent: &str) -> Reply {
    let agent = if agent.is_empty() {
        site.agent()
    } else {
        agent.to_owned()
    };
    if !site.has_agent(&agent) {
        return Reply::text(404, format!("there is no agent {agent:?}\n"));
    }
    let id = site.start_call(&agent, Script::new());
    Reply::json(201, &call(site, &id))
}

fn named(site: &Site, id: &str) -> Option<String> {
    if id == "current" {
        return site.running_calls().pop();
    }
    site.truth(id).map(|_| id.to_owned())
}

fn call(site: &Site, id: &str) -> Value {
    json!({
        "id": id,
        "agent": site.agent_of(id),
        "truth": site.truth(id),
        "running": site.is_running(id),
        "seconds": site.seconds(id),
        "timeline": site.timeline(id),
        "paused_time": site.paused_time(),
        "digits": site.digits(id),
    })
}

fn faults(site: &Site) -> Reply {
    let on = site.misbehaviours();
    Reply::json(200, &on.iter().map(Misbehaviour::to_string).collect())
}

fn not_here() -> Reply {
    Reply::text(404, format!("no such request here; there are:\n{HELP}"))
}
