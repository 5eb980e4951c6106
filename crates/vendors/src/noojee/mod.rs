//! Noojee Contact, by its "CallManagementAPI" (docs/vendors/noojee.md).
//!
//! There is no pause: a recording is stopped, and another one started. Nothing proves either:
//! the vendor takes a command and says no more, and what it tells of calls has no word on their
//! recording.

mod authentication;
mod fields;
#[cfg(any(test, feature = "fuzzing"))]
mod fuzzed;
mod session;
mod watch;
mod wire;

use std::sync::Arc;

use async_trait::async_trait;
use pause::ProofBy;
use secrecy::{ExposeSecret, SecretString};

use crate::http::Failure;
use crate::{
    Account, CallsBy, Capabilities, Control, Credentials, FieldProblem, Kind, Opened, Operation,
    PauseBy, PauseScope, Reach, Values, Vendor, VendorEntry, VendorError,
};
use authentication::Authentication;
use session::{Asker, Session};
use wire::{Calls, Sequence, Setup};

#[cfg(any(test, feature = "fuzzing"))]
pub(crate) use fuzzed::{reply as fuzz_reply, subscription as fuzz_subscription};

pub(crate) const ENTRY: VendorEntry = VendorEntry {
    name: NAME,
    title: "Noojee Contact",
    fields: fields::FIELDS,
    agent_field: "extension",
    reach: Reach::OtherAgents(
        "The global API key opens the whole API: with it every call can be hung up and every \
         recording stopped. Have Noojee allow the addresses of your agents' computers alone, and \
         set auth = \"hash\" so that the key is in no proxy's log.",
    ),
    open,
};

const NAME: &str = "noojee";

/// How the vendor wants to be shown who is asking.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Scheme {
    ApiKey,
    Hash,
}

fn open(values: &Values) -> Opened {
    let problems: Vec<_> = [prefix_problem(values), sequence_problem(values)]
        .into_iter()
        .flatten()
        .collect();
    if !problems.is_empty() {
        return Err(problems);
    }
    let extension = values.text("extension").to_owned();
    Ok(Box::new(Noojee {
        scheme: match values.text("auth") {
            "hash" => Scheme::Hash,
            _api_key => Scheme::ApiKey,
        },
        account: Account {
            base_url: values.text("base_url").to_owned(),
            agent: format!("extension {extension}"),
        },
        setup: Arc::new(Setup {
            base_url: values.url("base_url"),
            prefix: names(values.text("prefix"), '/'),
            extension,
            agent_login_name: values.text("agent_login_name").to_owned(),
            tag: values.text("tag").to_owned(),
            tag_parameter: values.text("tag_parameter").to_owned(),
            calls: match values.text("calls") {
                "told" => Calls::Told,
                _subscribe => Calls::Subscribe,
            },
            sequence: match values.text("sequence") {
                fields::ANYWHERE => Sequence::Anywhere,
                path => Sequence::At(names(path, '.')),
            },
            up_statuses: names(values.text("up_statuses"), ','),
            success_text: values.text("success_text").to_lowercase(),
            no_call_text: values.text("no_call_text").to_lowercase(),
        }),
    }))
}

/// What stands between these, without what is empty.
fn names(text: &str, between: char) -> Vec<String> {
    let names = text.split(between).map(str::trim);
    names
        .filter(|name| !name.is_empty())
        .map(str::to_owned)
        .collect()
}

fn prefix_problem(values: &Values) -> Option<FieldProblem> {
    let prefix = values.text("prefix");
    let is_path = prefix.starts_with('/')
        && !prefix.contains(['?', '#'])
        && !names(prefix, '/')
            .iter()
            .any(|name| matches!(name.as_str(), "." | ".."));
    let remedy = "write a path such as \"/servicemanager\", or \"/\" for none";
    (!is_path).then(|| fields::problem(values, "prefix", "is not a path", remedy))
}

fn sequence_problem(values: &Values) -> Option<FieldProblem> {
    let is_path = !values.text("sequence").split('.').any(str::is_empty);
    let remedy = "write \"anywhere\", or names between dots such as \"Data.*.*.CallData.seq\"";
    (!is_path).then(|| fields::problem(values, "sequence", "is not a path of names", remedy))
}

struct Noojee {
    account: Account,
    setup: Arc<Setup>,
    scheme: Scheme,
}

impl Noojee {
    async fn try_sign_in(
        &self,
        http: &reqwest::Client,
        credentials: &Credentials,
    ) -> Result<Session, Failure> {
        let secret = credentials.secret.as_ref();
        let key = secret.map_or("", |secret| secret.expose_secret().trim());
        if key.is_empty() || !key.bytes().all(|byte| byte.is_ascii_graphic()) {
            return Err(Kind::SignInRejected.into());
        }
        let key = SecretString::from(key);
        let asker = Asker {
            http: http.clone(),
            setup: Arc::clone(&self.setup),
            authentication: Authentication::new(self.scheme, key),
        };
        // Returns at once and touches no call.
        asker.present().await.map_err(|failure| {
            if failure.kind == Kind::SessionEnded {
                failure.with_kind(Kind::SignInRejected)
            } else {
                failure
            }
        })?;
        Ok(Session::new(asker, &self.account.agent))
    }
}

#[async_trait]
impl Vendor for Noojee {
    fn name(&self) -> &'static str {
        NAME
    }

    fn capabilities(&self) -> Capabilities {
        let (calls, pauses) = match self.setup.calls {
            Calls::Subscribe => (CallsBy::Event, PauseScope::Call),
            Calls::Told => (CallsBy::Told, PauseScope::Agent),
        };
        Capabilities {
            proof: ProofBy::Nothing,
            calls,
            resumes_itself_after: None,
            pauses,
            pauses_by: PauseBy::StopAndStart,
            screen: false,
            hints: false,
        }
    }

    fn account(&self) -> Account {
        self.account.clone()
    }

    fn secret(&self) -> Option<&'static str> {
        Some("API key")
    }

    async fn sign_in(
        &self,
        http: &reqwest::Client,
        credentials: &Credentials,
    ) -> Result<Box<dyn Control>, VendorError> {
        match self.try_sign_in(http, credentials).await {
            Ok(session) => Ok(Box::new(session)),
            Err(failure) => Err(failure.at(NAME, Operation::SignIn)),
        }
    }
}

#[cfg(test)]
mod contract;
