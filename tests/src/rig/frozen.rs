//! Some threads of a program stopped dead while the others go on.
#![expect(
    unsafe_code,
    reason = "nothing safe stops a single thread of another process"
)]

use std::io;
use std::path::Path;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread::{self, JoinHandle};

use anyhow::{Context, Result, ensure};

/// Threads that stand still until this is dropped.
///
/// They are traced, as a debugger would. Only the thread that traces may let go again, so there
/// is one for just that.
#[derive(Debug)]
pub struct Frozen {
    thaw: Option<Sender<()>>,
    tracer: Option<JoinHandle<()>>,
}

impl Frozen {
    /// Stops every thread of a process whose name begins so.
    ///
    /// # Errors
    /// There is none, or the system does not let us trace it.
    pub(super) fn threads(process: u32, name: &str) -> Result<Self> {
        let threads = threads_called(process, name)?;
        ensure!(
            !threads.is_empty(),
            "no thread of {process} is called {name}"
        );
        let (stopped, outcome) = channel();
        let (thaw, until) = channel();
        let tracer = thread::spawn(move || trace(&threads, &stopped, &until));
        let frozen = Self {
            thaw: Some(thaw),
            tracer: Some(tracer),
        };
        outcome
            .recv()
            .context("whoever traces says what came of it")?
            .context("the system does not let a program be traced")?;
        Ok(frozen)
    }
}

impl Drop for Frozen {
    fn drop(&mut self) {
        drop(self.thaw.take());
        if let Some(tracer) = self.tracer.take() {
            // It cannot panic, and there is nothing to be done if it did.
            let _ended = tracer.join();
        }
    }
}

fn threads_called(process: u32, name: &str) -> Result<Vec<libc::pid_t>> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(Path::new("/proc").join(process.to_string()).join("task"))? {
        let entry = entry?;
        // What goes while we look at it is not there.
        let called = std::fs::read_to_string(entry.path().join("comm")).unwrap_or_default();
        if called.starts_with(name) {
            let id = entry.file_name();
            found.push(id.to_string_lossy().parse()?);
        }
    }
    Ok(found)
}

/// Stops them, says so, and lets them go once nobody holds the other end of `until` any longer.
fn trace(threads: &[libc::pid_t], stopped: &Sender<io::Result<()>>, until: &Receiver<()>) {
    let outcome = threads.iter().try_for_each(|thread| stop(*thread));
    if stopped.send(outcome).is_ok() {
        let _thaw = until.recv();
    }
    for thread in threads {
        // One that was never stopped cannot be let go, which is as well.
        let _let_go = ask(libc::PTRACE_DETACH, *thread);
    }
}

fn stop(thread: libc::pid_t) -> io::Result<()> {
    ask(libc::PTRACE_SEIZE, thread)?;
    ask(libc::PTRACE_INTERRUPT, thread)?;
    let mut status = 0;
    // SAFETY: `status` is ours and lives until the call is over.
    match unsafe { libc::waitpid(thread, &raw mut status, libc::__WALL) } {
        -1 => Err(io::Error::last_os_error()),
        _ => Ok(()),
    }
}

fn ask(request: libc::c_uint, thread: libc::pid_t) -> io::Result<()> {
    let nothing = std::ptr::null_mut::<libc::c_void>();
    // SAFETY: none of the requests made here reads or writes memory of ours.
    match unsafe { libc::ptrace(request, thread, nothing, nothing) } {
        -1 => Err(io::Error::last_os_error()),
        _ => Ok(()),
    }
}
