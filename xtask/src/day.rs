//! `cargo xtask day`: a day in a minute, as often as one likes, and what came of it.

use std::process::ExitCode;

use anyhow::Result;

use crate::program::Program;

/// Which shifts to run.
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// How many seeds; each is a shift of eight hours
    #[arg(long, default_value_t = 100)]
    seeds: u64,
    /// The first of them
    #[arg(long, default_value_t = 0)]
    first: u64,
    /// Begin no shift after so many minutes
    #[arg(long)]
    minutes: Option<u64>,
}

/// Runs the shifts, and writes what came of more than one into `docs/reliability.md`.
pub(crate) fn run(arguments: &Arguments) -> Result<ExitCode> {
    shifts(arguments).run()?;
    Ok(ExitCode::SUCCESS)
}

fn shifts(arguments: &Arguments) -> Program {
    // Compiled to be fast, a shift takes a third of the time.
    let line = "cargo test --profile desktop --package tests --test day no_shift_breaks_a_promise \
        -- --nocapture";
    let mut shifts = Program::new(line)
        .variable("FERMATA_DAY_SEEDS", arguments.seeds.to_string())
        .variable("FERMATA_DAY_FIRST", arguments.first.to_string());
    if let Some(minutes) = arguments.minutes {
        shifts = shifts.variable("FERMATA_DAY_MINUTES", minutes.to_string());
    }
    if arguments.seeds > 1 {
        shifts = shifts.variable("FERMATA_DAY_PAGE", "written");
    }
    shifts
}
