//! What is called and heard on the system bus, as its owners document it.

use zbus::proxy;
use zbus::zvariant::{OwnedFd, OwnedObjectPath};

/// systemd-logind (documented: org.freedesktop.login1).
#[proxy(
    interface = "org.freedesktop.login1.Manager",
    default_service = "org.freedesktop.login1",
    default_path = "/org/freedesktop/login1",
    gen_blocking = false
)]
pub(super) trait Logind {
    /// Holds something up until what is returned is closed.
    fn inhibit(&self, what: &str, who: &str, why: &str, mode: &str) -> zbus::Result<OwnedFd>;

    /// The session of this name.
    fn get_session(&self, session: &str) -> zbus::Result<OwnedObjectPath>;

    /// The computer is about to sleep, or has slept.
    #[zbus(signal)]
    fn prepare_for_sleep(&self, start: bool) -> zbus::Result<()>;

    /// The computer is about to shut down, or does not any longer.
    #[zbus(signal)]
    fn prepare_for_shutdown(&self, start: bool) -> zbus::Result<()>;
}

/// One of its sessions.
#[proxy(
    interface = "org.freedesktop.login1.Session",
    default_service = "org.freedesktop.login1",
    gen_blocking = false
)]
pub(super) trait Session {
    /// Whether it is in front.
    #[zbus(property)]
    fn active(&self) -> zbus::Result<bool>;

    /// Whether whoever locks the screen says that it is locked.
    #[zbus(property)]
    fn locked_hint(&self) -> zbus::Result<bool>;

    /// The screen is to be locked.
    #[zbus(signal)]
    fn lock(&self) -> zbus::Result<()>;

    /// The screen is to be unlocked.
    #[zbus(signal)]
    fn unlock(&self) -> zbus::Result<()>;
}

/// NetworkManager (documented: org.freedesktop.NetworkManager).
#[proxy(
    interface = "org.freedesktop.NetworkManager",
    default_service = "org.freedesktop.NetworkManager",
    default_path = "/org/freedesktop/NetworkManager",
    gen_blocking = false
)]
pub(super) trait Network {
    /// All connections together are in this state now.
    #[zbus(signal, name = "StateChanged")]
    fn is_now(&self, state: u32) -> zbus::Result<()>;
}
