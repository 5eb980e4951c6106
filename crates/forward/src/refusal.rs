use std::error::Error;
use std::time::Duration;

/// Why a collector has not taken records. Holds no address and nothing that it has replied.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Refusal {
    /// The log itself cannot be read.
    #[error("{0}")]
    Unreadable(#[from] audit::AuditError),
    /// There is no connection, or it broke.
    #[error("it cannot be reached ({0}); check its address, the network and its certificate")]
    Unreachable(String),
    /// It took too long.
    #[error("it does not answer in time; check that it runs and is not overloaded")]
    OutOfTime,
    /// It said no.
    #[error("it answers with HTTP status {status}; look at its log")]
    Status {
        /// Which status.
        status: u16,
        /// When it wants to be tried again.
        again_after: Option<Duration>,
    },
    /// What it said is not what such a collector says.
    #[error("what answers is no such collector; check the address")]
    NotUnderstood,
}

impl Refusal {
    pub(crate) fn unreachable(error: &dyn Error) -> Self {
        Self::Unreachable(innermost(error))
    }

    pub(crate) fn again_after(&self) -> Option<Duration> {
        match self {
            Self::Status { again_after, .. } => *again_after,
            Self::Unreadable(_) | Self::Unreachable(_) | Self::OutOfTime | Self::NotUnderstood => {
                None
            }
        }
    }
}

/// The outer ones say little more than that something went wrong.
fn innermost(error: &dyn Error) -> String {
    let mut error = error;
    while let Some(source) = error.source() {
        error = source;
    }
    error.to_string()
}
