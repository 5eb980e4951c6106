//! The client's side of the Bayeux protocol, which CometD speaks: what to send next and what
//! came. Nothing here does I/O.
//!
//! One message is under way at a time: handshake, subscribe, and then one connect after the
//! other, each of which the server holds until there is something to tell. Long polling and
//! WebSocket carry the same messages.

mod message;

use std::collections::VecDeque;
use std::time::Duration;

use serde_json::{Value, json};

use crate::Kind;
use message::{Advice, Message, Reconnect};

/// How long the server holds a connect if it does not say (CometD's default).
const USUAL_TIMEOUT: Duration = Duration::from_secs(30);

/// What a held connect may take beyond that (CometD's `maxNetworkDelay`).
const MARGIN: Duration = Duration::from_secs(10);

/// A server that holds a connect longer than this is taken to be gone.
const LONGEST_TIMEOUT: Duration = Duration::from_secs(10 * 60);

/// A server that wants to be left alone for longer than this is left to whoever opens the
/// channel again.
const LONGEST_INTERVAL: Duration = Duration::from_secs(60);

/// A server that has forgotten its client this often is left to whoever opens the channel
/// again.
const MOST_HANDSHAKES: u32 = 10;

/// No server tells this much at once.
const MOST_MESSAGES: usize = 1_000;

const NO_REPLY: Kind = Kind::Unintelligible("it does not answer what was asked");
const FORGETS: Kind = Kind::Unintelligible("it forgets its listeners again and again");
const NO_TRANSPORT: Kind = Kind::Unintelligible("it offers no way to listen that is known here");
const MAY_NOT_LISTEN: Kind = Kind::NotPermitted(
    "Genesys does not let this agent listen for events; check channel in the settings",
);

/// What carries the messages.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Carrier {
    LongPolling,
    WebSocket,
}

impl Carrier {
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::LongPolling => "long-polling",
            Self::WebSocket => "websocket",
        }
    }
}

/// What to send.
#[derive(Debug)]
pub(crate) struct Ask {
    pub(crate) text: String,
    /// How long to wait before it, as the server asks.
    pub(crate) after: Duration,
    /// How long the reply may take. Silence beyond that means that the server is gone.
    pub(crate) within: Duration,
    /// Whether it is a connect, which is answered when there is something to tell.
    pub(crate) is_connect: bool,
}

/// What has come.
#[derive(Debug, PartialEq)]
pub(crate) enum Came {
    /// Data on this channel.
    Data { channel: String, data: Value },
    /// The server had forgotten this client, and knows it again.
    Missed,
}

/// A client that listens on one channel.
#[derive(Debug)]
pub(crate) struct Client {
    channel: String,
    /// What carries the messages of this client.
    carrier: Carrier,
    /// What else is offered at the handshake.
    or: Option<Carrier>,
    phase: Phase,
    /// The id of the message that is under way.
    waiting: Option<u64>,
    last_id: u64,
    advice: Advice,
    handshakes: u32,
    /// Whether a connect has succeeded since the handshake.
    connected: bool,
    /// Whether the connect before failed, and the server asked for another.
    stumbled: bool,
    switch: bool,
}

#[derive(Debug)]
enum Phase {
    Handshake,
    Subscribe { client_id: String },
    Connect { client_id: String },
}

impl Client {
    pub(crate) fn new(channel: &str, carrier: Carrier, or: Option<Carrier>) -> Self {
        Self {
            channel: channel.to_owned(),
            carrier,
            or,
            phase: Phase::Handshake,
            waiting: None,
            last_id: 0,
            advice: Advice::default(),
            handshakes: 0,
            connected: false,
            stumbled: false,
            switch: false,
        }
    }

    /// Whether the server has accepted the subscription, and tells from here on.
    pub(crate) const fn is_open(&self) -> bool {
        matches!(self.phase, Phase::Connect { .. })
    }

    /// Whether the reply to the last message is still to come.
    pub(crate) const fn is_waiting(&self) -> bool {
        self.waiting.is_some()
    }

    /// Whether the server talks only by the other carrier that was offered. A new client has
    /// to begin there.
    pub(crate) const fn has_to_switch(&self) -> bool {
        self.switch
    }

    /// What to send now.
    pub(crate) fn ask(&mut self) -> Result<Ask, Kind> {
        let after = self.advice.interval();
        if after > LONGEST_INTERVAL {
            return Err(Kind::Throttled {
                retry_after: Some(after),
            });
        }
        self.last_id += 1;
        self.waiting = Some(self.last_id);
        let id = self.last_id.to_string();
        let mut is_connect = false;
        let message = match &self.phase {
            Phase::Handshake => {
                let carriers: Vec<&str> = [Some(self.carrier), self.or]
                    .into_iter()
                    .flatten()
                    .map(Carrier::name)
                    .collect();
                json!({
                    "id": id, "channel": "/meta/handshake", "version": "1.0",
                    "minimumVersion": "0.9", "supportedConnectionTypes": carriers,
                })
            }
            Phase::Subscribe { client_id } => json!({
                "id": id, "channel": "/meta/subscribe", "clientId": client_id,
                "subscription": self.channel,
            }),
            Phase::Connect { client_id } => {
                is_connect = true;
                json!({
                    "id": id, "channel": "/meta/connect", "clientId": client_id,
                    "connectionType": self.carrier.name(),
                })
            }
        };
        let held = self.advice.timeout().unwrap_or(USUAL_TIMEOUT);
        Ok(Ask {
            text: json!([message]).to_string(),
            after,
            within: held.min(LONGEST_TIMEOUT) + MARGIN,
            is_connect,
        })
    }

