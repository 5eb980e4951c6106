//! Anywhere365, by its page "Core REST Recording API" (docs/vendors/anywhere365.md).
//!
//! Documented: the paths, the numbers, the state object, `ErrorMessage` and its types, and the
//! texts for an unknown session and an unknown UCC. Assumed: the HTTP status of errors, what a
//! reply to `set` says, in which order things are checked, and what the recorder makes of a
//! command that does not fit its state. Of the event hub only the event's name and the names of
//! its three fields are documented; [`hub`] says what follows from SignalR itself.

mod action;
mod hub;
mod options;
mod recording;
mod token;

use axum::http::Method;

use crate::site::World;
use crate::wire::{Answer, Asked, Carry, Reply};
use crate::{On, Options, Site};

pub(crate) use hub::Listeners;
pub use options::{
    Anywhere365Options, Bearer, EventArguments, Hub, HubTransport, Join, JoinArgument, SetReply,
    Versions,
};

/// What every simulated Anywhere365 has for a password or token.
pub(crate) const SECRET: &str = "simulated-password";

enum Route<'a> {
    Token(&'a str),
    Capabilities(&'a str),
    Set,
    State { ucc: &'a str, id: &'a str },
    Nowhere,
}

fn route<'a>(segments: &[&'a str], served: Versions) -> Route<'a> {
    let rest = match segments {
        [
            "auth",
            "realms",
            tenant,
            "protocol",
            "openid-connect",
            "token",
        ] => {
            return Route::Token(tenant);
        }
        ["attendantservice", "api", "v2", "recording", rest @ ..] if served != Versions::V1 => rest,
        ["attendantservice", "api", "recording", rest @ ..] if served != Versions::V2 => rest,
        _ => return Route::Nowhere,
    };
    match rest {
        ["set"] => Route::Set,
        ["capabilities", ucc] => Route::Capabilities(ucc),
        [ucc, id] => Route::State { ucc, id },
        _ => Route::Nowhere,
    }
}

/// The settings of an agent.
pub(crate) fn settings(
    options: &Options,
    base_url: &str,
    agent: &str,
) -> Vec<(&'static str, String)> {
    let mut settings = vec![
        ("ucc", options.ucc.clone()),
        ("requester_sip_uri", agent.to_owned()),
    ];
    let anywhere365 = &options.anywhere365;
    if anywhere365.versions == Versions::V2 {
        settings.push(("api_version", "v2".to_owned()));
    }
    match anywhere365.bearer {
        Bearer::NotRequired => {}
        Bearer::Secret => settings.push(("auth", "token".to_owned())),
        Bearer::Issued { .. } => settings.extend([
            ("auth", "keycloak".to_owned()),
            (
                "token_url",
                token_url(options, base_url).unwrap_or_default(),
            ),
            ("username", anywhere365.user.clone()),
        ]),
    }
    settings.extend(hub::settings(anywhere365));
    settings
}

/// What a person needs to know of it.
pub(crate) fn introduction(options: &Options, base_url: &str) -> Vec<(&'static str, String)> {
    let mut facts = vec![
        ("UCC", options.ucc.clone()),
        ("agent", options.sip_uri.clone()),
    ];
    if let Some(token_url) = token_url(options, base_url) {
        facts.push(("token URL", token_url));
        facts.push(("user", options.anywhere365.user.clone()));
    }
    if let Some(hub_url) = hub_url(options, base_url) {
        facts.push(("event hub", hub_url));
    }
    facts
}

/// The address of the event hub, if there is one.
pub(crate) fn hub_url(options: &Options, base_url: &str) -> Option<String> {
    let path = hub::path(&options.anywhere365)?;
    Some(format!("{base_url}{path}"))
}

/// The address of the token endpoint, if there is one.
pub(crate) fn token_url(options: &Options, base_url: &str) -> Option<String> {
    match options.anywhere365.bearer {
        Bearer::Issued { .. } => Some(format!(
            "{base_url}/auth/realms/{}/protocol/openid-connect/token",
            options.anywhere365.tenant
        )),
        Bearer::NotRequired | Bearer::Secret => None,
    }
}

pub(crate) fn kind(options: &Options, asked: &Asked) -> On {
    if hub::verb(&options.anywhere365, asked).is_some() {
        return On::Events;
    }
    match route(&asked.segments(), Versions::Both) {
        Route::Token(_) => On::SignIn,
        Route::Set => On::Commands,
        Route::Capabilities(_) | Route::State { .. } | Route::Nowhere => On::Reads,
    }
}

pub(crate) fn answer(site: &Site, world: &mut World, asked: &Asked, carry: Carry) -> Answer {
    match hub::verb(&world.options.anywhere365, asked) {
        Some(verb) => hub::answer(site, world, asked, &verb),
        None => rest(world, asked, carry).into(),
    }
}

/// Answers a request to the REST API or to the token endpoint.
fn rest(world: &mut World, asked: &Asked, carry: Carry) -> Reply {
    let segments = asked.segments();
    let route = route(&segments, world.options.anywhere365.versions);
    let (method, in_words) = match route {
        Route::Nowhere => return Reply::text(404, "Not Found"),
        Route::Token(_) | Route::Set => (Method::POST, "POST"),
        Route::Capabilities(_) | Route::State { .. } => (Method::GET, "GET"),
    };
    if asked.method != method {
        return Reply::only(in_words);
    }
    if !matches!(route, Route::Token(_)) && !world.admits(asked.bearer.as_deref()) {
        return Reply::empty(401);
    }
    match route {
        Route::Token(tenant) => token::token(world, tenant, asked),
        Route::Capabilities(ucc) => recording::capabilities(world, ucc),
        Route::Set => recording::set(world, asked, carry),
        Route::State { ucc, id } => recording::state(world, ucc, id),
        Route::Nowhere => Reply::text(404, "Not Found"),
    }
}
