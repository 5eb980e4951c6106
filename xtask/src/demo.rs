//! `cargo xtask demo`: builds what the demonstration shows, and starts it.

use std::process::ExitCode;

use anyhow::Result;

use crate::prerequisites::{self, Room};
use crate::program::Program;
use crate::{packages, page, tree};

/// What to show.
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// The vendor to be signed in to
    #[arg(long)]
    vendor: Option<String>,
    /// What the simulated vendor does wrong, such as lose-reply
    #[arg(long)]
    fault: Option<String>,
    /// With no window, in this terminal; needs neither Node nor WebKit
    #[arg(long)]
    terminal: bool,
    /// Plays the shift on a display of its own, although there is a screen
    #[arg(long, conflicts_with = "terminal")]
    scripted: bool,
    /// The page from Vite's development server, with hot reload
    #[arg(long, conflicts_with = "terminal")]
    dev: bool,
}

/// Builds (quickly rather than small: cargo's dev profile) and runs the demonstration.
pub(crate) fn run(arguments: &Arguments) -> Result<ExitCode> {
    let mut demo = Program::new("cargo run --quiet --package tests --features demo --bin demo --");
    for (name, value) in [
        ("--vendor", &arguments.vendor),
        ("--fault", &arguments.fault),
    ] {
        if let Some(value) = value {
            demo = demo.argument(name).argument(value);
        }
    }
    for (name, given) in [
        ("--terminal", arguments.terminal),
        ("--scripted", arguments.scripted),
    ] {
        if given {
            demo = demo.argument(name);
        }
    }
    let built = tree::built("dev");
    demo = demo
        .variable(
            "FERMATACTL_BIN",
            built.join("fermatactl").display().to_string(),
        )
        .variable("FERMATA_BIN", built.join("fermata").display().to_string());

    prerequisites::ensure(&rooms(arguments))?;
    let mut server = None;
    if arguments.terminal {
        Program::new("cargo build --package ctl").run()?;
    } else if arguments.dev {
        packages::install(&tree::page())?;
        Program::new("cargo build --package ctl").run()?;
        // Without its default feature the application asks the development server for its page.
        Program::new("cargo build --package fermata --no-default-features")
            .variable("TAURI_CONFIG", page::FROM_DEVELOPMENT_SERVER)
            .run()?;
        server = Some(page::development_server().start()?);
    } else {
        page::build()?;
        Program::new("cargo build --package fermata --package ctl").run()?;
    }
    let shown = demo.run();
    if let Some(mut server) = server {
        // It may have ended already.
        let _gone = server.kill();
        server.wait()?;
    }
    shown?;
    Ok(ExitCode::SUCCESS)
}

fn rooms(arguments: &Arguments) -> Vec<Room> {
    if arguments.terminal {
        return Vec::new();
    }
    let mut rooms = vec![Room::Application, Room::Node];
    let has_screen = ["DISPLAY", "WAYLAND_DISPLAY"]
        .iter()
        .any(|name| std::env::var_os(name).is_some_and(|value| !value.is_empty()));
    if arguments.scripted || !has_screen {
        rooms.push(Room::Desktop);
    }
    rooms
}
