use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use tempfile::NamedTempFile;

/// Writes new files, which only the user can read: all of them, or none. Each appears with all
/// that is in it.
pub(super) fn write(files: &[(PathBuf, &str)]) -> anyhow::Result<()> {
    let mut ready = Vec::new();
    for (path, text) in files {
        ready.push((path, beside(path, text).with_context(|| unwritable(path))?));
    }
    let mut written: Vec<&Path> = Vec::new();
    for (path, file) in ready {
        if let Err(error) = file.persist_noclobber(path) {
            for path in written {
                // They are ours and a moment old. If one stays, the error says which is missing.
                fs::remove_file(path).ok();
            }
            if error.error.kind() == io::ErrorKind::AlreadyExists {
                bail!("{} is there already; name another file", path.display());
            }
            return Err(error.error).with_context(|| unwritable(path));
        }
        written.push(path);
    }
    Ok(())
}

/// The whole file, under a name of its own in the same folder.
fn beside(path: &Path, text: &str) -> io::Result<NamedTempFile> {
    let folder = match path.parent() {
        Some(folder) if folder != Path::new("") => folder,
        Some(_) | None => Path::new("."),
    };
    let mut file = NamedTempFile::new_in(folder)?;
    file.write_all(text.as_bytes())?;
    file.as_file().sync_all()?;
    Ok(file)
}

fn unwritable(path: &Path) -> String {
    format!(
        "{} cannot be written; choose a folder of your own with room in it",
        path.display()
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn where_one_file_cannot_be_written_none_is() {
        let folder = tempfile::tempdir().expect("a folder");
        let within = |name: &str| folder.path().join(name);
        let names = || -> Vec<_> {
            let entries = fs::read_dir(folder.path()).expect("it is ours");
            let mut names: Vec<_> = entries
                .map(|entry| entry.expect("an entry").file_name())
                .collect();
            names.sort();
            names
        };
        let nowhere = [(within("a"), "a"), (within("none/b"), "b")];
        let refused = write(&nowhere).expect_err("there is no such folder");
        assert!(refused.to_string().contains("choose a folder"), "{refused}");
        assert!(names().is_empty(), "{:?}", names());

        write(&[(within("b"), "first")]).expect("there is room");
        let refused = write(&[(within("a"), "a"), (within("b"), "second")]);
        let refused = refused.expect_err("it is there");
        assert!(
            refused.to_string().contains("is there already"),
            "{refused}"
        );
        assert_eq!(names(), ["b"]);
        assert_eq!(fs::read_to_string(within("b")).expect("text"), "first");
    }
}
