//! `cargo xtask sbom`: what is inside the programs, as a CycloneDX 1.5 bill of materials.
//!
//! It is made from what cargo and npm have locked. It has no serial number and no time of its
//! own making, so that the same commit has the same bill.

mod crates;
mod modules;
mod third_party;

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Result;
use serde_json::{Value, json};

use crate::date::Date;
pub(crate) use third_party::licenses;

/// What to name.
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// Only what is in the programs for this platform; for all of them, if none is named
    #[arg(long, value_name = "TRIPLE")]
    target: Option<String>,
}

/// Something that others made or that we did, and that is inside the programs or builds them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Part {
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

/// Writes the bill to standard output.
pub(crate) fn run(arguments: &Arguments) -> Result<ExitCode> {
    let parts = parts(arguments.target.as_deref())?;
    let bill = bill(&parts, env!("CARGO_PKG_VERSION"), Date::of_the_sources()?)?;
    println!("{bill:#}");
    Ok(ExitCode::SUCCESS)
}

/// All parts of the programs, in order, each once.
pub(crate) fn parts(target: Option<&str>) -> Result<Vec<Part>> {
    let mut parts = crates::read(target)?;
    parts.append(&mut modules::read()?);
    parts.sort_by_key(Part::reference);
    Ok(parts)
}

/// The bill of these parts.
pub(crate) fn bill(parts: &[Part], version: &str, date: Date) -> Result<Value> {
    let components: Vec<Value> = parts
        .iter()
        .map(component)
        .chain(std::iter::once(font()))
        .collect();
    let all: Vec<Value> = components
        .iter()
        .map(|component| component["bom-ref"].clone())
        .collect();
    let whole = json!({ "ref": "fermata", "dependsOn": all });
    let needs = parts
        .iter()
        .map(|part| json!({ "ref": part.reference(), "dependsOn": part.needs }));
    let dependencies: Vec<Value> = std::iter::once(whole).chain(needs).collect();
    Ok(json!({
        "bomFormat": "CycloneDX",
        "specVersion": "1.5",
        "version": 1,
        "metadata": {
            "timestamp": date.written("+%FT%TZ")?,
            "tools": { "components": [{ "type": "application", "name": "cargo xtask sbom" }] },
            "component": {
                "type": "application",
                "bom-ref": "fermata",
                "name": "fermata",
                "version": version,
                "licenses": [{ "expression": "MIT OR Apache-2.0" }],
            },
        },
        "components": components,
        "dependencies": dependencies,
    }))
}

fn component(part: &Part) -> Value {
    let mut component = json!({
        "type": "library",
        "bom-ref": part.reference(),
        "name": part.name,
        "version": part.version,
        "scope": if part.builds_only { "excluded" } else { "required" },
        "licenses": [{ "expression": part.license }],
    });
    if part.origin != Origin::Here {
        component["purl"] = json!(part.reference());
    }
    if let Some(sha256) = &part.sha256 {
        component["hashes"] = json!([{ "alg": "SHA-256", "content": sha256 }]);
    }
    component
}

/// The one part that no lock file names: `crates/indicator/fonts/README.md`.
fn font() -> Value {
    json!({
        "type": "file",
        "bom-ref": "FermataSans.ttf",
        "name": "FermataSans.ttf",
        "description": "a subset of Inter, renamed",
        "version": "3.019",
        "scope": "required",
        "licenses": [{ "expression": "OFL-1.1" }],
    })
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::program::Program;

    fn names(parts: &[Part], origin: Origin) -> BTreeSet<String> {
        let of_it = parts.iter().filter(|part| part.origin == origin);
        of_it.map(|part| part.name.clone()).collect()
    }

    // E5
    #[test]
    fn all_that_cargo_says_is_in_the_programs_is_in_the_bill() {
        let target = "x86_64-unknown-linux-gnu";
        let parts = crates::read(Some(target)).unwrap();
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
        let here = crates::read(Some("x86_64-unknown-linux-gnu")).unwrap();
        let crates = names(&here, Origin::Crates);
        for absent in ["axum", "proptest", "windows", "objc2"] {
            assert!(!crates.contains(absent), "{absent}");
        }
        assert!(names(&here, Origin::Here).contains("controller"));
        let everywhere = names(&crates::read(None).unwrap(), Origin::Crates);
        assert!(everywhere.contains("objc2") && everywhere.contains("windows"));
    }

    // E5
    #[test]
    fn every_part_has_a_license_and_all_of_others_can_be_looked_up() {
        let mut parts = crates::read(None).unwrap();
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

    #[test]
    fn a_bill_has_the_form_of_cyclonedx_and_the_date_of_the_sources() {
        let part = Part {
            name: String::from("@a/b"),
            version: String::from("1.0.0"),
            origin: Origin::Modules,
            license: String::from("MIT"),
            sha256: None,
            builds_only: true,
            folder: PathBuf::new(),
            needs: Vec::new(),
        };
        let component = component(&part);
        assert_eq!(component["purl"], "pkg:npm/%40a/b@1.0.0");
        assert_eq!(component["scope"], "excluded");
        assert_eq!(component["licenses"][0]["expression"], "MIT");
    }
}
