//! The steps, and what each of them runs.

use std::fmt;
use std::path::{Path, PathBuf};

use anyhow::{Result, ensure};
use clap::ValueEnum;

use super::packed::Packed;
use super::{Extent, Outcome, Part};
use crate::prerequisites::Room;
use crate::program::Program;
use crate::tally::{Runner, Tally};
use crate::{packages, page, rules, tree};

/// A step of the suite; they are run in this order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum Step {
    /// The code is formatted
    Fmt,
    /// No compiler and no clippy warnings
    Clippy,
    /// Who may know whom, and what no file may say
    Rules,
    /// All tests that need no desktop
    Test,
    /// A simulated site of 500 agents at each vendor
    Fleet,
    /// Every vendor, every fault, every moment
    Faults,
    /// Against programs that others wrote
    Foreign,
    /// The documentation builds and its links hold
    Doc,
    /// The page: types, unit tests, build, and a look at it in a browser
    Page,
    /// The application itself on a desktop without a screen
    Desktop,
    /// The package for Debian: looked over, installed, upgraded, run, purged
    Package,
    /// Licences, bans and sources of dependencies
    Deny,
}

impl fmt::Display for Step {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = match self {
            Self::Fmt => "fmt",
            Self::Clippy => "clippy",
            Self::Rules => "rules",
            Self::Test => "test",
            Self::Fleet => "fleet",
            Self::Faults => "faults",
            Self::Foreign => "foreign",
            Self::Doc => "doc",
            Self::Page => "page",
            Self::Desktop => "desktop",
            Self::Package => "package",
            Self::Deny => "deny",
        };
        formatter.pad(name)
    }
}

impl Step {
    pub(super) const ALL: [Self; 12] = [
        Self::Fmt,
        Self::Clippy,
        Self::Rules,
        Self::Test,
        Self::Fleet,
        Self::Faults,
        Self::Foreign,
        Self::Doc,
        Self::Page,
        Self::Desktop,
        Self::Package,
        Self::Deny,
    ];

    pub(super) fn is_fast(self) -> bool {
        match self {
            Self::Fmt | Self::Clippy | Self::Rules | Self::Test => true,
            Self::Fleet
            | Self::Faults
            | Self::Foreign
            | Self::Doc
            | Self::Page
            | Self::Desktop
            | Self::Package
            | Self::Deny => false,
        }
    }

    /// What has to be installed for it.
    pub(super) fn rooms(self, extent: Extent) -> &'static [Room] {
        match (self, extent) {
            (Self::Clippy | Self::Test, Extent::Whole) | (Self::Doc, _) => &[Room::Application],
            (Self::Foreign, _) => &[Room::Node, Room::Syslog],
            (Self::Page, _) => &[Room::Node, Room::Browser],
            (Self::Desktop, _) => &[Room::Application, Room::Node, Room::Desktop, Room::Driver],
            (Self::Package, _) => &[Room::Application, Room::Node, Room::Desktop, Room::Package],
            (
                Self::Fmt
                | Self::Clippy
                | Self::Rules
                | Self::Test
                | Self::Fleet
                | Self::Faults
                | Self::Deny,
                _,
            ) => &[],
        }
    }

    /// Why it cannot be run here, if so.
    pub(super) fn unavailable(self) -> Option<String> {
        match self {
            Self::Desktop if cfg!(not(target_os = "linux")) => Some(String::from(
                "a desktop without a screen can be had on Linux only",
            )),
            Self::Package if !Path::new("/etc/debian_version").exists() => Some(String::from(
                "a package for Debian can be built and looked over on Debian only",
            )),
            Self::Deny if !Program::new("cargo deny --version").works() => Some(String::from(
                "cargo-deny is not installed: cargo install --locked cargo-deny",
            )),
            Self::Fmt
            | Self::Clippy
            | Self::Rules
            | Self::Test
            | Self::Fleet
            | Self::Faults
            | Self::Foreign
            | Self::Doc
            | Self::Page
            | Self::Desktop
            | Self::Package
            | Self::Deny => None,
        }
    }

    pub(super) fn run(self, extent: Extent) -> Outcome {
        let parts = match self {
            Self::Fmt => vec![Part::of_program(&Program::new("cargo fmt --all --check"))],
            Self::Clippy => vec![clippy(extent)],
            Self::Rules => vec![keep_the_rules()],
            Self::Test => test(extent),
            Self::Fleet => at_a_site("fleet"),
            Self::Faults => at_a_site("faults"),
            Self::Foreign => against_others(),
            Self::Doc => vec![Part::of_program(
                &Program::new("cargo doc --no-deps --workspace")
                    .variable("RUSTDOCFLAGS", "-D warnings"),
            )],
            Self::Page => look_at_the_page(),
            Self::Desktop => desktop(),
            Self::Package => package(),
            // Without a network there is no database of advisories to look into.
            Self::Deny => vec![Part::of_program(&Program::new(
                "cargo deny check bans licenses sources",
            ))],
        };
        Outcome::Ran(parts)
    }
}

fn clippy(extent: Extent) -> Part {
    let lint = Program::new(
        "cargo clippy --all-targets \
         --features tests/demo,tests/desktop,tests/faults,tests/fleet,tests/foreign,tests/windows-rig",
    );
    Part::of_program(
        &whole(lint, extent)
            .argument("--")
            .argument("-D")
            .argument("warnings"),
    )
}

