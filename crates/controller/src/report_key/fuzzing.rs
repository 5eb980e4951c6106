//! What must hold whatever is handed in as the manifest of a report.

use audit::report::Manifest;

use super::PublicKey;

/// A key whose secret half was thrown away once the manifest below was signed.
const KEY: &str = "RWSZBxwW0M5WnBHBzmryYyJcovxdblrdPwI7k+kpKpCB64cmqQEaNMz3";

/// The one manifest that it has signed.
const MANIFEST: &[u8] = include_bytes!("signed.json");

/// Takes what stands before the first zero byte for a manifest, and the rest for its signature.
pub(crate) fn manifest(bytes: &[u8]) {
    let mut parts = bytes.splitn(2, |byte| *byte == 0);
    let text = parts.next().unwrap_or_default();
    let signature = parts.next().unwrap_or_default();
    let key = PublicKey::read(KEY).expect("it is one");
    assert!(key.check(text, signature).is_err() || text == MANIFEST);
    match Manifest::read(text) {
        Ok(read) => {
            let names = [&read.user, &read.host, &read.program];
            assert!(!names.iter().any(|name| name.contains(char::is_control)));
            let again = Manifest::read(read.text().as_bytes());
            assert_eq!(again.expect("it is one"), read);
        }
        Err(error) => assert!(!error.to_string().contains(char::is_control), "{error}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_manifest_that_was_signed_is_believed() {
        let signed = include_bytes!("../../../../fuzz/corpus/report_manifest/signed");
        let (text, signature) = signed.split_at(MANIFEST.len());
        let key = PublicKey::read(KEY).unwrap();
        assert_eq!(key.check(text, &signature[1..]), Ok(()));
        assert!(Manifest::read(text).is_ok());
    }
}
