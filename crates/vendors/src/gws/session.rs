//! Asks Genesys Web Services.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use async_trait::async_trait;
use futures_util::{StreamExt, stream};
use pause::{CallId, Recorder, Wanted};
use reqwest::{Method, Request};
use secrecy::SecretString;

use super::NAME;
use super::call::Call;
use super::known::{self, Known};
use super::listening::Listening;
use super::wire::{self, Csrf, CsrfHeader, Setup};
use crate::http::{self, Cookies, Failure, Head, Reply, WebSocket};
use crate::{Accepted, Events, Kind, Operation, VendorError};

/// A reply with every call of an agent, or with all that was told since the last one.
const LONGEST_LIST: usize = 1024 * 1024;

/// What `statusCode` 2 is read as: not valid for the state that the call is in.
const NOT_IN_THIS_STATE: &str = "2";

/// One agent at the server: what shows who is asking, and what has been seen.
pub(super) struct Session {
    http: reqwest::Client,
    pub(super) setup: Arc<Setup>,
    password: SecretString,
    cookies: Cookies,
    csrf: Mutex<Option<CsrfHeader>>,
    known: Mutex<Known>,
}

impl Session {
    pub(super) fn new(http: reqwest::Client, setup: Arc<Setup>, password: SecretString) -> Self {
        Self {
            http,
            setup,
            password,
            cookies: Cookies::default(),
            csrf: Mutex::default(),
            known: Mutex::default(),
        }
    }

    /// Part of signing in: whether this is an agent, and one who may control recordings.
    pub(super) async fn check(&self) -> Result<(), Failure> {
        let (head, body) = self.ask(wire::me_request(&self.setup)).await?;
        wire::read_me_reply(&self.setup, head, &body).map_err(|kind| {
            if kind == Kind::SessionEnded {
                Kind::SignInRejected
            } else {
                kind
            }
        })?;
        let handed_out = lock(&self.csrf).is_some();
        Ok(wire::check_csrf(&self.setup, handed_out)?)
    }

    /// Sends messages of the event channel and returns what comes back.
    pub(super) async fn poll(&self, messages: String) -> Result<Vec<u8>, Failure> {
        let request = wire::poll_request(&self.setup, messages);
        let (head, body) = self.ask(request).await?;
        if head.is_success() {
            Ok(body)
        } else {
            Err(wire::failed_poll(&self.setup, head, &body).into())
        }
    }

    /// Opens the event channel as a WebSocket.
    pub(super) async fn open_socket(&self) -> Result<WebSocket, Failure> {
        let mut request = wire::socket_request(&self.setup);
        self.introduce(&mut request);
        http::open_websocket(&self.http, request).await
    }

