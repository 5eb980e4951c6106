use simulators::{CommandReply, NoojeeOptions, Schemes, SequencePlace};

/// What only noojee has.
#[derive(clap::Args)]
pub(crate) struct NoojeeArguments {
    /// noojee: the first agent's user name [default: Fred]
    #[arg(long, value_name = "NAME")]
    agent_login_name: Option<String>,

    /// noojee: which ways to authenticate are accepted [default: both]
    #[arg(long, value_enum)]
    schemes: Option<Schemes>,

    /// noojee: the API is served without /servicemanager
    #[arg(long)]
    without_prefix: bool,

    /// noojee: the HTTP status of a reply with a negative Code, 200 or 400 to 599
    /// [default: 200]
    #[arg(long, value_name = "STATUS", value_parser = super::error_status)]
    code_status: Option<u16>,

    /// noojee: what a start or a stop that worked answers [default: code]
    #[arg(long, value_enum)]
    command_reply: Option<CommandReply>,

    /// noojee: a stop without agentLoginName is refused
    #[arg(long)]
    stop_needs_login: bool,

    /// noojee: the campaign records by policy, and a stop is refused
    #[arg(long)]
    recorded_by_policy: bool,

    /// noojee: where seq stands in what subscribe tells [default: call-data]
    #[arg(long, value_enum)]
    sequence: Option<SequencePlace>,

    /// noojee: the agents call, and are not called
    #[arg(long)]
    outbound: bool,
}

impl NoojeeArguments {
    /// The knobs that were turned, by name.
    pub(super) fn given(&self) -> Vec<&'static str> {
        [
            ("--agent-login-name", self.agent_login_name.is_some()),
            ("--schemes", self.schemes.is_some()),
            ("--without-prefix", self.without_prefix),
            ("--code-status", self.code_status.is_some()),
            ("--command-reply", self.command_reply.is_some()),
            ("--stop-needs-login", self.stop_needs_login),
            ("--recorded-by-policy", self.recorded_by_policy),
            ("--sequence", self.sequence.is_some()),
            ("--outbound", self.outbound),
        ]
        .into_iter()
        .filter_map(|(name, is_given)| is_given.then_some(name))
        .collect()
    }

    pub(super) fn apply(&self, options: &mut NoojeeOptions) {
        let before = options.clone();
        *options = NoojeeOptions {
            agent_login_name: self
                .agent_login_name
                .clone()
                .unwrap_or(before.agent_login_name),
            schemes: self.schemes.unwrap_or(before.schemes),
            without_prefix: self.without_prefix,
            error_status: self.code_status.unwrap_or(before.error_status),
            command_reply: self.command_reply.unwrap_or(before.command_reply),
            stop_needs_login: self.stop_needs_login,
            recorded_by_policy: self.recorded_by_policy,
            sequence: self.sequence.unwrap_or(before.sequence),
            outbound: self.outbound,
        };
    }
}
