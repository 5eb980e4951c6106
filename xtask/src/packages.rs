//! Packages for Node, as a lock file names them.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result};

use crate::program::Program;

/// A copy of the lock file that the installed packages came from, beside them.
const INSTALLED: &str = "node_modules/.installed-package-lock.json";

/// Installs what the lock file of this folder names, where that is not what is installed.
pub(crate) fn install(folder: &Path) -> Result<()> {
    let lock_file = folder.join("package-lock.json");
    let wanted = fs::read(&lock_file).with_context(|| format!("{folder:?} has no lock file"))?;
    if fs::read(folder.join(INSTALLED)).is_ok_and(|installed| installed == wanted) {
        return Ok(());
    }
    Program::new("npm ci --no-fund --no-audit")
        .within(folder)
        .run()?;
    fs::copy(lock_file, folder.join(INSTALLED))?;
    Ok(())
}
