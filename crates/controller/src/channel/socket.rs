//! What of the channel differs between operating systems.

use std::io;

use interprocess::local_socket::tokio::{Listener, Stream};
use interprocess::local_socket::traits::tokio::Stream as _;
use interprocess::local_socket::{ListenerOptions, Name};

#[cfg(windows)]
use crate::owner::Owner;
use crate::paths::Paths;

/// Starts to listen. Nobody else may: the caller holds the lock.
pub(super) fn listen(paths: &Paths) -> io::Result<Listener> {
    let options = ListenerOptions::new()
        .name(name(paths)?)
        // Whoever holds the lock removes the socket; a listener that goes late must not
        // remove the socket of the next instance.
        .reclaim_name(false);
    closed_to_others(options)?.create_tokio()
}

pub(super) async fn connect(paths: &Paths) -> io::Result<Stream> {
    Stream::connect(name(paths)?).await
}

#[cfg(unix)]
fn name(paths: &Paths) -> io::Result<Name<'static>> {
    use interprocess::local_socket::{GenericFilePath, ToFsName};
    paths.socket().to_fs_name::<GenericFilePath>()
}

#[cfg(target_os = "linux")]
fn closed_to_others(options: ListenerOptions<'_>) -> io::Result<ListenerOptions<'_>> {
    use interprocess::os::unix::local_socket::ListenerOptionsExt;
    Ok(options.mode(0o600))
}

/// The runtime directory is closed to others; macOS cannot set a socket's mode before it is
/// bound (documented: interprocess, `ListenerOptionsExt::mode`).
#[cfg(all(unix, not(target_os = "linux")))]
fn closed_to_others(options: ListenerOptions<'_>) -> io::Result<ListenerOptions<'_>> {
    Ok(options)
}

/// Whether the other end is a process of the same user.
#[cfg(unix)]
pub(super) fn same_user(stream: &Stream) -> bool {
    use interprocess::local_socket::traits::StreamCommon;
    let us = rustix::process::geteuid().as_raw();
    stream
        .peer_creds()
        .is_ok_and(|peer| peer.euid() == Some(us))
}

/// Pipes of all users share one name space, so the name says whose it is, and where that
/// instance keeps what belongs to its run.
#[cfg(windows)]
fn name(paths: &Paths) -> io::Result<Name<'static>> {
    use interprocess::local_socket::{GenericNamespaced, ToNsName};
    /// A pipe's name has at most 256 characters (documented: CreateNamedPipe), and the user's
    /// identifier takes up to a third of them.
    const MOST: usize = 120;
    let us = Owner::of_us()?;
    let runtime = paths.runtime().display().to_string();
    let place: Vec<char> = runtime.to_lowercase().chars().collect();
    let end: String = place[place.len().saturating_sub(MOST)..].iter().collect();
    let end = end.replace(['\\', ':'], "/");
    format!("fermata-{}-{}-{end}", us.user, us.session).to_ns_name::<GenericNamespaced>()
}

/// The pipe belongs to this user, who may do all with it. Nobody else may do anything, not even
/// the same user from another computer (documented: security descriptor string format).
#[cfg(windows)]
fn closed_to_others(options: ListenerOptions<'_>) -> io::Result<ListenerOptions<'_>> {
    use interprocess::os::windows::local_socket::ListenerOptionsExt;
    use interprocess::os::windows::security_descriptor::SecurityDescriptor;
    let user = Owner::of_us()?.user;
    let ours = format!("O:{user}D:P(D;;GA;;;NU)(A;;GA;;;{user})");
    let ours = widestring::U16CString::from_str(ours).map_err(io::Error::other)?;
    Ok(options.security_descriptor(SecurityDescriptor::deserialize(&ours)?))
}

/// Whether the other end is a process of the same user in the same session.
///
/// The instance's descriptor has let nobody else in. A client has to look: whoever is first with
/// the name of a pipe may let in whom they like, and would be told secrets.
#[cfg(windows)]
pub(super) fn same_user(stream: &Stream) -> bool {
    use interprocess::local_socket::traits::StreamCommon;
    let peer = stream
        .peer_creds()
        .ok()
        .and_then(|peer| Owner::of_process(peer.pid()?).ok());
    peer.is_some() && peer == Owner::of_us().ok()
}
