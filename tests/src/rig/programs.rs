//! Where the programs under test are.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result, ensure};

/// The program of this name: where `FERMATA_BIN` or `FERMATACTL_BIN` points to, else the one
/// that lies where this program was built.
///
/// # Errors
/// There is none.
pub fn program(name: &str) -> Result<PathBuf> {
    find(&format!("{}_BIN", name.to_uppercase()), name)
}

/// The program that `variable` points to, else the one that lies where this program was built.
pub(super) fn find(variable: &str, name: &str) -> Result<PathBuf> {
    let path = match std::env::var_os(variable) {
        Some(path) => PathBuf::from(path),
        None => beside(&std::env::current_exe()?, name)?,
    };
    ensure!(
        path.is_file(),
        "there is no {}; build it (`cargo build -p fermata -p ctl`) or set {variable}",
        path.display()
    );
    // A program of a desktop may be started in another folder.
    Ok(path.canonicalize()?)
}

/// Test programs lie in `deps`, one below those that are built as such.
fn beside(us: &Path, name: &str) -> Result<PathBuf> {
    let mut folder = us.parent().context("this program lies in no folder")?;
    if folder.ends_with("deps") {
        folder = folder.parent().context("`deps` lies in a folder")?;
    }
    Ok(folder.join(name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_program_is_looked_for_where_this_one_was_built() {
        let found = |us| beside(Path::new(us), "fermata").unwrap();
        assert_eq!(
            found("/target/debug/deps/desktop-1f"),
            Path::new("/target/debug/fermata")
        );
        assert_eq!(
            found("/target/debug/demo"),
            Path::new("/target/debug/fermata")
        );
    }
}
