//! The simulated vendor, as the engine asks it.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use tokio::time::sleep;
use vendors::{
    Account, Capabilities, Control, Credentials, Field, FieldKind, FieldProblem, Kind, Operation,
    PauseBy, PauseScope, Place, Reach, Values, Vendor, VendorEntry, VendorError,
};

use crate::session::Session;
use crate::world::World;

/// The secret of every agent: nothing that is shown or written may hold it.
pub(crate) const SECRET: &str = "canary-5bd1e2f9";

/// How long the engine gives a request, and a sign-in.
pub(crate) const ANSWER_WITHIN: Duration = Duration::from_millis(1_400);
const SIGN_IN_WITHIN: Duration = Duration::from_secs(10);

pub(crate) const VENDORS: &[VendorEntry] = &[VendorEntry {
    name: "simulated",
    title: "Simulated",
    fields: &[Field {
        key: "world",
        label: "World",
        about: "Which world.",
        kind: FieldKind::Digits,
        default: None,
        example: "0",
        place: Place::SignIn,
    }],
    agent_field: "world",
    reach: Reach::Agent,
    open,
}];

pub(crate) fn error(operation: Operation, kind: Kind) -> VendorError {
    VendorError {
        vendor: "simulated",
        operation,
        kind,
        source: None,
    }
}

fn open(values: &Values) -> Result<Box<dyn Vendor>, Vec<FieldProblem>> {
    let number = values.text("world").parse().expect("digits");
    Ok(Box::new(SimulatedVendor {
        number,
        // The example in the form is no world; nothing but its secret's name is asked of it.
        world: World::of(number),
    }))
}

struct SimulatedVendor {
    number: usize,
    world: Option<Arc<World>>,
}

/// A request that is out; given up too late is a promise broken (D6).
pub(crate) struct Held {
    world: Arc<World>,
    what: Operation,
    since: Duration,
    within: Duration,
}

impl Held {
    pub(crate) fn new(world: &Arc<World>, what: Operation, within: Duration) -> Self {
        Self {
            world: Arc::clone(world),
            what,
            since: world.now(),
            within,
        }
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        let now = self.world.now();
        let (since, what) = (self.since, self.what);
        let slept = self.world.truth(|truth| truth.slept_between(since, now));
        if now > since + self.within + Duration::from_millis(2) && !slept {
            let took = (now - since).as_millis();
            self.world.broke(format!("{what} was out for {took} ms"));
        }
    }
}

#[async_trait]
impl Vendor for SimulatedVendor {
    fn name(&self) -> &'static str {
        "simulated"
    }

    fn capabilities(&self) -> Capabilities {
        let nature = self.world.as_ref().expect("there is a world").nature;
        Capabilities {
            proof: nature.proof,
            calls: nature.calls,
            resumes_itself_after: None,
            pauses: PauseScope::Call,
            pauses_by: PauseBy::Pausing,
            screen: false,
            hints: nature.tells(),
        }
    }

    fn account(&self) -> Account {
        Account {
            base_url: "https://simulated.example".to_owned(),
            agent: format!("extension {}", self.number),
        }
    }

    fn secret(&self) -> Option<&'static str> {
        Some("pass phrase")
    }

    async fn sign_in(
        &self,
        _http: &reqwest::Client,
        _credentials: &Credentials,
    ) -> Result<Box<dyn Control>, VendorError> {
        let world = self.world.as_ref().expect("there is a world");
        let _held = Held::new(world, Operation::SignIn, SIGN_IN_WITHIN);
        sleep(world.some_millis(50, 900)).await;
        let now = world.now();
        let (lost, fails) = world.with(|state| {
            let fails = now < state.sign_in_fails_until;
            (now < state.lost_until, fails)
        });
        if lost {
            return Err(error(Operation::SignIn, Kind::Unreachable));
        }
        if fails && world.with(|state| state.chance.percent(30)) {
            std::future::pending::<()>().await;
        }
        if fails {
            return Err(error(Operation::SignIn, Kind::ServerFailed(503)));
        }
        let number = world.with(|state| {
            state.sessions += 1;
            state.sessions
        });
        world.note("signed in");
        Ok(Box::new(Session {
            world: Arc::clone(world),
            number,
        }))
    }
}
