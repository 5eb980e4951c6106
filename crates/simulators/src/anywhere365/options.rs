//! How a simulated Anywhere365 is set up.

use std::time::Duration;

use clap::ValueEnum;

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
    /// Whether there is an event hub, and of which generation: undocumented.
    pub hub: Hub,
    /// The path of the hub; `None` for the usual one ([`Hub::usual_path`]): undocumented.
    pub hub_path: Option<String>,
    /// The name of the hub, which only the classic generation has: undocumented.
    pub hub_name: String,
    /// What an event says, and how: undocumented but for the three names.
    pub event_arguments: EventArguments,
    /// What a client must call to get events; `None` if every client gets all of the UCC.
    pub join: Option<Join>,
    /// The transports that the hub offers, the best first.
    pub transports: Vec<HubTransport>,
    /// After how much silence the hub says that it is there; `None` for what the generation does
    /// (15 s; 10 s for the classic one).
    pub keep_alive: Option<Duration>,
    /// How long the hub waits for a client that is silent or gone.
    pub hub_timeout: Duration,
    /// How long it holds a long poll; `None` for what the generation does (90 s; 110 s for the
    /// classic one).
    pub poll_timeout: Option<Duration>,
    /// How many clients the hub takes at once.
    pub hub_clients: usize,
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
            hub: Hub::Off,
            hub_path: None,
            hub_name: "RecordingHub".to_owned(),
            event_arguments: EventArguments::Object,
            join: None,
            transports: HubTransport::value_variants().to_vec(),
            keep_alive: None,
            hub_timeout: Duration::from_secs(30),
            poll_timeout: None,
            hub_clients: 1000,
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

/// The event hub: there are two generations of SignalR, and they share not a byte.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum Hub {
    /// There is none.
    #[default]
    Off,
    /// ASP.NET SignalR 2.
    Classic,
    /// ASP.NET Core SignalR.
    Core,
}

impl Hub {
    /// Its name in settings and on the command line.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Off => "off",
            Self::Classic => "classic",
            Self::Core => "core",
        }
    }

    /// Where a hub of this generation mostly is. At Anywhere365 nobody knows.
    pub const fn usual_path(self) -> &'static str {
        match self {
            Self::Off | Self::Classic => "/signalr",
            Self::Core => "/attendantservice/hubs/recording",
        }
    }
}

/// How an event says `UccName`, `CorrelationId` and `StateAction`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum EventArguments {
    /// As one argument, an object.
    #[default]
    Object,
    /// As three arguments.
    Scalars,
    /// As one argument, the object's JSON as text.
    Json,
}

impl EventArguments {
    /// Its name in settings and on the command line.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Object => "object",
            Self::Scalars => "scalars",
            Self::Json => "json",
        }
    }
}

/// What a client must call to get events.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Join {
    /// The name of the method.
    pub method: String,
    /// What it is given, in this order. With the agent among it, the client gets the events of
    /// that agent's calls only.
    pub arguments: Vec<JoinArgument>,
}

impl Join {
    /// Whether a client gets the events of one agent's calls only.
    pub(super) fn is_of_an_agent(&self) -> bool {
        self.arguments.contains(&JoinArgument::Requester)
    }
}

/// One argument of the call that asks for events.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum JoinArgument {
    /// The name of the UCC.
    Ucc,
    /// The SIP address of the agent.
    Requester,
}

impl JoinArgument {
    /// Its name in settings and on the command line.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Ucc => "ucc",
            Self::Requester => "requester",
        }
    }
}

/// A way to carry a hub's messages.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum HubTransport {
    /// A WebSocket.
    WebSockets,
    /// A reply that does not end, as `EventSource` reads it.
    ServerSentEvents,
    /// Requests that are held until there is something to say.
    LongPolling,
}
