//! Anywhere365's requests and what its replies mean. Nothing here does I/O.
//!
//! Every reply may hold an `ErrorMessage`, whatever its HTTP status (documented without a
//! status: docs/vendors/anywhere365.md, C5), so that is looked at first.

use pause::{CallId, Recorder, Wanted};
use reqwest::header::{ACCEPT, CONTENT_TYPE, HeaderValue};
use reqwest::{Body, Method, Request};
use serde::{Deserialize, Deserializer};
use serde_json::{Map, Value, json};
use url::Url;

use crate::http::Head;
use crate::json::object;
use crate::{Accepted, Kind};

const SWITCH_ON: &str = "recording control is off for this UCC; \
     have AgentCanEditRecordings switched on in its settings";
const CHECK_UCC: &str = "Anywhere365 knows no UCC of this name; check ucc in the settings";
const CHECK_ADDRESS: &str = "there is no recording API at this address (HTTP 404); \
     check base_url and api_version in the settings";
const MAY_NOT: &str = "the server turns this account away (HTTP 403); \
     have it allowed to use the recording API";

const NOT_AS_DOCUMENTED: Kind = Kind::Unintelligible("it is not what is documented");
const ANOTHER_CALL: Kind = Kind::Unintelligible("it is about another call");
const ANOTHER_UCC: Kind = Kind::Unintelligible("it is about another UCC");
const UNKNOWN_ERROR: Kind = Kind::Unintelligible("it holds an error that is not documented");

/// How this installation is set up.
#[derive(Debug)]
pub(super) struct Setup {
    pub(super) base_url: Url,
    pub(super) api_version: ApiVersion,
    pub(super) ucc: String,
    pub(super) requester: String,
    pub(super) action_as: ActionAs,
    pub(super) resume: Resume,
}

#[derive(Clone, Copy, Debug)]
pub(super) enum ApiVersion {
    V1,
    V2,
}

/// How an action is written; both are documented.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ActionAs {
    Number,
    Name,
}

/// The action that resumes. None is documented; that Start does is assumed
/// (docs/vendors/anywhere365.md, C1).
///
/// There is no way to write down one that would end, keep, delete or mark a recording.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Resume {
    Start,
    /// One that is not documented; larger than every number that is.
    Number(u32),
}

impl Resume {
    pub(super) const DOCUMENTED: [&str; 7] =
        ["Start", "Stop", "Pause", "Save", "Delete", "Mark", "UnMark"];

    /// # Errors
    /// What is wrong and what to do.
    pub(super) fn read(
        text: &str,
        action_as: ActionAs,
    ) -> Result<Self, (&'static str, &'static str)> {
        let number = text.parse::<u32>().ok();
        let name = match number {
            Some(number) => (number as usize)
                .checked_sub(1)
                .and_then(|index| Self::DOCUMENTED.get(index)),
            None => Self::DOCUMENTED
                .iter()
                .find(|name| name.eq_ignore_ascii_case(text)),
        };
        match (name.copied(), number) {
            (Some("Start"), _) => Ok(Self::Start),
            (Some("Stop" | "Save" | "Delete"), _) => Err((
                "would end, keep or delete the recording, and cannot be undone",
                "write \"Start\"",
            )),
            (Some(_pause_or_mark), _) => Err(("does not resume anything", "write \"Start\"")),
            (None, Some(number)) if number > 7 => match action_as {
                ActionAs::Number => Ok(Self::Number(number)),
                ActionAs::Name => Err((
                    "is a number whose name is not known",
                    "write \"Start\", or set action_as = \"number\"",
                )),
            },
            (None, _) => Err((
                "is not an action of this API",
                "write \"Start\", or a number of 8 or more that your server resumes by",
            )),
        }
    }
}

