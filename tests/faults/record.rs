//! What was put on record.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result};
use jiff::Timestamp;
use serde_json::Value;

use crate::moment::Moment;

/// What is on record, each event with its outcome in few words.
pub(crate) struct Records {
    /// From the press on, or from the proof of the pause where nothing was pressed after it, until
    /// the fault was over.
    pub(crate) during: Vec<String>,
    /// From then on.
    pub(crate) afterwards: Vec<String>,
}

/// Reads what is on record of a cell whose fault was over then.
pub(crate) fn of(folder: &Path, moment: Moment, over: Timestamp) -> Result<Records> {
    let (during, afterwards): (Vec<_>, Vec<_>) =
        all(folder)?.into_iter().partition(|(at, _)| *at <= over);
    let in_words = |events: Vec<(Timestamp, String)>| events.into_iter().map(|(_, words)| words);
    Ok(Records {
        during: after_the_press(in_words(during).collect(), moment),
        afterwards: in_words(afterwards).collect(),
    })
}

fn after_the_press(all: Vec<String>, moment: Moment) -> Vec<String> {
    let begins = match moment {
        Moment::Before | Moment::Pausing => 0,
        Moment::Paused => 1 + position(&all, "answered pause accepted").unwrap_or(0),
        Moment::Resuming => position(&all, "asked resume").unwrap_or(0),
    };
    all.into_iter().skip(begins).collect()
}

fn position(all: &[String], what: &str) -> Option<usize> {
    all.iter().position(|event| event == what)
}

fn all(folder: &Path) -> Result<Vec<(Timestamp, String)>> {
    let mut files: Vec<_> = fs::read_dir(folder)?
        .map(|file| file.map(|file| file.path()))
        .collect::<Result<_, _>>()?;
    // One a day, named by it.
    files.retain(|file| file.extension().is_some_and(|it| it == "jsonl"));
    files.sort();
    let mut events = Vec::new();
    let mut asked = std::collections::BTreeMap::new();
    for file in files {
        for line in fs::read_to_string(&file)?.lines() {
            let line: Value = serde_json::from_str(line)
                .with_context(|| format!("a line of {}", file.display()))?;
            let wanted = line["details"]["wanted"].as_str().unwrap_or_default();
            let request = line["request"].as_u64();
            if let Some(request) = request.filter(|_| line["event"] == "sent") {
                asked.insert(request, wanted.to_owned());
            }
            let of_request = request.and_then(|request| asked.get(&request));
            let wanted = of_request.map_or(wanted, String::as_str);
            let details = &line["details"];
            let how = ["reason", "answer", "recorder"]
                .into_iter()
                .find_map(|key| details[key].as_str());
            let event = line["event"].as_str().unwrap_or_default();
            let words = [event, wanted, how.unwrap_or_default()];
            let mut words: Vec<&str> = words.into_iter().filter(|it| !it.is_empty()).collect();
            if details["left_paused"] == true {
                words.push("left-paused");
            }
            let at = line["at"].as_str().unwrap_or_default();
            events.push((at.parse()?, words.join(" ")));
        }
    }
    Ok(events)
}
