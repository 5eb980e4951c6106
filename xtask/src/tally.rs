//! What a test runner says of its tests, in numbers.

use std::iter::Sum;

/// Who ran the tests, and so how to read what was said.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Runner {
    /// `cargo test`, and whatever speaks like it (libtest-mimic).
    Cargo,
    /// `cargo nextest run`.
    Nextest,
    /// `vitest run`.
    Vitest,
}

/// How many tests passed and failed, and which were left out.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Tally {
    pub(crate) passed: usize,
    pub(crate) failed: usize,
    pub(crate) skipped: usize,
    /// Those of the skipped ones that the runner named, with its reason if it gave one.
    pub(crate) names: Vec<String>,
}

impl Sum for Tally {
    fn sum<I: Iterator<Item = Self>>(tallies: I) -> Self {
        tallies.fold(Self::default(), |mut sum, one| {
            sum.passed += one.passed;
            sum.failed += one.failed;
            sum.skipped += one.skipped;
            sum.names.extend(one.names);
            sum
        })
    }
}

impl Runner {
    /// Reads what a runner wrote; `None` if it never came to a summary.
    pub(crate) fn read(self, said: &str) -> Option<Tally> {
        let summaries: Vec<Tally> = said
            .lines()
            .filter_map(|line| self.summary(line.trim()))
            .collect();
        if summaries.is_empty() {
            return None;
        }
        let mut tally: Tally = summaries.into_iter().sum();
        tally.names = said
            .lines()
            .filter_map(|line| self.skipped(line.trim()))
            .collect();
        // nextest names each test that failed or was skipped twice where its output is long.
        tally.names.sort();
        tally.names.dedup();
        Some(tally)
    }

    fn summary(self, line: &str) -> Option<Tally> {
        match self {
            // test result: ok. 3 passed; 0 failed; 1 ignored; 0 measured; 0 filtered out; …
            Self::Cargo => {
                let counts = line.strip_prefix("test result: ")?.split_once(". ")?.1;
                Some(count(counts.split(';')))
            }
            // Summary [   0.1s] 4 tests run: 3 passed (1 slow), 1 failed, 2 skipped
            Self::Nextest => {
                let counts = line.strip_prefix("Summary [")?.split_once(" run:")?.1;
                Some(count(without_asides(counts).split(',')))
            }
            // Tests  1 failed | 3 passed | 2 skipped (6)
            Self::Vitest => {
                let counts = line.strip_prefix("Tests  ")?;
                Some(count(without_asides(counts).split('|')))
            }
        }
    }

    fn skipped(self, line: &str) -> Option<String> {
        match self {
            // test gws::read_back ... ignored, no read-back
            Self::Cargo => {
                let (name, reason) = line.strip_prefix("test ")?.split_once(" ... ignored")?;
                Some(match reason.strip_prefix(", ") {
                    Some(reason) => format!("{name} ({reason})"),
                    None => name.to_owned(),
                })
            }
            // SKIP [         ] (4/9) tests::conformance gws::read_back
            Self::Nextest => {
                let name = line.strip_prefix("SKIP [")?.split_once(']')?.1.trim();
                Some(match name.split_once(") ") {
                    Some((number, name)) if number.starts_with('(') => name.to_owned(),
                    Some(_) | None => name.to_owned(),
                })
            }
            // ↓ src/page.test.ts > draws a view
            Self::Vitest => line.strip_prefix("↓ ").map(str::to_owned),
        }
    }
}

/// Adds up parts such as "3 passed".
fn count<'a>(parts: impl Iterator<Item = &'a str>) -> Tally {
    let mut tally = Tally::default();
    for part in parts {
        let Some((number, word)) = part.trim().split_once(' ') else {
            continue;
        };
        let Ok(number) = number.parse::<usize>() else {
            continue;
        };
        match word {
            "passed" => tally.passed += number,
            "failed" | "timed out" | "exec failed" => tally.failed += number,
            "ignored" | "skipped" | "todo" => tally.skipped += number,
            _ => {}
        }
    }
    tally
}

fn without_asides(text: &str) -> String {
    let mut plain = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('(') {
        plain.push_str(before.trim_end());
        rest = after.split_once(')').map_or("", |(_, rest)| rest);
    }
    plain.push_str(rest);
    plain
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tally(passed: usize, failed: usize, skipped: usize, names: &[&str]) -> Tally {
        let names = names.iter().map(|&name| name.to_owned()).collect();
        Tally {
            passed,
            failed,
            skipped,
            names,
        }
    }

    #[test]
    fn every_test_program_of_cargo_test_is_counted() {
        let said = "
running 3 tests
test a ... ok
test b ... ignored
test c ... FAILED
test result: FAILED. 1 passed; 1 failed; 1 ignored; 0 measured; 0 filtered out; finished in 0.00s
running 2 tests
test gws::confirmed_means_paused ... ok
test noojee::a_read_back_tells_the_truth ... ignored, no read-back
test result: ok. 1 passed; 0 failed; 1 ignored; 0 measured; 7 filtered out; finished in 0.00s
";
        let names = ["b", "noojee::a_read_back_tells_the_truth (no read-back)"];
        assert_eq!(Runner::Cargo.read(said), Some(tally(2, 1, 2, &names)));
    }

    #[test]
    fn nextest_counts_slow_ones_once_and_names_what_it_skipped() {
        let said = "
        PASS [   0.005s] (1/3) pause machine::tests::a
        FAIL [   0.005s] (2/3) pause machine::tests::b
  test result: FAILED. 0 passed; 1 failed; 0 ignored; 0 measured; 4 filtered out
     Summary [   0.010s] 4/9 tests run: 2 passed (1 slow, 1 leaky), 1 failed, 1 timed out, 2 skipped
        SKIP [         ] (4/9) tests::conformance x::y
        SKIP [         ] pause z
";
        let names = ["pause z", "tests::conformance x::y"];
        assert_eq!(Runner::Nextest.read(said), Some(tally(2, 2, 2, &names)));
    }

    #[test]
    fn vitest_is_understood() {
        let said = "
 ✓ src/page.test.ts > draws 2ms
 ↓ src/page.test.ts > draws more
 Test Files  1 passed (1)
      Tests  5 passed | 1 skipped (6)
";
        let names = ["src/page.test.ts > draws more"];
        assert_eq!(Runner::Vitest.read(said), Some(tally(5, 0, 1, &names)));
    }

    #[test]
    fn no_summary_is_not_the_same_as_no_failure() {
        let said = "error: could not compile `pause`";
        for runner in [Runner::Cargo, Runner::Nextest, Runner::Vitest] {
            assert_eq!(runner.read(said), None);
        }
    }
}
