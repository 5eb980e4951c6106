//! Two users of one computer, each with a Fermata of their own (E6), of whom one may be hostile.
//!
//! To be somebody else takes root, so without it these are listed as ignored.

#[cfg(unix)]
mod host;
#[cfg(unix)]
mod hostile;
#[cfg(unix)]
mod peaceful;
#[cfg(unix)]
mod stranger;

use std::process::ExitCode;

#[cfg(not(unix))]
fn main() -> ExitCode {
    ExitCode::SUCCESS
}

#[cfg(unix)]
fn main() -> ExitCode {
    use libtest_mimic::{Arguments, Trial};

    if let Some(ended) = stranger::act() {
        return ended;
    }
    let root = rustix::process::geteuid().is_root();
    let trials = peaceful::TRIALS.iter().chain(hostile::TRIALS);
    let trials = trials.map(|(name, run)| {
        Trial::test(*name, *run)
            .with_kind("needs root")
            .with_ignored_flag(!root)
    });
    libtest_mimic::run(&Arguments::from_args(), trials.collect()).exit_code()
}
