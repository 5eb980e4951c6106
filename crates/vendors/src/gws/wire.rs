//! The requests to Genesys Web Services and what its replies mean. Nothing here does I/O.
//!
//! Every reply has a `statusCode`, and one that is not 0 is a failure whatever the HTTP status
//! (docs/vendors/gws.md, E8), so that is looked at first.

use pause::{CallId, Wanted};
use reqwest::header::{ACCEPT, CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue, ORIGIN};
use reqwest::{Body, Method, Request};
use serde::Deserialize;
use serde::de::IgnoredAny;
use serde_json::{Value, json};
use url::Url;

use super::call::{self, Call, Stage};
use crate::http::Head;
use crate::json::object;
use crate::{Accepted, Kind};

/// The right without which the server lets nobody control a recording.
const FEATURE: &str = "api-voice-recording";

pub(super) const MAY_NOT: &str = "Genesys does not let this agent control recordings; have the \
     feature api-voice-recording given to the agent, and recording set up for the agent's place";
const TURNED_AWAY: &str = "the server turns this agent away (HTTP 403); \
     have the agent allowed to use Genesys Web Services";
const CHECK_ADDRESS: &str = "there is no Genesys Web Services v2 at this address (HTTP 404); \
     check base_url in the settings";
const CHANGE_PASSWORD: &str = "Genesys wants a new password for this agent; \
     change it in the Genesys desktop";
const SET_CSRF: &str = "the server demands a CSRF token; set csrf to \"auto\" in the settings";
const NO_CSRF: &str = "the server hands out no CSRF token; set csrf to \"auto\" in the settings";

pub(super) const NOT_AS_DOCUMENTED: Kind = Kind::Unintelligible("it is not what is documented");
const ANOTHER_CALL: Kind = Kind::Unintelligible("it is about another call");
const UNKNOWN_CODE: Kind = Kind::Unintelligible("it holds a statusCode that is not documented");
const NOT_FINISHED: Kind = Kind::Unintelligible("it says that it is not finished");

/// How this installation is set up.
#[derive(Debug)]
pub(crate) struct Setup {
    pub(crate) base_url: Url,
    pub(crate) username: String,
    /// What the header `Origin` says, where it is sent.
    pub(crate) origin: Option<String>,
    pub(crate) csrf: Csrf,
    pub(crate) transport: Transport,
    pub(crate) channel: String,
}

/// Whether the token against cross-site request forgery is sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Csrf {
    Auto,
    Off,
    Required,
}

/// How events are fetched.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Transport {
    Auto,
    LongPolling,
    WebSocket,
}

/// A header by which the server knows that a request is not forged. Its value is a secret.
pub(super) struct CsrfHeader {
    name: HeaderName,
    value: HeaderValue,
}

impl CsrfHeader {
    /// The one that this reply hands out: `X-CSRF-HEADER` has its name (documented). Its value
    /// stands under that name or under `X-CSRF-TOKEN`; in the documented example they are one.
    ///
    /// A name without `x-` in front could be one that means something else, and is not taken.
    pub(super) fn read(headers: &HeaderMap) -> Option<Self> {
        let name = headers.get("x-csrf-header")?.to_str().ok()?.trim();
        let name = HeaderName::from_bytes(name.as_bytes()).ok()?;
        let value = headers.get(&name).or_else(|| headers.get("x-csrf-token"));
        let mut value = value?.clone();
        value.set_sensitive(true);
        let usable = name.as_str().starts_with("x-") && !value.is_empty();
        usable.then_some(Self { name, value })
    }

    pub(super) fn attach(&self, request: &mut Request) {
        let headers = request.headers_mut();
        headers.insert(self.name.clone(), self.value.clone());
    }
}

/// Whether this session can go on with the token that it has, or without one.
pub(super) fn check_csrf(setup: &Setup, known: bool) -> Result<(), Kind> {
    match setup.csrf {
        Csrf::Required if !known => Err(Kind::NotPermitted(NO_CSRF)),
        Csrf::Required | Csrf::Auto | Csrf::Off => Ok(()),
    }
}

/// Asks who we are.
pub(super) fn me_request(setup: &Setup) -> Request {
    request(Method::GET, setup, &["me"])
}

/// Asks for the agent's calls, each with all that is known of it.
pub(super) fn calls_request(setup: &Setup) -> Request {
    let mut request = request(Method::GET, setup, &["me", "calls"]);
    request.url_mut().set_query(Some("fields=*"));
    request
}

