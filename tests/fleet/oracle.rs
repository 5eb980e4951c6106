//! What was shown, against what was so.

use std::time::Duration;

use controller::view::DisplayName;
use libtest_mimic::Failed;
use pause::Limits;
use simulators::{On, Truth};

use crate::claim::{self, Claim};
use crate::lines;
use crate::record::{Agent, Record};
use crate::recorder::{Otherwise, Recorder};
use crate::time::milliseconds;
use crate::vendor::{Acts, Calls};

/// How long a display may take to follow the press that changes it: until a view has reached
/// whoever shows it, on a computer that is busy with 500 agents.
const FOLLOWS_WITHIN: Duration = Duration::from_millis(500);

/// A claim that was wrong.
#[derive(Clone, Debug)]
pub(crate) struct Wrong {
    agent: String,
    from: Duration,
    until: Duration,
    words: String,
}

/// What came of comparing every claim with the truth.
#[derive(Clone, Debug, Default)]
pub(crate) struct Compared {
    /// How many claims there were.
    pub(crate) claims: usize,
    /// How many of them said PAUSED or PAUSE SENT.
    pub(crate) pauses: usize,
    /// The longest that one outlived what the agent themselves did.
    pub(crate) after_us: Duration,
    /// The longest that one outlived what somebody else did.
    pub(crate) after_others: Duration,
    /// The longest that a new call was not known of.
    pub(crate) after_a_call: Duration,
    /// Those that were wrong, in words.
    pub(crate) wrong: Vec<Wrong>,
}

pub(crate) fn no_display_is_wrong(record: &Record) -> Result<(), Failed> {
    let compared = Compared::of(record);
    if !compared.wrong.is_empty() {
        let some: Vec<String> = compared
            .wrong
            .iter()
            .take(3)
            .map(|it| told(record, it))
            .collect();
        return Err(format!(
            "{} of {} claims were wrong, such as:\n{}",
            compared.wrong.len(),
            compared.claims,
            some.join("\n")
        )
        .into());
    }
    if compared.pauses < record.plan.agents {
        return Err("hardly a pause was ever shown, so nothing was judged".into());
    }
    Ok(())
}

/// With what was asked meanwhile.
fn told(record: &Record, wrong: &Wrong) -> String {
    let from = wrong.from.saturating_sub(Limits::default().freshness);
    let requests = lines::by_agent(record).remove(&wrong.agent);
    let requests: Vec<String> = requests
        .unwrap_or_default()
        .into_iter()
        .filter(|it| (from..wrong.until).contains(&it.when) && it.on != On::Events)
        .map(|it| format!("{} {:?} {:?}", milliseconds(it.when), it.on, it.status))
        .collect();
    format!("{}; what was asked: {}", wrong.words, requests.join(", "))
}

impl Compared {
    pub(crate) fn of(record: &Record) -> Self {
        let mut compared = Self::default();
        for agent in &record.agents {
            let all = Recorder::of(record.histories_of(agent));
            for claim in claim::of_all_calls(agent) {
                compared.look(record, agent, &claim, &all);
            }
            for (call, claims) in claim::of_each_call(agent) {
                let one = Recorder::of(record.histories.get(&call).into_iter());
                let recorder = match record.fleet.acts {
                    Acts::OnACall => &one,
                    // The vendor acts on whatever the agent is on, by whatever id we know it.
                    Acts::OnTheAgent => &all,
                };
                for claim in claims {
                    compared.look(record, agent, &claim, recorder);
                }
            }
        }
        compared
    }

    fn look(&mut self, record: &Record, agent: &Agent, claim: &Claim, recorder: &Recorder) {
        let limits = Limits::default();
        // What makes it wrong, and how lately somebody else may have made it so.
        let (is_wrong, fresh): (fn(Truth) -> bool, Duration) = match claim.display {
            DisplayName::Paused => (|truth| truth == Truth::Recording, limits.freshness),
            // Who offers no proof tells of others with what comes next, if ever.
            DisplayName::PauseSent => (|truth| truth == Truth::Recording, Duration::MAX),
            DisplayName::Recording => (|truth| truth != Truth::Recording, limits.calm_freshness),
            DisplayName::NotRecorded => (|truth| truth != Truth::Off, limits.calm_freshness),
            DisplayName::NoCall if claim.of_all_calls => {
                (|truth| truth != Truth::Off, Duration::ZERO)
            }
            DisplayName::NoCall
            | DisplayName::Pausing
            | DisplayName::Resuming
            | DisplayName::Failed
            | DisplayName::Unknown => return,
        };
        self.claims += 1;
        let is_pause = [DisplayName::Paused, DisplayName::PauseSent].contains(&claim.display);
        self.pauses += usize::from(is_pause);
        if claim.display == DisplayName::Paused && !record.fleet.vendor.proves() {
            let why = "this vendor proves nothing";
            self.wrong.push(wrong(agent, claim, recorder, why));
        }
        for otherwise in recorder.otherwise(is_wrong) {
            let from = claim.from.max(otherwise.from);
            let until = claim.until.min(otherwise.to);
            if from >= until {
                continue;
            }
            let stood = until - otherwise.from;
            let came_up_wrong = claim.from > otherwise.from + FOLLOWS_WITHIN;
            let (longest, allowed) = if claim.display == DisplayName::NoCall || otherwise.by_a_call
            {
                let allowed = known_within(record, agent, &otherwise, claim);
                (&mut self.after_a_call, allowed)
            } else if agent.meddled || is_over(record, agent, &otherwise, claim) {
                (&mut self.after_others, fresh)
            } else {
                (&mut self.after_us, FOLLOWS_WITHIN)
            };
            if allowed < Duration::MAX {
                *longest = stood.max(*longest);
            }
            // With somebody else at work, what was asked for before they were may come up after.
            let came_up_wrong = came_up_wrong && is_pause && !agent.meddled;
            if stood > allowed || came_up_wrong {
                let words = format!("it stood for {}", milliseconds(stood));
                self.wrong.push(wrong(agent, claim, recorder, &words));
            }
        }
    }
}

