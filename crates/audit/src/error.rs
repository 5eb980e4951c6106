use std::io;
use std::path::{Path, PathBuf};

/// Why the audit log cannot be written or read.
#[derive(Debug, thiserror::Error)]
pub enum AuditError {
    /// A file or the directory cannot be used.
    #[error(
        "{} cannot be {to_be}: {source}; make room, or give this user the right to it",
        path.display()
    )]
    Unusable {
        /// Which.
        path: PathBuf,
        /// What it should have been.
        to_be: &'static str,
        /// Why it could not.
        source: io::Error,
    },
    /// Two writers would break the chain.
    #[error(
        "another Fermata writes the audit log in {}; end it and start this one again",
        directory.display()
    )]
    AnotherWriter {
        /// Where.
        directory: PathBuf,
    },
    /// There is no log there.
    #[error("there is no audit log in {}; check the directory", directory.display())]
    NoLog {
        /// Where.
        directory: PathBuf,
    },
    /// What should hold anchors holds none.
    #[error(
        "no anchor is in what was given; each is a line with `record NUMBER: HASH`, \
         as the system's log has it (see docs/audit.md)"
    )]
    NoAnchor,
}

impl AuditError {
    pub(crate) fn unusable(
        path: &Path,
        to_be: &'static str,
    ) -> impl FnOnce(io::Error) -> Self + use<> {
        let path = path.to_path_buf();
        move |source| Self::Unusable {
            path,
            to_be,
            source,
        }
    }
}
