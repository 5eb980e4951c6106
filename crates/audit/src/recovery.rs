//! How far a log has come, and what a crash has left at its end.

use std::path::Path;

use serde::de::IgnoredAny;
use sha2::{Digest, Sha256};

use crate::files::{self, FileName};
use crate::line::{self, Sound};
use crate::{Anchored, AuditError, Hash};

/// What the files hold.
#[derive(Debug)]
pub(crate) struct Found {
    /// The newest record that is as it was written.
    pub(crate) newest: Anchored,
    /// The newest file.
    pub(crate) file: Option<FileName>,
    /// What is wrong after that record.
    pub(crate) damage: Option<Damage>,
}

#[derive(Debug)]
pub(crate) struct Damage {
    /// The last line is not ended.
    pub(crate) lacks_its_end: bool,
    /// What is no record. `None`: nothing but the line's end was missing.
    pub(crate) lines: Option<Unsound>,
}

/// Lines that are not as any line was ever written. None of them is kept: they may be long.
#[derive(Clone, Debug)]
pub(crate) struct Unsound {
    pub(crate) bytes: u64,
    hash: Sha256,
    /// Whether a crash may have left them. The beginning of a record is no JSON; a record that
    /// somebody has edited is.
    pub(crate) is_cut_short: bool,
    /// Whether the last one has its end.
    pub(crate) is_ended: bool,
}

impl Default for Unsound {
    fn default() -> Self {
        Self {
            bytes: 0,
            hash: Sha256::new(),
            is_cut_short: true,
            is_ended: true,
        }
    }
}

impl Unsound {
    /// Of these bytes, the end of the last line included.
    pub(crate) fn of(bytes: &[u8]) -> Self {
        let mut unsound = Self::default();
        for line in bytes.split_inclusive(|byte| *byte == b'\n') {
            unsound.add(line);
        }
        unsound
    }

    /// One more line, its end included.
    pub(crate) fn add(&mut self, line: &[u8]) {
        self.bytes += line.len() as u64;
        self.hash.update(line);
        self.is_ended = line.ends_with(b"\n");
        // It says whether it is JSON without making anything of it.
        self.is_cut_short &= serde_json::from_slice::<IgnoredAny>(line).is_err();
    }

    /// As a record about them says it: in groups, which nobody takes for a card number.
    pub(crate) fn sha256(&self) -> String {
        Hash::from(self.hash.clone()).grouped()
    }
}

pub(crate) fn look(directory: &Path) -> Result<Found, AuditError> {
    let files = files::files(directory)?;
    let Some((&file, older)) = files.split_last() else {
        return Ok(Found {
            newest: NOTHING,
            file: None,
            damage: None,
        });
    };
    let bytes = files::read(directory, file)?;
    let (newest, rest) = last_sound(&bytes);
    let newest = match newest {
        Some(sound) => anchored(&sound),
        None => newest_up_to(directory, older)?,
    };
    Ok(Found {
        newest,
        file: Some(file),
        damage: damage(&bytes, rest),
    })
}

/// The newest sound record in these files.
pub(crate) fn newest_up_to(directory: &Path, files: &[FileName]) -> Result<Anchored, AuditError> {
    for name in files.iter().rev() {
        if let (Some(sound), _) = last_sound(&files::read(directory, *name)?) {
            return Ok(anchored(&sound));
        }
    }
    Ok(NOTHING)
}

const NOTHING: Anchored = Anchored {
    sequence: 0,
    hash: Hash::NONE,
};

fn anchored(sound: &Sound) -> Anchored {
    Anchored {
        sequence: sound.body.sequence,
        hash: sound.hash,
    }
}

/// The last line that is sound, and what follows it.
fn last_sound(bytes: &[u8]) -> (Option<Sound>, &[u8]) {
    let mut rest = bytes.len();
    for line in bytes.split_inclusive(|byte| *byte == b'\n').rev() {
        let begins = rest - line.len();
        if let Some(sound) = line::read(line.strip_suffix(b"\n").unwrap_or(line)) {
            return (Some(sound), &bytes[rest..]);
        }
        rest = begins;
    }
    (None, bytes)
}

fn damage(file: &[u8], rest: &[u8]) -> Option<Damage> {
    let lacks_its_end = file.last().is_some_and(|byte| *byte != b'\n');
    let lines = (!rest.is_empty()).then(|| {
        let mut lines = rest.to_vec();
        if lacks_its_end {
            lines.push(b'\n');
        }
        Unsound::of(&lines)
    });
    (lacks_its_end || lines.is_some()).then_some(Damage {
        lacks_its_end,
        lines,
    })
}
