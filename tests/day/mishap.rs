//! How each thing goes wrong, unless it befalls a command.

use std::sync::Arc;

use pause::{Recorder, Wanted};
use vendors::{Kind, VendorEvent};

use crate::fault::Fault;
use crate::shift::Shift;
use crate::truth::By;

/// Brings a fault about.
pub(crate) async fn befall(shift: &mut Shift, fault: Fault) -> Result<(), String> {
    let world = Arc::clone(&shift.world);
    match fault {
        Fault::LostReply
        | Fault::LateExecution
        | Fault::Lie
        | Fault::Refused
        | Fault::Throttled
        | Fault::ServerFailed
        | Fault::Hang => return Err(format!("{fault:?} befalls commands")),
        Fault::ReadBacksFail => {
            let until = world.for_seconds(3, 30);
            world.with(|state| state.reads_fail_until = until);
        }
        Fault::CallsUnanswered => {
            let until = world.for_seconds(5, 40);
            world.with(|state| state.calls_hang_until = until);
        }
        Fault::SessionEnded => world.ends_sessions(),
        Fault::SignInFails => {
            let until = world.for_seconds(3, 60);
            world.with(|state| state.sign_in_fails_until = until);
            world.ends_sessions();
        }
        Fault::LinkLost => {
            let until = world.for_seconds(3, 90);
            world.with(|state| state.lost_until = until);
            world.falls_silent(Kind::Unreachable);
        }
        Fault::StaleEvent => {
            let call = shift.current();
            let recorder = match world.truth(|truth| truth.recorder(&call)) {
                Recorder::Paused => Recorder::Recording,
                Recorder::Recording | Recorder::Off => Recorder::Paused,
            };
            world.say(VendorEvent::Hint { call, recorder });
        }
        Fault::DuplicateEvent => {
            if let Some(newest) = world.with(|state| state.newest_event.clone()) {
                world.say(newest);
            }
        }
        Fault::EventsOutOfOrder => {
            let call = shift.current();
            let now = world.truth(|truth| truth.recorder(&call));
            for recorder in [now, Recorder::Recording, Recorder::Paused] {
                let call = call.clone();
                world.say(VendorEvent::Hint { call, recorder });
            }
        }
        Fault::LateEvent | Fault::MissedEvent => {
            world.with(|state| state.of_events.push_back(fault));
        }
        Fault::EventsEnd => world.falls_silent(Kind::NoAnswer),
        Fault::EndedWhilePaused => world.ends(&shift.current()),
        Fault::Replaced | Fault::Transferred => shift.goes_over(),
        Fault::TwoCalls => shift.second_call(),
        Fault::IdReused => {
            let call = shift.current();
            world.ends(&call);
            let soon = world.some_millis(0, 1_500);
            tokio::time::sleep(soon).await;
            world.starts(&call, Recorder::Recording);
        }
        Fault::Meddled => {
            let call = shift.current();
            let wanted = match world.truth(|truth| truth.recorder(&call)) {
                Recorder::Paused => Wanted::Recording,
                Recorder::Recording | Recorder::Off => Wanted::Paused,
            };
            world.turns(&call, wanted, By::Others);
        }
        Fault::Killed => shift.is_killed().await?,
        Fault::Asleep => shift.sleeps().await,
        Fault::PolicyChanged => shift.decides_otherwise(),
    }
    Ok(())
}
