//! Whether all compiles for a system for which nothing can be linked here.

use anyhow::Result;

use super::toolchain::{Target, Toolchain};
use crate::program::Program;
use crate::suite::Part;
use crate::tree;

/// Checks the whole application and `fermatactl`.
pub(super) fn run(target: Target) -> Vec<Part> {
    match check(target) {
        Ok(check) => vec![Part::of_program(&check)],
        Err(error) => vec![Part::alone(target.triple(), Err(error))],
    }
}

fn check(target: Target) -> Result<Program> {
    // Crates with parts in C want a compiler, and icons want one of resources; what these make is
    // looked at by a linker only. This system's own `cc` must stay what is found by that name: it
    // links build scripts.
    let stand_ins = tree::root().join("xtask/src/windows/stand-ins");
    let compiler = stand_ins.join("foreign-cc").display().to_string();
    let triple = target.triple().replace('-', "_");
    let check = Toolchain::ready(target)?
        .cargo("check --package fermata --package ctl")
        .variable(&format!("CC_{triple}"), compiler.clone())
        .variable(&format!("CXX_{triple}"), compiler.clone())
        .finding_first(&stand_ins);
    Ok(match target {
        Target::WindowsMsvc => check.variable(&format!("AR_{triple}"), compiler),
        Target::WindowsGnu | Target::MacOs => check,
    })
}
