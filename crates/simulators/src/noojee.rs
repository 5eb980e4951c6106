//! Noojee Contact, by its pages "CallManagementAPI" (docs/vendors/noojee.md).
//!
//! Documented: the paths, POST alone, parameters in the query, both ways to authenticate with
//! their limits of time and number, `Message` and `Code`, "Expired TimeStamp", the form of what
//! `subscribe` tells, and that a call's recording consists of numbered legs. There is no pause.
//! Assumed: every other text, the HTTP status of errors, what a start or a stop answers, where
//! `seq` stands, and what a command gets that does not fit.

mod authentication;
mod events;
mod options;
mod recording;

use axum::http::Method;
use serde_json::json;

use crate::site::World;
use crate::wire::{Answer, Asked, Carry, Reply};
use crate::{On, Options, Site};

pub use options::{CommandReply, NoojeeOptions, Schemes, SequencePlace};
pub use recording::Leg;

/// What every simulated site of this vendor has for a secret: the API key.
pub(crate) const SECRET: &str = "f863246a-973e-11e6-8784-08002718f5b5";

/// What only a site of this vendor knows.
#[derive(Debug, Default)]
pub(crate) struct State {
    authentication: authentication::Authentication,
    events: events::Events,
    commands: recording::Commands,
}

impl State {
    /// As after a restart of the server: sequence numbers start anew.
    pub(crate) fn forget_listeners(&mut self) {
        self.events.start_anew();
    }
}

/// A call id in the vendor's form.
pub(crate) fn new_call_id(number: u64) -> String {
    format!("1412750652.{number}")
}

/// The user name of an agent.
fn login_name(options: &Options, agent: &str) -> String {
    if agent == options.extension {
        options.noojee.agent_login_name.clone()
    } else {
        format!("user{agent}")
    }
}

/// The settings of an agent.
pub(crate) fn settings(options: &Options, agent: &str) -> Vec<(&'static str, String)> {
    let mut settings = vec![
        ("extension", agent.to_owned()),
        ("agent_login_name", login_name(options, agent)),
        ("pausing", "stop-and-start".to_owned()),
    ];
    if options.noojee.schemes == Schemes::Hash {
        settings.push(("auth", "hash".to_owned()));
    }
    if options.noojee.without_prefix {
        settings.push(("prefix", "/".to_owned()));
    }
    settings
}

/// What a person needs to know of it.
pub(crate) fn introduction(options: &Options) -> Vec<(&'static str, String)> {
    vec![
        ("extension", options.extension.clone()),
        ("login name", options.noojee.agent_login_name.clone()),
    ]
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Route {
    Time,
    Start,
    Stop,
    Hangup,
    Subscribe,
    Nowhere,
}

fn route(segments: &[&str]) -> Route {
    let rest = match segments {
        ["servicemanager", rest @ ..] => rest,
        all => all,
    };
    match rest {
        ["rest", "Time"] => Route::Time,
        ["rest", "CallManagementAPI", "start"] => Route::Start,
        ["rest", "CallManagementAPI", "stop"] => Route::Stop,
        ["rest", "CallManagementAPI", "hangup"] => Route::Hangup,
        ["rest", "CallManagementAPI", "subscribe"] => Route::Subscribe,
        _ => Route::Nowhere,
    }
}

pub(crate) fn kind(asked: &Asked) -> On {
    match route(&asked.segments()) {
        Route::Time => On::SignIn,
        Route::Start | Route::Stop | Route::Hangup => On::Commands,
        Route::Subscribe if asked.query("timeOut") != Some("0") => On::Events,
        Route::Subscribe | Route::Nowhere => On::Reads,
    }
}

pub(crate) fn answer(site: &Site, world: &mut World, asked: &Asked, carry: Carry) -> Answer {
    events::listen(site, world);
    let segments = asked.segments();
    let route = route(&segments);
    let has_prefix = segments.first() == Some(&"servicemanager");
    if route == Route::Nowhere || has_prefix == world.options.noojee.without_prefix {
        return Reply::text(404, "Not Found").into();
    }
    if asked.method != Method::POST {
        return Reply::only("POST").into();
    }
    if route == Route::Time {
        return authentication::time(world).into();
    }
    if let Err(wrong) = authentication::check(world, asked) {
        return error(world, wrong).into();
    }
    match route {
        Route::Start => recording::start(world, asked, carry).into(),
        Route::Stop => recording::stop(world, asked, carry).into(),
        Route::Hangup => recording::hang_up(world, asked, carry).into(),
        Route::Subscribe => events::subscribe(site, world, asked),
        Route::Time | Route::Nowhere => Reply::text(404, "Not Found").into(),
    }
}

/// The documented form of a reply to a request that worked.
fn done(message: &str) -> Reply {
    Reply::json(200, &json!({ "Message": message, "Code": 0 }))
}

/// The documented form of an error. Its HTTP status is not documented.
fn error(world: &World, message: &str) -> Reply {
    let status = world.options.noojee.error_status;
    Reply::json(status, &json!({ "Message": message, "Code": -1 }))
}
