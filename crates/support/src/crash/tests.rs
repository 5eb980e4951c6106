use std::env;
use std::path::PathBuf;
use std::process::{Command, Output};

use super::tell_panics_by_place;
use crate::{Console, Log, Logging};

/// Says that a test is to panic, and where the log is then written.
const PANICS: &str = "FERMATA_TEST_PANICS";

/// What a value may look like that a panic quotes.
const CANARY: &str = "kanarek7Zq";

fn panic_over_a_secret() {
    CANARY.parse::<u32>().expect(CANARY);
}

/// Runs one test in a process of its own: how panics are told is the whole process's.
fn panicked(test: &str, log: &str) -> Output {
    let test = format!("{}::{test}", module_path!().split_once("::").unwrap().1);
    let program = env::current_exe().unwrap();
    let output = Command::new(program)
        .args(["--exact", &test, "--nocapture"])
        .env(PANICS, log)
        .env("RUST_BACKTRACE", "full")
        .output()
        .unwrap();
    assert!(!output.status.success(), "it is to panic: {output:?}");
    output
}

fn tells_its_place_only(what: &str) {
    assert!(what.contains("crash/tests.rs:"), "{what}");
    assert!(!what.contains(CANARY), "{what}");
}

// E1
#[test]
fn a_panic_tells_its_place_and_not_its_message() {
    if env::var_os(PANICS).is_some() {
        tell_panics_by_place();
        panic_over_a_secret();
    }
    let output = panicked("a_panic_tells_its_place_and_not_its_message", "");
    tells_its_place_only(&String::from_utf8_lossy(&output.stderr));
    assert!(!String::from_utf8_lossy(&output.stdout).contains(CANARY));
}

// E1
#[test]
fn a_panic_is_in_the_log_by_its_place_and_without_its_message() {
    if let Some(folder) = env::var_os(PANICS) {
        let log = Log::start(
            "tests",
            Console {
                variable: "FERMATA_NO_SUCH_VARIABLE",
                otherwise: "error",
            },
        );
        log.write_to(&PathBuf::from(folder), Logging::default());
        panic_over_a_secret();
    }
    let folder = tempfile::tempdir().unwrap();
    let test = "a_panic_is_in_the_log_by_its_place_and_without_its_message";
    let output = panicked(test, folder.path().to_str().unwrap());
    tells_its_place_only(&String::from_utf8_lossy(&output.stderr));
    let mut written = String::new();
    for file in std::fs::read_dir(folder.path()).unwrap() {
        written += &std::fs::read_to_string(file.unwrap().path()).unwrap();
    }
    tells_its_place_only(&written);
}
