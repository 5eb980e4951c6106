//! Genesys Quality Management, by its "Pause/Resume API" (docs/vendors/gqm.md).
//!
//! Nothing proves a pause: the reply to a command is not documented, and there is nothing to
//! read back. A call is recorded as one or more couples, each with a pause of its own. A
//! command looks up the couples of the agent's phone and acts on every one of them.

mod fields;
#[cfg(any(test, feature = "fuzzing"))]
pub(crate) mod fuzzing;
mod legs;
mod session;
mod wire;

use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use pause::ProofBy;
use reqwest::Method;
use reqwest::header::HeaderValue;

use crate::{
    Account, CallsBy, Capabilities, Credentials, Opened, Operation, PauseBy, PauseScope, Reach,
    Values, Vendor, VendorEntry, VendorError,
};
use fields::{NO_LOG_OUT, problem};
use session::Control;
use wire::{Couples, LogIn, PauseLink, Phone, Resume, Setup};

pub(crate) const ENTRY: VendorEntry = VendorEntry {
    name: NAME,
    title: "Genesys Quality Management",
    fields: fields::FIELDS,
    agent_field: "phone",
    reach: Reach::OtherAgents(
        "The Call Recording user can pause every call that it may see. Give it the rights Pause \
         and Resume Calls and Call List, no others, and let it see as few agents as you can.",
    ),
    open,
};

const NAME: &str = "gqm";

/// How often the list of calls is asked for while there is none.
const POLLED_EVERY: Duration = Duration::from_secs(15);

fn open(values: &Values) -> Opened {
    let mut problems = Vec::new();
    let phone = values.text("phone");
    let is_address = phone.parse::<IpAddr>().is_ok();
    let phone = match values.text("find_by") {
        "ip-address" => {
            if !is_address {
                problems.push(problem(
                    values,
                    "phone",
                    "is not an IP address",
                    "write it as in \"10.0.6.148\", or set find_by = \"number\"",
                ));
            }
            Phone::IpAddress(phone.to_owned())
        }
        _number => {
            if is_address {
                problems.push(problem(
                    values,
                    "phone",
                    "is an IP address",
                    "write the number, or set find_by = \"ip-address\"",
                ));
            }
            Phone::Number(phone.to_owned())
        }
    };
    let cookie = cookie(values.text("cookie"));
    if cookie.is_none() {
        problems.push(problem(
            values,
            "cookie",
            "is not a cookie",
            "write a name, = and a value without spaces, such as \"x=1\"",
        ));
    }
    let logout_path = values.text("logout_path");
    if logout_path != NO_LOG_OUT && (!logout_path.starts_with('/') || logout_path.contains("//")) {
        problems.push(problem(
            values,
            "logout_path",
            "is not a path",
            "write what follows base_url, from the slash on, or \"none\"",
        ));
    }
    let Some(cookie) = cookie.filter(|_| problems.is_empty()) else {
        return Err(problems);
    };
    Ok(Box::new(Gqm {
        account: Account {
            base_url: values.text("base_url").to_owned(),
            agent: format!("phone {}", phone.name()),
        },
        setup: Arc::new(Setup {
            base_url: values.url("base_url"),
            username: values.text("username").to_owned(),
            phone,
            direction: values.text("direction").to_owned(),
            log_in: match values.text("login") {
                "login-servlet" => LogIn::Servlet,
                _login_action => LogIn::Action,
            },
            cookie,
            logout_path: Some(logout_path)
                .filter(|path| *path != NO_LOG_OUT)
                .map(str::to_owned),
            couples: match values.text("couples") {
                "first" => Couples::First,
                _all => Couples::All,
            },
            pause_link: match values.text("pause_link") {
                "built" => PauseLink::Built,
                _details => PauseLink::Details,
            },
            method: match values.text("method") {
                "put" => Method::PUT,
                _post => Method::POST,
            },
            resume: match values.text("resume_parameters") {
                "pause" => Resume::Pause,
                "paused" => Resume::Paused,
                _both => Resume::Both,
            },
        }),
    }))
}

/// The header of a cookie, if this is one.
fn cookie(text: &str) -> Option<HeaderValue> {
    let (name, value) = text.split_once('=')?;
    let plain = |part: &str| {
        let allowed = |byte: u8| byte.is_ascii_graphic() && !b"\",;\\".contains(&byte);
        !part.is_empty() && part.bytes().all(allowed)
    };
    let right = plain(name) && plain(value);
    HeaderValue::from_str(text).ok().filter(|_| right)
}

struct Gqm {
    account: Account,
    setup: Arc<Setup>,
}

#[async_trait]
impl Vendor for Gqm {
    fn name(&self) -> &'static str {
        NAME
    }

    fn capabilities(&self) -> Capabilities {
        Capabilities {
            proof: ProofBy::Nothing,
            calls: CallsBy::Polling {
                every: POLLED_EVERY,
            },
            resumes_itself_after: None,
            pauses: PauseScope::Agent,
            pauses_by: PauseBy::Pausing,
            screen: true,
            // What it hints at is found in its list of calls: nothing is told unasked.
            hints: false,
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
        match Control::sign_in(http, &self.setup, credentials).await {
            Ok(control) => Ok(Box::new(control)),
            Err(failure) => Err(failure.at(NAME, Operation::SignIn)),
        }
    }
}

#[cfg(test)]
mod contract;
