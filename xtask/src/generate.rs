//! `cargo xtask generate`: what is made from the Rust code and kept in the repository.

use std::process::ExitCode;

use anyhow::Result;

use crate::program::Program;

/// Tests that rewrite what is out of date and fail, so that nobody overlooks it; then they pass.
const REWRITING: [&str; 2] = [
    "cargo test --quiet --package controller --lib bindings",
    "cargo test --quiet --package policy --lib generate",
];

/// Writes the page's types, what is made of the policy's keys, and the icons anew.
pub(crate) fn run() -> Result<ExitCode> {
    for test in REWRITING.map(Program::new) {
        if !test.record()?.succeeded {
            test.run()?;
        }
    }
    Program::new("cargo test --quiet --package indicator --test looks icons")
        .variable("FERMATA_ACCEPT", "1")
        .run()?;
    Ok(ExitCode::SUCCESS)
}
