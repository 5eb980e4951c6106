//! The modules that the page is made of, as npm has locked them.

use std::collections::BTreeSet;
use std::fs;

use anyhow::{Context, Result};
use serde_json::Value;

use super::{Origin, Part, reference};
use crate::tree;

/// What the page imports. Svelte is a compiler, and what its output needs at run time; with it go
/// all its dependencies, of which the page has only some.
const IMPORTED: &[&str] = &["@tauri-apps/api", "svelte"];

/// All modules that may be in the page.
pub(super) fn read() -> Result<Vec<Part>> {
    let lock = fs::read_to_string(tree::page().join("package-lock.json"))?;
    let lock: Value = serde_json::from_str(&lock)?;
    let modules = &lock["packages"];
    let mut ahead: Vec<String> = IMPORTED
        .iter()
        .map(|name| format!("node_modules/{name}"))
        .collect();
    let mut reached = BTreeSet::new();
    while let Some(place) = ahead.pop() {
        if reached.insert(place.clone()) {
            ahead.extend(needs(modules, &place)?);
        }
    }
    reached.iter().map(|place| part(modules, place)).collect()
}

fn part(modules: &Value, place: &str) -> Result<Part> {
    let (name, version) = name_and_version(modules, place)?;
    let license = modules[place]["license"].as_str();
    let needs = needs(modules, place)?.into_iter().map(|place| {
        let (name, version) = name_and_version(modules, &place)?;
        Ok(reference(Origin::Modules, &name, &version))
    });
    Ok(Part {
        license: license
            .with_context(|| format!("{place} has no license"))?
            .to_owned(),
        origin: Origin::Modules,
        sha256: None,
        builds_only: false,
        folder: tree::page().join(place),
        needs: needs.collect::<Result<_>>()?,
        name,
        version,
    })
}

fn name_and_version(modules: &Value, place: &str) -> Result<(String, String)> {
    let (_, name) = place
        .rsplit_once("node_modules/")
        .context("a place in node_modules")?;
    let version = modules[place]["version"].as_str();
    let version = version.with_context(|| format!("{place} is not in the lock file"))?;
    Ok((name.to_owned(), version.to_owned()))
}

/// Where the modules lie that the one in this place needs.
fn needs(modules: &Value, place: &str) -> Result<Vec<String>> {
    let Some(names) = modules[place]["dependencies"].as_object() else {
        return Ok(Vec::new());
    };
    names
        .keys()
        .map(|name| {
            let within = format!("{place}/node_modules/{name}");
            let beside = format!("node_modules/{name}");
            let mut places = [within, beside].into_iter();
            places
                .find(|place| modules[place].is_object())
                .with_context(|| format!("{name}, which {place} needs, is not in the lock file"))
        })
        .collect()
}
