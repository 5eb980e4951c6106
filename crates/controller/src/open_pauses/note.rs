//! The note's file: a few lines of JSON, of which a crash leaves the old or the new.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Read as _, Write};
use std::path::Path;

use jiff::Timestamp;
use pause::CallId;
use serde::{Deserialize, Serialize};

/// Far more than all calls of an agent need.
const LARGEST: u64 = 256 * 1024;

/// What is noted.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Note {
    pub(super) pauses: Vec<Pause>,
    /// A note before this one could not be read, and the agent has not been told.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) unreadable: Option<Unreadable>,
}

/// A pause that nobody has proven to be over.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Pause {
    /// The vendor, where it is, and the agent there.
    pub(super) account: String,
    /// The vendor's id, to the letter: the vendor is asked by it.
    pub(super) call: String,
    /// When it was asked for.
    pub(super) since: Timestamp,
    /// The same from the boot on, where that is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) up_ms: Option<u64>,
}

#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Unreadable {
    /// When that note was last changed, if that is known.
    pub(super) since: Option<Timestamp>,
}

/// What was found at the start.
#[derive(Debug, PartialEq)]
pub(super) enum Read {
    Nothing,
    Note(Note),
    /// There is one, and it says nothing. It was last changed then.
    Unreadable {
        since: Option<Timestamp>,
    },
}

impl Note {
    /// Where the pause of this call stands.
    pub(super) fn of(&self, account: &str, call: &CallId) -> Option<usize> {
        let is_it = |pause: &Pause| pause.account == account && pause.call == call.as_str();
        self.pauses.iter().position(is_it)
    }

    fn says_nothing(&self) -> bool {
        self.pauses.is_empty() && self.unreadable.is_none()
    }
}

/// Reads a note; whatever it is that stands in its place, it counts as an open pause.
pub(super) fn read(file: &Path) -> Read {
    match read_whole(file) {
        Ok(note) => Read::Note(note),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Read::Nothing,
        Err(error) => {
            tracing::warn!(%error, "the note of open pauses cannot be read");
            let changed = fs::metadata(file).and_then(|found| found.modified());
            let since = changed.ok().and_then(|at| Timestamp::try_from(at).ok());
            Read::Unreadable { since }
        }
    }
}

fn read_whole(file: &Path) -> io::Result<Note> {
    let mut bytes = Vec::new();
    File::open(file)?.take(LARGEST).read_to_end(&mut bytes)?;
    Ok(serde_json::from_slice(&bytes)?)
}

/// Puts a note on the disk in the place of the one before, or takes that away where there is
/// nothing to say.
pub(super) fn write(file: &Path, note: &Note) -> io::Result<()> {
    let folder = file.parent().unwrap_or(Path::new("."));
    if note.says_nothing() {
        match fs::remove_file(file) {
            Ok(()) => {}
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
            Err(error) => return Err(error),
        }
    } else {
        make_private(folder)?;
        // Always the same name: a crash leaves at most one behind.
        let new = file.with_extension("new");
        let mut written = open_private(&new)?;
        written.write_all(&serde_json::to_vec(note)?)?;
        written.sync_all()?;
        drop(written);
        fs::rename(&new, file)?;
    }
    keep_names(folder)
}

#[cfg(unix)]
fn make_private(folder: &Path) -> io::Result<()> {
    use std::os::unix::fs::DirBuilderExt;
    fs::DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(folder)
}

/// A user's profile is closed to others.
#[cfg(not(unix))]
fn make_private(folder: &Path) -> io::Result<()> {
    fs::create_dir_all(folder)
}

fn open_private(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt;
        options.mode(0o600);
    }
    options.write(true).create(true).truncate(true).open(path)
}

/// Makes sure that a file that was renamed or removed stays so when the power fails.
#[cfg(unix)]
fn keep_names(folder: &Path) -> io::Result<()> {
    File::open(folder)?.sync_all()
}

/// Windows keeps names by itself, and opens no directory as a file.
#[cfg(not(unix))]
fn keep_names(_folder: &Path) -> io::Result<()> {
    Ok(())
}
