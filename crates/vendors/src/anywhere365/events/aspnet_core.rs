//! A connection to a hub of ASP.NET Core SignalR.

use std::sync::Arc;

use reqwest::{Method, Request};
use secrecy::ExposeSecret;
use tokio::time::{Instant, sleep_until, timeout, timeout_at};
use url::Url;

use super::carrier::{Asking, Carrier, Polls, dead, may_work_otherwise};
use super::settings::Hub;
use super::{CHECK_JOIN, Heard, NO_TRANSPORT};
use crate::Kind;
use crate::anywhere365::signalr::aspnet_core::{
    self, LONGEST_POLL, LONGEST_SILENCE, Message, Negotiation, Offer, PING_EVERY, Records,
};
use crate::anywhere365::signalr::{LONGEST, Transport};
use crate::http::Failure;

/// So often may a hub send us elsewhere.
const MOST_HOPS: usize = 2;

const SENT_AWAY: &str = "the SignalR hub sends us to another server, and what we show here must \
     not be shown there; set hub_path to a hub on this server";

const JOIN: &str = "0";

/// What a hub has agreed to, and where.
pub(super) struct Negotiated {
    hub: Url,
    offer: Offer,
}

/// Asks the hub in; follows it to another address of the same server.
pub(super) async fn negotiate(asking: &mut Asking, hub: &Url) -> Result<Negotiated, Failure> {
    asking.begin();
    let mut hub = hub.clone();
    for _ in 0..=MOST_HOPS {
        let mut url = hub.clone();
        url.path_segments_mut()
            .expect("a web address has a path")
            .pop_if_empty()
            .push("negotiate");
        url.query_pairs_mut().append_pair("negotiateVersion", "1");
        let body = asking.post_nothing(url).await?;
        match aspnet_core::read_negotiation(&body)? {
            Negotiation::Here(offer) => {
                asking.connected();
                return Ok(Negotiated { hub, offer });
            }
            Negotiation::Elsewhere { url, token } => {
                let elsewhere = hub.join(&url).ok();
                hub = elsewhere
                    .filter(|url| url.origin() == hub.origin())
                    .ok_or(Kind::NotPermitted(SENT_AWAY))?;
                asking.is_sent_elsewhere_with(token);
            }
        }
    }
    Err(Kind::Unintelligible("it sends us elsewhere again and again").into())
}

/// One connection.
pub(super) struct Connection {
    asking: Asking,
    /// The address of everything that belongs to it.
    url: Url,
    carrier: Carrier,
    records: Records,
    heard_at: Instant,
    said_at: Instant,
}

impl Connection {
    /// Opens it by the best transport that works.
    pub(super) async fn open(
        mut asking: Asking,
        hub: &Arc<Hub>,
        first: Negotiated,
    ) -> Result<Self, Failure> {
        let mut failed = None;
        let mut negotiated = Some(first);
        for transport in [
            Transport::WebSockets,
            Transport::ServerSentEvents,
            Transport::LongPolling,
        ] {
            if hub.transport.is_some_and(|only| only != transport) {
                continue;
            }
            // A transport that did not work may have used the connection up.
            let here = match negotiated.take() {
                Some(negotiated) => negotiated,
                None => negotiate(&mut asking, &hub.url).await?,
            };
            if !here.offer.transports.contains(&transport) {
                negotiated = Some(here);
                continue;
            }
            let mut url = here.hub;
            url.query_pairs_mut()
                .append_pair("id", here.offer.token.expose_secret());
            match carrier(&asking, &url, transport).await {
                Ok(carrier) => return Self::over(carrier, asking, url, hub).await,
                Err(failure) if may_work_otherwise(&failure.kind) => failed = Some(failure),
                Err(failure) => return Err(failure),
            }
        }
        Err(failed.unwrap_or_else(|| Kind::NotPermitted(NO_TRANSPORT).into()))
    }

    async fn over(carrier: Carrier, asking: Asking, url: Url, hub: &Hub) -> Result<Self, Failure> {
        let mut connection = Self {
            asking,
            url,
            carrier,
            records: Records::default(),
            heard_at: Instant::now(),
            said_at: Instant::now(),
        };
        connection.say(aspnet_core::handshake()).await?;
        while connection.message().await? != Message::Shaken {}
        if let Some(join) = &hub.join {
            let arguments: Vec<&str> = join.arguments.iter().map(String::as_str).collect();
            let call = aspnet_core::invocation(JOIN, &join.method, &arguments);
            connection.say(call).await?;
            connection.joined().await?;
        }
        Ok(connection)
    }

