//! What the installer was told, which it keeps in the registry.

use std::path::{Path, PathBuf};

use windows_registry::{Key, LOCAL_MACHINE};

use super::{guarded, registry};
use crate::check::Wrong;
use crate::tree::{Entry, Spelling, Tree, Value};
use crate::{Place, Rejected};

const INSTALLATION: &str = r"Software\Fermata\Installation";
const POLICY_FILE: &str = "PolicyFile";
/// Whatever else is there is the installer's own.
const RECOMMENDED: &[&str] = &["Vendor", "BaseUrl", "Autostart", "Language"];

/// What holds because the installer was told so, where nobody has said anything else.
pub(super) fn tree() -> Result<Option<Tree>, Rejected> {
    recommended(LOCAL_MACHINE, "HKLM", INSTALLATION)
}

/// What the policy file of this computer says, which the installer may have been told of.
pub(super) fn machine_file() -> Result<Option<Tree>, Rejected> {
    let (path, is_named) = match named(LOCAL_MACHINE, "HKLM", INSTALLATION)? {
        Some((path, place)) => (path, Some(place)),
        None => (usual()?, None),
    };
    match (guarded(&path)?, is_named) {
        (None, Some(place)) => {
            let wrong = format!("{} is not there", path.display());
            let remedy = "put the policy file there, or take this value out";
            Err(Wrong::new(wrong, remedy).at(&place, String::new()))
        }
        (found, _) => Ok(found),
    }
}

fn recommended(hive: &Key, shown: &str, path: &str) -> Result<Option<Tree>, Rejected> {
    let Some(found) = registry::entries(hive, shown, path)? else {
        return Ok(None);
    };
    let is_told = |entry: &Entry| {
        let is_known = RECOMMENDED
            .iter()
            .any(|name| entry.name.eq_ignore_ascii_case(name));
        // An installer that was told nothing may write nothing.
        is_known && entry.value != Value::Text(String::new())
    };
    let told = found.into_iter().filter(is_told).map(|entry| Entry {
        value: as_number(entry.value),
        ..entry
    });
    Ok(Some(Tree {
        recommended: told.collect(),
        ..Tree::empty(Spelling::Registry)
    }))
}

/// An installer writes what it was told as it was told it, so 0 and 1 are texts.
fn as_number(value: Value) -> Value {
    match value {
        Value::Text(text) if text == "0" || text == "1" => Value::Number((text == "1").into()),
        other @ (Value::Text(_)
        | Value::Number(_)
        | Value::Switch(_)
        | Value::List(_)
        | Value::Table(_)
        | Value::Other(_)) => other,
    }
}

/// A text that is the whole path of a file.
fn whole_path(value: Value) -> Option<String> {
    match value {
        Value::Text(path) if Path::new(&path).is_absolute() => Some(path),
        Value::Text(_)
        | Value::Number(_)
        | Value::Switch(_)
        | Value::List(_)
        | Value::Table(_)
        | Value::Other(_) => None,
    }
}

/// The policy file that the installer was told of, and where it says so.
fn named(hive: &Key, shown: &str, path: &str) -> Result<Option<(PathBuf, Place)>, Rejected> {
    let found = registry::entries(hive, shown, path)?.into_iter().flatten();
    let Some(Entry { value, place, .. }) = found
        .filter(|entry| entry.name.eq_ignore_ascii_case(POLICY_FILE))
        .find(|entry| entry.value != Value::Text(String::new()))
    else {
        return Ok(None);
    };
    let Some(file) = whole_path(value) else {
        let wrong = "this is not the whole path of a policy file";
        let remedy =
            "write it from the drive on, as a REG_SZ: C:\\ProgramData\\Fermata\\policy.toml";
        return Err(Wrong::new(wrong, remedy).at(&place, String::new()));
    };
    Ok(Some((file.into(), place)))
}

/// `policy.toml` below the folder for all users. Windows keeps its whole path here, too; the
/// variable `ProgramData` and what has to be put in from the environment are the user's.
fn usual() -> Result<PathBuf, Rejected> {
    const FOLDERS: &str = r"Software\Microsoft\Windows\CurrentVersion\Explorer\Shell Folders";
    const FOLDER: &str = "Common AppData";
    let found = registry::entries(LOCAL_MACHINE, "HKLM", FOLDERS)?
        .into_iter()
        .flatten();
    let folder = found
        .filter(|entry| entry.name == FOLDER)
        .find_map(|entry| whole_path(entry.value));
    folder
        .map(|folder| Path::new(&folder).join("Fermata").join("policy.toml"))
        .ok_or_else(|| {
            let place = Place(format!("HKLM\\{FOLDERS}\\{FOLDER}"));
            let wrong = "Windows does not say here where the folder for all users is";
            let remedy = "name the policy file at installation: POLICYFILE=…";
            Wrong::new(wrong, remedy).at(&place, String::new())
        })
}

#[cfg(test)]
mod tests;
