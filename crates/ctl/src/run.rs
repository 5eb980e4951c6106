use std::future::Future;
use std::io;
use std::sync::Arc;

use anyhow::{Context, bail};
use controller::channel::{Claim, Instance, Served};
use controller::in_force::{InForce, sources};
use controller::paths::Paths;
use controller::secrets::{KeyringStore, MemoryStore, SecretStore, account};
use controller::settings::Settings;
use controller::view::{Problem, Request};
use controller::{Change, ENDED_WITHIN, Handle, Setup};
use policy::Sources;
use support::{Console, Log, Logging};
use tokio::sync::broadcast::Receiver;
use tokio::sync::broadcast::error::RecvError;
use tokio::time::timeout;

use crate::arguments::Run;
use crate::sign_in::from_stdin;
use crate::{Exit, configuration, log_level, report};

/// What standard error is told.
const CONSOLE: Console = Console {
    variable: "FERMATA_LOG",
    otherwise: "warn",
};

/// Runs the engine until it is told to end by a signal.
pub(crate) async fn run(paths: Paths, run: Run) -> anyhow::Result<Exit> {
    // Logs go to standard error, so that standard output holds nothing but changes.
    let log = Arc::new(Log::start("fermatactl", CONSOLE));
    let policy = sources(run.policy.as_deref())?;
    let settings = Settings::read_preferences(paths.settings())?;
    let in_force = in_force(&paths, &run, &policy, &settings)?;
    let instance = match Instance::claim(&paths)? {
        Claim::Ours(instance) => instance,
        Claim::AlreadyRunning => {
            bail!("Fermata is running already; see `fermatactl status`")
        }
    };
    log.write_to(&paths.logs(), Logging::default());
    let (secrets, report_keys): (Arc<dyn SecretStore>, _) = if run.secret_stdin {
        (Arc::new(from_stdin_only(&in_force)?), None)
    } else {
        let keyring: Arc<dyn SecretStore> = Arc::new(KeyringStore::new());
        (Arc::clone(&keyring), Some(keyring))
    };
    let account = configuration::account(in_force.vendor.as_ref());
    let ended = ended_by_signal()?;
    let (handle, engine) = controller::start(Setup {
        policy,
        audit: Some(paths.audit()),
        report_keys,
        pause_note: Some(paths.pause_note()),
        ..Setup::new(settings, paths.settings().to_path_buf(), secrets)
    });
    let of_the_log = handle.clone();
    log.when_not_written(move |why| of_the_log.log_not_written(why));
    tokio::spawn(log_level::keep(handle.clone(), Arc::clone(&log)));
    let changes = handle.changes();
    let serving = instance.serve(Served {
        handle: handle.clone(),
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
            // A vendor that does not answer is left.
            let _ = timeout(ENDED_WITHIN, &mut engine).await;
            true
        }
    };
    drop(serving);
    log.finish();
    if !asked_to {
        bail!("the engine has ended by itself");
    }
    Ok(Exit::Done)
}

/// What holds, if that is enough to begin with: without a window nobody could be shown what is
/// wrong.
fn in_force(
    paths: &Paths,
    run: &Run,
    policy: &Sources,
    settings: &Settings,
) -> anyhow::Result<InForce> {
    let file = paths.settings();
    let in_force = InForce::read(file, settings, policy);
    let blocks = |problem: &&Problem| problem.blocks_pausing;
    if let Some(problem) = in_force.problems.iter().find(blocks) {
        bail!("{}", problem.message);
    }
    let is_needed = run.config.is_some() || run.secret_stdin;
    if is_needed && in_force.vendor.is_none() {
        configuration::must_be_there(file)?;
    }
    Ok(in_force)
}

fn from_stdin_only(in_force: &InForce) -> anyhow::Result<MemoryStore> {
    let vendor = in_force
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

/// Waits for the signal to end: SIGINT, SIGTERM, or SIGHUP as at a log-off.
#[cfg(unix)]
fn ended_by_signal() -> io::Result<impl Future<Output = ()>> {
    use tokio::signal::unix::{SignalKind, signal};
    let mut interrupt = signal(SignalKind::interrupt())?;
    let mut terminate = signal(SignalKind::terminate())?;
    let mut hangup = signal(SignalKind::hangup())?;
    Ok(async move {
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
            _ = hangup.recv() => {}
        }
    })
}

/// Waits for the signal to end: Ctrl-C, a window that is closed, a log-off or a shutdown.
#[cfg(windows)]
fn ended_by_signal() -> io::Result<impl Future<Output = ()>> {
    use tokio::signal::windows::{ctrl_c, ctrl_close, ctrl_logoff, ctrl_shutdown};
    let mut interrupt = ctrl_c()?;
    let mut close = ctrl_close()?;
    let mut log_off = ctrl_logoff()?;
    let mut shutdown = ctrl_shutdown()?;
    Ok(async move {
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = close.recv() => {}
            _ = log_off.recv() => {}
            _ = shutdown.recv() => {}
        }
    })
}
