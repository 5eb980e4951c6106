//! The tests of the crates, run under wine.

use anyhow::Result;

use super::prefix::{Prefix, path_on_windows};
use super::toolchain::{Target, Toolchain};
use crate::program::Program;
use crate::suite::Part;
use crate::tally::Runner;

/// Runs the tests of all crates that know no desktop, and those of the application that open no
/// window.
pub(super) fn run() -> Vec<Part> {
    match under_wine() {
        Ok(cargo) => vec![Part::of_tests(&cargo, Runner::Cargo)],
        Err(error) => vec![Part::alone("tests under wine", Err(error))],
    }
}

fn under_wine() -> Result<Program> {
    let toolchain = Toolchain::ready(Target::WindowsGnu)?;
    let prefix = Prefix::fresh("wine-tests")?;
    // Examples in the documentation are left to the other systems: each is a program to link.
    let cargo = toolchain
        .cargo("test --no-fail-fast --workspace --exclude xtask --lib --bins --tests")
        .variable("CARGO_TARGET_X86_64_PC_WINDOWS_GNU_RUNNER", "wine")
        // Many tests wait for a clock or a socket most of the time.
        .variable("RUST_TEST_THREADS", "4")
        // The loader of the webview lies where programs are, and tests one below.
        .variable("WINEPATH", path_on_windows(&toolchain.built(false)));
    Ok(prefix.within(cargo))
}
