//! What was so at the vendor, at every moment.

use std::collections::BTreeMap;
use std::time::Duration;

use pause::{CallId, Recorder, Wanted};

use crate::fault::Fault;

/// Who brought a turn of a recorder about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum By {
    /// The call began or ended.
    Call,
    /// A command of the engine.
    Us,
    /// Somebody else at the vendor.
    Others,
}

/// A recorder became this.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Turn {
    pub(crate) at: Duration,
    pub(crate) recorder: Recorder,
    pub(crate) by: By,
}

/// A command, as it reached the vendor.
#[derive(Clone, Debug)]
pub(crate) struct Command {
    pub(crate) at: Duration,
    pub(crate) call: CallId,
    pub(crate) wanted: Wanted,
    pub(crate) accepted_at: Option<Duration>,
}

/// A time in which a recorder was paused.
#[derive(Clone, Debug)]
pub(crate) struct Stretch {
    pub(crate) call: CallId,
    pub(crate) from: Duration,
    pub(crate) until: Duration,
    pub(crate) by: By,
}

/// How often something went wrong.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Times {
    pub(crate) ever: u64,
    pub(crate) while_paused: u64,
}

/// All that was so.
#[derive(Debug, Default)]
pub(crate) struct Truth {
    /// What each recorder became, by the call's id; before the first turn it was off.
    pub(crate) turns: BTreeMap<CallId, Vec<Turn>>,
    /// The calls that there are, and since when.
    pub(crate) live: BTreeMap<CallId, Duration>,
    /// When the vendor told of a call, where it has.
    pub(crate) told: BTreeMap<CallId, Duration>,
    pub(crate) commands: Vec<Command>,
    pub(crate) faults: BTreeMap<Fault, Times>,
    /// When the computer slept.
    pub(crate) slept: Vec<(Duration, Duration)>,
    pub(crate) calls: usize,
}

impl Truth {
    pub(crate) fn set(&mut self, call: &CallId, at: Duration, recorder: Recorder, by: By) {
        let turns = self.turns.entry(call.clone()).or_default();
        turns.push(Turn { at, recorder, by });
    }

    pub(crate) fn recorder(&self, call: &CallId) -> Recorder {
        let newest = self.turns.get(call).and_then(|turns| turns.last());
        newest.map_or(Recorder::Off, |turn| turn.recorder)
    }

    pub(crate) fn is_paused(&self) -> bool {
        let mut calls = self.live.keys();
        calls.any(|call| self.recorder(call) == Recorder::Paused)
    }

    pub(crate) fn happened(&mut self, fault: Fault) {
        let paused = u64::from(self.is_paused());
        let times = self.faults.entry(fault).or_default();
        times.ever += 1;
        times.while_paused += paused;
    }

    pub(crate) fn slept_between(&self, from: Duration, until: Duration) -> bool {
        let slept = self.slept.iter();
        slept
            .rev()
            .any(|(asleep, awake)| *asleep <= until && *awake >= from)
    }

    /// Whether the recorder was so at some moment of this time, both ends included.
    pub(crate) fn was(
        &self,
        call: &CallId,
        recorder: Recorder,
        from: Duration,
        until: Duration,
    ) -> bool {
        let turns = self.turns.get(call).map_or(&[][..], Vec::as_slice);
        let at_first = turns.first().is_none_or(|first| from < first.at);
        let mut stretches = turns.iter().enumerate().rev();
        recorder == Recorder::Off && at_first
            || stretches.any(|(n, turn)| {
                let to = turns.get(n + 1).map_or(Duration::MAX, |next| next.at);
                turn.recorder == recorder && turn.at <= until && to >= from
            })
    }

    /// The newest command of a call that went out before this moment.
    pub(crate) fn command_before(&self, call: &CallId, at: Duration) -> Option<&Command> {
        let commands = self.commands.iter().rev();
        let mut commands = commands.skip_while(|command| command.at >= at);
        commands.find(|command| command.call == *call)
    }

    /// Each time in which a recorder was paused.
    pub(crate) fn pauses(&self, end: Duration) -> Vec<Stretch> {
        let mut stretches: Vec<Stretch> = Vec::new();
        for (call, turns) in &self.turns {
            let mut paused: Option<Turn> = None;
            for turn in turns {
                match (turn.recorder, paused) {
                    (Recorder::Paused, None) => paused = Some(*turn),
                    (Recorder::Recording | Recorder::Off, Some(from)) => {
                        stretches.push(stretch(call, from, turn.at));
                        paused = None;
                    }
                    (Recorder::Paused, Some(_)) | (Recorder::Recording | Recorder::Off, None) => {}
                }
            }
            if let Some(from) = paused {
                stretches.push(stretch(call, from, end));
            }
        }
        stretches
    }
}

fn stretch(call: &CallId, from: Turn, until: Duration) -> Stretch {
    Stretch {
        call: call.clone(),
        from: from.at,
        until,
        by: from.by,
    }
}
