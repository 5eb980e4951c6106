//! Fetches tokens from the Keycloak behind "AnywhereNow Authentication" and keeps the newest
//! in memory (docs/vendors/anywhere365.md, C4).

use std::fmt;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use reqwest::header::{ACCEPT, CONTENT_TYPE, HeaderValue};
use reqwest::{Body, Client, Method, Request};
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;
use tokio::time::Instant;
use url::form_urlencoded;

use super::Grant;
use crate::Kind;
use crate::http::{self, Failure, Head};
use crate::json::object;

/// A token is fetched anew this long before it runs out, or halfway if it lives shorter.
const BEFORE_ITS_END: Duration = Duration::from_secs(30);

/// After this long the next read-back tries again where one failed. Not at once: a token server
/// that hangs would make every read-back late, and the display with them.
const TRY_AGAIN_AFTER: Duration = Duration::from_secs(5);

const CHECK_CLIENT: &str =
    "this client may not fetch tokens with a password; check client_id in the settings";
const CHECK_TOKEN_URL: &str =
    "tokens are not fetched at this address (HTTP 404); check token_url in the settings";

/// The newest token, and what the next one is fetched with.
pub(super) struct Tokens {
    grant: Grant,
    password: SecretString,
    token: Mutex<Token>,
    /// Held while a token is being fetched.
    fetching: tokio::sync::Mutex<()>,
}

#[derive(Clone)]
struct Token {
    secret: SecretString,
    renew_at: Instant,
    ends_at: Instant,
}

/// What a reply to a fetch grants.
pub(super) struct Granted {
    secret: SecretString,
    lives: Duration,
}

impl fmt::Debug for Granted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Granted")
            .field("lives", &self.lives)
            .finish_non_exhaustive()
    }
}

impl Tokens {
    /// Fetches the first token: the sign-in.
    pub(super) async fn fetch(
        http: &Client,
        grant: &Grant,
        password: SecretString,
    ) -> Result<Self, Failure> {
        let token = fetch(http, grant, &password).await?;
        Ok(Self {
            grant: grant.clone(),
            password,
            token: Mutex::new(token),
            fetching: tokio::sync::Mutex::new(()),
        })
    }

    /// A token for a command, which does not wait for a new one as long as there is one.
    pub(super) async fn for_command(&self, http: &Client) -> Result<SecretString, Failure> {
        let token = self.newest();
        if Instant::now() < token.ends_at {
            return Ok(token.secret);
        }
        self.renew(http, &token).await
    }

    /// A token for reading, which renews it in good time.
    pub(super) async fn for_reading(&self, http: &Client) -> Result<SecretString, Failure> {
        let now = Instant::now();
        let token = self.newest();
        if now < token.renew_at.min(token.ends_at) {
            return Ok(token.secret);
        }
        // Before the attempt, because whoever waits for this may give up meanwhile.
        self.lock().renew_at = now + TRY_AGAIN_AFTER;
        match self.renew(http, &token).await {
            Err(_) if now < token.ends_at => Ok(token.secret),
            renewed => renewed,
        }
    }

    async fn renew(&self, http: &Client, old: &Token) -> Result<SecretString, Failure> {
        let _one_at_a_time = self.fetching.lock().await;
        let newest = self.newest();
        if newest.ends_at != old.ends_at {
            return Ok(newest.secret);
        }
        let token = fetch(http, &self.grant, &self.password)
            .await
            .map_err(|failure| {
                let kind = before_asking(&failure.kind);
                failure.with_kind(kind)
            })?;
        *self.lock() = token.clone();
        Ok(token.secret)
    }

    fn newest(&self) -> Token {
        self.lock().clone()
    }

    fn lock(&self) -> MutexGuard<'_, Token> {
        self.token.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What a lost token means for the request that needed it: that one was never sent, so it
/// leaves no doubt about the recorder.
fn before_asking(kind: &Kind) -> Kind {
    if kind.leaves_recorder_in_doubt() {
        Kind::Unreachable
    } else {
        kind.clone()
    }
}

async fn fetch(http: &Client, grant: &Grant, password: &SecretString) -> Result<Token, Failure> {
    // Its life is counted from here: the vendor cannot have begun earlier.
    let asked_at = Instant::now();
    let reply = http::send(http, token_request(grant, password)).await?;
    let head = reply.head;
    let body = match reply.body().await {
        Ok(body) => body,
        Err(_) if !head.is_success() => Vec::new(),
        Err(failure) => return Err(failure),
    };
    let granted = read_token_reply(head, &body)?;
    Ok(Token {
        renew_at: asked_at + granted.lives - BEFORE_ITS_END.min(granted.lives / 2),
        ends_at: asked_at + granted.lives,
        secret: granted.secret,
    })
}

fn token_request(grant: &Grant, password: &SecretString) -> Request {
    let form = form_urlencoded::Serializer::new(String::new())
        .append_pair("grant_type", "password")
        .append_pair("client_id", &grant.client_id)
        .append_pair("username", &grant.username)
        .append_pair("password", password.expose_secret())
        .finish();
    let mut request = Request::new(Method::POST, grant.token_url.clone());
    *request.body_mut() = Some(Body::from(form));
    let headers = request.headers_mut();
    headers.insert(ACCEPT, HeaderValue::from_static("application/json"));
    headers.insert(
        CONTENT_TYPE,
        HeaderValue::from_static("application/x-www-form-urlencoded"),
    );
    request
}

/// What the reply to a fetch says (OAuth 2.0, RFC 6749, 5.1 and 5.2).
pub(super) fn read_token_reply(head: Head, body: &[u8]) -> Result<Granted, Kind> {
    #[derive(Deserialize)]
    struct TokenReply {
        access_token: String,
        token_type: String,
        expires_in: u32,
    }

    if !head.is_success() {
        return Err(not_granted(head, body));
    }
    let reply: TokenReply =
        object(body).ok_or(Kind::Unintelligible("it is not a token as documented"))?;
    if !reply.token_type.eq_ignore_ascii_case("bearer") || reply.expires_in == 0 {
        return Err(Kind::Unintelligible("it is not a bearer token that lasts"));
    }
    Ok(Granted {
        secret: reply.access_token.into(),
        lives: Duration::from_secs(reply.expires_in.into()),
    })
}

fn not_granted(head: Head, body: &[u8]) -> Kind {
    #[derive(Default, Deserialize)]
    struct ErrorReply {
        error: String,
    }

    let reply: ErrorReply = serde_json::from_slice(body).unwrap_or_default();
    match (head.status, reply.error.as_str()) {
        (400 | 401, "invalid_grant") => Kind::SignInRejected,
        (400 | 401 | 403, "invalid_client" | "unauthorized_client" | "unsupported_grant_type") => {
            Kind::NotPermitted(CHECK_CLIENT)
        }
        (401, _) => Kind::SignInRejected,
        (404, _) => Kind::NotPermitted(CHECK_TOKEN_URL),
        _ => head.failure(),
    }
}

#[cfg(test)]
mod tests;
