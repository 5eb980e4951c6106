//! The local channel: how a second start and `fermatactl` reach the instance that runs.
//!
//! One JSON object a line, in both directions, over a Unix socket that only the user can
//! reach (on Windows: a named pipe of the user's session). The channel carries what the agent
//! could do at the tray as well; it cannot end the program, because whoever may reach it may
//! do that by a signal.

mod client;
#[cfg(any(test, feature = "fuzzing"))]
pub(crate) mod fuzzing;
mod instance;
mod line;
mod mortal;
mod server;
mod socket;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::io;
use std::path::PathBuf;

use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::view::{DisplayName, View};

pub use client::Client;
pub use instance::{Claim, Instance};
pub use server::{Served, Serving};

/// How long a line to the instance may be, in bytes.
const LONGEST_ASK: usize = 64 * 1024;

/// How long a line from the instance may be, in bytes: a view names every call.
const LONGEST_REPLY: usize = 1024 * 1024;

/// What a client asks for.
#[derive(Debug, Serialize, Deserialize)]
#[serde(tag = "ask", rename_all = "kebab-case", deny_unknown_fields)]
pub enum Ask {
    /// The view that is shown now: one [`Reply::View`].
    Status,
    /// The view that is shown now and each one after it ([`Reply::View`]), and each change
    /// with its cause ([`Reply::Change`]), until the client hangs up.
    Watch,
    /// A pause: [`Reply::Taken`]. What comes of it is in the views that follow.
    Pause,
    /// A resume; likewise.
    Resume,
    /// The one key for both; likewise.
    Toggle,
    /// The agent has seen the failure: [`Reply::Taken`].
    Acknowledge,
    /// More time before the longest pause is over: [`Reply::Taken`]. Whether it was granted is
    /// in its view.
    Extend,
    /// Card details are being taken from here on: [`Reply::Taken`].
    PaymentBegin,
    /// They have been taken: [`Reply::Taken`].
    PaymentEnd,
    /// The agent is on this call: [`Reply::Taken`].
    CallStart {
        /// The call's id.
        id: String,
    },
    /// This call is over: [`Reply::Taken`].
    CallEnd {
        /// The call's id.
        id: String,
    },
    /// Sign in anew: [`Reply::Taken`]. What comes of it is in the views that follow.
    SignIn {
        /// The vendor's name in settings.
        vendor: String,
        /// Its fields, by key.
        fields: BTreeMap<String, String>,
        /// The secret; without one the keyring's is used.
        #[serde(
            default,
            skip_serializing_if = "Option::is_none",
            serialize_with = "expose",
            deserialize_with = "wrap"
        )]
        secret: Option<SecretString>,
    },
    /// Log everything for so many seconds from now on; for none, as much as usual again:
    /// [`Reply::Taken`].
    LogEverything {
        /// For how long.
        for_s: u32,
    },
    /// Open the main window: [`Reply::Opened`].
    OpenWindow,
}

/// What the instance replies.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "reply", rename_all = "kebab-case")]
pub enum Reply {
    /// What is shown now.
    View {
        /// `good_for_ms` is what is left of its life; nothing is left of one that has expired.
        view: Box<View>,
    },
    /// What is shown has changed.
    Change {
        /// When, as UTC to the millisecond (RFC 3339).
        at: String,
        /// What is shown since then.
        display: DisplayName,
        /// What brought it about, in words.
        cause: String,
        /// The view that shows it. How long it may be believed is said by [`Reply::View`].
        view: Box<View>,
    },
    /// What was asked for has been taken in.
    Taken {
        /// The view that held then.
        view: Box<View>,
        /// Within how long a press is proven or has failed.
        settle_within_ms: u32,
    },
    /// The main window opens.
    Opened,
    /// What was asked for cannot be done.
    Refused {
        /// Stable, for programs: "not-understood", "too-long", "too-many", "no-window",
        /// "engine-silent".
        code: String,
        /// Why, for people.
        message: String,
    },
}

/// Why there is no talking to an instance, or no being one.
#[derive(Debug, thiserror::Error)]
pub enum ChannelError {
    /// Nobody is there.
    #[error("Fermata is not running; start it, or run `fermatactl run`")]
    NotRunning,
    /// The lock or the socket cannot be had.
    #[error("{} cannot be used", path.display())]
    Unusable {
        /// Which file.
        path: PathBuf,
        /// Why.
        #[source]
        source: io::Error,
    },
    /// Something else is where the socket should be.
    #[error("{} is not a socket; remove it and start again", path.display())]
    NotASocket {
        /// Which file.
        path: PathBuf,
    },
    /// Whoever is at the other end is another user.
    #[error("the other end of the local channel belongs to another user")]
    Stranger,
    /// The connection broke.
    #[error("the connection to Fermata broke")]
    Broken(#[source] io::Error),
    /// It was ended by the other side.
    #[error("Fermata ended the connection")]
    Ended,
    /// A line is longer than it may be.
    #[error("a line is longer than {most} bytes")]
    TooLong {
        /// How long it may be.
        most: usize,
    },
    /// A reply is not understood.
    #[error("what Fermata replied is not understood; are both programs of the same version?")]
    NotUnderstood,
}

#[expect(clippy::ref_option, reason = "serde hands a reference to the field")]
fn expose<S: Serializer>(secret: &Option<SecretString>, to: S) -> Result<S::Ok, S::Error> {
    secret
        .as_ref()
        .map(ExposeSecret::expose_secret)
        .serialize(to)
}

fn wrap<'de, D: Deserializer<'de>>(from: D) -> Result<Option<SecretString>, D::Error> {
    Ok(Option::<String>::deserialize(from)?.map(SecretString::from))
}
