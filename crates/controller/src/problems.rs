//! What is wrong now, and when it is worth saying.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use pause::{CallId, Moment};

use crate::view::Problem;

/// Where a problem comes from. Each source has one at a time, and takes it back itself.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Source {
    /// What was wrong before the start, in the order given.
    Start(usize),
    /// What the user or the organisation has written, by code.
    Written(String),
    /// The enrolment file.
    Enrolment,
    /// Another account has been decided on, and cannot be signed in to yet.
    Account,
    /// What an earlier run may have left paused.
    LeftOpen,
    /// Signing in.
    Link,
    /// Listening to what the vendor tells unasked.
    Events,
    /// Requests on a session that is up.
    Requests,
    /// One call.
    Call(CallId),
    /// The screen.
    Screen,
    /// The global hotkeys.
    Hotkeys,
    /// The desktop, by code.
    Desktop(String),
}

/// Every problem there is.
#[derive(Debug, Default)]
pub(crate) struct Problems(BTreeMap<Source, Entry>);

#[derive(Debug)]
struct Entry {
    problem: Problem,
    /// A hiccup that is over before this is not worth saying.
    visible_at: Moment,
}

impl Problems {
    /// Something is wrong; say so if it still is after this long. If this source has one
    /// already, its time counts.
    pub(crate) fn raise(&mut self, source: Source, problem: Problem, wait: Duration, now: Moment) {
        let visible_at = now + wait;
        let visible_at = match self.0.get(&source) {
            Some(before) => before.visible_at.min(visible_at),
            None => visible_at,
        };
        let entry = Entry {
            problem,
            visible_at,
        };
        self.0.insert(source, entry);
    }

    /// It is solved.
    pub(crate) fn solve(&mut self, source: &Source) {
        self.0.remove(source);
    }

    /// Whether this source has one, said or not.
    pub(crate) fn has(&self, source: &Source) -> bool {
        self.0.contains_key(source)
    }

    /// All of these are solved.
    pub(crate) fn solve_all(&mut self, which: impl Fn(&Source) -> bool) {
        self.0.retain(|source, _| !which(source));
    }

    /// What is worth saying, each code once.
    pub(crate) fn visible(&self, now: Moment) -> Vec<Problem> {
        let mut codes = BTreeSet::new();
        self.0
            .values()
            .filter(|entry| entry.visible_at <= now)
            .filter(|entry| codes.insert(entry.problem.code.as_str()))
            .map(|entry| entry.problem.clone())
            .collect()
    }

    /// When the next one becomes worth saying.
    pub(crate) fn next_deadline(&self, now: Moment) -> Option<Moment> {
        self.0
            .values()
            .map(|entry| entry.visible_at)
            .filter(|at| *at > now)
            .min()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn problem(code: &str) -> Problem {
        Problem {
            code: code.to_owned(),
            message: String::new(),
            blocks_pausing: false,
        }
    }

    fn at(millis: u64) -> Moment {
        Moment::after_start(Duration::from_millis(millis))
    }

    const WAIT: Duration = Duration::from_secs(2);

    fn codes(problems: &Problems, now: Moment) -> Vec<String> {
        let visible = problems.visible(now).into_iter();
        visible.map(|problem| problem.code).collect()
    }

    #[test]
    fn a_problem_is_said_when_it_has_lasted_even_if_its_cause_changes() {
        let mut problems = Problems::default();
        problems.raise(Source::Link, problem("a"), WAIT, at(0));
        problems.raise(Source::Link, problem("b"), WAIT, at(1_500));
        assert!(codes(&problems, at(1_999)).is_empty());
        assert_eq!(problems.next_deadline(at(1_999)), Some(at(2_000)));
        assert_eq!(codes(&problems, at(2_000)), ["b"]);
        assert_eq!(problems.next_deadline(at(2_000)), None);
    }

    #[test]
    fn a_hiccup_that_is_over_is_never_said_and_the_next_one_begins_anew() {
        let mut problems = Problems::default();
        problems.raise(Source::Link, problem("a"), WAIT, at(0));
        problems.solve(&Source::Link);
        problems.raise(Source::Link, problem("a"), WAIT, at(1_900));
        assert!(codes(&problems, at(3_000)).is_empty());
        assert_eq!(codes(&problems, at(3_900)), ["a"]);
    }

    #[test]
    fn a_code_with_two_sources_is_said_once() {
        let mut problems = Problems::default();
        problems.raise(Source::Link, problem("a"), Duration::ZERO, at(0));
        problems.raise(Source::Requests, problem("a"), Duration::ZERO, at(0));
        assert_eq!(codes(&problems, at(0)), ["a"]);
        problems.solve_all(|source| *source == Source::Link);
        assert_eq!(codes(&problems, at(0)), ["a"]);
    }
}
