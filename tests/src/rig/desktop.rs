//! The desktop itself: what is started, in which order.

use std::collections::BTreeMap;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::sync::Mutex;

use anyhow::{Context, Result};
use rustix::process::{Pid, Signal, kill_process};
use tempfile::TempDir;
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::Command;
use tokio::time::timeout;
use zbus::Connection;

use super::children::{Children, Launcher, missing};
use super::{
    Left, Loudspeaker, Notifications, PATIENCE, Process, Screen, System, Tray, bus, keyring_daemon,
    loudspeaker, panel, processes, watcher,
};

/// What a desktop is to be like.
#[derive(Clone, Debug)]
pub struct Options {
    /// The state of the keyring.
    pub keyring: Keyring,
    /// What shows tray items.
    pub tray: TrayHost,
    /// The screen, in pixels.
    pub size: (u16, u16),
}

impl Default for Options {
    fn default() -> Self {
        Self {
            keyring: Keyring::Unlocked,
            tray: TrayHost::Panel,
            size: (1280, 800),
        }
    }
}

/// The state of the keyring at the start.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Keyring {
    /// As after a login.
    Unlocked,
    /// There, and whoever asks for a secret makes a prompt appear.
    Locked,
    /// None is installed.
    Absent,
}

/// What shows tray items.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TrayHost {
    /// xfce4-panel, which draws them.
    Panel,
    /// A stub that takes items and draws nothing.
    Stub,
    /// Nothing.
    None,
}

/// A desktop of its own: screen, session bus, window manager, keyring, notifications, tray.
///
/// Everything on it ends when it is dropped, and when this process ends in whatever way.
#[derive(Debug)]
pub struct Desktop {
    // Dropped in this order: the programs before the folder they write to.
    screen: Screen,
    bus: Connection,
    notifications: Notifications,
    loudspeaker: Loudspeaker,
    tray: Tray,
    system: System,
    options: Options,
    children: Children,
    left: Mutex<Vec<Left>>,
    folder: TempDir,
}

impl Desktop {
    /// Starts a desktop with an unlocked keyring and a real panel.
    ///
    /// # Errors
    /// A program is missing or does not come up; the error names it.
    pub async fn start() -> Result<Self> {
        Self::start_with(Options::default()).await
    }

    /// Starts a desktop.
    ///
    /// # Errors
    /// A program is missing or does not come up; the error names it.
    pub async fn start_with(options: Options) -> Result<Self> {
        let folder = tempfile::Builder::new()
            .prefix("fermata-desktop-")
            .tempdir()?;
        let mut children = Children::new(folder.path().to_owned(), environment(folder.path()))?;
        for name in ["home", "runtime", "config", "data", "cache", "state"] {
            std::fs::create_dir(folder.path().join(name))?;
        }
        std::fs::set_permissions(
            folder.path().join("runtime"),
            std::fs::Permissions::from_mode(0o700),
        )?;

        let display = start_x_server(&children, options.size).await?;
        children.set("DISPLAY", &display);
        let screen = Screen::connect(&display)?;

        let bus = bus::start(&mut children, folder.path()).await?;
        let system = System::start(&mut children, folder.path()).await?;

        children.start("openbox", |openbox| {
            openbox.arg("--sm-disable");
        })?;
        screen.wait_for_manager().await?;
        screen.paint_background(0x3a_4a_5a)?;

        match options.keyring {
            Keyring::Unlocked => keyring_daemon::start(&children, &bus).await?,
            Keyring::Locked => {
                keyring_daemon::start(&children, &bus).await?;
                keyring_daemon::lock(&bus).await?;
            }
            Keyring::Absent => {}
        }
        let loudspeaker = Loudspeaker::install(folder.path()).await?;
        let notifications = Notifications::start(&bus).await?;
        match options.tray {
            TrayHost::Panel => {
                panel::start(&children, &folder.path().join("config"), &bus).await?;
            }
            TrayHost::Stub => watcher::start(&bus).await?,
            TrayHost::None => {}
        }
        let tray = Tray::new(&bus);
        Ok(Self {
            screen,
            bus,
            notifications,
            loudspeaker,
            tray,
            system,
            options,
            children,
            left: Mutex::default(),
            folder,
        })
    }

    /// The screen, the keyboard and the pointer.
    pub fn screen(&self) -> &Screen {
        &self.screen
    }

    /// The same, to exchange its monitor.
    pub fn screen_mut(&mut self) -> &mut Screen {
        &mut self.screen
    }

    /// Ends the panel as a crash would, and starts another one.
    ///
    /// # Errors
    /// This desktop has none, or it does not come up again.
    pub async fn restart_panel(&self) -> Result<()> {
        let panels = self.processes()?.into_iter();
        let panel = panels.into_iter().find(|one| one.name == "xfce4-panel");
        let panel = panel.context("there is no panel")?;
        let pid = Pid::from_raw(panel.pid.cast_signed()).context("a process has a number")?;
        kill_process(pid, Signal::KILL)?;
        bus::wait_until_nobody_is(&self.bus, watcher::NAME).await?;
        panel::start(&self.children, &self.config(), &self.bus).await?;
        Ok(())
    }

    /// All notifications so far.
    pub fn notifications(&self) -> &Notifications {
        &self.notifications
    }

