//! Listens to the SignalR hub that tells of changed recorders
//! (docs/vendors/anywhere365.md#events).
//!
//! An event is a hint and never proof. One that is lost costs nothing but time, because the
//! recorder is read back anyway.

mod aspnet_core;
mod carrier;
mod classic;
mod recording;
mod settings;

use std::collections::VecDeque;
use std::sync::{Arc, OnceLock};

use futures_util::{StreamExt, stream};

use super::NAME;
use super::session::Access;
use super::signalr::Invocation;
use super::wire::Setup;
use crate::http::Failure;
use crate::{Events, Kind, Operation, VendorEvent};
use carrier::Asking;
pub(super) use recording::AskedAbout;
#[cfg(any(test, feature = "fuzzing"))]
pub(super) use recording::any_arguments_are_survived;
use settings::Generation;
pub(super) use settings::{Hub, read};

const CHECK_HUB: &str = "there is no SignalR hub at this address; \
     check events and hub_path in the settings";
const SET_HUB_NAME: &str = "the SignalR hub is of the classic generation, which needs the hub's \
     name; set hub_name in the settings";
const CHECK_JOIN: &str = "the SignalR hub does not let us listen; \
     check hub_join and hub_join_arguments in the settings";
const NO_TRANSPORT: &str = "the SignalR hub does not offer the transport that is set; \
     set hub_transport to \"auto\"";

/// What a session needs to listen.
pub(super) struct Listening {
    access: Arc<Access>,
    setup: Arc<Setup>,
    hub: Arc<Hub>,
    pub(super) asked: AskedAbout,
    /// Which generation answered where the settings leave it open.
    found: OnceLock<Generation>,
}

impl Listening {
    pub(super) fn new(access: Arc<Access>, setup: Arc<Setup>, hub: Arc<Hub>) -> Self {
        Self {
            access,
            setup,
            hub,
            asked: AskedAbout::default(),
            found: OnceLock::new(),
        }
    }

    /// Opens the channel. Returns once the hub has taken us on.
    pub(super) async fn open(self: Arc<Self>) -> Result<Events, Failure> {
        let connection = self.connect().await?;
        let stream = stream::try_unfold(
            Told {
                connection,
                events: VecDeque::new(),
                listening: self,
            },
            |mut told| async move {
                match told.next().await {
                    Ok(event) => Ok(Some((event, told))),
                    Err(failure) => Err(failure.at(NAME, Operation::Events)),
                }
            },
        );
        Ok(stream.boxed())
    }

    async fn connect(&self) -> Result<Connection, Failure> {
        let mut asking = Asking::new(Arc::clone(&self.access));
        match self.hub.generation.or(self.found.get().copied()) {
            Some(Generation::Core) => {
                let negotiated = aspnet_core::negotiate(&mut asking, &self.hub.url).await?;
                self.open_core(asking, negotiated).await
            }
            Some(Generation::Classic) => {
                let offer = classic::negotiate(&mut asking, &self.hub).await?;
                self.open_classic(asking, offer).await
            }
            None => self.find(asking).await,
        }
    }

    /// Asks in the manner of either generation; only the right one can answer as it should.
    async fn find(&self, mut asking: Asking) -> Result<Connection, Failure> {
        match aspnet_core::negotiate(&mut asking, &self.hub.url).await {
            Ok(negotiated) => {
                self.found.set(Generation::Core).ok();
                return self.open_core(asking, negotiated).await;
            }
            Err(failure) if is_something_else(&failure.kind) => {}
            Err(failure) => return Err(failure),
        }
        let mut asking = Asking::new(Arc::clone(&self.access));
        let offer = classic::negotiate(&mut asking, &self.hub).await;
        let offer = offer.map_err(|failure| {
            if is_something_else(&failure.kind) {
                failure.with_kind(Kind::NotPermitted(CHECK_HUB))
            } else {
                failure
            }
        })?;
        if self.hub.name.is_empty() {
            return Err(Kind::NotPermitted(SET_HUB_NAME).into());
        }
        self.found.set(Generation::Classic).ok();
        self.open_classic(asking, offer).await
    }

    async fn open_core(
        &self,
        asking: Asking,
        negotiated: aspnet_core::Negotiated,
    ) -> Result<Connection, Failure> {
        let connection = aspnet_core::Connection::open(asking, &self.hub, negotiated).await?;
        Ok(Connection::Core(Box::new(connection)))
    }

    async fn open_classic(
        &self,
        asking: Asking,
        offer: super::signalr::classic::Offer,
    ) -> Result<Connection, Failure> {
        let hub = Arc::clone(&self.hub);
        let connection = classic::Connection::open(asking, hub, offer).await?;
        Ok(Connection::Classic(Box::new(connection)))
    }
}

/// Whether whatever answered is perhaps no hub of this generation, and no failure either.
fn is_something_else(kind: &Kind) -> bool {
    matches!(
        kind,
        Kind::Unintelligible(_) | Kind::Refused(_) | Kind::NotPermitted(CHECK_HUB)
    )
}

/// A connection to a hub of either generation.
enum Connection {
    Core(Box<aspnet_core::Connection>),
    Classic(Box<classic::Connection>),
}

/// What a connection yields.
enum Heard {
    Invocation(Invocation),
    /// The connection broke and was mended; some may be lost.
    Missed,
}

struct Told {
    connection: Connection,
    /// Of the invocation that was heard last.
    events: VecDeque<VendorEvent>,
    listening: Arc<Listening>,
}

impl Told {
    async fn next(&mut self) -> Result<VendorEvent, Failure> {
        loop {
            if let Some(event) = self.events.pop_front() {
                return Ok(event);
            }
            let heard = match &mut self.connection {
                Connection::Core(connection) => connection.next().await?,
                Connection::Classic(connection) => connection.next().await?,
            };
            let Listening {
                setup, hub, asked, ..
            } = &*self.listening;
            match heard {
                Heard::Invocation(invocation) => {
                    self.events
                        .extend(recording::told(setup, hub, asked, &invocation));
                }
                Heard::Missed => self.events.push_back(VendorEvent::Missed),
            }
        }
    }
}