/// Asks about this call.
pub(super) fn call_request(setup: &Setup, call: &CallId) -> Result<Request, Kind> {
    could_be_a_call(call)?;
    Ok(request(Method::GET, setup, &["me", "calls", call.as_str()]))
}

/// Asks for a pause or a resume of this call.
pub(super) fn command_request(
    setup: &Setup,
    call: &CallId,
    wanted: Wanted,
) -> Result<Request, Kind> {
    could_be_a_call(call)?;
    let operation = match wanted {
        Wanted::Paused => "PauseCallRecording",
        Wanted::Recording => "ResumeCallRecording",
    };
    let mut request = request(Method::POST, setup, &["me", "calls", call.as_str()]);
    let body = json!({ "operationName": operation });
    *request.body_mut() = Some(Body::from(body.to_string()));
    let json = HeaderValue::from_static("application/json");
    request.headers_mut().insert(CONTENT_TYPE, json);
    Ok(request)
}

/// Carries messages of the event channel by long polling.
pub(super) fn poll_request(setup: &Setup, messages: String) -> Request {
    let mut request = request(Method::POST, setup, &["notifications"]);
    *request.body_mut() = Some(Body::from(messages));
    let json = HeaderValue::from_static("application/json;charset=UTF-8");
    request.headers_mut().insert(CONTENT_TYPE, json);
    request
}

/// Opens the event channel as a WebSocket.
pub(super) fn socket_request(setup: &Setup) -> Request {
    request(Method::GET, setup, &["notifications"])
}

fn request(method: Method, setup: &Setup, segments: &[&str]) -> Request {
    let mut url = setup.base_url.clone();
    url.path_segments_mut()
        .expect("a web address has a path")
        .pop_if_empty()
        .extend(["api", "v2"])
        .extend(segments);
    let mut request = Request::new(method, url);
    let headers = request.headers_mut();
    headers.insert(ACCEPT, HeaderValue::from_static("application/json"));
    if let Some(origin) = &setup.origin {
        let origin = HeaderValue::from_str(origin).expect("the origin of an address is plain text");
        headers.insert(ORIGIN, origin);
    }
    request
}

/// An id that would become another address, and so ask about something else, is no call.
fn could_be_a_call(call: &CallId) -> Result<(), Kind> {
    if call::could_be_an_id(call.as_str()) {
        Ok(())
    } else {
        Err(Kind::NoSuchCall)
    }
}

/// Whether the reply says that this is an agent who may control recordings, as far as it
/// says so.
pub(super) fn read_me_reply(setup: &Setup, head: Head, body: &[u8]) -> Result<(), Kind> {
    #[derive(Deserialize)]
    struct Me {
        user: Option<Value>,
    }

    let me: Me = succeeded(setup, About::Agent, head, body)?;
    // Only a list of plain names is understood; in any other form it says nothing.
    let features = me.user.as_ref().and_then(|user| user.get("features"));
    let features = features.and_then(Value::as_array);
    let named = features.filter(|features| features.iter().all(Value::is_string));
    match named {
        Some(named) if !named.iter().any(|feature| feature == FEATURE) => {
            Err(Kind::NotPermitted(MAY_NOT))
        }
        Some(_) | None => Ok(()),
    }
}

/// The agent's calls: their ids, and what is said of each where it is described.
pub(super) fn read_calls_reply(
    setup: &Setup,
    head: Head,
    body: &[u8],
) -> Result<Vec<(CallId, Option<Call>)>, Kind> {
    #[derive(Deserialize)]
    struct Calls {
        calls: Option<Vec<Call>>,
        /// Documented for a server that is asked without `fields`.
        uris: Option<Vec<String>>,
    }

    let reply: Calls = succeeded(setup, About::Agent, head, body)?;
    match (reply.calls, reply.uris) {
        (Some(calls), _) => calls
            .into_iter()
            .filter(|call| call.stage() == Stage::Live)
            .map(|call| {
                let id = call.id().map(CallId::new).ok_or(NOT_AS_DOCUMENTED)?;
                Ok((id, Some(call)))
            })
            .collect(),
        (None, Some(uris)) => uris
            .iter()
            .map(|uri| {
                let id = call::last_part(uri).ok_or(NOT_AS_DOCUMENTED)?;
                Ok((CallId::new(id), None))
            })
            .collect(),
        (None, None) => Err(NOT_AS_DOCUMENTED),
    }
}

