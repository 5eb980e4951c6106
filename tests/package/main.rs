//! The package for Debian: what is in it, what it leaves behind, and whether what it installs runs.
//!
//! `cargo xtask test` packs it and says by the environment where it is: `FERMATA_DEB`, a later
//! version of the same in `FERMATA_NEXT_DEB`, and the programs of the unpacked package in
//! `FERMATA_BIN` and `FERMATACTL_BIN`.
#![expect(
    clippy::unwrap_used,
    reason = "here each error is a failed test, and says what went wrong"
)]

mod contents;
mod life;
mod root;
mod running;

use std::path::PathBuf;
use std::process::{Command, Output};

/// The package that a variable of the environment points to.
fn package(variable: &str) -> PathBuf {
    let package = std::env::var_os(variable);
    PathBuf::from(package.unwrap_or_else(|| {
        panic!("{variable} is not set; the step `package` of cargo xtask test sets it")
    }))
}

/// Runs a program that has to end well; returns what it wrote to its standard output.
fn said(command: &mut Command) -> String {
    let Output {
        status,
        stdout,
        stderr,
    } = command.env("LC_ALL", "C").output().unwrap();
    let complaint = String::from_utf8_lossy(&stderr);
    assert!(status.success(), "{command:?}: {complaint}");
    String::from_utf8(stdout).unwrap()
}
