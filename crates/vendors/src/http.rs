//! Sends one request and says what became of it.

mod cookies;
#[cfg(any(test, feature = "fuzzing"))]
pub(crate) mod fuzzing;
mod websocket;

use std::error::Error;
use std::time::Duration;

use base64::Engine;
use base64::prelude::BASE64_STANDARD as STANDARD;
use bytes::Bytes;
use reqwest::header::{AUTHORIZATION, DATE, HeaderMap, HeaderValue, RETRY_AFTER};
use reqwest::{Client, Request, Response};
use secrecy::{ExposeSecret, SecretString};
use zeroize::Zeroizing;

use crate::{Kind, Operation, VendorError};

pub(crate) use cookies::Cookies;
pub(crate) use websocket::{WebSocket, open_websocket};

/// No documented reply comes near this; whatever is longer is not read to its end.
const LONGEST_BODY: usize = 64 * 1024;

/// A vendor that asks for more patience than this is asked again all the same.
const LONGEST_WAIT: Duration = Duration::from_secs(24 * 60 * 60);

/// What went wrong, before it is said at which vendor and during what.
#[derive(Debug)]
pub(crate) struct Failure {
    pub(crate) kind: Kind,
    source: Option<Box<dyn Error + Send + Sync>>,
}

impl Failure {
    pub(crate) fn at(self, vendor: &'static str, operation: Operation) -> VendorError {
        VendorError {
            vendor,
            operation,
            kind: self.kind,
            source: self.source,
        }
    }

    /// The same thing, with another consequence.
    pub(crate) fn with_kind(self, kind: Kind) -> Self {
        Self { kind, ..self }
    }

    fn of_transport(kind: Kind, error: reqwest::Error) -> Self {
        Self {
            kind,
            // Addresses hold call ids.
            source: Some(error.without_url().into()),
        }
    }
}

impl From<Kind> for Failure {
    fn from(kind: Kind) -> Self {
        Self { kind, source: None }
    }
}

/// What stands at the head of a reply.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Head {
    pub(crate) status: u16,
    pub(crate) retry_after: Option<Duration>,
}

impl Head {
    /// Whether the vendor says that all is well.
    pub(crate) const fn is_success(self) -> bool {
        matches!(self.status, 200..=299)
    }

    /// What a status means where the vendor's documentation gives it no meaning of its own.
    pub(crate) fn failure(self) -> Kind {
        match self.status {
            429 => Kind::Throttled {
                retry_after: self.retry_after,
            },
            300..=399 => Kind::Unintelligible(
                "it is a redirect, as a proxy or a sign-in page of the network sends it",
            ),
            400..=499 => Kind::Refused(self.status.to_string()),
            500..=599 => Kind::ServerFailed(self.status),
            _ => Kind::Unintelligible("its HTTP status means nothing here"),
        }
    }
}

/// A reply whose head is known and whose body is still to come.
#[derive(Debug)]
pub(crate) struct Reply {
    pub(crate) head: Head,
    response: Response,
}

impl Reply {
    /// Its headers.
    pub(crate) fn headers(&self) -> &HeaderMap {
        self.response.headers()
    }

    /// Reads the body.
    pub(crate) async fn body(self) -> Result<Vec<u8>, Failure> {
        self.body_up_to(LONGEST_BODY).await
    }

    /// Reads a body that may have this many bytes.
    pub(crate) async fn body_up_to(mut self, longest: usize) -> Result<Vec<u8>, Failure> {
        let mut body = Vec::new();
        while let Some(chunk) = self.chunk().await? {
            if body.len() + chunk.len() > longest {
                return Err(Kind::Unintelligible("it is far too long").into());
            }
            body.extend_from_slice(&chunk);
        }
        Ok(body)
    }

    /// Reads the next piece of a body that is read as it comes; `None` at its end.
    pub(crate) async fn chunk(&mut self) -> Result<Option<Bytes>, Failure> {
        self.response
            .chunk()
            .await
            .map_err(|error| Failure::of_transport(Kind::NoAnswer, error))
    }
}

