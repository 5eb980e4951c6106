//! The vendor is back, and so is everybody.

use std::ops::Range;
use std::time::Duration;

use libtest_mimic::Failed;
use simulators::{On, Request};

use crate::record::Record;
use crate::time::seconds;

/// How much higher the rate of requests may be at its worst after an outage than on the mean
/// before it.
///
/// Twice, because a server that bears the shift has to bear its return as well, and hardly any
/// is built with less room than that; and half of the steady rate more for the agents, whose
/// presses are in it and wait for no turn. Noojee comes to 2.0 to 2.2 times: in good times it is
/// asked for no calls at all, and after an outage whoever has pressed asks every two seconds
/// until the events are heard again, since without that no pause may be shown.
const AT_MOST: f64 = 2.5;

/// Over how many seconds the rate is taken. A desk that comes back asks three or four things at
/// once, so that single seconds scatter more than chance would have it; a herd is over within
/// these.
const SECONDS: usize = 3;

/// Where only a few are asked in a second, chance alone makes twice as many now and then, and
/// so many deviations more are allowed instead.
const DEVIATIONS: f64 = 5.0;

/// What was asked after an outage, and before.
#[derive(Clone, Debug)]
pub(crate) struct Comeback {
    /// Requests a second before, on the mean.
    pub(crate) steady: f64,
    /// Requests a second after, in the worst [`SECONDS`].
    pub(crate) peak: f64,
    /// When those began, from the return on.
    pub(crate) peak_at: Duration,
    /// Requests in each second after.
    pub(crate) seconds: Vec<u32>,
}

impl Comeback {
    pub(crate) fn of(
        requests: &[Request],
        steady: &Range<Duration>,
        back: Range<Duration>,
    ) -> Self {
        let times: Vec<Duration> = requests.iter().map(|it| it.when).collect();
        Self::of_times(&times, steady, back)
    }

    fn of_times(times: &[Duration], steady: &Range<Duration>, back: Range<Duration>) -> Self {
        let before = times.iter().filter(|when| steady.contains(*when)).count();
        let lasted = steady.end.saturating_sub(steady.start).as_secs_f64();
        let mut seconds: Vec<u32> = Vec::new();
        for when in times.iter().filter(|when| back.contains(*when)) {
            let second = (*when - back.start).as_secs() as usize;
            seconds.resize(seconds.len().max(second + 1), 0);
            seconds[second] += 1;
        }
        seconds.resize(seconds.len().max(SECONDS), 0);
        let sums = || {
            seconds
                .windows(SECONDS)
                .map(|some| some.iter().sum::<u32>())
        };
        let most = sums().max().unwrap_or_default();
        let at = sums().position(|sum| sum == most);
        Self {
            steady: before as f64 / lasted,
            peak: f64::from(most) / SECONDS as f64,
            peak_at: Duration::from_secs(at.unwrap_or_default() as u64),
            seconds,
        }
    }

    fn judge(&self) -> Result<(), Failed> {
        let by_chance = self.steady + DEVIATIONS * self.steady.sqrt();
        if self.peak > by_chance.max(AT_MOST * self.steady) {
            return Err(format!(
                "{:.1} requests a second, {} after the return, and {:.1} a second before the outage; second by second: {:?}",
                self.peak,
                seconds(self.peak_at),
                self.steady,
                self.seconds
            )
            .into());
        }
        Ok(())
    }
}

/// What came of the outage of this shift.
pub(crate) fn comeback(record: &Record) -> Comeback {
    let back = record.back..record.ended;
    Comeback::of(&record.requests, &record.plan.steady(), back)
}

/// What was asked in the worst seconds, by its kind.
pub(crate) fn worst_seconds(record: &Record) -> Vec<(On, usize)> {
    let start = record.back + comeback(record).peak_at;
    let worst = start..start + Duration::from_secs(SECONDS as u64);
    let within = record.requests.iter().filter(|it| worst.contains(&it.when));
    let kinds = [On::Commands, On::Reads, On::SignIn, On::Events];
    kinds
        .map(|on| (on, within.clone().filter(|it| it.on == on).count()))
        .to_vec()
}

/// How long after the return the last agent was signed in; `None` if somebody never was.
pub(crate) fn all_back_after(record: &Record) -> Option<Duration> {
    let since = |agent: &crate::record::Agent| {
        let mut shown = agent.shown.iter().rev();
        let down = shown.find(|stretch| !stretch.link_up);
        let is_up = agent.shown.last().is_some_and(|last| last.link_up);
        let until = down.map_or(Duration::ZERO, |down| down.until);
        is_up.then(|| until.saturating_sub(record.back))
    };
    let agents = record.agents.iter().map(since);
    agents.collect::<Option<Vec<_>>>()?.into_iter().max()
}

pub(crate) fn all_come_back_spread_out(record: &Record) -> Result<(), Failed> {
    comeback(record).judge()?;
    if all_back_after(record).is_none() {
        let out = record.agents.iter().filter(|agent| {
            let last = agent.shown.last();
            last.is_none_or(|last| !last.link_up)
        });
        return Err(format!("{} agents never came back", out.count()).into());
    }
    Ok(())
}

/// Five hundred who come back in the same second are a herd.
pub(crate) fn a_herd_is_noticed() -> Result<(), Failed> {
    let second = Duration::from_secs;
    let steady = (0..1000).map(|number| Duration::from_millis(20 * number));
    let herd = (0..500).map(|number| second(40) + Duration::from_millis(number));
    let times: Vec<Duration> = steady.chain(herd).collect();
    let comeback = Comeback::of_times(&times, &(second(0)..second(20)), second(40)..second(60));
    match comeback.judge() {
        Err(_noticed) => Ok(()),
        Ok(()) => Err(format!("{comeback:?} passes").into()),
    }
}
