//! The audit log: whether it is as it was written, and what it says of each pause. Neither needs
//! a Fermata that runs.

use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use audit::{Anchored, Verification};
use controller::paths::Paths;

use crate::arguments::AuditReport;
use crate::{Exit, report as printed};

/// A line for each 25 records of many years.
const MOST_ANCHORS: u64 = 64 * 1024 * 1024;

/// Looks at every byte of the log, and says what is not as it was written.
pub(crate) fn verify(directory: Option<PathBuf>, anchors: Option<&Path>) -> anyhow::Result<Exit> {
    let directory = directory_of_the_log(directory)?;
    let anchors = anchors.map(read_anchors).transpose()?.unwrap_or_default();
    let found = audit::verify(&directory, &anchors)?;
    for finding in &found.findings {
        printed::line(&finding.to_string())?;
    }
    for note in &found.notes {
        printed::remark(&note.to_string());
    }
    if anchors.is_empty() {
        printed::remark(
            "no anchors were given, so records that were cut off at the end are not missed; \
             see --help",
        );
    }
    match found.findings.len() {
        0 => {}
        1 => bail!("the audit log is not as it was written in one place"),
        places => bail!("the audit log is not as it was written in {places} places"),
    }
    printed::line(&whole(&found))?;
    Ok(Exit::Done)
}

fn whole(found: &Verification) -> String {
    let files = match found.files {
        1 => "1 file".to_owned(),
        several => format!("{several} files"),
    };
    match found.newest {
        Some(newest) => format!(
            "the audit log is as it was written: {} records in {files}, anchors that agree: {}; \
             it has come to {newest}",
            found.records, found.anchors
        ),
        None => format!("there is no record in {files} of the audit log"),
    }
}

/// Reports the pauses of some days.
pub(crate) fn report(asked: AuditReport) -> anyhow::Result<Exit> {
    let directory = directory_of_the_log(asked.directory)?;
    if asked.to < asked.from {
        bail!(
            "--to {} lies before --from {}; give the earlier day first",
            asked.to,
            asked.from
        );
    }
    let report = audit::report::report(&directory, asked.from, asked.to)?;
    if asked.json {
        printed::object(&report)?;
    } else if asked.csv {
        printed::line(report.csv().trim_end())?;
    } else {
        printed::line(&report.table())?;
    }
    if !report.log.is_whole {
        bail!("the audit log is not as it was written; see `fermatactl audit verify`");
    }
    Ok(Exit::Done)
}

fn directory_of_the_log(given: Option<PathBuf>) -> anyhow::Result<PathBuf> {
    match given {
        Some(directory) => Ok(directory),
        None => Ok(Paths::find()?.audit()),
    }
}

fn read_anchors(file: &Path) -> anyhow::Result<Vec<Anchored>> {
    let from_stdin = file == Path::new("-");
    let shown = if from_stdin {
        "standard input".to_owned()
    } else {
        file.display().to_string()
    };
    let from: Box<dyn Read> = if from_stdin {
        Box::new(io::stdin())
    } else {
        Box::new(File::open(file).with_context(|| format!("{shown} cannot be read"))?)
    };
    let mut bytes = Vec::new();
    from.take(MOST_ANCHORS + 1)
        .read_to_end(&mut bytes)
        .with_context(|| format!("{shown} cannot be read"))?;
    if bytes.len() as u64 > MOST_ANCHORS {
        bail!("{shown} is larger than 64 MiB; give the lines of event 150 alone");
    }
    // What a system's log prints around them may be in any encoding.
    let anchors = audit::anchors(&String::from_utf8_lossy(&bytes));
    anchors.with_context(|| shown)
}
