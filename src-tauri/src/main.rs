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
mod page;
mod quit;
mod screen;
mod seat;
mod shell;
mod shown;
mod sound;
mod start;
mod support;
mod tray;
mod watchdog;
mod webview;
mod window;
mod words;

use std::process::ExitCode;
use std::sync::Arc;

use anyhow::Context;
use clap::Parser;
use controller::channel::{Claim, Instance, Served};
use controller::in_force::{self, InForce};
use controller::updates::Updates;
use controller::view::Problem;
use controller::{ENDED_WITHIN, Handle, Setup};
use tauri::RunEvent;
use tauri::webview::PermissionResponse;
use tokio::runtime::Runtime;
use tokio::sync::{mpsc, watch};

use ::support::{Log, Logging};
use shell::Shell;
use support::Support;
use watchdog::Watchdog;

fn main() -> ExitCode {
    ::support::tell_panics_by_place();
    let closed = ::support::close_memory();
    let arguments = start::Arguments::parse();
    let log = Arc::new(start::log());
    if let Err(error) = closed {
        tracing::warn!(%error, "core dumps cannot be switched off");
    }
    if arguments.watchdog {
        return watchdog::run(&arguments);
    }
    os::take_identity();
    match run(arguments, &log) {
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
fn run(arguments: start::Arguments, log: &Arc<Log>) -> anyhow::Result<()> {
    let paths = start::paths(&arguments)?;
    let policy = in_force::sources(arguments.policy.as_deref())?;
    let (settings, problem) = start::settings(paths.settings());
    let in_force = InForce::read(paths.settings(), &settings, &policy);
    if arguments.autostart && !in_force.autostart {
        return Ok(());
    }
    let runtime = Runtime::new().context("the async runtime cannot be started")?;
    let instance = match Instance::claim(&paths)? {
        Claim::Ours(instance) => instance,
        Claim::AlreadyRunning if arguments.autostart || arguments.deaths > 0 => return Ok(()),
        Claim::AlreadyRunning => {
            return runtime.block_on(start::open_window_of_the_first(&paths));
        }
    };
    log.write_to(&paths.logs(), Logging::default());
    if arguments.deaths > 0 {
        tracing::error!("Fermata has died, and was started again");
    }
    shell::check_display()?;
    let secrets = start::secret_store(&arguments, &in_force)?;
    let open_at_start = arguments.open || in_force.vendor.is_none();
    let problem = problem.map(|problem| Problem {
        // The organization may have decided everything that a pause needs.
        blocks_pausing: in_force.vendor.is_none(),
        ..problem
    });

    tauri::async_runtime::set(runtime.handle().clone());
    let guard = runtime.enter();
    // A key that is forgotten with this run would be of no use to anybody.
    let report_keys = (!arguments.secret_stdin).then(|| Arc::clone(&secrets));
    let setup = Setup::new(settings, paths.settings().to_path_buf(), secrets);
    let (handle, controller) = controller::start(Setup {
        policy,
        audit: Some(paths.audit()),
        report_keys,
        pause_note: Some(paths.pause_note()),
        problems: problem.into_iter().collect(),
        ..setup
    });
    let (open_window, window_wanted) = mpsc::channel(1);
    let served = Served {
        handle: handle.clone(),
        open_window: Some(open_window),
    };
    let mut channel = Some(instance.serve(served)?);
    let support = Support {
        handle: handle.clone(),
        log: Arc::clone(log),
        paths: paths.clone(),
    };
    runtime.spawn(support.look_after());
    runtime.spawn(Updates::new().look_daily(handle.clone()));
    drop(guard);
    let app = tauri::Builder::default()
        // Camera, microphone, place: the page has no use for what the system could be asked for.
        .on_permission_request(|_page, _kind| PermissionResponse::Deny)
        .invoke_handler(tauri::generate_handler![ipc::send])
        .build(tauri::generate_context!())
        .context("the desktop cannot be used")?;
    #[cfg(target_os = "macos")]
    let app = {
        let mut app = app;
        // Neither in the Dock nor in the switcher: only what such programs show can be above a
        // program that is full-screen (observed by others).
        app.set_activation_policy(tauri::ActivationPolicy::Accessory);
        app
    };
    let mut controller = Some(controller);
    let mut shell = None;
    let mut watchdog = None;
    let answer = quit::Answer::default();
    let mut window_wanted = Some(window_wanted);
    // Whoever runs the windows ends the process, and drops nothing.
    let ending_log = Arc::clone(log);
    app.run(move |app, event| match event {
        RunEvent::Ready => {
            match Shell::start(app, &handle, &paths, &answer) {
                Ok(started) => shell = Some(started),
                Err(error) => {
                    tracing::error!("the desktop cannot be used: {error:#}");
                    return app.exit(1);
                }
            }
            if open_at_start {
                window::open(app);
            } else {
                runtime.spawn(window::open_to_sign_in(app.clone(), handle.views()));
            }
            if let Some(wanted) = window_wanted.take() {
                runtime.spawn(window::open_when_wanted(app.clone(), wanted));
            }
            runtime.spawn(exit_when_told(app.clone()));
            #[cfg(target_os = "linux")]
            runtime.spawn(seat::watch(handle.clone(), {
                let app = app.clone();
                move || app.exit(0)
            }));
            #[cfg(target_os = "windows")]
            runtime.spawn(seat::watch(handle.clone()));
            #[cfg(target_os = "macos")]
            seat::watch(handle.clone());
            runtime.spawn(wake_when_decided_otherwise(app.clone(), handle.in_force()));
            watchdog = start_watchdog(&arguments, app, &handle);
        }
        RunEvent::MainEventsCleared => {
            if let Some(shell) = &mut shell {
                shell.keep_up();
            }
        }
        // The last window is closed; the tray goes on.
        RunEvent::ExitRequested {
            code: None, api, ..
        } => api.prevent_exit(),
        RunEvent::Exit => {
            if let Some(watchdog) = &mut watchdog {
                watchdog.farewell();
            }
            drop(shell.take());
            handle.send(quit::request(&answer));
            if let Some(controller) = controller.take() {
                let ended = async { tokio::time::timeout(ENDED_WITHIN, controller).await };
                if runtime.block_on(ended).is_err() {
                    tracing::warn!("the controller did not end in time");
                }
            }
            drop(channel.take());
            ending_log.finish();
        }
        _ => {}
    });
    Ok(())
}

/// Has the program started again should it die. A secret that is in memory only dies with it, and
/// nobody could be signed in.
fn start_watchdog(
    arguments: &start::Arguments,
    app: &tauri::AppHandle,
    handle: &Handle,
) -> Option<Watchdog> {
    if arguments.secret_stdin {
        return None;
    }
    let watchdog = Watchdog::start(arguments, app, handle);
    if let Err(error) = &watchdog {
        tracing::error!(%error, "Fermata would not be started again if it died");
    }
    watchdog.ok()
}

/// Wakes the main thread, where the shell lives, whenever something else is in force.
async fn wake_when_decided_otherwise(
    app: tauri::AppHandle,
    mut in_force: watch::Receiver<Arc<InForce>>,
) {
    while in_force.changed().await.is_ok() {
        if app.run_on_main_thread(|| {}).is_err() {
            return;
        }
    }
}

/// Ends the program in order when the session ends or somebody stops it.
async fn exit_when_told(app: tauri::AppHandle) {
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        let told = || {
            let terminate = signal(SignalKind::terminate())?;
            Ok::<_, std::io::Error>((terminate, signal(SignalKind::hangup())?))
        };
        match told() {
            Ok((mut terminate, mut hangup)) => {
                tokio::select! {
                    _ = terminate.recv() => {}
                    _ = hangup.recv() => {}
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
