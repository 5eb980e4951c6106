//! What is done before there is a desktop: arguments, log, settings, secrets.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use ::support::{Console, Log};
use anyhow::{Context, bail};
use controller::channel::{Ask, Client, Reply};
use controller::in_force::InForce;
use controller::paths::Paths;
use controller::secrets::{self, KeyringStore, MemoryStore, SecretStore};
use controller::settings::Settings;
use controller::view::Problem;

/// How long the first instance may take to answer: it may have begun a moment ago.
const PATIENCE: Duration = Duration::from_secs(5);

/// Pauses the recording of your calls, and shows what the vendor says of it.
#[derive(Debug, clap::Parser)]
#[command(name = "fermata", version)]
pub(crate) struct Arguments {
    /// The settings file, if it is not your own.
    #[arg(long, value_name = "FILE")]
    pub(crate) config: Option<PathBuf>,
    /// Read the secret from the first line of standard input. It is kept in memory only, so that
    /// Fermata is not started again should it die.
    #[arg(long)]
    pub(crate) secret_stdin: bool,
    /// Open the main window at once.
    #[arg(long)]
    pub(crate) open: bool,
    /// A policy file to try out, whoever can write it. Refused where this computer has a policy.
    #[arg(long, value_name = "FILE")]
    pub(crate) policy: Option<PathBuf>,
    /// Started because the user has logged on: end at once, and say nothing, where the
    /// organization has decided against that or Fermata runs already.
    #[arg(long, conflicts_with = "open")]
    pub(crate) autostart: bool,
    /// How often in a row it has died before this start; see [`crate::watchdog`].
    #[arg(long, hide = true, value_name = "NUMBER", default_value_t = 0)]
    pub(crate) deaths: u32,
    /// Wait for the end of the program that has started this one, and start it again if it dies.
    #[arg(long, hide = true)]
    pub(crate) watchdog: bool,
}

/// Starts the log: to standard error, where `RUST_LOG` says how much. Files come when it is known
/// that no other instance runs.
pub(crate) fn log() -> Log {
    Log::start(
        "fermata",
        Console {
            variable: "RUST_LOG",
            otherwise: "info",
        },
    )
}

/// This user's files.
///
/// # Errors
/// There is no safe place for them.
pub(crate) fn paths(arguments: &Arguments) -> anyhow::Result<Paths> {
    let paths = Paths::find()?;
    Ok(match &arguments.config {
        Some(file) => {
            let file = std::path::absolute(file)
                .with_context(|| format!("{} cannot be found", file.display()))?;
            paths.with_settings(file)
        }
        None => paths,
    })
}

/// Reads the settings. What is wrong with them is a problem to be shown, not a reason not to
/// start: an agent who sees no icon does not know that there is no pause.
pub(crate) fn settings(file: &Path) -> (Settings, Option<Problem>) {
    match Settings::read_preferences(file) {
        Ok(settings) => (settings, None),
        Err(error) => {
            tracing::error!(%error, "the settings cannot be used");
            let problem = Problem {
                code: "settings-wrong".to_owned(),
                message: format!("The settings cannot be used. {error}"),
                blocks_pausing: true,
            };
            (Settings::default(), Some(problem))
        }
    }
}

/// Where secrets are kept: the keyring, or memory with the one secret from standard input.
///
/// # Errors
/// There is no secret on standard input, or no vendor that it could be for.
pub(crate) fn secret_store(
    arguments: &Arguments,
    in_force: &InForce,
) -> anyhow::Result<Arc<dyn SecretStore>> {
    if !arguments.secret_stdin {
        return Ok(Arc::new(KeyringStore::new()));
    }
    let Some(vendor) = &in_force.vendor else {
        bail!("--secret-stdin needs a vendor in the settings file, which says none");
    };
    let store = MemoryStore::default();
    let read = secrets::standard_input().and_then(secrets::first_line);
    // A vendor that needs no secret gets an empty line.
    if let Some(secret) = read.context("the secret cannot be read from standard input")? {
        store.keep(&secrets::account(&*vendor.open()), &secret)?;
    }
    Ok(Arc::new(store))
}

/// Has the instance that runs open its main window.
///
/// # Errors
/// It does not answer, or has no window.
pub(crate) async fn open_window_of_the_first(paths: &Paths) -> anyhow::Result<()> {
    let mut first = Client::connect(paths, PATIENCE).await?;
    first.ask(&Ask::OpenWindow).await?;
    let reply = tokio::time::timeout(PATIENCE, first.next())
        .await
        .context("Fermata runs already and does not answer")??;
    match reply {
        Reply::Opened => Ok(()),
        Reply::Refused { message, .. } => bail!("Fermata runs already; {message}"),
        Reply::View { .. } | Reply::Change { .. } | Reply::Taken { .. } => {
            bail!("Fermata runs already and answers something else")
        }
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
    fn wrong_settings_are_a_problem_and_not_the_end() {
        let file = tempfile::NamedTempFile::new().expect("a file");
        std::io::Write::write_all(&mut file.as_file(), b"vendor = 7\n").expect("it is written");
        let (settings, problem) = settings(file.path());
        assert!(settings.vendor.is_none());
        let problem = problem.expect("a problem");
        assert!(problem.blocks_pausing);
        assert!(problem.message.contains("vendor"), "{}", problem.message);
    }
}
