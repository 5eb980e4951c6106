//! Asks Xima.

use std::sync::Arc;

use async_trait::async_trait;
use futures_util::{StreamExt, stream};
use pause::{CallId, Recorder, Wanted};
use secrecy::SecretString;

use super::wire::{self, Setup};
use super::{NAME, not_supported};
use crate::http::{self, Failure};
use crate::{Accepted, Events, Operation, VendorError};

pub(super) struct Control {
    pub(super) http: reqwest::Client,
    pub(super) setup: Arc<Setup>,
    pub(super) token: SecretString,
}

impl Control {
    async fn ask(&self, wanted: Wanted) -> Result<Accepted, Failure> {
        let mut request = wire::request(&self.setup, wanted);
        http::authorize(&mut request, &self.token)?;
        let reply = http::send(&self.http, request).await?;
        let head = reply.head;
        let body = if wire::body_matters(&self.setup, head) {
            // Without it the 404 stands all the same.
            reply.body().await.unwrap_or_default()
        } else {
            // The status says it all, and a body that never ends must not hold it up.
            Vec::new()
        };
        Ok(wire::read_reply(&self.setup, head, &body)?)
    }
}

#[async_trait]
impl crate::Control for Control {
    async fn command(&self, _call: &CallId, wanted: Wanted) -> Result<Accepted, VendorError> {
        let operation = match wanted {
            Wanted::Paused => Operation::Pause,
            Wanted::Recording => Operation::Resume,
        };
        self.ask(wanted)
            .await
            .map_err(|failure| failure.at(NAME, operation))
    }

    async fn recorder(&self, _call: &CallId) -> Result<Recorder, VendorError> {
        Err(not_supported(Operation::ReadBack))
    }

    async fn calls(&self) -> Result<Vec<CallId>, VendorError> {
        Err(not_supported(Operation::Calls))
    }

    async fn listen(&self) -> Result<Events, VendorError> {
        Ok(stream::pending().boxed())
    }

    async fn sign_out(&self) -> Result<(), VendorError> {
        Ok(())
    }
}
