//! A desk with folders of its own, a simulated vendor, and perhaps a running engine.

use std::io::{BufRead, BufReader, ErrorKind, Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::thread;
use std::time::Duration;

use serde_json::Value;
use simulators::audio::Script;
use simulators::{Options, Simulator, Site, Vendor};

/// Recognisable wherever it turns up.
pub(crate) const CANARY: &str = "canary-5ecre7-0f-7h3-c0mm4nd5";

const PATIENCE: Duration = Duration::from_secs(15);

#[derive(Debug)]
pub(crate) struct Ran {
    pub(crate) code: i32,
    pub(crate) out: String,
    pub(crate) err: String,
}

/// Where folders are not the environment's to say, all desks are the same user's.
#[cfg(windows)]
static ONE_AT_A_TIME: std::sync::Mutex<()> = std::sync::Mutex::new(());

pub(crate) struct Desk {
    pub(crate) simulator: Simulator,
    folder: tempfile::TempDir,
    engine: Option<Child>,
    said: String,
    #[cfg(windows)]
    _alone: std::sync::MutexGuard<'static, ()>,
}

impl Desk {
    /// A desk with no engine.
    pub(crate) fn new(vendor: Vendor, options: Options) -> Self {
        let simulator = Simulator::start(vendor, options).expect("a free port");
        let folder = tempfile::tempdir().expect("a temporary folder");
        for name in ["runtime", "config", "data", "home"] {
            std::fs::create_dir(folder.path().join(name)).expect("an empty folder");
        }
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            let private = std::fs::Permissions::from_mode(0o700);
            std::fs::set_permissions(folder.path().join("runtime"), private).expect("it is ours");
        }
        let desk = Self {
            folder,
            engine: None,
            said: String::new(),
            simulator,
            #[cfg(windows)]
            // A test that failed leaves nothing behind.
            _alone: ONE_AT_A_TIME
                .lock()
                .unwrap_or_else(std::sync::PoisonError::into_inner),
        };
        #[cfg(windows)]
        forget_open_pauses();
        desk.write("settings.toml", &desk.simulator.settings());
        desk
    }

    /// A desk whose engine runs and is signed in.
    pub(crate) fn running(vendor: Vendor, options: Options) -> Self {
        let mut desk = Self::new(vendor, options);
        desk.start_engine();
        desk
    }

    pub(crate) fn site(&self) -> Site {
        self.simulator.site()
    }

    /// The agent is on a call; Fermata does not know yet.
    pub(crate) fn start_call(&self) -> String {
        let site = self.site();
        site.start_call(&site.agent(), Script::default())
    }

    /// How often the vendor was asked to change a recorder.
    pub(crate) fn commands_sent(&self) -> usize {
        let requests = self.site().requests();
        requests.iter().filter(|seen| seen.method == "POST").count()
    }

    pub(crate) fn write(&self, name: &str, text: &str) -> String {
        let path = self.folder.path().join(name);
        let mut file = std::fs::File::create(&path).expect("a new file");
        file.write_all(text.as_bytes()).expect("room for it");
        path.display().to_string()
    }

    /// A file or folder of this desk.
    pub(crate) fn within(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub(crate) fn ctl(&self, arguments: &[&str]) -> Ran {
        ran(self.command(arguments).output().expect("it can be run"))
    }

    /// The same with this line on standard input.
    pub(crate) fn ctl_with(&self, arguments: &[&str], line: &str) -> Ran {
        let mut child = self
            .command(arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("it can be run");
        let mut stdin = child.stdin.take().expect("a pipe");
        writeln!(stdin, "{line}").expect("it reads");
        drop(stdin);
        ran(child.wait_with_output().expect("it ends"))
    }

    /// A second engine, until it ends.
    pub(crate) fn run_to_its_end(&self) -> Ran {
        let mut child = self.engine_command().spawn().expect("it can be run");
        drop(child.stdin.take());
        ran(child.wait_with_output().expect("it ends"))
    }

    pub(crate) fn start_engine(&mut self) {
        let command = self.engine_command();
        self.start(command);
    }

    /// Starts the engine with a policy file to try out.
    pub(crate) fn start_engine_under(&mut self, policy: &str) {
        let mut command = self.engine_command();
        command.args(["--policy", policy]);
        self.start(command);
    }

    /// The same with an empty line where the secret would be; waits until that is said.
    pub(crate) fn start_engine_without_secret(&mut self, policy: &str) {
        let mut command = self.engine_command();
        command.args(["--policy", policy]);
        self.engine = Some(spawned(command, ""));
        self.answers("that the secret is missing", |status| {
            status["problems"][0]["code"] == "not-signed-in"
        });
    }

    fn start(&mut self, command: Command) {
        self.engine = Some(spawned(command, &self.simulator.secret()));
        self.shows("no-call");
    }

    /// The number of the engine's process.
    #[cfg(target_os = "linux")]
    pub(crate) fn engine(&self) -> u32 {
        self.engine.as_ref().expect("an engine runs").id()
    }

    /// Starts the engine and waits for nothing: what it will show depends on the one before.
    pub(crate) fn start_engine_again(&mut self) {
        self.engine = Some(spawned(self.engine_command(), &self.simulator.secret()));
    }

    /// Ends the engine without a word (SIGKILL).
    pub(crate) fn kill_engine(&mut self) {
        let mut engine = self.engine.take().expect("an engine runs");
        engine.kill().expect("it is our child");
        self.has_ended(engine);
    }

    /// A command that nobody waits for.
    pub(crate) fn ctl_meanwhile(&self, arguments: &[&str]) -> Child {
        self.command(arguments)
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("it can be run")
    }

    pub(crate) fn end_engine(&mut self) -> ExitStatus {
        self.end_engine_by("TERM")
    }

    /// Ends the engine by this signal, where there are signals.
    pub(crate) fn end_engine_by(&mut self, signal: &str) -> ExitStatus {
        let mut engine = self.engine.take().expect("an engine runs");
        end(&mut engine, signal);
        self.has_ended(engine)
    }

    fn has_ended(&mut self, mut engine: Child) -> ExitStatus {
        let ended = engine.wait().expect("it is our child");
        for pipe in [
            engine
                .stdout
                .take()
                .map(|pipe| Box::new(pipe) as Box<dyn Read>),
            engine
                .stderr
                .take()
                .map(|pipe| Box::new(pipe) as Box<dyn Read>),
        ] {
            let mut pipe = pipe.expect("a pipe");
            pipe.read_to_string(&mut self.said).expect("text");
        }
        ended
    }

    /// All that ended engines have printed.
    pub(crate) fn engine_said(&self) -> String {
        self.said.clone()
    }

    pub(crate) fn status(&self) -> Value {
        let ran = self.ctl(&["status", "--json"]);
        serde_json::from_str(&ran.out).unwrap_or_else(|_| panic!("no JSON: {ran:?}"))
    }

    /// Waits until this is shown.
    pub(crate) fn shows(&self, display: &str) {
        self.answers(display, |status| status["display"] == display);
    }

    /// Waits until there is a status that is so.
    pub(crate) fn answers(&self, what: &str, is_so: impl Fn(&Value) -> bool) {
        let mut last = None;
        for _ in 0..PATIENCE.as_millis() / 50 {
            let ran = self.ctl(&["status", "--json"]);
            let status: Option<Value> = serde_json::from_str(&ran.out).ok();
            if status.as_ref().is_some_and(&is_so) {
                return;
            }
            last = Some(ran);
            thread::sleep(Duration::from_millis(50));
        }
        panic!("{what} never came: {last:?}");
    }

    /// Waits until something is so.
    pub(crate) fn waits_for(what: &str, is_so: impl Fn() -> bool) {
        for _ in 0..PATIENCE.as_millis() / 20 {
            if is_so() {
                return;
            }
            thread::sleep(Duration::from_millis(20));
        }
        panic!("{what} never came");
    }

    pub(crate) fn watch(&self) -> Watch {
        let mut child = self
            .command(&["watch", "--json"])
            .stdout(Stdio::piped())
            .spawn()
            .expect("it can be run");
        let out = child.stdout.take().expect("a pipe");
        let (send, lines) = channel();
        thread::spawn(move || {
            for line in BufReader::new(out).lines().map_while(Result::ok) {
                if send.send(line).is_err() {
                    break;
                }
            }
        });
        // The first line tells what is shown as the watch begins.
        let first = lines.recv_timeout(PATIENCE).expect("a first line");
        Watch {
            child,
            lines,
            first,
        }
    }

    /// No argument and no variable of the engine's process holds this; where processes can be
    /// looked at.
    pub(crate) fn process_holds_nothing_of(&self, secret: &str) {
        let engine = self.engine.as_ref().expect("an engine runs");
        if cfg!(not(target_os = "linux")) {
            return;
        }
        for file in ["cmdline", "environ"] {
            let path = format!("/proc/{}/{file}", engine.id());
            let bytes = match std::fs::read(path) {
                // To anybody but root its environment is closed, so nobody finds anything there.
                Err(error) if error.kind() == ErrorKind::PermissionDenied => continue,
                found => found.expect("our own child"),
            };
            assert!(!holds(&bytes, secret), "{file} holds the secret");
        }
    }

    pub(crate) fn files_hold_nothing_of(&self, secret: &str) {
        let mut looked_at = 0;
        look(self.folder.path(), &mut |path, bytes| {
            looked_at += 1;
            assert!(!holds(bytes, secret), "{} holds the secret", path.display());
        });
        assert!(looked_at > 0, "there is the settings file at least");
    }

    fn engine_command(&self) -> Command {
        let settings = self.folder.path().join("settings.toml");
        let mut command = self.command(&["run", "--secret-stdin", "--config"]);
        command
            .arg(settings)
            .env("FERMATA_LOG", "trace")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        command
    }

    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        let within = |name: &str| self.folder.path().join(name);
        let mut command = Command::new(env!("CARGO_BIN_EXE_fermatactl"));
        command
            .args(arguments)
            .current_dir(within("home"))
            .env("HOME", within("home"))
            .env("XDG_RUNTIME_DIR", within("runtime"))
            .env("XDG_CONFIG_HOME", within("config"))
            .env("XDG_DATA_HOME", within("data"))
            .env("NO_PROXY", "127.0.0.1");
        command
    }
}

impl Drop for Desk {
    fn drop(&mut self) {
        if let Some(mut engine) = self.engine.take() {
            // It may have ended by itself, and then the test says so.
            engine.kill().ok();
            engine.wait().ok();
        }
    }
}

pub(crate) struct Watch {
    child: Child,
    lines: Receiver<String>,
    first: String,
}

impl Watch {
    /// All lines until this has been shown so often.
    pub(crate) fn until(mut self, display: &str, times: usize) -> Vec<Value> {
        let mut lines = vec![json(&self.first)];
        while lines
            .iter()
            .filter(|line| line["display"] == display)
            .count()
            < times
        {
            match self.lines.recv_timeout(PATIENCE) {
                Ok(line) => lines.push(json(&line)),
                Err(_) => panic!("not {times} times {display} in {lines:#?}"),
            }
        }
        self.child.kill().expect("it still watches");
        self.child.wait().expect("it is our child");
        lines
    }
}

/// An engine that was ended while paused has noted it in the one folder that all desks share.
#[cfg(windows)]
fn forget_open_pauses() {
    let note = controller::paths::Paths::find().expect("we have a profile");
    match std::fs::remove_file(note.pause_note()) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => panic!("{error}"),
        Ok(()) | Err(_) => {}
    }
}

