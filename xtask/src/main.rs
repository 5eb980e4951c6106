//! Developer commands: `cargo xtask demo`, `cargo xtask test`, `cargo xtask generate`.

#![expect(clippy::print_stdout, reason = "it talks to whoever runs it")]

mod demo;
mod generate;
mod packages;
mod page;
mod prerequisites;
mod program;
mod rules;
mod suite;
mod tally;
mod tree;

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
    /// All that CI runs
    Test(suite::Arguments),
    /// Writes anew what is made from the Rust types: the page's types, the icons
    Generate,
}

fn main() -> ExitCode {
    let done = match Arguments::parse().command {
        Command::Demo(arguments) => demo::run(&arguments),
        Command::Test(arguments) => suite::run(&arguments),
        Command::Generate => generate::run(),
    };
    done.unwrap_or_else(|error| {
        println!("{error:#}");
        ExitCode::FAILURE
    })
}
