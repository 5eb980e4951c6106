mod gqm;
mod gws;
mod hub;
mod noojee;

use clap::error::ErrorKind;
use clap::{CommandFactory, Parser, ValueEnum};
use simulators::audio::PausedTime;
use simulators::{
    Again, Bearer, CONTROL_HELP, Misbehaviour, NoRecording, Options, SetReply, Success, Vendor,
    Versions, read_duration,
};
use std::time::Duration;

use gqm::GqmArguments;
use gws::GwsArguments;
use hub::HubArguments;
use noojee::NoojeeArguments;

/// Runs a simulated recording vendor on this computer.
///
/// It prints its address, its credentials and a ready section for settings.toml, and runs until
/// Ctrl+C. Nothing outside this computer can reach it.
#[derive(Parser)]
#[command(name = "simulators", after_long_help = after_help())]
pub(crate) struct Arguments {
    /// Whom to play
    #[arg(long, value_enum)]
    pub(crate) vendor: Vendor,

    /// The port to listen on; 0 for any that is free
    #[arg(long, default_value_t = 0)]
    port: u16,

    /// A fault that is on from the start: FAULT[@commands|@reads|@sign-in|@events][:TIMES]; may be given
    /// several times
    #[arg(long = "fault", value_name = "FAULT")]
    pub(crate) faults: Vec<Misbehaviour>,

    /// What becomes of paused time in recordings [default: cut for xima and noojee,
    /// silence for the others]
    #[arg(long, value_enum)]
    paused_time: Option<Paused>,

    /// Calls are not recorded from their start
    #[arg(long)]
    starts_off: bool,

    /// What a second pause or resume gets
    #[arg(long, value_enum, default_value_t)]
    again: Again,

    /// xima, gqm, noojee: the agent's extension or phone number [default: 1684]
    #[arg(long, value_name = "DIGITS")]
    extension: Option<String>,

    /// xima: what success looks like [default: no-content]
    #[arg(long, value_enum)]
    success: Option<Success>,

    /// xima: what a command gets while the agent has no recording [default: not-found]
    #[arg(long, value_enum)]
    no_recording: Option<NoRecording>,

    /// anywhere365: the name of the UCC [default: ucc-demo-name]
    #[arg(long, value_name = "NAME")]
    ucc: Option<String>,

    /// anywhere365: the agent's SIP address [default: sip:agent@domain.com]
    #[arg(long, value_name = "SIP-URI")]
    sip_uri: Option<String>,

    /// anywhere365: which versions of the API are served [default: both]
    #[arg(long, value_enum)]
    versions: Option<Versions>,

    /// anywhere365: the HTTP status of a reply with an ErrorMessage, 200 or 400 to 599
    /// [default: 200]
    #[arg(long, value_name = "STATUS", value_parser = error_status)]
    error_status: Option<u16>,

    /// anywhere365: what a reply to `set` says [default: state]
    #[arg(long, value_enum)]
    set_reply: Option<SetReply>,

    /// anywhere365: whether requests need a token: none, the secret itself, or one issued by the
    /// token endpoint [default: none]
    #[arg(long, value_enum)]
    bearer: Option<Token>,

    /// anywhere365: the life of an issued token, as in 250ms, 90s, 5m [default: 5m]
    #[arg(long, value_name = "TIME", value_parser = read_duration)]
    token_life: Option<Duration>,

    /// anywhere365: AgentCanEditRecordings is off
    #[arg(long)]
    agents_cannot_edit: bool,

    #[command(flatten)]
    hub: HubArguments,

    #[command(flatten)]
    gqm: GqmArguments,

    #[command(flatten)]
    noojee: NoojeeArguments,

    #[command(flatten)]
    gws: GwsArguments,
}

