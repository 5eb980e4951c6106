//! Who may know whom, and what no file may say: `docs/architecture.md`, kept by looking.

mod edges;
mod texts;
mod workflows;

use std::path::Path;

use anyhow::{Context, Result};
use serde_json::Value;

use crate::program::Program;
use crate::tree;
use edges::{Edge, Kind};
use texts::Text;

/// Each breach of a rule in this checkout, with what to do about it.
pub(crate) fn breaches() -> Result<Vec<String>> {
    let root = tree::root();
    let mut found = edges::breaches(&dependencies()?);
    let texts = texts(root)?;
    found.extend(texts::breaches(&texts, &root.to_string_lossy()));
    found.extend(workflows::breaches(&texts));
    Ok(found)
}

/// The direct dependencies of the project's own crates, as their manifests name them.
fn dependencies() -> Result<Vec<Edge>> {
    let metadata = Program::new("cargo metadata --format-version 1 --no-deps").output()?;
    let metadata: Value = serde_json::from_str(&metadata)?;
    read(&metadata).context("cargo metadata is not of the form that is known here")
}

fn read(metadata: &Value) -> Option<Vec<Edge>> {
    let mut edges = Vec::new();
    for package in metadata["packages"].as_array()? {
        let from = package["name"].as_str()?;
        for dependency in package["dependencies"].as_array()? {
            let kind = match dependency["kind"].as_str() {
                None => Kind::Normal,
                Some("build") => Kind::Build,
                Some("dev") => Kind::Dev,
                Some(_) => return None,
            };
            let to = dependency["name"].as_str()?.to_owned();
            let ours = !dependency["path"].is_null();
            edges.push(Edge {
                from: from.to_owned(),
                to,
                kind,
                ours,
            });
        }
    }
    Some(edges)
}

/// All files of the project that hold text.
fn texts(root: &Path) -> Result<Vec<Text>> {
    let mut texts = Vec::new();
    for path in tree::files(root)? {
        let within = path
            .strip_prefix(root)
            .context("it was found beneath the root")?;
        let within = within.to_string_lossy().replace('\\', "/");
        // What is not UTF-8 is a picture or a sound, and has only its name to be looked at.
        let text = std::fs::read(&path).with_context(|| format!("cannot read {path:?}"))?;
        texts.push(Text {
            path: within,
            text: String::from_utf8(text).unwrap_or_default(),
        });
    }
    Ok(texts)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn this_checkout_keeps_the_rules() {
        assert_eq!(breaches().unwrap(), Vec::<String>::new());
    }

    #[test]
    fn the_dependencies_of_this_checkout_are_seen() {
        let edges = dependencies().unwrap();
        let has = |from: &str, to: &str, ours: bool, kind: Kind| {
            edges.contains(&Edge {
                from: from.into(),
                to: to.into(),
                kind,
                ours,
            })
        };
        assert!(has("vendors", "pause", true, Kind::Normal));
        assert!(has("fermata", "tauri", false, Kind::Normal));
        assert!(has("fermata", "tauri-build", false, Kind::Build));
        assert!(has("pause", "proptest", false, Kind::Dev));
    }

    #[test]
    fn the_files_of_this_checkout_are_seen() {
        let texts = texts(tree::root()).unwrap();
        let ours = texts
            .iter()
            .find(|text| text.path == "xtask/src/rules.rs")
            .unwrap();
        assert!(ours.text.contains("the_files_of_this_checkout_are_seen"));
        assert!(texts.iter().all(|text| !text.path.starts_with("target/")));
    }
}