/// Asks for a pause or a resume of this call.
pub(super) fn command_request(
    setup: &Setup,
    call: &CallId,
    wanted: Wanted,
) -> Result<Request, Kind> {
    could_be_a_call(call)?;
    let (number, name) = match (wanted, setup.resume) {
        (Wanted::Paused, _) => (3, "Pause"),
        (Wanted::Recording, Resume::Start) => (1, "Start"),
        // Never sent by name: see `Resume::read`.
        (Wanted::Recording, Resume::Number(number)) => (number, ""),
    };
    let action = match setup.action_as {
        ActionAs::Number => json!(number),
        ActionAs::Name => json!(name),
    };
    let body = json!({
        "Action": action,
        "RequesterSipUri": setup.requester,
        "CorrelationId": call.as_str(),
        "UCCName": setup.ucc,
    });
    let mut request = request(Method::POST, setup, &["set"]);
    *request.body_mut() = Some(Body::from(body.to_string()));
    request
        .headers_mut()
        .insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    Ok(request)
}

/// Asks for the recorder's state on this call.
pub(super) fn state_request(setup: &Setup, call: &CallId) -> Result<Request, Kind> {
    could_be_a_call(call)?;
    Ok(request(Method::GET, setup, &[&setup.ucc, call.as_str()]))
}

/// Asks what agents may do in the UCC.
pub(super) fn capabilities_request(setup: &Setup) -> Request {
    request(Method::GET, setup, &["capabilities", &setup.ucc])
}

fn request(method: Method, setup: &Setup, segments: &[&str]) -> Request {
    let mut url = setup.base_url.clone();
    url.path_segments_mut()
        .expect("a web address has a path")
        .pop_if_empty()
        .extend(match setup.api_version {
            ApiVersion::V1 => &["attendantservice", "api", "recording"][..],
            ApiVersion::V2 => &["attendantservice", "api", "v2", "recording"],
        })
        .extend(segments);
    let mut request = Request::new(method, url);
    request
        .headers_mut()
        .insert(ACCEPT, HeaderValue::from_static("application/json"));
    request
}

/// An id that would become another address, and so ask about something else, is no call.
pub(super) fn could_be_a_call(call: &CallId) -> Result<(), Kind> {
    let id = call.as_str();
    let odd = matches!(id, "" | "." | "..") || id.contains(char::is_control);
    if odd { Err(Kind::NoSuchCall) } else { Ok(()) }
}

/// What the reply to a command says: never more than that it was taken, because its body is
/// not documented. The recorder is read back.
pub(super) fn read_command_reply(head: Head, body: &[u8]) -> Result<Accepted, Kind> {
    if let Ok(reply) = serde_json::from_slice::<Map<String, Value>>(body)
        && let Some(error) = reply.get("ErrorMessage").filter(|error| !error.is_null())
    {
        return Err(error_message(error, head));
    }
    if head.is_success() {
        Ok(Accepted::Unproven)
    } else {
        Err(without_error_message(head))
    }
}

/// What the reply to a read-back of this call says.
pub(super) fn read_state_reply(
    setup: &Setup,
    call: &CallId,
    head: Head,
    body: &[u8],
) -> Result<Recorder, Kind> {
    #[derive(Deserialize)]
    #[serde(rename_all = "PascalCase")]
    struct State {
        correlation_id: String,
        recording_state: u8,
        marking_state: u8,
        saving_state: u8,
        #[serde(deserialize_with = "must_be_there")]
        error_message: Option<Value>,
        #[serde(rename = "UCCName")]
        ucc_name: String,
    }

    if !head.is_success() {
        return Err(failed(
            head,
            body,
            ("CorrelationId", call.as_str(), ANOTHER_CALL),
        ));
    }
    let state: State = object(body).ok_or(NOT_AS_DOCUMENTED)?;
    if !same(&state.correlation_id, call.as_str()) {
        return Err(ANOTHER_CALL);
    }
    if !same(&state.ucc_name, &setup.ucc) {
        return Err(ANOTHER_UCC);
    }
    // A call that is not known has all states 0, so the states say nothing beside an error.
    if let Some(error) = &state.error_message {
        return Err(error_message(error, head));
    }
    if head.status != 200 || state.marking_state > 2 || state.saving_state > 2 {
        return Err(NOT_AS_DOCUMENTED);
    }
    match state.recording_state {
        // Uninitialized, on a call that is known: the recorder has not been started on it.
        0 => Ok(Recorder::Off),
        1 => Ok(Recorder::Recording),
        2 => Ok(Recorder::Off),
        3 => Ok(Recorder::Paused),
        _ => Err(Kind::Unintelligible(
            "it states a state that is not documented",
        )),
    }
}

