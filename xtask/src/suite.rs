//! `cargo xtask test`: all that CI runs, step by step.

mod steps;
mod summary;

use std::process::ExitCode;
use std::time::{Duration, Instant};

use anyhow::Result;

use crate::prerequisites;
use crate::tally::Tally;
use steps::Step;

/// What to run.
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// Only what needs neither Node nor WebKit nor a desktop
    #[arg(long)]
    fast: bool,
    /// Leave steps out; they are listed at the end
    #[arg(long, value_name = "STEP", value_delimiter = ',', num_args = 1..)]
    without: Vec<Step>,
}

/// How wide a net to cast.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Extent {
    /// All crates.
    Whole,
    /// The crates that need neither Node nor WebKit.
    Fast,
}

/// What came of a step.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Outcome {
    /// Each part passed or failed, and said how many tests it had.
    Ran(Vec<Part>),
    /// It was left out, and why.
    Skipped(String),
}

/// One program of a step.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Part {
    /// What failed, in a word; empty if nothing did.
    trouble: String,
    /// The numbers; a part that runs no tests counts as one.
    tally: Tally,
    /// Whether these are tests, counted by a test runner.
    tests: bool,
}

/// A step and what came of it.
#[derive(Clone, Debug)]
struct Done {
    step: Step,
    outcome: Outcome,
    took: Duration,
}

/// Runs the steps in order, each even if one before it failed, and sums up.
pub(crate) fn run(arguments: &Arguments) -> Result<ExitCode> {
    let extent = if arguments.fast {
        Extent::Fast
    } else {
        Extent::Whole
    };
    let reasons: Vec<(Step, Option<String>)> = Step::ALL
        .into_iter()
        .map(|step| (step, reason_to_skip(step, arguments)))
        .collect();
    let rooms: Vec<_> = reasons
        .iter()
        .filter(|(_, reason)| reason.is_none())
        .flat_map(|(step, _)| step.rooms(extent))
        .copied()
        .collect();
    prerequisites::ensure(&rooms)?;

    let mut done = Vec::new();
    for (step, reason) in reasons {
        let began = now();
        let outcome = match reason {
            Some(reason) => Outcome::Skipped(reason),
            None => {
                println!("\n== {step} ==");
                step.run(extent)
            }
        };
        done.push(Done {
            step,
            outcome,
            took: now() - began,
        });
    }
    let summary = summary::Summary::of(&done);
    print!("\n{summary}");
    Ok(if summary.is_good() {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

fn reason_to_skip(step: Step, arguments: &Arguments) -> Option<String> {
    if arguments.without.contains(&step) {
        return Some(format!("--without {step}"));
    }
    if arguments.fast && !step.is_fast() {
        return Some(String::from("--fast"));
    }
    step.unavailable()
}

#[expect(
    clippy::disallowed_methods,
    reason = "how long a step takes is not the product's time"
)]
fn now() -> Instant {
    Instant::now()
}
