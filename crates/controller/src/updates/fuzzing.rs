//! What must hold whatever is handed out as an update notice.

use super::notice::read;

/// A key whose secret half was thrown away once the notice below was signed.
const KEY: &str = "RWTSsnsLZgoJtzZKtQoL2CaZdVmn1eMVkdl+PQuT/ZyrADtR5o5LzA0i";

/// The one notice that it has signed.
const NOTICE: &[u8] =
    br#"{"version":"2.0.0","notes":"https://example.com/2","until":"2126-12-31"}"#;

/// Takes what stands before the first zero byte for a notice, and the rest for its signature.
pub(crate) fn notice(bytes: &[u8]) {
    let mut parts = bytes.splitn(2, |byte| *byte == 0);
    let text = parts.next().unwrap_or_default();
    let signature = parts.next().unwrap_or_default();
    let believed = read(text, signature, KEY, "2026-11-21");
    assert!(believed.is_err() || text == NOTICE);
    let too_late = read(text, signature, KEY, "2127-01-01");
    assert!(too_late.is_err());
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_notice_that_was_signed_is_believed() {
        let signed = include_bytes!("../../../../fuzz/corpus/update_notice/signed");
        let (text, signature) = signed.split_at(NOTICE.len());
        assert!(read(text, &signature[1..], KEY, "2026-11-21").is_ok());
    }
}
