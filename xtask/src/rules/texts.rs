//! What no file may say, and what only one may.

use std::path::Path;

/// Names that say nothing of what is in a file; a function that has no home is a missing concept.
const NO_NAMES: &[&str] = &[
    "common",
    "core",
    "handler",
    "handlers",
    "helper",
    "helpers",
    "manager",
    "misc",
    "processor",
    "service",
    "services",
    "util",
    "utils",
];

/// The only place that names the crate through which the operating system's keyring is reached.
const SECRETS: &str = "crates/controller/src/secrets";

/// The only place on the page that knows Tauri, and its test.
const TRANSPORT: &[&str] = &["ui/src/transport.ts", "ui/src/transport.test.ts"];

/// A file, with its path from the root of the project; empty if it is no text.
#[derive(Clone, Debug)]
pub(super) struct Text {
    pub(super) path: String,
    pub(super) text: String,
}

/// Each breach, with what to do about it. `root` is where this checkout happens to be.
pub(super) fn breaches(texts: &[Text], root: &str) -> Vec<String> {
    let rules = [empty_name, keyring, tauri_on_the_page, other_registry];
    let mut found: Vec<String> = texts
        .iter()
        .flat_map(|text| rules.iter().filter_map(|rule| rule(text)))
        .collect();
    found.extend(texts.iter().filter_map(|text| machine_path(text, root)));
    found
}

fn empty_name(Text { path, .. }: &Text) -> Option<String> {
    is_source(path)?;
    let mut names = path.split(['/', '.']);
    let name = names.find(|name| NO_NAMES.contains(name))?;
    Some(format!(
        "{path}: {name:?} says nothing of what is in it; name it after what it is about"
    ))
}

fn keyring(Text { path, text }: &Text) -> Option<String> {
    let is_rust = Path::new(path)
        .extension()
        .is_some_and(|ending| ending == "rs");
    if !is_rust || path.starts_with(SECRETS) {
        return None;
    }
    // In two pieces each, or this file would break its own rule.
    let names = [
        concat!("keyring", "::"),
        concat!("keyring", "_core::"),
        concat!("use ", "keyring;"),
    ];
    let line = names.iter().find_map(|name| line_of(text, name))?;
    Some(format!(
        "{path}:{line}: only {SECRETS}.rs may name the keyring crate; use controller::secrets::SecretStore"
    ))
}

fn tauri_on_the_page(Text { path, text }: &Text) -> Option<String> {
    if !path.starts_with("ui/") || !is_source(path)? || TRANSPORT.contains(&path.as_str()) {
        return None;
    }
    let line = line_of(text, "@tauri-apps/")?;
    Some(format!(
        "{path}:{line}: only {} may import Tauri's API, so that the page runs in a browser too; go through it",
        TRANSPORT[0]
    ))
}

/// The lock files have to serve whoever clones them: all crates are from one registry and none
/// from a repository, and packages are looked up wherever npm is set up to look.
fn other_registry(Text { path, text }: &Text) -> Option<String> {
    let line = match path.as_str() {
        "Cargo.lock" => {
            let mut sources = text
                .lines()
                .enumerate()
                .filter(|(_, line)| line.starts_with("source = "));
            let (_, first) = sources.clone().next()?;
            sources.find(|(_, source)| !source.contains("\"registry+") || *source != first)?
        }
        "ui/package-lock.json" | "tests/foreign/package-lock.json" => text
            .lines()
            .enumerate()
            .find(|(_, line)| line.contains("\"resolved\""))?,
        _ => return None,
    };
    Some(format!(
        "{path}:{}: packages come from the usual registry alone; write the lock file anew without a mirror, a git source or addresses",
        line.0 + 1
    ))
}

fn machine_path(Text { path, text }: &Text, root: &str) -> Option<String> {
    let homes = [
        concat!("/ho", "me/"),
        concat!("/ro", "ot/"),
        concat!("/Us", "ers/"),
        concat!("C:\\Us", "ers\\"),
    ];
    // A checkout right beneath `/` has a name that means other things as well: `/src`.
    let checkout = (root.matches(['/', '\\']).count() > 1).then_some(root);
    let line = homes
        .into_iter()
        .chain(checkout)
        .find_map(|place| line_of(text, place))?;
    Some(format!(
        "{path}:{line}: this is a path on one machine; write it relative to the project, or with ~ or $HOME"
    ))
}

