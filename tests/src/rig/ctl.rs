//! `fermatactl`, the way to look into a running Fermata from outside.

use std::path::PathBuf;
use std::process::Stdio;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use controller::view::DisplayName;
use serde::Deserialize;
use tokio::io::{AsyncBufReadExt, BufReader, Lines};
use tokio::process::{Child, ChildStdout};
use tokio::time::{Instant, timeout};

use super::children::Launcher;
use super::{Desktop, PATIENCE, programs, until};

/// `fermatactl` with the environment of a desktop.
#[derive(Clone, Debug)]
pub struct Ctl {
    program: PathBuf,
    launcher: Launcher,
}

/// How a run ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ran {
    /// The exit code.
    pub code: i32,
    /// Its standard output.
    pub out: String,
    /// Its standard error.
    pub err: String,
}

/// What `fermatactl` prints with `--json`, field by field as scripts read it.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Status {
    /// What may be believed.
    pub display: DisplayName,
    /// Why, or what to do.
    pub reason: Option<String>,
    /// The vendor's name.
    pub vendor: Option<String>,
    /// Each call.
    pub calls: Vec<Call>,
    /// What the display rests on.
    pub evidence: Option<Evidence>,
    /// What is wrong.
    pub problems: Vec<Problem>,
    /// When it became so; only from `watch`.
    pub at: Option<String>,
    /// What brought it about; only from `watch`.
    pub cause: Option<String>,
}

/// A call in a [`Status`].
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Call {
    /// The vendor's id.
    pub id: String,
    /// What may be believed of it.
    pub display: DisplayName,
}

/// What a display rests on, in a [`Status`].
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Evidence {
    /// "read-back", "reply" or "acknowledgement".
    pub kind: String,
    /// How old it is.
    pub age_ms: u32,
}

/// A thing that is wrong, in a [`Status`].
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Problem {
    /// For programs.
    pub code: String,
    /// For people.
    pub message: String,
}

impl Ctl {
    /// Finds the program: `FERMATACTL_BIN`, else the one that was built beside this one.
    ///
    /// # Errors
    /// There is none.
    pub fn on(desktop: &Desktop) -> Result<Self> {
        let program = programs::find("FERMATACTL_BIN", "fermatactl")?;
        Ok(Self {
            program,
            launcher: desktop.launcher().clone(),
        })
    }

    /// Runs it to its end.
    ///
    /// # Errors
    /// It does not end, or a signal ends it.
    pub async fn run(&self, arguments: &[&str]) -> Result<Ran> {
        let mut command = self.launcher.command(&self.program);
        command.args(arguments).kill_on_drop(true);
        let ran = timeout(PATIENCE, command.output())
            .await
            .with_context(|| format!("fermatactl {arguments:?} does not end"))??;
        Ok(Ran {
            code: ran.status.code().context("a signal ended fermatactl")?,
            out: String::from_utf8(ran.stdout)?,
            err: String::from_utf8(ran.stderr)?,
        })
    }

    /// What `status --json` says.
    ///
    /// # Errors
    /// Nothing is running, or what it says has another form.
    pub async fn status(&self) -> Result<Status> {
        let ran = self.run(&["status", "--json"]).await?;
        serde_json::from_str(&ran.out).with_context(|| format!("no status in {ran:?}"))
    }

    /// Waits until the status is as wanted.
    ///
    /// # Errors
    /// It does not become so; the error has the newest one.
    pub async fn wait_for(&self, what: &str, wanted: impl Fn(&Status) -> bool) -> Result<Status> {
        until(what, PATIENCE, async || {
            let status = self.status().await?;
            ensure!(wanted(&status), "the status is {status:?}");
            Ok(Some(status))
        })
        .await
    }

    /// Waits until this is what is displayed.
    ///
    /// # Errors
    /// It does not become so; the error has the newest status.
    pub async fn wait_for_display(&self, display: DisplayName) -> Result<Status> {
        self.wait_for(&format!("the display {display:?}"), |status| {
            status.display == display
        })
        .await
    }

    /// Begins `watch --json`.
    ///
    /// # Errors
    /// It cannot be started.
    pub fn watch(&self) -> Result<Watch> {
        let mut child = self
            .launcher
            .command(&self.program)
            .args(["watch", "--json"])
            .stdout(Stdio::piped())
            .kill_on_drop(true)
            .spawn()?;
        let out = child
            .stdout
            .take()
            .context("its standard output is a pipe")?;
        Ok(Watch {
            lines: BufReader::new(out).lines(),
            _child: child,
        })
    }
}

/// A running `watch --json`; it ends when dropped.
#[derive(Debug)]
pub struct Watch {
    lines: Lines<BufReader<ChildStdout>>,
    _child: Child,
}

impl Watch {
    /// The next line; `None` once the watch has ended.
    ///
    /// # Errors
    /// None comes within the limit, or it has another form.
    pub async fn next(&mut self, limit: Duration) -> Result<Option<Status>> {
        let line = timeout(limit, self.lines.next_line())
            .await
            .context("no line came")??;
        line.map(|line| serde_json::from_str(&line).with_context(|| format!("no status: {line}")))
            .transpose()
    }

    /// Reads on until a line is as wanted; returns all that came, that one last.
    ///
    /// # Errors
    /// None comes within the limit; the error has what came.
    pub async fn read_until(
        &mut self,
        limit: Duration,
        wanted: impl Fn(&Status) -> bool,
    ) -> Result<Vec<Status>> {
        let end = Instant::now() + limit;
        let mut came = Vec::new();
        loop {
            let left = end.saturating_duration_since(Instant::now());
            let next = self
                .next(left)
                .await
                .with_context(|| format!("there came {came:?}"))?;
            let next = next.with_context(|| format!("the watch ended after {came:?}"))?;
            let done = wanted(&next);
            came.push(next);
            if done {
                return Ok(came);
            }
        }
    }
}