/// Says who is asking.
pub(crate) fn authorize(request: &mut Request, token: &SecretString) -> Result<(), Failure> {
    // Anything else cannot be a token, and must not come near the other headers.
    let token = token.expose_secret();
    let sendable = !token.is_empty() && token.bytes().all(|byte| byte.is_ascii_graphic());
    let mut value = Some(token)
        .filter(|_| sendable)
        .map(|token| Zeroizing::new(format!("Bearer {token}")))
        .and_then(|line| HeaderValue::from_str(&line).ok())
        .ok_or_else(|| Failure {
            kind: Kind::SignInRejected,
            source: Some("it is empty, or has characters that no token has".into()),
        })?;
    value.set_sensitive(true);
    request.headers_mut().insert(AUTHORIZATION, value);
    Ok(())
}

/// Says who is asking, by name and password (RFC 7617, in UTF-8).
pub(crate) fn authorize_basic(request: &mut Request, user: &str, password: &SecretString) {
    let credentials = Zeroizing::new(format!("{user}:{}", password.expose_secret()));
    let encoded = Zeroizing::new(STANDARD.encode(credentials.as_bytes()));
    let line = Zeroizing::new(format!("Basic {}", encoded.as_str()));
    let mut value = HeaderValue::from_str(&line).expect("base64 is plain text");
    value.set_sensitive(true);
    request.headers_mut().insert(AUTHORIZATION, value);
}

/// Sends a request, and returns as soon as the head of the reply is here.
pub(crate) async fn send(client: &Client, request: Request) -> Result<Reply, Failure> {
    let asked = request.url().clone();
    let response = client.execute(request).await.map_err(|error| {
        // Everything else may have happened after the vendor read the request.
        let kind = if error.is_connect() {
            Kind::Unreachable
        } else {
            Kind::NoAnswer
        };
        Failure::of_transport(kind, error)
    })?;
    if *response.url() != asked {
        return Err(Kind::Unintelligible("it comes from another address").into());
    }
    let head = Head {
        status: response.status().as_u16(),
        retry_after: retry_after(response.headers()),
    };
    tracing::debug!(status = head.status, "the vendor replied");
    Ok(Reply { head, response })
}

/// When the vendor may be asked again, if it says so.
///
/// A date is measured against the reply's own `Date`, so that this computer's clock does not
/// matter; without one it says nothing.
fn retry_after(headers: &HeaderMap) -> Option<Duration> {
    let text = |name| headers.get(name).and_then(|value| value.to_str().ok());
    let said = text(RETRY_AFTER)?.trim();
    let seconds = match said.parse::<u64>() {
        Ok(seconds) => seconds,
        Err(_) => http_date(said)?.checked_sub(http_date(text(DATE)?.trim())?)?,
    };
    Some(Duration::from_secs(seconds).min(LONGEST_WAIT))
}

/// Seconds since 1970 of an HTTP date in the one form that may still be sent
/// (RFC 9110, 5.6.7: `Sun, 06 Nov 1994 08:49:37 GMT`).
fn http_date(text: &str) -> Option<u64> {
    const MONTHS: [&str; 12] = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ];
    const DAYS_TO_1970: u64 = 719_469;
    let (_weekday, rest) = text.split_once(", ")?;
    let parts: Vec<&str> = rest.split([' ', ':']).collect();
    let [day, month, year, hour, minute, second, "GMT"] = parts[..] else {
        return None;
    };
    let number = |text: &str, most: u64| text.parse::<u64>().ok().filter(|n| *n <= most);
    let month = MONTHS.iter().position(|name| *name == month)? as u64 + 1;
    let (day, year) = (number(day, 31)?, number(year, 9999)?);
    let time = number(hour, 23)? * 3600 + number(minute, 59)? * 60 + number(second, 60)?;
    // Years counted from March, so that the leap day is the last day of a year.
    let (year, month) = if month > 2 {
        (year, month - 3)
    } else {
        (year.checked_sub(1)?, month + 9)
    };
    let days = year * 365 + year / 4 - year / 100 + year / 400 + (153 * month + 2) / 5 + day;
    Some(days.checked_sub(DAYS_TO_1970)? * 86_400 + time)
}

#[cfg(test)]
mod tests;
