//! The system's own log: Windows Event Log, journal, unified log.

#[cfg(target_os = "linux")]
#[path = "system_log/linux.rs"]
mod system;
#[cfg(target_os = "macos")]
#[path = "system_log/macos.rs"]
mod system;
#[cfg(windows)]
#[path = "system_log/windows.rs"]
mod system;

pub(crate) use system::SystemLog;

/// One event.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Entry {
    /// Its number, from 1 to 1000.
    pub(crate) id: u16,
    pub(crate) severity: Severity,
    /// What has happened and what to do, in one line.
    pub(crate) message: String,
}

/// How bad it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Severity {
    Error,
    Warning,
    Information,
}
