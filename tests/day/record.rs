//! What is on record, against what was so.

use std::fs;
use std::time::Duration;

use audit::report::{Pause, PauseOutcome, Report, Totals, report};
use jiff::Timestamp;
use jiff::civil::date;
use pause::{CallId, Recorder, Wanted};
use serde_json::Value;

use crate::clean;
use crate::engine::{LOG, with};
use crate::lie::Lie;
use crate::shift::Shift;
use crate::truth::{By, Stretch};
use crate::vendor::SECRET;
use crate::world::Broken;

/// When the simulated clock begins.
const BEGINNING: Timestamp = Timestamp::constant(1_767_225_600, 0);

/// A paused recording that lasted less may not have been noticed by anybody.
const NOTED_FROM: Duration = Duration::from_secs(3);

/// A command that is carried out so long after it was sent had been given up.
const LATE: Duration = Duration::from_secs(3);

/// Compares all that is on record with the truth. Returns the report.
pub(crate) fn compare(shift: &Shift) -> Result<Report, Vec<Broken>> {
    let audit = shift.place.path().join("audit");
    if shift.lie == Lie::ByteChanged {
        change_a_byte(&audit.join(LOG));
    }
    let broke = |at, how: String| Broken { at, how };
    let end = shift.world.now();
    let unreadable =
        |error: audit::AuditError| vec![broke(end, format!("the log cannot be read: {error}"))];
    let verified = audit::verify(&audit, &[]).map_err(unreadable)?;
    if !verified.is_whole() {
        let found = &verified.findings;
        return Err(vec![broke(end, format!("the log is not whole: {found:?}"))]);
    }
    let day = date(2026, 1, 1);
    let report = shift
        .lie
        .report(report(&audit, day, day).map_err(unreadable)?);
    let text = fs::read_to_string(audit.join(LOG)).expect("it was read just now");
    let mut broken = Vec::new();
    if text.contains(SECRET) {
        let how = "the secret stands in the audit log".to_owned();
        broken.push(broke(end, how));
    }
    broken.extend(presses_are_on_record(shift, &text));
    for pause in &report.pauses {
        broken.extend(row_is_true(shift, pause));
    }
    for call in &shift.clean {
        broken.extend(clean::call_is_reported(shift, call, &report));
    }
    broken.extend(pauses_are_reported(shift, &report));
    broken.extend(totals_agree(&report));
    if broken.is_empty() {
        Ok(report)
    } else {
        Err(broken)
    }
}

fn change_a_byte(log: &std::path::Path) {
    let text = fs::read_to_string(log).expect("there is a log");
    let changed = text.replacen("\"event\":\"proven\"", "\"event\":\"Proven\"", 1);
    let file = fs::File::create(log).expect("it can be written");
    std::io::Write::write_all(&mut &file, changed.as_bytes()).expect("it can be written");
}

pub(crate) fn since_the_beginning(at: Timestamp) -> Duration {
    Duration::try_from(at.duration_since(BEGINNING)).unwrap_or_default()
}

pub(crate) fn differ(one: Duration, other: Duration) -> Duration {
    one.abs_diff(other)
}

/// A press is never lost in silence (S9).
fn presses_are_on_record(shift: &Shift, text: &str) -> Vec<Broken> {
    let answers = [
        "asked",
        "already-so",
        "looking-for-calls",
        "nothing-to-pause",
    ];
    let records = text
        .lines()
        .filter_map(|line| serde_json::from_str(line).ok());
    let noted: Vec<Duration> = records
        .filter(|record: &Value| answers.iter().any(|answer| record["event"] == *answer))
        .filter_map(|record| record["at"].as_str()?.parse().ok())
        .map(since_the_beginning)
        .collect();
    let presses = with(&shift.judge, |judge| judge.presses.clone());
    let moment = Duration::from_millis(2);
    // Nothing keeps what has come to a program that is killed in the same moment.
    let is_killed = |at: &Duration| {
        let mut downs = shift.up.iter().map(|(_, down)| *down);
        downs.any(|down| (*at..=*at + moment).contains(&down))
    };
    // What comes as the computer falls asleep is seen to when it wakes.
    let handled = |at: &Duration| {
        shift.world.truth(|truth| {
            let mut sleeps = truth.slept.iter();
            let asleep = sleeps.find(|(asleep, _)| (*at..=*at + moment).contains(asleep));
            asleep.map_or(*at, |(_, awake)| *awake)
        })
    };
    let lost = presses.iter().filter(|at| !is_killed(at)).filter(|at| {
        let near = noted.partition_point(|noted| *noted + moment < **at);
        let found = noted.get(near);
        found.is_none_or(|noted| *noted > handled(at) + moment)
    });
    lost.map(|at| Broken {
        at: *at,
        how: "S9: this press is not on record".to_owned(),
    })
    .collect()
}

