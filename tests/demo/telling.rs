//! Prints each change of the display, and notes it for `shift.json`.

use std::process::Stdio;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use anyhow::{Context, Result, bail};
use serde_json::Value;
use simulators::{Simulator, shift};
use tests::shown::Shown;
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::sync::watch;

use crate::stage::Stage;

/// Longer than any display takes to come.
const PATIENCE: Duration = Duration::from_secs(20);

pub(crate) struct Telling {
    display: watch::Receiver<String>,
    shown: Arc<Mutex<Option<Shown>>>,
}

impl Telling {
    /// Begins to watch, print and note.
    pub(crate) async fn begin(stage: &Stage) -> Result<Self> {
        let mut watching = stage
            .ctl_command(&["watch", "--json"])?
            .stdout(Stdio::piped())
            .spawn()?;
        let out = watching.stdout.take().context("a pipe")?;
        let mut lines = BufReader::new(out).lines();
        let first = lines.next_line().await?.context("watch says nothing")?;
        let (told, display) = watch::channel(tell(&first)?);
        let shown: Arc<Mutex<Option<Shown>>> = Arc::default();
        let notes = Arc::clone(&shown);
        tokio::spawn(async move {
            while let Ok(Some(line)) = lines.next_line().await {
                let Ok(name) = tell(&line) else { break };
                let mut notes = notes.lock().expect("nobody panics while holding it");
                if let Some(shown) = notes.as_mut() {
                    shown.changes_to(&name);
                }
                drop(notes);
                if told.send(name).is_err() {
                    break;
                }
            }
            drop(watching);
        });
        Ok(Self { display, shown })
    }

    /// From here on what is shown is noted for this call.
    pub(crate) fn note(&self, simulator: &Simulator, call: &str) {
        let display = self.display.borrow().clone();
        let shown = Shown::new(simulator.site(), call, &display);
        *self.notes() = Some(shown);
    }

    /// Ends the notes of a call and writes its recording.
    pub(crate) fn finish(&self, folder: &std::path::Path) -> Result<shift::Call> {
        let shown = self.notes().take();
        shown.context("a call was noted")?.finish(folder)
    }

    fn notes(&self) -> std::sync::MutexGuard<'_, Option<Shown>> {
        self.shown.lock().expect("nobody panics while holding it")
    }

    /// What is shown now.
    pub(crate) fn now(&self) -> String {
        self.display.borrow().clone()
    }

    /// Waits until one of these is shown.
    pub(crate) async fn until(&self, wanted: &[&str]) -> Result<String> {
        let mut displays = self.display.clone();
        let wait = displays.wait_for(|display| wanted.contains(&display.as_str()));
        match tokio::time::timeout(PATIENCE, wait).await {
            Ok(display) => Ok(display.context("Fermata has ended")?.clone()),
            Err(_elapsed) => bail!("{wanted:?} never came; {:?} is shown", self.now()),
        }
    }
}

/// Prints one line of `fermatactl watch --json`.
fn tell(line: &str) -> Result<String> {
    let change: Value = serde_json::from_str(line)?;
    let text = |key: &str| change[key].as_str().unwrap_or_default().to_owned();
    let display = text("display");
    let at = text("at");
    // Of 2026-11-20T12:34:56.789Z the time is enough here.
    let time = at.get(11..23).unwrap_or(&at);
    println!("{time}  {:<13} {}", display.to_uppercase(), text("cause"));
    Ok(display)
}
