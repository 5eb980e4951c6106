//! Whether only administrators can write a file: else a policy would be the agent's.

#[cfg(any(windows, test))]
mod sddl;
#[cfg(unix)]
mod unix;
#[cfg(windows)]
mod windows;

use std::path::Path;

#[cfg(unix)]
use unix::examine;
#[cfg(windows)]
use windows::examine;

use crate::check::Wrong;
use crate::{Place, Rejected};

/// Refuses a file that others than administrators can write; one that is not there is no problem.
pub(super) fn check(path: &Path) -> Result<(), Rejected> {
    examine(path).map_err(|wrong| {
        let place = Place(path.display().to_string());
        wrong.at(&place, String::new())
    })
}

fn cannot_be_examined(path: &Path, error: &std::io::Error) -> Wrong {
    let wrong = format!(
        "who can write {} cannot be examined ({error})",
        path.display()
    );
    Wrong::new(wrong, "let every user read it and its folders")
}
