use std::path::PathBuf;
use std::time::Duration;

use clap::builder::PossibleValuesParser;
use clap::{Args, Parser, Subcommand, ValueEnum};
use jiff::SignedDuration;
use jiff::civil::Date;
use vendors::VENDORS;

const EXIT_CODES: &str = "\
Exit codes:
   0  done. For pause, resume and toggle: proven by the vendor (or already so, or the vendor
      says that the call is not recorded at all). For status: it could be told, whatever it is
   1  failed, or nothing may be believed of the recording
   2  sent to a vendor that cannot prove it: look at its own display
   3  Fermata is not running, or (for watch) has ended
  64  the arguments are wrong";

/// Drives the Fermata that runs on this desktop, or runs its engine without one.
#[derive(Debug, Parser)]
#[command(name = "fermatactl", version, after_help = EXIT_CODES, arg_required_else_help = true)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Say what may be believed of the recording now.
    Status {
        /// As one JSON object.
        #[arg(long)]
        json: bool,
    },
    /// Pause the recording of every call, and wait until that is proven or has failed.
    #[command(after_help = EXIT_CODES)]
    Pause {
        /// Say what came of it as one JSON object, like status.
        #[arg(long)]
        json: bool,
    },
    /// Resume the recording, and wait until that is proven or has failed.
    #[command(after_help = EXIT_CODES)]
    Resume {
        /// Say what came of it as one JSON object, like status.
        #[arg(long)]
        json: bool,
    },
    /// Do what the hotkey does: resume what is known to be paused, and pause otherwise.
    #[command(after_help = EXIT_CODES)]
    Toggle {
        /// Say what came of it as one JSON object, like status.
        #[arg(long)]
        json: bool,
    },
    /// Print a line at once and one at each change: time, display, cause. Ends with Fermata.
    Watch {
        /// Each line as one JSON object, like status, with "at" and "cause".
        #[arg(long)]
        json: bool,
    },
    /// Tell that a call starts or ends, for vendors that cannot be asked.
    Call {
        #[command(subcommand)]
        command: CallCommand,
    },
    /// Put the end of the longest pause off, where your organization lets you.
    Extend,
    /// Tell that card details are being taken: meanwhile nothing resumes by itself.
    #[command(after_help = "\
For the page on which card details are typed. It pauses nothing. A step that is not ended counts for
nothing any more after ten minutes, and a call takes its step with it.")]
    Payment {
        #[command(subcommand)]
        command: PaymentCommand,
    },
    /// Take down a failure that has been seen.
    Acknowledge,
    /// Run the engine in the foreground, without a desktop.
    Run(Run),
    /// Sign in at a vendor: check it, keep the secret in the keyring and write the settings.
    SignIn(SignIn),
    /// Print or check a settings file.
    Config {
        #[command(subcommand)]
        command: ConfigCommand,
    },
    /// Show what is in force on this desk and who has decided it, or check a policy file.
    Policy {
        #[command(subcommand)]
        command: PolicyCommand,
    },
    /// Look whether the audit log is as it was written, or report what it says of each pause.
    Audit {
        #[command(subcommand)]
        command: AuditCommand,
    },
    /// List the vendors: what each can do, and what proves a pause there.
    #[command(after_help = "\
What a vendor can do depends on its settings; this is what it can do as `fermatactl config example`
sets it up.")]
    Vendors {
        /// As JSON, with the settings of each.
        #[arg(long)]
        json: bool,
        /// With the settings of each.
        #[arg(long)]
        fields: bool,
    },
    /// Have the Fermata that runs log everything for a time, or as much as usual again.
    LogLevel {
        /// How much.
        level: LogLevel,
        /// For how long everything is logged, such as 30m or "1h 30m"; a day at most.
        #[arg(long = "for", value_name = "TIME", value_parser = time, default_value = "1h")]
        time: Duration,
    },
    /// Gather what somebody who helps has to see in one file: logs, what is in force, versions.
    #[command(after_help = "\
Secrets, queries of addresses and card numbers are masked. Nothing is sent anywhere, and no file is
overwritten. Works without a running Fermata, too.")]
    SupportBundle {
        /// The file to write, if not one among your downloads.
        #[arg(long, value_name = "FILE")]
        output: Option<PathBuf>,
        /// Say what would be in it, with sizes in bytes, and write nothing.
        #[arg(long, conflicts_with = "output")]
        list: bool,
    },
    /// Write what a package brings beside the program.
    #[command(hide = true)]
    Generate {
        /// What to write.
        what: Companion,
        /// The folder to write it to.
        folder: PathBuf,
    },
}

/// How much is logged.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum LogLevel {
    /// Everything, for a time.
    Debug,
    /// What the organization has decided, or else what is worth knowing afterwards.
    Usual,
}

