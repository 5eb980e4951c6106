//! Genesys Web Services v2, by its REST API and its CometD channel (docs/vendors/gws.md).
//!
//! A pause is proven by reading the call back. The reply to a command only says that it was
//! passed on, and an event is a hint.

mod bayeux;
mod call;
mod event;
mod fields;
#[cfg(any(test, feature = "fuzzing"))]
pub(crate) mod fuzzing;
mod known;
mod listening;
mod session;
mod wire;

use std::sync::Arc;

use async_trait::async_trait;
use pause::ProofBy;
use secrecy::SecretString;

use crate::http::Failure;
use crate::{
    Account, CallsBy, Capabilities, Credentials, FieldProblem, Kind, Opened, Operation, PauseBy,
    PauseScope, Reach, Values, Vendor, VendorEntry, VendorError,
};
use session::{Control, Session};
use wire::{Csrf, Setup, Transport};

pub(crate) const ENTRY: VendorEntry = VendorEntry {
    name: NAME,
    title: "Genesys Web Services",
    fields: fields::FIELDS,
    agent_field: "username",
    reach: Reach::Agent,
    open,
};

const NAME: &str = "gws";

fn open(values: &Values) -> Opened {
    let username = values.text("username");
    if username.contains(':') {
        return Err(vec![FieldProblem {
            field: "username".to_owned(),
            value: username.to_owned(),
            wrong: "has a colon in it, which no name may have here (RFC 7617)".to_owned(),
            remedy: "write the agent's user name without the password".to_owned(),
        }]);
    }
    let base_url = values.url("base_url");
    let origin = match values.text("origin") {
        "omit" => None,
        _base_url => Some(base_url.origin().ascii_serialization()),
    };
    Ok(Box::new(Gws {
        account: Account {
            base_url: values.text("base_url").to_owned(),
            agent: username.to_owned(),
        },
        setup: Arc::new(Setup {
            base_url,
            username: username.to_owned(),
            origin,
            csrf: match values.text("csrf") {
                "off" => Csrf::Off,
                "required" => Csrf::Required,
                _auto => Csrf::Auto,
            },
            transport: match values.text("transport") {
                "long-polling" => Transport::LongPolling,
                "websocket" => Transport::WebSocket,
                _auto => Transport::Auto,
            },
            channel: values.text("channel").to_owned(),
        }),
    }))
}

struct Gws {
    account: Account,
    setup: Arc<Setup>,
}

impl Gws {
    async fn try_sign_in(
        &self,
        http: &reqwest::Client,
        credentials: &Credentials,
    ) -> Result<Control, Failure> {
        let password: &SecretString = credentials.secret.as_ref().ok_or(Kind::SignInRejected)?;
        let session = Session::new(http.clone(), Arc::clone(&self.setup), password.clone());
        session.check().await?;
        Ok(Control::new(session))
    }
}

#[async_trait]
impl Vendor for Gws {
    fn name(&self) -> &'static str {
        NAME
    }

    fn capabilities(&self) -> Capabilities {
        Capabilities {
            proof: ProofBy::ReadBack,
            calls: CallsBy::Event,
            resumes_itself_after: None,
            pauses: PauseScope::Call,
            pauses_by: PauseBy::Pausing,
            screen: false,
            hints: true,
        }
    }

    fn account(&self) -> Account {
        self.account.clone()
    }

    fn secret(&self) -> Option<&'static str> {
        Some("password")
    }

    async fn sign_in(
        &self,
        http: &reqwest::Client,
        credentials: &Credentials,
    ) -> Result<Box<dyn crate::Control>, VendorError> {
        match self.try_sign_in(http, credentials).await {
            Ok(control) => Ok(Box::new(control)),
            Err(failure) => Err(failure.at(NAME, Operation::SignIn)),
        }
    }
}

#[cfg(test)]
mod contract;
