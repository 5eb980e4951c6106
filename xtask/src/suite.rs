//! `cargo xtask test`: all that is tried on Linux, step by step, as CI runs it.

mod packed;
mod part;
mod steps;
mod summary;

use std::fmt::Display;
use std::process::ExitCode;
use std::time::{Duration, Instant};

use anyhow::Result;

use crate::prerequisites;
pub(crate) use part::Part;
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
pub(crate) enum Outcome {
    /// Each part passed or failed, and said how many tests it had.
    Ran(Vec<Part>),
    /// It was left out, and why.
    Skipped(String),
}

/// A step and what came of it.
#[derive(Clone, Debug)]
struct Done {
    step: String,
    outcome: Outcome,
    took: Duration,
}

/// Runs the steps that are asked for.
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

    Ok(run_all(reasons, |step| step.run(extent)))
}

/// Runs steps in order, each even if one before it failed, and sums up; those with a reason not
/// to be run are left out.
pub(crate) fn run_all<S: Copy + Display>(
    steps: Vec<(S, Option<String>)>,
    run: impl Fn(S) -> Outcome,
) -> ExitCode {
    let mut done = Vec::new();
    for (step, reason) in steps {
        let began = now();
        let outcome = match reason {
            Some(reason) => Outcome::Skipped(reason),
            None => {
                println!("\n== {step} ==");
                run(step)
            }
        };
        done.push(Done {
            step: step.to_string(),
            outcome,
            took: now() - began,
        });
    }
    let summary = summary::Summary::of(&done);
    print!("\n{summary}");
    if summary.is_good() {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
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
