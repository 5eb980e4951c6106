//! The journal, by its own protocol (documented: systemd, "Native Journal Protocol"): one
//! datagram an entry, one line a field.

use std::io;
use std::os::unix::net::UnixDatagram;
use std::path::PathBuf;

use super::{Entry, Severity};

const JOURNAL: &str = "/run/systemd/journal/socket";

/// The journal. There may be none: then each entry is an error.
pub(crate) struct SystemLog {
    program: &'static str,
    journal: PathBuf,
}

impl SystemLog {
    pub(crate) fn open(program: &'static str) -> Self {
        Self::at(program, PathBuf::from(JOURNAL))
    }

    fn at(program: &'static str, journal: PathBuf) -> Self {
        Self { program, journal }
    }

    pub(crate) fn write(&self, entry: &Entry) -> io::Result<()> {
        // Syslog's priorities: an error is 3, a warning 4, information 6.
        let priority = match entry.severity {
            Severity::Error => 3,
            Severity::Warning => 4,
            Severity::Information => 6,
        };
        // A line end would begin another field.
        let message = entry.message.replace(['\n', '\r'], " ");
        let datagram = format!(
            "MESSAGE={message}\nPRIORITY={priority}\nSYSLOG_IDENTIFIER={}\nFERMATA_EVENT_ID={}\n",
            self.program, entry.id
        );
        // A socket each time: there are a few entries a day, and the journal may be restarted.
        let socket = UnixDatagram::unbound()?;
        socket.set_nonblocking(true)?;
        socket.send_to(datagram.as_bytes(), &self.journal).map(drop)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_event_arrives_at_the_journal_with_its_number_and_priority() {
        // G5
        let root = tempfile::tempdir().expect("a directory");
        let socket = root.path().join("socket");
        let journal = UnixDatagram::bind(&socket).expect("a socket");
        let log = SystemLog::at("fermata", socket);
        log.write(&Entry {
            id: 102,
            severity: Severity::Error,
            message: "a pause failed\nPRIORITY=7".to_owned(),
        })
        .expect("it is taken");
        let mut datagram = [0; 1_024];
        let length = journal.recv(&mut datagram).expect("it has arrived");
        assert_eq!(
            std::str::from_utf8(&datagram[..length]).expect("text"),
            "MESSAGE=a pause failed PRIORITY=7\nPRIORITY=3\nSYSLOG_IDENTIFIER=fermata\n\
             FERMATA_EVENT_ID=102\n"
        );
    }

    #[test]
    fn where_there_is_no_journal_an_event_is_an_error_and_nothing_waits() {
        let log = SystemLog::at("fermata", PathBuf::from("/nowhere/socket"));
        let entry = Entry {
            id: 1,
            severity: Severity::Information,
            message: String::new(),
        };
        assert!(log.write(&entry).is_err());
    }
}