    /// Waits for the reply to the join. What is told before it, is told before we listen.
    async fn joined(&mut self) -> Result<(), Failure> {
        loop {
            match self.message().await? {
                Message::Completion { id, failed } if id == JOIN => {
                    return if failed {
                        Err(Kind::NotPermitted(CHECK_JOIN).into())
                    } else {
                        Ok(())
                    };
                }
                Message::Close => return Err(Kind::NoAnswer.into()),
                Message::Completion { .. }
                | Message::Invocation(_)
                | Message::Shaken
                | Message::Other => {}
            }
        }
    }

    pub(super) async fn next(&mut self) -> Result<Heard, Failure> {
        loop {
            match self.message().await? {
                Message::Invocation(invocation) => return Ok(Heard::Invocation(invocation)),
                // Whether it may be opened again by itself is about clients that do so.
                Message::Close => return Err(Kind::NoAnswer.into()),
                Message::Shaken | Message::Completion { .. } | Message::Other => {}
            }
        }
    }

    async fn message(&mut self) -> Result<Message, Failure> {
        loop {
            if let Some(message) = self.records.next()? {
                return Ok(message);
            }
            if let Some(text) = self.hear().await? {
                self.records.take(text.as_bytes());
            }
        }
    }

    /// The next piece of what the hub says; meanwhile shows that we are there.
    async fn hear(&mut self) -> Result<Option<String>, Failure> {
        loop {
            let dead_at = self.heard_at + LONGEST_SILENCE;
            let polls = matches!(self.carrier, Carrier::Polls(_));
            let piece = async {
                match &mut self.carrier {
                    Carrier::Socket(socket) => socket.receive().await.map(Some),
                    Carrier::Stream(stream) => stream.piece().await,
                    Carrier::Polls(polls) => poll(&self.asking, &self.url, polls).await.map(Some),
                }
            };
            if polls {
                // Each poll shows that we are there, and its end that the hub is.
                return timeout(LONGEST_POLL, piece).await.map_err(dead)?;
            }
            tokio::select! {
                biased;
                piece = piece => {
                    self.heard_at = Instant::now();
                    return piece;
                }
                () = sleep_until(dead_at) => return Err(Kind::NoAnswer.into()),
                () = sleep_until(self.said_at + PING_EVERY) => {}
            }
            timeout_at(dead_at, self.say(aspnet_core::ping()))
                .await
                .map_err(dead)??;
        }
    }

    async fn say(&mut self, text: String) -> Result<(), Failure> {
        self.said_at = Instant::now();
        match &mut self.carrier {
            Carrier::Socket(socket) => socket.send(text).await,
            Carrier::Stream(_) | Carrier::Polls(_) => {
                let content_type = "text/plain;charset=UTF-8";
                let said = self.asking.post(self.url.clone(), content_type, text);
                said.await.map(drop)
            }
        }
    }
}

async fn carrier(asking: &Asking, url: &Url, transport: Transport) -> Result<Carrier, Failure> {
    match transport {
        Transport::WebSockets => asking.open_socket(url.clone()).await,
        Transport::ServerSentEvents => asking.open_stream(url.clone()).await,
        Transport::LongPolling => {
            let mut polls = Polls::default();
            // The first one is answered at once: it opens the transport.
            poll(asking, url, &mut polls).await?;
            Ok(Carrier::Polls(polls))
        }
    }
}

async fn poll(asking: &Asking, url: &Url, polls: &mut Polls) -> Result<String, Failure> {
    let sent_at = Instant::now();
    let request = Request::new(Method::GET, url.clone());
    let reply = asking.send(request, "text/plain").await?;
    // The hub has ended the connection.
    if reply.head.status == 204 {
        return Err(Kind::NoAnswer.into());
    }
    let body = reply.body_up_to(LONGEST).await?;
    polls.brought(!body.is_empty(), sent_at)?;
    String::from_utf8(body).map_err(|_| Kind::Unintelligible("it is no text").into())
}
