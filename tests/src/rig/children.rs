//! The programs a desktop consists of: one process group that dies with us.

use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::os::unix::process::CommandExt;
use std::path::PathBuf;
use std::process::{Child, Stdio};
use std::time::Duration;

use anyhow::{Context, Result};
use tokio::process::Command;

/// One process group, ended by a reaper that outlives whatever happens to this process.
///
/// The reaper leads the group and reads from a pipe that only we hold. When we drop it, panic,
/// or are killed, the pipe closes, and it kills the whole group with itself.
#[derive(Debug)]
pub(super) struct Children {
    reaper: Child,
    logs: PathBuf,
    launcher: Launcher,
}

/// How a program is started on a desktop: in its process group and with its environment.
#[derive(Clone, Debug)]
pub(super) struct Launcher {
    group: i32,
    environment: BTreeMap<String, String>,
}

impl Children {
    pub(super) fn new(logs: PathBuf, environment: BTreeMap<String, String>) -> Result<Self> {
        let reaper = std::process::Command::new("sh")
            .args(["-c", "read -r never; kill -KILL 0"])
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .process_group(0)
            .spawn()
            .context("cannot start sh")?;
        let group = reaper.id().cast_signed();
        Ok(Self {
            reaper,
            logs,
            launcher: Launcher { group, environment },
        })
    }

    /// Adds to what each program started from here on finds in its environment.
    pub(super) fn set(&mut self, name: &str, value: impl Into<String>) {
        self.launcher
            .environment
            .insert(name.to_owned(), value.into());
    }

    pub(super) fn launcher(&self) -> &Launcher {
        &self.launcher
    }

    /// Starts a program that stays, with its words in `<logs>/<program>.log`.
    pub(super) fn start(
        &self,
        program: &str,
        prepare: impl FnOnce(&mut Command),
    ) -> Result<tokio::process::Child> {
        let log = std::fs::File::create(self.logs.join(format!("{program}.log")))?;
        let mut command = self.launcher.command(program);
        command.stdout(log.try_clone()?).stderr(log);
        prepare(&mut command);
        command.spawn().with_context(|| missing(program))
    }
}

impl Launcher {
    pub(super) fn value(&self, name: &str) -> Option<&str> {
        self.environment.get(name).map(String::as_str)
    }

    /// A program of this desktop; nothing of ours but `PATH` leaks into it.
    pub(super) fn command(&self, program: impl AsRef<OsStr>) -> Command {
        let mut command = Command::new(program);
        command
            .env_clear()
            .env("PATH", std::env::var_os("PATH").unwrap_or_default())
            .envs(&self.environment)
            .stdin(Stdio::null())
            .process_group(self.group);
        command
    }
}

/// What to say of a program that cannot be started.
pub(super) fn missing(program: &str) -> String {
    format!("cannot start {program}; if it is missing, `cargo xtask test` says how to install it")
}

impl Drop for Children {
    fn drop(&mut self) {
        drop(self.reaper.stdin.take());
        // It ends itself last, so nothing writes into the temporary directory any more.
        for _ in 0..200 {
            if !matches!(self.reaper.try_wait(), Ok(None)) {
                return;
            }
            std::thread::sleep(Duration::from_millis(10));
        }
    }
}
