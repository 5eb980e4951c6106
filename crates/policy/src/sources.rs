//! The places where a policy is written.

pub(crate) mod file;
#[cfg(windows)]
mod installation;
#[cfg(any(target_os = "macos", test, feature = "fuzzing"))]
pub(crate) mod profile;
#[cfg(windows)]
mod registry;
mod trust;
#[cfg(any(target_os = "macos", all(unix, test)))]
mod user;

use std::path::{Path, PathBuf};

use crate::Rejected;
use crate::reading::Reading;
use crate::tree::Tree;

/// Where to read, the strongest first. By default nowhere.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sources(Vec<Source>);

/// One place where a policy is written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Source {
    /// This file, whoever can write it.
    File(PathBuf),
    /// This file, if only administrators can write it.
    #[cfg(unix)]
    Guarded(PathBuf),
    /// What a management server has laid down for macOS' preferences.
    #[cfg(target_os = "macos")]
    Profile(PathBuf),
    /// Group policy.
    #[cfg(windows)]
    Registry,
    /// The file of this computer, wherever the installation says that it is.
    #[cfg(windows)]
    MachineFile,
    /// What the installer was told.
    #[cfg(windows)]
    Installation,
}

impl Sources {
    /// The places of this computer that only an administrator can write.
    pub fn of_this_computer() -> Self {
        Self(of_this_computer())
    }

    /// This file alone, whoever can write it: for tests, demonstrations and checks.
    pub fn only(file: &Path) -> Self {
        Self(vec![Source::File(file.to_path_buf())])
    }

    pub(crate) fn strongest_first(&self) -> &[Source] {
        &self.0
    }
}

#[cfg(unix)]
const MACHINE_FILE: &str = "/etc/fermata/policy.toml";

#[cfg(all(unix, not(target_os = "macos")))]
fn of_this_computer() -> Vec<Source> {
    vec![Source::Guarded(MACHINE_FILE.into())]
}

#[cfg(target_os = "macos")]
fn of_this_computer() -> Vec<Source> {
    let mut sources: Vec<Source> = profile::files(user::name().as_deref())
        .into_iter()
        .map(Source::Profile)
        .collect();
    sources.push(Source::Guarded(MACHINE_FILE.into()));
    sources
}

#[cfg(windows)]
fn of_this_computer() -> Vec<Source> {
    vec![Source::Registry, Source::MachineFile, Source::Installation]
}

impl Source {
    /// What it says; nothing if it is not there.
    pub(crate) fn read(&self, before: Option<&Reading>) -> Reading {
        let mut reading = Reading::after(before, self.tree());
        if !self.can_enforce() {
            reading.spoilt.clear();
        }
        reading
    }

    fn can_enforce(&self) -> bool {
        match self {
            Self::File(_) => true,
            #[cfg(unix)]
            Self::Guarded(_) => true,
            #[cfg(target_os = "macos")]
            Self::Profile(_) => true,
            #[cfg(windows)]
            Self::Registry | Self::MachineFile => true,
            #[cfg(windows)]
            Self::Installation => false,
        }
    }

    fn tree(&self) -> Result<Option<Tree>, Rejected> {
        match self {
            Self::File(path) => file::read(path),
            #[cfg(unix)]
            Self::Guarded(path) => guarded(path),
            #[cfg(target_os = "macos")]
            Self::Profile(path) => {
                trust::check(path)?;
                profile::read(path)
            }
            #[cfg(windows)]
            Self::Registry => registry::group_policy(),
            #[cfg(windows)]
            Self::MachineFile => installation::machine_file(),
            #[cfg(windows)]
            Self::Installation => installation::tree(),
        }
    }
}

/// Refuses a file that others than administrators can write, or put another one in the place of:
/// for files that a policy names and that decide as much as it does.
///
/// # Errors
/// It can be written by others, or that cannot be found out. One that is not there is no problem.
pub fn refuse_what_others_can_write(path: &Path) -> Result<(), Rejected> {
    trust::check(path)
}

/// What a file says that only administrators can write.
fn guarded(path: &Path) -> Result<Option<Tree>, Rejected> {
    trust::check(path)?;
    file::read(path)
}
