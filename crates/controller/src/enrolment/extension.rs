use std::path::Path;

use policy::{Decisions, ExtensionFrom};
use regex::Regex;

use super::{EnrolmentError, LoggedOn, mapping};
use crate::bounded_file;

/// A line for each of half a million users.
const LARGEST: u64 = 16 * 1024 * 1024;

/// What the vendor knows this desk's agent by, from the rule that has been decided on; `None`
/// where the agent types it.
///
/// Blocks: a user's attributes may come from a directory server.
///
/// # Errors
/// The rule lacks something, or yields nothing for this user.
pub fn extension(
    decisions: &Decisions,
    user: &dyn LoggedOn,
) -> Result<Option<String>, EnrolmentError> {
    let Some(rule) = decisions.extension_from else {
        return Ok(None);
    };
    match rule {
        ExtensionFrom::Agent => Ok(None),
        ExtensionFrom::Fixed => needed("extension", "fixed", decisions.extension.as_deref())
            .map(|extension| Some(extension.to_owned())),
        ExtensionFrom::UserName => {
            let name = user.name()?;
            narrowed(&name, "the user name", decisions).map(Some)
        }
        ExtensionFrom::Attribute => {
            let attribute = decisions.extension_attribute.as_deref();
            let attribute = needed("extension_attribute", "attribute", attribute)?;
            let value = user.attribute(attribute)?;
            narrowed(&value, &format!("the attribute {attribute}"), decisions).map(Some)
        }
        ExtensionFrom::File => {
            let file = needed(
                "extension_file",
                "file",
                decisions.extension_file.as_deref(),
            )?;
            from_file(Path::new(file), user).map(Some)
        }
    }
}

fn needed<'a>(
    key: &'static str,
    rule: &str,
    value: Option<&'a str>,
) -> Result<&'a str, EnrolmentError> {
    let value = value.map(str::trim).filter(|value| !value.is_empty());
    value.ok_or_else(|| EnrolmentError {
        key,
        wrong: format!("extension_from = \"{rule}\" needs it, and it is not set"),
        remedy: "set it in the policy".to_owned(),
    })
}

/// The extension within a text, by the pattern where there is one.
fn narrowed(text: &str, what: &str, decisions: &Decisions) -> Result<String, EnrolmentError> {
    const KEY: &str = "extension_pattern";
    let wrong = |wrong: String, remedy: &str| EnrolmentError {
        key: KEY,
        wrong,
        remedy: remedy.to_owned(),
    };
    let Some(pattern) = &decisions.extension_pattern else {
        return Ok(text.to_owned());
    };
    let pattern = Regex::new(pattern).map_err(|error| {
        let said = format!(
            "{pattern:?} is not a regular expression ({})",
            reason(&error)
        );
        wrong(said, "mend it; a backslash is written twice in a file")
    })?;
    if pattern.captures_len() < 2 {
        let said = format!("{:?} has no group", pattern.as_str());
        return Err(wrong(said, "put round brackets around the extension"));
    }
    let group = pattern
        .captures(text)
        .and_then(|found| found.get(1))
        .map(|group| group.as_str().trim())
        .filter(|extension| !extension.is_empty());
    group.map(str::to_owned).ok_or_else(|| {
        let said = format!(
            "{what} {text:?} holds nothing that {:?} finds",
            pattern.as_str()
        );
        wrong(said, "correct the pattern, or what it is to find it in")
    })
}

/// The last line of what the parser says: the others draw the place, which needs several lines.
fn reason(error: &regex::Error) -> String {
    let said = error.to_string();
    let last = said.lines().last().unwrap_or_default();
    last.trim_start_matches("error: ").to_owned()
}

fn from_file(file: &Path, user: &dyn LoggedOn) -> Result<String, EnrolmentError> {
    // Whoever could write it could have somebody else's recording paused.
    policy::refuse_what_others_can_write(file)
        .map_err(|refused| in_file(refused.wrong, refused.remedy))?;
    looked_up(file, user)
}

/// What the file says of this user, whoever can write it.
pub(super) fn looked_up(file: &Path, user: &dyn LoggedOn) -> Result<String, EnrolmentError> {
    let text = bounded_file::text(file, LARGEST).map_err(|error| {
        in_file(
            format!("{} cannot be read ({error})", file.display()),
            "check that it is there and that every agent may read it".to_owned(),
        )
    })?;
    let name = user.name()?;
    mapping::find(&text, &name).map_err(|problem| {
        let place = match problem.line {
            Some(line) => format!("{}:{line}", file.display()),
            None => file.display().to_string(),
        };
        in_file(format!("{place}: {}", problem.wrong), problem.remedy)
    })
}

fn in_file(wrong: String, remedy: String) -> EnrolmentError {
    EnrolmentError {
        key: "extension_file",
        wrong,
        remedy,
    }
}
