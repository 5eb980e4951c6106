//! `cargo xtask demo`: a simulated vendor and the app, signed in to it.
//!
//! With a screen it is interactive. Without one it brings its own and plays a short shift;
//! with `--terminal` it plays it with no window at all. Either way it leaves the recordings and
//! `shift.json` in `target/demo/`, and listens to them itself before it says that all is well.
#![expect(clippy::print_stdout, reason = "what it prints is what it is for")]

mod interactive;
mod script;
mod stage;
mod telling;

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context, Result};
use clap::Parser;
use simulators::shift::Shift;
use simulators::{Misbehaviour, Options, Simulator, Vendor};

use stage::Stage;

/// Shows Fermata at work with a simulated vendor.
#[derive(Parser)]
#[command(name = "cargo xtask demo")]
struct Arguments {
    /// Which vendor to simulate.
    #[arg(long, value_enum, default_value_t = Vendor::Anywhere365)]
    vendor: Vendor,
    /// What the vendor does wrong from the first press on, for instance `lose-reply`,
    /// `status=500@commands:1`, `no-effect`; see `cargo run -p simulators -- --help`.
    #[arg(long)]
    fault: Option<Misbehaviour>,
    /// No window at all: the engine and `fermatactl`.
    #[arg(long)]
    terminal: bool,
    /// Plays the shift on a display of its own, although there is a screen.
    #[arg(long, conflicts_with = "terminal")]
    scripted: bool,
    /// Where the recordings, the pictures and `shift.json` are left. Those of an earlier demo
    /// are removed.
    #[arg(long, default_value = "target/demo")]
    out: PathBuf,
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let runtime = tokio::runtime::Runtime::new().expect("threads can be started");
    match runtime.block_on(demo(arguments)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            println!("\nthe demo failed: {error:#}");
            ExitCode::FAILURE
        }
    }
}

async fn demo(arguments: Arguments) -> Result<()> {
    make_room(&arguments.out)
        .with_context(|| format!("{} cannot be used", arguments.out.display()))?;
    let simulator = Simulator::start(arguments.vendor, Options::default())?;
    println!(
        "SIMULATION: {} at {}",
        arguments.vendor,
        simulator.base_url()
    );
    if arguments.terminal {
        let stage = Stage::terminal(&simulator).await?;
        return script::play(simulator, stage, arguments.fault, &arguments.out).await;
    }
    if arguments.scripted || !has_screen() {
        let stage = Stage::screen(&simulator).await?;
        return script::play(simulator, stage, arguments.fault, &arguments.out).await;
    }
    let stage = Stage::here(&simulator).await?;
    interactive::play(simulator, stage, arguments.fault, &arguments.out).await
}

/// Makes the folder, without what an earlier demo has left there: a picture of another shift
/// beside this one's would mislead.
fn make_room(out: &Path) -> std::io::Result<()> {
    std::fs::create_dir_all(out)?;
    let shift = out.join("shift.json");
    if let Ok(before) = Shift::read(&shift) {
        for call in before.calls {
            // Somebody may have taken it away already.
            std::fs::remove_file(out.join(call.wav)).ok();
        }
        std::fs::remove_file(shift)?;
    }
    for picture in script::PICTURES {
        std::fs::remove_file(out.join(picture).with_extension("png")).ok();
    }
    Ok(())
}

fn has_screen() -> bool {
    ["DISPLAY", "WAYLAND_DISPLAY"]
        .iter()
        .any(|name| std::env::var_os(name).is_some_and(|value| !value.is_empty()))
}
