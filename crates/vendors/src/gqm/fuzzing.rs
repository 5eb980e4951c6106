//! What must hold whatever the server sends.

use super::wire::{read_couples, read_pause_link};

/// GQM's list of couples and the details of one: whatever is read could be one, and nothing
/// with a document type is read.
pub(crate) fn gqm_couples(body: &[u8]) {
    let (couples, link) = (read_couples(body), read_pause_link(body));
    for couple in couples.iter().flatten() {
        let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_".contains(&byte);
        for id in [couple.id.as_str(), couple.call.as_str()] {
            assert!(!id.is_empty() && id.bytes().all(is_plain), "{id:?}");
        }
    }
    assert!(couples.iter().flatten().count() <= 16);
    let path = link
        .iter()
        .flatten()
        .flat_map(|it| it.split(['?', '#']).next());
    path.for_each(|path| assert!(path.ends_with("/pausedState"), "{path}"));
    if body.trim_ascii_start().starts_with(b"<!DOCTYPE") {
        assert!(couples.is_err() && link.is_err());
    }
}
