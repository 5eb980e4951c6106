//! What is fuzzed: each target takes any bytes and panics if a promise is broken.
//!
//! `fuzz/` runs them with new bytes, plain `cargo test` with the committed ones of
//! `fuzz/corpus/`.

use crate::{anywhere365, gqm, gws, noojee};

/// A target: the name of its program and of its corpus, and what takes the bytes.
type Target = (&'static str, fn(&[u8]));

/// Every target.
pub const TARGETS: &[Target] = &[
    ("bayeux", bayeux),
    ("gqm_couples", gqm_couples),
    ("gws_call", gws_call),
    ("noojee_subscription", noojee_subscription),
    ("signalr_classic", signalr_classic),
    ("signalr_core", signalr_core),
];

/// What a CometD server says, one reply a line: the client keeps to the protocol, waits for
/// nothing without end, and hints at nothing that was not said.
pub fn bayeux(bytes: &[u8]) {
    gws::fuzzing::bayeux(bytes);
}

/// A reply of Genesys Web Services: it proves a pause only if all that it says of the recorder
/// agrees.
pub fn gws_call(body: &[u8]) {
    gws::fuzzing::gws_call(body);
}

/// GQM's list of couples and the details of one: whatever is read could be one, and nothing
/// with a document type is read.
pub fn gqm_couples(body: &[u8]) {
    gqm::fuzzing::gqm_couples(body);
}

/// What a hub of classic SignalR says, by itself and in a stream of events: no panic, the same
/// events wherever it is cut, and none of a call that cannot be one.
pub fn signalr_classic(bytes: &[u8]) {
    anywhere365::fuzzing::signalr_classic(bytes);
}

/// What a hub of ASP.NET Core SignalR says: no panic, the same messages wherever it is cut, and
/// no event of a call that cannot be one.
pub fn signalr_core(bytes: &[u8]) {
    anywhere365::fuzzing::signalr_core(bytes);
}

/// What Noojee tells of calls, poll after poll: a call neither begins twice nor ends without
/// having begun, and the sequence numbers only grow until the server begins anew.
pub fn noojee_subscription(bytes: &[u8]) {
    noojee::fuzz_subscription(bytes);
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::fs;
    use std::path::{Path, PathBuf};

    use super::TARGETS;

    fn fuzz(folder: &str) -> PathBuf {
        Path::new(env!("CARGO_MANIFEST_DIR"))
            .join("../../fuzz")
            .join(folder)
    }

    fn names(folder: &str) -> BTreeSet<String> {
        let entries = fs::read_dir(fuzz(folder)).expect("the folder is committed");
        entries
            .map(|entry| entry.expect("it can be read").path())
            .map(|path| {
                path.file_stem()
                    .expect("a name")
                    .to_string_lossy()
                    .into_owned()
            })
            .filter(|name| !name.starts_with('.'))
            .collect()
    }

    #[test]
    fn every_target_has_a_program_and_a_corpus() {
        let targets: BTreeSet<String> =
            TARGETS.iter().map(|(name, _)| (*name).to_owned()).collect();
        assert_eq!(names("fuzz_targets"), targets);
        assert_eq!(names("corpus"), targets);
    }

    #[test]
    fn what_is_in_the_corpus_is_survived() {
        for (name, target) in TARGETS {
            let corpus = fuzz("corpus").join(name);
            let mut files = 0;
            for entry in fs::read_dir(&corpus).expect("the test above") {
                let path = entry.expect("it can be read").path();
                target(&fs::read(&path).expect("it can be read"));
                files += 1;
            }
            assert!(files > 0, "nothing in {}", corpus.display());
        }
    }
}
