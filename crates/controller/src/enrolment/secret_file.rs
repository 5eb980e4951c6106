//! A file with one secret in it, which is kept in the keyring and wiped.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Read, Seek, SeekFrom};
use std::path::Path;

use secrecy::ExposeSecret;
use tracing::info;
use zeroize::Zeroizing;

use super::EnrolmentError;
use crate::secrets::{self, SecretStore};

/// No secret is longer; a longer file is something else.
const LONGEST: u64 = 64 * 1024;

/// What came of looking for an enrolment file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Enrolled {
    /// There is none, or none any longer.
    NothingThere,
    /// Its secret is in the keyring, and the file is gone.
    Kept,
}

/// Keeps the secret of the file's first line, checks that it is kept, and wipes the file.
pub(super) fn take(
    path: &Path,
    account: &str,
    store: &dyn SecretStore,
) -> Result<Enrolled, EnrolmentError> {
    let shown = path.display();
    let mut file = match open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Enrolled::NothingThere),
        Err(error) => {
            return Err(wrong(
                format!("{shown} cannot be opened ({error}), and is not used"),
                how_to_own(path),
            ));
        }
    };
    let length = whats_there(&file, path)?;
    if length == 0 {
        // What is left where an earlier start could wipe the file and not remove it.
        fs::remove_file(path).ok();
        return Ok(Enrolled::NothingThere);
    }
    let mut bytes = Zeroizing::new(Vec::with_capacity(LONGEST as usize));
    Read::by_ref(&mut file)
        .take(LONGEST)
        .read_to_end(&mut bytes)
        .map_err(|error| {
            wrong(
                format!("{shown} cannot be read ({error})"),
                how_to_own(path),
            )
        })?;
    let Ok(Some(secret)) = secrets::first_line(bytes.as_slice()) else {
        return Err(wrong(
            format!("the first line of {shown} is empty or no text"),
            "write the secret there, and nothing in front of it".to_owned(),
        ));
    };
    let kept = store
        .keep(account, &secret)
        .and_then(|()| store.load(account));
    match kept {
        Ok(Some(kept)) if kept.expose_secret() == secret.expose_secret() => {}
        Ok(_) => {
            return Err(wrong(
                format!("the keyring does not give back what was in {shown}, which stays"),
                "start Fermata again, or sign in by hand".to_owned(),
            ));
        }
        Err(error) => {
            return Err(wrong(
                format!("{error}, so the secret in {shown} is not kept, and the file stays"),
                "unlock or start the keyring, and start Fermata again".to_owned(),
            ));
        }
    }
    wipe(&mut file, length)
        .and_then(|()| {
            drop(file);
            fs::remove_file(path)
        })
        .map_err(|error| {
            wrong(
                format!("the secret in {shown} is kept, and the file cannot be removed ({error})"),
                "remove it by hand".to_owned(),
            )
        })?;
    info!("the secret of the enrolment file is kept in the keyring, and the file is removed");
    Ok(Enrolled::Kept)
}

fn wrong(wrong: String, remedy: String) -> EnrolmentError {
    EnrolmentError {
        key: "enrolment_file",
        wrong,
        remedy,
    }
}

/// Opens the file itself. Where a link is followed, whoever may write to its folder could have
/// any file of the user's read and wiped.
fn open(path: &Path) -> io::Result<File> {
    let mut how = OpenOptions::new();
    how.read(true).write(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt;
        let flags = rustix::fs::OFlags::NOFOLLOW | rustix::fs::OFlags::NONBLOCK;
        how.custom_flags(flags.bits().cast_signed());
    }
    #[cfg(windows)]
    {
        use std::os::windows::fs::OpenOptionsExt;
        // Documented: CreateFile, dwFlagsAndAttributes.
        const FILE_FLAG_OPEN_REPARSE_POINT: u32 = 0x0020_0000;
        how.custom_flags(FILE_FLAG_OPEN_REPARSE_POINT);
    }
    how.open(path)
}

/// How long the file is, if it is one that may be used.
fn whats_there(file: &File, path: &Path) -> Result<u64, EnrolmentError> {
    let shown = path.display();
    let found = file.metadata().map_err(|error| {
        wrong(
            format!("{shown} cannot be looked at ({error})"),
            how_to_own(path),
        )
    })?;
    if !found.is_file() {
        return Err(wrong(
            format!("{shown} is no file of its own, and is not used"),
            "put the file itself there, and no link to it".to_owned(),
        ));
    }
    if let Some(said) = openness(&found) {
        return Err(wrong(
            format!("{shown} {said}, and is not used"),
            how_to_own(path),
        ));
    }
    if found.len() > LONGEST {
        return Err(wrong(
            format!("{shown} is longer than any secret ({} bytes)", found.len()),
            "put a file there that holds the secret alone".to_owned(),
        ));
    }
    Ok(found.len())
}

/// What makes this a file that others know, if anything does.
#[cfg(unix)]
fn openness(found: &fs::Metadata) -> Option<String> {
    use std::os::unix::fs::MetadataExt;

    let us = rustix::process::geteuid().as_raw();
    let mode = found.mode() & 0o7777;
    if found.uid() != us && found.uid() != 0 {
        Some(format!(
            "belongs to user {} and not to user {us}",
            found.uid()
        ))
    } else if mode & 0o077 != 0 {
        Some(format!(
            "can be read by others than its owner (mode {mode:04o})"
        ))
    } else if found.nlink() > 1 {
        Some("has a second name, by which it would still be there".to_owned())
    } else {
        None
    }
}

/// Who else may read it is for the rights of its folder to say: they are not looked at here.
#[cfg(not(unix))]
fn openness(found: &fs::Metadata) -> Option<String> {
    found
        .permissions()
        .readonly()
        .then(|| "is read-only, so that it could not be wiped".to_owned())
}

#[cfg(unix)]
fn how_to_own(path: &Path) -> String {
    format!(
        "run as root: chown THE_USER {0} && chmod 600 {0}",
        path.display()
    )
}

#[cfg(not(unix))]
fn how_to_own(path: &Path) -> String {
    format!("let the agent alone read and change {}", path.display())
}

/// Overwrites what is there and makes the file empty. On what lies below (flash cells,
/// snapshots, backups) nothing can be said from here.
fn wipe(file: &mut File, length: u64) -> io::Result<()> {
    overwrite(file, length)?;
    file.set_len(0)?;
    file.sync_all()
}

/// Puts zeros in the place of the first so many bytes, down to the disk.
pub(super) fn overwrite(file: &mut File, length: u64) -> io::Result<()> {
    file.seek(SeekFrom::Start(0))?;
    io::copy(&mut io::repeat(0).take(length), file)?;
    file.sync_all()
}
