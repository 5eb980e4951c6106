//! `fermatactl` drives the Fermata that runs, or runs its engine without a desktop.
//!
//! It decides nothing about a recording: it asks, waits for what is shown, and says in its
//! exit code whether that is proven.

mod arguments;
mod audit_log;
mod companions;
mod configuration;
mod log_level;
mod outcome;
mod policy_list;
mod press;
mod report;
mod run;
mod sign_in;
mod status;
mod support_bundle;
mod vendor_list;

use std::io;
use std::process::ExitCode;

use clap::Parser;
use controller::channel::ChannelError;
use controller::paths::Paths;

use arguments::{Arguments, AuditCommand, Command, PolicyCommand};

/// How a run of `fermatactl` ends; see `--help`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Exit {
    /// Done, and proven where a recording is concerned.
    Done,
    /// Failed, or nothing may be believed.
    Failed,
    /// Sent to a vendor that cannot prove it.
    Sent,
    /// Nobody is there to be driven.
    NotRunning,
    /// The arguments are wrong.
    Usage,
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(match exit {
            Exit::Done => 0,
            Exit::Failed => 1,
            Exit::Sent => 2,
            Exit::NotRunning => 3,
            Exit::Usage => 64,
        })
    }
}

fn main() -> ExitCode {
    support::tell_panics_by_place();
    if let Err(error) = support::close_memory() {
        report::complain(&anyhow::Error::new(error).context("core dumps cannot be switched off"));
    }
    let arguments = match Arguments::try_parse() {
        Ok(arguments) => arguments,
        Err(said) => {
            // Help and version are no errors, and are printed by the same way.
            let _ = said.print();
            let wrong = said.use_stderr();
            return if wrong { Exit::Usage } else { Exit::Done }.into();
        }
    };
    match carry_out(arguments.command) {
        Ok(exit) => exit,
        Err(error) => {
            report::complain(&error);
            exit_for(&error)
        }
    }
    .into()
}

fn carry_out(command: Command) -> anyhow::Result<Exit> {
    let local = |config: Option<_>| -> anyhow::Result<Paths> {
        let paths = Paths::find()?;
        Ok(match config {
            Some(file) => paths.with_settings(file),
            None => paths,
        })
    };
    match command {
        Command::Vendors { json, fields } => vendor_list::print(json, fields),
        Command::Config { command } => configuration::carry_out(command),
        Command::Policy { command } => match command {
            PolicyCommand::Show {
                json,
                policy,
                config,
            } => policy_list::show(&local(config)?, policy.as_deref(), json),
            PolicyCommand::Check { file } => policy_list::check(&file),
        },
        Command::Audit { command } => match command {
            AuditCommand::Verify { directory, anchors } => {
                audit_log::verify(directory, anchors.as_deref())
            }
            AuditCommand::Report(report) => audit_log::report(&report),
            AuditCommand::VerifyReport(asked) => audit_log::verify_report(&asked),
        },
        Command::Status { json } => wait_for(status::status(&local(None)?, json)),
        Command::Watch { json } => wait_for(status::watch(&local(None)?, json)),
        Command::Pause { json } => wait_for(press::press(&local(None)?, press::PAUSE, json)),
        Command::Resume { json } => wait_for(press::press(&local(None)?, press::RESUME, json)),
        Command::Toggle { json } => wait_for(press::press(&local(None)?, press::TOGGLE, json)),
        Command::Acknowledge => wait_for(press::acknowledge(&local(None)?)),
        Command::Extend => wait_for(press::extend(&local(None)?)),
        Command::Payment { command } => wait_for(press::payment(&local(None)?, command)),
        Command::Call { command } => wait_for(press::tell(&local(None)?, command)),
        Command::SignIn(sign_in) => sign_in::sign_in(&local(sign_in.config.clone())?, sign_in),
        Command::LogLevel { level, time } => {
            wait_for(log_level::change(&local(None)?, level, time))
        }
        Command::SupportBundle { output, list } => {
            support_bundle::make(&local(None)?, output, list)
        }
        Command::Generate { what, folder } => companions::write(what, &folder),
        Command::Run(run) => wait_for(run::run(local(run.config.clone())?, run)),
    }
}

fn wait_for<T>(work: impl Future<Output = anyhow::Result<T>>) -> anyhow::Result<T> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()?;
    let result = runtime.block_on(work);
    // A keyring's prompt may still be open on a thread of its own.
    runtime.shutdown_background();
    result
}

fn exit_for(error: &anyhow::Error) -> Exit {
    match error.downcast_ref::<ChannelError>() {
        Some(ChannelError::NotRunning) => return Exit::NotRunning,
        Some(
            ChannelError::Unusable { .. }
            | ChannelError::NotASocket { .. }
            | ChannelError::Stranger
            | ChannelError::Broken(_)
            | ChannelError::Ended
            | ChannelError::TooLong { .. }
            | ChannelError::NotUnderstood,
        )
        | None => {}
    }
    match error.downcast_ref::<io::Error>() {
        // Whoever read what we print has read enough.
        Some(error) if error.kind() == io::ErrorKind::BrokenPipe => Exit::Done,
        Some(_) | None => Exit::Failed,
    }
}
