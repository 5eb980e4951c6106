//! Fermata for Windows, as a child of the rig.

use std::fmt;
use std::fs::File;
use std::io::{Read, Seek};
use std::path::{Path, PathBuf};
use std::process::{ExitStatus, Stdio};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use controller::view::{DisplayName, View};
use tests::rig::{Desktop, Ran, Status, until};
use tokio::io::{AsyncBufReadExt, AsyncRead, AsyncWriteExt, BufReader};
use tokio::process::{Child, Command};
use tokio::time::timeout;

/// A program takes about a second to start under wine.
pub(crate) const PATIENCE: Duration = Duration::from_secs(60);

/// A Windows with Fermata's programs, on a desktop. All of its programs end when it is dropped.
pub(crate) struct Wine<'a> {
    desktop: &'a Desktop,
    prefix: PathBuf,
    programs: PathBuf,
    probe: PathBuf,
}

/// A running Fermata.
pub(crate) struct App {
    child: Child,
    said: Arc<Mutex<String>>,
}

impl<'a> Wine<'a> {
    /// The Windows that `cargo xtask windows` has made, and the programs that it has built.
    pub(crate) fn on(desktop: &'a Desktop) -> Result<Self> {
        let path = |name: &str| {
            let value = std::env::var_os(name);
            value
                .map(PathBuf::from)
                .with_context(|| format!("{name} is not set; run `cargo xtask windows`"))
        };
        Ok(Self {
            desktop,
            prefix: path("WINEPREFIX")?,
            programs: path("FERMATA_WINDOWS")?,
            probe: path("FERMATA_PROBE")?,
        })
    }

    /// Starts Fermata and waits for nothing.
    pub(crate) fn start(&self, arguments: &[&str]) -> Result<App> {
        let mut child = self
            .command(&self.programs.join("fermata.exe"))
            .args(arguments)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()?;
        let said = Arc::default();
        listen(child.stdout.take().context("a pipe")?, &said);
        listen(child.stderr.take().context("a pipe")?, &said);
        Ok(App { child, said })
    }

    /// Runs `fermatactl` to its end.
    pub(crate) async fn ctl(&self, arguments: &[&str]) -> Result<Ran> {
        self.ctl_told("", arguments).await
    }

    /// The same with something for it to read. Whatever is asked here may be asked twice.
    pub(crate) async fn ctl_told(&self, input: &str, arguments: &[&str]) -> Result<Ran> {
        let program = self.programs.join("fermatactl.exe");
        self.again(&program, input, arguments).await
    }

    /// Presses keys as a keyboard does.
    pub(crate) async fn press(&self, chord: &str) -> Result<()> {
        self.probe(&["press", chord]).await
    }

    /// Tells windows what Windows would: `suspend`, `resume`, `lock`, `unlock`.
    pub(crate) async fn tell(&self, what: &str) -> Result<()> {
        self.probe(&["tell", what]).await
    }

    /// Has a thread of Fermata hang for good: `indicator` or `main`.
    pub(crate) async fn stop(&self, thread: &str) -> Result<()> {
        self.probe(&["stop", thread]).await
    }

    /// Ends the session: every window is asked and then told. Returns whether it has ended; it
    /// goes on if a window has said no.
    pub(crate) async fn log_off(&self) -> Result<bool> {
        let ran = self
            .run(Path::new("wineboot"), "", &["--end-session"])
            .await?;
        match ran.code {
            0 => Ok(true),
            1 => Ok(false),
            _ => anyhow::bail!("{ran:?}"),
        }
    }

    /// The newest view.
    pub(crate) async fn view(&self) -> Result<View> {
        let ran = self.again(&self.probe, "", &["view"]).await?;
        serde_json::from_str(&ran.out).with_context(|| format!("no view in {ran:?}"))
    }

    /// What `fermatactl status --json` says.
    pub(crate) async fn status(&self) -> Result<Status> {
        let ran = self.ctl(&["status", "--json"]).await?;
        serde_json::from_str(&ran.out).with_context(|| format!("no status in {ran:?}"))
    }

    /// Waits until this is what is displayed.
    pub(crate) async fn wait_for_display(&self, display: DisplayName) -> Result<Status> {
        until(&format!("the display {display:?}"), PATIENCE, async || {
            let status = self.status().await?;
            ensure!(status.display == display, "the status is {status:?}");
            Ok(Some(status))
        })
        .await
    }

