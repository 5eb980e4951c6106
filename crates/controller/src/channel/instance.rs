use std::fs::{File, OpenOptions, TryLockError};
use std::io;
use std::path::Path;

use super::{ChannelError, Served, Serving, server, socket};
use crate::paths::Paths;

/// Being the one instance of this user: for as long as it lives, there is no other.
#[derive(Debug)]
pub struct Instance {
    paths: Paths,
    lock: File,
}

/// What came of wanting to be the one instance.
#[derive(Debug)]
pub enum Claim {
    /// We are.
    Ours(Instance),
    /// Another one runs; [`super::Client::connect`] reaches it.
    AlreadyRunning,
}

impl Instance {
    /// Claims to be the one instance of this user.
    ///
    /// The lock goes with the process, so a crash leaves nothing that has to be cleaned up: a
    /// socket that it left behind is replaced.
    ///
    /// # Errors
    /// The lock file cannot be used, or something else is where the socket should be.
    pub fn claim(paths: &Paths) -> Result<Claim, ChannelError> {
        let path = paths.lock();
        let unusable = |source| ChannelError::Unusable {
            path: path.clone(),
            source,
        };
        let lock = open(&path).map_err(unusable)?;
        match lock.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Ok(Claim::AlreadyRunning),
            Err(TryLockError::Error(source)) => return Err(unusable(source)),
        }
        // The lock file may have been tidied away under a running instance, and then we have
        // locked another one.
        if somebody_answers(paths) {
            return Ok(Claim::AlreadyRunning);
        }
        remove_socket(paths)?;
        Ok(Claim::Ours(Self {
            paths: paths.clone(),
            lock,
        }))
    }

    /// Starts to answer on the channel. Must be called within the async runtime.
    ///
    /// # Errors
    /// The socket cannot be made.
    pub fn serve(self, served: Served) -> Result<Serving, ChannelError> {
        let listener = socket::listen(&self.paths).map_err(|source| ChannelError::Unusable {
            path: self.paths.socket(),
            source,
        })?;
        Ok(server::start(self, listener, served))
    }
}

impl Drop for Instance {
    fn drop(&mut self) {
        // Before the lock is released, so that it cannot be the socket of the next instance.
        // One that stays is replaced by that.
        let _ = remove_socket(&self.paths);
        let _ = self.lock.unlock();
    }
}

fn open(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.read(true).write(true).create(true).truncate(false);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt;
        options.mode(0o600);
    }
    options.open(path)
}

#[cfg(unix)]
fn somebody_answers(paths: &Paths) -> bool {
    std::os::unix::net::UnixStream::connect(paths.socket()).is_ok()
}

/// A pipe goes with the process that made it, and nobody tidies a profile away.
#[cfg(windows)]
fn somebody_answers(_paths: &Paths) -> bool {
    false
}

#[cfg(unix)]
fn remove_socket(paths: &Paths) -> Result<(), ChannelError> {
    use std::fs;
    use std::os::unix::fs::FileTypeExt;
    let path = paths.socket();
    match fs::symlink_metadata(&path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        Err(source) => Err(ChannelError::Unusable { path, source }),
        Ok(found) if !found.file_type().is_socket() => Err(ChannelError::NotASocket { path }),
        Ok(_) => fs::remove_file(&path).map_err(|source| ChannelError::Unusable { path, source }),
    }
}

#[cfg(windows)]
fn remove_socket(_paths: &Paths) -> Result<(), ChannelError> {
    Ok(())
}
