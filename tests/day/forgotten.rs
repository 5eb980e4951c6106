//! Whether a pause was forgotten: what was so, against what the agent was told.

use std::time::Duration;

use controller::view::DisplayName;
use pause::{CallId, Wanted};

use crate::engine::with;
use crate::shift::Shift;
use crate::world::Broken;

/// No pause is forgotten (S4): in each that lasted, the agent was reminded, or was shown that
/// something is wrong. It counts from when it was shown to be paused, because until then it was not
/// known, and anew from each press: who presses has not forgotten it. Where a pause was shown that
/// nobody had brought about yet, its reminders stand for the one that came.
pub(crate) fn nothing_is_forgotten(shift: &Shift) -> Vec<Broken> {
    let grace = Duration::from_secs(12);
    let now = shift.world.now();
    let pauses = shift.world.truth(|truth| truth.pauses(now));
    let mut broken = Vec::new();
    for stretch in pauses {
        for (up, down) in &shift.up {
            let (from, until) = (stretch.from.max(*up), stretch.until.min(*down));
            let told = with(&shift.judge, |judge| {
                let decided = judge.decided(from, until);
                let first = decided.map(|decision| decision.first_reminder()).max();
                let since = judge.paused_is_shown_from(from, until).unwrap_or(from);
                let wait = first.unwrap_or_default() + grace;
                let presses = judge.presses.iter().filter(|at| **at > since);
                let due = presses.fold(since + wait, |due, press| {
                    if *press <= due { *press + wait } else { due }
                });
                let shown_since = judge.paused_is_shown_since(from).max(*up);
                let mut reminders = judge.reminders.iter();
                let says_so = matches!(
                    judge.display_at(due),
                    DisplayName::Failed | DisplayName::Unknown | DisplayName::Resuming
                );
                due >= until
                    || says_so
                    || reminders.any(|at| (shown_since..=due).contains(at))
                    || shift.world.truth(|truth| truth.slept_between(from, due))
            });
            if !told {
                let (call, at) = (&stretch.call, from + Duration::from_secs(75));
                let from = from.as_secs_f64();
                let how = format!("S4: {call} was paused at {from:.3} s and forgotten");
                broken.push(Broken { at, how });
            }
            broken.extend(too_long(shift, &stretch.call, from, until));
        }
    }
    broken
}

/// Where a longest pause is decided on, a resume is asked for at its end. Whoever asks for a pause
/// again begins it anew.
fn too_long(shift: &Shift, call: &CallId, from: Duration, until: Duration) -> Option<Broken> {
    let grace = Duration::from_secs(25);
    let longest = with(&shift.judge, |judge| {
        let decided: Vec<_> = judge.decided(from, until).cloned().collect();
        let all = decided.iter().map(|decision| decision.longest_pause);
        all.collect::<Option<Vec<_>>>()?.into_iter().max()
    })?;
    let again = shift.world.truth(|truth| {
        let within = from..=from + longest + grace;
        let commands = truth.commands.iter().rev();
        let mut again = commands.filter(|command| {
            command.call == *call
                && command.wanted == Wanted::Paused
                && within.contains(&command.at)
        });
        again.next().map(|command| command.at)
    });
    // Until it was shown to be paused it was not known.
    let shown = with(&shift.judge, |judge| {
        judge.paused_is_shown_from(from, until)
    });
    let from = again.max(shown).unwrap_or(from);
    let due = from + longest + grace;
    if due >= until {
        return None;
    }
    let asked = shift.world.truth(|truth| {
        let mut commands = truth.commands.iter();
        commands.any(|command| {
            command.call == *call
                && command.wanted == Wanted::Recording
                && (from..=due).contains(&command.at)
        }) || truth.slept_between(from, due)
    });
    let says_so = with(&shift.judge, |judge| {
        // Whoever presses on what is wrong has seen it.
        let shown = judge.display_before_pausing(due);
        matches!(
            shown,
            DisplayName::Failed | DisplayName::Unknown | DisplayName::Resuming
        )
    });
    (!asked && !says_so).then(|| {
        let from = from.as_secs_f64();
        let how = format!("S4: {call}, paused at {from:.3} s, was not resumed at the limit");
        Broken { at: due, how }
    })
}
