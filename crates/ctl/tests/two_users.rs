//! Two users of one computer, each with a Fermata of their own (E6).
//!
//! To be somebody else takes root, so without it these are listed as ignored.

use std::process::ExitCode;

#[cfg(unix)]
fn main() -> ExitCode {
    unix::main()
}

#[cfg(not(unix))]
fn main() -> ExitCode {
    ExitCode::SUCCESS
}

#[cfg(unix)]
mod unix {
    use std::fs::{self, File, Permissions};
    use std::io::Write;
    use std::os::unix::fs::{PermissionsExt, chown};
    use std::os::unix::process::CommandExt;
    use std::path::{Path, PathBuf};
    use std::process::{Child, Command, ExitCode, Output, Stdio};
    use std::thread::sleep;
    use std::time::Duration;

    use libtest_mimic::{Arguments, Failed, Trial};
    use simulators::audio::Script;
    use simulators::{Options, Simulator, Truth, Vendor};

    pub(super) fn main() -> ExitCode {
        let root = rustix::process::geteuid().is_root();
        let trial = |name: &str, run: fn() -> Result<(), Failed>| {
            Trial::test(name, run)
                .with_kind("needs root")
                .with_ignored_flag(!root)
        };
        let trials = vec![
            trial(
                "two_users_pause_each_their_own_call_at_the_same_time",
                two_users_pause_each_their_own_call_at_the_same_time,
            ),
            trial(
                "neither_reaches_what_belongs_to_the_other",
                neither_reaches_what_belongs_to_the_other,
            ),
            trial(
                "two_sessions_of_one_user_share_one_instance",
                two_sessions_of_one_user_share_one_instance,
            ),
        ];
        libtest_mimic::run(&Arguments::from_args(), trials).exit_code()
    }

    fn two_users_pause_each_their_own_call_at_the_same_time() -> Result<(), Failed> {
        let host = Host::new()?;
        let (mut anna, mut bert) = (host.user(0)?, host.user(1)?);
        anna.start()?;
        bert.start()?;
        let (annas, berts) = (anna.starts_call()?, bert.starts_call()?);

        anna.done(&["pause"])?;
        expect("anna's", anna.truth(&annas) == Some(Truth::Paused))?;
        expect("bert's", bert.truth(&berts) == Some(Truth::Recording))?;
        bert.shows("recording")?;

        bert.done(&["pause"])?;
        anna.done(&["resume"])?;
        expect("anna's", anna.truth(&annas) == Some(Truth::Recording))?;
        expect("bert's", bert.truth(&berts) == Some(Truth::Paused))?;
        anna.shows("recording")?;
        bert.shows("paused")
    }

    fn neither_reaches_what_belongs_to_the_other() -> Result<(), Failed> {
        let host = Host::new()?;
        let (mut anna, bert) = (host.user(0)?, host.user(1)?);
        anna.start()?;
        let call = anna.starts_call()?;

        // As bert: with his own places, and with hers.
        let nobody_there = bert.ran(&["pause"])?;
        expect(&said(&nobody_there), nobody_there.status.code() == Some(3))?;
        let at_annas = bert
            .command(&["pause"])
            .env("XDG_RUNTIME_DIR", anna.within("runtime"))
            .output()?;
        expect(&said(&at_annas), !at_annas.status.success())?;
        expect("anna's call", anna.truth(&call) == Some(Truth::Recording))?;

        for private in ["data/fermata/logs", "runtime/fermata"] {
            let listing = Command::new("ls")
                .arg(anna.within(private))
                .uid(bert.id)
                .gid(bert.id)
                .output()?;
            expect(&said(&listing), !listing.status.success())?;
        }
        anna.done(&["pause"])
    }

    /// Their message bus, keyring and `XDG_RUNTIME_DIR` are the user's, too.
    fn two_sessions_of_one_user_share_one_instance() -> Result<(), Failed> {
        let host = Host::new()?;
        let mut anna = host.user(0)?;
        anna.start()?;
        let second = anna
            .command(&["run"])
            .env("XDG_SESSION_ID", "2")
            .env("DISPLAY", ":2")
            .output()?;
        expect(&said(&second), second.status.code() == Some(1))?;
        expect(&said(&second), said(&second).contains("running already"))?;
        let call = anna.starts_call()?;
        let pressed = anna
            .command(&["pause"])
            .env("XDG_SESSION_ID", "2")
            .env("DISPLAY", ":2")
            .output()?;
        expect(&said(&pressed), pressed.status.success())?;
        expect("the call", anna.truth(&call) == Some(Truth::Paused))
    }

    fn expect(found: &str, right: bool) -> Result<(), Failed> {
        if right { Ok(()) } else { Err(found.into()) }
    }

    fn said(output: &Output) -> String {
        let text = |bytes| String::from_utf8_lossy(bytes).into_owned();
        format!(
            "{}: {}{}",
            output.status,
            text(&output.stdout),
            text(&output.stderr)
        )
    }

    /// A computer with a copy of the program that everybody can start.
    struct Host {
        folder: tempfile::TempDir,
    }

    impl Host {
        fn new() -> Result<Self, Failed> {
            let folder = tempfile::tempdir()?;
            fs::set_permissions(folder.path(), Permissions::from_mode(0o755))?;
            fs::copy(
                env!("CARGO_BIN_EXE_fermatactl"),
                folder.path().join("fermatactl"),
            )?;
            Ok(Self { folder })
        }

        fn program(&self) -> PathBuf {
            self.folder.path().join("fermatactl")
        }

        /// A user whose number nobody else has, with an agent's account at a vendor.
        fn user(&self, place: usize) -> Result<User, Failed> {
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

    struct User {
        id: u32,
        home: PathBuf,
        program: PathBuf,
        simulator: Simulator,
        engine: Option<Child>,
    }

    impl User {
        fn within(&self, name: impl AsRef<Path>) -> PathBuf {
            self.home.join(name)
        }

        fn command(&self, arguments: &[&str]) -> Command {
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

        fn start(&mut self) -> Result<(), Failed> {
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

        fn starts_call(&self) -> Result<String, Failed> {
            let site = self.simulator.site();
            let call = site.start_call(&site.agent(), Script::default());
            self.done(&["call", "start", &call])?;
            self.shows("recording")?;
            Ok(call)
        }

        fn truth(&self, call: &str) -> Option<Truth> {
            self.simulator.site().truth(call)
        }

        fn ran(&self, arguments: &[&str]) -> Result<Output, Failed> {
            Ok(self.command(arguments).output()?)
        }

        fn done(&self, arguments: &[&str]) -> Result<(), Failed> {
            let output = self.ran(arguments)?;
            expect(&said(&output), output.status.success())
        }

        fn shows(&self, display: &str) -> Result<(), Failed> {
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
}
