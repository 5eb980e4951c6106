//! `cargo xtask sbom`: what is inside the programs, as a CycloneDX 1.5 bill of materials.
//!
//! It is made from what cargo and npm have locked. It has no serial number and no time of its
//! own making, so that the same commit has the same bill.

mod bill;
mod crates;
mod files;
mod modules;
mod third_party;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context, Result};

use crate::date::Date;
use bill::bill;
use third_party::licenses;

/// The bill, as it is called where it is installed.
pub(crate) const BILL: &str = "sbom.cdx.json";

/// The licenses of others, likewise.
pub(crate) const LICENSES: &str = "third-party-licenses.txt";

/// What to name.
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// Only what is in the programs for this platform, or for each that is named; for all of
    /// them, if none is
    #[arg(long, value_name = "TRIPLE")]
    target: Vec<String>,
    /// Writes the bill there and not to standard output, and beside it the licenses of others
    #[arg(long, value_name = "FOLDER")]
    into: Option<PathBuf>,
}

/// Something that others made or that we did, and that is inside the programs or builds them.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Part {
    name: String,
    version: String,
    origin: Origin,
    /// As an SPDX expression.
    license: String,
    /// The SHA-256 of the archive it came in, where it is locked.
    sha256: Option<String>,
    /// Whether it runs when the programs are built, and is not in them.
    builds_only: bool,
    /// Where its files lie here.
    folder: PathBuf,
    /// The other parts that it needs, by [`Part::reference`].
    needs: Vec<String>,
}

/// Where a part comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Origin {
    /// This repository.
    Here,
    /// The registry of crates.
    Crates,
    /// The registry of modules for JavaScript.
    Modules,
}

impl Part {
    /// What it is called in the bill: where it comes from, name and version.
    fn reference(&self) -> String {
        reference(self.origin, &self.name, &self.version)
    }
}

fn reference(origin: Origin, name: &str, version: &str) -> String {
    let kind = match origin {
        Origin::Here => return format!("{name}@{version}"),
        Origin::Crates => "cargo",
        Origin::Modules => "npm",
    };
    format!("pkg:{kind}/{}@{version}", name.replace('@', "%40"))
}

/// Writes the bill, and the licenses where they were asked for.
pub(crate) fn run(arguments: &Arguments) -> Result<ExitCode> {
    let version = env!("CARGO_PKG_VERSION");
    if let Some(folder) = &arguments.into {
        write(folder, &arguments.target, version)?;
    } else {
        let parts = parts(&arguments.target)?;
        println!("{:#}", bill(&parts, version, Date::of_the_sources()?)?);
    }
    Ok(ExitCode::SUCCESS)
}

/// Writes [`documents`] into a folder.
#[expect(
    clippy::disallowed_methods,
    reason = "what is packed is laid out anew each time, and packed whole or not at all"
)]
pub(crate) fn write(folder: &Path, targets: &[String], version: &str) -> Result<()> {
    for (name, text) in documents(targets, version, Date::of_the_sources()?)? {
        let file = folder.join(name);
        fs::write(&file, text).with_context(|| format!("cannot write {}", file.display()))?;
    }
    Ok(())
}

/// What is passed on with the programs for these platforms, each text by the name of its file:
/// what is inside, and the licenses of others in full.
///
/// # Errors
/// Something was not fetched yet; building the page and the programs does.
pub(crate) fn documents(
    targets: &[String],
    version: &str,
    date: Date,
) -> Result<[(&'static str, String); 2]> {
    let parts = parts(targets)?;
    let bill = bill(&parts, version, date)?;
    Ok([
        (BILL, serde_json::to_string_pretty(&bill)?),
        (LICENSES, licenses(&parts)?),
    ])
}

/// All parts of the programs, in order, each once.
fn parts(targets: &[String]) -> Result<Vec<Part>> {
    let mut parts = crates::read(targets)?;
    parts.append(&mut modules::read()?);
    parts.sort_by_key(Part::reference);
    Ok(parts)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::program::Program;

    fn of(target: &str) -> Vec<Part> {
        crates::read(&[String::from(target)]).unwrap()
    }

    fn names(parts: &[Part], origin: Origin) -> BTreeSet<String> {
        let of_it = parts.iter().filter(|part| part.origin == origin);
        of_it.map(|part| part.name.clone()).collect()
    }

    // E5
    #[test]
    fn all_that_cargo_says_is_in_the_programs_is_in_the_bill() {
        let target = "x86_64-unknown-linux-gnu";
        let parts = of(target);
        let known: BTreeSet<_> = parts
            .iter()
            .map(|part| format!("{} v{}", part.name, part.version))
            .collect();
        let tree = Program::new("cargo tree --locked --prefix none --format {p} --edges normal,build -p fermata -p ctl --target")
            .argument(target)
            .output()
            .unwrap();
        let mut seen = 0;
        for line in tree.lines().filter(|line| !line.is_empty()) {
            let words: Vec<_> = line.split(' ').take(2).collect();
            assert!(known.contains(&words.join(" ")), "{line}");
            seen += 1;
        }
        assert!(seen > 100, "cargo tree said {tree}");
    }

    // E5
    #[test]
    fn what_only_tests_need_and_what_other_platforms_need_is_not() {
        let here = of("x86_64-unknown-linux-gnu");
        let crates = names(&here, Origin::Crates);
        for absent in ["axum", "proptest", "windows", "objc2"] {
            assert!(!crates.contains(absent), "{absent}");
        }
        assert!(names(&here, Origin::Here).contains("controller"));
        let everywhere = names(&crates::read(&[]).unwrap(), Origin::Crates);
        assert!(everywhere.contains("objc2") && everywhere.contains("windows"));
    }

    // E5
    #[test]
    fn every_part_has_a_license_and_all_of_others_can_be_looked_up() {
        let mut parts = crates::read(&[]).unwrap();
        parts.append(&mut modules::read().unwrap());
        for part in &parts {
            assert!(!part.license.is_empty(), "{part:?}");
            assert!(!part.license.contains('/'), "{part:?}");
            assert_eq!(
                part.sha256.is_some(),
                part.origin == Origin::Crates,
                "{part:?}"
            );
        }
        let known: BTreeSet<_> = parts.iter().map(Part::reference).collect();
        assert_eq!(known.len(), parts.len());
        for part in &parts {
            for need in &part.needs {
                assert!(known.contains(need), "{part:?}");
            }
        }
    }

    #[test]
    fn what_the_page_is_made_of_is_in_the_bill() {
        let modules = names(&modules::read().unwrap(), Origin::Modules);
        assert!(modules.contains("@tauri-apps/api") && modules.contains("svelte"));
        assert!(!modules.contains("vitest"));
    }
}
