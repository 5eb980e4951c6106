//! The file that says which user has which extension.

use std::collections::BTreeMap;

/// What is wrong with the file.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct MappingProblem {
    /// The line, counted from 1; `None` where no line is to blame.
    pub(super) line: Option<usize>,
    pub(super) wrong: String,
    pub(super) remedy: String,
}

/// The extension of this user.
///
/// A file with anything wrong in it is not used at all: a line that cannot be read may be the
/// second one of this very user, and a wrong extension pauses somebody else's recording.
pub(super) fn find(text: &str, user: &str) -> Result<String, MappingProblem> {
    let extensions = read(text)?;
    let user_key = key(user);
    let found = extensions.get(&user_key);
    found
        .map(|(_, extension)| (*extension).to_owned())
        .ok_or_else(|| MappingProblem {
            line: None,
            wrong: format!("there is no line for the user {user:?}"),
            remedy: format!("add one: {user_key},EXTENSION"),
        })
}

/// A user's name without a domain: `anna` for `CORP\anna` and for `anna@corp.example`.
pub(super) fn bare(user: &str) -> &str {
    let name = user.rsplit('\\').next().unwrap_or(user);
    name.split('@').next().unwrap_or(name)
}

fn key(user: &str) -> String {
    bare(user.trim()).to_lowercase()
}

fn read(text: &str) -> Result<BTreeMap<String, (usize, &str)>, MappingProblem> {
    // Spreadsheets put a byte order mark in front, and joined files have it further on.
    let is_nothing = |char: char| char.is_whitespace() || char == '\u{feff}';
    let mut extensions: BTreeMap<String, (usize, &str)> = BTreeMap::new();
    for (number, line) in (1..).zip(text.lines()) {
        let line = line.trim_start_matches(is_nothing).trim_end();
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        let (user, extension) = entry(line).ok_or_else(|| MappingProblem {
            line: Some(number),
            wrong: format!("{line:?} is not a user and an extension"),
            remedy: "write it as user,extension".to_owned(),
        })?;
        if let Some((first, _)) = extensions.insert(key(user), (number, extension)) {
            return Err(MappingProblem {
                line: Some(number),
                wrong: format!("the user {:?} has line {first} already", key(user)),
                remedy: "remove one of the two; neither case nor domain tells users apart"
                    .to_owned(),
            });
        }
    }
    Ok(extensions)
}

fn entry(line: &str) -> Option<(&str, &str)> {
    let (user, extension) = line.split_once(',')?;
    let (user, extension) = (user.trim(), extension.trim());
    let complete = !key(user).is_empty() && !extension.is_empty();
    // Quotes and further columns come out of spreadsheets, and mean nothing here.
    (complete && !extension.contains([',', '"']) && !user.contains('"'))
        .then_some((user, extension))
}
