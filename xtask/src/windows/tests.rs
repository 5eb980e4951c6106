//! The tests of the crates, run under wine.

use anyhow::Result;

use super::prefix::{Prefix, path_on_windows};
use super::toolchain::{Target, Toolchain};
use crate::program::Program;
use crate::suite::Part;
use crate::tally::Runner;
use crate::tree;

/// Tests that hold on Windows and not under wine, and why.
const NOT_UNDER_WINE: &[(&str, &str)] = &[(
    "channel::tests::instance::a_pipe_that_is_there_already_is_never_shared",
    "wine lets two programs make a pipe of one name",
)];

/// What is not run at all, and why.
const LEFT_OUT: &[(&str, &str)] = &[
    (
        "examples in the documentation",
        "each is a program to link; `cargo xtask test` runs them",
    ),
    (
        "xtask",
        "developers' commands, which are run on Debian here",
    ),
    (
        "tests: desktop, faults, fleet, foreign",
        "they need programs of Linux; `cargo xtask test` runs them",
    ),
];

/// Runs the tests of all crates but this one, and of the application what opens no page.
pub(super) fn run() -> Vec<Part> {
    match under_wine() {
        Ok(cargo) => {
            let mut part = Part::of_tests(&cargo, Runner::Cargo);
            let skipped = NOT_UNDER_WINE.iter().chain(LEFT_OUT);
            let names: Vec<String> = skipped
                .map(|(name, reason)| format!("{name} ({reason})"))
                .collect();
            part.tally.skipped += names.len();
            part.tally.names.extend(names);
            vec![part]
        }
        Err(error) => vec![Part::alone("tests under wine", Err(error))],
    }
}

fn under_wine() -> Result<Program> {
    let toolchain = Toolchain::ready(Target::WindowsGnu)?;
    let prefix = Prefix::fresh("wine-tests")?;
    let mut cargo = toolchain
        .cargo("test --no-fail-fast --workspace --exclude xtask --lib --bins --tests")
        .variable("CARGO_TARGET_X86_64_PC_WINDOWS_GNU_RUNNER", "wine")
        // Many tests wait for a clock or a socket most of the time.
        .variable("RUST_TEST_THREADS", "4")
        // The loader of the webview lies where programs are, and tests one below.
        .variable("WINEPATH", path_on_windows(&toolchain.built(false)))
        // There is no cargo on that Windows to ask for it.
        .variable("INSTA_WORKSPACE_ROOT", path_on_windows(tree::root()))
        .variable("INSTA_UPDATE", "no")
        .argument("--");
    for (name, _) in NOT_UNDER_WINE {
        cargo = cargo.argument("--skip").argument(*name);
    }
    // The indicator's tests show windows.
    Ok(prefix.within(cargo.through("xvfb-run --auto-servernum")))
}
