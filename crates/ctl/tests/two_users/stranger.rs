//! What a hostile user does at the local channel, as a process of theirs: a copy of this program.

use std::env;
use std::io::{self, Read, Write};
use std::os::unix::net::{UnixListener, UnixStream};
use std::process::ExitCode;
use std::time::Duration;

/// Says what to do, and at which socket.
pub(crate) const ACTS: &str = "FERMATA_TEST_STRANGER";

/// Connects, asks for a pause, and prints what is replied.
pub(crate) const ASK: &str = "ask";

/// Listens where somebody will look for Fermata, and prints what is said.
pub(crate) const LISTEN: &str = "listen";

/// What the stranger prints who listens, once that is so.
pub(crate) const LISTENS: &str = "listens\n";

/// Long enough for everything that is going to be said.
const PATIENCE: Duration = Duration::from_secs(5);

/// Does what the environment says; `None` if it says nothing, as in the tests themselves.
pub(crate) fn act() -> Option<ExitCode> {
    let acts = env::var(ACTS).ok()?;
    let (act, socket) = acts.split_once(' ')?;
    let done = match act {
        ASK => ask(socket),
        _ => listen(socket),
    };
    Some(match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            tell(&error.to_string()).ok();
            ExitCode::FAILURE
        }
    })
}

fn ask(socket: &str) -> io::Result<()> {
    let mut stream = UnixStream::connect(socket)?;
    stream.set_read_timeout(Some(PATIENCE))?;
    // A channel that hangs up may do so before it is asked.
    stream
        .write_all(b"{\"ask\":\"status\"}\n{\"ask\":\"pause\"}\n")
        .ok();
    tell_all(stream)
}

fn listen(socket: &str) -> io::Result<()> {
    let listener = UnixListener::bind(socket)?;
    tell(LISTENS)?;
    // Whoever wants to be the one instance first looks whether somebody answers.
    for _ in ["a look", "a client"] {
        let (stream, _) = listener.accept()?;
        stream.set_read_timeout(Some(PATIENCE))?;
        tell_all(stream)?;
    }
    Ok(())
}

fn tell_all(mut stream: UnixStream) -> io::Result<()> {
    let mut said = Vec::new();
    // An end by force is an end, too.
    stream.read_to_end(&mut said).ok();
    io::stdout().write_all(&said)
}

fn tell(text: &str) -> io::Result<()> {
    let mut out = io::stdout();
    out.write_all(text.as_bytes())?;
    out.flush()
}
