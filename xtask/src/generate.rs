//! `cargo xtask generate`: what is made from the Rust code and kept in the repository.

use std::process::ExitCode;

use anyhow::Result;

use crate::program::Program;

/// Writes the page's types and the icons anew.
pub(crate) fn run() -> Result<ExitCode> {
    // The test rewrites what is out of date and fails, so that nobody overlooks it; then it passes.
    let bindings = Program::new("cargo test --quiet --package controller --lib bindings");
    if !bindings.record()?.succeeded {
        bindings.run()?;
    }
    Program::new("cargo test --quiet --package indicator --test looks icons")
        .variable("FERMATA_ACCEPT", "1")
        .run()?;
    Ok(ExitCode::SUCCESS)
}
