//! What carries messages: requests to the hub, and what stays open from it.

use std::sync::Arc;
use std::time::Duration;

use reqwest::header::{ACCEPT, CONTENT_LENGTH, CONTENT_TYPE, HeaderValue};
use reqwest::{Body, Method, Request};
use secrecy::SecretString;
use tokio::time::Instant;
use tokio::time::error::Elapsed;
use url::Url;

use super::CHECK_HUB;
use crate::Kind;
use crate::anywhere365::session::Access;
use crate::anywhere365::signalr::LONGEST;
use crate::anywhere365::signalr::event_stream::EventStream;
use crate::http::{self, Failure, Head, Reply, WebSocket};

const MAY_NOT_LISTEN: &str = "the SignalR hub turns this account away (HTTP 403); \
     have it allowed to listen, or set events = \"off\"";
const NO_EVENT_STREAM: Kind = Kind::Unintelligible("it is no stream of events");

/// Shorter than any poll that waited for something.
const AT_ONCE: Duration = Duration::from_millis(100);

/// So many polls in a row may bring nothing, at once.
const MOST_EMPTY_POLLS: u32 = 20;

/// Asks a hub, by its name for us if it has given us one.
pub(super) struct Asking {
    access: Arc<Access>,
    /// From a hub that sent us elsewhere; goes before our own.
    token: Option<SecretString>,
    /// Whether the hub has answered at all.
    connected: bool,
}

impl Asking {
    pub(super) fn new(access: Arc<Access>) -> Self {
        Self {
            access,
            token: None,
            connected: false,
        }
    }

    /// Forgets what a hub has said.
    pub(super) fn begin(&mut self) {
        self.token = None;
        self.connected = false;
    }

    /// From here on a 404 is about a connection that is gone, and not about the address.
    pub(super) fn connected(&mut self) {
        self.connected = true;
    }

    pub(super) fn is_sent_elsewhere_with(&mut self, token: Option<SecretString>) {
        self.token = token.or(self.token.take());
    }

    /// Asks for something that comes as a whole.
    pub(super) async fn get(&self, url: Url) -> Result<Vec<u8>, Failure> {
        self.whole(Request::new(Method::GET, url)).await
    }

    /// Sends something, and returns what is answered.
    pub(super) async fn post(
        &self,
        url: Url,
        content_type: &'static str,
        body: String,
    ) -> Result<Vec<u8>, Failure> {
        let mut request = Request::new(Method::POST, url);
        let content_type = HeaderValue::from_static(content_type);
        request.headers_mut().insert(CONTENT_TYPE, content_type);
        *request.body_mut() = Some(Body::from(body));
        self.whole(request).await
    }

    /// Sends nothing, and returns what is answered. Its length is said, because there are
    /// servers for Windows that insist on it.
    pub(super) async fn post_nothing(&self, url: Url) -> Result<Vec<u8>, Failure> {
        let mut request = Request::new(Method::POST, url);
        let nothing = HeaderValue::from_static("0");
        request.headers_mut().insert(CONTENT_LENGTH, nothing);
        self.whole(request).await
    }

    async fn whole(&self, request: Request) -> Result<Vec<u8>, Failure> {
        self.send(request, "application/json")
            .await?
            .body_up_to(LONGEST)
            .await
    }

    /// Opens a stream of events.
    pub(super) async fn open_stream(&self, url: Url) -> Result<Carrier, Failure> {
        let request = Request::new(Method::GET, url);
        let reply = self.send(request, "text/event-stream").await?;
        let content_type = reply.headers().get(CONTENT_TYPE);
        if !content_type.is_some_and(|one| one.as_bytes().starts_with(b"text/event-stream")) {
            return Err(NO_EVENT_STREAM.into());
        }
        Ok(Carrier::Stream(Box::new(Stream {
            reply,
            events: EventStream::default(),
        })))
    }

