//! The unified log, by way of syslog(3), whose messages macOS keeps there (documented: Apple,
//! "Logging": the older interfaces are redirected). Never run on a Mac.

use std::ffi::CString;
use std::io;

use super::{Entry, Severity};

/// The unified log.
pub(crate) struct SystemLog {
    program: &'static str,
}

impl SystemLog {
    pub(crate) fn open(program: &'static str) -> Self {
        Self { program }
    }

    pub(crate) fn write(&self, entry: &Entry) -> io::Result<()> {
        let priority = match entry.severity {
            Severity::Error => libc::LOG_ERR,
            Severity::Warning => libc::LOG_WARNING,
            Severity::Information => libc::LOG_INFO,
        };
        let line = format!("{} [{}]: {}", self.program, entry.id, entry.message);
        let line = CString::new(line).map_err(io::Error::other)?;
        // SAFETY: both are strings that end with a zero and outlive the call, and the format
        // takes the one that follows it and nothing else.
        #[expect(unsafe_code, reason = "the system offers no other way")]
        unsafe {
            libc::syslog(libc::LOG_USER | priority, c"%s".as_ptr(), line.as_ptr());
        }
        Ok(())
    }
}
