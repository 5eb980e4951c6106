//! The newest hash, kept where an edit of the files cannot follow.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::{AuditError, Hash};

/// How far the log had come, and what it was then.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Anchored {
    /// The newest record's number.
    pub sequence: u64,
    /// Its hash, in which all before it are contained.
    pub hash: Hash,
}

impl fmt::Display for Anchored {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "record {}: {}", self.sequence, self.hash.grouped())
    }
}

/// Keeps the newest hash outside the log: in the system's own log, at a collector.
///
/// What is kept must be kept for as long as the log is. It holds nothing that needs to be
/// secret. It is called on the thread that writes the log, and not for each record.
pub trait Anchor: Send {
    /// Keeps it. Whoever cannot says so by its own ways: the log goes on in any case.
    fn keep(&mut self, newest: Anchored);
}

impl<F: FnMut(Anchored) + Send> Anchor for F {
    fn keep(&mut self, newest: Anchored) {
        self(newest);
    }
}

/// The anchors in a text: whatever a system's log or a collector has printed around them.
///
/// # Errors
/// There is none, so that nothing would be compared.
pub fn anchors(text: &str) -> Result<Vec<Anchored>, AuditError> {
    let mut found: Vec<Anchored> = text.split("record ").filter_map(anchor).collect();
    found.sort_by_key(|anchored| anchored.sequence);
    if found.is_empty() {
        return Err(AuditError::NoAnchor);
    }
    Ok(found)
}

fn anchor(after: &str) -> Option<Anchored> {
    let (sequence, rest) = after.split_once(':')?;
    let is_of_a_hash = |byte: u8| byte == b':' || byte.is_ascii_hexdigit();
    let rest = rest.trim_start();
    let end = rest.bytes().position(|byte| !is_of_a_hash(byte));
    Some(Anchored {
        sequence: sequence.parse().ok()?,
        hash: Hash::read(&rest[..end.unwrap_or(rest.len())])?,
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn anchored(sequence: u64, of: &[u8]) -> Anchored {
        Anchored {
            sequence,
            hash: Hash::of(of),
        }
    }

    #[test]
    fn anchors_are_found_in_whatever_a_log_prints_around_them() {
        let (one, two) = (anchored(7, b"a"), anchored(32, b"b"));
        let text = format!(
            "Nov 21 12:00:00 desk fermata[11]: The audit log has come to {two}\n\
             a record of something else: none\n\
             {{\"message\":\"The audit log has come to {one}\"}}\n"
        );
        assert_eq!(anchors(&text).unwrap(), [one, two]);
        let plain = format!("record 7: {}", one.hash);
        assert_eq!(anchors(&plain).unwrap(), [one]);
    }

    #[test]
    fn a_text_without_anchors_is_refused_and_not_taken_for_agreement() {
        for text in ["", "record 7: abcdef", "record x: 00", "-- No entries --"] {
            assert!(matches!(anchors(text), Err(AuditError::NoAnchor)), "{text}");
        }
    }

    proptest! {
        #[test]
        fn an_anchor_passes_the_masking_of_logs_unchanged(
            sequence: u64,
            bytes in proptest::collection::vec(any::<u8>(), 8),
        ) {
            let told = anchored(sequence % 100_000_000, &bytes).to_string();
            prop_assert_eq!(support::redacted(&told), told);
        }
    }
}
