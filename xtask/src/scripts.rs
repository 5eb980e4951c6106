//! The scripts that build, sign, release, install and remove, as far as they can be looked over
//! where most of them cannot be run.

use std::fs;

use anyhow::{Result, ensure};

use crate::program::Program;
use crate::suite::Part;
use crate::tree;

/// Reads all of them, and runs none.
pub(crate) fn parts() -> Vec<Part> {
    let scripts = match all() {
        Ok(scripts) => scripts,
        Err(error) => return vec![Part::alone("scripts", Err(error))],
    };
    let shellcheck = Program::new("shellcheck --external-sources --source-path=.");
    let mut read = Part::alone("scripts are shell", are_shell(&scripts));
    read.tests = true;
    vec![
        read,
        Part::of_program(&scripts.iter().fold(shellcheck, Program::argument)),
    ]
}

/// Each of them, by its path from the root of the project.
fn all() -> Result<Vec<String>> {
    let mut scripts = Vec::new();
    for folder in [".ci", "installers"] {
        for file in tree::files(&tree::root().join(folder))? {
            if is_script(&fs::read(&file)?) {
                let path = file.strip_prefix(tree::root())?;
                scripts.push(path.display().to_string().replace('\\', "/"));
            }
        }
    }
    Ok(scripts)
}

/// What is run names its interpreter, and what is sourced says that it is shell.
fn is_script(text: &[u8]) -> bool {
    text.starts_with(b"#!") || text.starts_with(b"# shellcheck shell=")
}

fn are_shell(scripts: &[String]) -> Result<()> {
    for script in scripts {
        let reads = Program::new("bash -n").argument(script).works();
        ensure!(reads, "bash cannot read {script}");
    }
    Ok(())
}

#[cfg(test)]
mod tests;
