//! Anywhere365, by its page "Core REST Recording API" (docs/vendors/anywhere365.md).
//!
//! Documented: the paths, the numbers, the state object, `ErrorMessage` and its types, and the
//! texts for an unknown session and an unknown UCC. Assumed: the HTTP status of errors, what a
//! reply to `set` says, in which order things are checked, and what the recorder makes of a
//! command that does not fit its state.

use axum::http::Method;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::call::Call;
use crate::options::{Again, Bearer, SetReply, Versions};
use crate::site::World;
use crate::wire::{Asked, Carry, Reply};
use crate::{On, Truth};

/// What every simulated Anywhere365 has for a password or token.
pub(crate) const SECRET: &str = "simulated-password";

/// The kinds of `ErrorMessage`.
#[derive(Clone, Copy)]
enum ErrorType {
    Configuration = 1,
    Validation = 2,
    Processing = 3,
}

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

pub(crate) fn kind(asked: &Asked) -> On {
    match route(&asked.segments(), Versions::Both) {
        Route::Token(_) => On::SignIn,
        Route::Set => On::Commands,
        Route::Capabilities(_) | Route::State { .. } | Route::Nowhere => On::Reads,
    }
}

pub(crate) fn answer(world: &mut World, asked: &Asked, carry: Carry) -> Reply {
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
        Route::Token(tenant) => token(world, tenant, asked),
        Route::Capabilities(ucc) => capabilities(world, ucc),
        Route::Set => set(world, asked, carry),
        Route::State { ucc, id } => state(world, ucc, id),
        Route::Nowhere => Reply::text(404, "Not Found"),
    }
}

fn capabilities(world: &World, ucc: &str) -> Reply {
    let wrong = (ucc != world.options.ucc).then(|| unknown_ucc(ucc));
    let body = json!({
        "AgentCanEditRecordings": wrong.is_none() && world.agents_can_edit,
        "ErrorMessage": wrong,
        "UCCName": ucc,
    });
    Reply::json(status(world, wrong.is_some()), &body)
}

