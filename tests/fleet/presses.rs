//! Presses, and what came of them.

use std::time::Duration;

use controller::view::DisplayName;
use libtest_mimic::Failed;
use pause::Limits;
use simulators::{History, Truth};

use crate::record::{Agent, Deed, Record, What};
use crate::time::milliseconds;

/// What became of every press of agents at whose recorder nobody else is, while the vendor was
/// there.
#[derive(Clone, Debug, Default)]
pub(crate) struct Presses {
    /// How long each recorder took to follow, in order.
    pub(crate) took: Vec<Duration>,
    /// Those that it did not follow in time, in words.
    pub(crate) missed: Vec<String>,
    /// How many of the pauses were shown as such, of those that could be proven.
    pub(crate) shown: usize,
    pub(crate) to_be_shown: usize,
    /// How many failed after the outage, and the agent was told.
    pub(crate) told: usize,
    /// How many were pressed while reads were turned away.
    pub(crate) throttled: usize,
    /// How many were pressed with no session, or while the vendor was gone; nothing is asked of
    /// those.
    pub(crate) in_vain: usize,
}

impl Presses {
    pub(crate) fn of(record: &Record) -> Self {
        let mut presses = Self::default();
        for agent in record.agents.iter().filter(|agent| !agent.meddled) {
            for (place, deed) in agent.deeds.iter().enumerate() {
                if let Some(history) = record.histories.get(&deed.call) {
                    presses.look(record, agent, history, &agent.deeds[place..]);
                }
            }
        }
        presses.took.sort();
        presses
    }

    /// Looks at the first of these deeds.
    fn look(&mut self, record: &Record, agent: &Agent, history: &History, deeds: &[Deed]) {
        let [deed, later @ ..] = deeds else { return };
        let wanted = match deed.what {
            What::Pause => record.fleet.vendor.paused(),
            What::Resume => Truth::Recording,
            What::Started | What::Meddled | What::Ended => return,
        };
        let within = Limits::default().settle_within;
        let signed_in = agent
            .shown
            .iter()
            .any(|stretch| stretch.link_up && stretch.from <= deed.at && stretch.until > deed.at);
        let is_cut_short = deed.at + within >= record.gone;
        if !signed_in || (is_cut_short && !is_settled_again(record, agent, deed)) {
            self.in_vain += 1;
            return;
        }
        let throttled = record.plan.throttled();
        let reads_fail = throttled.start..throttled.end + crate::plan::RETRY_AFTER;
        let is_throttled =
            reads_fail.contains(&deed.at) || reads_fail.contains(&(deed.at + within));
        if record.fleet.presses_read && is_throttled {
            self.throttled += 1;
            return;
        }
        let until = later.first().map_or(record.ended, |next| next.at);
        let follows = history
            .turns
            .iter()
            .find(|(at, truth)| *at >= deed.at && *truth == wanted);
        let was_so = truth_at(history, deed.at) == Some(wanted);
        let took = match follows {
            _ if was_so => Duration::ZERO,
            Some((at, _)) => *at - deed.at,
            None => Duration::MAX,
        };
        if took > within && deed.at > record.back && says_so(agent, deed.at, within) {
            // Who is not back yet may know of the wrong call; it is no secret.
            self.told += 1;
            return;
        }
        if took > within {
            self.missed.push(format!(
                "{} pressed at {} ({:?}) and was shown {:?}: {history:?}",
                agent.name,
                milliseconds(deed.at),
                deed.what,
                shown_around(agent, deed.at, within)
            ));
            return;
        }
        self.took.push(took);
        if is_throttled {
            self.throttled += usize::from(throttled.contains(&deed.at));
            return;
        }
        if deed.what == What::Pause {
            self.to_be_shown += 1;
            let is_shown = agent.shown.iter().any(|stretch| {
                let says = [DisplayName::Paused, DisplayName::PauseSent];
                says.contains(&stretch.display) && stretch.from < until && stretch.until > deed.at
            });
            self.shown += usize::from(is_shown);
        }
    }

    /// The longest of so many in a hundred.
    pub(crate) fn took_at_most(&self, percent: usize) -> Duration {
        let place = (self.took.len() * percent / 100).min(self.took.len().saturating_sub(1));
        self.took.get(place).copied().unwrap_or_default()
    }
}

/// Whether the vendor was back and the agent signed in for a while when they pressed.
fn is_settled_again(record: &Record, agent: &Agent, deed: &Deed) -> bool {
    let before = deed.at.saturating_sub(Duration::from_secs(5));
    before > record.back
        && agent
            .shown
            .iter()
            .filter(|stretch| stretch.from <= deed.at && stretch.until > before)
            .all(|stretch| stretch.link_up)
}

/// Whether a failure was shown in time.
fn says_so(agent: &Agent, at: Duration, within: Duration) -> bool {
    agent.shown.iter().any(|stretch| {
        let failed = stretch.display == DisplayName::Failed;
        failed && stretch.until > at && stretch.from < at + within + within
    })
}

/// What was shown a moment before a press, and until it had to have come about.
fn shown_around(agent: &Agent, at: Duration, within: Duration) -> Vec<(&'static str, bool, u128)> {
    let from = at.saturating_sub(within);
    let shown = agent.shown.iter();
    shown
        .filter(|stretch| stretch.until > from && stretch.from < at + within)
        .map(|stretch| {
            let from = stretch.from.as_millis();
            (stretch.display.name(), stretch.link_up, from)
        })
        .collect()
}

fn truth_at(history: &History, at: Duration) -> Option<Truth> {
    let turns = history.turns.iter();
    turns
        .filter(|(when, _)| *when <= at)
        .map(|(_, truth)| *truth)
        .next_back()
}

pub(crate) fn every_press_is_in_time(record: &Record) -> Result<(), Failed> {
    let presses = Presses::of(record);
    if let Some(first) = presses.missed.first() {
        return Err(format!(
            "{} of {} presses did not come about in time: {first}",
            presses.missed.len(),
            presses.missed.len() + presses.took.len()
        )
        .into());
    }
    if presses.throttled == 0 {
        return Err("nobody pressed while the vendor was throttled".into());
    }
    // One that is not shown is no lie; a display that hardly ever shows one is no use.
    if presses.shown * 100 < presses.to_be_shown * 95 {
        return Err(format!(
            "only {} of {} pauses were shown",
            presses.shown, presses.to_be_shown
        )
        .into());
    }
    Ok(())
}
