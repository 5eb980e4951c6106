//! Where the shift takes place: a display of its own, this one, or none.

use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::Stdio;

use anyhow::{Context, Result, ensure};
use simulators::Simulator;
use tempfile::TempDir;
use tests::rig::{App, Desktop, PATIENCE, Secret, Start, until};
use tokio::io::AsyncWriteExt;
use tokio::process::{Child, Command};

/// A running Fermata and what is around it.
pub(crate) struct Stage {
    place: Place,
}

enum Place {
    /// A display that nobody sees.
    Screen { desktop: Box<Desktop>, _app: App },
    /// No display, or the one that the person in front of it sees.
    Own { folder: TempDir, _engine: Child },
}

impl Stage {
    /// The application on a display of its own.
    pub(crate) async fn screen(simulator: &Simulator) -> Result<Self> {
        let desktop = Box::new(Desktop::start().await?);
        let start = Start {
            settings: Some(simulator.settings()),
            secret: Secret::Stdin(simulator.secret()),
            ..Start::default()
        };
        let app = App::start(&desktop, start).await?;
        let place = Place::Screen { desktop, _app: app };
        Ok(Self { place })
    }

    /// The application on the display that is there.
    pub(crate) async fn here(simulator: &Simulator) -> Result<Self> {
        Self::own("fermata", &[], simulator).await
    }

    /// The engine without any display.
    pub(crate) async fn terminal(simulator: &Simulator) -> Result<Self> {
        Self::own("fermatactl", &["run"], simulator).await
    }

    async fn own(program: &str, arguments: &[&str], simulator: &Simulator) -> Result<Self> {
        let folder = tempfile::Builder::new().prefix("fermata-demo-").tempdir()?;
        for name in ["runtime", "config", "data"] {
            std::fs::create_dir(folder.path().join(name))?;
        }
        let runtime = folder.path().join("runtime");
        std::fs::set_permissions(runtime, std::fs::Permissions::from_mode(0o700))?;
        let settings = folder.path().join("settings.toml");
        tokio::fs::write(&settings, simulator.settings()).await?;
        let mut engine = own_command(folder.path(), program)?
            .args(arguments)
            .arg("--config")
            .arg(&settings)
            .arg("--secret-stdin")
            // What happens is told by the demo.
            .env("FERMATA_LOG", "error")
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .kill_on_drop(true)
            .spawn()?;
        let mut stdin = engine
            .stdin
            .take()
            .context("its standard input is a pipe")?;
        stdin
            .write_all(format!("{}\n", simulator.secret()).as_bytes())
            .await?;
        drop(stdin);
        let place = Place::Own {
            folder,
            _engine: engine,
        };
        let stage = Self { place };
        until("Fermata to answer", PATIENCE, async || {
            Ok((stage.ctl(&["status"]).await? == 0).then_some(()))
        })
        .await?;
        Ok(stage)
    }

    /// The desktop, if it is one of our own.
    pub(crate) fn desktop(&self) -> Option<&Desktop> {
        match &self.place {
            Place::Screen { desktop, .. } => Some(desktop),
            Place::Own { .. } => None,
        }
    }

    /// `fermatactl`, to be run with these arguments.
    pub(crate) fn ctl_command(&self, arguments: &[&str]) -> Result<Command> {
        let mut command = match &self.place {
            Place::Screen { desktop, .. } => desktop.command(tests::rig::program("fermatactl")?),
            Place::Own { folder, .. } => own_command(folder.path(), "fermatactl")?,
        };
        command.args(arguments).kill_on_drop(true);
        Ok(command)
    }

    /// Runs `fermatactl` and returns its exit code.
    pub(crate) async fn ctl(&self, arguments: &[&str]) -> Result<i32> {
        let ran = self.ctl_command(arguments)?.output().await?;
        ran.status.code().context("a signal ended fermatactl")
    }

    pub(crate) fn how_to_press(&self) -> &'static str {
        match self.place {
            Place::Screen { .. } => "the agent presses Ctrl+Alt+P",
            Place::Own { .. } => "the agent runs `fermatactl toggle`",
        }
    }

    /// The agent presses the key, or (without a keyboard) says the same by `fermatactl`, and
    /// does not care what comes of it.
    pub(crate) async fn press(&self) -> Result<()> {
        match self.desktop() {
            Some(desktop) => desktop.screen().press("Ctrl+Alt+P").await,
            None => {
                let code = self.ctl(&["toggle"]).await?;
                ensure!(
                    (0..=2).contains(&code),
                    "fermatactl toggle ended with {code}"
                );
                Ok(())
            }
        }
    }
}

/// A program with the environment of whoever runs the demo, and folders of its own.
fn own_command(folder: &Path, program: &str) -> Result<Command> {
    let mut command = Command::new(tests::rig::program(program)?);
    command
        .env("XDG_RUNTIME_DIR", folder.join("runtime"))
        .env("XDG_CONFIG_HOME", folder.join("config"))
        .env("XDG_DATA_HOME", folder.join("data"));
    // A Wayland socket is named relative to the folder that has just been exchanged.
    let beside = |name: &str| {
        let socket = std::env::var_os("WAYLAND_DISPLAY")?;
        let runtime = std::env::var_os("XDG_RUNTIME_DIR")?;
        (name == "fermata").then(|| Path::new(&runtime).join(socket))
    };
    if let Some(socket) = beside(program) {
        command.env("WAYLAND_DISPLAY", socket);
    }
    Ok(command)
}
