//! One session at the simulated vendor: what it does with each request.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use futures_util::{StreamExt, stream};
use pause::{CallId, ProofBy, Recorder, Wanted};
use tokio::sync::mpsc;
use tokio::time::sleep;
use vendors::{Accepted, Control, Events, Kind, Operation, VendorError};

use crate::fault::Fault;
use crate::truth::{By, Command};
use crate::vendor::{ANSWER_WITHIN, Held, error};
use crate::world::World;

/// A session; over once the world says so of its number.
pub(crate) struct Session {
    pub(crate) world: Arc<World>,
    pub(crate) number: usize,
}

/// What the vendor does with a command.
struct Doing {
    carries_out_after: Option<Duration>,
    replies_after: Option<Duration>,
    says: Option<Kind>,
}

impl Session {
    fn goes_on(&self, operation: Operation) -> Result<(), VendorError> {
        let now = self.world.now();
        let (over, lost) = self.world.with(|state| {
            let over = self.number <= state.over;
            (over, now < state.lost_until)
        });
        if lost {
            Err(error(operation, Kind::Unreachable))
        } else if over {
            Err(error(operation, Kind::SessionEnded))
        } else {
            Ok(())
        }
    }

    /// What it does with this command.
    fn does(&self) -> Doing {
        let fault = self.world.with(|state| state.of_commands.pop_front());
        let usual = self.world.some_millis(40, 700);
        if let Some(fault) = fault {
            self.world.happened(fault);
        }
        let half = usual / 2;
        let does = |carries_out_after, replies_after, says| Doing {
            carries_out_after,
            replies_after,
            says,
        };
        let coin = self.world.with(|state| state.chance.percent(50));
        match fault {
            Some(Fault::LostReply) if coin => does(Some(half), Some(usual), Some(Kind::NoAnswer)),
            Some(Fault::LostReply) => does(Some(half), None, None),
            Some(Fault::LateExecution) => {
                let late = self.world.some_millis(1_500, 20_000);
                does(Some(late), None, None)
            }
            Some(Fault::Lie) => does(None, Some(usual), None),
            Some(Fault::Refused) => {
                let why = Kind::Refused("busy".to_owned());
                does(None, Some(usual), Some(why))
            }
            Some(Fault::Throttled) => {
                let wish = self.world.some_millis(500, 6_000);
                let retry_after = coin.then_some(wish);
                does(None, Some(usual), Some(Kind::Throttled { retry_after }))
            }
            Some(Fault::ServerFailed) => does(
                coin.then_some(half),
                Some(usual),
                Some(Kind::ServerFailed(500)),
            ),
            Some(Fault::Hang) => does(None, None, None),
            Some(_) | None => does(Some(half), Some(usual), None),
        }
    }
}

#[async_trait]
impl Control for Session {
    async fn command(&self, call: &CallId, wanted: Wanted) -> Result<Accepted, VendorError> {
        let operation = match wanted {
            Wanted::Paused => Operation::Pause,
            Wanted::Recording => Operation::Resume,
        };
        let world = &self.world;
        let _held = Held::new(world, operation, ANSWER_WITHIN);
        world.note(&format!("{operation} {call}"));
        let number = world.with(|state| {
            state.truth.commands.push(Command {
                at: world.now(),
                call: call.clone(),
                wanted,
                accepted_at: None,
            });
            state.truth.commands.len() - 1
        });
        self.goes_on(operation)?;
        if world.truth(|truth| !truth.live.contains_key(call)) {
            return Err(error(operation, Kind::NoSuchCall));
        }
        let doing = self.does();
        if let Some(after) = doing.carries_out_after {
            // The vendor goes on whether anybody waits for it or not.
            let (world, call) = (Arc::clone(world), call.clone());
            tokio::spawn(async move {
                sleep(after).await;
                if !world.nature.lies_in_proof {
                    world.turns(&call, wanted, By::Us);
                }
            });
        }
        match doing.replies_after {
            Some(after) => sleep(after).await,
            None => std::future::pending().await,
        }
        if let Some(kind) = doing.says {
            return Err(error(operation, kind));
        }
        let now = world.now();
        let recorder = world.with(|state| {
            state.truth.commands[number].accepted_at = Some(now);
            state.truth.recorder(call)
        });
        Ok(match (world.nature.proof, world.nature.lies_in_proof) {
            (ProofBy::Reply, true) => Accepted::Confirmed(Recorder::Paused),
            (ProofBy::Reply, false) => Accepted::Confirmed(recorder),
            (ProofBy::ReadBack | ProofBy::Nothing, _) => Accepted::Unproven,
        })
    }

    async fn recorder(&self, call: &CallId) -> Result<Recorder, VendorError> {
        let operation = Operation::ReadBack;
        let world = &self.world;
        if !world.nature.proves() {
            return Err(error(operation, Kind::NotSupported));
        }
        let _held = Held::new(world, operation, ANSWER_WITHIN);
        self.goes_on(operation)?;
        let half = world.some_millis(15, 200);
        sleep(half).await;
        let now = world.now();
        if world.with(|state| now < state.reads_fail_until) {
            if world.with(|state| state.chance.percent(50)) {
                std::future::pending::<()>().await;
            }
            return Err(error(operation, Kind::ServerFailed(502)));
        }
        let seen = world.truth(|truth| truth.live.get(call).map(|_| truth.recorder(call)));
        sleep(half).await;
        if world.nature.lies_in_proof {
            return Ok(Recorder::Paused);
        }
        seen.ok_or_else(|| error(operation, Kind::NoSuchCall))
    }

    async fn calls(&self) -> Result<Vec<CallId>, VendorError> {
        let world = &self.world;
        let _held = Held::new(world, Operation::Calls, ANSWER_WITHIN);
        self.goes_on(Operation::Calls)?;
        let half = world.some_millis(15, 200);
        sleep(half).await;
        let now = world.now();
        if world.with(|state| now < state.calls_hang_until) {
            std::future::pending::<()>().await;
        }
        let calls = world.truth(|truth| truth.live.keys().cloned().collect());
        sleep(half).await;
        Ok(calls)
    }

    async fn listen(&self) -> Result<Events, VendorError> {
        self.goes_on(Operation::Events)?;
        if !self.world.nature.tells() {
            return Ok(stream::pending().boxed());
        }
        sleep(self.world.some_millis(20, 300)).await;
        self.goes_on(Operation::Events)?;
        let (send, events) = mpsc::unbounded_channel();
        self.world.with(|state| state.events = Some(send));
        let events = stream::unfold(events, |mut events| async move {
            Some((events.recv().await?, events))
        });
        Ok(events.boxed())
    }

    async fn sign_out(&self) -> Result<(), VendorError> {
        Ok(())
    }
}
