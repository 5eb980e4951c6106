//! What becomes of a text on its way into a URL, a header, a file.

use std::fmt::Write;

use base64::Engine;
use base64::engine::general_purpose::STANDARD_NO_PAD;

/// Each spelling of a text as bytes.
pub(super) fn of(text: &str) -> Vec<Vec<u8>> {
    let quoted = serde_json::Value::String(text.to_owned()).to_string();
    let escaped = &quoted[1..quoted.len() - 1];
    let mut spellings = vec![
        text.to_owned(),
        escaped.to_owned(),
        escaped.replace('/', r"\/"),
        by_each(text, |byte| format!("\\u{byte:04x}")),
        by_each(text, |byte| format!("%{byte:02x}")),
        text.replace('&', "&amp;"),
        text.bytes().fold(String::new(), |mut hex, byte| {
            write!(hex, "{byte:02x}").expect("a String takes everything");
            hex
        }),
    ];
    for standard in in_base64(text) {
        spellings.push(standard.replace('+', "-").replace('/', "_"));
        // As a part of an address.
        spellings.push(by_each(&standard, |byte| format!("%{byte:02x}")));
        spellings.push(standard);
    }
    let mut spellings: Vec<Vec<u8>> = spellings.into_iter().map(String::into_bytes).collect();
    // As Windows keeps texts.
    spellings.push(text.encode_utf16().flat_map(u16::to_le_bytes).collect());
    spellings.sort();
    spellings.dedup();
    spellings
}

/// With every character that may have a meaning of its own written in another way.
fn by_each(text: &str, write: impl Fn(u8) -> String) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
    text.bytes()
        .map(|byte| {
            if plain(byte) {
                char::from(byte).to_string()
            } else {
                write(byte)
            }
        })
        .collect()
}

/// What of it is sure to be in the base64 of any text that holds it: it may begin at each of
/// three places in a group.
fn in_base64(text: &str) -> Vec<String> {
    (0..3)
        .map(|before| {
            let all = [vec![0; before], text.as_bytes().to_vec()].concat();
            // The last group holds what follows, too.
            let whole = all.len() / 3 * 3;
            let encoded = STANDARD_NO_PAD.encode(&all[..whole]);
            let shared = (before * 8).div_ceil(6);
            encoded[shared..].to_owned()
        })
        .collect()
}

/// A card number in groups of four, as people and programs write it.
pub(super) fn grouped(card: &str) -> Vec<String> {
    let groups: Vec<&str> = (0..card.len())
        .step_by(4)
        .map(|start| &card[start..card.len().min(start + 4)])
        .collect();
    [" ", "-"].map(|between| groups.join(between)).into()
}

/// A pattern that these bytes match and nothing else does.
pub(super) fn as_pattern(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut pattern, byte| {
        write!(pattern, "\\x{byte:02x}").expect("a String takes everything");
        pattern
    })
}
