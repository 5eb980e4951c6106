//! Asks GQM.

use std::collections::BTreeSet;
use std::sync::Arc;

use async_trait::async_trait;
use pause::{CallId, Recorder, Wanted};
use reqwest::Request;
use url::Url;

use super::NAME;
use super::legs::Legs;
use super::wire::{self, Couple, LogIn, Setup, Way};
use crate::http::{self, Cookies, Failure, Head, Reply};
use crate::{Accepted, Credentials, Events, Kind, Operation, VendorError};

pub(super) struct Control {
    http: reqwest::Client,
    setup: Arc<Setup>,
    cookies: Cookies,
    legs: Legs,
}

impl Control {
    /// Logs in, and finds out by listing the agent's calls whether that worked.
    pub(super) async fn sign_in(
        http: &reqwest::Client,
        setup: &Arc<Setup>,
        credentials: &Credentials,
    ) -> Result<Self, Failure> {
        let password = credentials.secret.as_ref().ok_or(Kind::SignInRejected)?;
        let control = Self {
            http: http.clone(),
            setup: Arc::clone(setup),
            cookies: Cookies::default(),
            legs: Legs::default(),
        };
        let request = wire::log_in_request(setup, password);
        let at = request.url().clone();
        let reply = http::send(http, request).await?;
        control.cookies.keep(&at, &reply);
        let head = reply.head;
        let body = match setup.log_in {
            LogIn::Servlet => body(reply).await?,
            // It says nothing.
            LogIn::Action => Vec::new(),
        };
        wire::read_log_in_reply(setup, head, &body)?;
        match control.list().await {
            Ok(_couples) => Ok(control),
            Err(failure) if failure.kind == Kind::SessionEnded => {
                Err(failure.with_kind(Kind::SignInRejected))
            }
            Err(failure) => Err(failure),
        }
    }

    async fn list(&self) -> Result<Vec<Couple>, Failure> {
        let reply = self.ask(wire::list_request(&self.setup)).await?;
        let head = reply.head;
        Ok(wire::read_list_reply(
            &self.setup,
            head,
            &body(reply).await?,
        )?)
    }

    /// Looks up the agent's couples, and then acts on every one of them, or on none that the
    /// user has no right to.
    async fn set(&self, call: &CallId, wanted: Wanted) -> Result<Accepted, Failure> {
        let mut ways = Vec::new();
        for couple in self.list().await? {
            match self.way(&couple).await {
                Ok(url) => ways.push((couple.id, url)),
                // It has ended since it was listed.
                Err(failure) if failure.kind == Kind::NoSuchCall => {}
                Err(failure) => return Err(failure),
            }
        }
        let done = self.act(ways, wanted).await?;
        match wanted {
            Wanted::Paused => self.legs.paused(call, done),
            Wanted::Recording => self.legs.resumed(),
        }
        Ok(Accepted::Unproven)
    }

    async fn way(&self, couple: &Couple) -> Result<Url, Failure> {
        let request = match wire::way_to_pause(&self.setup, couple)? {
            Way::At(url) => return Ok(url),
            Way::Ask(request) => request,
        };
        let asked = request.url().clone();
        let reply = self.ask(request).await?;
        let (head, body) = (reply.head, body(reply).await?);
        Ok(wire::read_details_reply(&self.setup, &asked, head, &body)?)
    }

    /// Acts on one couple after the other and returns those that took it. One that fails does
    /// not keep the others from being paused.
    async fn act(
        &self,
        ways: Vec<(String, Url)>,
        wanted: Wanted,
    ) -> Result<BTreeSet<String>, Failure> {
        let mut done = BTreeSet::new();
        let mut failed: Option<Failure> = None;
        for (couple, url) in ways {
            let failure = match self.act_on(url, wanted).await {
                Ok(()) => {
                    done.insert(couple);
                    continue;
                }
                Err(failure) => failure,
            };
            if failure.kind == Kind::NoSuchCall {
                continue;
            }
            let hopeless = concerns_all(&failure.kind);
            let is_worse = failed.as_ref().is_none_or(|failed| {
                failure.kind.leaves_recorder_in_doubt() && !failed.kind.leaves_recorder_in_doubt()
            });
            if is_worse {
                failed = Some(failure);
            }
            if hopeless {
                break;
            }
        }
        match failed {
            None if done.is_empty() => Err(Kind::NoSuchCall.into()),
            None => Ok(done),
            Some(failure) if done.is_empty() => Err(failure),
            Some(failure) => Err(failure.with_kind(Kind::Partly)),
        }
    }

    async fn act_on(&self, url: Url, wanted: Wanted) -> Result<(), Failure> {
        let request = wire::command_request(&self.setup, url, wanted);
        let reply = self.ask(request).await?;
        // The status says it all, and a body that never ends must not hold it up.
        Ok(wire::read_command_reply(reply.head)?)
    }

    async fn ask(&self, mut request: Request) -> Result<Reply, Failure> {
        self.cookies.attach(&mut request);
        let at = request.url().clone();
        let reply = http::send(&self.http, request).await?;
        self.cookies.keep(&at, &reply);
        Ok(reply)
    }
}

/// The body of a reply, or nothing where the status has to do.
async fn body(reply: Reply) -> Result<Vec<u8>, Failure> {
    let Head { status, .. } = reply.head;
    match reply.body().await {
        Ok(body) => Ok(body),
        Err(_) if !matches!(status, 200..=299) => Ok(Vec::new()),
        Err(failure) => Err(failure),
    }
}

/// Whether the next couple would fare no better.
const fn concerns_all(kind: &Kind) -> bool {
    match kind {
        Kind::SessionEnded | Kind::Throttled { .. } | Kind::Unreachable => true,
        Kind::SignInRejected
        | Kind::NotPermitted(_)
        | Kind::NotSupported
        | Kind::NoSuchCall
        | Kind::Refused(_)
        | Kind::Partly
        | Kind::NoAnswer
        | Kind::ServerFailed(_)
        | Kind::Unintelligible(_) => false,
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

    async fn recorder(&self, _call: &CallId) -> Result<Recorder, VendorError> {
        Err(Failure::from(Kind::NotSupported).at(NAME, Operation::ReadBack))
    }

    async fn calls(&self) -> Result<Vec<CallId>, VendorError> {
        let pause = self.legs.pause();
        let couples = self
            .list()
            .await
            .map_err(|failure| failure.at(NAME, Operation::Calls))?;
        self.legs.listed(pause.as_ref(), &couples);
        let mut calls: Vec<CallId> = Vec::new();
        for couple in couples {
            if !calls.contains(&couple.call) {
                calls.push(couple.call);
            }
        }
        Ok(calls)
    }

    async fn listen(&self) -> Result<Events, VendorError> {
        Ok(self.legs.listen())
    }

    async fn sign_out(&self) -> Result<(), VendorError> {
        let Some(request) = wire::log_out_request(&self.setup) else {
            return Ok(());
        };
        let left = async {
            let reply = self.ask(request).await?;
            Ok(wire::read_log_out_reply(reply.head)?)
        };
        left.await
            .map_err(|failure: Failure| failure.at(NAME, Operation::SignOut))
    }
}
