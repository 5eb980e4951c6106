//! What a desk is set up with where nobody types it: the extension from a rule, the secret from
//! a file that is used once.

mod extension;
#[cfg(any(test, feature = "fuzzing"))]
pub(crate) mod fuzzing;
mod logged_on;
mod mapping;
mod secret_file;
#[cfg(test)]
mod tests;

use std::fmt;
use std::path::PathBuf;

use vendors::Vendor;

use crate::secrets::{self, SecretStore};

pub use extension::extension;
pub use logged_on::{LoggedOn, ThisUser};
pub(crate) use secret_file::Enrolled;

/// Why a desk could not be set up by itself: which decision is to blame, and what to do.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub struct EnrolmentError {
    /// The key of the decision: "extension_file".
    pub key: &'static str,
    /// What is wrong.
    pub wrong: String,
    /// What to do.
    pub remedy: String,
}

/// Takes the secret over from the enrolment file, if it is there. `{user}` in its name stands
/// for the user's own.
///
/// Does nothing for a vendor that needs no secret. Blocks, as the keyring does.
///
/// # Errors
/// The file is there and cannot be used, or not safely. Then it is left as it is, unless the
/// error says that its secret has been kept.
pub(crate) fn take_secret(
    written: &str,
    user: &dyn LoggedOn,
    vendor: &dyn Vendor,
    store: &dyn SecretStore,
) -> Result<Enrolled, EnrolmentError> {
    if vendor.secret().is_none() {
        return Ok(Enrolled::NothingThere);
    }
    let file = file_of(written, user)?;
    secret_file::take(&file, &secrets::account(vendor), store)
}

/// The enrolment file of this user.
fn file_of(written: &str, user: &dyn LoggedOn) -> Result<PathBuf, EnrolmentError> {
    const USER: &str = "{user}";
    let wrong = |wrong: String, remedy: &str| EnrolmentError {
        key: "enrolment_file",
        wrong,
        remedy: remedy.to_owned(),
    };
    let file = if written.contains(USER) {
        let name = user.name()?;
        let bare = mapping::bare(&name);
        // The name becomes part of a path: it must not lead to another folder.
        if bare.is_empty() || bare.starts_with('.') || bare.contains(['/', '\\', ':']) {
            let said = format!("the user name {name:?} cannot be part of a file's name");
            return Err(wrong(said, "name the file without {user}"));
        }
        PathBuf::from(written.replace(USER, bare))
    } else {
        PathBuf::from(written)
    };
    if file.is_absolute() {
        Ok(file)
    } else {
        let said = format!("{} is not a whole path", file.display());
        Err(wrong(said, "write it from the root of the disk on"))
    }
}

impl EnrolmentError {
    /// Taking the secret over came to no end.
    pub(crate) fn crashed() -> Self {
        Self {
            key: "enrolment_file",
            wrong: "taking it over came to no end".to_owned(),
            remedy: "start Fermata again".to_owned(),
        }
    }
}

impl fmt::Display for EnrolmentError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { key, wrong, remedy } = self;
        write!(f, "{key}: {wrong}; {remedy}")
    }
}
