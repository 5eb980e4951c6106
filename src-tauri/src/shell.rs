//! Everything on the desktop that lives as long as the program does.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::Context;
use controller::Handle;
use controller::in_force::{InForce, OnExitPaused};
use controller::paths::Paths;
use controller::settings;
use controller::view::{Problem, Request};
use pause::Wanted;
use tauri::{AppHandle, Manager};
use tokio::sync::{mpsc, watch};

use crate::hotkey::{Action, Hotkeys};
use crate::indicator::claim::request;
use crate::indicator::{self, Report};
use crate::ipc::Page;
use crate::screen::Screen;
use crate::shown::Newest;
use crate::sound::Speaker;
use crate::tray::{self, Tray};
use crate::{notifications, quit, window};

/// Tray, hotkeys, indicator and notifications. It stays on the main thread.
pub(crate) struct Shell {
    /// The files of the tray icon.
    icons: PathBuf,
    /// The chords are let go when this is dropped.
    hotkeys: Hotkeys,
    /// The chords that have been asked for.
    chords: Vec<(Action, String)>,
    handle: Handle,
    in_force: watch::Receiver<Arc<InForce>>,
}

impl Shell {
    /// Puts everything in its place. The main window is not part of it.
    ///
    /// # Errors
    /// There is no way to show anything. Hotkeys, notifications and the indicator may fail:
    /// that is a problem to be shown.
    pub(crate) fn start(
        app: &AppHandle,
        handle: &Handle,
        paths: &Paths,
        answer: &quit::Answer,
    ) -> anyhow::Result<Self> {
        // First: what goes wrong with all that follows is told by it.
        notifications::start(handle.clone())?;
        let page = Page::new(app);
        app.manage(handle.clone());
        app.manage(page.clone());

        let presses = handle.clone();
        let hotkeys = Hotkeys::new(move |action| {
            presses.send(match action {
                Action::Toggle => Request::Toggle,
                Action::Pause => Request::Want(Wanted::Paused),
                Action::Resume => Request::Want(Wanted::Recording),
            });
        });
        let mut shell = Self {
            icons: paths.runtime().join("tray"),
            hotkeys,
            chords: Vec::new(),
            handle: handle.clone(),
            in_force: handle.in_force(),
        };
        shell.register_chords();

        let clock = controller::clock::Clock::system();
        let first = Newest::new(handle.views().borrow().clone(), clock.now());
        let tray = Tray::new(
            app,
            &shell.icons,
            &first.at(clock.now()),
            handle.in_force().borrow().may_quit,
            clicks(app, handle, answer),
        )
        .context("there can be no tray icon")?;
        let indicator = start_indicator(handle, paths.data());
        Screen {
            handle: handle.clone(),
            tray,
            indicator,
            page,
            speaker: start_speaker(handle),
        }
        .start()?;
        Ok(shell)
    }

    /// Keeps to what the organization has decided since the last look.
    pub(crate) fn keep_up(&mut self) {
        if self.in_force.has_changed().unwrap_or(false) {
            self.register_chords();
        }
    }

    /// Registers the chords that are in force, unless they are already.
    fn register_chords(&mut self) {
        let chords = chords(&self.in_force.borrow_and_update().hotkeys);
        if chords == self.chords {
            return;
        }
        let views = self.hotkeys.set(&chords);
        self.chords = chords;
        self.handle.send(Request::Hotkeys(views));
    }
}

impl Drop for Shell {
    fn drop(&mut self) {
        // Nobody else tidies up: the program ends without letting go of the tray icon. Where
        // icons are no files there is nothing to remove.
        let _ = std::fs::remove_dir_all(&self.icons);
    }
}

/// Makes sure that there is a display to show anything on.
///
/// # Errors
/// There is none.
pub(crate) fn check_display() -> anyhow::Result<()> {
    #[cfg(target_os = "linux")]
    {
        // The indicator has to be placed and kept above other windows, which Wayland lets no
        // program do; through the X server that Wayland desktops bring along it can be.
        gtk::gdk::set_allowed_backends("x11,wayland");
        gtk::init().map_err(|_| {
            anyhow::anyhow!("there is no display; `fermatactl run` works without one")
        })?;
    }
    Ok(())
}

fn chords(hotkeys: &settings::Hotkeys) -> Vec<(Action, String)> {
    hotkeys
        .chords()
        .filter_map(|(action, chord)| Some((Action::named(action)?, chord.to_owned())))
        .collect()
}

fn clicks(
    app: &AppHandle,
    handle: &Handle,
    answer: &quit::Answer,
) -> impl Fn(&str) + Send + Sync + 'static {
    let (app, handle, answer) = (app.clone(), handle.clone(), answer.clone());
    // The menu may have been open when it was decided otherwise.
    let may_quit = |handle: &Handle| handle.in_force().borrow().may_quit;
    move |entry| match entry {
        tray::OPEN => window::open(&app),
        quit::QUIT if may_quit(&handle) => quit::chosen(&app, &handle),
        quit::RESUME_FIRST if may_quit(&handle) => {
            quit::answered(&app, &answer, OnExitPaused::Resume);
        }
        quit::LEAVE_PAUSED if may_quit(&handle) => {
            quit::answered(&app, &answer, OnExitPaused::Leave);
        }
        button => {
            request(button).map(|request| handle.send(request));
        }
    }
}

fn start_speaker(handle: &Handle) -> Option<Speaker> {
    let speaker = Speaker::start(handle.clone());
    if let Err(error) = &speaker {
        tracing::error!(%error, "sounds cannot be played");
    }
    speaker.ok()
}

fn start_indicator(
    handle: &Handle,
    data: &Path,
) -> Option<mpsc::UnboundedSender<indicator::Frame>> {
    let (frames, to_show) = mpsc::unbounded_channel();
    let reports = handle.clone();
    let report = move |report| {
        let request = match report {
            Report::Drawn(number) => Some(Request::Drawn(number)),
            Report::Pressed(button) => request(button),
        };
        request.map(|request| reports.send(request));
    };
    match indicator::start(data, to_show, report) {
        Ok(()) => Some(frames),
        Err(message) => {
            handle.send(Request::DesktopProblem(Problem {
                code: "indicator-not-available".to_owned(),
                message: message.to_owned(),
                blocks_pausing: false,
            }));
            None
        }
    }
}
