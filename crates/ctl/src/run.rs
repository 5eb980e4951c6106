use std::future::Future;
use std::io::{self, IsTerminal};
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, bail};
use controller::channel::{Claim, Instance, Served};
use controller::paths::Paths;
use controller::secrets::{KeyringStore, MemoryStore, SecretStore, account};
use controller::settings::Settings;
use controller::view::Request;
use controller::{Change, Handle, Setup};
use tokio::sync::broadcast::Receiver;
use tokio::sync::broadcast::error::RecvError;
use tokio::time::timeout;
use tracing_subscriber::EnvFilter;

use crate::arguments::Run;
use crate::sign_in::from_stdin;
use crate::{Exit, configuration, report};

/// How long signing out may take.
const ENDED_WITHIN: Duration = Duration::from_secs(5);

/// Runs the engine until it is told to end by a signal.
pub(crate) async fn run(paths: Paths, run: Run) -> anyhow::Result<Exit> {
    log_to_stderr();
    let settings = settings(&paths, &run)?;
    let instance = match Instance::claim(&paths)? {
        Claim::Ours(instance) => instance,
        Claim::AlreadyRunning => {
            bail!("Fermata is running already; see `fermatactl status`")
        }
    };
    let secrets: Arc<dyn SecretStore> = if run.secret_stdin {
        Arc::new(from_stdin_only(&settings)?)
    } else {
        Arc::new(KeyringStore::new())
    };
    let settle_within = settings.limits.settle_within;
    let account = configuration::account(&settings);
    let ended = ended_by_signal()?;
    let (handle, engine) = controller::start(Setup::new(
        settings,
        paths.settings().to_path_buf(),
        secrets,
    ));
    let changes = handle.changes();
    let serving = instance.serve(Served {
        handle: handle.clone(),
        settle_within,
        open_window: None,
    })?;
    report::line(&format!("ready: {account}"))?;
    let printing = print(changes, &handle);
    tokio::pin!(engine);
    let asked_to = tokio::select! {
        () = printing => false,
        _ = &mut engine => false,
        () = ended => {
            handle.send(Request::Quit);
            // Signing out is a courtesy: a vendor that does not answer is left.
            let _ = timeout(ENDED_WITHIN, &mut engine).await;
            true
        }
    };
    drop(serving);
    if !asked_to {
        bail!("the engine has ended by itself");
    }
    Ok(Exit::Done)
}

/// Logs go to standard error, so that standard output holds nothing but changes.
fn log_to_stderr() {
    let filter = EnvFilter::try_from_env("FERMATA_LOG").unwrap_or_else(|_| EnvFilter::new("warn"));
    tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(io::stderr)
        .with_ansi(io::stderr().is_terminal())
        .init();
}

fn settings(paths: &Paths, run: &Run) -> anyhow::Result<Settings> {
    if run.config.is_some() || run.secret_stdin {
        return configuration::read(paths.settings());
    }
    Ok(Settings::read(paths.settings())?)
}

fn from_stdin_only(settings: &Settings) -> anyhow::Result<MemoryStore> {
    let vendor = settings
        .vendor
        .as_ref()
        .context("no vendor is chosen, so there is no use for a secret; write vendor = \"…\"")?
        .open();
    let store = MemoryStore::default();
    if let Some(secret) = from_stdin()? {
        store.keep(&account(vendor.as_ref()), &secret)?;
    }
    Ok(store)
}

/// Prints what is shown and each change of it, for as long as there is an engine.
///
/// That nobody reads any longer is no reason to end: the engine has more to do than this.
async fn print(mut changes: Receiver<Change>, handle: &Handle) {
    let first = Arc::clone(&handle.views().borrow());
    let _ = report::line(&format!("{} ({})", first.headline, first.display.name()));
    loop {
        let _ = match changes.recv().await {
            Ok(change) => report::change(
                &change.view,
                &change.at,
                change.display,
                &change.cause,
                false,
            ),
            Err(RecvError::Lagged(missed)) => {
                report::line(&format!("{missed} changes came too fast to be printed"))
            }
            Err(RecvError::Closed) => return,
        };
    }
}

/// Waits for the signal to end: SIGINT or SIGTERM, Ctrl-C on Windows.
#[cfg(unix)]
fn ended_by_signal() -> io::Result<impl Future<Output = ()>> {
    use tokio::signal::unix::{SignalKind, signal};
    let mut interrupt = signal(SignalKind::interrupt())?;
    let mut terminate = signal(SignalKind::terminate())?;
    Ok(async move {
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
        }
    })
}

/// Waits for the signal to end: SIGINT or SIGTERM, Ctrl-C on Windows.
#[cfg(windows)]
fn ended_by_signal() -> io::Result<impl Future<Output = ()>> {
    let mut interrupt = tokio::signal::windows::ctrl_c()?;
    Ok(async move {
        interrupt.recv().await;
    })
}
