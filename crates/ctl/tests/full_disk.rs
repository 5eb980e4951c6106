//! A disk that takes nothing: what is delayed is what goes to the disk, and no pause (G3, S5).
//!
//! To fill a disk of one's own takes root, so without it these are listed as ignored.

use std::process::ExitCode;

#[cfg(target_os = "linux")]
fn main() -> ExitCode {
    linux::main()
}

#[cfg(not(target_os = "linux"))]
fn main() -> ExitCode {
    ExitCode::SUCCESS
}

#[cfg(target_os = "linux")]
mod linux {
    use std::fs::{self, File, Permissions};
    use std::io::{Read, Write};
    use std::os::unix::fs::PermissionsExt;
    use std::path::{Path, PathBuf};
    use std::process::{Child, Command, ExitCode, Output, Stdio};
    use std::thread::sleep;
    use std::time::Duration;

    use libtest_mimic::{Arguments, Failed, Trial};
    use simulators::audio::Script;
    use simulators::{Options, Simulator, Truth, Vendor};

    /// What is said of each thing that goes to the disk.
    const NOT_WRITTEN: [&str; 3] = ["audit-not-written", "log-not-written", "pause-not-noted"];

    pub(super) fn main() -> ExitCode {
        let can_mount = Disk::new().is_ok();
        let trial = |name: &str, run: fn() -> Result<(), Failed>| {
            Trial::test(name, run)
                .with_kind("needs root")
                .with_ignored_flag(!can_mount)
        };
        let trials = vec![
            trial(
                "a_full_disk_delays_no_pause_and_loses_no_record",
                a_full_disk_delays_no_pause_and_loses_no_record,
            ),
            trial(
                "a_disk_that_is_read_only_delays_no_pause_and_loses_no_record",
                a_disk_that_is_read_only_delays_no_pause_and_loses_no_record,
            ),
        ];
        libtest_mimic::run(&Arguments::from_args(), trials).exit_code()
    }

    fn a_full_disk_delays_no_pause_and_loses_no_record() -> Result<(), Failed> {
        let disk = Disk::new()?;
        let filler = disk.fill()?;
        let desk = Desk::start(&disk)?;
        pauses_all_the_same(&desk, || Ok(fs::remove_file(&filler)?))
    }

    fn a_disk_that_is_read_only_delays_no_pause_and_loses_no_record() -> Result<(), Failed> {
        let disk = Disk::new()?;
        disk.remount("ro")?;
        let desk = Desk::start(&disk)?;
        pauses_all_the_same(&desk, || disk.remount("rw"))
    }