fn keep_the_rules() -> Part {
    let kept = rules::breaches().and_then(|breaches| {
        for breach in &breaches {
            println!("{breach}");
        }
        ensure!(breaches.is_empty(), "{} breaches", breaches.len());
        println!("all rules are kept");
        Ok(())
    });
    Part::alone("rules", kept)
}

fn test(extent: Extent) -> Vec<Part> {
    if Program::new("cargo nextest --version").works() {
        // Many tests wait for a clock or a socket most of the time.
        let threads = 3 * std::thread::available_parallelism().map_or(1, usize::from);
        let nextest = Program::new("cargo nextest run --no-fail-fast --final-status-level skip")
            .argument(format!("--test-threads={threads}"));
        vec![
            Part::of_tests(&whole(nextest, extent), Runner::Nextest),
            examples(extent),
        ]
    } else {
        let cargo = Program::new("cargo test --no-fail-fast");
        vec![Part::of_tests(&whole(cargo, extent), Runner::Cargo)]
    }
}

/// Runs the examples in the documentation, which nextest does not; there may be none.
fn examples(extent: Extent) -> Part {
    let cargo = whole(Program::new("cargo test --doc --no-fail-fast"), extent);
    match cargo.record() {
        Ok(ran) => {
            let none = ran.succeeded.then(Tally::default);
            Part::tests(
                &cargo.to_string(),
                ran.succeeded,
                Runner::Cargo.read(&ran.said).or(none),
            )
        }
        Err(error) => Part::alone(&cargo.to_string(), Err(error)),
    }
}

/// Tests against programs that others wrote; where their packages are missing, each would fail.
fn against_others() -> Vec<Part> {
    let installed = Part::alone("npm ci", packages::install(&tree::foreign()));
    if !installed.trouble.is_empty() {
        return vec![installed];
    }
    let cargo = Program::new("cargo test --package tests --features foreign --test foreign");
    vec![Part::of_tests(&cargo, Runner::Cargo)]
}

/// Hundreds of desks in one process, which nextest would not leave them in.
fn at_a_site(name: &str) -> Vec<Part> {
    let cargo = Program::new("cargo test --package tests --features")
        .argument(name)
        .argument("--test")
        .argument(name);
    vec![Part::of_tests(&cargo, Runner::Cargo)]
}

fn look_at_the_page() -> Vec<Part> {
    let installed = Part::alone("npm ci", packages::install(&tree::page()));
    if !installed.trouble.is_empty() {
        return vec![installed];
    }
    // In words: the names of tests that were left out are listed at the end.
    let named = |script: &str| {
        page::script(script)
            .argument("--")
            .argument("--reporter=verbose")
    };
    vec![
        Part::of_program(&page::script("check")),
        Part::of_tests(&named("test"), Runner::Vitest),
        Part::of_program(&page::script("build")),
        Part::of_tests(&named("page"), Runner::Vitest),
    ]
}

/// Builds the programs as the steps here run them; returns where they are.
fn build() -> Result<PathBuf> {
    let profile = std::env::var("FERMATA_PROFILE").unwrap_or_else(|_| String::from("desktop"));
    page::build()?;
    Program::new("cargo build --package fermata --package ctl --profile")
        .argument(&profile)
        .run()?;
    Ok(tree::built(&profile))
}

fn desktop() -> Vec<Part> {
    let folder = match build() {
        Ok(folder) => folder,
        Err(error) => return vec![Part::alone("build", Err(error))],
    };
    let on_desktop = |line: &str| {
        Program::new(line)
            .variable("FERMATA_BIN", folder.join("fermata").display().to_string())
            .variable(
                "FERMATACTL_BIN",
                folder.join("fermatactl").display().to_string(),
            )
    };
    let rig = "cargo test --package tests --features desktop --lib rig::self_test";
    let journeys = "cargo test --package tests --features desktop --test desktop";
    vec![
        Part::of_tests(&on_desktop(rig), Runner::Cargo),
        Part::of_tests(&on_desktop(journeys), Runner::Cargo),
    ]
}

fn package() -> Vec<Part> {
    let packed = build().and_then(|programs| Packed::from(&programs));
    let packed = match packed {
        Ok(packed) => packed,
        Err(error) => return vec![Part::alone("cargo xtask package linux", Err(error))],
    };
    let mut parts = vec![Part::alone(
        "packed twice",
        packed.is_the_same_when_packed_again(),
    )];
    parts.extend(packed.looks().iter().map(Part::of_program));
    let cargo = Program::new("cargo test --package tests --features desktop --test package");
    parts.push(Part::of_tests(&packed.named_in(cargo), Runner::Cargo));
    parts
}

fn whole(program: Program, extent: Extent) -> Program {
    match extent {
        Extent::Whole => program.argument("--workspace"),
        // Cargo.toml's default-members: those that need neither Node nor WebKit.
        Extent::Fast => program,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_step_that_needs_anything_installed_is_not_a_fast_one() {
        for step in Step::ALL {
            let needs = step.rooms(Extent::Fast);
            assert!(needs.is_empty() || !step.is_fast(), "{step}: {needs:?}");
        }
    }

    #[test]
    fn programs_of_others_are_run_after_our_own_tests_and_with_node() {
        let position = |step| Step::ALL.iter().position(|it| *it == step);
        assert!(position(Step::Foreign) > position(Step::Test));
        let needed = Step::Foreign.rooms(Extent::Whole);
        assert_eq!(needed, [Room::Node, Room::Syslog]);
    }
}
