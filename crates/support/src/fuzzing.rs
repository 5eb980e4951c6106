//! What is fuzzed: each target takes any bytes and panics if a promise is broken.
//!
//! `fuzz/` runs them with new bytes, plain `cargo test` with the committed ones of
//! `fuzz/corpus/`.

use std::sync::LazyLock;

use regex::Regex;
use serde_json::Value;

use crate::redaction::passes_luhn;
use crate::{redacted, redacted_line};

/// A target: the name of its program and of its corpus, and what takes the bytes.
type Target = (&'static str, fn(&[u8]));

/// What is escaped in URLs and JSON.
static ESCAPE: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"%[0-9a-fA-F]{2}|\\u[0-9a-fA-F]{4}").expect("the tests compile it")
});

/// Every target.
pub const TARGETS: &[Target] = &[("masking", masking)];

/// What must not be seen again.
const CANARY: &str = "kanarek7Zq";

/// Any text that is to be written down: no card number is left in it, whatever stands before a
/// secret does not save it, and a line of JSON stays one.
pub fn masking(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    for masked in [redacted(&text), redacted_line(&text)] {
        assert!(!holds_a_card(&masked), "{masked}");
    }
    if let Ok(Value::Object(_)) = serde_json::from_str(&text) {
        let masked = serde_json::from_str::<Value>(&redacted_line(&text));
        assert!(matches!(masked, Ok(Value::Object(_))));
    }
    if !text.contains(CANARY) {
        let masked = redacted(&format!("{text}\nauthorization: Bearer {CANARY}\n"));
        assert!(!masked.contains(CANARY), "{masked}");
    }
}

/// Whether there is a card number whose digits stand together, with anything around it that is
/// no digit, as it is or escaped.
fn holds_a_card(text: &str) -> bool {
    let unescaped = ESCAPE.replace_all(text, " ");
    [text, unescaped.as_ref()].into_iter().any(|text| {
        let mut runs = text.split(|letter: char| !letter.is_ascii_digit());
        runs.any(|run| (13..=19).contains(&run.len()) && passes_luhn(run))
    })
}

#[cfg(test)]
#[path = "../../../fuzz/replay.rs"]
mod replay;

#[cfg(test)]
mod tests {
    use super::{TARGETS, replay};

    #[test]
    fn every_target_has_a_program_and_a_corpus() {
        replay::every_target_has_a_program_and_a_corpus("support", TARGETS);
    }

    #[test]
    fn what_is_in_the_corpus_is_survived() {
        replay::what_is_in_the_corpus_is_survived(TARGETS);
    }

    #[test]
    fn what_is_nested_deeply_is_survived() {
        replay::what_is_nested_deeply_is_survived(TARGETS);
    }
}
