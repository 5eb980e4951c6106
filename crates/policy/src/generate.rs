//! Keeps what is made from [`Decisions`](crate::Decisions) and [`KEYS`](crate::KEYS) what they
//! say (F3): schema, templates, sample, example and reference page.

mod admx;
mod german;
mod lint;
mod policy_file;
mod profile;
mod reference;
mod schema;
mod words;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use schema::Described;
use words::Words;

/// The text of each file, by its path from the root of the project.
fn files() -> BTreeMap<PathBuf, String> {
    let described = Described::new();
    let english = Words::english(&described);
    let german = Words::german(&described);
    [
        ("installers/policy/fermata.schema.json", described.json()),
        ("installers/policy/windows/fermata.admx", admx::template()),
        (
            "installers/policy/windows/en-US/fermata.adml",
            admx::words(&english),
        ),
        (
            "installers/policy/windows/de-DE/fermata.adml",
            admx::words(&german),
        ),
        (
            "installers/policy/macos/fermata.mobileconfig",
            profile::sample(),
        ),
        (
            "installers/policy/policy.example.toml",
            policy_file::example(&english),
        ),
        ("docs/policy.md", reference::page(&english)),
    ]
    .map(|(path, text)| (PathBuf::from(path), text))
    .into()
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

#[expect(
    clippy::disallowed_methods,
    reason = "half a generated file is seen by the next run of this test"
)]
fn rewrite(path: &Path, text: &str) {
    let path = root().join(path);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, text).unwrap();
}

#[test]
fn what_is_made_from_the_decisions_says_what_they_say() {
    let mut changed = Vec::new();
    for (path, text) in files() {
        let old = fs::read_to_string(root().join(&path)).unwrap_or_default();
        // A checkout on Windows may have turned the line ends.
        if old.replace("\r\n", "\n") != text {
            rewrite(&path, &text);
            changed.push(path);
        }
    }
    assert!(
        changed.is_empty(),
        "these were out of date and have been rewritten: commit them. {changed:?}"
    );
}
