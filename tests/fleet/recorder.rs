//! What an agent's recorder was, call after call.

use std::time::Duration;

use simulators::{History, Truth};

/// A recorder over time: of one call, or of all calls of an agent one after the other.
#[derive(Debug)]
pub(crate) struct Recorder {
    turns: Vec<(Duration, Truth)>,
    started: Vec<Duration>,
}

/// A time in which the recorder was not what was claimed.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Otherwise {
    pub(crate) from: Duration,
    pub(crate) to: Duration,
    /// It was so from the start of a call.
    pub(crate) by_a_call: bool,
}

impl Recorder {
    pub(crate) fn of<'a>(histories: impl Iterator<Item = &'a History>) -> Self {
        let histories: Vec<&History> = histories.collect();
        let turns = histories.iter().flat_map(|history| history.turns.clone());
        let mut turns: Vec<(Duration, Truth)> = turns.collect();
        turns.sort_by_key(|(at, _)| *at);
        let firsts = histories.iter().filter_map(|history| history.turns.first());
        Self {
            turns,
            started: firsts.map(|(at, _)| *at).collect(),
        }
    }

    /// What it became from one moment to another.
    pub(crate) fn turns_between(
        &self,
        from: Duration,
        until: Duration,
    ) -> impl Iterator<Item = &(Duration, Truth)> {
        let turns = self.turns.iter();
        turns.filter(move |(at, _)| (from..until).contains(at))
    }

    /// When it was anything that makes a claim wrong.
    pub(crate) fn otherwise(&self, is_wrong: impl Fn(Truth) -> bool) -> Vec<Otherwise> {
        let mut found: Vec<Otherwise> = Vec::new();
        let mut open: Option<Duration> = None;
        let ends = self.turns.iter().skip(1).map(|(at, _)| *at);
        for ((at, truth), to) in self.turns.iter().zip(ends.chain([Duration::MAX])) {
            if !is_wrong(*truth) {
                open = None;
                continue;
            }
            let from = *open.get_or_insert(*at);
            match found.last_mut().filter(|last| last.from == from) {
                Some(last) => last.to = to,
                None => found.push(Otherwise {
                    from,
                    to,
                    by_a_call: self.started.contains(&from),
                }),
            }
        }
        found
    }
}
