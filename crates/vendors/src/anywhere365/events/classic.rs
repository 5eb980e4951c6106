//! A connection to a hub of classic ASP.NET SignalR.

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Duration;

use tokio::time::{Instant, sleep, timeout, timeout_at};
use url::Url;

use super::carrier::{Asking, Carrier, Polls, dead, may_work_otherwise};
use super::settings::Hub;
use super::{CHECK_JOIN, Heard, NO_TRANSPORT};
use crate::Kind;
use crate::anywhere365::signalr::classic::{self, At, Frame, Offer, Place};
use crate::anywhere365::signalr::{Invocation, Transport};
use crate::http::Failure;

const JOIN: &str = "0";

const NOT_INITIALIZED: Kind = Kind::Unintelligible("the transport does not begin as it should");

/// Asks the hub in.
pub(super) async fn negotiate(asking: &mut Asking, hub: &Hub) -> Result<Offer, Failure> {
    asking.begin();
    let url = classic::address(&hub.url, &hub.name, "negotiate", None);
    let offer = classic::read_negotiation(&asking.get(url).await?)?;
    asking.connected();
    Ok(offer)
}

/// One connection.
pub(super) struct Connection {
    asking: Asking,
    hub: Arc<Hub>,
    offer: Offer,
    transport: Transport,
    carrier: Carrier,
    place: Place,
    heard_at: Instant,
    invocations: VecDeque<Invocation>,
    mended_at: Option<Instant>,
    /// What the next poll is, and when.
    poll_by: &'static str,
    poll_after: Duration,
}

impl Connection {
    /// Opens it by the best transport that works.
    pub(super) async fn open(
        mut asking: Asking,
        hub: Arc<Hub>,
        first: Offer,
    ) -> Result<Self, Failure> {
        let mut failed = None;
        let sockets = first.web_sockets;
        let mut offered = Some(first);
        // Every hub of this generation has server-sent events, and none of them says so.
        let transports: &[Transport] = match (hub.transport, sockets) {
            (Some(Transport::WebSockets), false) => {
                return Err(Kind::NotPermitted(NO_TRANSPORT).into());
            }
            (Some(Transport::WebSockets), true) => &[Transport::WebSockets],
            (Some(Transport::ServerSentEvents), _) => &[Transport::ServerSentEvents],
            (Some(Transport::LongPolling), _) | (None, false) => &[Transport::LongPolling],
            (None, true) => &[Transport::WebSockets, Transport::LongPolling],
        };
        for transport in transports.iter().copied() {
            // A transport that did not work may have used the connection up.
            let offer = match offered.take() {
                Some(offer) => offer,
                None => negotiate(&mut asking, &hub).await?,
            };
            match open(
                &asking,
                address(&hub, &offer, transport, "connect", None),
                transport,
            )
            .await
            {
                Ok(carrier) => {
                    let connection = Self {
                        asking,
                        hub,
                        offer,
                        transport,
                        carrier,
                        place: Place::default(),
                        heard_at: Instant::now(),
                        invocations: VecDeque::new(),
                        mended_at: None,
                        poll_by: "connect",
                        poll_after: Duration::ZERO,
                    };
                    return connection.started().await;
                }
                Err(failure) if may_work_otherwise(&failure.kind) => failed = Some(failure),
                Err(failure) => return Err(failure),
            }
        }
        Err(failed.expect("one transport was tried"))
    }

    async fn started(mut self) -> Result<Self, Failure> {
        loop {
            let frame = self.frame().await?;
            if frame.initialized {
                break;
            }
            if matches!(self.carrier, Carrier::Polls(_)) {
                return Err(NOT_INITIALIZED.into());
            }
        }
        classic::read_start(&self.asking.get(self.address("start", None)).await?)?;
        self.join().await?;
        Ok(self)
    }

    async fn join(&mut self) -> Result<(), Failure> {
        let hub = Arc::clone(&self.hub);
        let Some(join) = &hub.join else {
            return Ok(());
        };
        let arguments: Vec<&str> = join.arguments.iter().map(String::as_str).collect();
        let call = classic::call(JOIN, &hub.name, &join.method, &arguments);
        let mut frame = match &mut self.carrier {
            Carrier::Socket(socket) => {
                socket.send(call).await?;
                Frame::default()
            }
            Carrier::Stream(_) | Carrier::Polls(_) => {
                let form = "application/x-www-form-urlencoded";
                let send = self.address("send", None);
                let said = self.asking.post(send, form, classic::form(&call));
                classic::read_frame(&said.await?)?
            }
        };
        // What is told before the reply, is told before we listen.
        loop {
            match frame.reply {
                Some(reply) if reply.id == JOIN => {
                    return if reply.failed {
                        Err(Kind::NotPermitted(CHECK_JOIN).into())
                    } else {
                        Ok(())
                    };
                }
                Some(_) | None => {}
            }
            if frame.over {
                return Err(Kind::NoAnswer.into());
            }
            frame = self.frame().await?;
        }
    }