    /// Takes what has come, be it the whole reply of a long poll or one text of a WebSocket.
    pub(crate) fn receive(&mut self, bytes: &[u8], came: &mut VecDeque<Came>) -> Result<(), Kind> {
        for message in message::read(bytes, MOST_MESSAGES)? {
            if let Some(advice) = &message.advice {
                self.advice.update(advice);
            }
            match message.channel.as_deref() {
                Some("/meta/disconnect") => return Err(Kind::NoAnswer),
                Some(channel) if channel.starts_with("/meta/") => {
                    if self.answers(&message, channel) {
                        self.waiting = None;
                        self.answered(&message, came)?;
                    }
                }
                Some(channel) => {
                    if let Some(data) = message.data {
                        let channel = channel.to_owned();
                        came.push_back(Came::Data { channel, data });
                    }
                }
                None => return Err(message::NOT_BAYEUX),
            }
        }
        Ok(())
    }

    /// The reply of a long poll is here as a whole: what was asked must have been answered.
    pub(crate) const fn ended(&self) -> Result<(), Kind> {
        if self.is_waiting() {
            Err(NO_REPLY)
        } else {
            Ok(())
        }
    }

    fn answers(&self, message: &Message, channel: &str) -> bool {
        let asked = match self.phase {
            Phase::Handshake => "/meta/handshake",
            Phase::Subscribe { .. } => "/meta/subscribe",
            Phase::Connect { .. } => "/meta/connect",
        };
        // The protocol lets a server leave the id out.
        let same_id = |waiting| message.id.is_none_or(|id| id == Some(waiting));
        channel == asked && self.waiting.is_some_and(same_id)
    }

    fn answered(&mut self, message: &Message, came: &mut VecDeque<Came>) -> Result<(), Kind> {
        let successful = message.successful.ok_or(message::NOT_BAYEUX)?;
        match &self.phase {
            Phase::Handshake => self.handshaken(message, successful),
            Phase::Subscribe { client_id } => {
                if !successful {
                    return self.unsuccessful(message);
                }
                let about = message.subscription.as_ref();
                if about.is_some_and(|about| !about.contains(&self.channel)) {
                    return Err(NO_REPLY);
                }
                let client_id = client_id.clone();
                self.phase = Phase::Connect { client_id };
                if self.handshakes > 1 {
                    came.push_back(Came::Missed);
                }
                Ok(())
            }
            Phase::Connect { .. } => {
                if !successful {
                    return self.unsuccessful(message);
                }
                self.connected = true;
                self.stumbled = false;
                match self.advice.reconnect() {
                    Reconnect::Retry => Ok(()),
                    Reconnect::Handshake => self.begin_again(),
                    Reconnect::Never => Err(refused(message)),
                }
            }
        }
    }

    fn handshaken(&mut self, message: &Message, successful: bool) -> Result<(), Kind> {
        let offered = message.supported_connection_types.as_ref();
        let offered = offered.filter(|offered| !offered.is_empty());
        let by = |carrier: Carrier| {
            offered.is_none_or(|offered| offered.iter().any(|name| name == carrier.name()))
        };
        if !by(self.carrier) {
            self.switch = self.or.is_some_and(by);
            return if self.switch {
                Ok(())
            } else {
                Err(NO_TRANSPORT)
            };
        }
        if !successful {
            return Err(refused(message));
        }
        let client_id = message.client_id.clone().ok_or(message::NOT_BAYEUX)?;
        self.handshakes += 1;
        self.connected = false;
        self.stumbled = false;
        self.phase = Phase::Subscribe { client_id };
        Ok(())
    }

    fn unsuccessful(&mut self, message: &Message) -> Result<(), Kind> {
        let advised = message.advice.as_ref().and_then(Advice::said);
        let reconnect = match (advised, message.error_code()) {
            (Some(reconnect), _) => reconnect,
            (None, Some(402)) => Reconnect::Handshake,
            (None, Some(_) | None) => Reconnect::Never,
        };
        match reconnect {
            Reconnect::Handshake => self.begin_again(),
            Reconnect::Retry if self.is_open() && !self.stumbled => {
                self.stumbled = true;
                Ok(())
            }
            Reconnect::Retry | Reconnect::Never => Err(refused(message)),
        }
    }

    /// Begins again with a handshake, unless that has not helped before.
    fn begin_again(&mut self) -> Result<(), Kind> {
        if !self.connected || self.handshakes >= MOST_HANDSHAKES {
            return Err(FORGETS);
        }
        self.advice.retry();
        self.phase = Phase::Handshake;
        Ok(())
    }
}

/// What it means that the server does not let us listen.
fn refused(message: &Message) -> Kind {
    match message.error_code() {
        Some(401 | 403) => MAY_NOT_LISTEN,
        Some(code @ 500..=599) => Kind::ServerFailed(code),
        Some(code) => Kind::Refused(code.to_string()),
        None => Kind::Refused("no reason given".to_owned()),
    }
}

#[cfg(test)]
mod tests;
