//! Calls in which nothing went wrong: their rows are exactly what the agent meant.

use std::time::Duration;

use audit::report::{Pause, PauseOutcome, Report};
use jiff::Timestamp;

use crate::engine::with;
use crate::record::{differ, since_the_beginning};
use crate::shift::{CleanCall, Meant, Shift};
use crate::world::Broken;

/// How late what happened at the vendor may be on record, where nothing goes wrong.
const KNOWN_WITHIN: Duration = Duration::from_millis(1_500);

/// The same for the end of a call: a vendor that does not tell is asked every ten seconds.
const END_KNOWN_WITHIN: Duration = Duration::from_secs(12);

/// A call in which nothing went wrong is reported as the agent meant it.
pub(crate) fn call_is_reported(shift: &Shift, clean: &CleanCall, report: &Report) -> Vec<Broken> {
    let name = clean.call.as_str();
    let rows = report.pauses.iter();
    let rows: Vec<&Pause> = rows
        .filter(|row| row.call.as_deref() == Some(name))
        .collect();
    let mut broken = Vec::new();
    if !clean.is_recorded {
        return not_recorded(shift, clean, &rows);
    }
    if rows.len() != clean.pauses.len() {
        let (found, meant) = (rows.len(), clean.pauses.len());
        let how = format!("{name} has {found} rows instead of {meant}");
        broken.push(Broken {
            at: clean.ended,
            how,
        });
        return broken;
    }
    for (row, meant) in rows.into_iter().zip(&clean.pauses) {
        if let Err(how) = pause_is_reported(shift, clean, row, meant) {
            let how = format!("{name}: {how}: {row:?}");
            broken.push(Broken {
                at: clean.ended + Duration::from_secs(5),
                how,
            });
        }
    }
    broken
}

/// Each press has a row; pressed twice it may have two, because there was nothing to pause.
fn not_recorded(shift: &Shift, clean: &CleanCall, rows: &[&Pause]) -> Vec<Broken> {
    let name = clean.call.as_str();
    let at = clean.ended + Duration::from_secs(5);
    let known = |row: &Pause| row.outcome == PauseOutcome::NotRecorded;
    let proves = shift.world.nature.proves();
    let of_press = |meant: &Meant| {
        let mut rows = rows.iter();
        rows.any(|row| row.asked.is_some_and(|asked| is_at(asked, meant.pressed)))
    };
    let pressed = clean.pauses.iter().filter(|meant| !of_press(meant));
    let pressed = pressed.map(|meant| {
        let pressed = meant.pressed.as_secs_f64();
        format!("{name}: it was asked for at {pressed:.3} s, and has no row")
    });
    let wrong = rows.iter().filter(|row| proves && !known(row));
    let wrong = wrong.map(|row| format!("{name}: it was not recorded at all: {row:?}"));
    let all = pressed.chain(wrong);
    all.map(|how| Broken { at, how }).collect()
}

/// Whether what is on record stands for this moment.
fn is_at(asked: Timestamp, pressed: Duration) -> bool {
    differ(since_the_beginning(asked), pressed) <= Duration::from_millis(2)
}

fn pause_is_reported(
    shift: &Shift,
    clean: &CleanCall,
    row: &Pause,
    meant: &Meant,
) -> Result<(), String> {
    let proves = shift.world.nature.proves();
    if !row.asked.is_some_and(|asked| is_at(asked, meant.pressed)) {
        return Err(format!(
            "it was asked for at {:.3} s",
            meant.pressed.as_secs_f64()
        ));
    }
    let stretch = shift.world.truth(|truth| {
        let pauses = truth.pauses(clean.ended).into_iter();
        let mut of_call = pauses.filter(|stretch| stretch.call == clean.call);
        of_call.find(|stretch| stretch.from >= meant.pressed)
    });
    let stretch = stretch.ok_or("it was not paused at all")?;
    // Resumed at the last moment, its call may be over before that is proven, or taken.
    let just_before = stretch.until + KNOWN_WITHIN >= clean.ended
        && if proves {
            row.resume_proven.is_none()
        } else {
            row.outcome == PauseOutcome::LeftPaused
        };
    // Resumed in the same moment, it may be either.
    let resumed_at_its_end = row.outcome == PauseOutcome::Resumed
        && row
            .resume_asked
            .map(since_the_beginning)
            .is_some_and(|asked| asked <= clean.ended && asked + KNOWN_WITHIN >= clean.ended);
    let ended_with_its_call = !resumed_at_its_end && (stretch.until >= clean.ended || just_before);
    let outcome = if ended_with_its_call {
        PauseOutcome::CallEnded
    } else {
        PauseOutcome::Resumed
    };
    // Nobody can know better of a vendor that proves nothing.
    let left = !proves && ended_with_its_call && row.outcome == PauseOutcome::LeftPaused;
    if row.outcome != outcome && !left {
        return Err(format!("the outcome was {outcome:?}"));
    }
    if !is_limited_as_meant(clean, row, meant, stretch.until) {
        return Err("the limit".to_owned());
    }
    if row.call_ended_while_paused != ended_with_its_call {
        return Err("the end of its call".to_owned());
    }
    if row.is_unproven == proves {
        return Err("whether it was proven".to_owned());
    }
    let took = stretch.from - meant.pressed;
    if proves {
        let latency = Duration::from_millis(row.latency_ms.unwrap_or(u64::MAX / 2));
        if latency + Duration::from_millis(2) < took || latency > took + KNOWN_WITHIN {
            return Err(format!("the latency was {} ms", took.as_millis()));
        }
    }
    let length = Duration::from_millis(row.length_ms.unwrap_or_default());
    let was = stretch.until - stretch.from;
    let tolerance = if ended_with_its_call {
        END_KNOWN_WITHIN
    } else {
        KNOWN_WITHIN
    };
    if differ(length, was) > tolerance {
        return Err(format!("the length was {} ms", was.as_millis()));
    }
    let steps = with(&shift.judge, |judge| {
        let decided = judge.decided(stretch.from, stretch.until);
        decided.map(|decision| decision.reminders.len()).max()
    });
    if row.reminders as usize > steps.unwrap_or_default() {
        return Err("a step of the ladder was repeated".to_owned());
    }
    Ok(())
}

/// Whether the row says rightly that the pause lasted as long as it may.
fn is_limited_as_meant(clean: &CleanCall, row: &Pause, meant: &Meant, until: Duration) -> bool {
    let Some(longest) = clean.longest_pause else {
        return !row.is_over_the_limit;
    };
    // It counts from what the vendor has said, which is this long after the press at most.
    let earliest = meant.pressed + longest;
    let latest = earliest + KNOWN_WITHIN;
    let ended = meant.resumed.unwrap_or(until).min(until);
    let known = if ended < until {
        ended
    } else {
        until + END_KNOWN_WITHIN
    };
    if known < earliest {
        !row.is_over_the_limit
    } else {
        row.is_over_the_limit || ended < latest
    }
}
