//! The Windows Event Log, under the source "Fermata".

use std::io;
use std::ptr;

use windows_sys::Win32::Foundation::HANDLE;
use windows_sys::Win32::System::EventLog::{
    DeregisterEventSource, EVENTLOG_ERROR_TYPE, EVENTLOG_INFORMATION_TYPE, EVENTLOG_WARNING_TYPE,
    RegisterEventSourceW, ReportEventW,
};

use super::{Entry, Severity};

/// The source, as the installer registers it under
/// `HKLM\SYSTEM\CurrentControlSet\Services\EventLog\Application`. Without that the events
/// are written all the same, and the viewer puts a sentence about a missing description first.
const SOURCE: &str = "Fermata";

/// The event log of this computer.
pub(crate) struct SystemLog;

impl SystemLog {
    pub(crate) fn open(_program: &'static str) -> Self {
        Self
    }

    pub(crate) fn write(&self, entry: &Entry) -> io::Result<()> {
        let source = Source::register()?;
        let kind = match entry.severity {
            Severity::Error => EVENTLOG_ERROR_TYPE,
            Severity::Warning => EVENTLOG_WARNING_TYPE,
            Severity::Information => EVENTLOG_INFORMATION_TYPE,
        };
        if entry.message.contains('\0') {
            return Err(io::Error::other("the message holds a zero"));
        }
        let message = wide(&entry.message);
        let strings = [message.as_ptr()];
        // SAFETY: the handle is open until `source` is dropped; the one string ends with a zero
        // and outlives the call; there are no further data.
        #[expect(unsafe_code, reason = "the system offers no other way")]
        let reported = unsafe {
            ReportEventW(
                source.0,
                kind,
                0,
                u32::from(entry.id),
                ptr::null_mut(),
                1,
                0,
                strings.as_ptr(),
                ptr::null(),
            )
        };
        if reported == 0 {
            return Err(io::Error::last_os_error());
        }
        Ok(())
    }
}

struct Source(HANDLE);

impl Source {
    fn register() -> io::Result<Self> {
        let name = wide(SOURCE);
        // SAFETY: the name ends with a zero and outlives the call; no server means this computer.
        #[expect(unsafe_code, reason = "the system offers no other way")]
        let handle = unsafe { RegisterEventSourceW(ptr::null(), name.as_ptr()) };
        if handle.is_null() {
            return Err(io::Error::last_os_error());
        }
        Ok(Self(handle))
    }
}

impl Drop for Source {
    fn drop(&mut self) {
        // SAFETY: it has been registered, and nobody uses it after this.
        #[expect(unsafe_code, reason = "the system offers no other way")]
        unsafe {
            DeregisterEventSource(self.0);
        }
    }
}

fn wide(text: &str) -> Vec<u16> {
    text.encode_utf16().chain([0]).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_event_log_takes_an_event() {
        // G5
        let entry = Entry {
            id: 100,
            severity: Severity::Information,
            message: "Fermata's tests have written this".to_owned(),
        };
        SystemLog::open("fermata")
            .write(&entry)
            .expect("it is taken");
    }
}