#[derive(Clone, Copy, ValueEnum)]
enum Paused {
    Cut,
    Silence,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Token {
    None,
    Secret,
    Issued,
}

impl Arguments {
    /// What the arguments ask for.
    ///
    /// # Errors
    /// Arguments that are right one by one and wrong together.
    pub(crate) fn options(&self) -> Result<Options, clap::Error> {
        self.check()?;
        let mut options = Options {
            port: self.port,
            records_from_start: !self.starts_off,
            paused_time: self.paused_time.map(|paused| match paused {
                Paused::Cut => PausedTime::Cut,
                Paused::Silence => PausedTime::Silence,
            }),
            again: self.again,
            ..Options::default()
        };
        fn put<T: Clone>(option: &mut T, argument: Option<&T>) {
            if let Some(argument) = argument {
                option.clone_from(argument);
            }
        }
        put(&mut options.extension, self.extension.as_ref());
        put(&mut options.xima.success, self.success.as_ref());
        put(&mut options.xima.no_recording, self.no_recording.as_ref());
        put(&mut options.ucc, self.ucc.as_ref());
        put(&mut options.sip_uri, self.sip_uri.as_ref());
        let anywhere365 = &mut options.anywhere365;
        put(&mut anywhere365.versions, self.versions.as_ref());
        put(&mut anywhere365.error_status, self.error_status.as_ref());
        put(&mut anywhere365.set_reply, self.set_reply.as_ref());
        anywhere365.agents_can_edit = !self.agents_cannot_edit;
        anywhere365.bearer = match self.bearer.unwrap_or(Token::None) {
            Token::None => Bearer::NotRequired,
            Token::Secret => Bearer::Secret,
            Token::Issued => Bearer::Issued {
                life: self.token_life.unwrap_or(Duration::from_secs(300)),
            },
        };
        self.hub.apply(anywhere365);
        self.gqm.apply(&mut options.gqm);
        self.noojee.apply(&mut options.noojee);
        self.gws.apply(&mut options);
        Ok(options)
    }

    fn check(&self) -> Result<(), clap::Error> {
        let given = [
            (Vendor::Xima, "--success", self.success.is_some()),
            (Vendor::Xima, "--no-recording", self.no_recording.is_some()),
            (Vendor::Anywhere365, "--ucc", self.ucc.is_some()),
            (Vendor::Anywhere365, "--sip-uri", self.sip_uri.is_some()),
            (Vendor::Anywhere365, "--versions", self.versions.is_some()),
            (
                Vendor::Anywhere365,
                "--error-status",
                self.error_status.is_some(),
            ),
            (Vendor::Anywhere365, "--set-reply", self.set_reply.is_some()),
            (Vendor::Anywhere365, "--bearer", self.bearer.is_some()),
            (
                Vendor::Anywhere365,
                "--token-life",
                self.token_life.is_some(),
            ),
            (
                Vendor::Anywhere365,
                "--agents-cannot-edit",
                self.agents_cannot_edit,
            ),
        ];
        let of = |vendor, names: Vec<&'static str>| names.into_iter().map(move |it| (vendor, it));
        let given = given
            .into_iter()
            .filter_map(|(vendor, name, is_given)| is_given.then_some((vendor, name)))
            .chain(of(Vendor::Anywhere365, self.hub.given()))
            .chain(of(Vendor::Gqm, self.gqm.given()))
            .chain(of(Vendor::Noojee, self.noojee.given()))
            .chain(of(Vendor::Gws, self.gws.given()));
        for (vendor, name) in given {
            if vendor != self.vendor {
                return Err(conflict(format!(
                    "{name} is for --vendor {vendor}, not for --vendor {}",
                    self.vendor
                )));
            }
        }
        if self.token_life.is_some() && self.bearer != Some(Token::Issued) {
            return Err(conflict("--token-life needs --bearer issued".to_owned()));
        }
        if let Some(wrong) = self.hub.wrong() {
            return Err(conflict(wrong));
        }
        Ok(())
    }
}

fn conflict(message: String) -> clap::Error {
    Arguments::command().error(ErrorKind::ArgumentConflict, message)
}

fn error_status(text: &str) -> Result<u16, String> {
    text.parse()
        .ok()
        .filter(|status| *status == 200 || (400..=599).contains(status))
        .ok_or_else(|| "give 200, or a status from 400 to 599".to_owned())
}

fn after_help() -> String {
    format!(
        "Faults: {}\n\nControl, on the same port:\n{CONTROL_HELP}",
        simulators::FAULTS
    )
}

#[cfg(test)]
mod tests {
    use simulators::{Hub, LogInReply, ResumeName};

    use super::*;

    pub(super) fn read(arguments: &str) -> Result<Options, String> {
        let words = ["simulators"].into_iter().chain(arguments.split(' '));
        Arguments::try_parse_from(words)
            .and_then(|arguments| arguments.options())
            .map_err(|wrong| wrong.to_string())
    }

