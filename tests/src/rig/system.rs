//! The system as programs hear of it on the system bus: logind and NetworkManager, in so far as
//! Fermata listens to them.

use std::io::{ErrorKind, Read};
use std::os::unix::net::UnixStream;
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard};

use anyhow::{Result, ensure};
use zbus::object_server::SignalEmitter;
use zbus::zvariant::{ObjectPath, OwnedFd, OwnedObjectPath};
use zbus::{Connection, fdo, interface};

use super::children::Children;
use super::{PATIENCE, bus, until};

const LOGIND: &str = "org.freedesktop.login1";
const MANAGER: &str = "/org/freedesktop/login1";
const SESSION: &str = "/org/freedesktop/login1/session/_31";
const NETWORK_MANAGER: &str = "org.freedesktop.NetworkManager";
const NETWORK: &str = "/org/freedesktop/NetworkManager";

/// NetworkManager's states (documented: NMState).
const DISCONNECTED: u32 = 20;
const CONNECTED: u32 = 70;

/// What tells a desktop that the computer sleeps, shuts down, is locked or has no network. Nothing
/// of it happens.
#[derive(Debug)]
pub struct System {
    bus: Connection,
    inhibitors: Inhibitors,
}

type Inhibitors = Arc<Mutex<Vec<Inhibitor>>>;

/// Something that waits for a program.
#[derive(Debug)]
struct Inhibitor {
    what: String,
    /// Closed at the other end when nobody waits any longer.
    end: UnixStream,
}

impl System {
    /// Takes the names of both on a bus of this desktop.
    pub(super) async fn start(children: &mut Children, folder: &Path) -> Result<Self> {
        let bus = bus::start_system(children, folder).await?;
        let inhibitors = Inhibitors::default();
        let manager = Manager {
            inhibitors: Arc::clone(&inhibitors),
        };
        let objects = bus.object_server();
        objects.at(MANAGER, manager).await?;
        objects.at(SESSION, Session { locked: false }).await?;
        objects.at(NETWORK, Network).await?;
        for name in [LOGIND, NETWORK_MANAGER] {
            bus.request_name(name).await?;
        }
        Ok(Self { bus, inhibitors })
    }

    /// Says that the computer is about to sleep.
    ///
    /// # Errors
    /// The bus has ended.
    pub async fn falls_asleep(&self) -> Result<()> {
        Ok(Manager::prepare_for_sleep(&self.at(MANAGER)?, true).await?)
    }

    /// Says that it has slept.
    ///
    /// # Errors
    /// The bus has ended.
    pub async fn wakes(&self) -> Result<()> {
        Ok(Manager::prepare_for_sleep(&self.at(MANAGER)?, false).await?)
    }

    /// Says that the computer is about to shut down.
    ///
    /// # Errors
    /// The bus has ended.
    pub async fn shuts_down(&self) -> Result<()> {
        Ok(Manager::prepare_for_shutdown(&self.at(MANAGER)?, true).await?)
    }

    /// Says that there is no network.
    ///
    /// # Errors
    /// The bus has ended.
    pub async fn loses_network(&self) -> Result<()> {
        Ok(Network::state_changed(&self.at(NETWORK)?, DISCONNECTED).await?)
    }

    /// Says that there is one again.
    ///
    /// # Errors
    /// The bus has ended.
    pub async fn has_network(&self) -> Result<()> {
        Ok(Network::state_changed(&self.at(NETWORK)?, CONNECTED).await?)
    }

    /// Says that the screen is locked, or that it no longer is.
    ///
    /// # Errors
    /// The bus has ended.
    pub async fn locks_screen(&self, locked: bool) -> Result<()> {
        let objects = self.bus.object_server();
        let session = objects.interface::<_, Session>(SESSION).await?;
        session.get_mut().await.locked = locked;
        let emitter = session.signal_emitter();
        Ok(session.get().await.locked_hint_changed(emitter).await?)
    }

    /// What is waited for at this moment, such as "shutdown".
    ///
    /// # Errors
    /// The system does not say.
    pub fn waits_with(&self) -> Result<Vec<String>> {
        let mut held = locked(&self.inhibitors);
        let mut ended = Vec::new();
        for (number, inhibitor) in held.iter_mut().enumerate() {
            match inhibitor.end.read(&mut [0]) {
                Ok(_) => ended.push(number),
                Err(error) if error.kind() == ErrorKind::WouldBlock => {}
                Err(error) => return Err(error.into()),
            }
        }
        for number in ended.into_iter().rev() {
            held.remove(number);
        }
        Ok(held.iter().map(|one| one.what.clone()).collect())
    }

    /// Waits until exactly this is waited for.
    ///
    /// # Errors
    /// It does not become so.
    pub async fn wait_until_waiting_with(&self, what: &[&str]) -> Result<()> {
        until(
            &format!("the system to wait with {what:?}"),
            PATIENCE,
            async || {
                let held = self.waits_with()?;
                ensure!(held == what, "it waits with {held:?}");
                Ok(Some(()))
            },
        )
        .await
    }

    fn at(&self, path: &'static str) -> Result<SignalEmitter<'static>> {
        Ok(SignalEmitter::new(&self.bus, path)?)
    }
}

fn locked(inhibitors: &Inhibitors) -> MutexGuard<'_, Vec<Inhibitor>> {
    inhibitors.lock().expect("nobody panics while holding it")
}

struct Manager {
    inhibitors: Inhibitors,
}

#[interface(name = "org.freedesktop.login1.Manager")]
impl Manager {
    fn inhibit(&self, what: &str, _who: &str, _why: &str, mode: &str) -> fdo::Result<OwnedFd> {
        if mode != "delay" {
            let message = "users who are no administrators may only delay";
            return Err(fdo::Error::AccessDenied(message.to_owned()));
        }
        let failed = |error: std::io::Error| fdo::Error::Failed(error.to_string());
        let (end, handed_out) = UnixStream::pair().map_err(failed)?;
        end.set_nonblocking(true).map_err(failed)?;
        locked(&self.inhibitors).push(Inhibitor {
            what: what.to_owned(),
            end,
        });
        Ok(std::os::fd::OwnedFd::from(handed_out).into())
    }

    fn get_session(&self, _session: &str) -> OwnedObjectPath {
        ObjectPath::from_static_str_unchecked(SESSION).into()
    }

    #[zbus(signal)]
    async fn prepare_for_sleep(emitter: &SignalEmitter<'_>, start: bool) -> zbus::Result<()>;

    #[zbus(signal)]
    async fn prepare_for_shutdown(emitter: &SignalEmitter<'_>, start: bool) -> zbus::Result<()>;
}

struct Session {
    locked: bool,
}

#[interface(name = "org.freedesktop.login1.Session")]
impl Session {
    #[zbus(property)]
    fn active(&self) -> bool {
        true
    }

    #[zbus(property)]
    fn locked_hint(&self) -> bool {
        self.locked
    }
}

struct Network;

#[interface(name = "org.freedesktop.NetworkManager")]
impl Network {
    #[zbus(signal)]
    async fn state_changed(emitter: &SignalEmitter<'_>, state: u32) -> zbus::Result<()>;
}
