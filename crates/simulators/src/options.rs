use std::fmt;
use std::time::Duration;

use clap::ValueEnum;

use crate::audio::PausedTime;

/// Whom a simulator plays.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Vendor {
    /// Xima CCaaS, "Recording Pause and Resume API".
    Xima,
    /// Anywhere365, "Core REST Recording API".
    Anywhere365,
}

impl Vendor {
    /// Its name in settings and on the command line.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Xima => "xima",
            Self::Anywhere365 => "anywhere365",
        }
    }

    /// What becomes of paused time, as far as anybody knows: assumed for both vendors, their
    /// documentation does not say (docs/vendors/xima.md, docs/vendors/anywhere365.md).
    pub const fn paused_time(self) -> PausedTime {
        match self {
            Self::Xima => PausedTime::Cut,
            Self::Anywhere365 => PausedTime::Silence,
        }
    }
}

impl fmt::Display for Vendor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// How a simulator is set up. What a vendor's documentation leaves open is a choice here.
#[derive(Clone)]
pub struct Options {
    /// The port to listen on; 0 for any that is free.
    pub port: u16,
    /// The secret that the vendor accepts; `None` for the one that every simulator of this
    /// vendor has.
    pub secret: Option<String>,
    /// The first agent's extension (Xima).
    pub extension: String,
    /// The name of the UCC (Anywhere365).
    pub ucc: String,
    /// The first agent's SIP address (Anywhere365).
    pub sip_uri: String,
    /// Whether the recorder starts with the call. It stays off if not.
    pub records_from_start: bool,
    /// What becomes of paused time; `None` for [`Vendor::paused_time`].
    pub paused_time: Option<PausedTime>,
    /// What a command gets that asks for what is so already.
    pub again: Again,
    /// What only Xima has.
    pub xima: XimaOptions,
    /// What only Anywhere365 has.
    pub anywhere365: Anywhere365Options,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            port: 0,
            secret: None,
            extension: "1684".to_owned(),
            ucc: "ucc-demo-name".to_owned(),
            sip_uri: "sip:agent@domain.com".to_owned(),
            records_from_start: true,
            paused_time: None,
            again: Again::Accepted,
            xima: XimaOptions::default(),
            anywhere365: Anywhere365Options::default(),
        }
    }
}

/// What a command gets that asks for what is so already (a second pause). Undocumented for both.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum Again {
    /// Success, as the first time.
    #[default]
    Accepted,
    /// An error: 409 at Xima, `ErrorType` 3 at Anywhere365.
    Refused,
}

/// What only Xima has. All of it is undocumented.
#[derive(Clone, Copy, Debug, Default)]
pub struct XimaOptions {
    /// What success looks like.
    pub success: Success,
    /// What a command gets while the agent has no recording.
    pub no_recording: NoRecording,
}

/// What success looks like at Xima.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum Success {
    /// 204 and no body.
    #[default]
    NoContent,
    /// 200 and `{}`.
    EmptyObject,
    /// 200 and a word of text.
    PlainText,
}

/// What a command gets at Xima while the agent has no recording.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum NoRecording {
    /// 404, as for an agent that does not exist.
    #[default]
    NotFound,
    /// Success, and nothing happens.
    Accepted,
}

/// What only Anywhere365 has.
#[derive(Clone, Debug)]
pub struct Anywhere365Options {
    /// Which versions of the API are served (`/api/recording`, `/api/v2/recording`).
    pub versions: Versions,
    /// The HTTP status of a reply with an `ErrorMessage`: undocumented, assumed 200.
    pub error_status: u16,
    /// What a reply to `set` says: undocumented, assumed the state.
    pub set_reply: SetReply,
    /// Whether requests need a token: older deployments do not, "AnywhereNow Authentication" does.
    pub bearer: Bearer,
    /// Whether the UCC lets agents edit recordings; [`crate::Site::let_agents_edit`] changes it.
    pub agents_can_edit: bool,
    /// The tenant, in the address of the token endpoint.
    pub tenant: String,
    /// The user whom the token endpoint knows.
    pub user: String,
}

impl Default for Anywhere365Options {
    fn default() -> Self {
        Self {
            versions: Versions::Both,
            error_status: 200,
            set_reply: SetReply::State,
            bearer: Bearer::NotRequired,
            agents_can_edit: true,
            tenant: "00000000-0000-4000-8000-000000000365".to_owned(),
            user: "recording@domain.com".to_owned(),
        }
    }
}

/// Which versions of its API an Anywhere365 serves.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Versions {
    /// `/attendantservice/api/recording` only.
    V1,
    /// `/attendantservice/api/v2/recording` only.
    V2,
    /// Both, side by side.
    Both,
}

/// What Anywhere365's reply to a `set` that worked says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum SetReply {
    /// The state, as a read gives it.
    State,
    /// An `ErrorMessage` of null, and whom it is about.
    NoState,
    /// Nothing at all.
    Empty,
}

/// Whether requests to Anywhere365 need a token, and which.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Bearer {
    /// None is looked at.
    NotRequired,
    /// The secret is the token.
    Secret,
    /// The secret is the password for the token endpoint, whose tokens live this long.
    Issued {
        /// The life of a token.
        life: Duration,
    },
}
