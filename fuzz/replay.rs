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

/// Nothing overflows the stack, whatever a reader is made for: it may meet the wrong file.
pub(crate) fn what_is_nested_deeply_is_survived(targets: &[Target]) {
    const LEVELS: usize = 100_000;
    // Of the parts of one key, and of the brackets around one value, a reader of TOML may bound
    // each by itself.
    let key = format!("{}a = {{", "a.".repeat(78));
    let nested = [
        deep("", "[", "", "]", LEVELS),
        deep("", "{\"a\":", "1", "}", LEVELS),
        deep("", "<a>", "", "</a>", LEVELS),
        deep("<plist>", "<array>", "", "</array>", 60_000),
        deep("a = ", "[", "", "]", LEVELS),
        deep("[enforced]\n", "a = {", "b = 1", "}", LEVELS),
        deep("[enforced]\n", &key, "b = 1", "}", 79),
        deep("", "a.", "a = 1", "", LEVELS),
    ];
    for (_, target) in targets {
        for (whole, cut) in &nested {
            target(whole.as_bytes());
            target(cut.as_bytes());
        }
    }
}

/// So many levels, and the same without their ends.
fn deep(before: &str, open: &str, inside: &str, close: &str, levels: usize) -> (String, String) {
    let cut = format!("{before}{}{inside}", open.repeat(levels));
    let whole = format!("{cut}{}", close.repeat(levels));
    (whole, cut)
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
