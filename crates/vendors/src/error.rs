use std::error::Error;
use std::fmt;
use std::time::Duration;

/// What went wrong at a vendor, classified by what has to happen next.
///
/// Carries no payload, no URL and no response body.
#[derive(Debug, thiserror::Error)]
#[error("{vendor}: {operation}: {kind}")]
pub struct VendorError {
    /// Which vendor.
    pub vendor: &'static str,
    /// What was being done.
    pub operation: Operation,
    /// What has to happen next.
    pub kind: Kind,
    /// What lies beneath, for the log. Never holds a URL with its query.
    #[source]
    pub source: Option<Box<dyn Error + Send + Sync>>,
}

/// What was being done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Operation {
    /// Signing in, and the checks that belong to it.
    SignIn,
    /// Pausing.
    Pause,
    /// Resuming.
    Resume,
    /// Reading the recorder back.
    ReadBack,
    /// Asking for the agent's calls.
    Calls,
    /// Listening to what the vendor tells unasked.
    Events,
    /// Signing out.
    SignOut,
}

impl fmt::Display for Operation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::SignIn => "signing in",
            Self::Pause => "pausing",
            Self::Resume => "resuming",
            Self::ReadBack => "reading the recorder back",
            Self::Calls => "asking for calls",
            Self::Events => "listening for events",
            Self::SignOut => "signing out",
        })
    }
}

/// What went wrong.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Kind {
    /// The secret was not accepted.
    #[error("the vendor did not accept the secret")]
    SignInRejected,
    /// There was a session, and it is over.
    #[error("the session is over")]
    SessionEnded,
    /// We are known, and may not do this. Holds what to do about it, in our own words.
    #[error("not permitted: {0}")]
    NotPermitted(&'static str),
    /// The vendor has no such function.
    #[error("the vendor cannot do this")]
    NotSupported,
    /// The vendor knows no such call, or no such agent.
    #[error("the vendor knows no such call or agent")]
    NoSuchCall,
    /// The vendor declined it. Holds the vendor's short code, never its text.
    #[error("the vendor declined it ({0})")]
    Refused(String),
    /// Too many requests.
    #[error("the vendor asks for fewer requests")]
    Throttled {
        /// When it may be asked again, if it said so.
        retry_after: Option<Duration>,
    },
    /// Part of it did what was asked, and part did not.
    #[error("part of the recording did what was asked, and part did not")]
    Partly,
    /// Never sent: no connection.
    #[error("the vendor could not be reached")]
    Unreachable,
    /// Sent, and the reply is lost.
    #[error("the vendor did not answer")]
    NoAnswer,
    /// The vendor says that it failed in the middle of it (HTTP 5xx).
    #[error("the vendor failed (HTTP {0})")]
    ServerFailed(u16),
    /// It replied, and the reply is not understood.
    #[error("the vendor's reply is not understood: {0}")]
    Unintelligible(&'static str),
}

/// Whether trying again may help.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Retry {
    /// It will not.
    Never,
    /// It may, later.
    Later,
    /// It may, at the earliest after this long.
    After(Duration),
}

impl Kind {
    /// Whether the command may have been carried out all the same.
    pub const fn leaves_recorder_in_doubt(&self) -> bool {
        match self {
            Self::Partly | Self::NoAnswer | Self::ServerFailed(_) | Self::Unintelligible(_) => true,
            Self::SignInRejected
            | Self::SessionEnded
            | Self::NotPermitted(_)
            | Self::NotSupported
            | Self::NoSuchCall
            | Self::Refused(_)
            | Self::Throttled { .. }
            | Self::Unreachable => false,
        }
    }

    /// Whether the link has to sign in again.
    pub const fn ends_session(&self) -> bool {
        matches!(self, Self::SessionEnded | Self::SignInRejected)
    }

    /// Whether trying again may help, and when.
    pub const fn retry(&self) -> Retry {
        match self {
            Self::Throttled {
                retry_after: Some(after),
            } => Retry::After(*after),
            Self::Throttled { retry_after: None }
            | Self::SessionEnded
            | Self::Partly
            | Self::Unreachable
            | Self::NoAnswer
            | Self::ServerFailed(_)
            | Self::Unintelligible(_) => Retry::Later,
            Self::SignInRejected
            | Self::NotPermitted(_)
            | Self::NotSupported
            | Self::NoSuchCall
            | Self::Refused(_) => Retry::Never,
        }
    }
}