    fn pauses_all_the_same(
        desk: &Desk,
        make_room: impl FnOnce() -> Result<(), Failed>,
    ) -> Result<(), Failed> {
        let call = desk.starts_call()?;
        desk.done(&["pause"])?;
        expect("the call", desk.truth(&call) == Some(Truth::Paused))?;
        desk.answers("what is not written", |status| {
            NOT_WRITTEN.iter().all(|code| status.contains(code))
        })?;
        desk.done(&["resume"])?;
        expect("the call", desk.truth(&call) == Some(Truth::Recording))?;
        desk.done(&["pause"])?;

        make_room()?;
        desk.answers("that it is written again", |status| {
            !NOT_WRITTEN.iter().any(|code| status.contains(code))
        })?;
        let note = fs::read_to_string(desk.data.join("fermata/open-pauses.json"))?;
        expect(&note, note.contains(&call))?;
        desk.done(&["resume"])?;
        let verified = desk.ran(&["audit", "verify"])?;
        expect(&said(&verified), verified.status.success())?;
        let log = desk.log()?;
        // Two pauses and two resumes.
        let sent = log.matches(r#""event":"sent""#).count();
        expect(&log, sent == 4 && log.contains(r#""event":"started""#))?;
        expect(&log, !log.contains("records-lost"))
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

    /// A disk of 128 KiB.
    struct Disk {
        place: tempfile::TempDir,
    }

    impl Disk {
        fn new() -> Result<Self, Failed> {
            let place = tempfile::tempdir()?;
            let mounted = Command::new("mount")
                .args(["-t", "tmpfs", "-o", "size=128k,mode=700", "tmpfs"])
                .arg(place.path())
                .output()?;
            expect(&said(&mounted), mounted.status.success())?;
            Ok(Self { place })
        }

        fn place(&self) -> &Path {
            self.place.path()
        }

        /// Leaves no byte free.
        fn fill(&self) -> Result<PathBuf, Failed> {
            let path = self.place().join("filler");
            let mut filler = File::create(&path)?;
            while filler.write_all(&[0; 512]).is_ok() {}
            Ok(path)
        }

        fn remount(&self, how: &str) -> Result<(), Failed> {
            let options = format!("remount,{how}");
            let mounted = Command::new("mount")
                .args(["-o", &options])
                .arg(self.place())
                .output()?;
            expect(&said(&mounted), mounted.status.success())
        }
    }

    impl Drop for Disk {
        fn drop(&mut self) {
            // Whoever still writes there is about to end.
            let unmounted = Command::new("umount").arg("-l").arg(self.place()).status();
            assert!(unmounted.is_ok_and(|status| status.success()));
        }
    }

    /// A desk whose data are on such a disk, and nothing else.
    struct Desk {
        folder: tempfile::TempDir,
        data: PathBuf,
        simulator: Simulator,
        engine: Child,
    }

    impl Desk {
        fn start(disk: &Disk) -> Result<Self, Failed> {
            let folder = tempfile::tempdir()?;
            for name in ["runtime", "config", "home"] {
                fs::create_dir(folder.path().join(name))?;
            }
            let private = Permissions::from_mode(0o700);
            fs::set_permissions(folder.path().join("runtime"), private)?;
            let simulator = Simulator::start(Vendor::Anywhere365, Options::default())?;
            let settings = folder.path().join("settings.toml");
            File::create(&settings)?.write_all(simulator.settings().as_bytes())?;
            let mut engine = command(folder.path(), disk.place(), &["run", "--secret-stdin"])
                .arg("--config")
                .arg(&settings)
                .stdin(Stdio::piped())
                .stdout(Stdio::null())
                .stderr(Stdio::null())
                .spawn()?;
            let mut stdin = engine.stdin.take().ok_or("it has no standard input")?;
            let desk = Self {
                data: disk.place().to_path_buf(),
                folder,
                simulator,
                engine,
            };
            writeln!(stdin, "{}", desk.simulator.secret())?;
            drop(stdin);
            desk.shows("no-call")?;
            Ok(desk)
        }

        fn command(&self, arguments: &[&str]) -> Command {
            command(self.folder.path(), &self.data, arguments)
        }

        fn ran(&self, arguments: &[&str]) -> Result<Output, Failed> {
            Ok(self.command(arguments).output()?)
        }

        fn done(&self, arguments: &[&str]) -> Result<(), Failed> {
            let output = self.ran(arguments)?;
            expect(&said(&output), output.status.success())
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

        fn shows(&self, display: &str) -> Result<(), Failed> {
            let wanted = format!(r#""display":"{display}""#);
            self.answers(display, |status| status.replace(' ', "").contains(&wanted))
        }

        fn answers(&self, what: &str, is_so: impl Fn(&str) -> bool) -> Result<(), Failed> {
            let mut last = String::new();
            for _ in 0..300 {
                last = said(&self.ran(&["status", "--json"])?);
                if is_so(&last) {
                    return Ok(());
                }
                sleep(Duration::from_millis(50));
            }
            Err(format!("{what} never came: {last}").into())
        }

        /// The audit log as it is on the disk.
        fn log(&self) -> Result<String, Failed> {
            let mut log = String::new();
            for entry in fs::read_dir(self.data.join("fermata/audit"))? {
                File::open(entry?.path())?.read_to_string(&mut log)?;
            }
            Ok(log)
        }
    }

    impl Drop for Desk {
        fn drop(&mut self) {
            // It may have ended by itself, and then the test says so.
            self.engine.kill().ok();
            self.engine.wait().ok();
        }
    }

    fn command(folder: &Path, data: &Path, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_fermatactl"));
        command
            .args(arguments)
            .env("HOME", folder.join("home"))
            .env("XDG_RUNTIME_DIR", folder.join("runtime"))
            .env("XDG_CONFIG_HOME", folder.join("config"))
            .env("XDG_DATA_HOME", data)
            .env("NO_PROXY", "127.0.0.1");
        command
    }
}
