//! What is fuzzed: each target takes any bytes and panics if a promise is broken.
//!
//! `fuzz/` runs them with new bytes, plain `cargo test` with the committed ones of
//! `fuzz/corpus/`.

use crate::reading::Reading;
use crate::sources::{Source, file, profile};
use crate::tree::{Entry, Tree, Value};
use crate::{Decisions, KEYS, Place, Policy, Rejected, name};

/// A target: the name of its program and of its corpus, and what takes the bytes.
type Target = (&'static str, fn(&[u8]));

/// Every target.
pub const TARGETS: &[Target] = &[
    ("policy_file", policy_file),
    ("policy_profile", policy_profile),
];

/// What somebody may have written where only its name should show.
const CANARY: &str = "kanarek7Zq";

/// A policy file: no value of it shows in what is said of it, no secret is taken, and what is no
/// policy at all leaves nothing decided and every key in doubt.
pub fn policy_file(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    what_holds(file::parse("policy.toml", &text), &Policy::parse(&text));
}

/// A configuration profile of macOS, as XML or binary: the same.
pub fn policy_profile(bytes: &[u8]) {
    let place = Place("profile.plist".to_owned());
    let tree = || profile::parse(bytes, &place);
    let reading = Reading::after(None, tree().map(Some));
    let source = Source::File(place.0.clone().into());
    what_holds(tree(), &Policy::merged(vec![(source, reading)]));
}

fn what_holds(tree: Result<Tree, Rejected>, policy: &Policy) {
    for rejected in &policy.rejected {
        let said = rejected.to_string();
        assert!(!said.contains(char::is_control), "{said:?}");
        assert!(!rejected.wrong.is_empty() && !rejected.remedy.is_empty());
        assert!(!rejected.place.0.is_empty());
    }
    for decisions in [&policy.enforced, &policy.recommended] {
        let settings = decisions.vendor_settings.iter().flatten();
        for (key, _) in settings {
            assert!(!name::is_of_a_secret(key), "{key}");
        }
    }
    let shows = |text: &str| {
        let mut said = policy.rejected.iter().map(ToString::to_string);
        said.any(|said| said.contains(text))
    };
    match tree {
        Ok(tree) => {
            let entries = [&tree.enforced, &tree.recommended, &tree.outside];
            // Names show, so that people find the place.
            if !entries.into_iter().flatten().any(is_named_so) {
                assert!(!shows(CANARY));
            }
        }
        Err(_) => {
            let nothing = Decisions::default();
            assert_eq!(
                (&policy.enforced, &policy.recommended),
                (&nothing, &nothing)
            );
            assert!(KEYS.iter().all(|key| policy.is_spoilt(key.name)));
            assert!(!shows(CANARY));
        }
    }
}

fn is_named_so(entry: &Entry) -> bool {
    let below = match &entry.value {
        Value::Table(entries) => entries.iter().any(is_named_so),
        Value::List(_) | Value::Text(_) | Value::Number(_) | Value::Switch(_) | Value::Other(_) => {
            false
        }
    };
    below || entry.name.contains("kanarek")
}

#[cfg(test)]
#[path = "../../../fuzz/replay.rs"]
mod replay;

#[cfg(test)]
mod tests {
    use super::{TARGETS, replay};

    #[test]
    fn every_target_has_a_program_and_a_corpus() {
        replay::every_target_has_a_program_and_a_corpus("policy", TARGETS);
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
