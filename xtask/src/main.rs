//! Developer commands: `cargo xtask demo`, `test`, `day`, `windows`, `generate`, `package`, `sbom`,
//! `fuzz`.

#![expect(clippy::print_stdout, reason = "it talks to whoever runs it")]

mod date;
mod day;
mod demo;
mod fuzz;
mod generate;
#[cfg(test)]
mod macos;
mod package;
mod packages;
mod page;
mod prerequisites;
mod program;
mod rules;
mod sbom;
mod scripts;
mod suite;
mod tally;
mod tree;
mod windows;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

/// Developer commands of Fermata. Each first looks whether what it needs is installed.
#[derive(Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask")]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Simulated vendors and the application, signed in to one of them
    Demo(demo::Arguments),
    /// All that is tried on Linux, as CI runs it
    Test(suite::Arguments),
    /// Simulated shifts of eight hours with random faults, and what came of them as figures
    Day(day::Arguments),
    /// What is shipped for Windows, built and tried on Debian; and a look whether all compiles for
    /// macOS
    Windows(windows::Arguments),
    /// Writes anew what is made from the code: the page's types, the icons, the policy's templates
    Generate,
    /// Builds what is installed on a desk
    #[command(subcommand)]
    Package(package::Arguments),
    /// Names all that is inside the programs, as a CycloneDX bill of materials
    Sbom(sbom::Arguments),
    /// Feeds new bytes to everything that reads foreign ones, for an hour each if nothing is said
    Fuzz(fuzz::Arguments),
}

fn main() -> ExitCode {
    let done = match Arguments::parse().command {
        Command::Demo(arguments) => demo::run(&arguments),
        Command::Test(arguments) => suite::run(&arguments),
        Command::Day(arguments) => day::run(&arguments),
        Command::Windows(arguments) => windows::run(&arguments),
        Command::Generate => generate::run(),
        Command::Package(arguments) => package::run(&arguments),
        Command::Sbom(arguments) => sbom::run(&arguments),
        Command::Fuzz(arguments) => fuzz::run(&arguments),
    };
    done.unwrap_or_else(|error| {
        println!("{error:#}");
        ExitCode::FAILURE
    })
}
