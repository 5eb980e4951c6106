//! `cargo xtask package linux`: a package for Debian, by the tools of Debian itself.
//!
//! The files are laid out in a folder as they will be installed, and dpkg-deb packs it. What is
//! packed depends on nothing but the sources, the compiler and the libraries built against:
//! names, modes, dates and order are all set here.

mod control;
mod layout;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context, Result};

use crate::date::{self, Date};
use crate::prerequisites::{self, Room};
use crate::program::Program;
use crate::{page, tree};

/// What is packed, unless a test packs a later one.
pub(crate) const VERSION: &str = env!("CARGO_PKG_VERSION");

/// How to build what is packed.
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// The profile to build the programs with
    #[arg(long, default_value = "release")]
    profile: String,
}

/// Builds the programs and the package.
pub(crate) fn run(arguments: &Arguments) -> Result<ExitCode> {
    prerequisites::ensure(&[Room::Application, Room::Node, Room::Package])?;
    page::build()?;
    Program::new("cargo build --locked --package fermata --package ctl --profile")
        .argument(&arguments.profile)
        .run()?;
    let package = pack(&tree::built(&arguments.profile), VERSION)?;
    println!("{}", package.display());
    Ok(ExitCode::SUCCESS)
}

/// Packs the programs that lie in a folder; returns the package.
pub(crate) fn pack(programs: &Path, version: &str) -> Result<PathBuf> {
    let date = Date::of_the_sources()?;
    let architecture = Program::new("dpkg --print-architecture").output()?;
    let architecture = architecture.trim();
    let folder = tree::packages();
    let name = format!("fermata_{version}_{architecture}");
    let staged = Staged::anew(folder.join(&name))?;
    layout::lay_out(&staged, programs, version, date)?;
    control::describe(&staged, version, architecture)?;
    staged.make_readable()?;

    let package = folder.join(format!("{name}.deb"));
    // With several threads the compressed bytes depend on how many there are.
    Program::new("dpkg-deb --root-owner-group --threads-max=1 -Zxz --build")
        .argument(staged.root().display().to_string())
        .argument(package.display().to_string())
        .variable(date::VARIABLE, date.seconds())
        .run()?;
    Ok(package)
}

/// The folder in which the files lie as they will be installed.
#[derive(Debug)]
struct Staged(PathBuf);

impl Staged {
    /// An empty one.
    fn anew(folder: PathBuf) -> Result<Self> {
        if folder.exists() {
            fs::remove_dir_all(&folder)?;
        }
        fs::create_dir_all(&folder)?;
        Ok(Self(folder))
    }

    fn root(&self) -> &Path {
        &self.0
    }

    /// Where a file will be, whose folder is made.
    fn place(&self, path: &str) -> Result<PathBuf> {
        let place = self.0.join(path);
        fs::create_dir_all(place.parent().context("a file lies in a folder")?)?;
        Ok(place)
    }

    fn copy(&self, from: &Path, to: &str) -> Result<PathBuf> {
        let place = self.place(to)?;
        fs::copy(from, &place).with_context(|| format!("{from:?} cannot be copied"))?;
        Ok(place)
    }

    #[expect(
        clippy::disallowed_methods,
        reason = "half a file is never packed: what is staged is packed whole or not at all"
    )]
    fn write(&self, to: &str, text: &str) -> Result<()> {
        Ok(fs::write(self.place(to)?, text)?)
    }

    /// Sets the modes that whoever has run this would have set by accident.
    fn make_readable(&self) -> Result<()> {
        Program::new("chmod -R u=rwX,go=rX")
            .argument(self.0.display().to_string())
            .output()?;
        Ok(())
    }
}
