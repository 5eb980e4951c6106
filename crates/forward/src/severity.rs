//! How much a record matters to those who watch.

use audit::{Event, Outcome, Record};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Severity {
    /// Somebody has to look at once.
    Error,
    Warning,
    Information,
}

pub(crate) fn severity(record: &Record) -> Severity {
    let failed = record.outcome == Outcome::Failure;
    match record.event() {
        Some(
            Event::Failed
            | Event::NotSent
            | Event::LongestPauseOver
            | Event::SessionOver
            | Event::SignInFailed
            | Event::PausedBeforeStart
            | Event::LeftPausedAtEnd
            | Event::RecordsLost
            | Event::BrokenLines,
        ) => Severity::Error,
        // Its recording may have been left paused.
        Some(Event::CallEnded) if failed => Severity::Error,
        _ if failed => Severity::Warning,
        _ => Severity::Information,
    }
}

/// Whether it waits for no backoff.
pub(crate) fn is_urgent(record: &Record) -> bool {
    severity(record) == Severity::Error
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sample::record;

    #[test]
    fn whatever_may_be_paused_and_forgotten_cannot_wait() {
        for event in [
            "longest-pause-over",
            "paused-before-start",
            "left-paused-at-end",
        ] {
            assert!(is_urgent(&record(1, event)), "{event}");
        }
        assert!(!is_urgent(&record(1, "proven")));
    }
}
