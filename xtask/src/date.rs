//! The one date that goes into what is built: that of the commit, so that it can be built again.

use std::time::UNIX_EPOCH;

use anyhow::{Context, Result};

use crate::program::Program;
use crate::tree;

/// The variable by which reproducible builds are told their date.
pub(crate) const VARIABLE: &str = "SOURCE_DATE_EPOCH";

/// A moment, in seconds since 1970.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Date(u64);

impl Date {
    /// What `SOURCE_DATE_EPOCH` says, else when the commit was made; without a repository, the
    /// date of the lock file, which an archive of the sources keeps.
    pub(crate) fn of_the_sources() -> Result<Self> {
        if let Ok(given) = std::env::var(VARIABLE) {
            return Self::read(&given)
                .with_context(|| format!("{VARIABLE} is no number of seconds: {given:?}"));
        }
        let root = tree::root();
        // A container may run as somebody else than the owner of the checkout.
        let commit = Program::new("git -c")
            .argument(format!("safe.directory={}", root.display()))
            .argument("log")
            .argument("-1")
            .argument("--format=%ct");
        if let Some(date) = commit.output().ok().and_then(|said| Self::read(&said).ok()) {
            return Ok(date);
        }
        let changed = root.join("Cargo.lock").metadata()?.modified()?;
        Ok(Self(changed.duration_since(UNIX_EPOCH)?.as_secs()))
    }

    /// As `date` writes it in a format of its own, in UTC.
    pub(crate) fn written(self, format: &str) -> Result<String> {
        let date = if cfg!(target_os = "macos") {
            Program::new("date -u -r").argument(self.seconds())
        } else {
            Program::new("date -u").argument(format!("--date=@{}", self.0))
        };
        let written = date.argument(format).variable("LC_ALL", "C").output()?;
        Ok(written.trim().to_owned())
    }

    /// As the variable has it.
    pub(crate) fn seconds(self) -> String {
        self.0.to_string()
    }

    fn read(text: &str) -> Result<Self> {
        Ok(Self(text.trim().parse()?))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[cfg(target_os = "linux")]
    #[test]
    fn a_date_is_written_in_utc_and_in_english() {
        let date = Date::read("1767225600\n").unwrap();
        assert_eq!(date.written("+%F").unwrap(), "2026-01-01");
        assert_eq!(
            date.written("--rfc-email").unwrap(),
            "Thu, 01 Jan 2026 00:00:00 +0000"
        );
    }

    #[test]
    fn what_is_no_number_is_no_date() {
        assert!(Date::read("yesterday").is_err());
        assert!(Date::read("").is_err());
    }

    #[test]
    fn the_sources_always_have_one() {
        assert!(Date::of_the_sources().unwrap().0 > 1_700_000_000);
    }
}
