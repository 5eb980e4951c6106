use std::fmt;

use clap::ValueEnum;

use crate::audio::PausedTime;
use crate::{Anywhere365Options, GqmOptions, GwsOptions, NoojeeOptions, Truth};

/// Whom a simulator plays.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Vendor {
    /// Xima CCaaS, "Recording Pause and Resume API".
    Xima,
    /// Genesys Quality Management, "Pause/Resume API".
    Gqm,
    /// Anywhere365, "Core REST Recording API".
    Anywhere365,
    /// Noojee Contact, "CallManagementAPI".
    Noojee,
    /// Genesys Web Services v2, "Voice API".
    Gws,
}

impl Vendor {
    /// Its name in settings and on the command line.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Xima => "xima",
            Self::Gqm => "gqm",
            Self::Anywhere365 => "anywhere365",
            Self::Noojee => "noojee",
            Self::Gws => "gws",
        }
    }

    /// What becomes of paused time, as far as anybody knows: assumed, their documentation does
    /// not say (`docs/vendors/`). At Noojee there is no recording of it: it was stopped.
    pub const fn paused_time(self) -> PausedTime {
        match self {
            Self::Xima | Self::Noojee => PausedTime::Cut,
            Self::Gqm | Self::Anywhere365 | Self::Gws => PausedTime::Silence,
        }
    }

    /// Whether its recorder can be read back, and so be proven to be paused.
    pub const fn proves(self) -> bool {
        match self {
            Self::Anywhere365 | Self::Gws => true,
            Self::Xima | Self::Gqm | Self::Noojee => false,
        }
    }

    /// Whether it tells, or can be asked, which calls there are.
    pub const fn knows_calls(self) -> bool {
        match self {
            Self::Gqm | Self::Noojee | Self::Gws => true,
            Self::Xima | Self::Anywhere365 => false,
        }
    }

    /// What the recorder of a call is while it is paused: at Noojee it is stopped.
    pub const fn paused(self) -> Truth {
        match self {
            Self::Noojee => Truth::Off,
            Self::Xima | Self::Gqm | Self::Anywhere365 | Self::Gws => Truth::Paused,
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
    /// The first agent's extension (Xima, Noojee) or phone number (GQM).
    pub extension: String,
    /// The name of the UCC (Anywhere365).
    pub ucc: String,
    /// The first agent's SIP address (Anywhere365).
    pub sip_uri: String,
    /// The first agent's user name (GWS).
    pub user: String,
    /// Whether the recorder starts with the call. It stays off if not.
    pub records_from_start: bool,
    /// What becomes of paused time; `None` for [`Vendor::paused_time`].
    pub paused_time: Option<PausedTime>,
    /// What a command gets that asks for what is so already.
    pub again: Again,
    /// What only Xima has.
    pub xima: XimaOptions,
    /// What only GQM has.
    pub gqm: GqmOptions,
    /// What only Anywhere365 has.
    pub anywhere365: Anywhere365Options,
    /// What only Noojee has.
    pub noojee: NoojeeOptions,
    /// What only GWS has.
    pub gws: GwsOptions,
}

impl Options {
    /// The first agent, by what this vendor knows agents by: an extension, a phone number, a
    /// SIP address or a user name.
    pub fn agent(&self, vendor: Vendor) -> &str {
        match vendor {
            Vendor::Xima | Vendor::Gqm | Vendor::Noojee => &self.extension,
            Vendor::Anywhere365 => &self.sip_uri,
            Vendor::Gws => &self.user,
        }
    }
}

impl Default for Options {
    fn default() -> Self {
        Self {
            port: 0,
            secret: None,
            extension: "1684".to_owned(),
            ucc: "ucc-demo-name".to_owned(),
            sip_uri: "sip:agent@domain.com".to_owned(),
            user: "agent1@acme.example".to_owned(),
            records_from_start: true,
            paused_time: None,
            again: Again::Accepted,
            xima: XimaOptions::default(),
            gqm: GqmOptions::default(),
            anywhere365: Anywhere365Options::default(),
            noojee: NoojeeOptions::default(),
            gws: GwsOptions::default(),
        }
    }
}

/// What a command gets that asks for what is so already (a second pause). Undocumented for both.
/// Not for GWS: what a call can be told is among its capabilities there.
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
