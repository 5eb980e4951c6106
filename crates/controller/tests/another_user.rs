//! Another user of the same computer gets nothing out of the local channel.
//!
//! To be somebody else takes root, so without it these are listed as ignored. Each trial
//! starts this program again as a child with another user's number.

use std::process::ExitCode;

#[cfg(unix)]
fn main() -> ExitCode {
    unix::main()
}

/// Elsewhere users have no numbers that a program could take on.
#[cfg(not(unix))]
fn main() -> ExitCode {
    use libtest_mimic::{Arguments, Trial};
    let trials = TRIALS.map(|name| {
        Trial::test(name, || Err("users have no numbers here".into()))
            .with_kind("needs Unix")
            .with_ignored_flag(true)
    });
    libtest_mimic::run(&Arguments::from_args(), trials.into()).exit_code()
}

/// What is tried.
const TRIALS: [&str; 4] = [
    "the_same_user_is_answered",
    "another_user_does_not_get_at_the_socket",
    "another_user_who_gets_at_the_socket_is_hung_up_on_unheard",
    "a_runtime_directory_of_another_user_is_refused",
];

#[cfg(unix)]
mod unix {
    use std::ffi::OsStr;
    use std::fs::{self, Permissions};
    use std::io::{BufRead, BufReader, Write};
    use std::os::unix::fs::PermissionsExt;
    use std::os::unix::net::UnixStream;
    use std::os::unix::process::CommandExt;
    use std::path::Path;
    use std::process::{Command, ExitCode};
    use std::sync::Arc;

    use controller::Setup;
    use controller::channel::{Claim, Instance, Served, Serving};
    use controller::paths::Paths;
    use controller::secrets::MemoryStore;
    use controller::settings::Settings;
    use libtest_mimic::{Arguments, Failed, Trial};

    const CHILD: &str = "--ask-at";

    /// "nobody" on every Linux distribution; whether there is such a user does not matter.
    const STRANGER: u32 = 65_534;

    pub(super) fn main() -> ExitCode {
        let mut arguments = std::env::args_os().skip(1);
        if arguments.next().as_deref() == Some(OsStr::new(CHILD)) {
            let socket = arguments.next().expect("the socket is named");
            let reply = ask(Path::new(&socket));
            let printed = writeln!(std::io::stdout(), "{reply}");
            return ExitCode::from(u8::from(printed.is_err()));
        }
        let root = rustix::process::geteuid().is_root();
        let runs: [fn() -> Result<(), Failed>; 4] = [
            the_same_user_is_answered,
            another_user_does_not_get_at_the_socket,
            another_user_who_gets_at_the_socket_is_hung_up_on_unheard,
            a_runtime_directory_of_another_user_is_refused,
        ];
        let trials = super::TRIALS.into_iter().zip(runs).map(|(name, run)| {
            Trial::test(name, run)
                .with_kind("needs root")
                .with_ignored_flag(!root)
        });
        let trials = trials.collect();
        libtest_mimic::run(&Arguments::from_args(), trials).exit_code()
    }

    /// What comes of asking for the status at a socket, in one line.
    fn ask(socket: &Path) -> String {
        let mut stream = match UnixStream::connect(socket) {
            Ok(stream) => stream,
            Err(error) => return format!("not connected: {:?}", error.kind()),
        };
        // Whoever is hung up on may notice when writing or when reading.
        let _ = stream.write_all(b"{\"ask\":\"status\"}\n");
        let mut reply = String::new();
        match BufReader::new(stream).read_line(&mut reply) {
            Ok(0) | Err(_) => "hung up on".to_owned(),
            Ok(_) => reply.trim_end().to_owned(),
        }
    }

    fn the_same_user_is_answered() -> Result<(), Failed> {
        let bench = Bench::new()?;
        let reply = bench.asked_by(rustix::process::geteuid().as_raw())?;
        expect(&reply, reply.contains("\"reply\":\"view\""))
    }

    fn another_user_does_not_get_at_the_socket() -> Result<(), Failed> {
        let bench = Bench::new()?;
        let reply = bench.asked_by(STRANGER)?;
        expect(&reply, reply == "not connected: PermissionDenied")
    }

    fn another_user_who_gets_at_the_socket_is_hung_up_on_unheard() -> Result<(), Failed> {
        let bench = Bench::new()?;
        // Somebody has opened what is closed when it is made.
        fs::set_permissions(bench.paths.runtime(), Permissions::from_mode(0o755))?;
        fs::set_permissions(bench.paths.socket(), Permissions::from_mode(0o666))?;
        let reply = bench.asked_by(STRANGER)?;
        expect(&reply, reply == "hung up on")
    }

    fn a_runtime_directory_of_another_user_is_refused() -> Result<(), Failed> {
        let root = tempfile::tempdir()?;
        let paths = Paths::within(root.path())?;
        std::os::unix::fs::chown(paths.runtime(), Some(STRANGER), None)?;
        let refused = Paths::within(root.path()).expect_err("it is somebody else's");
        let told = refused.to_string();
        expect(&told, told.contains("belongs to user 65534"))
    }

    fn expect(found: &str, right: bool) -> Result<(), Failed> {
        if right { Ok(()) } else { Err(found.into()) }
    }

    /// A running instance, and a copy of this program where another user can start it.
    struct Bench {
        paths: Paths,
        root: tempfile::TempDir,
        _serving: Serving,
        _runtime: tokio::runtime::Runtime,
    }

    impl Bench {
        fn new() -> Result<Self, Failed> {
            let root = tempfile::tempdir()?;
            fs::set_permissions(root.path(), Permissions::from_mode(0o755))?;
            fs::copy(std::env::current_exe()?, root.path().join("child"))?;
            let paths = Paths::within(root.path())?;
            let runtime = tokio::runtime::Builder::new_multi_thread()
                .worker_threads(1)
                .enable_all()
                .build()?;
            let entered = runtime.enter();
            let (handle, _) = controller::start(Setup::new(
                Settings::default(),
                paths.settings().to_path_buf(),
                Arc::new(MemoryStore::default()),
            ));
            let Claim::Ours(instance) = Instance::claim(&paths)? else {
                return Err("there is an instance already".into());
            };
            let serving = instance.serve(Served {
                handle,
                open_window: None,
            })?;
            drop(entered);
            Ok(Self {
                paths,
                root,
                _serving: serving,
                _runtime: runtime,
            })
        }

        /// What a user of this number is told.
        fn asked_by(&self, user: u32) -> Result<String, Failed> {
            let output = Command::new(self.root.path().join("child"))
                .arg(CHILD)
                .arg(self.paths.socket())
                .uid(user)
                .gid(user)
                .output()?;
            if !output.status.success() {
                return Err(String::from_utf8_lossy(&output.stderr).into_owned().into());
            }
            Ok(String::from_utf8(output.stdout)?.trim_end().to_owned())
        }
    }
}
