//! Starting and stopping the recording of a call, leg by leg.

use std::collections::BTreeMap;

use super::{CommandReply, done, error, login_name};
use crate::options::Again;
use crate::site::World;
use crate::wire::{Asked, Carry, Reply};
use crate::{Site, Truth, Turn};

/// The starts that were carried out, by call: which leg each began, and what was said of it.
#[derive(Debug, Default)]
pub(super) struct Commands(BTreeMap<String, Vec<Begun>>);

#[derive(Clone, Debug)]
struct Begun {
    leg: usize,
    tag: Option<String>,
    owner: Option<String>,
}

/// One piece of a call's recording (Noojee).
#[derive(Clone, Debug, PartialEq)]
pub struct Leg {
    /// Its number on the call, from 1.
    pub number: usize,
    /// The "External Reference", where the start had a tag.
    pub tag: Option<String>,
    /// Whose it is, where the start said so.
    pub owner: Option<String>,
    /// When it began, in seconds from the start of the call.
    pub from_s: f64,
    /// When it ended; `None` while it goes on.
    pub until_s: Option<f64>,
}

pub(super) fn start(world: &mut World, asked: &Asked, carry: Carry) -> Reply {
    let login = match user(world, asked) {
        Ok(login) => login,
        Err(wrong) => return error(world, wrong),
    };
    let tag = asked.query("tag").or_else(|| asked.query("Tag"));
    let tag = tag.map(str::to_owned);
    let again = world.options.again;
    let Some(call) = target(world, asked) else {
        return error(world, NO_CHANNEL);
    };
    if call.truth() != Truth::Off {
        return match again {
            Again::Accepted => taken(world, "Recording started"),
            Again::Refused => error(world, "Recording is already started"),
        };
    }
    if carry == Carry::Out {
        call.set(Truth::Recording);
        let begun = Begun {
            leg: legs_of(&call.timeline).len(),
            tag,
            owner: login,
        };
        let id = call.id.clone();
        world.noojee.commands.0.entry(id).or_default().push(begun);
    }
    taken(world, "Recording started")
}

pub(super) fn stop(world: &mut World, asked: &Asked, carry: Carry) -> Reply {
    let login = match user(world, asked) {
        Ok(login) => login,
        Err(wrong) => return error(world, wrong),
    };
    if world.options.noojee.stop_needs_login && login.is_none() {
        return error(world, "agentLoginName is required");
    }
    let by_policy = world.options.noojee.recorded_by_policy;
    let again = world.options.again;
    let Some(call) = target(world, asked) else {
        return error(world, NO_CHANNEL);
    };
    if by_policy {
        return error(world, "The campaign requires the recording");
    }
    if call.truth() == Truth::Off && again == Again::Refused {
        return error(world, "Recording is not started");
    }
    if carry == Carry::Out {
        call.set(Truth::Off);
    }
    taken(world, "Recording stopped")
}

pub(super) fn hang_up(world: &mut World, asked: &Asked, carry: Carry) -> Reply {
    let Some(call) = target(world, asked) else {
        return error(world, NO_CHANNEL);
    };
    if carry == Carry::Out {
        call.end();
    }
    done("Channel Hungup")
}

const NO_CHANNEL: &str = "No such channel";

/// The call that is meant: an extension's, or the one of this unique id (documented).
fn target<'a>(world: &'a mut World, asked: &Asked) -> Option<&'a mut crate::call::Call> {
    let named = asked.query("extenOrUniqueId")?;
    if world.agents.contains(named) {
        world.running_call_of(named)
    } else {
        world.running_call(named)
    }
}

/// The user of `agentLoginName`, who has to exist (documented: "a valid Username").
fn user(world: &World, asked: &Asked) -> Result<Option<String>, &'static str> {
    let Some(login) = asked.query("agentLoginName") else {
        return Ok(None);
    };
    let mut agents = world.agents.iter();
    if agents.any(|agent| login_name(&world.options, agent) == login) {
        Ok(Some(login.to_owned()))
    } else {
        Err("Unknown agentLoginName")
    }
}

fn taken(world: &World, message: &str) -> Reply {
    match world.options.noojee.command_reply {
        CommandReply::Code => done(message),
        CommandReply::Empty => Reply::empty(200),
        CommandReply::PlainText => Reply::text(200, message),
    }
}

/// When each piece of the recording began and ended.
fn legs_of(timeline: &[Turn]) -> Vec<(f64, Option<f64>)> {
    let mut legs: Vec<(f64, Option<f64>)> = Vec::new();
    for turn in timeline {
        let open = legs.last_mut().filter(|(_, until)| until.is_none());
        match (turn.truth, open) {
            (Truth::Off, Some((_, until))) => *until = Some(turn.at_s),
            (Truth::Recording | Truth::Paused, None) => legs.push((turn.at_s, None)),
            (Truth::Off, None) | (Truth::Recording | Truth::Paused, Some(_)) => {}
        }
    }
    legs
}

impl Site {
    /// The pieces that the recording of a call consists of, in order (Noojee).
    pub fn legs(&self, id: &str) -> Vec<Leg> {
        let timeline = self.timeline(id).unwrap_or_default();
        let begun = self.with(|world| world.noojee.commands.0.get(id).cloned());
        let begun = begun.unwrap_or_default();
        let legs = legs_of(&timeline).into_iter().zip(1..);
        legs.map(|((from_s, until_s), number)| {
            let begun = begun.iter().find(|begun| begun.leg == number);
            Leg {
                number,
                tag: begun.and_then(|begun| begun.tag.clone()),
                owner: begun.and_then(|begun| begun.owner.clone()),
                from_s,
                until_s,
            }
        })
        .collect()
    }
}
