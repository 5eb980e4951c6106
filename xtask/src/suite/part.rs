//! One program of a step, and what came of it.

use anyhow::{Result, ensure};

use crate::program::Program;
use crate::tally::{Runner, Tally};

/// One program of a step.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Part {
    /// What failed, in a word; empty if nothing did.
    pub(crate) trouble: String,
    /// The numbers; a part that runs no tests counts as one.
    pub(crate) tally: Tally,
    /// Whether these are tests, counted by a test runner.
    pub(crate) tests: bool,
}

impl Part {
    /// Runs a program that has no tests to count.
    pub(crate) fn of_program(program: &Program) -> Self {
        let ran = program.record().and_then(|ran| {
            ensure!(ran.succeeded, "failed");
            Ok(())
        });
        Self::alone(&program.to_string(), ran)
    }

    /// Runs a program that runs tests.
    pub(crate) fn of_tests(program: &Program, runner: Runner) -> Self {
        match program.record() {
            Ok(ran) => Self::tests(&program.to_string(), ran.succeeded, runner.read(&ran.said)),
            Err(error) => Self::alone(&program.to_string(), Err(error)),
        }
    }

    /// A part that counts as one.
    pub(crate) fn alone(name: &str, came: Result<()>) -> Self {
        let (trouble, passed, failed) = match came {
            Ok(()) => (String::new(), 1, 0),
            Err(error) => (format!("{name}: {error:#}"), 0, 1),
        };
        Self {
            trouble,
            tally: Tally {
                passed,
                failed,
                ..Tally::default()
            },
            tests: false,
        }
    }

    /// A part whose tests were counted, if it came so far.
    pub(crate) fn tests(name: &str, succeeded: bool, tally: Option<Tally>) -> Self {
        let Some(mut tally) = tally else {
            return Self::alone(
                name,
                Err(anyhow::anyhow!("it came to no summary of its tests")),
            );
        };
        let mut trouble = String::new();
        if tally.failed > 0 {
            trouble = format!("{name}: {} failed", tally.failed);
        } else if !succeeded {
            // A test program that crashed has no summary of its own.
            trouble = format!("{name}: failed, and no test said so");
            tally.failed = 1;
        }
        Self {
            trouble,
            tally,
            tests: true,
        }
    }
}