    /// The folder in which there are those that Windows calls `%APPDATA%` and `%LOCALAPPDATA%`.
    pub(crate) fn profile(&self) -> Result<PathBuf> {
        let users = self.prefix.join("drive_c/users");
        for user in users.read_dir()? {
            let user = user?;
            if user.file_name() != "Public" {
                return Ok(user.path().join("AppData"));
            }
        }
        anyhow::bail!("nobody has a profile in {}", users.display())
    }

    /// Where programs write files of their users.
    pub(crate) fn profiles(&self) -> PathBuf {
        self.prefix.join("drive_c/users")
    }

    /// Has the probe do something. Whether it has is seen by what comes of it, where wine keeps
    /// the exit code for itself.
    async fn probe(&self, arguments: &[&str]) -> Result<()> {
        match self.run(&self.probe, "", arguments).await {
            Err(error) if error.is::<Killed>() => Ok(()),
            ran => {
                let ran = ran?;
                ensure!(ran.code == 0, "{ran:?}");
                Ok(())
            }
        }
    }

    /// Runs a program to its end, and once more if its exit code is lost.
    async fn again(&self, program: &Path, input: &str, arguments: &[&str]) -> Result<Ran> {
        let first = self.run(program, input, arguments).await;
        match first {
            Err(error) if error.is::<Killed>() => self.run(program, input, arguments).await,
            Ok(_) | Err(_) => first,
        }
    }

    /// Runs a program to its end. One that takes half a second to leave is killed by wine, and its
    /// exit code is lost then ([`Killed`]).
    async fn run(&self, program: &Path, input: &str, arguments: &[&str]) -> Result<Ran> {
        // Not pipes: what wine starts beside a program holds them open for as long as it lives.
        let (mut out, mut err) = (tempfile::tempfile()?, tempfile::tempfile()?);
        let mut child = self
            .command(program)
            .args(arguments)
            .stdin(Stdio::piped())
            .stdout(out.try_clone()?)
            .stderr(err.try_clone()?)
            .spawn()?;
        let mut stdin = child.stdin.take().context("a pipe")?;
        stdin.write_all(input.as_bytes()).await?;
        drop(stdin);
        let ended = timeout(PATIENCE, child.wait())
            .await
            .with_context(|| format!("{} {arguments:?} does not end", program.display()))??;
        Ok(Ran {
            code: (ended.code()).ok_or_else(|| anyhow::Error::msg(Killed(ended)))?,
            out: text(&mut out)?,
            err: text(&mut err)?,
        })
    }

    fn command(&self, program: &Path) -> Command {
        let mut command = self.desktop.command("wine");
        command
            .arg(program)
            .env("WINEPREFIX", &self.prefix)
            .env("WINEDEBUG", "-all")
            .env("WINEDLLOVERRIDES", "mscoree,mshtml,winemenubuilder.exe=")
            .kill_on_drop(true);
        command
    }
}

impl Drop for Wine<'_> {
    fn drop(&mut self) {
        // Its programs are no children of ours; without its server they end.
        let _ended = std::process::Command::new("wineserver")
            .args(["--kill", "--wait"])
            .env("WINEPREFIX", &self.prefix)
            .status();
    }
}

impl App {
    /// All that it has written to its standard output and error.
    pub(crate) fn said(&self) -> String {
        self.said
            .lock()
            .expect("nobody panics while holding it")
            .clone()
    }

    /// Kills it as a crash would, and waits until it is gone.
    pub(crate) async fn kill(&mut self) -> Result<()> {
        self.child.kill().await.context("it is gone already")
    }

    /// Waits until it has ended.
    pub(crate) async fn ended(mut self) -> Result<ExitStatus> {
        let ended = timeout(PATIENCE, self.child.wait()).await;
        Ok(ended.with_context(|| format!("it does not end; it said:\n{}", self.said()))??)
    }
}

/// A program that a signal has ended, as Windows never does.
#[derive(Debug)]
struct Killed(ExitStatus);

impl fmt::Display for Killed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "it has no exit code: {}", self.0)
    }
}

fn text(file: &mut File) -> Result<String> {
    file.rewind()?;
    let mut text = String::new();
    file.read_to_string(&mut text)?;
    Ok(text)
}

fn listen(from: impl AsyncRead + Unpin + Send + 'static, to: &Arc<Mutex<String>>) {
    let to = Arc::clone(to);
    tokio::spawn(async move {
        let mut lines = BufReader::new(from).lines();
        while let Ok(Some(line)) = lines.next_line().await {
            let mut said = to.lock().expect("nobody panics while holding it");
            said.push_str(&line);
            said.push('\n');
        }
    });
}
