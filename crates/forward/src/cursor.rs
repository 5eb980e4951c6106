//! How far a collector has come, kept where a restart finds it.

use std::fs::{File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use audit::Position;
use tempfile::NamedTempFile;

use crate::Kind;

/// The cursor of one collector. One Fermata at a time has it.
#[derive(Debug)]
pub(crate) struct Cursor {
    path: PathBuf,
    /// Held for as long as this lives.
    _lock: File,
}

impl Cursor {
    /// Takes it; fails while another Fermata has it.
    pub(crate) fn open(directory: &Path, kind: Kind) -> io::Result<Self> {
        let name = kind.name();
        let lock = open_private(&directory.join(format!("forwarded-{name}.lock")))?;
        lock.try_lock()?;
        Ok(Self {
            path: directory.join(format!("forwarded-{name}.json")),
            _lock: lock,
        })
    }

    /// Where it stands; `None` if there is none yet.
    ///
    /// # Errors
    /// It cannot be read, or says nothing that could be understood.
    pub(crate) fn read(&self) -> io::Result<Option<Position>> {
        match File::open(&self.path) {
            Ok(file) => Ok(Some(serde_json::from_reader(file)?)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Keeps it: a crash leaves this one or the one before.
    pub(crate) fn keep(&self, position: &Position) -> io::Result<()> {
        let directory = self.path.parent().unwrap_or(Path::new("."));
        let mut file = NamedTempFile::new_in(directory)?;
        serde_json::to_writer(&mut file, position)?;
        file.flush()?;
        file.as_file().sync_data()?;
        file.persist(&self.path)?;
        Ok(())
    }
}

fn open_private(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt;
        options.mode(0o600);
    }
    options
        .read(true)
        .write(true)
        .create(true)
        .truncate(false)
        .open(path)
}
