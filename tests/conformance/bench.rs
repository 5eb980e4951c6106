//! One vendor's adapter, wired to its simulator.

use std::time::Duration;

use libtest_mimic::Failed;
use pause::CallId;
use secrecy::SecretString;
use simulators::audio::Script;
use simulators::{Anywhere365Options, Bearer, Hub, Options, Simulator, Truth};
use vendors::{Capabilities, Control, Credentials, Values, Vendor, VendorEntry};

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
                hub: Hub::Core,
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

    pub(crate) async fn sign_in(&self) -> Result<Box<dyn Control>, Failed> {
        self.sign_in_with(CANARY)
            .await
            .map_err(|error| format!("signing in: {error}").into())
    }

    pub(crate) async fn sign_in_with(
        &self,
        secret: &str,
    ) -> Result<Box<dyn Control>, vendors::VendorError> {
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

    /// Puts somebody else on a call.
    pub(crate) fn start_call_of_another_agent(&self) -> CallId {
        let site = self.simulator.site();
        let other = match self.simulator.vendor() {
            simulators::Vendor::Anywhere365 => "sip:other@domain.com",
            simulators::Vendor::Gws => "agent2@acme.example",
            simulators::Vendor::Xima | simulators::Vendor::Gqm | simulators::Vendor::Noojee => {
                "1685"
            }
        };
        CallId::new(site.start_call(other, Script::default()))
    }

    /// What a recorder does at this vendor while it is paused.
    pub(crate) const fn paused(&self) -> Truth {
        self.simulator.vendor().paused()
    }

    /// Waits until a recorder does this.
    pub(crate) async fn becomes(&self, call: &CallId, truth: Truth) -> Result<(), Failed> {
        for _ in 0..SOON.as_millis() / STEP.as_millis() {
            if self.truth(call) == truth {
                return Ok(());
            }
            tokio::time::sleep(STEP).await;
        }
        Err(format!("it never is {truth}, but {}", self.truth(call)).into())
    }

    /// Makes sure that a recorder does this, and goes on doing it: some vendors carry a command
    /// out a while after they have taken it.
    pub(crate) async fn stays(&self, call: &CallId, truth: Truth) -> Result<(), Failed> {
        for _ in 0..LATE.as_millis() / STEP.as_millis() {
            if self.truth(call) != truth {
                return Err(format!("it is {} and not {truth}", self.truth(call)).into());
            }
            tokio::time::sleep(STEP).await;
        }
        Ok(())
    }

    /// How many requests a pause of one call costs (`docs/vendors/`).
    pub(crate) const fn requests_of_a_command(&self) -> usize {
        match self.simulator.vendor() {
            // The list, the details of the one couple, the pause.
            simulators::Vendor::Gqm => 3,
            simulators::Vendor::Xima
            | simulators::Vendor::Anywhere365
            | simulators::Vendor::Noojee
            | simulators::Vendor::Gws => 1,
        }
    }

    /// How many requests the vendor has seen.
    pub(crate) fn requests(&self) -> usize {
        self.simulator.site().requests().len()
    }
}

fn simulated(entry: &VendorEntry) -> simulators::Vendor {
    match entry.name {
        "xima" => simulators::Vendor::Xima,
        "gqm" => simulators::Vendor::Gqm,
        "anywhere365" => simulators::Vendor::Anywhere365,
        "noojee" => simulators::Vendor::Noojee,
        "gws" => simulators::Vendor::Gws,
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
        "gqm" => {
            set("username", "callrec-api");
            set("phone", "1684");
        }
        "anywhere365" => {
            set("ucc", "ucc-demo-name");
            set("requester_sip_uri", "sip:agent@domain.com");
            set("auth", "token");
            set("events", "core");
            set("hub_path", "/attendantservice/hubs/recording");
        }
        "gws" => {
            set("username", "agent1@acme.example");
        }
        "noojee" => {
            set("extension", "1684");
            set("agent_login_name", "Fred");
            set("pausing", "stop-and-start");
            set("no_call_text", "No such channel");
        }
        other => panic!("how is {other} set up?"),
    }
    let values = Values::read(entry.fields, &table).expect("the settings above are right");
    (entry.open)(&values).expect("the settings above go together")
}

/// How often a recorder is looked at.
const STEP: Duration = Duration::from_millis(10);

/// By now every simulated vendor has carried out what it has taken.
const LATE: Duration = Duration::from_millis(300);

/// Long enough for anything on this computer.
pub(crate) const SOON: Duration = Duration::from_secs(5);
