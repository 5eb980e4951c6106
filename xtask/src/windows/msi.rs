//! The package for Windows Installer: built, looked over, installed and removed under wine.

mod desk;
mod documents;
mod installed;
mod journeys;
mod package;
mod programs;
mod registry;
mod table;
mod tables;

use std::path::{Path, PathBuf};

use anyhow::Result;

use super::programs::Programs;
use crate::suite::Part;
use crate::tree;
use package::Package;

/// Builds the package from the programs that are there and tries what it promises.
pub(super) fn parts(programs: Programs) -> Vec<Part> {
    let tried = match journeys::Packages::of(programs) {
        Ok(packages) => packages,
        Err(error) => return vec![Part::alone("packages for Windows", Err(error))],
    };
    let looked_over = tried_out(
        "the tables of the package agree",
        tables::look_over(&tried.current),
    );
    let documented = tried_out(
        "the package says what is inside it, and whose that is",
        documents::are_there(&tried.current),
    );
    [looked_over, documented]
        .into_iter()
        .chain(journeys::ALL.iter().map(|(name, journey)| {
            println!("-- {name}");
            tried_out(name, journey(&tried))
        }))
        .collect()
}

fn tried_out(name: &str, came: Result<()>) -> Part {
    let mut part = Part::alone(name, came);
    part.tests = true;
    part
}

/// Builds the package from the programs in a folder, and says where it is.
pub(super) fn ship(programs: &Path) -> Result<PathBuf> {
    let version = env!("CARGO_PKG_VERSION");
    let package = Package::of("shipped", programs, version)?;
    tables::look_over(&package)?;
    documents::are_there(&package)?;
    let packages = tree::packages();
    std::fs::create_dir_all(&packages)?;
    let place = packages.join(format!("fermata-{version}-x64.msi"));
    std::fs::copy(package.file(), &place)?;
    Ok(place)
}
