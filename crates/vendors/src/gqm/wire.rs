//! GQM's requests and what its replies mean. Nothing here does I/O.

mod couples;

use pause::Wanted;
use reqwest::header::{ACCEPT, CONTENT_TYPE, COOKIE, HeaderValue};
use reqwest::{Body, Method, Request};
use secrecy::{ExposeSecret, SecretString};
use url::Url;
use url::form_urlencoded::Serializer;

use crate::Kind;
use crate::http::Head;
pub(crate) use couples::{Couple, read_couples, read_pause_link};

const CHECK_ADDRESS: &str = "there is no Call Recording at this address (HTTP 404); \
     check base_url in the settings";
const MAY_NOT_SEE: &str = "the user may not see the details of this call; \
     have it given the right \"Call List\" for the agent's calls";
const MAY_NOT_PAUSE: &str = "the user may not pause this call; \
     have it given the right \"Pause and Resume Calls\"";

const NOT_AS_DOCUMENTED: Kind = Kind::Unintelligible("it is not what is documented");
const ELSEWHERE: Kind = Kind::Unintelligible(
    "its links lead to another server than base_url; pause_link = \"built\" does without them",
);

/// What `loginservlet` says to whoever is let in (documented).
const AUTHORIZED: &[u8] = b"<ok sessionid=";

/// How this installation is set up.
#[derive(Debug)]
pub(super) struct Setup {
    pub(super) base_url: Url,
    pub(super) username: String,
    pub(super) phone: Phone,
    /// In the vendor's own word.
    pub(super) direction: String,
    pub(super) log_in: LogIn,
    /// Any cookie at all; without one nobody is logged in (documented).
    pub(super) cookie: HeaderValue,
    pub(super) logout_path: Option<String>,
    pub(super) couples: Couples,
    pub(super) pause_link: PauseLink,
    pub(super) method: Method,
    pub(super) resume: Resume,
}

/// What the agent's calls are found by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Phone {
    Number(String),
    IpAddress(String),
}

impl Phone {
    /// It, for display.
    pub(super) fn name(&self) -> &str {
        match self {
            Self::Number(name) | Self::IpAddress(name) => name,
        }
    }
}

#[derive(Clone, Copy, Debug)]
pub(super) enum LogIn {
    /// `loginAction.do`, which says nothing about success.
    Action,
    /// `loginservlet`, whose body does.
    Servlet,
}

/// Which rows of the list are the agent's (docs/vendors/gqm.md, B5).
#[derive(Clone, Copy, Debug)]
pub(super) enum Couples {
    All,
    First,
}

/// Where the address that pauses comes from (docs/vendors/gqm.md, B4).
#[derive(Clone, Copy, Debug)]
pub(super) enum PauseLink {
    Details,
    Built,
}

/// Which parameters resume (docs/vendors/gqm.md, B1).
#[derive(Clone, Copy, Debug)]
pub(super) enum Resume {
    Both,
    Pause,
    Paused,
}

/// Logs in.
pub(super) fn log_in_request(setup: &Setup, password: &SecretString) -> Request {
    let (page, name) = match setup.log_in {
        LogIn::Action => ("loginAction.do", "login"),
        LogIn::Servlet => ("loginservlet", "loginname"),
    };
    let form = Serializer::new(String::new())
        .append_pair(name, &setup.username)
        .append_pair("password", password.expose_secret())
        .finish();
    let mut request = Request::new(Method::POST, address(setup, &["callrec", page]));
    set_form(&mut request, form);
    request.headers_mut().insert(COOKIE, setup.cookie.clone());
    request
}

/// Whether the reply to a log-in says that it failed. That it did not, says nothing: whether
/// we are in shows when the calls are listed (documented).
pub(super) fn read_log_in_reply(setup: &Setup, head: Head, body: &[u8]) -> Result<(), Kind> {
    match (setup.log_in, head.status) {
        // Where it leads, if anywhere, is not documented, and nobody goes there.
        (LogIn::Action, 200..=399) => Ok(()),
        (LogIn::Servlet, 200) => {
            let authorized = body
                .windows(AUTHORIZED.len())
                .any(|part| part == AUTHORIZED);
            if authorized {
                Ok(())
            } else {
                Err(Kind::SignInRejected)
            }
        }
        (LogIn::Action | LogIn::Servlet, 401 | 403) => Err(Kind::SignInRejected),
        (LogIn::Action | LogIn::Servlet, 404) => Err(Kind::NotPermitted(CHECK_ADDRESS)),
        (LogIn::Action | LogIn::Servlet, _) => Err(head.failure()),
    }
}

/// Logs out; `None` where nobody is to be.
pub(super) fn log_out_request(setup: &Setup) -> Option<Request> {
    let path = setup.logout_path.as_ref()?;
    let segments: Vec<&str> = path.split('/').skip(1).collect();
    let mut request = Request::new(Method::POST, address(setup, &segments));
    set_form(&mut request, String::new());
    Some(request)
}

/// What the reply to a log-out means.
pub(super) fn read_log_out_reply(head: Head) -> Result<(), Kind> {
    match head.status {
        200..=399 => Ok(()),
        _ => Err(head.failure()),
    }
}

/// Asks for the couples in progress of the agent's phone.
pub(super) fn list_request(setup: &Setup) -> Request {
    let mut url = couples_address(setup, &[]);
    let (name, value) = match &setup.phone {
        Phone::Number(number) => ("phoneNumber", number),
        Phone::IpAddress(ip_address) => ("ipAddress", ip_address),
    };
    url.query_pairs_mut()
        .append_pair(name, value)
        .append_pair(&format!("{name}Direction"), &setup.direction);
    reading(url)
}

