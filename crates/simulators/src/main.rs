//! Runs a simulated vendor for people and scripts.

mod arguments;

use std::io::{self, Write};

use anyhow::Context;
use clap::Parser;
use simulators::{Simulator, Vendor};

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
    writeln!(out, "  base URL   {url}")?;
    match simulator.vendor() {
        Vendor::Xima => writeln!(out, "  extension  {}", simulator.extension())?,
        Vendor::Anywhere365 => {
            writeln!(out, "  UCC        {}", simulator.ucc())?;
            writeln!(out, "  agent      {}", simulator.sip_uri())?;
        }
    }
    if let Some(token_url) = simulator.token_url() {
        writeln!(out, "  token URL  {token_url}")?;
        writeln!(out, "  user       {}", simulator.user())?;
    }
    writeln!(out, "  secret     {}", simulator.secret())?;
    for fault in &arguments.faults {
        writeln!(out, "  fault      {fault}")?;
    }
    writeln!(out, "\nsettings.toml:\n\n{}", simulator.settings())?;
    writeln!(out, "To start a call:  curl -X POST {url}/_control/calls")?;
    writeln!(out, "Everything else:  curl {url}/_control/")?;
    out.flush()
}
