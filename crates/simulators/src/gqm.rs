//! Genesys Quality Management, by its page "Pause/Resume API" (docs/vendors/gqm.md).
//!
//! Documented: the requests, their parameters, the cookie that signing in needs, that signing in
//! says nothing, 403 without a session, and the beginning of the list. Everything else is a
//! choice in [`crate::GqmOptions`] or marked as assumed.

mod couples;

use axum::http::{Method, header};
use clap::ValueEnum;

use crate::options::Again;
use crate::site::World;
use crate::wire::{Asked, Carry, Reply, named};
use crate::{On, Options, Truth};
pub(crate) use couples::State;
use couples::{Couple, Filter, Phone};

/// What every simulated site of this vendor has for a secret.
pub(crate) const SECRET: &str = "simulated-callrec-password";

/// The cookie of a session.
const SESSION: &str = "JSESSIONID";

/// What only GQM has.
#[derive(Clone, Debug)]
pub struct GqmOptions {
    /// The user that was made for the API.
    pub user: String,
    /// Which parameter resumes. The page writes one for pausing and another for resuming.
    pub resume_name: ResumeName,
    /// What `loginAction.do` answers, whoever asks: not documented.
    pub log_in_reply: LogInReply,
}

impl Default for GqmOptions {
    fn default() -> Self {
        Self {
            user: "callrec-api".to_owned(),
            resume_name: ResumeName::Both,
            log_in_reply: LogInReply::Redirect,
        }
    }
}

/// Which parameter resumes at GQM. Pausing is `paused=true` in any case.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum ResumeName {
    /// `pause=false` only, as the page has it.
    Pause,
    /// `paused=false` only, as one would expect.
    Paused,
    /// Either.
    Both,
}

/// What GQM's `loginAction.do` answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum LogInReply {
    /// 302 to the start page.
    Redirect,
    /// 200 and a page.
    Page,
}

/// A call id in the vendor's form.
pub(crate) fn new_call_id(number: u64) -> String {
    (24_000 + number).to_string()
}

/// The settings of an agent.
pub(crate) fn settings(options: &Options, agent: &str) -> Vec<(&'static str, String)> {
    vec![
        ("username", options.gqm.user.clone()),
        ("phone", agent.to_owned()),
    ]
}

/// What a person needs to know of it.
pub(crate) fn introduction(options: &Options) -> Vec<(&'static str, String)> {
    vec![
        ("user", options.gqm.user.clone()),
        ("phone", options.extension.clone()),
        ("phone IP", Phone::of_agent(&options.extension).ip_address),
    ]
}

enum Route<'a> {
    LogInAction,
    LogInServlet,
    LogOut,
    List,
    Details(&'a str),
    PausedState(&'a str),
    Nowhere,
}

fn route<'a>(segments: &[&'a str]) -> Route<'a> {
    match segments {
        ["callrec", "loginAction.do"] => Route::LogInAction,
        ["callrec", "loginservlet"] => Route::LogInServlet,
        ["callrec", "logoutAction.do"] => Route::LogOut,
        ["callrec", "restful", "couples.xml"] => Route::List,
        ["callrec", "restful", "couples.xml", id] => Route::Details(id),
        ["callrec", "restful", "couples.xml", id, "pausedState"] => Route::PausedState(id),
        _ => Route::Nowhere,
    }
}

pub(crate) fn kind(asked: &Asked) -> On {
    match route(&asked.segments()) {
        Route::LogInAction | Route::LogInServlet | Route::LogOut => On::SignIn,
        Route::PausedState(_) => On::Commands,
        Route::List | Route::Details(_) | Route::Nowhere => On::Reads,
    }
}

pub(crate) fn answer(world: &mut World, asked: &Asked, carry: Carry) -> Reply {
    let segments = asked.segments();
    let (post, get) = (asked.method == Method::POST, asked.method == Method::GET);
    match route(&segments) {
        Route::LogInAction if post => log_in_action(world, asked),
        Route::LogInServlet if post || get => log_in_servlet(world, asked),
        Route::LogOut if post => log_out(world, asked),
        Route::List if get => list(world, asked),
        Route::Details(id) if get => details(world, asked, id),
        Route::PausedState(id) if post || asked.method == Method::PUT => {
            set_paused_state(world, asked, id, carry)
        }
        Route::LogInAction | Route::LogOut => Reply::only("POST"),
        Route::LogInServlet => Reply::only("GET, POST"),
        Route::List | Route::Details(_) => Reply::only("GET"),
        Route::PausedState(_) => Reply::only("POST, PUT"),
        Route::Nowhere => Reply::text(404, "Not Found"),
    }
}

/// Says the same to everybody. Without a cookie nobody is signed in (both documented).
fn log_in_action(world: &mut World, asked: &Asked) -> Reply {
    let form = asked.form();
    let is_right = asked.is("application/x-www-form-urlencoded")
        && asked.header("cookie").is_some_and(|said| !said.is_empty())
        && is_user(world, named(&form, "login"), named(&form, "password"));
    let session = session(world, is_right);
    let reply = match world.options.gqm.log_in_reply {
        LogInReply::Redirect => Reply::empty(302).with(header::LOCATION, "/callrec/index.do"),
        LogInReply::Page => Reply::text(200, "Call Recording"),
    };
    with_session(reply, &session)
}

/// Always 200; the body tells (documented, but for the form of a refusal).
fn log_in_servlet(world: &mut World, asked: &Asked) -> Reply {
    let form = asked.form();
    let said = |name| asked.query(name).or_else(|| named(&form, name));
    let is_right = is_user(world, said("loginname"), said("password"));
    let session = session(world, is_right);
    let body = if is_right {
        format!("<ok sessionid=\"{session}\" number=\"1\">Access is authorized.</ok>")
    } else {
        "<error number=\"2\">Access is denied.</error>".to_owned()
    };
    let prolog = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\r\n";
    with_session(Reply::xml(200, format!("{prolog}{body}")), &session)
}

