//! Who asks: Basic authentication, the session's cookie and the CSRF token.
//!
//! Documented: the cookie, both CSRF headers and the text of the 403, and that 8.6 wants an
//! `Origin`. Assumed: the reply to somebody who is not signed in, and that a session which has
//! ended is begun anew by whoever still sends a password.

use axum::http::{HeaderName, Method, header};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use super::{ids, status};
use crate::site::World;
use crate::wire::{Asked, Reply};

/// Somebody who is let in.
#[derive(Clone, Debug)]
pub(super) struct Visit {
    pub(super) agent: String,
    pub(super) session: String,
    /// The server's address, as the visitor wrote it.
    pub(super) base_url: String,
    headers: Vec<(HeaderName, String)>,
}

impl Visit {
    /// Adds to a reply what this visitor has to keep.
    pub(super) fn dress(&self, reply: Reply) -> Reply {
        let headers = self.headers.iter().cloned();
        headers.fold(reply, |reply, (name, value)| reply.with(name, value))
    }

    /// Gives the visitor a cookie to keep.
    pub(super) fn give_cookie(&mut self, name: &str, value: &str) {
        let cookie = format!("{name}={value}; Path=/; HttpOnly");
        self.headers.push((header::SET_COOKIE, cookie));
    }
}

pub(super) fn admit(world: &mut World, asked: &Asked, is_event: bool) -> Result<Visit, Reply> {
    let base_url = format!("http://{}", asked.header("host").unwrap_or("localhost"));
    let options = &world.options.gws;
    if options.origin_required && asked.header("origin") != Some(&base_url) {
        return Err(Reply::text(403, "Invalid Origin"));
    }
    let mut headers = Vec::new();
    let session = asked.cookie("JSESSIONID").unwrap_or_default();
    let user = world.sessions.user(session).map(str::to_owned);
    let reads = asked.method == Method::GET;
    let needs_token = !reads && (!is_event || options.csrf_on_events);
    let csrf_header = options.csrf_header.clone();
    if let Some(name) = &csrf_header
        && needs_token
        && (user.is_none() || asked.header(name) != Some(&csrf_token(session)))
    {
        return Err(Reply::text(403, "Missing or invalid Csrf token"));
    }
    let (agent, is_new) = match (password(asked), user) {
        (Some((name, password)), user) => {
            if !world.agents.contains(&name) || password != world.secret {
                return Err(unauthorized(world));
            }
            let is_new = user.as_ref() != Some(&name);
            (name, is_new)
        }
        (None, Some(user)) => (user, false),
        (None, None) => return Err(unauthorized(world)),
    };
    let session = if is_new {
        world.sessions.begin(&agent)
    } else {
        session.to_owned()
    };
    if let Some(name) = csrf_header
        && reads
    {
        let token = HeaderName::try_from(&name).expect("the option is the name of a header");
        headers.push((HeaderName::from_static("x-csrf-header"), name));
        headers.push((token, csrf_token(&session)));
    }
    let mut visit = Visit {
        agent,
        session,
        base_url,
        headers,
    };
    if is_new {
        let session = visit.session.clone();
        visit.give_cookie("JSESSIONID", &session);
    }
    Ok(visit)
}

/// The CSRF token lives as long as its session (documented).
fn csrf_token(session: &str) -> String {
    ids::guid(session)
}

/// The name and the password of Basic authentication.
fn password(asked: &Asked) -> Option<(String, String)> {
    let (scheme, encoded) = asked.header("authorization")?.split_once(' ')?;
    let decoded = scheme
        .eq_ignore_ascii_case("basic")
        .then(|| STANDARD.decode(encoded.trim()).unwrap_or_default())?;
    // What is no text, or has no colon, is nobody's name and password.
    let text = String::from_utf8(decoded).unwrap_or_default();
    let (name, password) = text.split_once(':').unwrap_or_default();
    Some((name.to_owned(), password.to_owned()))
}

fn unauthorized(world: &World) -> Reply {
    let code = world.options.gws.unauthorized;
    let reply = Reply::json(code, &status::body(status::Code::NotAuthenticated));
    match code {
        401 => reply.with(header::WWW_AUTHENTICATE, "Basic realm=\"Web Services\""),
        _ => reply,
    }
}
