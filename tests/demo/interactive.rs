//! The same, played by the person in front of the screen.

use std::path::Path;

use anyhow::Result;
use simulators::audio::Script;
use simulators::shift::Shift;
use simulators::{Misbehaviour, Simulator};
use tokio::io::{AsyncBufReadExt, BufReader};

use crate::script::{listen, tell};
use crate::stage::Stage;
use crate::telling::Telling;

const HELP: &str = "\
You are the agent, and a call is on the line. Press Ctrl+Alt+P, or use the tray.
Type here, and Enter:
  o        the customer says an order number
  p        the customer says the card number
  n        this call ends, the next one arrives
  stop     the vendor dies            back     the vendor is back
  fault F  the vendor misbehaves (lose-reply, no-effect, status=500 ...)
  behave   the vendor is well again   q        the shift is over";

pub(crate) async fn play(
    mut simulator: Simulator,
    stage: Stage,
    fault: Option<Misbehaviour>,
    out: &Path,
) -> Result<()> {
    let telling = Telling::begin(&stage).await?;
    telling.until(&["no-call"]).await?;
    println!("\n{HELP}\n");
    if let Some(fault) = fault {
        simulator.site().misbehave(fault);
    }
    let mut call = arrives(&simulator, &stage, &telling).await?;
    let mut calls = Vec::new();
    let mut lines = BufReader::new(tokio::io::stdin()).lines();
    while let Some(line) = lines.next_line().await? {
        let site = simulator.site();
        match line.trim() {
            "o" => drop(site.say(&call, "20413", None)?),
            "p" => drop(site.say(&call, "5678998765675895", None)?),
            "stop" => simulator.stop(),
            "back" => simulator.restart()?,
            "behave" => site.behave(),
            "n" => {
                calls.push(ends(&simulator, &stage, &telling, &call, out).await?);
                call = arrives(&simulator, &stage, &telling).await?;
            }
            "q" => break,
            other => match other.strip_prefix("fault ").map(str::parse::<Misbehaviour>) {
                Some(Ok(fault)) => site.misbehave(fault),
                Some(Err(wrong)) => println!("{wrong}"),
                None => println!("{HELP}"),
            },
        }
    }
    calls.push(ends(&simulator, &stage, &telling, &call, out).await?);
    let shift = Shift {
        vendor: simulator.vendor().name().to_owned(),
        calls,
    };
    shift.write(&out.join("shift.json"))?;
    listen(&shift, out)
}

async fn arrives(simulator: &Simulator, stage: &Stage, telling: &Telling) -> Result<String> {
    let site = simulator.site();
    let call = site.start_call(&site.agent(), Script::default());
    tell(&format!("a call arrives: {call}"));
    telling.note(simulator, &call);
    if !simulator.vendor().knows_calls() {
        stage.ctl(&["call", "start", &call]).await?;
    }
    Ok(call)
}

async fn ends(
    simulator: &Simulator,
    stage: &Stage,
    telling: &Telling,
    call: &str,
    out: &Path,
) -> Result<simulators::shift::Call> {
    tell("the call ends");
    simulator.site().end_call(call);
    if !simulator.vendor().knows_calls() {
        stage.ctl(&["call", "end", call]).await?;
    }
    telling.finish(out)
}