    /// Opens a WebSocket.
    pub(super) async fn open_socket(&self, url: Url) -> Result<Carrier, Failure> {
        let mut request = Request::new(Method::GET, url);
        self.authorize(&mut request).await?;
        match http::open_websocket(&self.access.http, request).await {
            Ok(socket) => Ok(Carrier::Socket(Box::new(socket))),
            Err(failure) => {
                // What it means as a status, where it has one of its own here.
                let status = if failure.kind == Kind::SessionEnded {
                    Some(401)
                } else if let Kind::Refused(status) = &failure.kind {
                    status.parse().ok()
                } else {
                    None
                };
                let kind = status.and_then(|status| self.meaning(status));
                let kind = kind.unwrap_or_else(|| failure.kind.clone());
                Err(failure.with_kind(kind))
            }
        }
    }

    /// Sends a request; anything but success is a failure.
    pub(super) async fn send(
        &self,
        mut request: Request,
        accept: &'static str,
    ) -> Result<Reply, Failure> {
        let accept = HeaderValue::from_static(accept);
        request.headers_mut().insert(ACCEPT, accept);
        self.authorize(&mut request).await?;
        let reply = http::send(&self.access.http, request).await?;
        if reply.head.is_success() {
            return Ok(reply);
        }
        Err(self.turned_down(reply.head).into())
    }

    async fn authorize(&self, request: &mut Request) -> Result<(), Failure> {
        match &self.token {
            Some(token) => http::authorize(request, token),
            None => self.access.authorize_reading(request).await,
        }
    }

    fn turned_down(&self, head: Head) -> Kind {
        self.meaning(head.status).unwrap_or_else(|| head.failure())
    }

    /// What a status means here, where it has a meaning of its own.
    fn meaning(&self, status: u16) -> Option<Kind> {
        match status {
            // The hub's own token has run out; there is another one where it came from.
            401 if self.token.is_some() => Some(Kind::NoAnswer),
            401 => Some(self.access.turned_away()),
            403 => Some(Kind::NotPermitted(MAY_NOT_LISTEN)),
            // Throttled, and that is all.
            429 => None,
            // It knows nothing of this connection, or not any longer.
            400..=499 if self.connected => Some(Kind::NoAnswer),
            404 => Some(Kind::NotPermitted(CHECK_HUB)),
            _ => None,
        }
    }
}

/// Whether another transport may work where one could not be opened: there are proxies that let
/// no WebSocket through.
pub(super) const fn may_work_otherwise(kind: &Kind) -> bool {
    match kind {
        Kind::NotPermitted(_)
        | Kind::Refused(_)
        | Kind::NoAnswer
        | Kind::ServerFailed(_)
        | Kind::Unintelligible(_) => true,
        Kind::SignInRejected
        | Kind::SessionEnded
        | Kind::NotSupported
        | Kind::NoSuchCall
        | Kind::Throttled { .. }
        | Kind::Partly
        | Kind::Unreachable => false,
    }
}

/// A hub that is silent for longer than its protocol permits.
pub(super) fn dead(_elapsed: Elapsed) -> Failure {
    Kind::NoAnswer.into()
}

/// What stays open from the hub.
pub(super) enum Carrier {
    Socket(Box<WebSocket>),
    Stream(Box<Stream>),
    Polls(Polls),
}

/// A reply that has no end.
pub(super) struct Stream {
    reply: Reply,
    events: EventStream,
}

impl Stream {
    /// The next piece; `None` for one that holds no whole event.
    pub(super) async fn piece(&mut self) -> Result<Option<String>, Failure> {
        if let Some(event) = self.events.next()? {
            return Ok(Some(event));
        }
        let Some(bytes) = self.reply.chunk().await? else {
            return Err(Kind::NoAnswer.into());
        };
        self.events.take(&bytes);
        Ok(self.events.next()?)
    }
}

/// Keeps a hub that answers every poll at once, with nothing, from being asked without end.
#[derive(Debug, Default)]
pub(super) struct Polls {
    empty: u32,
}

impl Polls {
    /// Takes note of a poll that was sent then and has brought something or not.
    pub(super) fn brought(&mut self, anything: bool, sent_at: Instant) -> Result<(), Kind> {
        if anything || sent_at.elapsed() >= AT_ONCE {
            self.empty = 0;
            return Ok(());
        }
        self.empty += 1;
        if self.empty > MOST_EMPTY_POLLS {
            return Err(Kind::Unintelligible(
                "polls are answered at once, and with nothing",
            ));
        }
        Ok(())
    }
}
