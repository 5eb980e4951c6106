//! Where the hub is and how it talks, as the settings say.

use url::Url;

use super::super::fields::problem;
use super::super::signalr::Transport;
use super::recording::{Calls, Layout};
use crate::{FieldProblem, Values};

/// The address of a hub of the classic generation where nobody has chosen another.
const USUAL_PATH: &str = "/signalr";

/// How the hub is reached and what is said to it.
#[derive(Debug)]
pub(in crate::anywhere365) struct Hub {
    pub(super) generation: Option<Generation>,
    pub(super) url: Url,
    /// Empty where the generation has none.
    pub(super) name: String,
    pub(super) join: Option<Join>,
    pub(super) layout: Layout,
    pub(super) calls: Calls,
    pub(super) transport: Option<Transport>,
}

/// Which SignalR it is. They share a name and nothing else.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Generation {
    Classic,
    Core,
}

/// What has to be called before the hub tells anything.
#[derive(Debug)]
pub(super) struct Join {
    pub(super) method: String,
    pub(super) arguments: Vec<String>,
}

/// The hub that the settings describe; `None` where events are off.
pub(in crate::anywhere365) fn read(
    values: &Values,
    problems: &mut Vec<FieldProblem>,
) -> Option<Hub> {
    let generation = match values.text("events") {
        "auto" => None,
        "classic" => Some(Generation::Classic),
        "core" => Some(Generation::Core),
        _off => return None,
    };
    let mut wrong = |key: &str, wrong: &str, remedy: &str| {
        problems.push(problem(values, key, wrong, remedy));
    };
    let (path, name) = (values.text("hub_path"), values.text("hub_name"));
    match generation {
        Some(Generation::Classic) if name.is_empty() => wrong(
            "hub_name",
            "must be set where events = \"classic\"",
            "write the name of the hub",
        ),
        Some(Generation::Core) if path.is_empty() => wrong(
            "hub_path",
            "must be set where events = \"core\"",
            "write the address of the hub, such as \"/recordinghub\"",
        ),
        None if path.is_empty() && name.is_empty() => wrong(
            "events",
            "cannot look for a hub of which nothing is known",
            "set hub_name (classic SignalR) or hub_path (ASP.NET Core SignalR)",
        ),
        Some(Generation::Classic | Generation::Core) | None => {}
    }
    let url = hub_url(values);
    if url.is_none() {
        wrong(
            "hub_path",
            "is not the path of a hub",
            "write a path on the server, such as \"/signalr\", without the server's name and \
             without anything after a ? or a #",
        );
    }
    let method = values.text("hub_join");
    let arguments = join_arguments(values);
    if arguments.is_none() {
        wrong(
            "hub_join_arguments",
            "has something other than \"ucc\" and \"requester\" in it",
            "write \"ucc\", \"requester\", or both with a comma between them",
        );
    }
    if method.is_empty() && !values.text("hub_join_arguments").is_empty() {
        wrong(
            "hub_join_arguments",
            "is set, and hub_join is not",
            "set hub_join to the method that takes them, or leave them out",
        );
    }
    Some(Hub {
        generation,
        url: url?,
        name: name.to_owned(),
        join: (!method.is_empty()).then_some(Join {
            method: method.to_owned(),
            arguments: arguments?,
        }),
        layout: match values.text("event_arguments") {
            "scalars" => Layout::Scalars,
            "json" => Layout::Json,
            _object => Layout::Object,
        },
        calls: match values.text("event_calls") {
            "of-this-agent" => Calls::OfThisAgent,
            _known_only => Calls::KnownOnly,
        },
        transport: match values.text("hub_transport") {
            "websockets" => Some(Transport::WebSockets),
            "server-sent-events" => Some(Transport::ServerSentEvents),
            "long-polling" => Some(Transport::LongPolling),
            _auto => None,
        },
    })
}

/// A path that begins with a slash is a path on the server; any other one goes below base_url.
fn hub_url(values: &Values) -> Option<Url> {
    let base = values.url("base_url");
    let path = match values.text("hub_path") {
        "" => USUAL_PATH,
        path => path,
    };
    let odd = path.contains(['?', '#', '\\'])
        || path.contains("//")
        || path.contains(char::is_whitespace);
    let mut url = base.clone();
    if path.starts_with('/') {
        url.set_path("");
    }
    let segments = path.split('/').filter(|segment| !segment.is_empty());
    let dots = segments
        .clone()
        .any(|segment| matches!(segment, "." | ".."));
    url.path_segments_mut()
        .expect("a web address has a path")
        .pop_if_empty()
        .extend(segments);
    (!odd && !dots && url.path() != "/").then_some(url)
}

fn join_arguments(values: &Values) -> Option<Vec<String>> {
    let arguments = values.text("hub_join_arguments");
    if arguments.is_empty() {
        return Some(Vec::new());
    }
    arguments
        .split(',')
        .map(|argument| match argument.trim() {
            "ucc" => Some(values.text("ucc").to_owned()),
            "requester" => Some(values.text("requester_sip_uri").to_owned()),
            _ => None,
        })
        .collect()
}

#[cfg(test)]
mod tests;
