//! `cargo xtask package windows`: a package for Windows Installer, built on Debian.

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Result;

use crate::windows;

/// What to pack.
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// A folder with programs that are built, and signed, already
    #[arg(long, value_name = "FOLDER")]
    from: Option<PathBuf>,
}

/// Builds the programs, unless they are there, and the package.
pub(crate) fn run(arguments: &Arguments) -> Result<ExitCode> {
    let package = windows::package(arguments.from.as_deref())?;
    println!("{}", package.display());
    Ok(ExitCode::SUCCESS)
}
