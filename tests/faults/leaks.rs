//! Where a secret may have got to.

use std::collections::BTreeSet;
use std::fs;
use std::io;
use std::path::Path;
use std::sync::Mutex;

use tracing_subscriber::EnvFilter;
use tracing_subscriber::fmt::MakeWriter;

use crate::desk::CANARY;

/// The secrets that were seen in the log.
static LOGGED: Mutex<BTreeSet<String>> = Mutex::new(BTreeSet::new());

/// From now on everything that is logged in this process is searched.
pub(crate) fn watch_the_log() {
    let filter = EnvFilter::new("warn,audit=debug,controller=trace,vendors=trace,reqwest=debug");
    tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(Ear)
        .init();
}

/// Whether this secret was logged.
pub(crate) fn was_logged(secret: &str) -> bool {
    LOGGED
        .lock()
        .expect("nobody panics holding it")
        .contains(secret)
}

/// The files in this folder and beneath it that hold one of these.
pub(crate) fn files_with(folder: &Path, secrets: &[String]) -> io::Result<Vec<String>> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        if entry.file_type()?.is_dir() {
            found.extend(files_with(&entry.path(), secrets)?);
            continue;
        }
        let text = String::from_utf8_lossy(&fs::read(entry.path())?).into_owned();
        if secrets.iter().any(|secret| text.contains(secret)) {
            found.push(entry.file_name().to_string_lossy().into_owned());
        }
    }
    Ok(found)
}

#[derive(Clone, Copy)]
struct Ear;

impl MakeWriter<'_> for Ear {
    type Writer = Self;

    fn make_writer(&self) -> Self {
        *self
    }
}

impl io::Write for Ear {
    /// A whole line each time.
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        let text = String::from_utf8_lossy(line);
        for (at, _) in text.match_indices(CANARY) {
            let digits = text[at + CANARY.len()..].chars();
            let number: String = digits.take_while(char::is_ascii_digit).collect();
            LOGGED
                .lock()
                .expect("nobody panics holding it")
                .insert(format!("{CANARY}{number}"));
        }
        Ok(line.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
