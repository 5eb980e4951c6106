//! Where things are in this checkout.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

/// The folder that holds all of the project.
pub(crate) fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .parent()
        .expect("xtask lies in the root")
}

/// The folder in which the page of the main window lives.
pub(crate) fn page() -> PathBuf {
    root().join("ui")
}

/// The folder of the tests against programs that others wrote.
pub(crate) fn foreign() -> PathBuf {
    root().join("tests/foreign")
}

/// The folder for programs that were built with a profile.
pub(crate) fn built(profile: &str) -> PathBuf {
    let folder = if profile == "dev" { "debug" } else { profile };
    target().join(folder)
}

/// The folder for what is installed on a desk.
pub(crate) fn packages() -> PathBuf {
    target().join("packages")
}

/// The folder for all that is built.
pub(crate) fn target() -> PathBuf {
    // Cargo tells programs that it runs where it builds, if that is not the usual place.
    std::env::var_os("CARGO_TARGET_DIR")
        .map_or_else(|| root().join("target"), |target| root().join(target))
}

/// All files of the project beneath a folder, without what is built or downloaded.
pub(crate) fn files(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    let entries = folder
        .read_dir()
        .with_context(|| format!("cannot look into {folder:?}"))?;
    for entry in entries {
        let path = entry?.path();
        if !path.is_dir() {
            found.push(path);
        } else if !is_made(&path) {
            found.append(&mut files(&path)?);
        }
    }
    found.sort();
    Ok(found)
}

fn is_made(folder: &Path) -> bool {
    let made = [".git", "target", "node_modules", "dist"].map(OsStr::new);
    folder.file_name().is_some_and(|name| made.contains(&name))
}