/// What the server says of this call.
pub(super) fn read_call_reply(
    setup: &Setup,
    asked: &CallId,
    head: Head,
    body: &[u8],
) -> Result<Call, Kind> {
    #[derive(Deserialize)]
    struct One {
        call: Call,
    }

    let One { call } = succeeded(setup, About::Call, head, body)?;
    if !call.is(asked.as_str()) {
        return Err(ANOTHER_CALL);
    }
    if call.stage() == Stage::Over {
        return Err(Kind::NoSuchCall);
    }
    Ok(call)
}

/// What the reply to a command says: never more than that it was passed on (documented).
pub(crate) fn read_command_reply(setup: &Setup, head: Head, body: &[u8]) -> Result<Accepted, Kind> {
    let _nothing_else: IgnoredAny = succeeded(setup, About::Call, head, body)?;
    Ok(Accepted::Unproven)
}

/// What a reply without success to a message of the event channel says.
pub(super) fn failed_poll(setup: &Setup, head: Head, body: &[u8]) -> Kind {
    status_code(body)
        .ok()
        .and_then(|code| failure(setup, About::Agent, head, body, code))
        .unwrap_or_else(|| without_status_code(setup, head, body))
}

/// What was asked about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum About {
    Agent,
    Call,
}

/// Reads a reply that says of itself that all went well.
fn succeeded<'a, T: Deserialize<'a>>(
    setup: &Setup,
    about: About,
    head: Head,
    body: &'a [u8],
) -> Result<T, Kind> {
    match (status_code(body), head.is_success()) {
        (Ok(code), ok) => match failure(setup, about, head, body, code) {
            Some(kind) => Err(kind),
            None if ok => serde_json::from_slice(body).map_err(|_| NOT_AS_DOCUMENTED),
            // It says both that it worked and that it did not.
            None => Err(without_status_code(setup, head, body)),
        },
        (Err(_), false) => Err(without_status_code(setup, head, body)),
        (Err(kind), true) => Err(kind),
    }
}

/// The `statusCode` of a reply.
fn status_code(body: &[u8]) -> Result<u64, Kind> {
    #[derive(Deserialize)]
    #[serde(rename_all = "camelCase")]
    struct Status {
        status_code: u64,
    }

    let status: Status = object(body).ok_or(NOT_AS_DOCUMENTED)?;
    Ok(status.status_code)
}

/// What a `statusCode` means; `None` for success (the table is documented, what follows from
/// each is in docs/vendors/gws.md#what-the-replies-mean).
fn failure(setup: &Setup, about: About, head: Head, body: &[u8], code: u64) -> Option<Kind> {
    match head.status {
        403 if is_about_csrf(body) => return Some(without_status_code(setup, head, body)),
        401 | 429 => return Some(without_status_code(setup, head, body)),
        200..=299 | 400..=499 => {}
        // Whoever answers so is not to be trusted with what it left behind.
        _ => return Some(head.failure()),
    }
    let kind = match (code, about) {
        (0, _) => return None,
        (3 | 5, _) => Kind::NotPermitted(MAY_NOT),
        (4 | 12..=17, _) => Kind::ServerFailed(head.status),
        (6, About::Call) => Kind::NoSuchCall,
        (7, _) => Kind::Partly,
        (8, _) => Kind::NotPermitted(CHANGE_PASSWORD),
        (9, _) => NOT_FINISHED,
        (20, _) => Kind::SessionEnded,
        (1 | 2 | 6 | 10 | 11 | 18 | 19, _) => Kind::Refused(code.to_string()),
        (_, _) => UNKNOWN_CODE,
    };
    Some(kind)
}

fn without_status_code(setup: &Setup, head: Head, body: &[u8]) -> Kind {
    match head.status {
        401 => Kind::SessionEnded,
        403 if is_about_csrf(body) => match setup.csrf {
            Csrf::Off => Kind::NotPermitted(SET_CSRF),
            // The token lives as long as the session, and is missed together with its cookie.
            Csrf::Auto | Csrf::Required => Kind::SessionEnded,
        },
        403 => Kind::NotPermitted(TURNED_AWAY),
        404 => Kind::NotPermitted(CHECK_ADDRESS),
        _ => head.failure(),
    }
}

/// Documented is the text `Missing or invalid Csrf token`.
fn is_about_csrf(body: &[u8]) -> bool {
    String::from_utf8_lossy(body)
        .to_ascii_lowercase()
        .contains("csrf token")
}

#[cfg(test)]
mod tests;
