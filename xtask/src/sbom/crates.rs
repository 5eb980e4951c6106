//! The crates, as cargo has resolved them.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use serde_json::Value;

use super::{Origin, Part, reference};
use crate::program::Program;
use crate::tree;

/// What is shipped.
const PROGRAMS: &[&str] = &["fermata", "ctl"];

/// A crate, and which others it needs for what.
#[derive(Debug)]
struct Node<'a> {
    package: &'a Value,
    needs: Vec<Need<'a>>,
}

/// That a crate needs another.
#[derive(Debug)]
struct Need<'a> {
    id: &'a str,
    /// Whether it is needed in the program; else its build script needs it.
    in_program: bool,
}

/// All crates that are in the programs for these platforms, or build them; of all platforms, if
/// none is named.
pub(super) fn read(targets: &[String]) -> Result<Vec<Part>> {
    let metadata = targets.iter().fold(
        Program::new("cargo metadata --locked --format-version 1"),
        |metadata, target| metadata.argument("--filter-platform").argument(target),
    );
    let metadata: Value = serde_json::from_str(&metadata.output()?)?;
    let lock = std::fs::read_to_string(tree::root().join("Cargo.lock"))?;
    parts(&metadata, &checksums(&lock)).context("cargo metadata is not of the form known here")
}

fn parts(metadata: &Value, checksums: &BTreeMap<String, String>) -> Option<Vec<Part>> {
    let nodes = nodes(metadata)?;
    let shipped = reached(&nodes, |need| need.in_program)?;
    let all = reached(&nodes, |_| true)?;
    all.iter()
        .map(|id| {
            let node = nodes.get(id)?;
            let mut part = part(node.package, checksums)?;
            part.builds_only = !shipped.contains(id);
            let needs = node.needs.iter().map(|need| {
                let part = self::part(nodes.get(need.id)?.package, checksums)?;
                Some(part.reference())
            });
            part.needs = needs.collect::<Option<_>>()?;
            part.needs.sort();
            Some(part)
        })
        .collect()
}

fn nodes(metadata: &Value) -> Option<BTreeMap<&str, Node<'_>>> {
    let packages = metadata["packages"].as_array()?.iter();
    let packages: BTreeMap<&str, &Value> = packages
        .map(|package| Some((package["id"].as_str()?, package)))
        .collect::<Option<_>>()?;
    let nodes = metadata["resolve"]["nodes"].as_array()?.iter();
    nodes
        .map(|node| {
            let id = node["id"].as_str()?;
            let needs = node["deps"].as_array()?.iter();
            let needs = needs.map(need).collect::<Option<Vec<_>>>()?;
            let node = Node {
                package: packages.get(id)?,
                needs: needs.into_iter().flatten().collect(),
            };
            Some((id, node))
        })
        .collect()
}

/// What a crate needs of another; nothing, if only its tests do.
fn need(dependency: &Value) -> Option<Option<Need<'_>>> {
    let kinds = dependency["dep_kinds"].as_array()?.iter();
    let kinds: Vec<_> = kinds.map(|kind| kind["kind"].as_str()).collect();
    let in_program = kinds.contains(&None);
    let needed = in_program || kinds.contains(&Some("build"));
    let id = dependency["pkg"].as_str()?;
    Some(needed.then_some(Need { id, in_program }))
}

fn reached<'a>(
    nodes: &BTreeMap<&'a str, Node<'a>>,
    counts: impl Fn(&Need) -> bool,
) -> Option<BTreeSet<&'a str>> {
    let programs = nodes.iter().filter(|(_, node)| {
        node.package["source"].is_null()
            && node.package["name"]
                .as_str()
                .is_some_and(|name| PROGRAMS.contains(&name))
    });
    let mut ahead: Vec<&str> = programs.map(|(id, _)| *id).collect();
    let mut reached = BTreeSet::new();
    while let Some(id) = ahead.pop() {
        if reached.insert(id) {
            let needs = nodes.get(id)?.needs.iter();
            ahead.extend(needs.filter(|need| counts(need)).map(|need| need.id));
        }
    }
    Some(reached)
}

fn part(package: &Value, checksums: &BTreeMap<String, String>) -> Option<Part> {
    let name = package["name"].as_str()?;
    let version = package["version"].as_str()?;
    let origin = if package["source"].is_null() {
        Origin::Here
    } else {
        Origin::Crates
    };
    let manifest = Path::new(package["manifest_path"].as_str()?);
    Some(Part {
        name: name.to_owned(),
        version: version.to_owned(),
        origin,
        license: license(package["license"].as_str().unwrap_or_default()),
        sha256: checksums.get(&reference(origin, name, version)).cloned(),
        builds_only: false,
        folder: manifest.parent().map(PathBuf::from)?,
        needs: Vec::new(),
    })
}

/// Old crates write a slash where an SPDX expression has `OR`.
fn license(written: &str) -> String {
    let alternatives: Vec<_> = written.split('/').map(str::trim).collect();
    alternatives.join(" OR ")
}

/// The SHA-256 of each crate in the lock file, by its reference.
fn checksums(lock: &str) -> BTreeMap<String, String> {
    let entries = lock.split("[[package]]").skip(1);
    entries
        .filter_map(|entry| {
            let value = |key: &str| {
                let line = entry.lines().find(|line| line.starts_with(key))?;
                line.strip_prefix(key)?
                    .strip_prefix(" = \"")?
                    .strip_suffix('"')
            };
            let crate_ = reference(Origin::Crates, value("name")?, value("version")?);
            Some((crate_, value("checksum")?.to_owned()))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slash_between_licenses_means_or() {
        assert_eq!(license("MIT / Apache-2.0"), "MIT OR Apache-2.0");
        assert_eq!(license("MIT OR Zlib"), "MIT OR Zlib");
    }

    #[test]
    fn checksums_are_found_by_name_and_version() {
        let lock = "version = 4\n\n[[package]]\nname = \"a\"\nversion = \"1.0.0\"\nsource = \"x\"\nchecksum = \"00ff\"\n\n[[package]]\nname = \"ours\"\nversion = \"0.1.0\"\n";
        let found: Vec<_> = checksums(lock).into_iter().collect();
        assert_eq!(
            found,
            [(String::from("pkg:cargo/a@1.0.0"), String::from("00ff"))]
        );
    }
}
