//! A desk on which packages are installed: a Windows of its own.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::thread;
use std::time::Duration;

use anyhow::{Result, ensure};

use super::package::Package;
use super::programs::RUNNING;
use super::registry::Registry;
use crate::program::Program;
use crate::windows::prefix::{Prefix, path_on_windows};

/// What the installer ends with when it refuses or fails, as far as a program of this system can
/// see the number 1603.
pub(super) const REFUSED: i32 = 1603 & 0xFF;

/// The installer's own store; it is made at the first installation, and stays.
const STORE: &str = "windows/Installer";

/// A desk.
#[derive(Clone, Debug)]
pub(super) struct Desk {
    prefix: Prefix,
}

/// What is on the disk and in the registry.
#[derive(Clone, Debug)]
pub(super) struct State {
    pub(super) files: BTreeSet<String>,
    pub(super) registry: Registry,
}

impl Desk {
    /// One on which nothing has been installed yet.
    pub(super) fn fresh() -> Result<Self> {
        let prefix = Prefix::fresh("wine-msi")?;
        Ok(Self { prefix })
    }

    /// Installs silently, with these properties; it has to go well.
    pub(super) fn install(&self, package: &Package, properties: &[&str]) -> Result<()> {
        self.run("/i", package, properties, 0)
    }

    /// Installs silently, and it must not go well.
    pub(super) fn is_refused(&self, package: &Package, properties: &[&str]) -> Result<()> {
        self.run("/i", package, properties, REFUSED)
    }

    /// Removes silently.
    pub(super) fn remove(&self, package: &Package) -> Result<()> {
        self.run("/x", package, &[], 0)
    }

    fn run(&self, what: &str, package: &Package, properties: &[&str], code: i32) -> Result<()> {
        let msiexec = self
            .without_screen(&format!("msiexec {what}"))
            .argument(path_on_windows(&package.file()))
            .argument("/qn")
            .argument("/l*v")
            .argument(path_on_windows(&self.log()));
        let msiexec = properties
            .iter()
            .fold(msiexec, |msiexec, property| msiexec.argument(*property));
        // What it starts may go on writing where it wrote, so that nothing waits for an end of that.
        let ended = msiexec.start()?.wait()?.code();
        ensure!(
            ended == Some(code),
            "msiexec ended with {ended:?}, and not with {code}; its log is {}",
            self.log().display()
        );
        Ok(())
    }

    /// Where the installer's last log is.
    pub(super) fn log(&self) -> PathBuf {
        self.prefix.disk().join("msi.log")
    }

    /// A file on its disk.
    pub(super) fn file(&self, path: &str) -> PathBuf {
        self.prefix.disk().join(path)
    }

    /// Whether the stand-in runs, for which it has a while to start.
    pub(super) fn runs_in_the_end(&self) -> bool {
        self.comes_to_be(|running| running)
    }

    /// Whether the stand-in has ended, for which it has a while.
    pub(super) fn ends_in_the_end(&self) -> bool {
        self.comes_to_be(|running| !running)
    }

    fn comes_to_be(&self, wanted: impl Fn(bool) -> bool) -> bool {
        (0..50).any(|_| {
            thread::sleep(Duration::from_millis(100));
            wanted(self.file(RUNNING).exists())
        })
    }

    /// The file on this system that Windows knows by a path.
    pub(super) fn at(&self, path: &str) -> Option<PathBuf> {
        let path = path.strip_prefix(r"C:\")?.replace('\\', "/");
        Some(self.file(&path))
    }

    /// What is there, once all programs have ended.
    pub(super) fn state(&self) -> Result<State> {
        let exports = [("HKLM", "machine.reg"), ("HKCU", "user.reg")];
        let mut registry = Registry::default();
        for (root, name) in exports {
            let file = self.prefix.disk().join(name);
            self.without_screen(&format!("reg export {root}"))
                .argument(path_on_windows(&file))
                .argument("/y")
                .output()?;
            registry = registry.join(Registry::read(&fs::read(&file)?)?);
            fs::remove_file(&file)?;
        }
        self.prefix.settle()?;
        Ok(State {
            files: self.files()?,
            registry,
        })
    }

    fn files(&self) -> Result<BTreeSet<String>> {
        let disk = self.prefix.disk();
        let mut found = BTreeSet::new();
        walk(&disk, &disk, &mut found)?;
        found.retain(|path| path != STORE && path != "msi.log");
        Ok(found)
    }

    fn without_screen(&self, line: &str) -> Program {
        self.prefix.wine(line).without("DISPLAY")
    }
}

impl State {
    /// What has come, gone or changed since.
    pub(super) fn changes_since(&self, before: &Self) -> Vec<String> {
        let come = self.files.difference(&before.files);
        let gone = before.files.difference(&self.files);
        come.map(|file| format!("+ {file}"))
            .chain(gone.map(|file| format!("- {file}")))
            .chain(self.registry.changes_since(&before.registry))
            .collect()
    }
}

/// Files and folders, but not what links lead to: they lead out of this Windows.
fn walk(folder: &Path, disk: &Path, found: &mut BTreeSet<String>) -> Result<()> {
    for entry in folder.read_dir()? {
        let entry = entry?;
        let path = entry.path();
        found.insert(path.strip_prefix(disk)?.display().to_string());
        if entry.file_type()?.is_dir() {
            walk(&path, disk, found)?;
        }
    }
    Ok(())
}
