//! One vendor's adapter, wired to its simulator.

use std::time::Duration;

use libtest_mimic::Failed;
use pause::CallId;
use secrecy::SecretString;
use simulators::audio::Script;
use simulators::{Anywhere365Options, Bearer, Options, Simulator, Truth};
use vendors::{Capabilities, Credentials, Session, Values, Vendor, VendorEntry};

use crate::liar::{Liar, Lie};

/// Recognisable wherever it turns up.
pub(crate) const CANARY: &str = "canary-5ecre7-0f-7h3-b3nch";

pub(crate) struct Bench {
    pub(crate) simulator: Simulator,
    pub(crate) vendor: Box<dyn Vendor>,
    pub(crate) http: reqwest::Client,
}

impl Bench {
    pub(crate) fn new(entry: &'static VendorEntry, lie: Lie) -> Result<Self, Failed> {
        let options = Options {
            secret: Some(CANARY.to_owned()),
            anywhere365: Anywhere365Options {
                bearer: Bearer::Secret,
                ..Anywhere365Options::default()
            },
            ..Options::default()
        };
        let simulator = Simulator::start(simulated(entry), options)?;
        let honest = open(entry, &simulator.base_url());
        Ok(Self {
            vendor: Box::new(Liar::new(honest, lie, simulator.site())),
            http: controller::http_client()?,
            simulator,
        })
    }

    pub(crate) fn capabilities(entry: &'static VendorEntry) -> Capabilities {
        open(entry, "http://127.0.0.1:1").capabilities()
    }

    pub(crate) async fn sign_in(&self) -> Result<Session, Failed> {
        self.sign_in_with(CANARY)
            .await
            .map_err(|error| format!("signing in: {error}").into())
    }

    pub(crate) async fn sign_in_with(&self, secret: &str) -> Result<Session, vendors::VendorError> {
        let secret = Some(SecretString::from(secret));
        self.vendor
            .sign_in(&self.http, &Credentials { secret })
            .await
    }

    /// Puts the agent on a call.
    pub(crate) fn start_call(&self) -> CallId {
        let site = self.simulator.site();
        CallId::new(site.start_call(&site.agent(), Script::default()))
    }

    pub(crate) fn truth(&self, call: &CallId) -> Truth {
        let truth = self.simulator.site().truth(call.as_str());
        truth.expect("the call was started here")
    }

    /// How many requests the vendor has seen.
    pub(crate) fn requests(&self) -> usize {
        self.simulator.site().requests().len()
    }
}

fn simulated(entry: &VendorEntry) -> simulators::Vendor {
    match entry.name {
        "xima" => simulators::Vendor::Xima,
        "anywhere365" => simulators::Vendor::Anywhere365,
        other => panic!("there is no simulator of {other}: add one"),
    }
}

fn open(entry: &'static VendorEntry, base_url: &str) -> Box<dyn Vendor> {
    let mut table = toml::Table::new();
    let mut set = |key: &str, value: &str| table.insert(key.to_owned(), value.into());
    set("base_url", base_url);
    match entry.name {
        "xima" => {
            set("extension", "1684");
        }
        "anywhere365" => {
            set("ucc", "ucc-demo-name");
            set("requester_sip_uri", "sip:agent@domain.com");
            set("auth", "token");
        }
        other => panic!("how is {other} set up?"),
    }
    let values = Values::read(entry.fields, &table).expect("the settings above are right");
    (entry.open)(&values).expect("the settings above go together")
}

/// Long enough for anything on this computer.
pub(crate) const SOON: Duration = Duration::from_secs(5);
