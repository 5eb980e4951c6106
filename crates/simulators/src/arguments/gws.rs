use std::time::Duration;

use simulators::{
    Advice, ErrorStatus, FailureEvent, Options, Participants, Refusal, Transports, read_duration,
};

/// What only gws has.
#[derive(clap::Args)]
pub(crate) struct GwsArguments {
    /// gws: the agent's user name [default: agent1@acme.example]
    #[arg(long, value_name = "NAME")]
    user: Option<String>,

    /// gws: the agent's phone number; those of others count up from it [default: 5001]
    #[arg(long, value_name = "DIGITS")]
    dn: Option<String>,

    /// gws: how long after its acknowledgement a command is carried out and the event comes
    /// [default: 150ms]
    #[arg(long, value_name = "TIME", value_parser = read_duration)]
    acts_after: Option<Duration>,

    /// gws: requests that change something need a CSRF token in this header [default: they do not]
    #[arg(long, value_name = "HEADER", value_parser = header_name)]
    csrf_header: Option<String>,

    /// gws: those of the event channel need it, too
    #[arg(long, requires = "csrf_header")]
    csrf_on_events: bool,

    /// gws: every request needs an `Origin` that is the server's address
    #[arg(long)]
    origin_required: bool,

    /// gws: the HTTP status for somebody who is not signed in, 401 or 403 [default: 401]
    #[arg(long, value_name = "STATUS", value_parser = unauthorized)]
    unauthorized: Option<u16>,

    /// gws: the HTTP status of a reply with a statusCode other than 0 [default: matching]
    #[arg(long, value_enum)]
    http_errors: Option<ErrorStatus>,

    /// gws: when a command is refused that does not fit the call's state [default: at-once]
    #[arg(long, value_enum)]
    refusal: Option<Refusal>,

    /// gws: the form of the event that a command has failed [default: message]
    #[arg(long, value_enum)]
    failure_event: Option<FailureEvent>,

    /// gws: the form of a call's participants [default: strings]
    #[arg(long, value_enum)]
    participants: Option<Participants>,

    /// gws: calls have no recordingState
    #[arg(long)]
    no_recording_state: bool,

    /// gws: calls have no GSIP_RECORD in their userData
    #[arg(long)]
    no_gsip_record: bool,

    /// gws: calls are not found by their connId
    #[arg(long)]
    no_conn_id: bool,

    /// gws: what the event channel goes over [default: both]
    #[arg(long, value_enum)]
    transports: Option<Transports>,

    /// gws: how long a poll for events is held [default: 30s]
    #[arg(long, value_name = "TIME", value_parser = read_duration)]
    poll_timeout: Option<Duration>,

    /// gws: how long a client is to wait before its next poll [default: 0s]
    #[arg(long, value_name = "TIME", value_parser = read_duration)]
    poll_interval: Option<Duration>,

    /// gws: how long a client may go without a poll before it is forgotten [default: 10s]
    #[arg(long, value_name = "TIME", value_parser = read_duration)]
    poll_limit: Option<Duration>,

    /// gws: what a client is told to do that was forgotten [default: handshake]
    #[arg(long, value_enum)]
    forgotten: Option<Advice>,
}

