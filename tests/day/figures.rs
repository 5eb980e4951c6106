//! What a number of shifts come to.

use std::collections::BTreeMap;
use std::fmt::Write;

use audit::report::Report;

use crate::engine::with;
use crate::fault::Fault;
use crate::record;
use crate::shift::Shift;
use crate::truth::Times;

/// Counts of one shift, or of many.
#[derive(Debug, Default)]
pub(crate) struct Figures {
    pub(crate) shifts: u64,
    pub(crate) calls: u64,
    pub(crate) presses: u64,
    pub(crate) rows: u64,
    pub(crate) clean: u64,
    pub(crate) failed: u64,
    pub(crate) unproven: u64,
    /// Of the pauses at vendors that prove, how many rows there are.
    pub(crate) provable: u64,
    pub(crate) reminders: u64,
    pub(crate) kills: u64,
    pub(crate) records: u64,
    pub(crate) views: u64,
    pub(crate) claims: u64,
    pub(crate) faults: BTreeMap<Fault, Times>,
    pub(crate) displays: BTreeMap<&'static str, u64>,
    /// How many pauses were proven within so many milliseconds.
    pub(crate) latencies: BTreeMap<u64, u64>,
}

impl Figures {
    pub(crate) fn of(shift: &Shift, report: &Report) -> Self {
        let mut figures = Self {
            shifts: 1,
            rows: count(report.totals.pauses),
            failed: count(report.totals.failed),
            unproven: count(report.totals.unproven),
            records: report.log.records,
            clean: count(shift.clean.iter().map(|call| call.pauses.len()).sum()),
            kills: count(shift.up.len() - 1),
            ..Self::default()
        };
        if shift.world.nature.proves() {
            figures.provable = figures.rows;
        }
        shift.world.truth(|truth| {
            figures.calls = count(truth.calls);
            figures.faults.clone_from(&truth.faults);
        });
        with(&shift.judge, |judge| {
            figures.presses = count(judge.presses.len());
            figures.reminders = count(judge.reminders.len());
            figures.views = judge.views;
            figures.claims = judge.claims;
            for (_, display) in &judge.displays {
                *figures.displays.entry(display.name()).or_default() += 1;
            }
        });
        for latency in record::latencies(report) {
            *figures.latencies.entry(latency).or_default() += 1;
        }
        figures
    }

    pub(crate) fn add(&mut self, other: Self) {
        self.shifts += other.shifts;
        self.calls += other.calls;
        self.presses += other.presses;
        self.rows += other.rows;
        self.clean += other.clean;
        self.failed += other.failed;
        self.unproven += other.unproven;
        self.provable += other.provable;
        self.reminders += other.reminders;
        self.kills += other.kills;
        self.records += other.records;
        self.views += other.views;
        self.claims += other.claims;
        for (fault, times) in other.faults {
            let sum = self.faults.entry(fault).or_default();
            sum.ever += times.ever;
            sum.while_paused += times.while_paused;
        }
        for (display, times) in other.displays {
            *self.displays.entry(display).or_default() += times;
        }
        for (latency, times) in other.latencies {
            *self.latencies.entry(latency).or_default() += times;
        }
    }

    /// Below this many milliseconds so many in a thousand were proven.
    pub(crate) fn latency(&self, per_mille: u64) -> u64 {
        let all: u64 = self.latencies.values().sum();
        let mut left = all * per_mille / 1_000;
        for (latency, times) in &self.latencies {
            if *times > left {
                return *latency;
            }
            left -= times;
        }
        0
    }

    /// As on the page. `asked_for` is how many seeds were to be run, and `wrong` how many shifts
    /// broke a promise: they count as shifts and in no other figure.
    pub(crate) fn table(&self, first: u64, asked_for: u64, wrong: usize) -> String {
        let mut text = String::new();
        let mut row = |what: &str, figure: String| {
            writeln!(text, "| {what} | {figure} |").expect("a string takes it");
        };
        row("Figure", "Value".to_owned());
        row("---", "---:".to_owned());
        let ran = self.shifts + count(wrong);
        let last = first + ran.max(1) - 1;
        row("seeds asked for", thousands(asked_for));
        row(
            "seeds run in the time there was",
            format!("{first} to {last}"),
        );
        row("shifts of eight hours", thousands(ran));
        row("calls", thousands(self.calls));
        row("presses", thousands(self.presses));
        row("pauses on record", thousands(self.rows));
        row("of these in calls without any fault", thousands(self.clean));
        let faults = self.faults.values().map(|times| times.ever).sum();
        row("faults", thousands(faults));
        row("views shown", thousands(self.views));
        row("claims compared with the truth", thousands(self.claims));
        row("audit records verified", thousands(self.records));
        row("reminders", thousands(self.reminders));
        row("engines killed and started again", thousands(self.kills));
        row(
            "from the press to the proof, median",
            format!("{} ms", thousands(self.latency(500))),
        );
        row(
            "from the press to the proof, 99 of 100",
            format!("{} ms", thousands(self.latency(990))),
        );
        row(
            "pauses that failed, and were shown so",
            share(self.failed, self.rows),
        );
        row(
            "pauses accepted and not proven",
            share(self.unproven, self.rows),
        );
        row(
            "**shifts with a wrong claim or another broken promise**",
            format!("**{wrong}**"),
        );
        text.push('\n');
        text.push_str("| Fault | Times | While paused |\n| --- | ---: | ---: |\n");
        for fault in Fault::ALL {
            let times = self.faults.get(&fault).copied().unwrap_or_default();
            let (ever, paused) = (thousands(times.ever), thousands(times.while_paused));
            writeln!(text, "| {} | {ever} | {paused} |", fault.name()).expect("a string takes it");
        }
        text.push_str("\n| Display | Times it came up |\n| --- | ---: |\n");
        for (display, times) in &self.displays {
            let times = thousands(*times);
            writeln!(text, "| `{display}` | {times} |").expect("a string takes it");
        }
        text
    }
}

fn count(of: usize) -> u64 {
    u64::try_from(of).expect("a count")
}

fn share(some: u64, all: u64) -> String {
    let per_mille = some * 1_000 / all.max(1);
    let (percent, tenths) = (per_mille / 10, per_mille % 10);
    format!("{} ({percent}.{tenths} %)", thousands(some))
}

fn thousands(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}
