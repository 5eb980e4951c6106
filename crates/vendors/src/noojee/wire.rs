//! Noojee's requests and what its replies mean. Nothing here does I/O.
//!
//! Parameters go in the query, and the key among them: a request is never printed.

mod subscription;

use std::time::Duration;

use pause::{CallId, Wanted};
use reqwest::header::{CONTENT_LENGTH, CONTENT_TYPE, HeaderValue};
use reqwest::{Method, Request};
use serde::Deserialize;
use serde_json::Value;
use url::Url;
use url::form_urlencoded;

use super::authentication::Proof;
use crate::http::Head;
use crate::{Accepted, Kind};

#[cfg(test)]
pub(super) use subscription::CallTold;
pub(super) use subscription::{Question, Sequence, Status, Told, read_subscription};

const CHECK_ADDRESS: &str = "there is no CallManagementAPI at this address (HTTP 404); \
     check base_url and prefix in the settings";
const MAY_NOT: &str = "the server turns these requests away (HTTP 403); use the global API key, \
     and have this computer's address allowed at Noojee";

const NOT_AS_DOCUMENTED: Kind = Kind::Unintelligible("it is not what is documented");

/// How this installation is set up.
#[derive(Debug)]
pub(super) struct Setup {
    pub(super) base_url: Url,
    /// What stands before `rest`, part by part.
    pub(super) prefix: Vec<String>,
    pub(super) extension: String,
    pub(super) agent_login_name: String,
    pub(super) tag: String,
    pub(super) tag_parameter: String,
    pub(super) calls: Calls,
    pub(super) sequence: Sequence,
    pub(super) up_statuses: Vec<String>,
    /// In lower case, as the next one.
    pub(super) success_text: String,
    pub(super) no_call_text: String,
}

/// Where calls are learnt from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Calls {
    Subscribe,
    Told,
}

/// What a command acts on, as `extenOrUniqueId`.
pub(super) enum Target<'a> {
    /// Whatever call the agent's extension is on.
    Extension,
    Call(&'a CallId),
}

/// Asks for the recording to be stopped, or for another leg of it.
pub(super) fn command_request(
    setup: &Setup,
    target: &Target<'_>,
    wanted: Wanted,
    proof: &Proof,
) -> Result<Request, Kind> {
    let id = match target {
        Target::Extension => &setup.extension,
        Target::Call(call) => could_be_a_call(call)?,
    };
    let mut parameters = vec![("extenOrUniqueId", id)];
    let method = match wanted {
        Wanted::Paused => "stop",
        Wanted::Recording => {
            if !setup.tag.is_empty() {
                parameters.push((&setup.tag_parameter, &setup.tag));
            }
            "start"
        }
    };
    if !setup.agent_login_name.is_empty() {
        parameters.push(("agentLoginName", &setup.agent_login_name));
    }
    parameters.extend(proof.parameters());
    Ok(request(setup, &["CallManagementAPI", method], &parameters))
}

/// Digits alone are an extension to Noojee, and so could be another agent's, or the next call.
fn could_be_a_call(call: &CallId) -> Result<&str, Kind> {
    let id = call.as_str();
    let is_extension = id.bytes().all(|byte| byte.is_ascii_digit());
    if is_extension || id.contains(char::is_control) {
        Err(Kind::NoSuchCall)
    } else {
        Ok(id)
    }
}

/// Asks for everything that has happened after this sequence number, as soon as there is
/// something, and after this long in any case.
pub(super) fn subscribe_request(
    setup: &Setup,
    after: u64,
    wait: Duration,
    proof: &Proof,
) -> Request {
    let (after, wait) = (after.to_string(), wait.as_secs().to_string());
    let mut parameters = vec![
        ("exten", setup.extension.as_str()),
        ("lastSequenceNumber", &after),
        ("timeOut", &wait),
    ];
    parameters.extend(proof.parameters());
    request(setup, &["CallManagementAPI", "subscribe"], &parameters)
}

/// Asks for the time, and so for a time stamp.
pub(super) fn time_request(setup: &Setup) -> Request {
    request(setup, &["Time"], &[])
}

/// Only POST is served, and only what stands in the query counts (documented).
fn request(setup: &Setup, method: &[&str], parameters: &[(&str, &str)]) -> Request {
    let mut url = setup.base_url.clone();
    url.path_segments_mut()
        .expect("a web address has a path")
        .pop_if_empty()
        .extend(&setup.prefix)
        .push("rest")
        .extend(method);
    if !parameters.is_empty() {
        let query = form_urlencoded::Serializer::new(String::new())
            .extend_pairs(parameters)
            .finish();
        // Every server reads this as a space; not every one reads a plus so.
        url.set_query(Some(&query.replace('+', "%20")));
    }
    let mut request = Request::new(Method::POST, url);
    let headers = request.headers_mut();
    headers.insert(CONTENT_LENGTH, HeaderValue::from_static("0"));
    headers.insert(
        CONTENT_TYPE,
        HeaderValue::from_static("application/x-www-form-urlencoded"),
    );
    request
}