fn state(world: &mut World, ucc: &str, id: &str) -> Reply {
    if ucc != world.options.ucc {
        return failed(world, ucc, id, &unknown_ucc(ucc));
    }
    match world.running_call(id) {
        Some(call) => Reply::json(200, &state_of(call, ucc, id)),
        None => failed(world, ucc, id, &unknown_session(id)),
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Set {
    action: Name,
    requester_sip_uri: String,
    correlation_id: String,
    #[serde(rename = "UCCName")]
    ucc_name: String,
}

/// An action may be given by its number or by its name (documented).
#[derive(Deserialize)]
#[serde(untagged)]
enum Name {
    Number(u64),
    Word(String),
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Action {
    Start,
    Stop,
    Pause,
    Save,
    Delete,
    Mark,
    UnMark,
}

impl Name {
    fn action(&self) -> Option<Action> {
        use Action::{Delete, Mark, Pause, Save, Start, Stop, UnMark};
        let actions = [
            (1, "Start", Start),
            (2, "Stop", Stop),
            (3, "Pause", Pause),
            (4, "Save", Save),
            (5, "Delete", Delete),
            (6, "Mark", Mark),
            (7, "UnMark", UnMark),
        ];
        let found = actions.into_iter().find(|(number, word, _)| match self {
            Self::Number(n) => n == number,
            Self::Word(w) => w == word,
        });
        found.map(|(_, _, action)| action)
    }
}

fn set(world: &mut World, asked: &Asked, carry: Carry) -> Reply {
    if !asked.is("application/json") {
        return Reply::text(415, "Unsupported Media Type");
    }
    let Ok(set) = serde_json::from_slice::<Set>(&asked.body) else {
        return Reply::text(400, "Bad Request");
    };
    match carry_out(world, &set, carry) {
        Ok(state) => match world.options.anywhere365.set_reply {
            SetReply::State => Reply::json(200, &state),
            SetReply::NoState => Reply::json(
                200,
                &json!({
                    "CorrelationId": set.correlation_id,
                    "ErrorMessage": null,
                    "UCCName": set.ucc_name,
                }),
            ),
            SetReply::Empty => Reply::empty(200),
        },
        Err(wrong) => failed(world, &set.ucc_name, &set.correlation_id, &wrong),
    }
}

/// Carries a command out and returns the state after it, or an `ErrorMessage`.
fn carry_out(world: &mut World, set: &Set, carry: Carry) -> Result<Value, Value> {
    if set.ucc_name != world.options.ucc {
        return Err(unknown_ucc(&set.ucc_name));
    }
    if !world.agents_can_edit {
        return Err(error(
            ErrorType::Configuration,
            "Agents are not allowed to edit recordings.",
        ));
    }
    let is_requester = |agent: &String| agent.eq_ignore_ascii_case(&set.requester_sip_uri);
    let is_agent = world.agents.iter().any(is_requester);
    let again = world.options.again;
    let Some(call) = world.running_call(&set.correlation_id) else {
        return Err(unknown_session(&set.correlation_id));
    };
    if !is_agent {
        return Err(error(
            ErrorType::Validation,
            "The requester is not an agent of this UCC.",
        ));
    }
    let Some(action) = set.action.action() else {
        return Err(error(ErrorType::Validation, "There is no such action."));
    };
    let becomes = match action {
        Action::Start => Truth::Recording,
        Action::Pause => Truth::Paused,
        Action::Stop => Truth::Off,
        Action::Save | Action::Delete | Action::Mark | Action::UnMark => {
            if carry == Carry::Out {
                mark_or_save(call, action);
            }
            return Ok(state_of(call, &set.ucc_name, &set.correlation_id));
        }
    };
    // Uninitialized starts; Started pauses and stops; Paused starts and stops; Stopped is final.
    let possible = match (call.truth(), becomes) {
        (Truth::Off, Truth::Recording) => !call.was_ever_recorded(),
        (Truth::Off, Truth::Paused) => false,
        (now, _) => now != becomes || again == Again::Accepted,
    };
    if !possible {
        return Err(error(
            ErrorType::Processing,
            "The recorder cannot do this in its present state.",
        ));
    }
    if carry == Carry::Out {
        call.set(becomes);
    }
    Ok(state_of(call, &set.ucc_name, &set.correlation_id))
}

/// Does what has nothing to do with whether something is being recorded.
fn mark_or_save(call: &mut Call, action: Action) {
    match action {
        Action::Save => call.saving = 1,
        Action::Delete => call.saving = 2,
        Action::Mark => call.marking = 1,
        Action::UnMark => call.marking = 2,
        Action::Start | Action::Stop | Action::Pause => {}
    }
}

fn state_of(call: &Call, ucc: &str, id: &str) -> Value {
    let recording = match call.truth() {
        Truth::Off if !call.was_ever_recorded() => 0,
        Truth::Recording => 1,
        Truth::Off => 2,
        Truth::Paused => 3,
    };
    json!({
        "CorrelationId": id,
        "RecordingState": recording,
        "MarkingState": call.marking,
        "SavingState": call.saving,
        "ErrorMessage": null,
        "UCCName": ucc,
    })
}

/// The documented form of a failure: every state 0, and the error.
fn failed(world: &World, ucc: &str, id: &str, wrong: &Value) -> Reply {
    let body = json!({
        "CorrelationId": id,
        "RecordingState": 0,
        "MarkingState": 0,
        "SavingState": 0,
        "ErrorMessage": wrong,
        "UCCName": ucc,
    });
    Reply::json(status(world, true), &body)
}

const fn status(world: &World, failed: bool) -> u16 {
    if failed {
        world.options.anywhere365.error_status
    } else {
        200
    }
}

fn error(kind: ErrorType, message: &str) -> Value {
    json!({ "ErrorType": kind as u8, "Message": message })
}

fn unknown_ucc(ucc: &str) -> Value {
    error(
        ErrorType::Validation,
        &format!("Ucc with name:'{ucc}' not found."),
    )
}

fn unknown_session(id: &str) -> Value {
    error(
        ErrorType::Validation,
        &format!("No Audio session with correlation Id:'{id}' was found."),
    )
}

/// The token endpoint. It is a Keycloak (docs/vendors/anywhere365.md); the grant is assumed.
fn token(world: &mut World, tenant: &str, asked: &Asked) -> Reply {
    let Bearer::Issued { life } = world.options.anywhere365.bearer else {
        return Reply::text(404, "Not Found");
    };
    if tenant != world.options.anywhere365.tenant {
        return Reply::json(404, &json!({ "error": "Realm does not exist" }));
    }
    let form: Vec<_> = url::form_urlencoded::parse(&asked.body).collect();
    let field = |name| {
        let found = form.iter().find(|(key, _)| key == name);
        found.map(|(_, value)| value.as_ref())
    };
    if !asked.is("application/x-www-form-urlencoded") || field("grant_type") != Some("password") {
        return Reply::json(400, &json!({ "error": "unsupported_grant_type" }));
    }
    if field("client_id") != Some("coreapi") {
        return Reply::json(401, &json!({ "error": "invalid_client" }));
    }
    let known = field("username") == Some(&world.options.anywhere365.user)
        && field("password") == Some(&world.secret);
    if !known {
        return Reply::json(401, &json!({ "error": "invalid_grant" }));
    }
    Reply::json(
        200,
        &json!({
            "access_token": world.issue_token(life),
            // Whole seconds, as the real one; 0 would mean a token that is none.
            "expires_in": life.as_secs().max(1),
            "refresh_expires_in": 0,
            "token_type": "Bearer",
        }),
    )
}
