//! Asks Anywhere365.

use std::sync::Arc;

use async_trait::async_trait;
use futures_util::{StreamExt, stream};
use pause::{CallId, Recorder, Wanted};
use reqwest::Request;
use secrecy::SecretString;

use super::NAME;
use super::events::Listening;
use super::keycloak::Tokens;
use super::wire::{self, Setup};
use crate::http::{self, Failure, Head};
use crate::{Accepted, Events, Kind, Operation, VendorError};

const SET_AUTH: &str =
    "the server asks for a sign-in; set auth to \"keycloak\" or \"token\" in the settings";

/// What shows who is asking.
pub(super) enum Bearer {
    None,
    Token(SecretString),
    Keycloak(Box<Tokens>),
}

/// The way to the server.
pub(super) struct Access {
    pub(super) http: reqwest::Client,
    pub(super) bearer: Bearer,
}

impl Access {
    /// Says who is asking, with a token that is renewed in good time.
    pub(super) async fn authorize_reading(&self, request: &mut Request) -> Result<(), Failure> {
        match &self.bearer {
            Bearer::None => Ok(()),
            Bearer::Token(token) => http::authorize(request, token),
            Bearer::Keycloak(tokens) => {
                http::authorize(request, &tokens.for_reading(&self.http).await?)
            }
        }
    }

    /// What it means that the server asks who is there (HTTP 401).
    pub(super) const fn turned_away(&self) -> Kind {
        match &self.bearer {
            Bearer::None => Kind::NotPermitted(SET_AUTH),
            Bearer::Token(_) | Bearer::Keycloak(_) => Kind::SessionEnded,
        }
    }
}

pub(super) struct Control {
    pub(super) access: Arc<Access>,
    pub(super) setup: Arc<Setup>,
    /// `None` where events are off.
    pub(super) listening: Option<Arc<Listening>>,
}

impl Control {
    /// Part of signing in: whether agents may control recordings here at all.
    pub(super) async fn check_capabilities(&self) -> Result<(), Failure> {
        let mut request = wire::capabilities_request(&self.setup);
        self.access.authorize_reading(&mut request).await?;
        let (head, body) = self.ask(request).await?;
        wire::read_capabilities_reply(&self.setup, head, &body).map_err(|kind| {
            match (kind, &self.access.bearer) {
                (Kind::SessionEnded, Bearer::None) => Kind::NotPermitted(SET_AUTH),
                (Kind::SessionEnded, Bearer::Token(_) | Bearer::Keycloak(_)) => {
                    Kind::SignInRejected
                }
                (kind, _) => kind,
            }
            .into()
        })
    }

    async fn set(&self, call: &CallId, wanted: Wanted) -> Result<Accepted, Failure> {
        self.remember(call);
        let mut request = wire::command_request(&self.setup, call, wanted)?;
        match &self.access.bearer {
            Bearer::None => {}
            Bearer::Token(token) => http::authorize(&mut request, token)?,
            Bearer::Keycloak(tokens) => {
                http::authorize(&mut request, &tokens.for_command(&self.access.http).await?)?;
            }
        }
        let (head, body) = self.ask(request).await?;
        Ok(wire::read_command_reply(head, &body)?)
    }

    async fn state(&self, call: &CallId) -> Result<Recorder, Failure> {
        self.remember(call);
        let mut request = wire::state_request(&self.setup, call)?;
        self.access.authorize_reading(&mut request).await?;
        let (head, body) = self.ask(request).await?;
        Ok(wire::read_state_reply(&self.setup, call, head, &body)?)
    }

    fn remember(&self, call: &CallId) {
        if let Some(listening) = &self.listening {
            listening.asked.remember(call);
        }
    }

    async fn ask(&self, request: Request) -> Result<(Head, Vec<u8>), Failure> {
        let reply = http::send(&self.access.http, request).await?;
        let head = reply.head;
        match reply.body().await {
            Ok(body) => Ok((head, body)),
            // Then the status has to do.
            Err(_) if !head.is_success() => Ok((head, Vec::new())),
            Err(failure) => Err(failure),
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
        self.set(call, wanted)
            .await
            .map_err(|failure| failure.at(NAME, operation))
    }

    async fn recorder(&self, call: &CallId) -> Result<Recorder, VendorError> {
        self.state(call)
            .await
            .map_err(|failure| failure.at(NAME, Operation::ReadBack))
    }

    async fn calls(&self) -> Result<Vec<CallId>, VendorError> {
        Err(Failure::from(Kind::NotSupported).at(NAME, Operation::Calls))
    }

    async fn listen(&self) -> Result<Events, VendorError> {
        let Some(listening) = &self.listening else {
            return Ok(stream::pending().boxed());
        };
        let opened = Arc::clone(listening).open().await;
        opened.map_err(|failure| failure.at(NAME, Operation::Events))
    }

    async fn sign_out(&self) -> Result<(), VendorError> {
        Ok(())
    }
}
