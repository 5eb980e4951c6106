//! Windows as far as wine has it.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use super::folder;
use crate::program::Program;
use crate::tree;

/// A Windows of its own: disk, registry, credentials.
#[derive(Clone, Debug)]
pub(super) struct Prefix {
    folder: PathBuf,
}

impl Prefix {
    /// One on which nothing has been done yet, in `target/windows/<name>`.
    pub(super) fn fresh(name: &str) -> Result<Self> {
        let prefix = Self {
            folder: folder().join(name),
        };
        if prefix.folder.exists() {
            // Its server may still write into it.
            prefix.end();
            fs::remove_dir_all(&prefix.folder)?;
        }
        prefix.start()?;
        Ok(prefix)
    }

    /// A program for Windows, with its arguments; or one of wine's own, such as `msiexec`.
    pub(super) fn wine(&self, line: &str) -> Program {
        self.within(Program::new(&format!("wine {line}")))
    }

    /// Gives a program of this system what makes it work on this Windows.
    pub(super) fn within(&self, program: Program) -> Program {
        program
            .variable("WINEPREFIX", self.folder.display().to_string())
            // Wine remarks on all that it does not have.
            .variable("WINEDEBUG", "-all")
            // It would ask whether to download them: neither .NET nor a browser is needed.
            // And it would put what is installed there into the menus of this system, too.
            .variable("WINEDLLOVERRIDES", "mscoree,mshtml,winemenubuilder.exe=")
    }

    /// Where its disk `C:` is.
    pub(super) fn disk(&self) -> PathBuf {
        self.folder.join("drive_c")
    }

    /// Waits until all of its programs have ended and the registry is on the disk.
    pub(super) fn settle(&self) -> Result<()> {
        self.within(Program::new("wineserver --wait")).run()
    }

    fn system(&self) -> PathBuf {
        self.disk().join("windows/system32")
    }

    fn start(&self) -> Result<()> {
        fs::create_dir_all(folder())?;
        self.wine("wineboot --init").run()?;
        self.settle()?;
        let shim = random_numbers()?;
        fs::copy(&shim, self.system().join("bcryptprimitives.dll"))
            .context("wine has made no Windows")?;
        Ok(())
    }

    fn end(&self) {
        // It fails where no server runs, which is what is wanted.
        let _was_running = self
            .within(Program::new("wineserver --kill --wait"))
            .works();
    }
}

/// The path of a file as a program for Windows wants it.
pub(super) fn path_on_windows(file: &Path) -> String {
    format!("Z:{}", file.display()).replace('/', "\\")
}

/// Builds the library without which no program of Rust starts on wine 8.
fn random_numbers() -> Result<PathBuf> {
    let shim = folder().join("bcryptprimitives.dll");
    Program::new("x86_64-w64-mingw32-gcc -shared -O1 -s -o")
        .argument(shim.display().to_string())
        .argument(
            tree::root()
                .join("xtask/src/windows/bcryptprimitives.c")
                .display()
                .to_string(),
        )
        .argument("-ladvapi32")
        .run()?;
    Ok(shim)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_of_this_system_is_on_disk_z_of_windows() {
        assert_eq!(
            path_on_windows(Path::new("/opt/a b/fermata.exe")),
            r"Z:\opt\a b\fermata.exe"
        );
    }
}
