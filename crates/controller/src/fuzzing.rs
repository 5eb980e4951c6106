//! What is fuzzed: each target takes any bytes and panics if a promise is broken.
//!
//! `fuzz/` runs them with new bytes, plain `cargo test` with the committed ones of
//! `fuzz/corpus/`.

use crate::{channel, enrolment, report_key, settings, ui_request, updates};

/// A target: the name of its program and of its corpus, and what takes the bytes.
type Target = (&'static str, fn(&[u8]));

/// Every target.
pub const TARGETS: &[Target] = &[
    ("channel_ask", channel_ask),
    ("channel_reply", channel_reply),
    ("enrolment_mapping", enrolment_mapping),
    ("page_request", page_request),
    ("report_manifest", report_manifest),
    ("settings_file", settings_file),
    ("update_notice", update_notice),
];

/// What a client says on the local channel: the same lines wherever they are cut, none longer
/// than it may be, and no secret of it in what is said of it.
pub fn channel_ask(bytes: &[u8]) {
    channel::fuzzing::ask(bytes);
}

/// What an instance says on the local channel: whatever view came, it is believed for no longer
/// than it says.
pub fn channel_reply(bytes: &[u8]) {
    channel::fuzzing::reply(bytes);
}

/// The file that says which user has which extension: one that is given out stands in it, on
/// one line of this user alone.
pub fn enrolment_mapping(bytes: &[u8]) {
    enrolment::fuzzing::mapping(bytes);
}

/// What the page asks for: a secret of any type shows nowhere.
pub fn page_request(bytes: &[u8]) {
    ui_request::fuzzing::request(bytes);
}

/// The manifest of a report and its signature: only the one that was signed is believed, and
/// nothing of another is shown that a terminal would take for a command.
pub fn report_manifest(bytes: &[u8]) {
    report_key::fuzzing::manifest(bytes);
}

/// A settings file: whatever is wrong with it is said with its place, in one line, and nothing
/// that could be a secret is repeated.
pub fn settings_file(bytes: &[u8]) {
    settings::fuzzing::file(bytes);
}

/// An update notice and its signature: only the one that was signed is believed.
pub fn update_notice(bytes: &[u8]) {
    updates::fuzzing::notice(bytes);
}

#[cfg(test)]
#[path = "../../../fuzz/replay.rs"]
mod replay;

#[cfg(test)]
mod tests {
    use super::{TARGETS, replay};

    #[test]
    fn every_target_has_a_program_and_a_corpus() {
        replay::every_target_has_a_program_and_a_corpus("controller", TARGETS);
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