/// The line in which a text has a word that does not begin within another word or path.
fn line_of(text: &str, word: &str) -> Option<usize> {
    let begins = |at: usize| {
        let before = text[..at].chars().next_back().unwrap_or(' ');
        !(before.is_alphanumeric() || "_-./:}>*~".contains(before))
    };
    let at = text
        .match_indices(word)
        .map(|(at, _)| at)
        .find(|at| begins(*at))?;
    Some(text[..at].lines().count().max(1))
}

fn is_source(path: &str) -> Option<bool> {
    let ending = Path::new(path).extension()?.to_str()?;
    ["rs", "ts", "svelte", "js", "mjs"]
        .contains(&ending)
        .then_some(true)
}

#[cfg(test)]
mod tests {
    use super::*;

    const ROOT: &str = "/builds/fermata";

    fn found(path: &str, text: &str) -> Vec<String> {
        breaches(
            &[Text {
                path: path.into(),
                text: text.into(),
            }],
            ROOT,
        )
    }

    #[test]
    fn a_name_that_says_nothing_is_caught_and_a_word_of_it_is_not() {
        for path in [
            "crates/vendors/src/utils.rs",
            "src-tauri/src/core/tray.rs",
            "ui/src/helper.ts",
        ] {
            assert_eq!(found(path, "").len(), 1, "{path}");
        }
        for path in ["crates/vendors/src/score.rs", "docs/util.md"] {
            assert_eq!(found(path, ""), Vec::<String>::new());
        }
    }

    #[test]
    fn the_keyring_crate_is_named_in_one_place() {
        let text = concat!("fn f() {\n    keyring", "::Entry::new(\"a\", \"b\");\n}\n");
        assert_eq!(
            found("crates/controller/src/secrets.rs", text),
            Vec::<String>::new()
        );
        let caught = found("crates/ctl/src/main.rs", text);
        assert!(
            caught[0].starts_with("crates/ctl/src/main.rs:2: only"),
            "{caught:?}"
        );
        let own_module = concat!("use crate::keyring", "::lock; // the keyring is locked\n");
        assert_eq!(
            found("crates/ctl/src/main.rs", own_module),
            Vec::<String>::new()
        );
    }

    #[test]
    fn the_page_knows_tauri_in_one_place() {
        let text = "import { invoke } from '@tauri-apps/api/core';\n";
        assert_eq!(found("ui/src/transport.ts", text), Vec::<String>::new());
        assert_eq!(found("ui/package.json", text), Vec::<String>::new());
        assert_eq!(found("ui/src/App.svelte", text).len(), 1);
    }

    #[test]
    fn packages_come_from_where_everybody_can_have_them() {
        let usual = "source = \"registry+https://usual.example/index\"";
        assert_eq!(found("Cargo.lock", usual), Vec::<String>::new());
        for other in [
            "source = \"registry+https://mirror.example/index\"",
            "source = \"git+https://code.example/x\"",
        ] {
            assert_eq!(found("Cargo.lock", &format!("{usual}\n{other}")).len(), 1);
        }
        let mirror = "      \"resolved\": \"https://mirror.example/svelte.tgz\",";
        for lock_file in ["ui/package-lock.json", "tests/foreign/package-lock.json"] {
            assert_eq!(found(lock_file, mirror).len(), 1, "{lock_file}");
        }
    }

    #[test]
    fn a_path_on_one_machine_is_caught() {
        for text in [
            concat!("see /ho", "me/ada/notes"),
            concat!("open(\"/ro", "ot/x\")"),
            concat!("C:\\Us", "ers\\ada"),
            "cd /builds/fermata/crates",
        ] {
            assert_eq!(found("README.md", text).len(), 1, "{text}");
        }
        for text in [
            concat!("https://a.example/ho", "me/x"),
            concat!("$HOME/ro", "ot/"),
        ] {
            assert_eq!(found("README.md", text), Vec::<String>::new());
        }
        // A checkout at /src would forbid every path that begins so.
        let text = Text {
            path: "ui/index.html".into(),
            text: "src=\"/src/main.ts\"".into(),
        };
        assert_eq!(breaches(&[text], "/src"), Vec::<String>::new());
    }
}
