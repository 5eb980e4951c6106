use std::path::Path;

use jiff::Timestamp;

use crate::verify::each_file;
use crate::{AuditError, Event, line};

/// A public key that reports of this log are signed with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyOnRecord {
    /// The number of the record.
    pub sequence: u64,
    /// When it was made.
    pub at: Timestamp,
    /// The key, as minisign writes it.
    pub public_key: String,
}

/// The public keys that are on record, each where it stands first.
///
/// That a line is as it was written says nothing of those around it: see
/// [`verify()`](fn@crate::verify).
///
/// # Errors
/// The files cannot be read, or there is no such directory.
pub fn keys(directory: &Path) -> Result<Vec<KeyOnRecord>, AuditError> {
    let mut keys: Vec<KeyOnRecord> = Vec::new();
    each_file(directory, |_, bytes| {
        for line in bytes.split(|byte| *byte == b'\n') {
            let Some(found) = key(line) else { continue };
            if keys.iter().all(|key| key.public_key != found.public_key) {
                keys.push(found);
            }
        }
    })?;
    Ok(keys)
}

fn key(line: &[u8]) -> Option<KeyOnRecord> {
    let body = line::read(line)?.body;
    let public_key = body.details.get("public_key")?.as_str()?;
    (body.event == Event::ReportKey.name()).then(|| KeyOnRecord {
        sequence: body.sequence,
        at: body.at,
        public_key: public_key.to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sample::{Desk, write};

    #[test]
    fn each_key_is_found_where_it_stands_first() {
        let place = tempfile::tempdir().unwrap();
        let mut desk = Desk::at("2026-11-20T08:00:00Z");
        let mut entries = Vec::new();
        for key in ["RWone", "RWone", "RWtwo", "RWone"] {
            entries.push(desk.says(Event::Started).with("public_key", "RWnone"));
            entries.push(desk.says(Event::ReportKey).with("public_key", key));
            desk.after(86_400.0);
        }
        write(place.path(), &entries);
        let keys = keys(place.path()).unwrap();
        let found: Vec<_> = keys
            .iter()
            .map(|key| (key.sequence, &*key.public_key))
            .collect();
        assert_eq!(found, [(2, "RWone"), (6, "RWtwo")]);
    }
}
