//! How much an agent may ask.

use std::collections::BTreeMap;
use std::path::Path;
use std::time::Duration;

use libtest_mimic::Failed;
use pause::Limits;
use simulators::{On, Request};

use crate::lines;
use crate::plan::RETRY_AFTER;
use crate::record::{Agent, Record, What};
use crate::time::milliseconds;
use crate::vendor::Fleet;

/// What an agent may ask while all is well, by what they do.
///
/// The vendor's page says the same, for those who have to answer for the load.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Budget {
    /// An hour on no call.
    pub(crate) idle: u32,
    /// An hour in a call that is being recorded.
    pub(crate) in_call: u32,
    /// An hour of a call that is paused, or whose pause or resume is not settled yet.
    pub(crate) paused: u32,
    /// Once for each session.
    pub(crate) signing_in: u32,
    /// Once for each call.
    pub(crate) a_call: u32,
    /// For each press.
    pub(crate) a_press: u32,
}

/// A request that nobody answers in time is asked again. With 500 agents on one computer that
/// happens to one of them now and then; all together they have no such room.
const ASKED_AGAIN: u32 = 2;

/// A request takes a moment, and so does a press.
const TAKES: Duration = Duration::from_millis(300);

impl Budget {
    /// As it stands on the vendor's page.
    pub(crate) fn in_words(&self) -> String {
        format!(
            "Requests per agent and hour: idle {}, in a call {}, paused {}; besides, for signing in {}, for each call {}, for each pause or resume {}.",
            self.idle, self.in_call, self.paused, self.signing_in, self.a_call, self.a_press
        )
    }

    /// What an agent might ask until then, doing what they did.
    pub(crate) fn of(&self, agent: &Agent, until: Duration) -> f64 {
        let came = agent.shown.first().map_or(until, |stretch| stretch.from);
        let mut spent = f64::from(self.signing_in);
        let (mut now, mut rate) = (came, self.idle);
        for deed in agent.deeds.iter().filter(|deed| deed.at < until) {
            let (once, next) = match deed.what {
                What::Started => (self.a_call, self.in_call),
                What::Pause => (self.a_press, self.paused),
                What::Resume => (self.a_press, self.in_call),
                // A recorder that somebody else has set is looked at like one that we have.
                What::Meddled => (self.a_press, self.paused),
                What::Ended => (0, self.idle),
            };
            spent += f64::from(once) + hours(deed.at.saturating_sub(now)) * f64::from(rate);
            // A pause is settled a moment after the press that ends it.
            let settles = if rate > next { TAKES } else { Duration::ZERO };
            spent += hours(settles) * f64::from(rate);
            (now, rate) = (deed.at, next);
        }
        spent + hours(until.saturating_sub(now)) * f64::from(rate)
    }
}

fn hours(time: Duration) -> f64 {
    time.as_secs_f64() / 3600.0
}

/// What the agents asked while all was well, and what they might have.
#[derive(Clone, Debug, Default)]
pub(crate) struct Spent {
    pub(crate) asked: usize,
    pub(crate) allowed: f64,
    /// The hours that all agents were there, together.
    pub(crate) agent_hours: f64,
    /// Who came nearest to their budget, or went furthest over it.
    pub(crate) worst: String,
    /// How much of it that was.
    pub(crate) worst_share: f64,
    /// Those who went over it, in words.
    pub(crate) over: Vec<String>,
}

impl Spent {
    pub(crate) fn of(record: &Record) -> Self {
        let calm = record.plan.calm();
        let mut by_agent = lines::by_agent(record);
        let mut spent = Self::default();
        for agent in &record.agents {
            let budget = record.fleet.budget.of(agent, calm.end);
            let requests = by_agent.remove(&agent.name).unwrap_or_default();
            let asked = requests.iter().filter(|it| it.when < calm.end).count();
            let came = agent.shown.first().map_or(calm.end, |first| first.from);
            spent.agent_hours += hours(calm.end.saturating_sub(came));
            spent.allowed += budget;
            spent.asked += asked;
            let share = asked as f64 / budget.max(1.0);
            if share > spent.worst_share {
                spent.worst_share = share;
                spent.worst = format!("{} asked {asked} of {budget:.1}", agent.name);
            }
            if asked as f64 > budget.ceil() + f64::from(ASKED_AGAIN) {
                spent.over.push(format!(
                    "{} asked {asked} and may ask {budget:.1}: {:?} {:?}",
                    agent.name,
                    agent
                        .deeds
                        .iter()
                        .map(|deed| (deed.what, deed.at))
                        .collect::<Vec<_>>(),
                    requests
                        .iter()
                        .map(|it| (it.when, it.on, &it.path))
                        .collect::<Vec<_>>(),
                ));
            }
        }
        // Somebody's, and nobody knows whose.
        let nobodys = by_agent.values().flatten();
        let nobodys = nobodys.filter(|it| it.when < calm.end).count();
        spent.asked += nobodys;
        spent
    }

