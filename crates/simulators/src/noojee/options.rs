use clap::ValueEnum;

/// What only Noojee has.
#[derive(Clone, Debug)]
pub struct NoojeeOptions {
    /// The user name of the first agent; every other agent's is `user` and the extension.
    pub agent_login_name: String,
    /// Which ways to authenticate are accepted: newer servers take both.
    pub schemes: Schemes,
    /// Whether the API is served without `/servicemanager` before it.
    pub without_prefix: bool,
    /// The HTTP status of a reply with a negative `Code`: undocumented, assumed 200.
    pub error_status: u16,
    /// What a start or a stop that worked answers: undocumented but for its status, 200.
    pub command_reply: CommandReply,
    /// Whether a stop without `agentLoginName` is refused.
    pub stop_needs_login: bool,
    /// Whether the campaign records by policy: a stop is refused.
    pub recorded_by_policy: bool,
    /// Where `seq` stands in what `subscribe` tells.
    pub sequence: SequencePlace,
    /// Whether the agents call (Dialing) and are not called (Ringing).
    pub outbound: bool,
}

impl Default for NoojeeOptions {
    fn default() -> Self {
        Self {
            agent_login_name: "Fred".to_owned(),
            schemes: Schemes::Both,
            without_prefix: false,
            error_status: 200,
            command_reply: CommandReply::Code,
            stop_needs_login: false,
            recorded_by_policy: false,
            sequence: SequencePlace::CallData,
            outbound: false,
        }
    }
}

/// Which ways to authenticate a Noojee accepts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Schemes {
    /// An API key, or a time stamp and a hash.
    Both,
    /// An API key only.
    ApiKey,
    /// A time stamp and a hash only: a server before 4.9.0.10.
    Hash,
}

/// What a start or a stop that worked answers at Noojee.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum CommandReply {
    /// A `Message`, and the `Code` 0.
    Code,
    /// Nothing at all.
    Empty,
    /// A word of text.
    PlainText,
}

/// Where `seq` stands in what Noojee's `subscribe` tells. The text says in `CallData`; the
/// sample shows none.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum SequencePlace {
    /// In the `CallData` of each event.
    CallData,
    /// Beside `Data`, once for the whole reply.
    TopLevel,
}
