//! Part of the tests of every crate that has targets: their corpus is replayed, and none is
//! forgotten.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use super::Target;

/// The targets of this crate are those whose programs call it. Each has a corpus, and a corpus
/// without a program is nobody's.
pub(crate) fn every_target_has_a_program_and_a_corpus(krate: &str, targets: &[Target]) {
    let ours: BTreeSet<String> = targets.iter().map(|(name, _)| (*name).to_owned()).collect();
    let programs = names("fuzz_targets");
    let calls_us = |name: &&String| {
        let program = fuzz("fuzz_targets").join(format!("{name}.rs"));
        let program = fs::read_to_string(program).expect("it is listed");
        program.contains(&format!(" {krate}::fuzzing::{name}(bytes)"))
    };
    let calling: BTreeSet<String> = programs.iter().filter(calls_us).cloned().collect();
    assert_eq!(calling, ours);
    assert_eq!(names("corpus"), programs);
    let manifest = fs::read_to_string(fuzz("Cargo.toml")).expect("it is committed");
    for name in &ours {
        let path = format!("path = \"fuzz_targets/{name}.rs\"");
        assert!(manifest.contains(&path), "fuzz/Cargo.toml has no {path}");
    }
}

/// What was once found stays found.
pub(crate) fn what_is_in_the_corpus_is_survived(targets: &[Target]) {
    for (name, target) in targets {
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
            let name = path.file_stem().expect("a name");
            name.to_string_lossy().into_owned()
        })
        .filter(|name| !name.starts_with('.'))
        .collect()
}