/// Whether agents may control recordings in the UCC.
pub(super) fn read_capabilities_reply(setup: &Setup, head: Head, body: &[u8]) -> Result<(), Kind> {
    #[derive(Deserialize)]
    #[serde(rename_all = "PascalCase")]
    struct UccCapabilities {
        agent_can_edit_recordings: bool,
        #[serde(deserialize_with = "must_be_there")]
        error_message: Option<Value>,
        #[serde(rename = "UCCName")]
        ucc_name: String,
    }

    if !head.is_success() {
        return Err(failed(head, body, ("UCCName", &setup.ucc, ANOTHER_UCC)));
    }
    let reply: UccCapabilities = object(body).ok_or(NOT_AS_DOCUMENTED)?;
    if !same(&reply.ucc_name, &setup.ucc) {
        return Err(ANOTHER_UCC);
    }
    if let Some(error) = &reply.error_message {
        return Err(error_message(error, head));
    }
    if reply.agent_can_edit_recordings {
        Ok(())
    } else {
        Err(Kind::NotPermitted(SWITCH_ON))
    }
}

/// Without this, serde takes a missing field for null, and so for "no error".
fn must_be_there<'de, D: Deserializer<'de>>(field: D) -> Result<Option<Value>, D::Error> {
    Option::deserialize(field)
}

/// Names are compared as the vendor's own systems compare them: without regard to case.
pub(super) fn same(one: &str, other: &str) -> bool {
    one.to_lowercase() == other.to_lowercase()
}

/// What a reply without success says; `about` is what it has to be about, where it says so.
fn failed(head: Head, body: &[u8], about: (&str, &str, Kind)) -> Kind {
    let reply = serde_json::from_slice::<Map<String, Value>>(body).unwrap_or_default();
    let (key, asked, another) = about;
    let said = reply.get(key).and_then(Value::as_str);
    if said.is_some_and(|said| !same(said, asked)) {
        return another;
    }
    match reply.get("ErrorMessage") {
        Some(error) if !error.is_null() => error_message(error, head),
        Some(_) | None => without_error_message(head),
    }
}

fn without_error_message(head: Head) -> Kind {
    match head.status {
        401 => Kind::SessionEnded,
        403 => Kind::NotPermitted(MAY_NOT),
        404 => Kind::NotPermitted(CHECK_ADDRESS),
        _ => head.failure(),
    }
}

/// Documented are the three types, and two texts of type 2.
fn error_message(error: &Value, head: Head) -> Kind {
    let (Some(kind), Some(message)) = (
        error.get("ErrorType").and_then(Value::as_u64),
        error.get("Message").and_then(Value::as_str),
    ) else {
        return UNKNOWN_ERROR;
    };
    match kind {
        1 => Kind::NotPermitted(SWITCH_ON),
        2 => validation_error(message),
        // Something went wrong while it was being carried out, and what that left behind is
        // not documented: a doubt, not a refusal.
        3 => Kind::ServerFailed(head.status),
        _ => UNKNOWN_ERROR,
    }
}

fn validation_error(message: &str) -> Kind {
    // What stands in quotes is repeated from the request and could say anything.
    let own_words: String = message.to_lowercase().split('\'').step_by(2).collect();
    let not_found = own_words.contains("found");
    if not_found && own_words.starts_with("ucc ") {
        Kind::NotPermitted(CHECK_UCC)
    } else if not_found && own_words.contains("session") {
        Kind::NoSuchCall
    } else {
        Kind::Refused("validation".to_owned())
    }
}

#[cfg(test)]
mod tests;
