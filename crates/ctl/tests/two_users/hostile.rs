//! One of them wants what is the other's.

use std::fs::{self, Permissions};
use std::io::{BufRead, BufReader, Read, Write};
use std::os::unix::fs::{MetadataExt, PermissionsExt, chown, symlink};
use std::os::unix::process::CommandExt;
use std::path::Path;
#[cfg(target_os = "linux")]
use std::process::Command;
use std::process::Stdio;

use libtest_mimic::Failed;
use simulators::Truth;

use crate::host::{Host, TrialFn, expect, said};
use crate::stranger;

pub(crate) const TRIALS: &[(&str, TrialFn)] = &[
    (
        "what_belongs_to_a_run_is_closed_to_others",
        what_belongs_to_a_run_is_closed_to_others,
    ),
    (
        "another_user_who_reaches_the_socket_is_hung_up_on_and_told_nothing",
        another_user_who_reaches_the_socket_is_hung_up_on_and_told_nothing,
    ),
    (
        "a_secret_is_not_told_to_another_user_who_listens_in_our_place",
        a_secret_is_not_told_to_another_user_who_listens_in_our_place,
    ),
    (
        "a_runtime_directory_that_another_user_made_first_is_refused",
        a_runtime_directory_that_another_user_made_first_is_refused,
    ),
    #[cfg(target_os = "linux")]
    (
        "no_process_not_even_of_the_same_user_looks_into_the_memory_of_an_engine",
        no_process_not_even_of_the_same_user_looks_into_the_memory_of_an_engine,
    ),
];

fn what_belongs_to_a_run_is_closed_to_others() -> Result<(), Failed> {
    let host = Host::new()?;
    let mut anna = host.user(0)?;
    anna.start()?;
    for (name, mode) in [("", 0o700), ("control.sock", 0o600), ("lock", 0o600)] {
        let found = fs::symlink_metadata(anna.within("runtime/fermata").join(name))?;
        expect(
            name,
            found.uid() == anna.id && found.mode() & 0o7777 == mode,
        )?;
    }
    Ok(())
}

fn another_user_who_reaches_the_socket_is_hung_up_on_and_told_nothing() -> Result<(), Failed> {
    let host = Host::new()?;
    let (mut anna, bert) = (host.user(0)?, host.user(1)?);
    anna.start()?;
    let call = anna.starts_call()?;
    let socket = anna.within("runtime/fermata/control.sock");
    let asks = || -> Result<_, Failed> {
        let mut stranger = host.stranger(stranger::ASK, &socket)?;
        Ok(stranger.uid(bert.id).gid(bert.id).output()?)
    };

    // One wall after the other is taken down: the directories', the socket's own, and what is
    // left is that the channel looks who is there.
    let refused = asks()?;
    expect(&said(&refused), !refused.status.success())?;
    for folder in ["runtime", "runtime/fermata"] {
        fs::set_permissions(anna.within(folder), Permissions::from_mode(0o755))?;
    }
    let refused = asks()?;
    expect(&said(&refused), !refused.status.success())?;
    fs::set_permissions(&socket, Permissions::from_mode(0o777))?;
    let connected = asks()?;
    expect(&said(&connected), connected.status.success())?;
    expect(&said(&connected), connected.stdout.is_empty())?;
    expect("her call", anna.truth(&call) == Some(Truth::Recording))
}

fn a_secret_is_not_told_to_another_user_who_listens_in_our_place() -> Result<(), Failed> {
    const SECRET: &str = "canary-7Hq2vXw9sL4mRt8";
    let host = Host::new()?;
    let (anna, bert) = (host.user(0)?, host.user(1)?);
    let bound = bert.within("trap.sock");
    let mut trap = host.stranger(stranger::LISTEN, &bound)?;
    let mut trap = trap
        .uid(bert.id)
        .gid(bert.id)
        .stdout(Stdio::piped())
        .spawn()?;
    let mut heard = BufReader::new(trap.stdout.take().ok_or("a pipe")?);
    let mut first = String::new();
    heard.read_line(&mut first)?;
    expect(&first, first == stranger::LISTENS)?;
    // More than bert could do: he has his socket in her directory, and she may connect to it.
    let place = anna.within("runtime/fermata");
    fs::create_dir(&place)?;
    fs::set_permissions(&place, Permissions::from_mode(0o700))?;
    chown(&place, Some(anna.id), Some(anna.id))?;
    fs::set_permissions(&bound, Permissions::from_mode(0o777))?;
    fs::rename(&bound, place.join("control.sock"))?;
    let mut signs_in = anna
        .command(&["sign-in", "--vendor", "xima", "--stdin"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()?;
    let mut stdin = signs_in.stdin.take().ok_or("a pipe")?;
    writeln!(stdin, "{SECRET}")?;
    drop(stdin);
    let ended = signs_in.wait_with_output()?;
    expect(&said(&ended), ended.status.code() == Some(1))?;
    expect(
        &said(&ended),
        said(&ended).contains("belongs to another user"),
    )?;
    let mut told = String::new();
    heard.read_to_string(&mut told)?;
    trap.wait()?;
    expect(&told, told.is_empty())
}

fn a_runtime_directory_that_another_user_made_first_is_refused() -> Result<(), Failed> {
    let host = Host::new()?;
    let (anna, bert) = (host.user(0)?, host.user(1)?);
    // Without a directory of her own it is one in a directory that is everybody's.
    let shared = host.folder().join("tmp");
    fs::create_dir(&shared)?;
    fs::set_permissions(&shared, Permissions::from_mode(0o1777))?;
    let place = shared.join(format!("fermata-{}", anna.id));
    let starts = || -> Result<String, Failed> {
        let mut run = anna.command(&["run", "--secret-stdin", "--config"]);
        run.arg(anna.within("settings.toml"))
            .env_remove("XDG_RUNTIME_DIR")
            .env("TMPDIR", &shared);
        let ended = run.stdin(Stdio::null()).output()?;
        expect(&said(&ended), ended.status.code() == Some(1))?;
        Ok(said(&ended))
    };
    let of_bert = |path: &Path| std::os::unix::fs::lchown(path, Some(bert.id), Some(bert.id));

    fs::create_dir(&place)?;
    for mode in [0o700, 0o777] {
        fs::set_permissions(&place, Permissions::from_mode(mode))?;
        of_bert(&place)?;
        let said = starts()?;
        expect(&said, said.contains("belongs to user"))?;
    }
    fs::remove_dir(&place)?;
    symlink(anna.within("runtime"), &place)?;
    of_bert(&place)?;
    let said = starts()?;
    expect(&said, said.contains("is not a directory"))?;
    let taken = fs::read_dir(anna.within("runtime"))?.count();
    expect("nothing is made where the link leads", taken == 0)
}

// E1
#[cfg(target_os = "linux")]
fn no_process_not_even_of_the_same_user_looks_into_the_memory_of_an_engine() -> Result<(), Failed> {
    let host = Host::new()?;
    let (mut anna, bert) = (host.user(0)?, host.user(1)?);
    anna.start()?;
    let engine = anna.engine().ok_or("it runs")?;
    for user in [anna.id, bert.id] {
        for file in ["mem", "environ", "maps"] {
            let looked = Command::new("cat")
                .arg(format!("/proc/{engine}/{file}"))
                .uid(user)
                .gid(user)
                .output()?;
            expect(&said(&looked), said(&looked).contains("Permission denied"))?;
            expect(file, looked.stdout.is_empty())?;
        }
    }
    anna.shows("no-call")
}
