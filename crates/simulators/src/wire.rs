//! A request as the simulators read it, and a reply as they give it.

use std::time::Duration;

use axum::body::{Body, Bytes};
use axum::extract::ws::WebSocket;
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use futures_util::future::BoxFuture;
use futures_util::stream::BoxStream;
use futures_util::{Stream, StreamExt, stream};
use serde_json::Value;

/// A request that has arrived whole.
pub(crate) struct Asked {
    pub(crate) method: Method,
    /// As it was sent, without the query.
    pub(crate) path: String,
    /// Its parts between slashes, decoded.
    segments: Vec<String>,
    /// The names and values of its query, decoded.
    query: Vec<(String, String)>,
    headers: HeaderMap,
    /// What `Authorization: Bearer` says.
    pub(crate) bearer: Option<String>,
    content_type: String,
    /// Whether it asks for a WebSocket, and may be answered with [`Answer::Socket`].
    pub(crate) wants_socket: bool,
    pub(crate) body: Bytes,
}

impl Asked {
    pub(crate) fn new(parts: &Parts, body: Bytes, wants_socket: bool) -> Self {
        let text = |name| {
            let value: Option<&HeaderValue> = parts.headers.get(name);
            value.and_then(|value| value.to_str().ok()).unwrap_or("")
        };
        let path = parts.uri.path();
        Self {
            method: parts.method.clone(),
            path: path.to_owned(),
            segments: path.split('/').skip(1).map(decoded).collect(),
            query: pairs(parts.uri.query().unwrap_or("").as_bytes()),
            headers: parts.headers.clone(),
            bearer: text(header::AUTHORIZATION)
                .strip_prefix("Bearer ")
                .map(str::to_owned),
            content_type: text(header::CONTENT_TYPE).to_ascii_lowercase(),
            wants_socket,
            body,
        }
    }

    pub(crate) fn segments(&self) -> Vec<&str> {
        self.segments.iter().map(String::as_str).collect()
    }

    /// Each value in its query, whatever its name.
    pub(crate) fn queried(&self) -> impl Iterator<Item = &str> {
        self.query.iter().map(|(_, value)| value.as_str())
    }

    /// What its query says of this name.
    pub(crate) fn query(&self, name: &str) -> Option<&str> {
        named(&self.query, name)
    }

    /// Its body as a form.
    pub(crate) fn form(&self) -> Vec<(String, String)> {
        pairs(&self.body)
    }

    /// What this header says, if it is plain text.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }

    /// The value of this cookie.
    pub(crate) fn cookie(&self, name: &str) -> Option<&str> {
        let mut cookies = self.cookies();
        cookies.find_map(|(named, value)| (named == name).then_some(value))
    }

    /// Each cookie's name and value.
    pub(crate) fn cookies(&self) -> impl Iterator<Item = (&str, &str)> {
        let all = self.headers.get_all(header::COOKIE).iter();
        all.filter_map(|cookies| cookies.to_str().ok())
            .flat_map(|cookies| cookies.split(';'))
            .filter_map(|cookie| cookie.trim().split_once('='))
    }

    /// Whether its body is declared to be of this media type.
    pub(crate) fn is(&self, media_type: &str) -> bool {
        self.content_type.split(';').next().map(str::trim) == Some(media_type)
    }

    /// Its body as text.
    pub(crate) fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).trim().to_owned()
    }
}

/// The names and values of a query or a form.
pub(crate) fn pairs(encoded: &[u8]) -> Vec<(String, String)> {
    url::form_urlencoded::parse(encoded).into_owned().collect()
}

/// The first value of this name.
pub(crate) fn named<'a>(pairs: &'a [(String, String)], name: &str) -> Option<&'a str> {
    let found = pairs.iter().find(|(key, _)| key == name);
    found.map(|(_, value)| value.as_str())
}