fn is_user(world: &World, name: Option<&str>, password: Option<&str>) -> bool {
    name == Some(&world.options.gqm.user) && password == Some(&world.secret)
}

/// The id of a session: one that is signed in, or one that is worth nothing.
fn session(world: &mut World, signed_in: bool) -> String {
    let user = world.options.gqm.user.clone();
    let id = world.sessions.begin(&user);
    if !signed_in {
        world.sessions.end(&id);
    }
    id
}

fn with_session(reply: Reply, id: &str) -> Reply {
    reply.with(
        header::SET_COOKIE,
        format!("{SESSION}={id}; Path=/callrec; HttpOnly"),
    )
}

fn log_out(world: &mut World, asked: &Asked) -> Reply {
    if let Some(id) = asked.cookie(SESSION) {
        world.sessions.end(id);
    }
    Reply::empty(302).with(header::LOCATION, "/callrec/login.do")
}

fn is_signed_in(world: &World, asked: &Asked) -> bool {
    asked
        .cookie(SESSION)
        .is_some_and(|id| world.sessions.user(id).is_some())
}

/// Its own address, as the client writes it.
fn couples_address(asked: &Asked) -> String {
    let host = asked.header("host").unwrap_or("localhost");
    format!("http://{host}/callrec/restful/couples.xml")
}

fn list(world: &World, asked: &Asked) -> Reply {
    if !is_signed_in(world, asked) {
        return Reply::text(403, "Forbidden");
    }
    let Ok(filter) = Filter::read(asked) else {
        return Reply::text(400, "Bad Request");
    };
    let rows: String = world
        .gqm
        .recorded()
        .filter(|couple| filter.lets_pass(couple))
        .map(|couple| row(world, couple, &couples_address(asked)))
        .collect();
    Reply::xml(200, format!("<couples>{rows}</couples>"))
}

/// A row of the list; without a link for whoever may not see the call (documented).
fn row(world: &World, couple: &Couple, address: &str) -> String {
    let (id, call) = (&couple.id, &couple.call);
    let link = if couple.may_be_seen(&world.forbidden) {
        format!(
            "<ns2:link xmlns:ns2=\"http://www.w3.org/2005/Atom\" type=\"application/xml\" \
             rel=\"self\" href=\"{address}/{id}\"/>"
        )
    } else {
        String::new()
    };
    format!("<couples id=\"{id}\" callId=\"{call}\">{link}</couples>")
}

/// The details of a couple: with a link by which it is paused, for whoever may (documented).
/// The names of the elements are assumed.
fn details(world: &World, asked: &Asked, id: &str) -> Reply {
    if !is_signed_in(world, asked) {
        return Reply::text(403, "Forbidden");
    }
    let Some(couple) = world.gqm.recorded().find(|couple| couple.id == id) else {
        return Reply::text(404, "Not Found");
    };
    if !couple.may_be_seen(&world.forbidden) {
        return Reply::text(403, "Forbidden");
    }
    let (call, address) = (&couple.call, couples_address(asked));
    let link = |rel: &str, href: &str| {
        format!("<ns2:link type=\"application/xml\" rel=\"{rel}\" href=\"{address}/{href}\"/>")
    };
    let paused_state = if couple.may_be_paused {
        link("pausedState", &format!("{id}/pausedState"))
    } else {
        String::new()
    };
    let body = format!(
        "<couple xmlns:ns2=\"http://www.w3.org/2005/Atom\" id=\"{id}\" callId=\"{call}\">\
         <callingNr>{}</callingNr><calledNr>{}</calledNr>{}{paused_state}</couple>",
        couple.calling.number,
        couple.called.number,
        link("self", id),
    );
    Reply::xml(200, body)
}

fn set_paused_state(world: &mut World, asked: &Asked, id: &str, carry: Carry) -> Reply {
    if !is_signed_in(world, asked) {
        return Reply::text(403, "Forbidden");
    }
    let (again, resume_name) = (world.options.again, world.options.gqm.resume_name);
    let Some(couple) = world.gqm.recorded().find(|couple| couple.id == id) else {
        return Reply::text(404, "Not Found");
    };
    if !couple.may_be_seen(&world.forbidden) || !couple.may_be_paused {
        return Reply::text(403, "Forbidden");
    }
    if let Some(status) = couple.fails_with {
        return Reply::empty(status);
    }
    let Some(wanted) = wanted(asked, resume_name) else {
        return Reply::text(400, "Bad Request");
    };
    if couple.truth == wanted && again == Again::Refused {
        return Reply::text(409, "Conflict");
    }
    if carry == Carry::Out {
        let call = couple.call.clone();
        world.gqm.set(id, wanted);
        world.follow_couples(&call);
    }
    // What success looks like is not documented.
    Reply::empty(200)
}

/// What the parameters ask for, in the query or in a form.
fn wanted(asked: &Asked, resume_name: ResumeName) -> Option<Truth> {
    let form = if asked.is("application/x-www-form-urlencoded") {
        asked.form()
    } else {
        Vec::new()
    };
    let said = |name| asked.query(name).or_else(|| named(&form, name));
    let (paused, pause) = (said("paused"), said("pause"));
    let resumes = match resume_name {
        ResumeName::Pause => pause == Some("false"),
        ResumeName::Paused => paused == Some("false"),
        ResumeName::Both => paused == Some("false") || pause == Some("false"),
    };
    match (paused == Some("true"), resumes) {
        (true, false) => Some(Truth::Paused),
        (false, true) => Some(Truth::Recording),
        (true, true) | (false, false) => None,
    }
}
