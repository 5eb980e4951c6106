//! The desktop application: tray, hotkey, indicator, notifications, main window.
//!
//! It decides nothing. What may be believed comes from `controller` as views, and what is
//! clicked or pressed goes there as requests.
#![cfg_attr(
    all(not(debug_assertions), target_os = "windows"),
    windows_subsystem = "windows"
)]

mod hotkey;
mod indicator;
mod ipc;
mod notifications;
mod os;
mod screen;
mod shell;
mod shown;
mod start;
mod tray;
mod webview;
mod window;
mod words;

use std::process::ExitCode;
use std::time::Duration;

use anyhow::Context;
use clap::Parser;
use controller::Setup;
use controller::channel::{Claim, Instance, Served};
use controller::view::Request;
use tauri::RunEvent;
use tokio::runtime::Runtime;
use tokio::sync::mpsc;

use shell::Shell;

/// How long the controller may take to sign out when the program ends.
const SIGN_OUT_WITHIN: Duration = Duration::from_secs(3);

fn main() -> ExitCode {
    let arguments = start::Arguments::parse();
    start::log();
    os::take_identity();
    match run(&arguments) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            tracing::error!("{error:#}");
            ExitCode::FAILURE
        }
    }
}

#[expect(
    clippy::wildcard_enum_match_arm,
    reason = "Tauri may add events; none of the others is ours"
)]
fn run(arguments: &start::Arguments) -> anyhow::Result<()> {
    let paths = start::paths(arguments)?;
    let runtime = Runtime::new().context("the async runtime cannot be started")?;
    let instance = match Instance::claim(&paths)? {
        Claim::Ours(instance) => instance,
        Claim::AlreadyRunning if arguments.autostart => return Ok(()),
        Claim::AlreadyRunning => {
            return runtime.block_on(start::open_window_of_the_first(&paths));
        }
    };
    shell::check_display()?;
    let (settings, problem) = start::settings(paths.settings());
    let secrets = start::secret_store(arguments, &settings)?;
    let open_at_start = arguments.open || settings.vendor.is_none();
    let (chords, settle_within) = (shell::chords(&settings), settings.limits.settle_within);

    tauri::async_runtime::set(runtime.handle().clone());
    let guard = runtime.enter();
    let setup = Setup::new(settings, paths.settings().to_path_buf(), secrets);
    let (handle, controller) = controller::start(Setup {
        problems: problem.into_iter().collect(),
        ..setup
    });
    let (open_window, window_wanted) = mpsc::channel(1);
    let served = Served {
        handle: handle.clone(),
        settle_within,
        open_window: Some(open_window),
    };
    let mut channel = Some(instance.serve(served)?);
    drop(guard);
    let app = tauri::Builder::default()
        .invoke_handler(tauri::generate_handler![ipc::send])
        .build(tauri::generate_context!())
        .context("the desktop cannot be used")?;
    let mut controller = Some(controller);
    let mut shell = None;
    let mut window_wanted = Some(window_wanted);
    app.run(move |app, event| match event {
        RunEvent::Ready => {
            match Shell::start(app, &handle, &chords, &paths) {
                Ok(started) => shell = Some(started),
                Err(error) => {
                    tracing::error!("the desktop cannot be used: {error:#}");
                    return app.exit(1);
                }
            }
            if open_at_start {
                window::open(app);
            }
            if let Some(wanted) = window_wanted.take() {
                runtime.spawn(window::open_when_wanted(app.clone(), wanted));
            }
            runtime.spawn(exit_when_told(app.clone()));
        }
        // The last window is closed; the tray goes on.
        RunEvent::ExitRequested {
            code: None, api, ..
        } => api.prevent_exit(),
        RunEvent::Exit => {
            drop(shell.take());
            handle.send(Request::Quit);
            if let Some(controller) = controller.take() {
                let signed_out = async { tokio::time::timeout(SIGN_OUT_WITHIN, controller).await };
                if runtime.block_on(signed_out).is_err() {
                    tracing::warn!("the controller did not end in time");
                }
            }
            drop(channel.take());
        }
        _ => {}
    });
    Ok(())
}

/// Ends the program in order when the session ends or somebody stops it.
async fn exit_when_told(app: tauri::AppHandle) {
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        match signal(SignalKind::terminate()) {
            Ok(mut terminate) => {
                tokio::select! {
                    _ = terminate.recv() => {}
                    _ = tokio::signal::ctrl_c() => {}
                }
            }
            Err(error) => {
                tracing::warn!(%error, "ending in order on a signal is not possible");
                return;
            }
        }
    }
    #[cfg(not(unix))]
    if tokio::signal::ctrl_c().await.is_err() {
        return;
    }
    app.exit(0);
}
