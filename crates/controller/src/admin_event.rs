//! The few events that administrators watch.

use tracing::{error, info, warn};

/// An event that administrators watch, in the system's own log.
///
/// It is logged like anything else, under the target `fermata::admin` and with its number as
/// `event_id`; whoever owns the log hands it on from there. Numbers are never given to another
/// event: rules in monitoring systems rest on them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AdminEvent {
    /// The engine has started.
    Started,
    /// The engine has stopped.
    Stopped,
    /// The vendor refuses the sign-in, and it is not tried again.
    SignInRefused,
    /// A pause failed: the call is still recorded, or may be.
    PauseFailed,
    /// A recording is paused beyond the last reminder, or was when the call ended.
    LeftPaused,
    /// The organisation has decided something else.
    PolicyChanged,
    /// Part of the policy is not taken.
    PolicyRejected,
    /// The log cannot be written to its files.
    LogNotWritten,
    /// The audit log cannot be written.
    AuditNotWritten,
    /// The audit log cannot be forwarded.
    AuditNotForwarded,
    /// How far the audit log has come: what it is compared with when it is verified.
    AuditAnchored,
}

/// How bad an event is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AdminLevel {
    /// Somebody has to do something.
    Error,
    /// Somebody should look.
    Warning,
    /// For the record.
    Information,
}

impl AdminEvent {
    /// Each of them, by number.
    pub const ALL: &[Self] = &[
        Self::Started,
        Self::Stopped,
        Self::SignInRefused,
        Self::PauseFailed,
        Self::LeftPaused,
        Self::PolicyChanged,
        Self::PolicyRejected,
        Self::LogNotWritten,
        Self::AuditNotWritten,
        Self::AuditNotForwarded,
        Self::AuditAnchored,
    ];

    /// Its number, from 1 to 1000: for these Windows has a message file of its own.
    pub const fn id(self) -> u16 {
        match self {
            Self::Started => 100,
            Self::Stopped => 101,
            Self::SignInRefused => 110,
            Self::PauseFailed => 120,
            Self::LeftPaused => 121,
            Self::PolicyChanged => 130,
            Self::PolicyRejected => 131,
            Self::LogNotWritten => 140,
            Self::AuditNotWritten => 141,
            Self::AuditNotForwarded => 142,
            Self::AuditAnchored => 150,
        }
    }

    /// How bad it is.
    pub const fn level(self) -> AdminLevel {
        match self {
            Self::SignInRefused | Self::PauseFailed => AdminLevel::Error,
            Self::LeftPaused
            | Self::PolicyRejected
            | Self::LogNotWritten
            | Self::AuditNotWritten
            | Self::AuditNotForwarded => AdminLevel::Warning,
            Self::Started | Self::Stopped | Self::PolicyChanged | Self::AuditAnchored => {
                AdminLevel::Information
            }
        }
    }

    /// Tells of it, in one sentence that holds no call's id and no secret.
    pub fn tell(self, message: &str) {
        let event_id = u64::from(self.id());
        match self.level() {
            AdminLevel::Error => error!(target: "fermata::admin", event_id, "{message}"),
            AdminLevel::Warning => warn!(target: "fermata::admin", event_id, "{message}"),
            AdminLevel::Information => info!(target: "fermata::admin", event_id, "{message}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const OPERATIONS: &str = include_str!("../../../docs/operations.md");

    #[test]
    fn no_two_events_share_a_number_and_windows_knows_each() {
        let ids: Vec<u16> = AdminEvent::ALL.iter().map(|event| event.id()).collect();
        assert!(ids.is_sorted_by(|one, next| one < next), "{ids:?}");
        assert!(ids.iter().all(|id| (1..=1_000).contains(id)), "{ids:?}");
    }

    #[test]
    fn the_table_in_the_docs_has_each_event_with_its_number_and_level_and_no_other() {
        // G5
        let rows = OPERATIONS.lines().filter_map(|line| {
            let mut cells = line.strip_prefix("| ")?.split(" | ");
            let id: u16 = cells.next()?.parse().ok()?;
            Some((id, cells.next()?.to_owned()))
        });
        let told = AdminEvent::ALL.iter().map(|event| {
            let level = match event.level() {
                AdminLevel::Error => "Error",
                AdminLevel::Warning => "Warning",
                AdminLevel::Information => "Information",
            };
            (event.id(), level.to_owned())
        });
        assert_eq!(rows.collect::<Vec<_>>(), told.collect::<Vec<_>>());
    }
}
