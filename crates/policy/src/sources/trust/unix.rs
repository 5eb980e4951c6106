//! On Unix it is root's, and so is each folder and each link on the way to it.

use std::ffi::{OsStr, OsString};
use std::fs::{self, Metadata};
use std::io;
use std::os::unix::fs::MetadataExt;
use std::path::{Component, Path, PathBuf};

use super::cannot_be_examined;
use crate::check::Wrong;

const ROOT: u32 = 0;
const GROUP_OR_OTHERS_WRITE: u32 = 0o022;

pub(super) fn examine(path: &Path) -> Result<(), Wrong> {
    Walk::for_owner(ROOT).to(path)
}

/// A walk from the root of the file system to a file, through each link on the way.
struct Walk {
    owner: u32,
    /// A folder that is not examined, and neither is what lies above it.
    trusted: Option<PathBuf>,
    here: PathBuf,
    links: usize,
}

impl Walk {
    fn for_owner(owner: u32) -> Self {
        Self {
            owner,
            trusted: None,
            here: PathBuf::from("/"),
            links: 0,
        }
    }

    fn to(mut self, path: &Path) -> Result<(), Wrong> {
        let mut ahead = parts(path);
        while let Some(part) = ahead.pop() {
            self.step(&part, &mut ahead)?;
        }
        Ok(())
    }

    fn step(&mut self, part: &OsStr, ahead: &mut Vec<OsString>) -> Result<(), Wrong> {
        // Links on the way here have been followed, so `..` is the folder above.
        let next = if part == ".." {
            self.here.parent().unwrap_or(&self.here).to_path_buf()
        } else {
            self.here.join(part)
        };
        let found = match fs::symlink_metadata(&next) {
            Ok(found) => found,
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                ahead.clear();
                return Ok(());
            }
            Err(error) => return Err(cannot_be_examined(&next, &error)),
        };
        let is_trusted = self
            .trusted
            .as_ref()
            .is_some_and(|trusted| trusted.starts_with(&next));
        if !is_trusted {
            self.examine(&next, &found)?;
        }
        if found.is_symlink() {
            self.follow(&next, ahead)
        } else {
            self.here = next;
            Ok(())
        }
    }

    fn follow(&mut self, link: &Path, ahead: &mut Vec<OsString>) -> Result<(), Wrong> {
        // As many as Linux follows.
        const MOST: usize = 40;
        self.links += 1;
        if self.links > MOST {
            let error = io::Error::other("too many links");
            return Err(cannot_be_examined(link, &error));
        }
        let target = fs::read_link(link).map_err(|error| cannot_be_examined(link, &error))?;
        ahead.extend(parts(&target));
        Ok(())
    }

    fn examine(&self, path: &Path, found: &Metadata) -> Result<(), Wrong> {
        let shown = path.display();
        if found.uid() != self.owner {
            let owner = found.uid();
            return Err(Wrong::new(
                format!("{shown} belongs to the user {owner}, who could change the policy"),
                format!("give it to root: chown root {shown}"),
            ));
        }
        // A link has no permissions of its own.
        if !found.is_symlink() && found.mode() & GROUP_OR_OTHERS_WRITE != 0 {
            return Err(Wrong::new(
                format!("{shown} can be written by others than root, who could change the policy"),
                format!("let nobody else write there: chmod go-w {shown}"),
            ));
        }
        Ok(())
    }
}

/// The parts of a path, the first at the end.
fn parts(path: &Path) -> Vec<OsString> {
    let mut parts: Vec<OsString> = path
        .components()
        .filter(|part| *part != Component::CurDir)
        .map(|part| part.as_os_str().to_owned())
        .collect();
    parts.reverse();
    parts
}

#[cfg(test)]
mod tests;
