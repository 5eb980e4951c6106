//! What is known of the agent's calls from one poll to the next. Nothing here does I/O.

use std::collections::VecDeque;

use pause::CallId;

use super::wire::{Status, Told};
use crate::{Kind, VendorEvent};

/// An agent has no more calls than this; a server that says so is not believed.
const MOST_CALLS: usize = 64;

/// How many calls that are over are remembered, so that an event that comes again cannot bring
/// one back: a unique id is never used twice.
const REMEMBERED: usize = 64;

/// The agent's calls, and up to which event they are known.
#[derive(Debug, Default)]
pub(super) struct Watch {
    last: u64,
    up: Vec<CallId>,
    over: VecDeque<CallId>,
}

/// What a poll has brought.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Brought {
    /// These, and the numbers have moved on.
    Events(Vec<VendorEvent>),
    /// No event that has not been told already.
    Nothing,
    /// The numbers have gone back: the server has begun anew, and how it is has to be asked.
    StartedAnew,
}

impl Watch {
    /// The number of the newest event that is known.
    pub(super) fn last(&self) -> u64 {
        self.last
    }

    /// The number that is known is worth nothing: the server may have begun anew.
    pub(super) fn begin_anew(&mut self) {
        self.last = 0;
    }

    /// Takes in how the calls are, and returns what is not known yet.
    pub(super) fn present(&mut self, told: &Told) -> Result<Vec<VendorEvent>, Kind> {
        // Taken even if it is smaller: it is the largest of the calls that are there, or that of
        // a server that has begun anew. What is told twice then is known.
        if let Some(sequence) = told.sequence {
            self.last = sequence;
        }
        let is_up = |id: &CallId| {
            let last = told.calls.iter().rev().find(|call| call.id == *id);
            last.is_some_and(|call| call.status == Status::Up)
        };
        let gone: Vec<_> = self.up.iter().filter(|id| !is_up(id)).cloned().collect();
        let mut events: Vec<_> = gone.into_iter().filter_map(|id| self.end(id)).collect();
        for call in told.calls.iter().filter(|call| is_up(&call.id)) {
            self.over.retain(|over| *over != call.id);
            events.extend(self.begin(&call.id)?);
        }
        Ok(events)
    }

    /// Takes in what has happened, and returns what of it is not known yet.
    pub(super) fn news(&mut self, told: &Told) -> Result<Brought, Kind> {
        match told.sequence {
            Some(sequence) if sequence < self.last => {
                self.begin_anew();
                return Ok(Brought::StartedAnew);
            }
            Some(sequence) if sequence > self.last => {}
            Some(_) | None => return Ok(Brought::Nothing),
        }
        let is_new = |sequence: Option<u64>| sequence.is_none_or(|sequence| sequence > self.last);
        let mut calls: Vec<_> = told.calls.iter().filter(|it| is_new(it.sequence)).collect();
        // Several events may come together, in an order that is not documented.
        if calls.iter().all(|call| call.sequence.is_some()) {
            calls.sort_by_key(|call| call.sequence);
        }
        self.last = told.sequence.unwrap_or(self.last);
        let mut events = Vec::new();
        for (at, call) in calls.iter().enumerate() {
            // What has become of it counts, not how it got there.
            if calls[at + 1..].iter().any(|later| later.id == call.id) {
                continue;
            }
            events.extend(match call.status {
                Status::NotYet => None,
                Status::Up if self.over.contains(&call.id) => None,
                Status::Up => self.begin(&call.id)?,
                Status::Over => self.end(call.id.clone()),
            });
        }
        Ok(Brought::Events(events))
    }

    fn begin(&mut self, id: &CallId) -> Result<Option<VendorEvent>, Kind> {
        if self.up.contains(id) {
            return Ok(None);
        }
        if self.up.len() == MOST_CALLS {
            return Err(Kind::Unintelligible("it tells of far too many calls"));
        }
        self.up.push(id.clone());
        Ok(Some(VendorEvent::CallStarted(id.clone())))
    }

    fn end(&mut self, id: CallId) -> Option<VendorEvent> {
        if !self.over.contains(&id) {
            self.over.push_back(id.clone());
        }
        if self.over.len() > REMEMBERED {
            self.over.pop_front();
        }
        let known = self.up.iter().position(|up| *up == id)?;
        self.up.remove(known);
        Some(VendorEvent::CallEnded(id))
    }
}

#[cfg(test)]
mod tests;