/// The documented form of a reply: `Code` is 0 where all is well, negative for an error and
/// positive for a warning.
#[derive(Deserialize)]
struct General {
    #[serde(rename = "Code")]
    code: Option<Value>,
    #[serde(rename = "Message")]
    message: Option<Value>,
}

impl General {
    /// `None` if it is no JSON object. Serde would take a list for one, too.
    fn read(body: &[u8]) -> Option<Self> {
        let is_object = body.trim_ascii_start().starts_with(b"{");
        serde_json::from_slice(body).ok().filter(|_| is_object)
    }

    fn code(&self) -> Option<i64> {
        self.code.as_ref().and_then(Value::as_i64)
    }

    fn is_error(&self) -> bool {
        self.code().is_some_and(|code| code < 0)
    }

    /// Its text in lower case.
    fn text(&self) -> String {
        let text = self.message.as_ref().and_then(Value::as_str);
        text.unwrap_or_default().to_lowercase()
    }
}

/// Whether a reply says that the time stamp has run out: the one error whose text is documented.
/// Nothing has been carried out then.
pub(super) fn says_expired(head: Head, body: &[u8]) -> bool {
    let reply = General::read(body).filter(|_| head.status < 500);
    reply.is_some_and(|reply| reply.is_error() && is_expired(&reply.text()))
}

fn is_expired(text: &str) -> bool {
    text.contains("expired") && text.contains("timestamp")
}

/// What a reply to a start or a stop says: never more than that it was taken
/// (docs/vendors/noojee.md, "What the replies mean").
pub(super) fn read_command_reply(setup: &Setup, head: Head, body: &[u8]) -> Result<Accepted, Kind> {
    let reply = General::read(body);
    failure(setup, head, reply.as_ref())?;
    if let Some(reply) = reply {
        // A code of another type could be an error.
        return match reply.code() {
            Some(_zero_or_more) => Ok(Accepted::Unproven),
            None => Err(NOT_AS_DOCUMENTED),
        };
    }
    let text = String::from_utf8_lossy(body).to_lowercase();
    let text = text.trim();
    // A page of the network may say anything, and broken JSON too.
    let is_plain = !text.starts_with(['<', '{', '[']);
    if text.is_empty() || is_plain && says(text, &setup.success_text) {
        Ok(Accepted::Unproven)
    } else {
        // "Otherwise an error message is returned", and any text could be one.
        Err(NOT_AS_DOCUMENTED)
    }
}

/// What a reply for a time stamp says: milliseconds since 1970, as plain text (documented).
pub(super) fn read_time_reply(head: Head, body: &[u8]) -> Result<String, Kind> {
    if let Some(kind) = head_failure(head) {
        return Err(kind);
    }
    if let Some(reply) = General::read(body).filter(General::is_error) {
        return Err(refused(&reply));
    }
    let text = str::from_utf8(body).unwrap_or_default().trim();
    let is_time = (12..=16).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
    if is_time {
        Ok(text.to_owned())
    } else {
        Err(Kind::Unintelligible("it is not the time as documented"))
    }
}

/// An error, whether the HTTP status says so or the `Code`: which of them is not documented.
fn failure(setup: &Setup, head: Head, reply: Option<&General>) -> Result<(), Kind> {
    let said = reply.filter(|reply| reply.is_error());
    match (head.status, said) {
        (200 | 400 | 404..=428 | 430..=499, Some(reply)) => Err(error(setup, reply)),
        _ => head_failure(head).map_or(Ok(()), Err),
    }
}

/// What a status means by itself. Success is 200 and nothing else (documented).
fn head_failure(head: Head) -> Option<Kind> {
    match head.status {
        200 => None,
        201..=299 => Some(NOT_AS_DOCUMENTED),
        401 => Some(Kind::SessionEnded),
        403 => Some(Kind::NotPermitted(MAY_NOT)),
        404 => Some(Kind::NotPermitted(CHECK_ADDRESS)),
        _ => Some(head.failure()),
    }
}

/// What an error means. But for one its text is not documented.
fn error(setup: &Setup, reply: &General) -> Kind {
    let text = reply.text();
    if says(&text, &setup.no_call_text) {
        Kind::NoSuchCall
    } else if is_about_authentication(&text) {
        Kind::SessionEnded
    } else {
        refused(reply)
    }
}

fn refused(reply: &General) -> Kind {
    Kind::Refused(format!("code {}", reply.code().unwrap_or_default()))
}

/// Whether an error is about who is asking (assumed, but for "Expired TimeStamp"). That it is
/// taken for one costs a sign-in, which finds out.
fn is_about_authentication(text: &str) -> bool {
    let words = ["apikey", "api key", "timestamp", "hash", "authenti"];
    words.iter().any(|word| text.contains(word))
}

fn says(text: &str, words: &str) -> bool {
    !words.is_empty() && text.contains(words)
}

#[cfg(test)]
pub(super) mod tests;