/// Tells a program to end.
#[cfg(unix)]
fn end(program: &mut Child, signal: &str) {
    let told = Command::new("kill")
        .args(["-s", signal])
        .arg(program.id().to_string())
        .status()
        .expect("there is a program to send signals");
    assert!(told.success());
}

/// Ends a program: from another console it cannot be told to.
#[cfg(windows)]
fn end(program: &mut Child, _signal: &str) {
    program.kill().expect("it is our child");
}

/// Starts an engine with this line on its standard input.
fn spawned(mut command: Command, line: &str) -> Child {
    let mut child = command.spawn().expect("it can be run");
    let mut stdin = child.stdin.take().expect("a pipe");
    writeln!(stdin, "{line}").expect("it reads");
    drop(stdin);
    child
}

fn json(line: &str) -> Value {
    serde_json::from_str(line).unwrap_or_else(|_| panic!("no JSON: {line}"))
}

fn ran(output: std::process::Output) -> Ran {
    Ran {
        code: output.status.code().expect("no signal ended it"),
        out: String::from_utf8(output.stdout).expect("text"),
        err: String::from_utf8(output.stderr).expect("text"),
    }
}

fn holds(bytes: &[u8], secret: &str) -> bool {
    bytes
        .windows(secret.len())
        .any(|at| at == secret.as_bytes())
}

fn look(folder: &Path, at: &mut impl FnMut(&Path, &[u8])) {
    for entry in std::fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            look(&path, at);
        } else if path.is_file() {
            at(&path, &std::fs::read(&path).expect("it is ours"));
        }
    }
}
