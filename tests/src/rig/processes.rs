//! The programs that run on a desktop, as the system lists them.

use std::path::PathBuf;
use std::sync::{Arc, Mutex};

use anyhow::Result;

use super::Desktop;

/// What a Fermata leaves behind for whoever looks for it, also after it has ended.
#[derive(Clone, Debug)]
pub struct Left {
    pub(super) said: Arc<Mutex<String>>,
    pub(super) told: Arc<Mutex<String>>,
    pub(super) process: Option<Process>,
}

impl Left {
    /// What it has written to its standard output and error.
    pub fn said(&self) -> String {
        let said = self.said.lock().expect("nobody panics while holding it");
        said.clone()
    }

    /// Every view and every change that it has told over its local channel, once it was ready.
    pub fn told(&self) -> String {
        let told = self.told.lock().expect("nobody panics while holding it");
        told.clone()
    }

    /// Its process as it was at its start, where the system lets us look at it.
    pub fn process(&self) -> Option<&Process> {
        self.process.as_ref()
    }
}

/// A process on a desktop, as it was when it was looked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Process {
    /// Its number.
    pub pid: u32,
    /// The name of its program, without the folder.
    pub name: String,
    /// Its arguments, each ended by a zero, as everybody on this computer may read them.
    pub arguments: Vec<u8>,
    /// Its environment at its start, each ended by a zero.
    pub environment: Vec<u8>,
}

impl Process {
    /// Whether it only waits to start Fermata again.
    pub fn is_watchdog(&self) -> bool {
        let mut arguments = self.arguments.split(|byte| *byte == 0);
        arguments.any(|argument| argument == b"--watchdog")
    }
}

/// Every Fermata on this desktop. Their watchdogs are the same program, and are none.
pub(super) fn fermatas(desktop: &Desktop) -> Result<Vec<Process>> {
    let mut fermatas = of(desktop)?;
    fermatas.retain(|process| process.name == "fermata" && !process.is_watchdog());
    Ok(fermatas)
}

/// Every process whose environment says that it runs on this desktop.
pub(super) fn of(desktop: &Desktop) -> Result<Vec<Process>> {
    let ours = format!("XDG_RUNTIME_DIR={}\0", desktop.runtime().display());
    let mut found = Vec::new();
    for entry in std::fs::read_dir("/proc")? {
        let entry = entry?;
        let Some(pid) = entry
            .file_name()
            .to_str()
            .and_then(|name| name.parse().ok())
        else {
            continue;
        };
        // What goes while we look at it is not there.
        if let Some(process) = describe(pid)
            && contains(&process.environment, ours.as_bytes())
        {
            found.push(process);
        }
    }
    Ok(found)
}

/// A process as the system lists it; `None` if it is gone or closed to us.
pub(super) fn describe(pid: u32) -> Option<Process> {
    let folder = PathBuf::from("/proc").join(pid.to_string());
    let program: PathBuf = std::fs::read_link(folder.join("exe")).ok()?;
    Some(Process {
        pid,
        name: program.file_name()?.to_string_lossy().into_owned(),
        arguments: std::fs::read(folder.join("cmdline")).ok()?,
        environment: std::fs::read(folder.join("environ")).ok()?,
    })
}

fn contains(bytes: &[u8], wanted: &[u8]) -> bool {
    bytes.windows(wanted.len()).any(|part| part == wanted)
}