    pub(super) async fn next(&mut self) -> Result<Heard, Failure> {
        loop {
            if let Some(invocation) = self.invocations.pop_front() {
                return Ok(Heard::Invocation(invocation));
            }
            let broken = match self.frame().await {
                Ok(frame) if frame.over => return Err(Kind::NoAnswer.into()),
                Ok(frame) => {
                    self.invocations.extend(frame.invocations);
                    if !frame.reconnect {
                        continue;
                    }
                    Kind::NoAnswer.into()
                }
                Err(failure) => failure,
            };
            self.mend(broken).await?;
            // The hub repeats what it still has. Whether that is all, it does not say.
            return Ok(Heard::Missed);
        }
    }

    /// Takes the connection up anew where it was left, as the protocol has it: once.
    async fn mend(&mut self, broken: Failure) -> Result<(), Failure> {
        let mendable = matches!(
            broken.kind,
            Kind::NoAnswer | Kind::Unreachable | Kind::ServerFailed(_)
        );
        let again = self
            .mended_at
            .is_some_and(|mended_at| mended_at.elapsed() < self.offer.mendable);
        if !mendable || again {
            return Err(broken);
        }
        self.mended_at = Some(Instant::now());
        if let Carrier::Polls(_) = self.carrier {
            self.poll_by = "reconnect";
            self.poll_after = Duration::ZERO;
            return Ok(());
        }
        let url = self.address("reconnect", Some(&self.place));
        let carrier = open(&self.asking, url, self.transport);
        let carrier = timeout(self.offer.mendable, carrier).await;
        self.carrier = carrier.map_err(dead)??;
        self.heard_at = Instant::now();
        Ok(())
    }

    /// The next thing that the hub says.
    async fn frame(&mut self) -> Result<Frame, Failure> {
        let frame = match &self.carrier {
            Carrier::Socket(_) | Carrier::Stream(_) => self.told().await?,
            Carrier::Polls(_) => self.polled().await?,
        };
        self.place.move_on(&frame);
        Ok(frame)
    }

    async fn told(&mut self) -> Result<Frame, Failure> {
        loop {
            let piece = async {
                match &mut self.carrier {
                    Carrier::Socket(socket) => socket.receive().await.map(Some),
                    Carrier::Stream(stream) => stream.piece().await,
                    Carrier::Polls(_) => Ok(None),
                }
            };
            let piece = match self.offer.longest_silence {
                Some(longest) => timeout_at(self.heard_at + longest, piece)
                    .await
                    .map_err(dead)?,
                None => piece.await,
            }?;
            self.heard_at = Instant::now();
            match piece.as_deref() {
                // The first event of a stream, and the only one that is no message.
                Some("initialized") | None => {}
                Some(text) => return Ok(classic::read_frame(text.as_bytes())?),
            }
        }
    }

    async fn polled(&mut self) -> Result<Frame, Failure> {
        sleep(self.poll_after).await;
        let sent_at = Instant::now();
        let url = self.address(self.poll_by, Some(&self.place));
        // Once it has been away for longer than it can be mended, the hub has given it up.
        let longest = self.offer.longest_poll + self.offer.mendable;
        let body = timeout(longest, self.asking.get(url))
            .await
            .map_err(dead)??;
        let frame = classic::read_frame(&body)?;
        let anything = !frame.invocations.is_empty() || frame.reply.is_some();
        if let (Carrier::Polls(polls), Duration::ZERO) = (&mut self.carrier, frame.delay) {
            polls.brought(anything, sent_at)?;
        }
        self.poll_by = "poll";
        self.poll_after = frame.delay;
        Ok(frame)
    }

    fn address(&self, command: &str, place: Option<&Place>) -> Url {
        address(&self.hub, &self.offer, self.transport, command, place)
    }
}

fn address(
    hub: &Hub,
    offer: &Offer,
    transport: Transport,
    command: &str,
    place: Option<&Place>,
) -> Url {
    let at = At {
        transport,
        token: &offer.token,
        place,
    };
    classic::address(&hub.url, &hub.name, command, Some(&at))
}

async fn open(asking: &Asking, url: Url, transport: Transport) -> Result<Carrier, Failure> {
    match transport {
        Transport::WebSockets => asking.open_socket(url).await,
        Transport::ServerSentEvents => asking.open_stream(url).await,
        Transport::LongPolling => Ok(Carrier::Polls(Polls::default())),
    }
}