impl GwsArguments {
    /// The knobs that were turned, by name.
    pub(super) fn given(&self) -> Vec<&'static str> {
        let given = [
            ("--user", self.user.is_some()),
            ("--dn", self.dn.is_some()),
            ("--acts-after", self.acts_after.is_some()),
            ("--csrf-header", self.csrf_header.is_some()),
            ("--csrf-on-events", self.csrf_on_events),
            ("--origin-required", self.origin_required),
            ("--unauthorized", self.unauthorized.is_some()),
            ("--http-errors", self.http_errors.is_some()),
            ("--refusal", self.refusal.is_some()),
            ("--failure-event", self.failure_event.is_some()),
            ("--participants", self.participants.is_some()),
            ("--no-recording-state", self.no_recording_state),
            ("--no-gsip-record", self.no_gsip_record),
            ("--no-conn-id", self.no_conn_id),
            ("--transports", self.transports.is_some()),
            ("--poll-timeout", self.poll_timeout.is_some()),
            ("--poll-interval", self.poll_interval.is_some()),
            ("--poll-limit", self.poll_limit.is_some()),
            ("--forgotten", self.forgotten.is_some()),
        ];
        let given = given.into_iter();
        given
            .filter_map(|(name, is_given)| is_given.then_some(name))
            .collect()
    }

    pub(super) fn apply(&self, options: &mut Options) {
        fn put<T: Clone>(option: &mut T, argument: Option<&T>) {
            if let Some(argument) = argument {
                option.clone_from(argument);
            }
        }
        put(&mut options.user, self.user.as_ref());
        let options = &mut options.gws;
        put(&mut options.phone_number, self.dn.as_ref());
        put(&mut options.acts_after, self.acts_after.as_ref());
        options.csrf_header.clone_from(&self.csrf_header);
        options.csrf_on_events = self.csrf_on_events;
        options.origin_required = self.origin_required;
        put(&mut options.unauthorized, self.unauthorized.as_ref());
        put(&mut options.errors, self.http_errors.as_ref());
        put(&mut options.refusal, self.refusal.as_ref());
        put(&mut options.failure, self.failure_event.as_ref());
        put(&mut options.participants, self.participants.as_ref());
        options.recording_state = !self.no_recording_state;
        options.gsip_record = !self.no_gsip_record;
        options.conn_id = !self.no_conn_id;
        put(&mut options.transports, self.transports.as_ref());
        put(&mut options.poll_timeout, self.poll_timeout.as_ref());
        put(&mut options.poll_interval, self.poll_interval.as_ref());
        put(&mut options.poll_limit, self.poll_limit.as_ref());
        put(&mut options.forgotten, self.forgotten.as_ref());
    }
}

fn unauthorized(text: &str) -> Result<u16, String> {
    match text {
        "401" => Ok(401),
        "403" => Ok(403),
        _ => Err("give 401 or 403".to_owned()),
    }
}

fn header_name(text: &str) -> Result<String, String> {
    let is_name = |c: char| c.is_ascii_alphanumeric() || c == '-';
    (!text.is_empty() && text.chars().all(is_name))
        .then(|| text.to_owned())
        .ok_or_else(|| "give letters, digits and dashes".to_owned())
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::*;
    use crate::arguments::Arguments;

    fn read(arguments: &str) -> Result<Options, String> {
        let words = ["simulators"].into_iter().chain(arguments.split(' '));
        Arguments::try_parse_from(words)
            .and_then(|arguments| arguments.options())
            .map_err(|wrong| wrong.to_string())
    }

    #[test]
    fn every_knob_turns_something() {
        let options = read(
            "--vendor gws --user ada --dn 7001 --acts-after 2s --csrf-header X-T --csrf-on-events \
             --origin-required --unauthorized 403 --http-errors ok --refusal later \
             --failure-event with-call --participants objects --no-recording-state \
             --no-gsip-record --no-conn-id --transports websocket --poll-timeout 3s \
             --poll-interval 4s --poll-limit 5s --forgotten none",
        )
        .unwrap();
        assert_eq!(options.user, "ada");
        let gws = options.gws;
        assert_eq!(gws.phone_number, "7001");
        assert_eq!(gws.csrf_header.as_deref(), Some("X-T"));
        assert!(gws.csrf_on_events && gws.origin_required);
        assert_eq!((gws.unauthorized, gws.errors), (403, ErrorStatus::Ok));
        assert_eq!(gws.refusal, Refusal::Later);
        assert_eq!(gws.failure, FailureEvent::WithCall);
        assert_eq!(gws.participants, Participants::Objects);
        assert!(!gws.recording_state && !gws.gsip_record && !gws.conn_id);
        assert_eq!(gws.transports, Transports::WebSocket);
        let times = [
            gws.acts_after,
            gws.poll_timeout,
            gws.poll_interval,
            gws.poll_limit,
        ];
        assert_eq!(times, [2, 3, 4, 5].map(Duration::from_secs));
        assert_eq!(gws.forgotten, Advice::None);
    }

    #[test]
    fn a_wrong_argument_is_told_with_what_would_be_right() {
        for (arguments, says) in [
            ("--vendor xima --dn 7001", "--dn is for --vendor gws"),
            ("--vendor gws --csrf-on-events", "--csrf-header"),
            (
                "--vendor gws --csrf-header a:b",
                "letters, digits and dashes",
            ),
            ("--vendor gws --unauthorized 404", "401 or 403"),
        ] {
            let wrong = read(arguments).map(|_| ()).unwrap_err();
            assert!(wrong.contains(says), "{arguments}: {wrong}");
        }
    }
}
