//! `cargo xtask package`: what is installed on a desk.

pub(crate) mod linux;
mod windows;

use std::process::ExitCode;

use anyhow::Result;

/// For which system.
#[derive(Debug, clap::Subcommand)]
pub(crate) enum Arguments {
    /// A package for Debian and what is made from it
    Linux(linux::Arguments),
    /// A package for Windows Installer
    Windows(windows::Arguments),
}

/// Builds the package and says where it is.
pub(crate) fn run(arguments: &Arguments) -> Result<ExitCode> {
    match arguments {
        Arguments::Linux(arguments) => linux::run(arguments),
        Arguments::Windows(arguments) => windows::run(arguments),
    }
}
