//! The application itself under wine, on a desktop without a screen.

use anyhow::Result;

use super::prefix::Prefix;
use super::programs::Programs;
use super::toolchain::{Target, Toolchain};
use crate::program::Program;
use crate::suite::Part;
use crate::tally::Runner;

/// Runs the journey of `tests/windows`.
pub(super) fn run(programs: &Programs) -> Vec<Part> {
    match journey(*programs) {
        Ok(journey) => vec![Part::of_tests(&journey, Runner::Cargo)],
        Err(error) => vec![Part::alone("the application under wine", Err(error))],
    }
}

fn journey(programs: Programs) -> Result<Program> {
    let toolchain = Toolchain::ready(Target::WindowsGnu)?;
    toolchain
        .cargo("build --package tests --features windows-rig --bin probe")
        .run()?;
    let prefix = Prefix::fresh("wine-desktop")?;
    let folder = programs.folder()?;
    let journey = Program::new("cargo test --package tests --features windows-rig --test windows")
        .variable("FERMATA_WINDOWS", folder.display().to_string())
        .variable(
            "FERMATA_PROBE",
            toolchain
                .built(false)
                .join("probe.exe")
                .display()
                .to_string(),
        );
    Ok(prefix.within(journey))
}
