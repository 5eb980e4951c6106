//! What came of a cell, against what has to.

use std::time::Duration;

use anyhow::bail;
use libtest_mimic::Failed;
use tokio::runtime::Runtime;
use tokio::sync::Semaphore;

use crate::cell::{Cell, Observed};
use crate::desk::limits;
use crate::expected::Expected;
use crate::fault::Class;
use crate::lateness::Since;
use crate::oracle::{self, SLACK};

/// A problem that is over within 2 s is not said; by now it has been.
const UNTIL_IT_IS_SAID: Duration = Duration::from_millis(3_500);

/// Not being heard is said after 10 s.
const UNTIL_DEAFNESS_IS_SAID: Duration = Duration::from_secs(13);

/// What is on record when something came to nothing, came about or is over.
const TELLING: &[&str] = &[
    "failed",
    "not-sent",
    "session-over",
    "call-ended",
    "call-started",
    "resumed-elsewhere",
    "paused-elsewhere",
    "nothing-to-pause",
];

/// What a computer that is busy may bring about anywhere: an answer that comes too late.
const BUSY: &[&str] = &["vendor-silent"];

/// How often a cell is played at most. One that fails while the computer has time for it fails at
/// once.
const PLAYS: usize = 4;

/// So many are played again at a time, where the computer was too busy for them all.
static AGAIN: Semaphore = Semaphore::const_new(8);

/// Plays a cell and judges it.
pub(crate) fn of(cell: &Cell, expected: &Expected, runtime: &Runtime) -> Result<(), Failed> {
    settled(cell, expected, runtime, |_| false)
}

/// As [`of`]; a cell of which this is found is not played again, however busy the computer is.
pub(crate) fn settled(
    cell: &Cell,
    expected: &Expected,
    runtime: &Runtime,
    settles: impl Fn(&str) -> bool,
) -> Result<(), Failed> {
    let mut plays = 1;
    let mut turn = None;
    loop {
        let since = Since::now();
        let Err(wrong) = runtime.block_on(once(cell, expected)) else {
            return Ok(());
        };
        let wrong = format!("{wrong:#}");
        if settles(&wrong) || plays == PLAYS || !since.was_too_busy() {
            let late = since.worst();
            return Err(format!("{wrong}\nthe computer was {late:?} late at worst").into());
        }
        plays += 1;
        if turn.is_none() {
            turn = Some(runtime.block_on(AGAIN.acquire())?);
        }
    }
}

async fn once(cell: &Cell, expected: &Expected) -> anyhow::Result<()> {
    let observed = cell.play(watched_for(cell, expected)).await?;
    let mut wrong = oracle::breaches(cell, &observed);
    compare(expected, &observed, &mut wrong);
    wrong.extend(
        observed
            .afterwards
            .as_ref()
            .err()
            .map(|it| format!("{it:#}")),
    );
    if wrong.is_empty() {
        return Ok(());
    }
    bail!(
        "{}\nshown in the end: {} (after {:?}); problems: {:?}; on record: {}",
        wrong.join("\n"),
        observed.display.name(),
        observed.after,
        observed.problems,
        observed.records.join(", ")
    )
}

/// Until everything that is expected has been shown, and a while longer, in case it goes away.
fn watched_for(cell: &Cell, expected: &Expected) -> Duration {
    let settled = expected.within.of_these_desks() + SLACK;
    let until_said = if cell.fault.class == Class::NoEvents {
        UNTIL_DEAFNESS_IS_SAID
    } else {
        UNTIL_IT_IS_SAID
    };
    settled.max(until_said) + limits().freshness / 2
}

fn compare(expected: &Expected, observed: &Observed, wrong: &mut Vec<String>) {
    if observed.display != expected.display {
        let name = expected.display.name();
        wrong.push(format!("{name} was to be shown in the end"));
    }
    let within = expected.within.of_these_desks();
    if observed.after > within + SLACK {
        wrong.push(format!("it was to be shown within {within:?}"));
    }
    let is_shown = |code: &&str| observed.problems.iter().any(|shown| shown == code);
    if !expected.problems.is_empty() && !expected.problems.iter().any(is_shown) {
        wrong.push(format!("one of {:?} was to be shown", expected.problems));
    }
    let known = [expected.problems, expected.perhaps, BUSY].concat();
    for problem in &observed.problems {
        if !known.contains(&problem.as_str()) {
            wrong.push(format!("{problem} was not to be shown"));
        }
    }
    compare_records(expected, &observed.records, wrong);
}

fn compare_records(expected: &Expected, records: &[String], wrong: &mut Vec<String>) {
    let on_record = |what: &str| records.iter().any(|record| record == what);
    if expected.records.is_empty() {
        let telling = |record: &&String| {
            let event = record.split(' ').next().unwrap_or_default();
            TELLING.contains(&event)
        };
        if let Some(record) = records.iter().find(telling) {
            wrong.push(format!("nothing was to be on record, and \"{record}\" is"));
        }
        return;
    }
    // An answer that came too late is one that nobody heard.
    let too_late = |what: &str| {
        let failed = ["failed pause", "failed resume"];
        failed
            .iter()
            .any(|it| what.starts_with(it) && on_record(&format!("{it} no-answer")))
    };
    if !expected
        .records
        .iter()
        .any(|what| on_record(what) || too_late(what))
    {
        wrong.push(format!("one of {:?} was to be on record", expected.records));
    }
}