/// What is made from these arguments when a package is built.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum Companion {
    /// A manual page for the program and one for each of its commands.
    Man,
    /// What each shell needs to complete a command line.
    Completions,
}

#[derive(Debug, Subcommand)]
pub(crate) enum CallCommand {
    /// You are on this call.
    Start {
        /// Its id; for a vendor that has none, any name.
        id: String,
    },
    /// This call is over.
    End {
        /// Its id, as it was started.
        id: String,
    },
}

#[derive(Debug, Subcommand)]
pub(crate) enum PaymentCommand {
    /// From here on card details are taken.
    Begin,
    /// They have been taken.
    End,
}

#[derive(Debug, Subcommand)]
pub(crate) enum ConfigCommand {
    /// Print a settings file with a comment on everything in it.
    Example {
        /// The vendor.
        #[arg(value_parser = names())]
        vendor: String,
    },
    /// Say everything that is wrong with a settings file.
    Check {
        /// The file, if it is not your own.
        #[arg(long, value_name = "FILE")]
        config: Option<PathBuf>,
    },
}

#[derive(Debug, Subcommand)]
pub(crate) enum PolicyCommand {
    /// Show each value that is in force: what it is, who has said so and where.
    #[command(after_help = "\
The Fermata that runs is asked. Where none runs, the policy and your settings are read, and a line
on standard error says so.")]
    Show {
        /// As one JSON object.
        #[arg(long)]
        json: bool,
        /// What would be in force if this file were the policy; no Fermata is asked.
        #[arg(long, value_name = "FILE")]
        policy: Option<PathBuf>,
        /// The settings file, if it is not your own and no Fermata is asked.
        #[arg(long, value_name = "FILE")]
        config: Option<PathBuf>,
    },
    /// Say everything that would not be taken of a policy file. Ends with 1 if there is anything.
    Check {
        /// The file.
        file: PathBuf,
    },
}

#[derive(Debug, Subcommand)]
pub(crate) enum AuditCommand {
    /// Look at every byte of the log. Ends with 1 if anything is not as it was written.
    #[command(after_help = "\
Records that were cut off at the end are missed only with anchors: what the log had come to, as the
system's own log has it. On Linux:

    journalctl FERMATA_EVENT_ID=150 -o cat | fermatactl audit verify --anchors -")]
    Verify {
        /// The directory of the log, if it is not your own.
        #[arg(long, value_name = "DIRECTORY")]
        directory: Option<PathBuf>,
        /// A file with anchors, whatever else stands in its lines; - for standard input.
        #[arg(long, value_name = "FILE")]
        anchors: Option<PathBuf>,
    },
    /// Report each pause of some days and what they come to: failed, unproven, too long.
    #[command(after_help = "\
Ends with 1 if the log is not as it was written; what can be read is reported all the same.

With --manifest it is signed with the key that this user's Fermata keeps in the keyring: the manifest
says what the report is and what it was made from, and FILE.minisig beside it is its signature. See
`fermatactl audit verify-report`; `minisign -Vm FILE -P KEY` looks at the manifest alone.")]
    Report(AuditReport),
    /// Look whether a report is the one that was signed. Ends with 1 if it is not.
    #[command(after_help = "\
The signature is looked for beside the manifest, as FILE.minisig. Without --key the key is looked for
in the log, and the log is looked at, too. A key that came another way, as from what was forwarded
of the log, proves more: whoever can write a log anew can put another key into it.")]
    VerifyReport(VerifyReport),
}

#[derive(Clone, Debug, Args)]
pub(crate) struct AuditReport {
    /// The first day, of UTC, such as 2026-11-01.
    #[arg(long, value_name = "DAY")]
    pub(crate) from: Date,
    /// The last day.
    #[arg(long, value_name = "DAY")]
    pub(crate) to: Date,
    /// One line a pause, for spreadsheets; without the totals.
    #[arg(long, conflicts_with = "json")]
    pub(crate) csv: bool,
    /// As one JSON object.
    #[arg(long)]
    pub(crate) json: bool,
    /// A new file for the report, instead of standard output.
    #[arg(long, value_name = "FILE")]
    pub(crate) output: Option<PathBuf>,
    /// A new file for a signed manifest of the report; the signature goes into FILE.minisig.
    #[arg(long, value_name = "FILE", requires = "output")]
    pub(crate) manifest: Option<PathBuf>,
    /// The directory of the log, if it is not your own.
    #[arg(long, value_name = "DIRECTORY")]
    pub(crate) directory: Option<PathBuf>,
}

