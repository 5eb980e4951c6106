//! Starts Fermata again when it has died or hangs (B11): a recording may be paused, and whoever
//! has no indicator does not think of it.
//!
//! The watchdog is this program once more, as a process that does nothing but wait. Its standard
//! input is a pipe whose other end only the program holds: a farewell comes through it at an end
//! in order, and nothing does when the program dies, in whatever way. A program that
//! hangs ends itself ([`pulse`]).

mod pulse;

use std::ffi::OsString;
use std::io::{self, Read, Write};
use std::process::{Child, ChildStdin, Command, ExitCode, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

use controller::Handle;
use controller::clock::Clock;
use tauri::AppHandle;

use crate::start::Arguments;

/// What the program says when it ends in order.
const FAREWELL: &[u8] = b".";

/// Who lives for so long does not die of being started.
const LASTING: Duration = Duration::from_secs(60);

/// How often in a row a program that does not last is started again.
const MOST: u32 = 5;

/// How long the watchdog waits before it starts the program: so long after the first death, twice
/// as long after the second, and so on.
const PATIENCE: Duration = Duration::from_millis(500);

/// A watchdog, as the program sees it.
#[derive(Debug)]
pub(crate) struct Watchdog {
    process: Child,
    pipe: Option<ChildStdin>,
    ends: Arc<AtomicBool>,
}

impl Watchdog {
    /// Has the program started again from here on, with these arguments, should it die or hang.
    ///
    /// # Errors
    /// The system starts no process, or no thread.
    pub(crate) fn start(
        arguments: &Arguments,
        app: &AppHandle,
        handle: &Handle,
    ) -> io::Result<Self> {
        let mut process = Command::new(std::env::current_exe()?)
            .arg("--watchdog")
            .args(again(arguments, arguments.deaths))
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .spawn()?;
        let pipe = process.stdin.take();
        let ends = Arc::new(AtomicBool::new(false));
        pulse::watch(app, handle.views(), Arc::clone(&ends))?;
        Ok(Self {
            process,
            pipe,
            ends,
        })
    }

    /// The program ends in order, and is not to be started again.
    pub(crate) fn farewell(&mut self) {
        self.ends.store(true, Ordering::SeqCst);
        let said = self.pipe.take().map(|mut pipe| pipe.write_all(FAREWELL));
        // One that has been ended itself starts nothing. The other goes first, so that an installer
        // finds nothing in use.
        if said.is_some_and(|said| said.is_ok()) {
            self.process.wait().ok();
        }
    }
}

/// Waits as the watchdog of the program at the other end of standard input.
pub(crate) fn run(arguments: &Arguments) -> ExitCode {
    match watch(arguments) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            tracing::error!(%error, "Fermata has died, and is not started again");
            ExitCode::FAILURE
        }
    }
}

fn watch(arguments: &Arguments) -> io::Result<()> {
    // After an update it would be the path of what is there no longer.
    let program = std::env::current_exe()?;
    let clock = Clock::system();
    let began = clock.now();
    if is_in_order(io::stdin().lock()) {
        return Ok(());
    }
    let lived = clock.now().since(began);
    let deaths = deaths(arguments.deaths, lived)
        .ok_or_else(|| io::Error::other("it has died too often within a minute of its start"))?;
    tracing::error!(deaths, "Fermata has died");
    thread::sleep(PATIENCE * deaths);
    Command::new(program)
        .args(again(arguments, deaths))
        .stdin(Stdio::null())
        .spawn()?;
    Ok(())
}

/// Waits until the program ends. Returns whether it has said so.
fn is_in_order(mut pipe: impl Read) -> bool {
    let mut said = Vec::new();
    // What breaks the pipe has broken the program.
    pipe.read_to_end(&mut said).is_ok() && said == FAREWELL
}

/// How often in a row the program has died soon after its start, this time included; `None` if
/// it is to be left dead.
fn deaths(before: u32, lived: Duration) -> Option<u32> {
    let deaths = if lived < LASTING { before + 1 } else { 1 };
    (deaths <= MOST).then_some(deaths)
}

/// The arguments with which the program goes on.
fn again(arguments: &Arguments, deaths: u32) -> Vec<OsString> {
    let mut again = vec!["--deaths".into(), deaths.to_string().into()];
    for (name, file) in [
        ("--config", &arguments.config),
        ("--policy", &arguments.policy),
    ] {
        if let Some(file) = file {
            again.extend([name.into(), file.into()]);
        }
    }
    again
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::*;

    #[test]
    fn an_end_is_in_order_if_it_is_said_and_nothing_else_is() {
        assert!(is_in_order(FAREWELL));
        assert!(!is_in_order(&b""[..]));
        assert!(!is_in_order(&b".."[..]));
        assert!(!is_in_order(&b"?"[..]));
    }

    #[test]
    fn who_dies_again_and_again_of_being_started_is_left_dead() {
        let soon = Duration::from_secs(59);
        assert_eq!(deaths(0, soon), Some(1));
        assert_eq!(deaths(4, soon), Some(5));
        assert_eq!(deaths(5, soon), None);
        assert_eq!(deaths(5, LASTING), Some(1), "that was something else");
    }

    #[test]
    fn the_program_goes_on_with_its_files_and_opens_nothing() {
        let started = ["fermata", "--config", "a.toml", "--policy", "b.toml"];
        let started = Arguments::parse_from(started);
        let again: Vec<_> = [OsString::from("fermata")]
            .into_iter()
            .chain(again(&started, 2))
            .collect();
        let again = Arguments::parse_from(again);
        assert_eq!(again.deaths, 2);
        assert_eq!(again.config, started.config);
        assert_eq!(again.policy, started.policy);
        assert!(!again.watchdog && !again.open && !again.autostart);
    }
}
