//! The key that reports of the audit log are signed with: made once for each user of a desk, and
//! kept in the keyring alone (G4).
//!
//! Signatures are those of minisign, so that its own program can check them.

#[cfg(any(test, feature = "fuzzing"))]
pub(crate) mod fuzzing;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use minisign::{KeyPair, SecretKey};
use minisign_verify::{Error, Signature};
use secrecy::{ExposeSecret, SecretString};
use zeroize::Zeroizing;

use crate::secrets::{SecretError, SecretStore};

/// The name of the key in a [`SecretStore`].
pub const ACCOUNT: &str = "audit report key";

/// What a signature says of itself, where nobody may rely on it.
const COMMENT: &str = "signature from the audit report key of a desk with Fermata";

/// The key that signs. It is decoded for no longer than it is used.
#[derive(Debug)]
pub struct ReportKey(SecretString);

/// Why there is no key to sign with.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ReportKeyError {
    /// The keyring waits for somebody.
    #[error("the keyring is locked; answer its prompt or unlock it, and try again")]
    Locked,
    /// It cannot be asked.
    #[error("the keyring cannot be used: {0}")]
    Keyring(SecretError),
    /// What it holds is something else.
    #[error(
        "what the keyring holds as \"{ACCOUNT}\" of Fermata is no key; remove it with the \
         keyring's own program, and Fermata makes another when it next signs in"
    )]
    NotAKey,
    /// The system gives no randomness.
    #[error("no key can be made: {0}")]
    NotMade(String),
}

impl From<SecretError> for ReportKeyError {
    fn from(error: SecretError) -> Self {
        match error {
            SecretError::Locked => Self::Locked,
            SecretError::NoKeyring | SecretError::TooLong { .. } | SecretError::Refused(_) => {
                Self::Keyring(error)
            }
        }
    }
}

impl ReportKey {
    /// The key that is kept; `None` if none is.
    ///
    /// # Errors
    /// The store cannot be asked, or holds something else.
    pub fn load(store: &dyn SecretStore) -> Result<Option<Self>, ReportKeyError> {
        let Some(kept) = store.load(ACCOUNT)? else {
            return Ok(None);
        };
        let key = Self(kept);
        key.decoded()?;
        Ok(Some(key))
    }

    /// The key that is kept, or else one that is made now and kept from now on.
    ///
    /// # Errors
    /// The store cannot be asked, refuses, or holds something else, which stays.
    pub fn load_or_make(store: &dyn SecretStore) -> Result<Self, ReportKeyError> {
        if let Some(kept) = Self::load(store)? {
            return Ok(kept);
        }
        let made = KeyPair::generate_unencrypted_keypair()
            .map_err(|error| ReportKeyError::NotMade(error.to_string()))?;
        let bytes = Zeroizing::new(made.sk.to_bytes());
        let made = SecretString::from(STANDARD.encode(&*bytes));
        store.keep(ACCOUNT, &made)?;
        Ok(Self(made))
    }

    /// Its public half, as minisign writes it on one line.
    ///
    /// # Errors
    /// It is no key.
    pub fn public(&self) -> Result<String, ReportKeyError> {
        Ok(public(&self.decoded()?)?.to_base64())
    }

    /// Signs a text and this remark about it, which is signed, too. Returns what belongs into the
    /// `.minisig` file beside the text.
    ///
    /// # Errors
    /// It is no key.
    pub fn sign(&self, text: &[u8], remark: &str) -> Result<String, ReportKeyError> {
        let key = self.decoded()?;
        let signed = minisign::sign(
            Some(&public(&key)?),
            &key,
            text,
            Some(remark),
            Some(COMMENT),
        );
        // An error could say more of the key than that.
        Ok(signed.map_err(|_| ReportKeyError::NotAKey)?.into_string())
    }

    fn decoded(&self) -> Result<SecretKey, ReportKeyError> {
        let bytes = STANDARD.decode(self.0.expose_secret()).map(Zeroizing::new);
        let bytes = bytes.map_err(|_| ReportKeyError::NotAKey)?;
        let key = SecretKey::from_bytes(&bytes).map_err(|_| ReportKeyError::NotAKey)?;
        if key.is_encrypted() {
            return Err(ReportKeyError::NotAKey);
        }
        Ok(key)
    }
}

fn public(key: &SecretKey) -> Result<minisign::PublicKey, ReportKeyError> {
    minisign::PublicKey::from_secret_key(key).map_err(|_| ReportKeyError::NotAKey)
}

/// A key that signatures are checked with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PublicKey(minisign_verify::PublicKey);

/// Why a signature proves nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SignatureError {
    /// It is something else.
    #[error("it is no signature as minisign makes them, or not whole")]
    NoSignature,
    /// It is from another key.
    #[error("it was made with another key")]
    OtherKey,
    /// It is of something else.
    #[error("what was signed is something else: one of the two was changed")]
    NotSigned,
}

impl PublicKey {
    /// Reads a key as minisign writes it: on one line, or as a file with a comment before that.
    pub fn read(text: &str) -> Option<Self> {
        let last = text.lines().map(str::trim).rfind(|line| !line.is_empty())?;
        minisign_verify::PublicKey::from_base64(last).ok().map(Self)
    }

    /// Looks whether this key has signed a text: what its `.minisig` file holds says so.
    ///
    /// # Errors
    /// It has not.
    pub fn check(&self, text: &[u8], signature: &[u8]) -> Result<(), SignatureError> {
        let signature = str::from_utf8(signature).map_err(|_| SignatureError::NoSignature)?;
        let signature = Signature::decode(signature).map_err(|_| SignatureError::NoSignature)?;
        self.0
            .verify(text, &signature, false)
            .map_err(|error| match error {
                Error::UnexpectedKeyId => SignatureError::OtherKey,
                Error::InvalidSignature => SignatureError::NotSigned,
                Error::InvalidEncoding
                | Error::IoError(_)
                | Error::UnexpectedAlgorithm
                | Error::UnsupportedAlgorithm
                | Error::UnsupportedLegacyMode => SignatureError::NoSignature,
            })
    }
}

#[cfg(test)]
pub(crate) mod tests;
