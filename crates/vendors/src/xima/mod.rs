//! Xima CCaaS, by its "Recording Pause and Resume API" (docs/vendors/xima.md).
//!
//! Nothing proves a pause here: the vendor takes the command and says no more, and there is
//! nothing to read back. It acts on whatever is being recorded of an agent, not on a call.

#[cfg(any(test, feature = "fuzzing"))]
pub(crate) mod fuzzing;
mod session;
mod wire;

use std::sync::Arc;

use async_trait::async_trait;
use pause::ProofBy;
use secrecy::{ExposeSecret, SecretString};

use crate::{
    Account, CallsBy, Capabilities, Control, Credentials, Field, FieldKind, FieldProblem, Kind,
    Opened, Operation, PauseBy, PauseScope, Place, Reach, Values, Vendor, VendorEntry, VendorError,
    http,
};
use wire::{NotFound, RequestBody, Setup};

pub(crate) const ENTRY: VendorEntry = VendorEntry {
    name: NAME,
    title: "Xima CCaaS",
    fields: FIELDS,
    agent_field: "extension",
    reach: Reach::OtherAgents(
        "An authentication key belongs to an API service user and not to an agent: it can \
         presumably pause the recording of every agent whom that user may reach. Narrow the \
         scope of the service user in Xima.",
    ),
    open,
};

const NAME: &str = "xima";

const EITHER: &str = "no-active-recording-or-unknown-agent";
const UNKNOWN_AGENT: &str = "unknown-agent";
const NO_ACTIVE_RECORDING: &str = "no-active-recording";

const FIELDS: &[Field] = &[
    Field {
        key: "base_url",
        label: "Address",
        about: "The address of your Xima CCaaS tenant, as in the browser when you sign in \
                there, up to the first slash.",
        kind: FieldKind::Url,
        default: None,
        example: "https://acme.xima.cloud",
        place: Place::SignIn,
    },
    Field {
        key: "extension",
        label: "Extension",
        about: "The agent's extension, digits only. Xima shows it in brackets behind the \
                agent's name: for \"Scott J (1684)\" it is 1684.",
        kind: FieldKind::Digits,
        default: None,
        example: "1684",
        place: Place::SignIn,
    },
    Field {
        key: "not_found_means",
        label: "Meaning of 404",
        about: "What it means when Xima answers 404. Its documentation says: there is no such \
                agent. Whether it says the same of an agent who is not being recorded is not \
                documented; pause once without a call to find out.",
        kind: FieldKind::Choice(&[EITHER, UNKNOWN_AGENT, NO_ACTIVE_RECORDING]),
        default: Some(EITHER),
        example: UNKNOWN_AGENT,
        place: Place::File,
    },
    Field {
        key: "not_found_text",
        label: "Text of a 404 for an unknown agent",
        about: "If your Xima answers 404 in both cases with different texts: words that only \
                the answer for an unknown agent contains. An answer without them then means \
                that nothing is being recorded.",
        kind: FieldKind::Text,
        default: Some(""),
        example: "no agent found",
        place: Place::File,
    },
    Field {
        key: "request_body",
        label: "Body of requests",
        about: "Whether requests are sent without a body, as documented, or with an empty \
                JSON object, should a proxy or a gateway on the way insist on one.",
        kind: FieldKind::Choice(&["empty", "json"]),
        default: Some("empty"),
        example: "json",
        place: Place::File,
    },
    Field {
        key: "allow_insecure_http",
        label: "Allow http://",
        about: "Whether the address may be unencrypted although it is not this computer. The \
                token can then be read on the way.",
        kind: FieldKind::Flag,
        default: Some("false"),
        example: "false",
        place: Place::File,
    },
];

fn open(values: &Values) -> Opened {
    let text = values.text("not_found_text");
    let not_found = match (values.text("not_found_means"), text.is_empty()) {
        (UNKNOWN_AGENT, true) => NotFound::UnknownAgent,
        (_either_or_nothing_recorded, true) => NotFound::NoSuchCall,
        (EITHER, false) => NotFound::UnknownAgentIf(text.to_lowercase()),
        (_decided, false) => {
            return Err(vec![FieldProblem {
                field: "not_found_text".to_owned(),
                value: text.to_owned(),
                wrong: "has nothing to tell apart: not_found_means has decided it".to_owned(),
                remedy: format!("remove one of the two, or set not_found_means = \"{EITHER}\""),
            }]);
        }
    };
    Ok(Box::new(Xima {
        account: Account {
            base_url: values.text("base_url").to_owned(),
            agent: format!("extension {}", values.text("extension")),
        },
        setup: Arc::new(Setup {
            base_url: values.url("base_url"),
            extension: values.text("extension").to_owned(),
            not_found,
            request_body: match values.text("request_body") {
                "json" => RequestBody::Json,
                _empty => RequestBody::Empty,
            },
        }),
    }))
}

struct Xima {
    account: Account,
    setup: Arc<Setup>,
}

#[async_trait]
impl Vendor for Xima {
    fn name(&self) -> &'static str {
        NAME
    }

    fn capabilities(&self) -> Capabilities {
        Capabilities {
            proof: ProofBy::Nothing,
            calls: CallsBy::Told,
            resumes_itself_after: None,
            pauses: PauseScope::Agent,
            pauses_by: PauseBy::Pausing,
            screen: false,
            hints: false,
        }
    }

    fn account(&self) -> Account {
        self.account.clone()
    }

    fn secret(&self) -> Option<&'static str> {
        Some("authentication key of the API service user")
    }

    /// Sends nothing: the only two requests there are would touch a live call, so a wrong
    /// key shows at the first pause (docs/vendors/xima.md, "Signing in").
    async fn sign_in(
        &self,
        http: &reqwest::Client,
        credentials: &Credentials,
    ) -> Result<Box<dyn Control>, VendorError> {
        let secret = credentials
            .secret
            .as_ref()
            .map_or("", |secret| secret.expose_secret().trim());
        let token = SecretString::from(secret);
        // Tried on a request that is not sent, so that a key that cannot be one shows here.
        let mut request = wire::request(&self.setup, pause::Wanted::Paused);
        http::authorize(&mut request, &token)
            .map_err(|failure| failure.at(NAME, Operation::SignIn))?;
        Ok(Box::new(session::Control {
            http: http.clone(),
            setup: Arc::clone(&self.setup),
            token,
        }))
    }
}

fn not_supported(operation: Operation) -> VendorError {
    http::Failure::from(Kind::NotSupported).at(NAME, operation)
}

#[cfg(test)]
mod contract;