    /// What an agent asked in an hour.
    pub(crate) fn per_hour(&self) -> f64 {
        self.asked as f64 / self.agent_hours
    }

    /// What an agent might have asked in an hour.
    pub(crate) fn allowed_per_hour(&self) -> f64 {
        self.allowed / self.agent_hours
    }
}

pub(crate) fn requests_stay_inside_it(record: &Record) -> Result<(), Failed> {
    let spent = Spent::of(record);
    if let Some(first) = spent.over.first() {
        return Err(format!("{} agents asked too much: {first}", spent.over.len()).into());
    }
    if spent.asked as f64 > spent.allowed {
        return Err(format!("{} of {:.0}", spent.asked, spent.allowed).into());
    }
    // A budget that nobody comes near says nothing.
    if spent.per_hour() * 3.0 < spent.allowed_per_hour() {
        return Err(format!(
            "only {:.0} of {:.0} an hour were asked: it is far too wide",
            spent.per_hour(),
            spent.allowed_per_hour()
        )
        .into());
    }
    Ok(())
}

/// How many reads were turned away with a wish to be left alone, and who did not heed it.
pub(crate) fn turned_away(record: &Record) -> (usize, Vec<String>) {
    let (mut turned_away, mut heedless) = (0, Vec::new());
    let by_name: BTreeMap<&str, &Agent> = record
        .agents
        .iter()
        .map(|agent| (agent.name.as_str(), agent))
        .collect();
    for (agent, requests) in lines::by_agent(record) {
        // A press goes out all the same, with all that belongs to it.
        let presses = by_name.get(agent.as_str()).map(|agent| presses(agent));
        let presses = presses.filter(|_| record.fleet.presses_read);
        let belongs_to_a_press = |read: &Request| {
            let mut presses = presses.iter().flatten();
            presses.any(|at| (*at..*at + Limits::default().settle_within).contains(&read.when))
        };
        let reads = requests.iter().copied().filter(|it| it.on == On::Reads);
        let reads: Vec<&Request> = reads.collect();
        for (place, refused) in reads.iter().enumerate() {
            if refused.status != Some(429) {
                continue;
            }
            turned_away += 1;
            // What was on its way already counts as asked before.
            let waits = refused.when + TAKES..refused.when + RETRY_AFTER.saturating_sub(TAKES / 6);
            let asks = reads[place..]
                .iter()
                .find(|it| waits.contains(&it.when) && !belongs_to_a_press(it));
            if let Some(asks) = asks {
                heedless.push(format!(
                    "{agent} was asked at {} to wait for {}, and asked {} later; {:?}",
                    milliseconds(refused.when),
                    milliseconds(RETRY_AFTER),
                    milliseconds(asks.when - refused.when),
                    requests
                        .iter()
                        .filter(|it| it.on != On::Events)
                        .filter(|it| it.when + RETRY_AFTER > refused.when && it.when <= asks.when)
                        .map(|it| (it.when, &it.path, it.status))
                        .collect::<Vec<_>>()
                ));
            }
        }
    }
    (turned_away, heedless)
}

/// When an agent pressed.
fn presses(agent: &Agent) -> Vec<Duration> {
    let is_press = |what| matches!(what, What::Pause | What::Resume);
    let presses = agent.deeds.iter().filter(|deed| is_press(deed.what));
    presses.map(|deed| deed.at).collect()
}

pub(crate) fn who_was_asked_to_wait_waits(record: &Record) -> Result<(), Failed> {
    let (turned_away, heedless) = turned_away(record);
    if let Some(first) = heedless.first() {
        return Err(format!("{} did not: {first}", heedless.len()).into());
    }
    let reads_back = record.fleet.budget.paused > record.fleet.budget.in_call;
    if reads_back && turned_away < record.plan.agents / 10 {
        return Err(format!("only {turned_away} reads were turned away").into());
    }
    Ok(())
}

pub(crate) fn the_page_states_it(fleet: &Fleet) -> Result<(), Failed> {
    let page = format!("docs/vendors/{}.md", fleet.vendor);
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(&page);
    let text = std::fs::read_to_string(path)?;
    let stated = fleet.budget.in_words();
    if text.lines().any(|line| line == stated) {
        return Ok(());
    }
    Err(format!("{page} should say in a line of its own: {stated}").into())
}
