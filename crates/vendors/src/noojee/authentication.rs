//! Shows who is asking: by the API key itself, or by a time stamp and a hash of both
//! (docs/vendors/noojee.md, D1).

use std::fmt::{self, Write};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use reqwest::Client;
use secrecy::{ExposeSecret, SecretString};
use sha2::{Digest, Sha256};
use tokio::time::Instant;
use zeroize::Zeroizing;

use super::Scheme;
use super::session::exchange;
use super::wire::{self, Setup};
use crate::http::Failure;

/// How long a time stamp is good, counted from before it was asked for (documented: an hour
/// from its first use).
const GOOD_FOR: Duration = Duration::from_secs(60 * 60);

/// A request that may wait fetches the next one this long before the end, so that a command
/// finds one that is good.
const BEFORE_ITS_END: Duration = Duration::from_secs(10 * 60);

/// What a request shows of who is asking.
#[derive(Clone)]
pub(super) enum Proof {
    ApiKey(SecretString),
    Hash {
        time_stamp: String,
        hash: SecretString,
    },
}

impl Proof {
    /// The parameters of a request that show it.
    pub(super) fn parameters(&self) -> Vec<(&'static str, &str)> {
        match self {
            Self::ApiKey(key) => vec![("apiKey", key.expose_secret())],
            Self::Hash { time_stamp, hash } => {
                vec![("timeStamp", time_stamp), ("hash", hash.expose_secret())]
            }
        }
    }
}

impl fmt::Debug for Proof {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Proof").finish_non_exhaustive()
    }
}

/// The hash of a key at a time: SHA-256 of both with a colon between them, in lower-case hex
/// (documented).
fn hash(key: &SecretString, time_stamp: &str) -> SecretString {
    let both = Zeroizing::new(format!("{}:{time_stamp}", key.expose_secret()));
    let digest = Sha256::digest(both.as_bytes());
    let hex = digest.iter().fold(String::new(), |mut hex, byte| {
        write!(hex, "{byte:02x}").expect("a String takes everything");
        hex
    });
    hex.into()
}

/// The API key, and the newest time stamp where one is used.
pub(super) struct Authentication {
    scheme: Scheme,
    key: SecretString,
    newest: Mutex<Option<Stamp>>,
    /// Held while a time stamp is being fetched.
    fetching: tokio::sync::Mutex<()>,
}

impl fmt::Debug for Authentication {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Authentication")
            .field("scheme", &self.scheme)
            .finish_non_exhaustive()
    }
}

#[derive(Clone)]
struct Stamp {
    proof: Proof,
    renew_at: Instant,
    ends_at: Instant,
}

impl Authentication {
    pub(super) fn new(scheme: Scheme, key: SecretString) -> Self {
        Self {
            scheme,
            key,
            newest: Mutex::new(None),
            fetching: tokio::sync::Mutex::new(()),
        }
    }

    /// Whether what is shown can run out.
    pub(super) fn runs_out(&self) -> bool {
        self.scheme == Scheme::Hash
    }

    /// What a command shows, which does not wait for another time stamp as long as one is good.
    pub(super) async fn for_command(&self, http: &Client, setup: &Setup) -> Result<Proof, Failure> {
        self.proof(http, setup, |stamp| stamp.ends_at).await
    }

    /// What a request shows that may wait, and so renews the time stamp in good time.
    pub(super) async fn for_reading(&self, http: &Client, setup: &Setup) -> Result<Proof, Failure> {
        self.proof(http, setup, |stamp| stamp.renew_at).await
    }

    async fn proof(
        &self,
        http: &Client,
        setup: &Setup,
        until: fn(&Stamp) -> Instant,
    ) -> Result<Proof, Failure> {
        if self.scheme == Scheme::ApiKey {
            return Ok(Proof::ApiKey(self.key.clone()));
        }
        let newest = self.lock().clone();
        match newest {
            Some(stamp) if Instant::now() < until(&stamp) => Ok(stamp.proof),
            Some(_) | None => self.renew(http, setup, newest.as_ref()).await,
        }
    }

    /// The vendor says that this proof has run out: what to show in its place.
    pub(super) async fn in_place_of(
        &self,
        http: &Client,
        setup: &Setup,
        expired: &Proof,
    ) -> Result<Proof, Failure> {
        let newest = self.lock().clone();
        match newest {
            Some(stamp) if !same(&stamp.proof, expired) => Ok(stamp.proof),
            Some(_) | None => self.renew(http, setup, newest.as_ref()).await,
        }
    }

    async fn renew(
        &self,
        http: &Client,
        setup: &Setup,
        old: Option<&Stamp>,
    ) -> Result<Proof, Failure> {
        let _one_at_a_time = self.fetching.lock().await;
        let newest = self.lock().clone();
        if let Some(newest) = newest
            && old.is_none_or(|old| !same(&newest.proof, &old.proof))
        {
            return Ok(newest.proof);
        }
        let asked_at = Instant::now();
        let (head, body) = exchange(http, wire::time_request(setup)).await?;
        let time_stamp = wire::read_time_reply(head, &body)?;
        let proof = Proof::Hash {
            hash: hash(&self.key, &time_stamp),
            time_stamp,
        };
        *self.lock() = Some(Stamp {
            proof: proof.clone(),
            renew_at: asked_at + GOOD_FOR - BEFORE_ITS_END,
            ends_at: asked_at + GOOD_FOR,
        });
        Ok(proof)
    }

    fn lock(&self) -> MutexGuard<'_, Option<Stamp>> {
        self.newest.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn same(one: &Proof, other: &Proof) -> bool {
    one.parameters() == other.parameters()
}
