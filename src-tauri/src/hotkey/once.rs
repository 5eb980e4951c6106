//! Whether a press has been delivered already.

use std::collections::{HashMap, VecDeque};
use std::time::{Duration, Instant};

/// How long an early press waits for the registrar to report it as well. Far longer than the
/// registrar ever takes: forgetting too soon would make one press count twice.
const REPORTED_WITHIN: Duration = Duration::from_secs(5);

/// Delivers each press once, though it is learnt of twice.
///
/// The registrar (`global-hotkey`) reports every press and every release in order, late. The
/// early look reports most presses, none of them twice. Neither says which press it means.
#[derive(Debug, Default)]
pub(crate) struct OncePerPress(HashMap<u32, Reports>);

#[derive(Debug, Default)]
struct Reports {
    /// Presses that the registrar has yet to report.
    early: VecDeque<Instant>,
    /// The registrar has reported a press before the early look has, and no release since.
    registrar_first: bool,
}

impl OncePerPress {
    /// Returns whether a press that the early look saw is to be delivered.
    #[cfg(any(target_os = "linux", test))]
    pub(crate) fn early(&mut self, id: u32, now: Instant) -> bool {
        let reports = self.0.entry(id).or_default();
        // It may be a newer press than the one the registrar told of: then that one's report
        // is still to come, and delivers it.
        if std::mem::take(&mut reports.registrar_first) {
            return false;
        }
        reports.early.push_back(now);
        true
    }

    /// Returns whether a press that the registrar reports is to be delivered.
    pub(crate) fn pressed(&mut self, id: u32, now: Instant) -> bool {
        let reports = self.0.entry(id).or_default();
        reports
            .early
            .retain(|seen| now.saturating_duration_since(*seen) < REPORTED_WITHIN);
        reports.registrar_first = reports.early.pop_front().is_none();
        reports.registrar_first
    }

    /// Takes note of a release.
    pub(crate) fn released(&mut self, id: u32) {
        self.0.entry(id).or_default().registrar_first = false;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_press_seen_early_is_delivered_once() {
        let (mut once, now) = (OncePerPress::default(), start());
        assert!(once.early(7, now));
        assert!(!once.pressed(7, now + Duration::from_millis(50)));
        once.released(7);
        assert!(once.early(7, now + Duration::from_millis(200)));
    }

    #[test]
    fn a_press_that_the_early_look_missed_is_delivered_by_the_registrar() {
        let (mut once, now) = (OncePerPress::default(), start());
        assert!(once.pressed(7, now));
        once.released(7);
        assert!(once.early(7, now), "the next one is early again");
    }

    #[test]
    fn an_early_look_that_comes_second_delivers_nothing() {
        let (mut once, now) = (OncePerPress::default(), start());
        assert!(once.pressed(7, now));
        assert!(!once.early(7, now));
        once.released(7);
        assert!(once.early(7, now));
    }

    #[test]
    fn two_presses_within_one_look_of_the_registrar_are_two() {
        let (mut once, now) = (OncePerPress::default(), start());
        assert!(once.early(7, now));
        assert!(once.early(7, now + Duration::from_millis(20)));
        for _ in 0..2 {
            assert!(!once.pressed(7, now + Duration::from_millis(50)));
            once.released(7);
        }
        assert!(once.pressed(7, now + Duration::from_millis(60)));
    }

    #[test]
    fn a_report_that_never_came_swallows_no_later_press() {
        let (mut once, now) = (OncePerPress::default(), start());
        assert!(once.early(7, now));
        assert!(once.pressed(7, now + REPORTED_WITHIN));
    }

    #[test]
    fn chords_do_not_answer_for_each_other() {
        let (mut once, now) = (OncePerPress::default(), start());
        assert!(once.early(7, now));
        assert!(once.pressed(8, now));
    }

    #[expect(
        clippy::disallowed_methods,
        reason = "a start for durations to be added to"
    )]
    fn start() -> Instant {
        Instant::now()
    }
}
