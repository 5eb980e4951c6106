//! Where secrets are kept: the keyring of the operating system, and nowhere else.

use secrecy::SecretString;

/// A place for one secret per account.
///
/// Calls may block for as long as a keyring's prompt is open: never call them on the async
/// runtime's threads.
pub trait SecretStore: Send + Sync + 'static {
    /// The secret of this account; `None` if there is none.
    ///
    /// # Errors
    /// The store cannot be asked.
    fn load(&self, account: &str) -> Result<Option<SecretString>, SecretError>;

    /// Keeps a secret and reads it back at once.
    ///
    /// # Errors
    /// The store refuses, or does not give back what it was given.
    fn keep(&self, account: &str, secret: &SecretString) -> Result<(), SecretError>;
}

/// Why a secret could not be kept or had.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SecretError {
    /// No keyring is running.
    #[error("no keyring is running")]
    NoKeyring,
    /// There is one, and it is locked.
    #[error("the keyring is locked")]
    Locked,
    /// It is there, and says no. Holds what it said.
    #[error("the keyring refused: {0}")]
    Refused(String),
}