/// Whether it was the end of the call that made a claim of a recorder at work wrong: proof of it
/// lives as long as any other.
fn is_over(record: &Record, agent: &Agent, otherwise: &Otherwise, claim: &Claim) -> bool {
    claim.display == DisplayName::Recording
        && record.histories_of(agent).any(|history| {
            let last = history.turns.last();
            history.ended.is_some() && last.is_some_and(|(at, _)| *at == otherwise.from)
        })
}

/// How soon a new call has to be known of.
fn known_within(record: &Record, agent: &Agent, otherwise: &Otherwise, claim: &Claim) -> Duration {
    match record.fleet.calls {
        Calls::Told => FOLLOWS_WITHIN,
        Calls::Learnt { .. } if in_trouble(record, otherwise.from, claim.until) => Duration::MAX,
        Calls::Learnt { within } => {
            // From when on there was a session to learn of it.
            let shown = agent.shown.iter().rev();
            let shown = shown.skip_while(|stretch| stretch.from >= claim.until);
            let up = shown.take_while(|stretch| stretch.link_up).last();
            let up_since = up.map_or(claim.until, |up| up.from);
            up_since.saturating_sub(otherwise.from) + within
        }
    }
}

fn wrong(agent: &Agent, claim: &Claim, recorder: &Recorder, why: &str) -> Wrong {
    let near = Duration::from_secs(20);
    let deeds = agent.deeds.iter();
    let deeds = deeds.filter(|deed| deed.at + near > claim.from && deed.at < claim.until);
    let deeds: Vec<String> = deeds
        .map(|deed| format!("{:?} {}", deed.what, milliseconds(deed.at)))
        .collect();
    let turns = recorder.turns_between(claim.from.saturating_sub(near), claim.until);
    let turns: Vec<String> = turns
        .map(|(at, truth)| format!("{truth} {}", milliseconds(*at)))
        .collect();
    let words = format!(
        "{} was shown {} from {} to {}: {why}; what was done: {}; the recorder: {}",
        agent.name,
        claim.display.name(),
        milliseconds(claim.from),
        milliseconds(claim.until),
        deeds.join(", "),
        turns.join(", ")
    );
    Wrong {
        agent: agent.name.clone(),
        from: claim.from,
        until: claim.until,
        words,
    }
}

/// Whether the vendor was throttled or gone at some moment in between, or back only just.
fn in_trouble(record: &Record, from: Duration, to: Duration) -> bool {
    let throttled = record.plan.throttled();
    let recovered = throttled.end + crate::plan::RETRY_AFTER;
    let all_back = record.plan.outage().end + record.plan.back;
    (from < recovered && to > throttled.start) || (from < all_back && to > record.gone)
}

/// While the vendor is gone nobody can have looked at its recorders.
pub(crate) fn no_claim_outlives_an_outage(record: &Record) -> Result<(), Failed> {
    let limits = Limits::default();
    let mut stood = 0;
    for agent in &record.agents {
        for claim in claim::of_all_calls(agent) {
            let freshness = match claim.display {
                DisplayName::Paused => limits.freshness,
                DisplayName::Recording | DisplayName::NotRecorded => limits.calm_freshness,
                DisplayName::NoCall
                | DisplayName::Pausing
                | DisplayName::PauseSent
                | DisplayName::Resuming
                | DisplayName::Failed
                | DisplayName::Unknown => continue,
            };
            let within = claim.until.min(record.back);
            stood += usize::from(claim.from < record.gone && within > record.gone);
            if within > record.gone + freshness && claim.from < record.back {
                return Err(format!(
                    "{} was shown {} until {}, {} after the vendor had gone",
                    agent.name,
                    claim.display.name(),
                    milliseconds(claim.until),
                    milliseconds(within - record.gone)
                )
                .into());
            }
        }
    }
    if record.fleet.vendor.proves() && stood < record.plan.agents / 20 {
        return Err(format!("only {stood} claims stood when it went").into());
    }
    Ok(())
}
