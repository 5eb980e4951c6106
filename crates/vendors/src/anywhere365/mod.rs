//! Anywhere365, by its "Core REST Recording API" (docs/vendors/anywhere365.md).
//!
//! A pause is proven by reading the recorder of the call back. The reply to a command is not
//! documented and proves nothing, unless it holds an error. Neither does an event of its SignalR
//! hub, which is listened to where the settings say so.

mod events;
mod fields;
#[cfg(any(test, feature = "fuzzing"))]
pub(crate) mod fuzzing;
mod keycloak;
mod session;
mod signalr;
mod wire;

use std::sync::Arc;

use async_trait::async_trait;
use pause::ProofBy;
use secrecy::{ExposeSecret, SecretString};
use url::Url;

use crate::http::Failure;
use crate::{
    Account, CallsBy, Capabilities, Credentials, Kind, Opened, Operation, PauseBy, PauseScope,
    Reach, Values, Vendor, VendorEntry, VendorError,
};
use events::{Hub, Listening};
use session::{Access, Bearer, Control};
use wire::{ActionAs, ApiVersion, Resume, Setup};

pub(crate) const ENTRY: VendorEntry = VendorEntry {
    name: NAME,
    title: "Anywhere365",
    fields: fields::FIELDS,
    agent_field: "requester_sip_uri",
    reach: Reach::OtherAgents(
        "The server is told whose recording is meant: whoever is let in (with auth = \"none\" that \
         is everybody who reaches it) can presumably pause any agent of the UCC. Let only agents' \
         computers reach it, and give each group of agents a UCC of its own.",
    ),
    open,
};

const NAME: &str = "anywhere365";

/// How the vendor wants to be shown who is asking.
enum Auth {
    None,
    Token,
    Keycloak(Grant),
}

/// What a Keycloak is asked for a token with, but for the password.
#[derive(Clone, Debug)]
struct Grant {
    token_url: Url,
    client_id: String,
    username: String,
}

fn open(values: &Values) -> Opened {
    let mut problems = Vec::new();
    let ucc = values.text("ucc");
    if matches!(ucc, "." | "..") {
        problems.push(fields::problem(
            values,
            "ucc",
            "is not a name",
            "write the UCC's name",
        ));
    }
    let action_as = match values.text("action_as") {
        "name" => ActionAs::Name,
        _number => ActionAs::Number,
    };
    let resume = Resume::read(values.text("resume_action"), action_as)
        .map_err(|(wrong, remedy)| {
            problems.push(fields::problem(values, "resume_action", wrong, remedy));
        })
        .ok();
    let hub = events::read(values, &mut problems);
    let auth = match values.text("auth") {
        "token" => Auth::Token,
        "keycloak" => {
            for key in ["token_url", "username"] {
                if values.text(key).is_empty() {
                    let wrong = "must be set where auth = \"keycloak\"";
                    let remedy = "set it, or choose another auth";
                    problems.push(fields::problem(values, key, wrong, remedy));
                }
            }
            if !problems.is_empty() {
                return Err(problems);
            }
            Auth::Keycloak(Grant {
                token_url: values.url("token_url"),
                client_id: values.text("client_id").to_owned(),
                username: values.text("username").to_owned(),
            })
        }
        _none => Auth::None,
    };
    let Some(resume) = resume.filter(|_| problems.is_empty()) else {
        return Err(problems);
    };
    let requester = values.text("requester_sip_uri");
    Ok(Box::new(Anywhere365 {
        account: Account {
            base_url: values.text("base_url").to_owned(),
            agent: format!("{requester} in {ucc}"),
        },
        setup: Arc::new(Setup {
            base_url: values.url("base_url"),
            api_version: match values.text("api_version") {
                "v2" => ApiVersion::V2,
                _v1 => ApiVersion::V1,
            },
            ucc: ucc.to_owned(),
            requester: requester.to_owned(),
            action_as,
            resume,
        }),
        auth,
        hub: hub.map(Arc::new),
    }))
}

struct Anywhere365 {
    account: Account,
    setup: Arc<Setup>,
    auth: Auth,
    /// `None` where events are off.
    hub: Option<Arc<Hub>>,
}

impl Anywhere365 {
    async fn try_sign_in(
        &self,
        http: &reqwest::Client,
        credentials: &Credentials,
    ) -> Result<Control, Failure> {
        let secret = || credentials.secret.as_ref().ok_or(Kind::SignInRejected);
        let bearer = match &self.auth {
            Auth::None => Bearer::None,
            Auth::Token => Bearer::Token(SecretString::from(secret()?.expose_secret().trim())),
            Auth::Keycloak(grant) => {
                let password = secret()?.clone();
                let tokens = keycloak::Tokens::fetch(http, grant, password).await?;
                Bearer::Keycloak(Box::new(tokens))
            }
        };
        let access = Arc::new(Access {
            http: http.clone(),
            bearer,
        });
        let listening = self.hub.as_ref().map(|hub| {
            let (access, setup) = (Arc::clone(&access), Arc::clone(&self.setup));
            Arc::new(Listening::new(access, setup, Arc::clone(hub)))
        });
        let control = Control {
            access,
            setup: Arc::clone(&self.setup),
            listening,
        };
        control.check_capabilities().await?;
        Ok(control)
    }
}

#[async_trait]
impl Vendor for Anywhere365 {
    fn name(&self) -> &'static str {
        NAME
    }

    fn capabilities(&self) -> Capabilities {
        Capabilities {
            proof: ProofBy::ReadBack,
            calls: CallsBy::Told,
            resumes_itself_after: None,
            pauses: PauseScope::Call,
            pauses_by: PauseBy::Pausing,
            screen: false,
            hints: self.hub.is_some(),
        }
    }

    fn account(&self) -> Account {
        self.account.clone()
    }

    fn secret(&self) -> Option<&'static str> {
        match self.auth {
            Auth::None => None,
            Auth::Token => Some("bearer token"),
            Auth::Keycloak(_) => Some("password"),
        }
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