#[derive(Clone, Debug, Args)]
pub(crate) struct VerifyReport {
    /// The manifest of the report.
    #[arg(long, value_name = "FILE")]
    pub(crate) manifest: PathBuf,
    /// The report.
    #[arg(long, value_name = "FILE")]
    pub(crate) report: PathBuf,
    /// The public key, or a file that holds it.
    #[arg(long, value_name = "KEY")]
    pub(crate) key: Option<String>,
    /// The directory of the log, if it is to be looked at and is not your own.
    #[arg(long, value_name = "DIRECTORY")]
    pub(crate) directory: Option<PathBuf>,
}

#[derive(Clone, Debug, Args)]
pub(crate) struct Run {
    /// The settings file, if it is not your own.
    #[arg(long, value_name = "FILE")]
    pub(crate) config: Option<PathBuf>,
    /// A policy file to try out, whoever can write it. Refused where this computer has a policy.
    #[arg(long, value_name = "FILE")]
    pub(crate) policy: Option<PathBuf>,
    /// Read the secret from the first line of standard input. It is kept in memory only.
    #[arg(long)]
    pub(crate) secret_stdin: bool,
}

#[derive(Clone, Debug, Args)]
#[command(after_help = "\
The secret is asked for, and is not shown as it is typed. There is no argument for it, because
arguments can be seen by other programs. An empty one keeps the secret that is in the keyring.

What the organisation has decided need not be given: where that is the vendor, its address and the
extension, `fermatactl sign-in --stdin` is all that a deployment tool has to run as the user.")]
pub(crate) struct SignIn {
    /// The vendor; may be left out where the organisation has decided on one.
    #[arg(long, value_parser = names())]
    pub(crate) vendor: Option<String>,
    /// A setting of the vendor, such as extension=1684. May be given several times.
    #[arg(long = "set", value_name = "KEY=VALUE", value_parser = setting)]
    pub(crate) settings: Vec<(String, String)>,
    /// Read the secret from the first line of standard input instead.
    #[arg(long)]
    pub(crate) stdin: bool,
    /// The settings file to write, if it is not your own and Fermata is not running.
    #[arg(long, value_name = "FILE")]
    pub(crate) config: Option<PathBuf>,
}

fn names() -> PossibleValuesParser {
    PossibleValuesParser::new(VENDORS.iter().map(|entry| entry.name))
}

fn time(written: &str) -> Result<Duration, String> {
    const A_DAY: Duration = Duration::from_secs(24 * 60 * 60);
    let time = written.parse::<SignedDuration>().ok();
    match time.and_then(|time| Duration::try_from(time).ok()) {
        Some(time) if time.as_secs() > 0 && time <= A_DAY => Ok(time),
        Some(_) | None => Err("write a time of up to a day, such as 90s, 30m or 1h".to_owned()),
    }
}

fn setting(written: &str) -> Result<(String, String), String> {
    match written.split_once('=') {
        Some((key, value)) if !key.trim().is_empty() => {
            Ok((key.trim().to_owned(), value.trim().to_owned()))
        }
        Some(_) | None => Err("write it as key=value".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn the_arguments_contradict_themselves_nowhere() {
        Arguments::command().debug_assert();
    }

    #[test]
    fn no_argument_takes_a_secret() {
        let mut everything = vec![Arguments::command()];
        while let Some(command) = everything.pop() {
            for argument in command.get_arguments() {
                let id = argument.get_id().as_str();
                let takes_a_value = argument.get_action().takes_values();
                assert!(!(takes_a_value && id.contains("secret")), "{id}");
            }
            everything.extend(command.get_subcommands().cloned());
        }
    }

    #[test]
    fn the_exit_codes_are_in_the_help() {
        let help = Arguments::command().render_help().to_string();
        for code in [
            "  0  done",
            "  1  failed",
            "  2  sent",
            "  3  Fermata",
            " 64  the",
        ] {
            assert!(help.contains(code), "{code:?} is missing in {help}");
        }
    }

    #[test]
    fn a_time_is_written_as_people_do_and_lasts_a_day_at_most() {
        let minutes = |count: u64| Ok(Duration::from_secs(60 * count));
        assert_eq!(time("1h"), minutes(60));
        assert_eq!(time("1h 30m"), minutes(90));
        assert_eq!(time("24h"), minutes(24 * 60));
        for wrong in ["", "0s", "-1h", "25h", "1", "soon"] {
            assert!(time(wrong).is_err(), "{wrong:?}");
        }
    }

    #[test]
    fn a_setting_may_hold_an_equals_sign_and_needs_a_key() {
        assert_eq!(setting("a = b=c"), Ok(("a".into(), "b=c".into())));
        assert_eq!(setting("a="), Ok(("a".into(), String::new())));
        assert!(setting("a").is_err());
        assert!(setting("=a").is_err());
    }
}