    #[test]
    fn every_knob_turns_something() {
        let xima = read(
            "--vendor xima --port 8080 --extension 2001 --success plain-text \
             --no-recording accepted --again refused --paused-time silence --starts-off",
        )
        .unwrap();
        assert_eq!((xima.port, xima.extension.as_str()), (8080, "2001"));
        assert_eq!(xima.xima.success, Success::PlainText);
        assert_eq!(xima.xima.no_recording, NoRecording::Accepted);
        assert_eq!(xima.again, Again::Refused);
        assert_eq!(xima.paused_time, Some(PausedTime::Silence));
        assert!(!xima.records_from_start);

        let other = read(
            "--vendor anywhere365 --ucc desk --sip-uri sip:a@b.c --versions v2 \
             --error-status 404 --set-reply no-state --bearer issued --token-life 2s \
             --agents-cannot-edit",
        )
        .unwrap();
        assert_eq!(
            (other.ucc.as_str(), other.sip_uri.as_str()),
            ("desk", "sip:a@b.c")
        );
        assert_eq!(other.anywhere365.versions, Versions::V2);
        assert_eq!(other.anywhere365.error_status, 404);
        assert_eq!(other.anywhere365.set_reply, SetReply::NoState);
        let life = Duration::from_secs(2);
        assert_eq!(other.anywhere365.bearer, Bearer::Issued { life });
        assert!(!other.anywhere365.agents_can_edit);
        assert_eq!(other.anywhere365.hub, Hub::Off);

        let gqm = read(
            "--vendor gqm --extension 2001 --callrec-user api --resume-name pause \
             --log-in-reply page",
        )
        .unwrap();
        assert_eq!(
            (gqm.extension.as_str(), gqm.gqm.user.as_str()),
            ("2001", "api")
        );
        assert_eq!(gqm.gqm.resume_name, ResumeName::Pause);
        assert_eq!(gqm.gqm.log_in_reply, LogInReply::Page);

        let noojee = read(
            "--vendor noojee --agent-login-name Jo --schemes hash --without-prefix \
             --code-status 400 --command-reply empty --stop-needs-login --recorded-by-policy \
             --sequence top-level --outbound",
        )
        .unwrap()
        .noojee;
        assert_eq!(noojee.agent_login_name, "Jo");
        assert_eq!(noojee.schemes, simulators::Schemes::Hash);
        assert_eq!(noojee.error_status, 400);
        assert_eq!(noojee.command_reply, simulators::CommandReply::Empty);
        assert_eq!(noojee.sequence, simulators::SequencePlace::TopLevel);
        assert!(noojee.without_prefix && noojee.stop_needs_login);
        assert!(noojee.recorded_by_policy && noojee.outbound);
    }

    #[test]
    fn a_wrong_argument_is_told_with_what_would_be_right() {
        for (arguments, says) in [
            (
                "--vendor genesys",
                "possible values: xima, gqm, anywhere365, noojee, gws",
            ),
            (
                "--vendor xima --ucc desk",
                "--ucc is for --vendor anywhere365",
            ),
            (
                "--vendor xima --resume-name pause",
                "--resume-name is for --vendor gqm",
            ),
            (
                "--vendor anywhere365 --success plain-text",
                "is for --vendor xima",
            ),
            ("--vendor xima --schemes hash", "is for --vendor noojee"),
            (
                "--vendor xima --hub core",
                "--hub is for --vendor anywhere365",
            ),
            (
                "--vendor anywhere365 --hub-poll 2s",
                "needs --hub classic or --hub core",
            ),
            (
                "--vendor anywhere365 --hub core --hub-name Recorders",
                "needs --hub classic",
            ),
            (
                "--vendor anywhere365 --hub core --hub-join-arguments ucc",
                "needs --hub-join",
            ),
            (
                "--vendor anywhere365 --hub core --hub-path signalr",
                "give a path such as /signalr",
            ),
            (
                "--vendor anywhere365 --token-life 2s",
                "needs --bearer issued",
            ),
            (
                "--vendor anywhere365 --error-status 302",
                "200, or a status from 400",
            ),
            (
                "--vendor xima --fault lose-replies",
                "there are: lose-reply",
            ),
            ("--vendor xima --port 70000", "70000"),
        ] {
            let wrong = read(arguments).map(|_| ()).unwrap_err();
            assert!(wrong.contains(says), "{arguments}: {wrong}");
        }
    }
}