    /// The sound device.
    pub fn loudspeaker(&self) -> &Loudspeaker {
        &self.loudspeaker
    }

    /// The tray.
    pub fn tray(&self) -> &Tray {
        &self.tray
    }

    /// The system beneath it.
    pub fn system(&self) -> &System {
        &self.system
    }

    /// The session bus.
    pub fn bus(&self) -> &Connection {
        &self.bus
    }

    /// What this desktop was asked to be like.
    pub fn options(&self) -> &Options {
        &self.options
    }

    /// `$XDG_CONFIG_HOME` of this desktop.
    pub fn config(&self) -> PathBuf {
        self.folder.path().join("config")
    }

    /// `$XDG_RUNTIME_DIR` of this desktop.
    pub fn runtime(&self) -> PathBuf {
        self.folder.path().join("runtime")
    }

    /// The folder that holds all of this desktop: home, settings, data, logs of its programs.
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// What programs on this desktop find in their environment under this name.
    pub fn variable(&self, name: &str) -> Option<&str> {
        self.children.launcher().value(name)
    }

    /// A program to be run on this desktop, with its environment and nothing else of ours.
    pub fn command(&self, program: impl AsRef<std::ffi::OsStr>) -> Command {
        self.children.launcher().command(program)
    }

    /// The programs that run on this desktop now, Fermata's among them.
    ///
    /// # Errors
    /// The system lists none.
    pub fn processes(&self) -> Result<Vec<Process>> {
        processes::of(self)
    }

    /// What each Fermata that was started here has left behind so far.
    pub fn left(&self) -> Vec<Left> {
        let left = self.left.lock().expect("nobody panics while holding it");
        left.clone()
    }

    pub(super) fn leaves(&self, left: &Left) {
        let mut all = self.left.lock().expect("nobody panics while holding it");
        all.push(left.clone());
    }

    pub(super) fn launcher(&self) -> &Launcher {
        self.children.launcher()
    }

    /// Puts a secret into the keyring under the name by which Fermata looks for it:
    /// `<vendor> <base_url> <agent>`.
    ///
    /// # Errors
    /// There is no keyring, or it is locked.
    pub async fn keep_secret(&self, account: &str, secret: &str) -> Result<()> {
        keyring_daemon::keep(&self.bus, account, secret).await
    }

    /// The secret that the keyring holds under this name.
    ///
    /// # Errors
    /// There is no keyring, or it is locked.
    pub async fn secret(&self, account: &str) -> Result<Option<String>> {
        keyring_daemon::find(&self.bus, account).await
    }

    /// Locks the keyring.
    ///
    /// # Errors
    /// There is none.
    pub async fn lock_keyring(&self) -> Result<()> {
        keyring_daemon::lock(&self.bus).await
    }

    /// Unlocks the keyring as a login does, without a prompt.
    ///
    /// # Errors
    /// There is none.
    pub async fn unlock_keyring(&self) -> Result<()> {
        keyring_daemon::unlock(&self.bus).await
    }
}

/// Starts the X server, which chooses a free number itself, so that no two can want the same.
async fn start_x_server(children: &Children, (width, height): (u16, u16)) -> Result<String> {
    let screen = format!("{width}x{height}x24");
    let mut server = children.start("Xvfb", |server| {
        server
            .args([
                "-displayfd",
                "1",
                "-screen",
                "0",
                &screen,
                "-nolisten",
                "tcp",
                "-noreset",
            ])
            .stdout(Stdio::piped());
    })?;
    let said = server
        .stdout
        .take()
        .context("the X server has a standard output")?;
    let mut number = String::new();
    timeout(PATIENCE, BufReader::new(said).read_line(&mut number))
        .await
        .context("the X server did not say which display it is")??;
    anyhow::ensure!(!number.trim().is_empty(), missing("Xvfb"));
    Ok(format!(":{}", number.trim()))
}

fn environment(folder: &Path) -> BTreeMap<String, String> {
    let within = |name: &str| folder.join(name).display().to_string();
    let fixed = [
        ("GDK_BACKEND", "x11"),
        ("GSETTINGS_BACKEND", "memory"),
        // Nothing here reads the screen aloud; looking for who does costs seconds.
        ("GTK_A11Y", "none"),
        ("NO_AT_BRIDGE", "1"),
        ("LC_ALL", "C.UTF-8"),
        ("LIBGL_ALWAYS_SOFTWARE", "1"),
        ("NO_PROXY", "127.0.0.1,localhost"),
        ("RUST_BACKTRACE", "1"),
        ("XDG_CURRENT_DESKTOP", "XFCE"),
        ("XDG_SESSION_TYPE", "x11"),
    ];
    let folders = [
        ("HOME", within("home")),
        ("XDG_CACHE_HOME", within("cache")),
        ("XDG_CONFIG_HOME", within("config")),
        ("XDG_DATA_HOME", within("data")),
        ("XDG_RUNTIME_DIR", within("runtime")),
        ("XDG_STATE_HOME", within("state")),
    ];
    let sound = loudspeaker::configuration_in(folder).display().to_string();
    fixed
        .into_iter()
        .map(|(name, value)| (name, value.to_owned()))
        .chain(folders)
        .chain([("ALSA_CONFIG_PATH", sound)])
        .map(|(name, value)| (name.to_owned(), value))
        .collect()
}
