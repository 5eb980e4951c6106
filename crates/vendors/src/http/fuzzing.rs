//! What must hold whatever stands at the head of a reply.

use std::time::Duration;

use reqwest::header::{DATE, HeaderMap, HeaderName, HeaderValue, RETRY_AFTER};

use super::{LONGEST_WAIT, retry_after};

/// Header lines, as far as they are any.
pub(crate) fn headers(bytes: &[u8]) -> HeaderMap {
    let mut headers = HeaderMap::new();
    for line in bytes.split(|byte| *byte == b'\n').take(64) {
        let Some(colon) = line.iter().position(|byte| *byte == b':') else {
            continue;
        };
        let name = HeaderName::from_bytes(line[..colon].trim_ascii());
        let value = HeaderValue::from_bytes(line[colon + 1..].trim_ascii());
        if let (Ok(name), Ok(value)) = (name, value) {
            headers.append(name, value);
        }
    }
    headers
}

/// Nobody is kept from asking for more than a day, and a date says nothing without another one
/// to measure it against.
pub(crate) fn patience(headers: &HeaderMap) {
    let wait = retry_after(headers);
    assert!(wait.is_none_or(|wait| wait <= LONGEST_WAIT));
    let said = headers.get(RETRY_AFTER).map(HeaderValue::as_bytes);
    let seconds = said.and_then(|said| str::from_utf8(said).ok()?.trim().parse::<u64>().ok());
    match seconds {
        Some(seconds) => {
            assert_eq!(wait, Some(Duration::from_secs(seconds).min(LONGEST_WAIT)));
        }
        None => assert!(wait.is_none() || said.is_some() && headers.contains_key(DATE)),
    }
}
