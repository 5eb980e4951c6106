use std::time::Duration;

use simulators::{
    Anywhere365Options, EventArguments, Hub, HubTransport, Join, JoinArgument, read_duration,
};

/// The event hub of anywhere365.
#[derive(clap::Args)]
pub(crate) struct HubArguments {
    /// anywhere365: which generation of SignalR the event hub is of [default: off]
    #[arg(long, value_enum)]
    hub: Option<Hub>,

    /// anywhere365: the path of the hub [default: /signalr, or /attendantservice/hubs/recording
    /// for core]
    #[arg(long, value_name = "PATH", value_parser = path)]
    hub_path: Option<String>,

    /// anywhere365: the name of the hub, for classic [default: RecordingHub]
    #[arg(long, value_name = "NAME")]
    hub_name: Option<String>,

    /// anywhere365: how an event says what it says [default: object]
    #[arg(long, value_enum)]
    event_arguments: Option<EventArguments>,

    /// anywhere365: the method that a client must call to get events [default: none, it gets
    /// all of the UCC]
    #[arg(long, value_name = "METHOD")]
    hub_join: Option<String>,

    /// anywhere365: what that method is given, in this order [default: ucc]
    #[arg(long, value_enum, value_delimiter = ',', value_name = "ARGUMENTS")]
    hub_join_arguments: Option<Vec<JoinArgument>>,

    /// anywhere365: the transports that the hub offers, the best first [default: all]
    #[arg(long, value_enum, value_delimiter = ',', value_name = "TRANSPORTS")]
    hub_transports: Option<Vec<HubTransport>>,

    /// anywhere365: after how much silence the hub says that it is there [default: 15s, or 10s
    /// for classic]
    #[arg(long, value_name = "TIME", value_parser = read_duration)]
    hub_keep_alive: Option<Duration>,

    /// anywhere365: how long the hub waits for a client that is silent or gone [default: 30s]
    #[arg(long, value_name = "TIME", value_parser = read_duration)]
    hub_timeout: Option<Duration>,

    /// anywhere365: how long the hub holds a long poll [default: 90s, or 110s for classic]
    #[arg(long, value_name = "TIME", value_parser = read_duration)]
    hub_poll: Option<Duration>,

    /// anywhere365: how many clients the hub takes at once [default: 1000]
    #[arg(long, value_name = "NUMBER")]
    hub_clients: Option<usize>,
}

fn path(text: &str) -> Result<String, String> {
    let is_path = text.starts_with('/') && text.len() > 1 && !text.ends_with('/');
    if is_path {
        Ok(text.to_owned())
    } else {
        Err("give a path such as /signalr".to_owned())
    }
}

impl HubArguments {
    /// The knobs that were turned, by name.
    pub(super) fn given(&self) -> Vec<&'static str> {
        let mut given = self.details();
        if self.hub.is_some() {
            given.push("--hub");
        }
        given
    }

    /// The same without the one that the others need.
    fn details(&self) -> Vec<&'static str> {
        let all = [
            ("--hub-path", self.hub_path.is_some()),
            ("--hub-name", self.hub_name.is_some()),
            ("--event-arguments", self.event_arguments.is_some()),
            ("--hub-join", self.hub_join.is_some()),
            ("--hub-join-arguments", self.hub_join_arguments.is_some()),
            ("--hub-transports", self.hub_transports.is_some()),
            ("--hub-keep-alive", self.hub_keep_alive.is_some()),
            ("--hub-timeout", self.hub_timeout.is_some()),
            ("--hub-poll", self.hub_poll.is_some()),
            ("--hub-clients", self.hub_clients.is_some()),
        ];
        let given = all.into_iter().filter(|(_, is_given)| *is_given);
        given.map(|(name, _)| name).collect()
    }

    /// What is wrong with them together.
    pub(super) fn wrong(&self) -> Option<String> {
        let hub = self.hub.unwrap_or_default();
        let details = self.details();
        if hub == Hub::Off
            && let Some(name) = details.first()
        {
            return Some(format!("{name} needs --hub classic or --hub core"));
        }
        if hub == Hub::Core && self.hub_name.is_some() {
            return Some("--hub-name needs --hub classic".to_owned());
        }
        if self.hub_join_arguments.is_some() && self.hub_join.is_none() {
            return Some("--hub-join-arguments needs --hub-join".to_owned());
        }
        None
    }

    pub(super) fn apply(&self, options: &mut Anywhere365Options) {
        options.hub = self.hub.unwrap_or_default();
        options.hub_path.clone_from(&self.hub_path);
        options.keep_alive = self.hub_keep_alive;
        options.poll_timeout = self.hub_poll;
        options.event_arguments = self.event_arguments.unwrap_or_default();
        options.join = self.hub_join.clone().map(|method| Join {
            method,
            arguments: (self.hub_join_arguments.clone()).unwrap_or(vec![JoinArgument::Ucc]),
        });
        if let Some(name) = &self.hub_name {
            options.hub_name.clone_from(name);
        }
        if let Some(transports) = &self.hub_transports {
            options.transports.clone_from(transports);
        }
        if let Some(timeout) = self.hub_timeout {
            options.hub_timeout = timeout;
        }
        if let Some(clients) = self.hub_clients {
            options.hub_clients = clients;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::read;
    use super::*;

    #[test]
    fn every_knob_of_the_event_hub_turns_something() {
        let classic = read(
            "--vendor anywhere365 --hub classic --hub-path /events --hub-name Recorders \
             --event-arguments scalars --hub-join Join --hub-join-arguments requester,ucc \
             --hub-transports long-polling,server-sent-events --hub-keep-alive 200ms \
             --hub-timeout 2s --hub-poll 3s --hub-clients 7",
        )
        .unwrap()
        .anywhere365;
        assert_eq!(classic.hub, Hub::Classic);
        assert_eq!(classic.hub_path.as_deref(), Some("/events"));
        assert_eq!(classic.hub_name, "Recorders");
        assert_eq!(classic.event_arguments, EventArguments::Scalars);
        let join = classic.join.unwrap();
        assert_eq!(join.method, "Join");
        assert_eq!(join.arguments, [JoinArgument::Requester, JoinArgument::Ucc]);
        let transports = [HubTransport::LongPolling, HubTransport::ServerSentEvents];
        assert_eq!(classic.transports, transports);
        assert_eq!(classic.keep_alive, Some(Duration::from_millis(200)));
        assert_eq!(classic.hub_timeout, Duration::from_secs(2));
        assert_eq!(classic.poll_timeout, Some(Duration::from_secs(3)));
        assert_eq!(classic.hub_clients, 7);

        let core = read("--vendor anywhere365 --hub core --hub-join Join").unwrap();
        let join = core.anywhere365.join.unwrap();
        assert_eq!(join.arguments, [JoinArgument::Ucc]);
    }
}
