//! What is left of an engine that crashes.

use std::os::unix::process::ExitStatusExt;

use rustix::process::{Resource, Rlimit, Signal, getrlimit, setrlimit};
use simulators::{Options, Vendor};

use super::desk::{CANARY, Desk};

/// Has the system write core dumps of what is started from here on, as far as it may be told to.
fn allow_core_dumps() {
    let most = getrlimit(Resource::Core).maximum;
    let allowed = Rlimit {
        current: most,
        maximum: most,
    };
    setrlimit(Resource::Core, allowed).expect("up to the most it may be raised");
}

// E1
#[test]
fn an_engine_that_crashes_leaves_no_core_dump_and_says_nothing_secret() {
    allow_core_dumps();
    // Here the secret is part of each address.
    let options = Options {
        secret: Some(CANARY.to_owned()),
        ..Options::default()
    };
    let mut desk = Desk::running(Vendor::Noojee, options);
    desk.start_call();
    desk.shows("unknown");
    let limits = format!("/proc/{}/limits", desk.engine());
    let limits = std::fs::read_to_string(limits).expect("our own child");
    let core = limits.lines().find(|line| line.contains("core file size"));
    let core = core.expect("the system says so");
    let said: Vec<_> = core.split_whitespace().collect();
    assert_eq!(said[4..6], ["0", "0"], "{core}");
    desk.process_holds_nothing_of(CANARY);

    let ended = desk.end_engine_by("ABRT");
    assert_eq!(ended.signal(), Some(Signal::ABORT.as_raw()));
    assert!(!ended.core_dumped(), "{ended}");
    let said = desk.engine_said();
    assert!(!said.contains(CANARY), "{said}");
    desk.files_hold_nothing_of(CANARY);
}
