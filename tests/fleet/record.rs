//! Everything that is known of a shift once it is over.

use std::collections::BTreeMap;
use std::time::Duration;

use simulators::{History, Request};

use crate::plan::Plan;
use crate::shown::Stretch;
use crate::vendor::Fleet;

/// A shift that is over. All times are on the clock of its site.
pub(crate) struct Record {
    pub(crate) fleet: &'static Fleet,
    pub(crate) plan: Plan,
    pub(crate) agents: Vec<Agent>,
    pub(crate) histories: BTreeMap<String, History>,
    pub(crate) requests: Vec<Request>,
    /// From when on the vendor was gone, and from when on it was back.
    pub(crate) gone: Duration,
    pub(crate) back: Duration,
    pub(crate) ended: Duration,
    /// What this process had of the processors.
    pub(crate) processor: Duration,
    /// How late this computer was at worst.
    pub(crate) late: Duration,
}

/// What one agent did and was shown.
pub(crate) struct Agent {
    pub(crate) name: String,
    /// Whether somebody else is at their recorder, too.
    pub(crate) meddled: bool,
    pub(crate) deeds: Vec<Deed>,
    pub(crate) shown: Vec<Stretch>,
}

/// Something that an agent, or somebody else, did.
#[derive(Clone, Debug)]
pub(crate) struct Deed {
    pub(crate) at: Duration,
    pub(crate) call: String,
    pub(crate) what: What,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum What {
    /// The call began.
    Started,
    /// The agent pressed for a pause.
    Pause,
    /// The agent pressed for a resume.
    Resume,
    /// Somebody else set the recorder.
    Meddled,
    /// The call ended.
    Ended,
}

impl Record {
    /// What became of an agent's calls.
    pub(crate) fn histories_of<'a>(
        &'a self,
        agent: &'a Agent,
    ) -> impl Iterator<Item = &'a History> {
        let started = agent.deeds.iter().filter(|deed| deed.what == What::Started);
        started.filter_map(|deed| self.histories.get(&deed.call))
    }
}
