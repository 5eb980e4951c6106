//! Programs in Fermata's place, where it only counts which one it is and whether it runs.

use std::fs::{self, OpenOptions};
use std::io::Write;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use super::package::PROGRAMS;
use crate::program::Program;
use crate::tree;
use crate::windows::folder;

/// On the disk of Windows while a stand-in runs.
pub(super) const RUNNING: &str = "running.txt";

/// A folder with a program that says whether it runs, in the place of each.
pub(super) fn stand_in(built: &Path) -> Result<PathBuf> {
    let folder = gather("stand-in-programs", built)?;
    let program = folder.join(PROGRAMS[0]);
    Program::new("x86_64-w64-mingw32-gcc -O1 -s -mwindows -o")
        .argument(program.display().to_string())
        .argument(
            tree::root()
                .join("xtask/src/windows/stand-ins/program.c")
                .display()
                .to_string(),
        )
        .run()?;
    // It packs faster than a program that was built to be looked into.
    fs::copy(&program, folder.join(PROGRAMS[1]))?;
    Ok(folder)
}

/// A folder with programs that run like these and are not the same.
pub(super) fn older(programs: &Path) -> Result<PathBuf> {
    let folder = gather("older-programs", programs)?;
    OpenOptions::new()
        .append(true)
        .open(folder.join(PROGRAMS[0]))?
        .write_all(b"older")?;
    Ok(folder)
}

fn gather(name: &str, programs: &Path) -> Result<PathBuf> {
    let gathered = folder().join("msi").join(name);
    fs::create_dir_all(&gathered)?;
    for name in PROGRAMS {
        fs::copy(programs.join(name), gathered.join(name))
            .with_context(|| format!("{name} is not in {}", programs.display()))?;
    }
    Ok(gathered)
}
