//! What is said at the end.

use std::fmt;

use super::{Done, Outcome};
use crate::tally::Tally;

/// All steps, added up.
#[derive(Clone, Debug)]
pub(super) struct Summary {
    rows: Vec<String>,
    troubles: Vec<String>,
    total: Tally,
    tests_passed: usize,
}

impl Summary {
    pub(super) fn of(done: &[Done]) -> Self {
        let mut total: Tally = done.iter().map(|done| done.outcome.tally()).sum();
        total.names.sort();
        let parts = done.iter().flat_map(|done| done.outcome.parts());
        let tests_passed = parts
            .clone()
            .filter(|part| part.tests)
            .map(|part| part.tally.passed);
        let troubles = parts
            .map(|part| &part.trouble)
            .filter(|trouble| !trouble.is_empty());
        Self {
            rows: done.iter().map(row).collect(),
            tests_passed: tests_passed.sum(),
            troubles: troubles.cloned().collect(),
            total,
        }
    }

    /// Whether nothing failed and something was tested.
    pub(super) fn is_good(&self) -> bool {
        self.total.failed == 0 && self.tests_passed > 0
    }
}

impl Outcome {
    fn parts(&self) -> &[super::Part] {
        match self {
            Self::Ran(parts) => parts,
            Self::Skipped(_) => &[],
        }
    }

    fn tally(&self) -> Tally {
        match self {
            Self::Ran(parts) => parts.iter().map(|part| part.tally.clone()).sum(),
            Self::Skipped(_) => Tally {
                skipped: 1,
                ..Tally::default()
            },
        }
    }
}

fn row(
    Done {
        step,
        outcome,
        took,
    }: &Done,
) -> String {
    let Tally {
        passed,
        failed,
        skipped,
        ..
    } = outcome.tally();
    let took = format!("{:.1} s", took.as_secs_f32());
    match outcome {
        Outcome::Skipped(reason) => format!("{step:8} skipped           {reason}"),
        Outcome::Ran(_) => {
            let word = if failed == 0 { "ok" } else { "FAILED" };
            let mut row = format!("{step:8} {word:7} {took:>9}  {passed} passed");
            for (number, word) in [(failed, "failed"), (skipped, "skipped")] {
                if number > 0 {
                    row += &format!(", {number} {word}");
                }
            }
            row
        }
    }
}

impl fmt::Display for Summary {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        for row in &self.rows {
            writeln!(formatter, "{row}")?;
        }
        if !self.total.names.is_empty() {
            writeln!(formatter, "\nskipped tests:")?;
        }
        for name in &self.total.names {
            writeln!(formatter, "  {name}")?;
        }
        if !self.troubles.is_empty() {
            writeln!(formatter, "\nwhat failed:")?;
        }
        for trouble in &self.troubles {
            writeln!(formatter, "  {trouble}")?;
        }
        if self.tests_passed == 0 {
            writeln!(
                formatter,
                "\nno test was run and passed, so this counts as a failure"
            )?;
        }
        let Tally {
            passed,
            failed,
            skipped,
            ..
        } = self.total;
        writeln!(
            formatter,
            "\n{passed} passed, {failed} failed, {skipped} skipped"
        )
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::super::steps::Step;
    use super::super::{Done, Outcome, Part};
    use super::*;

    fn done(step: Step, outcome: Outcome) -> Done {
        Done {
            step: step.to_string(),
            outcome,
            took: Duration::from_millis(1250),
        }
    }

    fn tested(passed: usize, failed: usize, names: &[&str]) -> Part {
        let names: Vec<_> = names.iter().map(|&name| name.to_owned()).collect();
        let tally = Tally {
            passed,
            failed,
            skipped: names.len(),
            names,
        };
        Part::tests("cargo test", failed == 0, Some(tally))
    }

    #[test]
    fn everything_is_added_up_in_the_last_line() {
        let summary = Summary::of(&[
            done(
                Step::Fmt,
                Outcome::Ran(vec![Part::alone("cargo fmt", Ok(()))]),
            ),
            done(
                Step::Test,
                Outcome::Ran(vec![tested(7, 0, &["a (why)"]), tested(2, 0, &[])]),
            ),
            done(Step::Deny, Outcome::Skipped(String::from("not installed"))),
        ]);
        assert!(summary.is_good());
        let expected = "\
fmt      ok          1.2 s  1 passed
test     ok          1.2 s  9 passed, 1 skipped
deny     skipped           not installed

skipped tests:
  a (why)

10 passed, 0 failed, 2 skipped
";
        assert_eq!(summary.to_string(), expected);
    }

    #[test]
    fn one_failure_anywhere_is_a_failure_of_the_whole() {
        let summary = Summary::of(&[done(
            Step::Test,
            Outcome::Ran(vec![tested(7, 1, &[]), tested(1, 0, &[])]),
        )]);
        assert!(!summary.is_good());
        assert!(summary.to_string().contains("cargo test: 1 failed"));
        assert!(
            summary
                .to_string()
                .ends_with("8 passed, 1 failed, 0 skipped\n")
        );
    }

    #[test]
    fn a_run_without_tests_is_a_failure() {
        let formatted = done(
            Step::Fmt,
            Outcome::Ran(vec![Part::alone("cargo fmt", Ok(()))]),
        );
        assert!(!Summary::of(&[formatted]).is_good());
        assert!(!Summary::of(&[done(Step::Test, Outcome::Ran(vec![tested(0, 0, &[])]))]).is_good());
    }

    #[test]
    fn tests_that_did_not_compile_or_crashed_are_failures() {
        let unbuilt = Part::tests("cargo test", false, None);
        assert_eq!((unbuilt.tally.passed, unbuilt.tally.failed), (0, 1));
        let crashed = Part::tests(
            "cargo test",
            false,
            Some(Tally {
                passed: 3,
                ..Tally::default()
            }),
        );
        assert_eq!((crashed.tally.passed, crashed.tally.failed), (3, 1));
        assert!(!crashed.trouble.is_empty());
    }
}
