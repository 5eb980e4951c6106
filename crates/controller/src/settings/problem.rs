use std::fmt;
use std::io;
use std::path::PathBuf;

/// Why there are no settings to go by.
#[derive(Debug, thiserror::Error)]
pub enum SettingsError {
    /// The file is there and cannot be read.
    #[error("{} cannot be read; check who may read it", file.display())]
    Unreadable {
        /// Which file.
        file: PathBuf,
        /// Why.
        #[source]
        source: io::Error,
    },
    /// What it says is wrong. Holds everything that is, not only the first.
    #[error("{}", list(.0))]
    Wrong(Vec<SettingsProblem>),
    /// It cannot be written.
    #[error("{} cannot be written; check who may write to its directory", file.display())]
    Unwritable {
        /// Which file.
        file: PathBuf,
        /// Why.
        #[source]
        source: io::Error,
    },
}

/// A setting that is wrong: where, what it says, and what to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SettingsProblem {
    /// The file; `None` where the setting was typed and is in no file.
    pub file: Option<PathBuf>,
    /// Its line, counted from 1, if there is one to name.
    pub line: Option<usize>,
    /// Its key, with its table: "xima.extension". Empty where the whole is to blame.
    pub key: String,
    /// What it says, as written; empty where nothing was said or where it could be a secret.
    pub value: String,
    /// What is wrong with that.
    pub wrong: String,
    /// What to do.
    pub remedy: String,
}

impl SettingsProblem {
    /// The key within this vendor's table; empty if it is not in there.
    pub fn field(&self, vendor: &str) -> &str {
        self.key
            .strip_prefix(vendor)
            .and_then(|rest| rest.strip_prefix('.'))
            .unwrap_or("")
    }
}

impl fmt::Display for SettingsProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(file) = &self.file {
            write!(f, "{}", file.display())?;
            if let Some(line) = self.line {
                write!(f, ":{line}")?;
            }
            write!(f, ": ")?;
        }
        if !self.key.is_empty() {
            write!(f, "{}", self.key)?;
            if !self.value.is_empty() {
                write!(f, " = {}", self.value)?;
            }
            write!(f, ": ")?;
        }
        write!(f, "{}; {}", self.wrong, self.remedy)
    }
}

fn list(problems: &[SettingsProblem]) -> String {
    let lines: Vec<String> = problems.iter().map(ToString::to_string).collect();
    lines.join("\n")
}