/// The couples that are the agent's.
pub(super) fn read_list_reply(setup: &Setup, head: Head, body: &[u8]) -> Result<Vec<Couple>, Kind> {
    match head.status {
        200 => {}
        404 => return Err(Kind::NotPermitted(CHECK_ADDRESS)),
        _ => return Err(failed(head)),
    }
    let mut couples = read_couples(body)?;
    match setup.couples {
        Couples::All => {}
        Couples::First => couples.truncate(1),
    }
    Ok(couples)
}

/// How a couple is paused and resumed.
#[derive(Debug)]
pub(super) enum Way {
    /// At this address.
    At(Url),
    /// That stands in the reply to this request.
    Ask(Request),
}

/// How this couple is paused and resumed, or that it may not be.
pub(super) fn way_to_pause(setup: &Setup, couple: &Couple) -> Result<Way, Kind> {
    // No link: no right to see it (documented).
    let details = couple
        .details
        .as_deref()
        .ok_or(Kind::NotPermitted(MAY_NOT_SEE))?;
    Ok(match setup.pause_link {
        PauseLink::Built => Way::At(couples_address(setup, &[&couple.id, "pausedState"])),
        PauseLink::Details => {
            let list = couples_address(setup, &[]);
            Way::Ask(reading(on_our_server(setup, &list, details)?))
        }
    })
}

/// Where a couple is paused, by its details. `NoSuchCall` if it is over.
pub(super) fn read_details_reply(
    setup: &Setup,
    asked: &Url,
    head: Head,
    body: &[u8],
) -> Result<Url, Kind> {
    match head.status {
        200 => {}
        404 => return Err(Kind::NoSuchCall),
        _ => return Err(failed(head)),
    }
    match read_pause_link(body)? {
        Some(link) => on_our_server(setup, asked, &link),
        // No such link: no right to pause it (documented).
        None => Err(Kind::NotPermitted(MAY_NOT_PAUSE)),
    }
}

/// Pauses or resumes a couple.
pub(super) fn command_request(setup: &Setup, mut url: Url, wanted: Wanted) -> Request {
    let parameters: &[&str] = match (wanted, setup.resume) {
        (Wanted::Paused, _) => &["paused=true"],
        (Wanted::Recording, Resume::Both) => &["paused=false", "pause=false"],
        (Wanted::Recording, Resume::Pause) => &["pause=false"],
        (Wanted::Recording, Resume::Paused) => &["paused=false"],
    };
    let parameters = parameters.join("&");
    if setup.method == Method::PUT {
        // A servlet container reads a form only from a POST.
        let query = url.query().map(|query| format!("{query}&{parameters}"));
        url.set_query(Some(&query.unwrap_or(parameters)));
        return Request::new(Method::PUT, url);
    }
    let mut request = Request::new(Method::POST, url);
    set_form(&mut request, parameters);
    request
}

/// What the reply to a command means: never more than that it was taken. `NoSuchCall` if the
/// couple is over.
pub(super) fn read_command_reply(head: Head) -> Result<(), Kind> {
    match head.status {
        200..=299 => Ok(()),
        404 => Err(Kind::NoSuchCall),
        _ => Err(failed(head)),
    }
}

/// 403 means that nobody is logged in (documented for the list).
fn failed(head: Head) -> Kind {
    match head.status {
        401 | 403 => Kind::SessionEnded,
        201..=299 => NOT_AS_DOCUMENTED,
        _ => head.failure(),
    }
}

/// Where a link of the server leads: always to `base_url`, whatever else it says.
///
/// The server knows itself by another port or without encryption where something stands in
/// front of it, so only its name is compared. A link to another name could be to another
/// server, which knows other calls.
fn on_our_server(setup: &Setup, seen_at: &Url, link: &str) -> Result<Url, Kind> {
    let told = seen_at.join(link).map_err(|_| NOT_AS_DOCUMENTED)?;
    let name = |url: &Url| {
        let name = url.host_str().unwrap_or_default();
        name.trim_end_matches('.').to_owned()
    };
    let is_ours = matches!(told.scheme(), "http" | "https")
        && told.username().is_empty()
        && told.password().is_none()
        && name(&told) == name(&setup.base_url);
    if !is_ours {
        return Err(ELSEWHERE);
    }
    let mut url = setup.base_url.clone();
    url.set_path(told.path());
    url.set_query(told.query());
    Ok(url)
}

fn couples_address(setup: &Setup, rest: &[&str]) -> Url {
    let mut segments = vec!["callrec", "restful", "couples.xml"];
    segments.extend(rest);
    address(setup, &segments)
}

fn address(setup: &Setup, segments: &[&str]) -> Url {
    let mut url = setup.base_url.clone();
    url.path_segments_mut()
        .expect("a web address has a path")
        .pop_if_empty()
        .extend(segments);
    url
}

fn reading(url: Url) -> Request {
    let mut request = Request::new(Method::GET, url);
    request.headers_mut().insert(
        ACCEPT,
        HeaderValue::from_static("application/xml, text/xml"),
    );
    request
}

fn set_form(request: &mut Request, form: String) {
    request.headers_mut().insert(
        CONTENT_TYPE,
        HeaderValue::from_static("application/x-www-form-urlencoded"),
    );
    *request.body_mut() = Some(Body::from(form));
}

#[cfg(test)]
mod tests;
