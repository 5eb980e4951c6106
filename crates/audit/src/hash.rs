use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use sha2::{Digest, Sha256};

/// A SHA-256, in which each record carries what came before it.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Hash([u8; 32]);

impl Hash {
    /// What the first record of a log carries.
    pub const NONE: Self = Self([0; 32]);

    /// How many characters it has when written.
    pub(crate) const WRITTEN: usize = 64;

    pub(crate) fn of(bytes: &[u8]) -> Self {
        Self(Sha256::digest(bytes).into())
    }

    /// Reads it as it is written in the log, or in groups as an [`crate::Anchored`] writes it.
    pub fn read(text: &str) -> Option<Self> {
        let digits: Vec<u8> = text
            .bytes()
            .filter(|byte| *byte != b':')
            .map(digit)
            .collect::<Option<_>>()?;
        let pairs = digits.chunks_exact(2).map(|pair| pair[0] << 4 | pair[1]);
        let bytes: Vec<u8> = pairs.collect();
        let is_whole = digits.len() == Self::WRITTEN;
        is_whole.then(|| bytes.try_into().ok().map(Self)).flatten()
    }

    /// In groups of eight, which nobody takes for a card number.
    pub(crate) fn grouped(self) -> String {
        let written = self.to_string();
        let groups: Vec<&str> = (0..Self::WRITTEN / 8)
            .map(|group| &written[group * 8..group * 8 + 8])
            .collect();
        groups.join(":")
    }
}

impl From<Sha256> for Hash {
    fn from(hash: Sha256) -> Self {
        Self(hash.finalize().into())
    }
}

/// Lower case only: another spelling would be another line with the same meaning.
fn digit(byte: u8) -> Option<u8> {
    match byte {
        b'0'..=b'9' => Some(byte - b'0'),
        b'a'..=b'f' => Some(byte - b'a' + 10),
        _ => None,
    }
}

impl fmt::Display for Hash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for Hash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl Serialize for Hash {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Hash {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::read(&text).ok_or_else(|| serde::de::Error::custom("not a SHA-256 in hexadecimal"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hash_is_read_as_it_is_written_and_in_groups_and_in_no_other_way() {
        let hash = Hash::of(b"abc");
        let written = hash.to_string();
        assert_eq!(
            written,
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
        );
        assert_eq!(Hash::read(&written), Some(hash));
        assert_eq!(Hash::read(&hash.grouped()), Some(hash));
        assert_eq!(Hash::read(&written.to_uppercase()), None);
        assert_eq!(Hash::read(&written[1..]), None);
        assert_eq!(Hash::read(&format!("{written}00")), None);
        assert_eq!(Hash::read(""), None);
    }
}
