//! The audit log: whether it is as it was written, and what it says of each pause. Neither needs
//! a Fermata that runs.

mod new_files;
mod signed;
mod verify_report;

use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use audit::report::Format;
use audit::{Anchored, Verification};
use controller::clock::Clock;
use controller::paths::Paths;
use controller::secrets::KeyringStore;

use crate::arguments::AuditReport;
use crate::{Exit, report as printed};

pub(crate) use verify_report::verify_report;

use signed::Written;

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
pub(crate) fn report(asked: &AuditReport) -> anyhow::Result<Exit> {
    let directory = directory_of_the_log(asked.directory.clone())?;
    if asked.to < asked.from {
        bail!(
            "--to {} lies before --from {}; give the earlier day first",
            asked.to,
            asked.from
        );
    }
    let report = audit::report::report(&directory, asked.from, asked.to)?;
    let format = match (asked.json, asked.csv) {
        (true, _) => Format::Json,
        (false, true) => Format::Csv,
        (false, false) => Format::Text,
    };
    let written = Written {
        text: report.written(format),
        report: &report,
        format,
    };
    match (&asked.output, &asked.manifest) {
        (None, _) => printed::line(written.text.trim_end())?,
        (Some(output), None) => {
            new_files::write(&[(output.clone(), &written.text)])?;
            printed::line(&output.display().to_string())?;
        }
        (Some(output), Some(manifest)) => {
            let made = Clock::system().timestamp();
            let key = signed::sign(&written, output, manifest, &KeyringStore::new(), made)?;
            say_what_was_signed(output, manifest, &key, &directory)?;
        }
    }
    if !report.log.is_whole {
        bail!("the audit log is not as it was written; see `fermatactl audit verify`");
    }
    Ok(Exit::Done)
}

fn say_what_was_signed(
    output: &Path,
    manifest: &Path,
    key: &str,
    directory: &Path,
) -> anyhow::Result<()> {
    printed::line(&format!(
        "{} is signed with {key}: {} and {} say so",
        output.display(),
        manifest.display(),
        signed::signature_of(manifest).display()
    ))?;
    let on_record = audit::report::keys(directory)?;
    if on_record.iter().all(|one| one.public_key != key) {
        printed::remark(&format!(
            "this key is not on record in {}; whoever verifies the report has to be told it",
            directory.display()
        ));
    }
    Ok(())
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