/// What a row says was so.
fn row_is_true(shift: &Shift, pause: &Pause) -> Vec<Broken> {
    let Some(call) = pause.call.as_deref().map(CallId::new) else {
        return Vec::new();
    };
    // The longest that proof may be decided to live.
    let life = Duration::from_secs(9);
    let mut broken = Vec::new();
    let mut is_so = |recorders: &[Recorder], at: Option<Timestamp>, what: &str| {
        let Some(at) = at.map(since_the_beginning) else {
            return;
        };
        let so = shift.world.truth(|truth| {
            let sent = truth.command_before(&call, at);
            let sent = sent.map_or(Duration::ZERO, |sent| sent.at);
            let from = at.saturating_sub(life).max(sent.min(at));
            let until = at + Duration::from_millis(1);
            let mut recorders = recorders.iter();
            recorders.any(|recorder| truth.was(&call, *recorder, from, until))
        });
        if !so {
            let how = format!("the report says that {call} was {what}");
            broken.push(Broken { at, how });
        }
    };
    let paused = if pause.outcome == PauseOutcome::NotRecorded {
        Recorder::Off
    } else {
        Recorder::Paused
    };
    is_so(&[paused], pause.proven, "paused");
    let resumed = [Recorder::Recording, Recorder::Off];
    is_so(&resumed, pause.resume_proven, "resumed");
    if pause.outcome == PauseOutcome::Open {
        let how = format!("the report says that {call} is still paused: {pause:?}");
        let at = pause.asked.or(pause.proven).map(since_the_beginning);
        let at = at.unwrap_or_default() + Duration::from_secs(300);
        broken.push(Broken { at, how });
    }
    broken
}

/// Each pause that a command of ours brought about has a row.
fn pauses_are_reported(shift: &Shift, report: &Report) -> Vec<Broken> {
    let now = shift.world.now();
    let pauses = shift.world.truth(|truth| truth.pauses(now));
    let ours = pauses.into_iter().filter(|stretch| stretch.by == By::Us);
    let missing = ours.filter(|stretch| {
        let sent = shift.world.truth(|truth| {
            let commands = truth.commands.iter().rev();
            let mut before = commands.filter(|command| {
                command.call == stretch.call
                    && command.at <= stretch.from
                    && command.wanted == Wanted::Paused
            });
            before.next().map(|command| command.at)
        });
        let sent = sent.unwrap_or(stretch.from);
        let lasted = stretch.until - stretch.from;
        lasted >= NOTED_FROM
            && !report.pauses.iter().any(|row| {
                let asked = row.asked.or(row.proven).map(since_the_beginning);
                let same = row.call.as_deref() == Some(stretch.call.as_str());
                same && asked.is_some_and(|asked| {
                    let is_own = asked + Duration::from_secs(6) >= sent;
                    asked <= stretch.until && (is_own || goes_on(shift, row, asked, stretch, sent))
                })
            })
    });
    missing
        .map(|stretch| {
            let how = format!("{} was paused here and has no row", stretch.call);
            let at = stretch.from;
            Broken { at, how }
        })
        .collect()
}

/// Whether this row, begun by an earlier pause of the same call, goes on with this one.
///
/// It does if its last command was sent while the row was open and carried out long after. It does
/// if on record it has not ended, and nobody was shown in between that it had: who then asks for a
/// pause again asks for what may still be so.
fn goes_on(shift: &Shift, row: &Pause, asked: Duration, stretch: &Stretch, sent: Duration) -> bool {
    let is_open_at = |at: Duration| {
        let ended = row.resume_proven.map(since_the_beginning);
        asked <= at && ended.is_none_or(|ended| ended >= at)
    };
    let is_late = stretch.from > sent + LATE;
    let ended_before = shift.world.truth(|truth| {
        let pauses = truth.pauses(stretch.from).into_iter();
        let mut before = pauses.filter(|before| before.call == stretch.call);
        before
            .rfind(|before| before.until < stretch.from)
            .map(|before| before.until)
    });
    let nobody_saw_it = with(&shift.judge, |judge| {
        let since = ended_before.unwrap_or(asked);
        !judge.recording_is_shown(&stretch.call, since, sent)
    });
    is_late && is_open_at(sent) || is_open_at(stretch.from) && nobody_saw_it
}

fn totals_agree(report: &Report) -> Option<Broken> {
    let count = |is: &dyn Fn(&Pause) -> bool| report.pauses.iter().filter(|row| is(row)).count();
    let totals = Totals {
        pauses: report.pauses.len(),
        failed: count(&|row| row.outcome == PauseOutcome::Failed),
        unproven: count(&|row| row.is_unproven),
        over_the_limit: count(&|row| row.is_over_the_limit),
        call_ended_while_paused: count(&|row| row.call_ended_while_paused),
    };
    (totals != report.totals).then(|| Broken {
        at: Duration::ZERO,
        how: format!("the totals are {totals:?}"),
    })
}

/// From each press to its proof, in milliseconds.
pub(crate) fn latencies(report: &Report) -> Vec<u64> {
    let rows = report.pauses.iter();
    rows.filter(|row| row.outcome != PauseOutcome::NotRecorded)
        .filter_map(|row| row.latency_ms)
        .collect()
}
