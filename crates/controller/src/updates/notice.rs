//! The signed notice: fetching it, and whether it can be trusted.

use std::time::Duration;

use minisign_verify::{PublicKey, Signature};
use reqwest::{Client, StatusCode, Url};
use semver::Version;
use serde::Deserialize;

/// A notice and its signature are a few hundred bytes.
const LONGEST: usize = 16 * 1024;

/// How long a server may take with all of it.
const WITHIN: Duration = Duration::from_secs(30);

/// What a notice says.
#[derive(Debug, Deserialize)]
pub(super) struct Notice {
    /// The newest version.
    pub(super) version: Version,
    /// The address of a page that says what is new in it.
    pub(super) notes: String,
    /// The last day on which the notice is to be believed, as 2027-03-31. So whoever keeps
    /// handing out an old one is found out.
    until: String,
}

/// Why nothing is known of a newer version.
#[derive(Debug, thiserror::Error)]
pub enum UpdateError {
    /// There is nothing to trust a notice by.
    #[error("this build has no key to check update notices with; use a released one")]
    NoKey,
    /// What there is is no key.
    #[error("the key that this build checks update notices with is wrong; use a released one")]
    WrongKey,
    /// The address is wrong.
    #[error("update_url has to be an address that begins with https://")]
    Address,
    /// Nobody answers there.
    #[error("the update notice cannot be fetched; check update_url and the proxy")]
    Unreachable(#[source] reqwest::Error),
    /// There is no notice. A redirect is not followed.
    #[error("instead of the update notice there came status {0}; check update_url")]
    Status(StatusCode),
    /// It takes too long.
    #[error("the update notice did not arrive in time")]
    OutOfTime,
    /// What came is no notice.
    #[error("the update notice is longer than {LONGEST} bytes; check update_url")]
    TooLong,
    /// Nobody who holds the key has signed it.
    #[error("the update notice is not signed by the key of the releases; do not use it")]
    NotSigned(#[source] minisign_verify::Error),
    /// It was signed, and is not understood.
    #[error("the update notice is not understood; is this version too old for it?")]
    NotUnderstood(#[source] serde_json::Error),
    /// It was right once.
    #[error(
        "the update notice was to be believed until {0}; whoever hands it out has no newer one"
    )]
    Old(String),
}

/// Fetches a notice and the signature beside it (`.minisig`), and believes it if the key has
/// signed it and its time is not over.
pub(super) async fn fetch(
    client: &Client,
    url: &str,
    key: &str,
    today: &str,
) -> Result<Notice, UpdateError> {
    let url = address(url)?;
    let mut beside = url.clone();
    beside.set_path(&format!("{}.minisig", url.path()));
    let fetched = async { Ok((get(client, url).await?, get(client, beside).await?)) };
    let (text, signature) = tokio::time::timeout(WITHIN, fetched)
        .await
        .map_err(|_| UpdateError::OutOfTime)??;
    read(&text, &signature, key, today)
}

pub(super) fn read(
    text: &[u8],
    signature: &[u8],
    key: &str,
    today: &str,
) -> Result<Notice, UpdateError> {
    let key = PublicKey::from_base64(key).map_err(|_| UpdateError::WrongKey)?;
    let signature = Signature::decode(&String::from_utf8_lossy(signature));
    signature
        .and_then(|signature| key.verify(text, &signature, false))
        .map_err(UpdateError::NotSigned)?;
    let notice: Notice = serde_json::from_slice(text).map_err(UpdateError::NotUnderstood)?;
    // Days that are written like this sort like text.
    if notice.until.as_str() < today {
        return Err(UpdateError::Old(notice.until));
    }
    Ok(notice)
}

/// The signature alone would do; but what runs on which desk is nobody's business on the way.
fn address(url: &str) -> Result<Url, UpdateError> {
    let url = Url::parse(url).map_err(|_| UpdateError::Address)?;
    let on_this_computer = matches!(url.host_str(), Some("127.0.0.1" | "localhost"));
    match url.scheme() {
        "https" => Ok(url),
        "http" if on_this_computer => Ok(url),
        _ => Err(UpdateError::Address),
    }
}

async fn get(client: &Client, url: Url) -> Result<Vec<u8>, UpdateError> {
    let mut response = client
        .get(url)
        .send()
        .await
        .map_err(UpdateError::Unreachable)?;
    if response.status() != StatusCode::OK {
        return Err(UpdateError::Status(response.status()));
    }
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(UpdateError::Unreachable)? {
        body.extend_from_slice(&chunk);
        if body.len() > LONGEST {
            return Err(UpdateError::TooLong);
        }
    }
    Ok(body)
}
