//! What the collectors that are reached by HTTP have in common.

use std::time::Duration;

use reqwest::header::{CONTENT_TYPE, RETRY_AFTER};
use reqwest::{Client, Response, StatusCode};

use crate::refusal::Refusal;

/// Makes an HTTP client.
pub type MakeClient = fn() -> Result<Client, reqwest::Error>;

/// More than any collector has to say.
const LONGEST_REPLY: usize = 64 * 1024;

/// One address that takes JSON.
#[derive(Debug)]
pub(crate) struct Post {
    client: Client,
    address: String,
}

impl Post {
    pub(crate) fn new(address: &str, http: MakeClient) -> Result<Self, Refusal> {
        Ok(Self {
            client: http().map_err(|error| Refusal::unreachable(&error))?,
            address: address.to_owned(),
        })
    }

    /// Sends a body, and returns the reply if it says that all is well.
    pub(crate) async fn send(&self, body: String) -> Result<Response, Refusal> {
        let request = self
            .client
            .post(&self.address)
            .header(CONTENT_TYPE, "application/json")
            .body(body);
        let response = request
            .send()
            .await
            .map_err(|error| Refusal::unreachable(&error))?;
        let status = response.status();
        if status.is_success() {
            return Ok(response);
        }
        Err(Refusal::Status {
            status: status.as_u16(),
            again_after: again_after(status, &response),
        })
    }
}

/// What a reply says, if it is no longer than such a reply ever is.
pub(crate) async fn text(mut response: Response) -> Result<Vec<u8>, Refusal> {
    let mut text = Vec::new();
    loop {
        let part = response.chunk().await;
        let Some(part) = part.map_err(|error| Refusal::unreachable(&error))? else {
            return Ok(text);
        };
        text.extend_from_slice(&part);
        if text.len() > LONGEST_REPLY {
            return Err(Refusal::NotUnderstood);
        }
    }
}

/// In seconds; the date that may stand there, too, is left to the usual waits.
fn again_after(status: StatusCode, response: &Response) -> Option<Duration> {
    let asks = [
        StatusCode::TOO_MANY_REQUESTS,
        StatusCode::SERVICE_UNAVAILABLE,
    ];
    let seconds = response.headers().get(RETRY_AFTER)?.to_str().ok()?;
    let seconds = seconds
        .trim()
        .parse()
        .ok()
        .filter(|_| asks.contains(&status));
    seconds.map(Duration::from_secs)
}

#[cfg(test)]
mod tests;