/// Undoes percent encoding. What is no UTF-8 then matches no name.
fn decoded(segment: &str) -> String {
    let mut bytes = Vec::new();
    let mut rest = segment.as_bytes();
    while let Some((first, after)) = rest.split_first() {
        let code = (*first == b'%')
            .then(|| after.get(..2))
            .flatten()
            .and_then(|code| u8::from_str_radix(std::str::from_utf8(code).ok()?, 16).ok());
        bytes.push(code.unwrap_or(*first));
        rest = if code.is_some() { &after[2..] } else { after };
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

/// Whether a command is carried out, or only answered.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Carry {
    Out,
    Not,
    /// Answered, not carried out, and said so later by an event, where the vendor has events.
    Declined,
}

/// What becomes of a request.
pub(crate) enum Answer {
    /// It is answered at once.
    Reply(Reply),
    /// It is held, and answered when this is ready: a long poll. `None` drops the connection.
    Later(BoxFuture<'static, Option<Reply>>),
    /// It becomes a WebSocket. Only for a request that [`Asked::wants_socket`].
    Socket(Box<dyn FnOnce(WebSocket) -> BoxFuture<'static, ()> + Send>),
}

impl From<Reply> for Answer {
    fn from(reply: Reply) -> Self {
        Self::Reply(reply)
    }
}

/// A reply.
pub(crate) struct Reply {
    pub(crate) status: u16,
    media_type: &'static str,
    extra: Vec<(header::HeaderName, String)>,
    body: Vec<u8>,
    pace: Pace,
}

/// How the body is sent.
enum Pace {
    AtOnce,
    ByteByByte,
    Forever,
    Stream(BoxStream<'static, Bytes>),
}

impl Reply {
    fn new(status: u16, media_type: &'static str, body: impl Into<Vec<u8>>) -> Self {
        Self {
            status,
            media_type,
            extra: Vec::new(),
            body: body.into(),
            pace: Pace::AtOnce,
        }
    }

    pub(crate) fn empty(status: u16) -> Self {
        Self::new(status, "", "")
    }

    pub(crate) fn json(status: u16, body: &Value) -> Self {
        Self::new(status, "application/json", body.to_string())
    }

    pub(crate) fn text(status: u16, body: impl Into<String>) -> Self {
        Self::new(status, "text/plain; charset=utf-8", body.into())
    }

    pub(crate) fn wav(body: Vec<u8>) -> Self {
        Self::new(200, "audio/wav", body)
    }

    /// The page where people sign in.
    pub(crate) fn log_in_page() -> Self {
        let page = "<!doctype html><title>Sign in</title><form>User <input></form>";
        Self::new(200, "text/html; charset=utf-8", page)
    }

    /// Sends the client to that page.
    pub(crate) fn to_log_in_page() -> Self {
        Self::empty(302).with(header::LOCATION, "/login")
    }

    /// The method is wrong; this one is right.
    pub(crate) fn only(method: &str) -> Self {
        Self::empty(405).with(header::ALLOW, method)
    }

    pub(crate) fn with(mut self, name: header::HeaderName, value: impl Into<String>) -> Self {
        self.extra.push((name, value.into()));
        self
    }

    pub(crate) fn xml(status: u16, body: impl Into<String>) -> Self {
        Self::new(status, "text/xml; charset=utf-8", body.into())
    }

    /// A body that comes piece by piece for as long as this stream goes on.
    pub(crate) fn stream(media_type: &'static str, pieces: BoxStream<'static, Bytes>) -> Self {
        Self {
            pace: Pace::Stream(pieces),
            ..Self::new(200, media_type, "")
        }
    }

    /// The same reply in bytes that are no JSON, nor even text.
    pub(crate) fn garbled(self) -> Self {
        Self::new(200, "application/json", b"{\"\xff\x00<<".to_vec())
    }

    /// The same reply with its numbers and yes or no as text.
    pub(crate) fn with_wrong_types(self) -> Self {
        self.changed(|value| match value {
            Value::Number(_) | Value::Bool(_) => Value::String(value.to_string()),
            Value::Null | Value::String(_) | Value::Array(_) | Value::Object(_) => value,
        })
    }

    /// The same reply with numbers that mean nothing.
    pub(crate) fn with_unknown_numbers(self) -> Self {
        self.changed(|value| match value.as_u64() {
            Some(number) => Value::from(number + 90),
            None => value,
        })
    }

    /// Changes each value of a JSON object and of the objects in it. A reply that is no JSON
    /// object becomes one, with something to be changed.
    fn changed(self, change: fn(Value) -> Value) -> Self {
        let honest = match serde_json::from_slice(&self.body) {
            Ok(Value::Object(fields)) if !fields.is_empty() => Value::Object(fields),
            Ok(_) | Err(_) => serde_json::json!({ "status": 0, "success": true }),
        };
        Self::json(200, &changed(honest, change))
    }

    pub(crate) fn byte_by_byte(self) -> Self {
        // A body of some length, so that there is something to wait for.
        let body = if self.body.is_empty() {
            b"{}".repeat(20)
        } else {
            self.body
        };
        Self {
            pace: Pace::ByteByByte,
            ..Self::new(200, "application/json", body)
        }
    }

    pub(crate) fn forever(self) -> Self {
        Self {
            pace: Pace::Forever,
            ..Self::new(200, "application/json", "{\"a\":\"")
        }
    }
}

fn changed(value: Value, change: fn(Value) -> Value) -> Value {
    match value {
        Value::Object(fields) => fields
            .into_iter()
            .map(|(name, value)| (name, changed(value, change)))
            .collect(),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Array(_) => {
            change(value)
        }
    }
}

impl IntoResponse for Reply {
    fn into_response(self) -> Response {
        let body = match self.pace {
            Pace::AtOnce => Body::from(self.body),
            Pace::ByteByByte => Body::from_stream(byte_by_byte(self.body)),
            Pace::Forever => Body::from_stream(forever(self.body)),
            Pace::Stream(pieces) => Body::from_stream(pieces.map(Piece::Ok)),
        };
        let mut response = Response::new(body);
        *response.status_mut() =
            StatusCode::from_u16(self.status).expect("statuses are checked where they are set");
        let headers = response.headers_mut();
        if !self.media_type.is_empty() {
            headers.insert(
                header::CONTENT_TYPE,
                HeaderValue::from_static(self.media_type),
            );
        }
        for (name, value) in self.extra {
            let value = HeaderValue::from_str(&value).expect("our own words are plain text");
            headers.append(name, value);
        }
        response
    }
}

type Piece = Result<Bytes, std::convert::Infallible>;

fn byte_by_byte(body: Vec<u8>) -> impl Stream<Item = Piece> {
    stream::unfold(body.into_iter(), |mut rest| async {
        let byte = rest.next()?;
        tokio::time::sleep(Duration::from_secs(1)).await;
        Some((Ok(Bytes::from(vec![byte])), rest))
    })
}

fn forever(start: Vec<u8>) -> impl Stream<Item = Piece> {
    stream::unfold(start, |piece| async {
        // Lets everybody else have a turn: the client alone decides when this ends.
        tokio::task::yield_now().await;
        Some((Ok(Bytes::from(piece)), vec![b'a'; 16 * 1024]))
    })
}
