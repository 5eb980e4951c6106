//! `cargo xtask windows`: what is shipped for Windows, built and tried on Debian.

mod check;
mod desktop;
mod msi;
mod prefix;
mod programs;
mod tests;
mod toolchain;

use std::fmt;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Result, ensure};
use clap::ValueEnum;

use crate::prerequisites::{self, Room};
use crate::suite::{self, Outcome};
use crate::{scripts, tree};
use programs::Programs;
use toolchain::Target;

/// What to do.
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// With what is shipped, which takes long to build, and not with what is quickly there
    #[arg(long)]
    release: bool,
    /// Only these steps
    #[arg(long, value_name = "STEP", value_delimiter = ',', num_args = 1..)]
    only: Vec<Step>,
    /// Leave steps out; they are listed at the end
    #[arg(long, value_name = "STEP", value_delimiter = ',', num_args = 1..)]
    without: Vec<Step>,
}

/// A step; they are run in this order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Step {
    /// The programs for Windows
    Build,
    /// The tests of all crates but the page, under wine
    Test,
    /// The application itself under wine, on a desktop without a screen
    Desktop,
    /// The package for Windows Installer, installed and removed under wine
    Msi,
    /// All compiles for Windows with Microsoft's linker
    Msvc,
    /// All compiles for macOS, and the scripts for it and for all other installers are in order
    Macos,
}

impl fmt::Display for Step {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(match self {
            Self::Build => "build",
            Self::Test => "test",
            Self::Desktop => "desktop",
            Self::Msi => "msi",
            Self::Msvc => "msvc",
            Self::Macos => "macos",
        })
    }
}

impl Step {
    const ALL: [Self; 6] = [
        Self::Build,
        Self::Test,
        Self::Desktop,
        Self::Msi,
        Self::Msvc,
        Self::Macos,
    ];

    fn target(self) -> Target {
        match self {
            Self::Build | Self::Test | Self::Desktop | Self::Msi => Target::WindowsGnu,
            Self::Msvc => Target::WindowsMsvc,
            Self::Macos => Target::MacOs,
        }
    }

    /// What has to be installed for it.
    fn rooms(self, release: bool) -> Vec<Room> {
        let mut rooms = match self {
            Self::Build | Self::Test => vec![Room::Windows],
            // The rig is built with what it needs for other desktops, too.
            Self::Desktop => vec![Room::Windows, Room::Desktop],
            // The licenses of what the page is made of are packed too.
            Self::Msi => vec![Room::Windows, Room::Msi, Room::Node],
            Self::Msvc => Vec::new(),
            Self::Macos => vec![Room::Shell],
        };
        if release {
            rooms.push(Room::Node);
        }
        if !self.target().is_installed() {
            rooms.push(Room::StandardLibrary);
        }
        rooms
    }

    fn run(self, programs: &Programs) -> Outcome {
        Outcome::Ran(match self {
            Self::Build => programs.build(),
            Self::Test => tests::run(),
            Self::Desktop => desktop::run(programs),
            Self::Msi => msi::parts(*programs),
            Self::Msvc => check::run(self.target()),
            Self::Macos => [check::run(self.target()), scripts::parts()].concat(),
        })
    }
}

/// Runs the steps that are asked for.
pub(crate) fn run(arguments: &Arguments) -> Result<ExitCode> {
    ensure!(
        cfg!(target_os = "linux"),
        "`cargo xtask windows` tries on Debian what is for Windows; here, run `cargo test`"
    );
    let steps: Vec<(Step, Option<String>)> = Step::ALL
        .into_iter()
        .map(|step| (step, reason_to_skip(step, arguments)))
        .collect();
    let rooms: Vec<Room> = steps
        .iter()
        .filter(|(_, reason)| reason.is_none())
        .flat_map(|(step, _)| step.rooms(arguments.release))
        .collect();
    prerequisites::ensure(&rooms)?;
    let programs = Programs::of(arguments.release);
    Ok(suite::run_all(steps, |step| step.run(&programs)))
}

fn reason_to_skip(step: Step, arguments: &Arguments) -> Option<String> {
    if arguments.without.contains(&step) {
        return Some(format!("--without {step}"));
    }
    let others_only = !arguments.only.is_empty() && !arguments.only.contains(&step);
    others_only.then(|| String::from("--only others"))
}

/// Builds the package for Windows Installer from the programs in a folder, or from programs that
/// it builds as they are shipped; returns where it is.
pub(crate) fn package(from: Option<&Path>) -> Result<PathBuf> {
    prerequisites::ensure(&Step::Msi.rooms(from.is_none()))?;
    let Some(folder) = from else {
        let programs = Programs::of(true);
        for part in programs.build() {
            ensure!(part.trouble.is_empty(), "{}", part.trouble);
        }
        return msi::ship(&programs.folder()?);
    };
    msi::ship(folder)
}

/// The folder for all that this command makes.
fn folder() -> PathBuf {
    tree::target().join("windows")
}
