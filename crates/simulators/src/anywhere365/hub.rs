//! The event hub: SignalR, of either generation.
//!
//! Documented by Anywhere365: that there is a hub, that it publishes `RecordingStateChangedEvent`,
//! and what that holds. Everything else about it is an option. How each generation of SignalR
//! talks is Microsoft's: [`core`] and [`classic`] name their sources.

mod aspnet_core;
mod classic;
mod event;
mod listener;
mod listeners;

use std::time::Duration;

use super::options::{Anywhere365Options, Hub, HubTransport, Join};
use crate::Site;
use crate::options::Options;
use crate::site::World;
use crate::wire::{Answer, Asked, Reply};

pub(super) use event::Event;
pub(crate) use listeners::Listeners;

/// The path of the hub, if there is one.
pub(super) fn path(options: &Anywhere365Options) -> Option<&str> {
    match options.hub {
        Hub::Off => None,
        hub @ (Hub::Classic | Hub::Core) => {
            Some(options.hub_path.as_deref().unwrap_or(hub.usual_path()))
        }
    }
}

/// What a request asks of the hub: what follows the hub's path, in lower case. `None` if it is
/// not for the hub. Case does not matter: it is a server for Windows.
pub(super) fn verb(options: &Anywhere365Options, asked: &Asked) -> Option<String> {
    let path = path(options)?;
    let (start, rest) = asked.path.split_at_checked(path.len())?;
    let within = start.eq_ignore_ascii_case(path) && (rest.is_empty() || rest.starts_with('/'));
    within.then(|| rest.trim_matches('/').to_ascii_lowercase())
}

/// The settings that make the app listen.
pub(super) fn settings(options: &Anywhere365Options) -> Vec<(&'static str, String)> {
    let Some(path) = path(options) else {
        return Vec::new();
    };
    let mut settings = vec![
        ("events", options.hub.name().to_owned()),
        ("hub_path", path.to_owned()),
        ("event_arguments", options.event_arguments.name().to_owned()),
    ];
    if options.hub == Hub::Classic {
        settings.push(("hub_name", options.hub_name.clone()));
    }
    if let Some(join) = &options.join {
        let names: Vec<_> = join.arguments.iter().map(|it| it.name()).collect();
        settings.push(("hub_join", join.method.clone()));
        settings.push(("hub_join_arguments", names.join(",")));
    }
    let calls = if options.join.as_ref().is_some_and(Join::is_of_an_agent) {
        "of-this-agent"
    } else {
        "known-only"
    };
    settings.push(("event_calls", calls.to_owned()));
    settings
}

/// Answers a request to the hub.
pub(super) fn answer(site: &Site, world: &World, asked: &Asked, verb: &str) -> Answer {
    let listeners = &world.hub;
    let token = asked.bearer.as_deref();
    let token = match listeners.terms().generation {
        // What opens sockets and streams in a browser can set no header, so Microsoft's client
        // puts the token into the query there.
        Hub::Core if asked.wants_socket || aspnet_core::wants_stream(asked) => {
            token.or_else(|| asked.query("access_token"))
        }
        Hub::Off | Hub::Classic | Hub::Core => token,
    };
    if !world.admits(token) {
        return Reply::empty(401).into();
    }
    listeners.begin(site, world);
    match listeners.terms().generation {
        Hub::Classic => classic::answer(listeners, asked, verb),
        Hub::Core => aspnet_core::answer(listeners, asked, verb),
        Hub::Off => Reply::text(404, "Not Found").into(),
    }
}

/// What a hub keeps to: its options, with what its generation makes of those that are open.
pub(super) struct Terms {
    generation: Hub,
    path: String,
    hub_name: String,
    ucc: String,
    event_arguments: super::EventArguments,
    join: Option<Join>,
    transports: Vec<HubTransport>,
    keep_alive: Duration,
    timeout: Duration,
    poll: Duration,
    clients: usize,
}

impl Terms {
    fn new(options: &Options) -> Self {
        let anywhere365 = &options.anywhere365;
        // The defaults of Microsoft's servers.
        let (keep_alive, poll) = match anywhere365.hub {
            Hub::Core => (15, 90),
            Hub::Off | Hub::Classic => (10, 110),
        };
        Self {
            generation: anywhere365.hub,
            path: path(anywhere365).unwrap_or_default().to_owned(),
            hub_name: anywhere365.hub_name.clone(),
            ucc: options.ucc.clone(),
            event_arguments: anywhere365.event_arguments,
            join: anywhere365.join.clone(),
            transports: anywhere365.transports.clone(),
            keep_alive: anywhere365
                .keep_alive
                .unwrap_or(Duration::from_secs(keep_alive))
                // Never without a pause.
                .max(Duration::from_millis(10)),
            timeout: anywhere365.hub_timeout,
            poll: anywhere365
                .poll_timeout
                .unwrap_or(Duration::from_secs(poll)),
            clients: anywhere365.hub_clients,
        }
    }

    fn offers(&self, transport: HubTransport) -> bool {
        self.transports.contains(&transport)
    }
}
