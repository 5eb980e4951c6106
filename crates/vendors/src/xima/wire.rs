//! Xima's requests and what its replies mean. Nothing here does I/O.

use pause::Wanted;
use reqwest::header::{CONTENT_LENGTH, CONTENT_TYPE, HeaderValue};
use reqwest::{Body, Method, Request};
use url::Url;

use crate::http::Head;
use crate::{Accepted, Kind};

const CHECK_EXTENSION: &str =
    "Xima knows no agent with this extension; check the extension in the settings";
const WIDEN_SCOPE: &str = "the service user may not control this agent's recording; \
     have its access widened under API Enablement > API Service Users";

/// How this installation is set up.
#[derive(Debug)]
pub(super) struct Setup {
    pub(super) base_url: Url,
    pub(super) extension: String,
    pub(super) not_found: NotFound,
    pub(super) request_body: RequestBody,
}

/// What a 404 means. Documented: no such agent. Whether it is also the answer for an agent who
/// is not being recorded is not (docs/vendors/xima.md, A2).
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum NotFound {
    /// Nothing is being recorded, or perhaps the agent is unknown.
    NoSuchCall,
    UnknownAgent,
    /// The agent is unknown if the body contains this text (in lower case); otherwise nothing
    /// is being recorded.
    UnknownAgentIf(String),
}

/// What a request has for a body (docs/vendors/xima.md, A3).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum RequestBody {
    Empty,
    Json,
}

/// The request for a pause or a resume of whatever is being recorded of the agent.
pub(super) fn request(setup: &Setup, wanted: Wanted) -> Request {
    let action = match wanted {
        Wanted::Paused => "pause",
        Wanted::Recording => "resume",
    };
    let mut url = setup.base_url.clone();
    url.path_segments_mut()
        .expect("a web address has a path")
        .pop_if_empty()
        .extend(["rest", "api", "v1", "agents"])
        .extend([setup.extension.as_str(), "active-recording", action]);
    let mut request = Request::new(Method::POST, url);
    match setup.request_body {
        RequestBody::Empty => {
            let headers = request.headers_mut();
            headers.insert(CONTENT_LENGTH, HeaderValue::from_static("0"));
        }
        RequestBody::Json => {
            *request.body_mut() = Some(Body::from("{}"));
            let headers = request.headers_mut();
            headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        }
    }
    request
}

/// Whether [`read_reply`] needs the body.
pub(super) fn body_matters(setup: &Setup, head: Head) -> bool {
    head.status == 404 && matches!(setup.not_found, NotFound::UnknownAgentIf(_))
}

/// What the reply to a pause or a resume says.
pub(super) fn read_reply(setup: &Setup, head: Head, body: &[u8]) -> Result<Accepted, Kind> {
    match head.status {
        // Neither the status of a success nor its body is documented (docs/vendors/xima.md,
        // A1), and no body could prove a state that the vendor does not describe.
        200..=299 => Ok(Accepted::Unproven),
        401 => Err(Kind::SignInRejected),
        403 => Err(Kind::NotPermitted(WIDEN_SCOPE)),
        404 => Err(not_found(&setup.not_found, body)),
        _ => Err(head.failure()),
    }
}

fn not_found(means: &NotFound, body: &[u8]) -> Kind {
    let unknown_agent = match means {
        NotFound::NoSuchCall => false,
        NotFound::UnknownAgent => true,
        NotFound::UnknownAgentIf(text) => String::from_utf8_lossy(body)
            .to_lowercase()
            .contains(text.as_str()),
    };
    if unknown_agent {
        Kind::NotPermitted(CHECK_EXTENSION)
    } else {
        Kind::NoSuchCall
    }
}

#[cfg(test)]
mod tests;
