//! What the workflows of the public CI and the installers' scripts name has to exist, and no
//! secret of theirs may leak.
//!
//! They run elsewhere, so that an error in them would be seen only there.

use clap::Parser;

use super::texts::Text;
use crate::Arguments;

/// Each breach, with what to do about it.
pub(super) fn breaches(texts: &[Text]) -> Vec<String> {
    let files: Vec<&str> = texts.iter().map(|text| text.path.as_str()).collect();
    let within = |folder: &'static str| {
        texts
            .iter()
            .filter(move |text| text.path.starts_with(folder))
    };
    let workflows = within(".github/workflows/").flat_map(|text| of_one(text, &files));
    let scripts = within("installers/")
        .filter(|text| text.text.starts_with("#!"))
        .flat_map(of_script);
    workflows.chain(scripts).collect()
}

fn of_script(Text { path, text }: &Text) -> Vec<String> {
    (1..)
        .zip(text.lines())
        .filter(|(_, line)| !line.trim_start().starts_with('#'))
        .filter_map(|(number, line)| Some(format!("{path}:{number}: {}", unknown_command(line)?)))
        .collect()
}

fn of_one(Text { path, text }: &Text, files: &[&str]) -> Vec<String> {
    let mut found = Vec::new();
    if !text.contains("\npermissions:\n  contents: read\n") {
        found.push(format!(
            "{path}: grant nothing to all its jobs but `permissions: contents: read`"
        ));
    }
    for (number, line) in (1..).zip(text.lines()) {
        // The first line may follow the dash of a list.
        let line = line.trim().trim_start_matches("- ");
        let mut breaches = Vec::new();
        if !line.starts_with('#') {
            breaches.extend(unknown_command(line));
            breaches.extend(unknown_script(line, files));
            breaches.extend(movable_action(line));
            breaches.extend(exposed_secret(line));
        }
        found.extend(breaches.iter().map(|it| format!("{path}:{number}: {it}")));
    }
    found
}

/// A developer command that is not there, or not with these arguments.
fn unknown_command(line: &str) -> Option<String> {
    let (_, arguments) = line.split_once("cargo xtask ")?;
    let ends = |word: &&str| !["&&", "||", "|", ">", ";"].contains(word);
    let words = arguments.split_whitespace().take_while(ends);
    let command = std::iter::once("cargo xtask").chain(words);
    let error = Arguments::try_parse_from(command).err()?;
    let why = error.to_string();
    Some(format!(
        "`{line}` is no developer command: {}",
        why.lines().next().unwrap_or_default()
    ))
}

/// A script of ours that is not there.
fn unknown_script(line: &str, files: &[&str]) -> Option<String> {
    let places = line
        .split_whitespace()
        .filter(|word| word.starts_with("installers/") || word.starts_with(".ci/"));
    let mut missing = places.filter(|place| !files.contains(place));
    let place = missing.next()?;
    Some(format!("{place} is not in this repository"))
}

/// An action by a name that its owner can move to other code.
fn movable_action(line: &str) -> Option<String> {
    let action = line.strip_prefix("uses: ")?;
    let (_, reference) = action.split_once('@')?;
    let (commit, version) = reference.split_once(" # v").unwrap_or((reference, ""));
    let is_commit = commit.len() == 40 && commit.chars().all(|it| it.is_ascii_hexdigit());
    (!is_commit || version.is_empty()).then(|| {
        format!("`{action}`: name an action by its commit, and its version in a comment after it")
    })
}

/// A secret anywhere but in a variable of its own name: in a command it would be an argument.
fn exposed_secret(line: &str) -> Option<String> {
    let (before, after) = line.split_once("${{ secrets.")?;
    let is_variable = before
        .strip_suffix(": ")
        .is_some_and(|name| after == format!("{name} }}}}"));
    (!is_variable).then(|| {
        format!("`{line}`: hand a secret over in a variable of the environment, by its own name")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(lines: &str) -> Vec<String> {
        let workflow = Text {
            path: String::from(".github/workflows/ci.yml"),
            text: format!("name: CI\n\npermissions:\n  contents: read\n\n{lines}\n"),
        };
        let script = Text {
            path: String::from("installers/linux/there.sh"),
            text: String::new(),
        };
        breaches(&[workflow, script])
    }

    #[test]
    fn a_command_that_is_not_there_is_caught() {
        assert_eq!(
            found("      - run: cargo xtask test --without desktop"),
            [""; 0]
        );
        assert_eq!(found("      - run: cargo xtask sbom > bill.json"), [""; 0]);
        for wrong in ["tset", "test --witout desktop", "package amiga"] {
            let caught = found(&format!("      - run: cargo xtask {wrong}"));
            assert_eq!(caught.len(), 1, "{wrong}: {caught:?}");
            assert!(
                caught[0].starts_with(".github/workflows/ci.yml:6: "),
                "{caught:?}"
            );
        }
    }

    #[test]
    fn a_command_that_a_script_calls_and_that_is_not_there_is_caught() {
        let called = |command: &str| {
            breaches(&[Text {
                path: String::from("installers/linux/there.sh"),
                text: format!("#!/bin/sh\n# cargo xtask was\n    cargo xtask {command}\n"),
            }])
        };
        assert_eq!(called("sbom --into \"$app/a\""), [""; 0]);
        let caught = called("bill --into \"$app/a\"");
        assert!(
            caught[0].starts_with("installers/linux/there.sh:3: "),
            "{caught:?}"
        );
    }

    #[test]
    fn a_script_that_is_not_there_is_caught() {
        assert_eq!(found("      - run: installers/linux/there.sh a b"), [""; 0]);
        assert_eq!(found("        run: installers/linux/gone.sh").len(), 1);
    }

    #[test]
    fn an_action_that_can_be_moved_is_caught() {
        let commit = "0123456789abcdef0123456789abcdef01234567";
        assert_eq!(
            found(&format!("      - uses: a/b@{commit} # v1.2.3")),
            [""; 0]
        );
        for movable in ["v1", "main", commit, "0123456 # v1.2.3"] {
            assert_eq!(found(&format!("      - uses: a/b@{movable}")).len(), 1);
        }
    }

    #[test]
    fn a_secret_outside_a_variable_of_its_name_is_caught() {
        assert_eq!(found("          KEY: ${{ secrets.KEY }}"), [""; 0]);
        for exposed in [
            "      - run: sign --key ${{ secrets.KEY }}",
            "          OTHER: ${{ secrets.KEY }}",
        ] {
            assert_eq!(found(exposed).len(), 1, "{exposed}");
        }
    }

    #[test]
    fn a_workflow_that_grants_more_is_caught() {
        let generous = Text {
            path: String::from(".github/workflows/a.yml"),
            text: String::from("name: A\n\npermissions: write-all\n"),
        };
        assert_eq!(breaches(&[generous]).len(), 1);
    }
}
