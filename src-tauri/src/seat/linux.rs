//! What logind and NetworkManager tell on the system bus.

mod proxies;

use std::future::ready;

use controller::Handle;
use controller::view::{DeskEvent, Request};
use futures_util::StreamExt;
use futures_util::stream::{self, BoxStream, select_all};
use zbus::Connection;
use zbus::zvariant::OwnedFd;

use super::changes::{Change, Network, Seat};
use crate::words;
use proxies::{LogindProxy, NetworkProxy, SessionProxy};

/// The session that this user sits at, also where this program runs in none of its own
/// (documented: org.freedesktop.login1, "GetSession").
const SESSION: &str = "auto";

/// NetworkManager's states from this one on are connections (documented: NMState).
const CONNECTED: u32 = 50;

/// Tells the engine what the system says, for as long as there is an engine. `end` ends the
/// program in order.
pub(crate) async fn watch(handle: Handle, end: impl Fn()) {
    if let Err(error) = listen(handle, end).await {
        tracing::info!(%error, "the system does not tell of sleep, network and lock");
    }
}

async fn listen(handle: Handle, end: impl Fn()) -> zbus::Result<()> {
    let bus = Connection::system().await?;
    let logind = LogindProxy::new(&bus).await?;
    let mut told = select_all([
        power(&logind).await?,
        network(&bus).await?,
        seat(&bus, &logind).await?,
    ]);
    tracing::info!("the system tells of sleep, network and lock");
    let mut leaves_paused = handle.leaves_paused();
    let mut inhibitor = None;
    loop {
        tokio::select! {
            event = told.next() => match event {
                Some(event) if handle.send(Request::Desk(event)) => {
                    if event == DeskEvent::ShutsDown && inhibitor.is_some() {
                        end();
                    }
                }
                Some(_) | None => return Ok(()),
            },
            changed = leaves_paused.changed() => {
                if changed.is_err() {
                    return Ok(());
                }
                let wanted = *leaves_paused.borrow_and_update();
                inhibitor = if wanted { inhibit(&logind).await } else { None };
            }
        }
    }
}

/// Has the system wait with a shutdown, for as long as what is returned is open and no longer than
/// it always does (documented: logind.conf, "InhibitDelayMaxSec", 5 s).
async fn inhibit(logind: &LogindProxy<'_>) -> Option<OwnedFd> {
    let inhibited = logind
        .inhibit("shutdown", words::FERMATA, words::STILL_PAUSED, "delay")
        .await;
    inhibited
        .inspect_err(|error| tracing::warn!(%error, "a shutdown would not wait for a pause"))
        .ok()
}

type Told = BoxStream<'static, DeskEvent>;

async fn power(logind: &LogindProxy<'_>) -> zbus::Result<Told> {
    let sleep = logind.receive_prepare_for_sleep().await?;
    let sleep = sleep.filter_map(|signal| {
        let begins = signal.args().ok().map(|args| args.start);
        ready(begins.map(|begins| match begins {
            true => DeskEvent::FallsAsleep,
            false => DeskEvent::Wakes,
        }))
    });
    let shutdown = logind.receive_prepare_for_shutdown().await?;
    let shutdown = shutdown.filter_map(|signal| {
        let begins = signal.args().is_ok_and(|args| args.start);
        ready(begins.then_some(DeskEvent::ShutsDown))
    });
    Ok(select_all([sleep.boxed(), shutdown.boxed()]).boxed())
}

async fn network(bus: &Connection) -> zbus::Result<Told> {
    let states = NetworkProxy::new(bus).await?.receive_is_now().await?;
    let mut network = Network::there();
    let told = states.filter_map(move |signal| {
        let state = signal.args().ok().map(|args| args.state);
        ready(state.and_then(|state| network.is_now(state >= CONNECTED)))
    });
    Ok(told.boxed())
}

/// Where this user sits at no screen, nothing is told of one.
async fn seat(bus: &Connection, logind: &LogindProxy<'_>) -> zbus::Result<Told> {
    let Ok(path) = logind.get_session(SESSION).await else {
        return Ok(stream::empty().boxed());
    };
    let session = SessionProxy::builder(bus).path(path)?.build().await?;
    let mut seat = Seat {
        active: session.active().await.unwrap_or(true),
        locked: session.locked_hint().await.unwrap_or(false),
    };
    let active = session.receive_active_changed().await;
    let active = active.filter_map(|change| async move { change.get().await.ok() });
    let locked = session.receive_locked_hint_changed().await;
    let locked = locked.filter_map(|change| async move { change.get().await.ok() });
    let locks = session.receive_lock().await?.map(|_| true);
    let unlocks = session.receive_unlock().await?.map(|_| false);
    let locked = select_all([locked.boxed(), locks.boxed(), unlocks.boxed()]);
    let changes = select_all([
        active.map(Change::Active).boxed(),
        locked.map(Change::Locked).boxed(),
    ]);
    Ok(changes
        .filter_map(move |change| ready(seat.take(change)))
        .boxed())
}
