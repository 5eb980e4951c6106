//! A computer that two users share.

use std::fs::{self, File, Permissions};
use std::io::Write;
use std::os::unix::fs::{PermissionsExt, chown};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::thread::sleep;
use std::time::Duration;

use libtest_mimic::Failed;
use simulators::audio::Script;
use simulators::{Options, Simulator, Truth, Vendor};

use crate::stranger::ACTS;

/// One trial.
pub(crate) type TrialFn = fn() -> Result<(), Failed>;

pub(crate) fn expect(found: &str, right: bool) -> Result<(), Failed> {
    if right { Ok(()) } else { Err(found.into()) }
}

pub(crate) fn said(output: &Output) -> String {
    let text = |bytes| String::from_utf8_lossy(bytes).into_owned();
    format!(
        "{}: {}{}",
        output.status,
        text(&output.stdout),
        text(&output.stderr)
    )
}

/// Copies a program by another one: a file that this process had open for writing could be held
/// by whatever another thread starts meanwhile, and cannot be run for as long.
fn copy(program: &Path, to: &Path) -> Result<(), Failed> {
    let copied = Command::new("cp").arg(program).arg(to).output()?;
    expect(&said(&copied), copied.status.success())
}

/// A computer with a copy of the program that everybody can start.
pub(crate) struct Host {
    folder: tempfile::TempDir,
}

impl Host {
    pub(crate) fn new() -> Result<Self, Failed> {
        let folder = tempfile::tempdir()?;
        fs::set_permissions(folder.path(), Permissions::from_mode(0o755))?;
        copy(
            Path::new(env!("CARGO_BIN_EXE_fermatactl")),
            &folder.path().join("fermatactl"),
        )?;
        Ok(Self { folder })
    }

    /// The folder that all of it lies in, which everybody can look into.
    pub(crate) fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// What somebody does at a socket, by a copy of this program that everybody can start.
    pub(crate) fn stranger(&self, act: &str, socket: &Path) -> Result<Command, Failed> {
        let program = self.folder.path().join("stranger");
        if !program.exists() {
            copy(&std::env::current_exe()?, &program)?;
        }
        let mut command = Command::new(program);
        command.env(ACTS, format!("{act} {}", socket.display()));
        Ok(command)
    }

    fn program(&self) -> PathBuf {
        self.folder.path().join("fermatactl")
    }

    /// A user whose number nobody else has, with an agent's account at a vendor.
    pub(crate) fn user(&self, place: usize) -> Result<User, Failed> {
        let known = fs::read_to_string("/etc/passwd")?;
        let is_free = |id: &u32| !known.contains(&format!(":{id}:"));
        let id = (61_000..)
            .filter(is_free)
            .nth(place)
            .ok_or("no number is free")?;
        let home = self.folder.path().join(id.to_string());
        for folder in ["", "runtime", "config", "data"] {
            fs::create_dir(home.join(folder))?;
            fs::set_permissions(home.join(folder), Permissions::from_mode(0o700))?;
            chown(home.join(folder), Some(id), Some(id))?;
        }
        // The other must be stopped by more than a closed home.
        for open in ["", "data"] {
            fs::set_permissions(home.join(open), Permissions::from_mode(0o755))?;
        }
        let simulator = Simulator::start(Vendor::Anywhere365, Options::default())?;
        let settings = home.join("settings.toml");
        File::create(&settings)?.write_all(simulator.settings().as_bytes())?;
        chown(&settings, Some(id), Some(id))?;
        Ok(User {
            id,
            home,
            program: self.program(),
            simulator,
            engine: None,
        })
    }
}

pub(crate) struct User {
    pub(crate) id: u32,
    home: PathBuf,
    program: PathBuf,
    simulator: Simulator,
    engine: Option<Child>,
}

impl User {
    pub(crate) fn within(&self, name: impl AsRef<Path>) -> PathBuf {
        self.home.join(name)
    }

    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(&self.program);
        command
            .args(arguments)
            .env_clear()
            .env("HOME", &self.home)
            .env("XDG_RUNTIME_DIR", self.within("runtime"))
            .env("XDG_CONFIG_HOME", self.within("config"))
            .env("XDG_DATA_HOME", self.within("data"))
            .env("NO_PROXY", "127.0.0.1")
            .current_dir(&self.home)
            .uid(self.id)
            .gid(self.id);
        command
    }

    /// The number of the engine's process, if one runs.
    pub(crate) fn engine(&self) -> Option<u32> {
        self.engine.as_ref().map(Child::id)
    }

    pub(crate) fn start(&mut self) -> Result<(), Failed> {
        let mut engine = self
            .command(&["run", "--secret-stdin", "--config"])
            .arg(self.within("settings.toml"))
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .spawn()?;
        let mut stdin = engine.stdin.take().ok_or("it has no standard input")?;
        self.engine = Some(engine);
        writeln!(stdin, "{}", self.simulator.secret())?;
        self.shows("no-call")
    }

    pub(crate) fn starts_call(&self) -> Result<String, Failed> {
        let site = self.simulator.site();
        let call = site.start_call(&site.agent(), Script::default());
        self.done(&["call", "start", &call])?;
        self.shows("recording")?;
        Ok(call)
    }

    pub(crate) fn truth(&self, call: &str) -> Option<Truth> {
        self.simulator.site().truth(call)
    }

    pub(crate) fn ran(&self, arguments: &[&str]) -> Result<Output, Failed> {
        Ok(self.command(arguments).output()?)
    }

    pub(crate) fn done(&self, arguments: &[&str]) -> Result<(), Failed> {
        let output = self.ran(arguments)?;
        expect(&said(&output), output.status.success())
    }

    pub(crate) fn shows(&self, display: &str) -> Result<(), Failed> {
        let wanted = format!("\"display\":\"{display}\"");
        let mut last = String::new();
        for _ in 0..300 {
            last = said(&self.ran(&["status", "--json"])?);
            if last.replace(' ', "").contains(&wanted) {
                return Ok(());
            }
            sleep(Duration::from_millis(50));
        }
        Err(format!("{display} never came: {last}").into())
    }
}

impl Drop for User {
    fn drop(&mut self) {
        if let Some(mut engine) = self.engine.take() {
            // It may have ended by itself, and then the test says so.
            engine.kill().ok();
            engine.wait().ok();
        }
    }
}
