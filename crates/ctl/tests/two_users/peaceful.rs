//! Each has a Fermata, and neither is in the way of the other.

use std::os::unix::process::CommandExt;
use std::process::Command;

use libtest_mimic::Failed;
use simulators::Truth;

use crate::host::{Host, TrialFn, expect, said};

pub(crate) const TRIALS: &[(&str, TrialFn)] = &[
    (
        "two_users_pause_each_their_own_call_at_the_same_time",
        two_users_pause_each_their_own_call_at_the_same_time,
    ),
    (
        "neither_reaches_what_belongs_to_the_other",
        neither_reaches_what_belongs_to_the_other,
    ),
    (
        "two_sessions_of_one_user_share_one_instance",
        two_sessions_of_one_user_share_one_instance,
    ),
];

fn two_users_pause_each_their_own_call_at_the_same_time() -> Result<(), Failed> {
    let host = Host::new()?;
    let (mut anna, mut bert) = (host.user(0)?, host.user(1)?);
    anna.start()?;
    bert.start()?;
    let (annas, berts) = (anna.starts_call()?, bert.starts_call()?);

    anna.done(&["pause"])?;
    expect("anna's", anna.truth(&annas) == Some(Truth::Paused))?;
    expect("bert's", bert.truth(&berts) == Some(Truth::Recording))?;
    bert.shows("recording")?;

    bert.done(&["pause"])?;
    anna.done(&["resume"])?;
    expect("anna's", anna.truth(&annas) == Some(Truth::Recording))?;
    expect("bert's", bert.truth(&berts) == Some(Truth::Paused))?;
    anna.shows("recording")?;
    bert.shows("paused")
}

fn neither_reaches_what_belongs_to_the_other() -> Result<(), Failed> {
    let host = Host::new()?;
    let (mut anna, bert) = (host.user(0)?, host.user(1)?);
    anna.start()?;
    let call = anna.starts_call()?;

    // As bert: with his own places, and with hers.
    let nobody_there = bert.ran(&["pause"])?;
    expect(&said(&nobody_there), nobody_there.status.code() == Some(3))?;
    let at_annas = bert
        .command(&["pause"])
        .env("XDG_RUNTIME_DIR", anna.within("runtime"))
        .output()?;
    expect(&said(&at_annas), !at_annas.status.success())?;
    expect("anna's call", anna.truth(&call) == Some(Truth::Recording))?;

    for private in ["data/fermata/logs", "runtime/fermata"] {
        let listing = Command::new("ls")
            .arg(anna.within(private))
            .uid(bert.id)
            .gid(bert.id)
            .output()?;
        expect(&said(&listing), !listing.status.success())?;
    }
    anna.done(&["pause"])
}

/// Their message bus, keyring and `XDG_RUNTIME_DIR` are the user's, too.
fn two_sessions_of_one_user_share_one_instance() -> Result<(), Failed> {
    let host = Host::new()?;
    let mut anna = host.user(0)?;
    anna.start()?;
    let second = anna
        .command(&["run"])
        .env("XDG_SESSION_ID", "2")
        .env("DISPLAY", ":2")
        .output()?;
    expect(&said(&second), second.status.code() == Some(1))?;
    expect(&said(&second), said(&second).contains("running already"))?;
    let call = anna.starts_call()?;
    let pressed = anna
        .command(&["pause"])
        .env("XDG_SESSION_ID", "2")
        .env("DISPLAY", ":2")
        .output()?;
    expect(&said(&pressed), pressed.status.success())?;
    expect("the call", anna.truth(&call) == Some(Truth::Paused))
}
