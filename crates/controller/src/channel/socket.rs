//! What of the channel differs between operating systems.

use std::io;

use interprocess::local_socket::tokio::{Listener, Stream};
use interprocess::local_socket::traits::tokio::Stream as _;
use interprocess::local_socket::{ListenerOptions, Name};

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

/// The pipe's name carries the user and the session, because pipes of all users share one
/// name space (assumed; not tried on Windows).
#[cfg(windows)]
fn name(paths: &Paths) -> io::Result<Name<'static>> {
    use interprocess::local_socket::{GenericNamespaced, ToNsName};
    let user = std::env::var("USERNAME").unwrap_or_default();
    let session = paths
        .runtime()
        .file_name()
        .map(|session| session.to_string_lossy().into_owned())
        .unwrap_or_default();
    format!("fermata-{user}-{session}").to_ns_name::<GenericNamespaced>()
}

/// Full access for the owner of the pipe, none for anybody else (documented: security
/// descriptor string format; not tried on Windows).
#[cfg(windows)]
fn closed_to_others(options: ListenerOptions<'_>) -> io::Result<ListenerOptions<'_>> {
    use interprocess::os::windows::local_socket::ListenerOptionsExt;
    use interprocess::os::windows::security_descriptor::SecurityDescriptor;
    let owner_only = SecurityDescriptor::deserialize(widestring::u16cstr!("D:P(A;;GA;;;OW)"))?;
    Ok(options.security_descriptor(owner_only))
}

/// The security descriptor has let nobody else in.
#[cfg(windows)]
pub(super) fn same_user(_stream: &Stream) -> bool {
    true
}