    /// What has been seen of each call.
    pub(super) fn known(&self) -> MutexGuard<'_, Known> {
        lock(&self.known)
    }

    async fn read(&self, id: &CallId) -> Result<Call, Failure> {
        let request = wire::call_request(&self.setup, id)?;
        let (head, body) = self.ask(request).await?;
        let call = wire::read_call_reply(&self.setup, id, head, &body)
            .inspect_err(|kind| {
                if *kind == Kind::NoSuchCall {
                    self.known().forget(id);
                }
            })
            .map_err(Failure::from)?;
        self.known().described(id, &call);
        Ok(call)
    }

    async fn calls(&self) -> Result<Vec<CallId>, Failure> {
        let (head, body) = self.ask(wire::calls_request(&self.setup)).await?;
        let calls = wire::read_calls_reply(&self.setup, head, &body)?;
        let mut known = self.known();
        Ok(calls
            .into_iter()
            .map(|(id, call)| {
                if let Some(call) = call {
                    known.described(&id, &call);
                }
                id
            })
            .collect())
    }

    /// Asks for a pause or a resume.
    ///
    /// If the server has last said that it does not offer this, the call is read once: it
    /// may have changed, it may be so already, and if neither, nothing need be sent.
    async fn set(&self, id: &CallId, wanted: Wanted) -> Result<Accepted, Failure> {
        let seen = self.known().of(id);
        // With the opposite command still under way, what can be read is about to change.
        let settled = seen.sent.is_none_or(|sent| sent == wanted);
        let mut throttled = None;
        if settled && seen.offers.is_some_and(|offers| !offers.allow(wanted)) {
            match self.read(id).await {
                Ok(call) if call.recorder().ok() == Some(known::recorder(wanted)) => {
                    return Ok(Accepted::Unproven);
                }
                Ok(call) => match call.offers() {
                    Some(offers) if !offers.any() => {
                        return Err(Kind::NotPermitted(wire::MAY_NOT).into());
                    }
                    Some(offers) if !offers.allow(wanted) => {
                        return Err(Kind::Refused("not offered".to_owned()).into());
                    }
                    Some(_) | None => {}
                },
                Err(failure) if failure.kind == Kind::NoSuchCall || failure.kind.ends_session() => {
                    return Err(failure);
                }
                // Then the server has the last word on the command itself.
                Err(failure) => throttled = Some(failure).filter(asks_for_patience),
            }
        }
        let request = wire::command_request(&self.setup, id, wanted)?;
        self.known().sending(id, wanted);
        let (head, body) = self.ask(request).await?;
        match wire::read_command_reply(&self.setup, head, &body) {
            Ok(accepted) => Ok(accepted),
            Err(kind) => {
                if settled && kind == Kind::Refused(NOT_IN_THIS_STATE.to_owned()) {
                    let call = match throttled {
                        // It is not asked again before it wishes to be.
                        Some(failure) => Err(failure),
                        None => self.read(id).await,
                    };
                    let call = match call {
                        Err(failure) if asks_for_patience(&failure) => return Err(failure),
                        call => call,
                    };
                    let recorder = call.ok().and_then(|call| call.recorder().ok());
                    if recorder == Some(known::recorder(wanted)) {
                        return Ok(Accepted::Unproven);
                    }
                }
                Err(kind.into())
            }
        }
    }

    async fn ask(&self, request: Request) -> Result<(Head, Vec<u8>), Failure> {
        let reply = self.send(request).await?;
        let head = reply.head;
        match reply.body_up_to(LONGEST_LIST).await {
            Ok(body) => Ok((head, body)),
            // Then the status has to do.
            Err(_) if !head.is_success() => Ok((head, Vec::new())),
            Err(failure) => Err(failure),
        }
    }

    async fn send(&self, mut request: Request) -> Result<Reply, Failure> {
        self.introduce(&mut request);
        let asked = request.url().clone();
        let reply = http::send(&self.http, request).await?;
        self.cookies.keep(&asked, &reply);
        if self.setup.csrf != Csrf::Off
            && let Some(newer) = CsrfHeader::read(reply.headers())
        {
            *lock(&self.csrf) = Some(newer);
        }
        Ok(reply)
    }

    /// Shows who is asking.
    fn introduce(&self, request: &mut Request) {
        http::authorize_basic(request, &self.setup.username, &self.password);
        self.cookies.attach(request);
        if request.method() != Method::GET
            && let Some(csrf) = &*lock(&self.csrf)
        {
            csrf.attach(request);
        }
    }
}

/// Whether the server wishes to be left alone for a while, which the link has to know.
const fn asks_for_patience(failure: &Failure) -> bool {
    matches!(failure.kind, Kind::Throttled { .. })
}

/// Nothing that is kept under a lock can be left half done.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

pub(super) struct Control {
    session: Arc<Session>,
}

impl Control {
    pub(super) fn new(session: Session) -> Self {
        Self {
            session: Arc::new(session),
        }
    }
}

#[async_trait]
impl crate::Control for Control {
    async fn command(&self, call: &CallId, wanted: Wanted) -> Result<Accepted, VendorError> {
        let operation = match wanted {
            Wanted::Paused => Operation::Pause,
            Wanted::Recording => Operation::Resume,
        };
        self.session
            .set(call, wanted)
            .await
            .map_err(|failure| failure.at(NAME, operation))
    }

    async fn recorder(&self, call: &CallId) -> Result<Recorder, VendorError> {
        let read = self.session.read(call).await;
        read.and_then(|call| Ok(call.recorder()?))
            .map_err(|failure| failure.at(NAME, Operation::ReadBack))
    }

    async fn calls(&self) -> Result<Vec<CallId>, VendorError> {
        self.session
            .calls()
            .await
            .map_err(|failure| failure.at(NAME, Operation::Calls))
    }

    async fn listen(&self) -> Result<Events, VendorError> {
        let listening = Listening::open(Arc::clone(&self.session))
            .await
            .map_err(|failure| failure.at(NAME, Operation::Events))?;
        Ok(stream::try_unfold(listening, |mut listening| async {
            match listening.next().await {
                Ok(event) => Ok(Some((event, listening))),
                Err(failure) => Err(failure.at(NAME, Operation::Events)),
            }
        })
        .boxed())
    }

    async fn sign_out(&self) -> Result<(), VendorError> {
        // The session at the contact center is the desktop's: it is neither started nor ended
        // here (docs/vendors/gws.md#signing-in).
        Ok(())
    }
}
