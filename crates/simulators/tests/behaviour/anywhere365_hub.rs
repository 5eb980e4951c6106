//! The event hub of Anywhere365, byte by byte.

mod aspnet_core;
mod aspnet_core_statuses;
mod classic;
mod classic_recovery;
mod events;
mod wire;

use simulators::audio::Script;
use simulators::{Anywhere365Options, Hub, Join, JoinArgument, Options, Simulator, Vendor};
use std::time::{Duration, Instant};

/// The form of a hub's events, with the default arguments.
fn argument(call: &str, action: u8) -> serde_json::Value {
    serde_json::json!({
        "UccName": "ucc-demo-name",
        "CorrelationId": call,
        "StateAction": action,
    })
}

/// A hub that often says that it is there.
fn hub(hub: Hub) -> Anywhere365Options {
    Anywhere365Options {
        hub,
        keep_alive: Some(Duration::from_millis(100)),
        poll_timeout: Some(Duration::from_millis(300)),
        ..Anywhere365Options::default()
    }
}

/// One that does not wait long for its clients either.
fn impatient(hub_is: Hub) -> Anywhere365Options {
    Anywhere365Options {
        hub_timeout: PATIENCE,
        ..hub(hub_is)
    }
}

const PATIENCE: Duration = Duration::from_millis(600);

fn start(anywhere365: Anywhere365Options) -> (Simulator, String) {
    let options = Options {
        anywhere365,
        ..Options::default()
    };
    let anywhere = Simulator::start(Vendor::Anywhere365, options).expect("a free port");
    let call = anywhere
        .site()
        .start_call(anywhere.sip_uri(), Script::new());
    (anywhere, call)
}

/// A method that asks for the events of an agent.
fn join_agent() -> Option<Join> {
    Some(Join {
        method: "JoinAgent".to_owned(),
        arguments: vec![JoinArgument::Ucc, JoinArgument::Requester],
    })
}

fn pause_briefly() {
    std::thread::sleep(Duration::from_millis(50));
}

/// How long it is since a moment. Not a clock that a test could replace: the simulator has none.
struct Since(Instant);

impl Since {
    #[expect(
        clippy::disallowed_methods,
        reason = "how long a simulator takes is told by the computer's clock"
    )]
    fn now() -> Self {
        Self(Instant::now())
    }

    fn passed(&self) -> Duration {
        self.0.elapsed()
    }
}
