//! What must be so in every cell, whatever goes wrong.

use std::time::Duration;

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use controller::view::DisplayName;
use simulators::{Truth, Vendor};

use crate::cell::{Cell, Observed};
use crate::desk::limits;
use crate::fault::Class;
use crate::leaks;
use crate::shown::Stretch;

/// What a busy computer may add to any time.
pub(crate) const SLACK: Duration = Duration::from_millis(1_500);

/// What was not as it must be, in words.
pub(crate) fn breaches(cell: &Cell, observed: &Observed) -> Vec<String> {
    let mut breaches = Vec::new();
    claims(cell, observed, &mut breaches);
    deadlines(cell, observed, &mut breaches);
    secrets(observed, &mut breaches);
    breaches
}

/// PAUSED and PAUSE SENT stand no longer than proof lives while a recorder of the agent's is at
/// work; nor does RECORDING while none is.
fn claims(cell: &Cell, observed: &Observed, breaches: &mut Vec<String>) {
    let limits = limits();
    // Who offers no proof and says yes to what it does not do cannot be found out, and the words
    // NOT CONFIRMED say so.
    let may_be_lied_to = cell.fault.class == Class::NotDone && !cell.vendor.proves();
    for run in runs(&observed.closed.shown.stretches) {
        let (wrong, longest): (fn(&[Truth]) -> bool, Duration) = match run.display {
            DisplayName::Paused if !cell.vendor.proves() => {
                breaches.push("PAUSED at a vendor that proves nothing".to_owned());
                continue;
            }
            DisplayName::PauseSent if may_be_lied_to => continue,
            DisplayName::Paused | DisplayName::PauseSent => {
                (|now| now.contains(&Truth::Recording), limits.freshness)
            }
            DisplayName::Recording => (
                |now| !now.is_empty() && !now.contains(&Truth::Recording),
                limits.calm_freshness,
            ),
            DisplayName::NoCall
            | DisplayName::NotRecorded
            | DisplayName::Pausing
            | DisplayName::Resuming
            | DisplayName::Failed
            | DisplayName::Unknown => continue,
        };
        let stood = longest_stretch(observed, &run, wrong);
        if stood > longest + SLACK {
            breaches.push(format!(
                "{} stood for {stood:?} and was not so",
                run.display.name()
            ));
        }
    }
}

/// Something that was shown without a break.
struct Run {
    display: DisplayName,
    from: Duration,
    until: Duration,
}

fn runs(stretches: &[Stretch]) -> Vec<Run> {
    let mut runs: Vec<Run> = Vec::new();
    for stretch in stretches {
        match runs.last_mut() {
            Some(run) if run.display == stretch.display && run.until == stretch.from => {
                run.until = stretch.until;
            }
            Some(_) | None => runs.push(Run {
                display: stretch.display,
                from: stretch.from,
                until: stretch.until,
            }),
        }
    }
    runs
}

/// For how long at a time it was so during a run.
fn longest_stretch(observed: &Observed, run: &Run, is_so: fn(&[Truth]) -> bool) -> Duration {
    let until = run.until.min(observed.ended);
    let turns = observed.histories.iter().flat_map(|history| {
        let turns = history.turns.iter().map(|(at, _)| *at);
        turns.chain(history.ended)
    });
    let mut moments: Vec<Duration> = turns
        .filter(|at| (run.from..until).contains(at))
        .chain([run.from, until])
        .collect();
    moments.sort();
    let (mut longest, mut so_far) = (Duration::ZERO, Duration::ZERO);
    for pair in moments.windows(2) {
        so_far = if is_so(&truths(observed, pair[0])) {
            so_far + (pair[1] - pair[0])
        } else {
            Duration::ZERO
        };
        longest = longest.max(so_far);
    }
    longest
}

/// What the recorder of each call that went on did then.
fn truths(observed: &Observed, at: Duration) -> Vec<Truth> {
    observed
        .histories
        .iter()
        .filter(|history| history.ended.is_none_or(|ended| at < ended))
        .filter_map(|history| history.turns.iter().rev().find(|(turned, _)| *turned <= at))
        .map(|(_, truth)| *truth)
        .collect()
}

/// Nothing is under way for longer than a press may take (D6).
fn deadlines(cell: &Cell, observed: &Observed, breaches: &mut Vec<String>) {
    let limits = limits();
    for run in runs(&observed.closed.shown.stretches) {
        let longest = match run.display {
            DisplayName::Pausing => limits.settle_within,
            // Where a start has failed and the agent has seen it, it goes on being asked for.
            DisplayName::Resuming if cell.vendor == Vendor::Noojee => {
                limits.ask_again_after + limits.settle_within
            }
            DisplayName::Resuming => limits.settle_within,
            DisplayName::NoCall
            | DisplayName::NotRecorded
            | DisplayName::Recording
            | DisplayName::Paused
            | DisplayName::PauseSent
            | DisplayName::Failed
            | DisplayName::Unknown => continue,
        };
        let stood = run.until.min(observed.ended).saturating_sub(run.from);
        if stood > longest + SLACK {
            breaches.push(format!("{} was shown for {stood:?}", run.display.name()));
        }
    }
}

/// The secret is in nothing that is shown, logged or written.
fn secrets(observed: &Observed, breaches: &mut Vec<String>) {
    let secret = &observed.closed.secret;
    let basic = BASE64_STANDARD.encode(format!("{}:{secret}", observed.agent));
    let secrets = [secret.clone(), basic];
    let said = &observed.closed.shown.words;
    if said
        .iter()
        .any(|words| secrets.iter().any(|secret| words.contains(secret)))
    {
        breaches.push("the secret was shown".to_owned());
    }
    if leaks::was_logged(secret) {
        breaches.push("the secret was logged".to_owned());
    }
    match leaks::files_with(observed.closed.folder.path(), &secrets) {
        Ok(files) if files.is_empty() => {}
        Ok(files) => breaches.push(format!("the secret is in {}", files.join(", "))),
        Err(error) => breaches.push(format!("what was written cannot be read: {error}")),
    }
}
