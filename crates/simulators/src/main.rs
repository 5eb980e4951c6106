//! Runs a simulated vendor for people and scripts.

mod arguments;

use std::io::{self, Write};

use anyhow::Context;
use clap::Parser;
use simulators::Simulator;

use arguments::Arguments;

fn main() -> anyhow::Result<()> {
    let arguments = Arguments::parse();
    let options = arguments.options().unwrap_or_else(|wrong| wrong.exit());
    let port = options.port;
    let simulator = Simulator::start(arguments.vendor, options)
        .with_context(|| format!("cannot listen on port {port} of this computer"))?;
    for fault in &arguments.faults {
        simulator.site().misbehave(*fault);
    }
    introduce(&simulator, &arguments).context("cannot write to the terminal")?;
    loop {
        // The server works on its own; Ctrl+C ends the program.
        std::thread::park();
    }
}

fn introduce(simulator: &Simulator, arguments: &Arguments) -> io::Result<()> {
    let url = simulator.base_url();
    let mut out = io::stdout().lock();
    writeln!(out, "SIMULATION of {}", simulator.vendor())?;
    for (name, value) in simulator.introduction() {
        writeln!(out, "  {name:<9}  {value}")?;
    }
    for fault in &arguments.faults {
        writeln!(out, "  fault      {fault}")?;
    }
    writeln!(out, "\nsettings.toml:\n\n{}", simulator.settings())?;
    writeln!(out, "To start a call:  curl -X POST {url}/_control/calls")?;
    writeln!(out, "Everything else:  curl {url}/_control/")?;
    out.flush()
}
