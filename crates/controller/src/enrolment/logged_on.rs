//! Who is logged on to this computer, and what the system knows of them.

#[cfg(any(test, windows))]
mod filter;
#[cfg(any(test, all(unix, not(target_os = "macos"))))]
mod gecos;
#[cfg(any(test, target_os = "macos"))]
mod open_directory;
#[cfg(unix)]
mod unix;
#[cfg(windows)]
mod windows;

#[cfg(unix)]
use unix as system;
#[cfg(windows)]
use windows as system;

use super::EnrolmentError;

/// The account by which somebody is logged on to this computer.
pub trait LoggedOn {
    /// Its name, as the system writes it.
    ///
    /// # Errors
    /// The system does not know it.
    fn name(&self) -> Result<String, EnrolmentError>;

    /// An attribute of it, never empty. Which there are depends on the system: see
    /// `docs/deployment.md`.
    ///
    /// # Errors
    /// There is no such attribute, it is empty, or it cannot be asked for.
    fn attribute(&self, attribute: &str) -> Result<String, EnrolmentError>;
}

/// Whoever runs this program: by the user's number, not by what an environment variable says.
#[derive(Clone, Copy, Debug, Default)]
pub struct ThisUser;

impl LoggedOn for ThisUser {
    fn name(&self) -> Result<String, EnrolmentError> {
        system::name()
    }

    fn attribute(&self, attribute: &str) -> Result<String, EnrolmentError> {
        let value = system::attribute(attribute)?;
        let value = value.trim();
        if value.is_empty() {
            return Err(EnrolmentError {
                key: "extension_attribute",
                wrong: format!("the attribute {attribute} of this user is empty"),
                remedy: "fill it in where the accounts of your organisation are kept".to_owned(),
            });
        }
        Ok(value.to_owned())
    }
}

fn nobody(why: &str) -> EnrolmentError {
    EnrolmentError {
        key: "extension_from",
        wrong: format!("the system does not say who is logged on ({why})"),
        remedy: "check that the account is known to this computer (Unix: `id`)".to_owned(),
    }
}

fn no_attribute(wrong: String, remedy: &str) -> EnrolmentError {
    EnrolmentError {
        key: "extension_attribute",
        wrong,
        remedy: remedy.to_owned(),
    }
}
