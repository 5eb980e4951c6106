//! Open files: each connection needs two here, where both of its ends are in one process.

/// Connections of an agent: one, a second for a long poll or a socket, and one that a client
/// opens while it waits for another.
const CONNECTIONS: usize = 3;

/// Everything else that is open.
const BESIDES: usize = 300;

/// Sees to it that so many agents of each of some sites may have their connections.
///
/// # Errors
/// The system permits fewer, and cannot be asked for more.
#[cfg(unix)]
pub(crate) fn enough_for(agents: usize, sites: usize) -> anyhow::Result<()> {
    use anyhow::Context;
    use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

    let needed = (sites * agents * CONNECTIONS * 2 + BESIDES) as u64;
    let limit = getrlimit(Resource::Nofile);
    if limit.current.is_none_or(|current| current >= needed) {
        return Ok(());
    }
    let raised = Rlimit {
        current: Some(needed),
        maximum: limit.maximum,
    };
    setrlimit(Resource::Nofile, raised).with_context(|| {
        format!(
            "{agents} agents at each of {sites} sites need {needed} open files, and this system permits {:?} at most: raise it (ulimit -Hn)",
            limit.maximum
        )
    })
}

/// Elsewhere there is no such limit.
#[cfg(not(unix))]
pub(crate) fn enough_for(_agents: usize, _sites: usize) -> anyhow::Result<()> {
    Ok(())
}
