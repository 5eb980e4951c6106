//! The scripted shift.

use std::path::Path;
use std::time::Duration;

use anyhow::{Result, ensure};
use simulators::audio::Script;
use simulators::shift::{self, Shift};
use simulators::{Fault, Misbehaviour, Simulator};
use tests::shown::{card_digits, heard, said_while};

use crate::stage::Stage;
use crate::telling::Telling;

/// Every picture that a shift may leave.
pub(crate) const PICTURES: [&str; 6] = [
    "1-in-a-call",
    "2-paused",
    "2-pause-sent",
    "2-failed",
    "3-unknown",
    "4-failed",
];

const CARD: &str = "5678998765675895";

pub(crate) async fn play(
    simulator: Simulator,
    stage: Stage,
    fault: Option<Misbehaviour>,
    out: &Path,
) -> Result<()> {
    let telling = Telling::begin(&stage).await?;
    let mut shift = ShiftPlay {
        simulator,
        stage,
        telling,
        out,
    };
    shift.telling.until(&["no-call"]).await?;
    let mut calls = vec![shift.a_payment(fault).await?];
    if fault.is_none() {
        calls.push(shift.a_failure().await?);
    }
    let shift = Shift {
        vendor: shift.simulator.vendor().name().to_owned(),
        calls,
    };
    shift.write(&out.join("shift.json"))?;
    listen(&shift, out)
}

struct ShiftPlay<'a> {
    simulator: Simulator,
    stage: Stage,
    telling: Telling,
    out: &'a Path,
}

impl ShiftPlay<'_> {
    /// A customer pays by card.
    async fn a_payment(&mut self, fault: Option<Misbehaviour>) -> Result<shift::Call> {
        let proves = self.simulator.vendor().proves();
        let call = self.call_arrives().await?;
        self.picture("1-in-a-call").await?;
        self.customer_says(&call, "20413", "an order number")
            .await?;
        if let Some(fault) = fault {
            tell(&format!("the vendor misbehaves: {}", fault.fault));
            self.simulator.site().misbehave(fault);
        }

        self.press().await?;
        let outcome = self
            .telling
            .until(&["paused", "pause-sent", "failed"])
            .await?;
        self.picture(&format!("2-{outcome}")).await?;
        if outcome == "failed" {
            tell("the agent does not take the card number");
        } else {
            self.customer_says(&call, CARD, "the card number").await?;
        }

        if proves && fault.is_none() {
            tell("the vendor stops answering");
            self.simulator.stop();
            self.telling.until(&["unknown"]).await?;
            self.picture("3-unknown").await?;
            tell("the vendor is back");
            self.simulator.restart()?;
            self.telling.until(&["paused"]).await?;
        }

        self.simulator.site().behave();
        if outcome == "failed" {
            self.stage.ctl(&["acknowledge"]).await?;
            // A vendor that failed may have carried the pause out all the same.
            if proves && self.telling.until(&["recording", "paused"]).await? == "paused" {
                self.press().await?;
            }
        } else {
            self.press().await?;
        }
        let resumed = if proves { "recording" } else { "unknown" };
        self.telling.until(&[resumed]).await?;
        self.customer_says(&call, "31240", "the delivery date")
            .await?;
        self.call_ends(&call).await
    }

    /// The vendor fails in the middle of the next pause.
    async fn a_failure(&mut self) -> Result<shift::Call> {
        let call = self.call_arrives().await?;
        let fault = if self.simulator.vendor().proves() {
            Fault::NoEffect
        } else {
            // It can be asked nothing, so a lie would not be found out: it says no.
            Fault::status(409)
        };
        tell(&format!("the vendor misbehaves: {fault}"));
        self.simulator.site().misbehave(fault.on_commands());
        self.press().await?;
        self.telling.until(&["failed"]).await?;
        self.picture("4-failed").await?;
        tell("the agent does not take the card number");
        self.simulator.site().behave();
        self.stage.ctl(&["acknowledge"]).await?;
        self.call_ends(&call).await
    }

    async fn call_arrives(&mut self) -> Result<String> {
        let site = self.simulator.site();
        let call = site.start_call(&site.agent(), Script::default());
        tell(&format!("a call arrives: {call}"));
        self.telling.note(&self.simulator, &call);
        if !self.simulator.vendor().knows_calls() {
            self.stage.ctl(&["call", "start", &call]).await?;
        }
        let proves = self.simulator.vendor().proves();
        let arrived = if proves { "recording" } else { "unknown" };
        self.telling.until(&[arrived]).await?;
        Ok(call)
    }

    async fn call_ends(&mut self, call: &str) -> Result<shift::Call> {
        tell("the call ends");
        self.simulator.site().end_call(call);
        if !self.simulator.vendor().knows_calls() {
            self.stage.ctl(&["call", "end", call]).await?;
        }
        self.telling.until(&["no-call"]).await?;
        self.telling.finish(self.out)
    }

    async fn press(&self) -> Result<()> {
        tell(self.stage.how_to_press());
        self.stage.press().await
    }

    /// Returns when it has been said.
    async fn customer_says(&self, call: &str, number: &str, what: &str) -> Result<()> {
        tell(&format!("the customer reads out {what}"));
        let site = self.simulator.site();
        let said = site.say(call, number, None)?;
        let until_s = said.last().map_or(0.0, |digit| digit.end_s) + 0.3;
        let now_s = site.seconds(call).unwrap_or_default();
        tokio::time::sleep(Duration::from_secs_f64((until_s - now_s).max(0.0))).await;
        Ok(())
    }

    /// A picture of the screen, if there is one.
    async fn picture(&self, name: &str) -> Result<()> {
        debug_assert!(PICTURES.contains(&name), "{name}");
        if let Some(desktop) = self.stage.desktop() {
            // The last frame may still be on its way to the screen.
            tokio::time::sleep(Duration::from_millis(300)).await;
            let file = self.out.join(format!("{name}.png"));
            desktop.screen().picture()?.save(&file)?;
        }
        Ok(())
    }
}

pub(crate) fn tell(what: &str) {
    println!("              -- {what}");
}

/// Listens to the recordings: no digit that was said while PAUSED was shown may be in one.
pub(crate) fn listen(shift: &Shift, out: &Path) -> Result<()> {
    println!("\nIn {}:", out.display());
    for call in &shift.calls {
        let heard = heard(&out.join(&call.wav))?;
        let safe: String = said_while(call, "paused")
            .iter()
            .chain(&said_while(call, "pause-sent"))
            .map(|digit| digit.digit)
            .collect();
        let leaked: String = card_digits(&heard);
        println!(
            "  {}: heard {:?}; said while a pause was shown {:?}",
            call.wav, heard, safe
        );
        let proven = said_while(call, "paused");
        ensure!(
            proven.iter().all(|digit| !leaked.contains(digit.digit)),
            "a digit that was said while PAUSED was shown is in {}",
            call.wav
        );
    }
    println!("  shift.json: what was said and shown when, for a decoder of your own");
    Ok(())
}
