//! The event channel's protocol, Bayeux, as a CometD server speaks it: what each message gets.

use serde_json::{Map, Value, json};

use super::access::Visit;
use super::clients::{Farewell, Wake};
use super::{Advice, Transports, events};
use crate::site::World;
use crate::{GwsOptions, Site};

/// What messages come over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Over {
    Polls,
    Socket,
}

impl Over {
    const fn name(self) -> &'static str {
        match self {
            Self::Polls => "long-polling",
            Self::Socket => "websocket",
        }
    }
}

/// Who speaks, and how.
#[derive(Clone, Copy)]
pub(super) struct Speaker<'a> {
    pub(super) visit: &'a Visit,
    /// The cookie `BAYEUX_BROWSER`; none over a WebSocket.
    pub(super) browser: Option<&'a str>,
    pub(super) over: Over,
}

/// What some messages get.
#[derive(Default)]
pub(super) struct Taken {
    pub(super) replies: Vec<Value>,
    /// The client who has spoken.
    pub(super) client: Option<String>,
    /// The poll that is to be held.
    pub(super) hold: Option<Hold>,
}

/// A poll that is held. It ends when this is dropped.
pub(super) struct Hold {
    site: Site,
    pub(super) client: String,
    poll: u64,
    message: Value,
    pub(super) wake: Wake,
    pub(super) until: tokio::time::Instant,
}

impl Drop for Hold {
    fn drop(&mut self) {
        if let Some(client) = self.site.world().gws.clients.get(&self.client) {
            client.end_poll(self.poll);
        }
    }
}

impl Hold {
    /// What it is answered with when its time is over, or there is something to tell.
    pub(super) fn reply(&self) -> Value {
        accepted(&self.message)
    }

    /// What it is answered with if there is no point in holding it any longer.
    pub(super) fn given_up(&self) -> Option<Value> {
        let mut world = self.site.world();
        let advice = world.options.gws.forgotten;
        match world.gws.clients.get(&self.client) {
            Some(client) if client.polls == self.poll => None,
            Some(_) => Some(self.reply()),
            None => Some(match *self.wake.borrow() {
                Some(Farewell::Disconnected) => {
                    let mut reply = self.reply();
                    reply["advice"] = json!({ "reconnect": "none" });
                    reply
                }
                Some(Farewell::Forgotten) | None => unknown_client(&self.message, advice),
            }),
        }
    }
}

/// The messages of a request or a frame: an array, or one alone.
pub(super) fn read(body: &[u8]) -> Option<Vec<Value>> {
    let messages = match serde_json::from_slice(body).ok()? {
        Value::Array(messages) => messages,
        message @ Value::Object(_) => vec![message],
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => return None,
    };
    messages.iter().all(Value::is_object).then_some(messages)
}

pub(super) fn take(
    site: &Site,
    world: &mut World,
    speaker: Speaker<'_>,
    messages: &[Value],
) -> Taken {
    let mut taken = Taken::default();
    for message in messages {
        match message["channel"].as_str().unwrap_or_default() {
            "/meta/handshake" => shake_hands(site, world, speaker, message, &mut taken),
            // As CometD's server: a poll is held only if it comes alone.
            "/meta/connect" => {
                let may_wait = messages.len() == 1;
                connect(site, world, speaker, message, may_wait, &mut taken);
            }
            channel => {
                let reply = other(world, speaker, message, channel, &mut taken);
                taken.replies.push(reply);
            }
        }
    }
    taken
}

fn shake_hands(
    site: &Site,
    world: &mut World,
    speaker: Speaker<'_>,
    message: &Value,
    taken: &mut Taken,
) {
    let options = &world.options.gws;
    let offered = options.transports.names();
    let wanted = message["supportedConnectionTypes"].as_array();
    let fits = |name: &&str| {
        let mut wanted = wanted.into_iter().flatten();
        wanted.any(|wanted| wanted == name)
    };
    let mut reply = if offered.iter().any(fits) {
        let mut reply = accepted(message);
        let limit = options.poll_limit + options.poll_interval;
        reply["advice"] = advice(options);
        let client = world
            .gws
            .clients
            .begin(speaker.visit, speaker.browser, limit);
        reply["clientId"] = json!(client);
        taken.client = Some(client);
        events::begin(site, world);
        reply
    } else {
        let mut reply = refused(message, "400::No connection type that both sides know");
        reply["advice"] = json!({ "reconnect": "none" });
        reply
    };
    reply["version"] = json!("1.0");
    reply["minimumVersion"] = json!("0.9");
    reply["supportedConnectionTypes"] = json!(offered);
    taken.replies.push(reply);
}

fn connect(
    site: &Site,
    world: &mut World,
    speaker: Speaker<'_>,
    message: &Value,
    may_wait: bool,
    taken: &mut Taken,
) {
    let options = world.options.gws.clone();
    let Some(id) = known(world, speaker, message) else {
        taken
            .replies
            .push(unknown_client(message, options.forgotten));
        return;
    };
    if message["connectionType"] != speaker.over.name() {
        let mut reply = refused(
            message,
            "400::Another connection type than this connection's",
        );
        reply["advice"] = json!({ "reconnect": "handshake" });
        taken.replies.push(reply);
        return;
    }
    let client = world.gws.clients.get(&id).expect("it is known");
    let poll = client.begin_poll();
    // The first poll tells the client at once that it is connected.
    if poll == 1 || !may_wait || message["advice"]["timeout"] == 0 {
        client.end_poll(poll);
        let mut reply = accepted(message);
        if poll == 1 {
            reply["advice"] = advice(&options);
        }
        taken.replies.push(reply);
    } else {
        taken.hold = Some(Hold {
            site: site.clone(),
            client: id.clone(),
            poll,
            message: message.clone(),
            wake: client.wake(),
            until: tokio::time::Instant::now() + options.poll_timeout,
        });
    }
    taken.client = Some(id);
}

/// What a message gets that is neither a handshake nor a poll.
fn other(
    world: &mut World,
    speaker: Speaker<'_>,
    message: &Value,
    channel: &str,
    taken: &mut Taken,
) -> Value {
    let Some(id) = known(world, speaker, message) else {
        return unknown_client(message, world.options.gws.forgotten);
    };
    let clients = &mut world.gws.clients;
    let reply = match channel {
        "/meta/subscribe" | "/meta/unsubscribe" => {
            let client = clients.get(&id).expect("it is known");
            let Some(subscriptions) = subscriptions(message) else {
                return refused(message, "400::A subscription is a channel, or several");
            };
            for subscription in subscriptions {
                if channel == "/meta/subscribe" {
                    client.subscriptions.insert(subscription);
                } else {
                    client.subscriptions.remove(&subscription);
                }
            }
            let mut reply = accepted(message);
            reply["subscription"] = message["subscription"].clone();
            reply
        }
        "/meta/disconnect" => {
            clients.end(&id);
            return accepted(message);
        }
        channel if channel.starts_with("/meta/") => refused(message, "404::Unknown meta channel"),
        // Nobody but the server has anything to tell.
        _ => refused(message, "403::Publish denied"),
    };
    taken.client = Some(id);
    reply
}

/// The channels that a message is about; `None` if it names none, or one that cannot be.
fn subscriptions(message: &Value) -> Option<Vec<String>> {
    let named = match &message["subscription"] {
        Value::String(one) => vec![one.as_str()],
        Value::Array(several) => several.iter().map(Value::as_str).collect::<Option<_>>()?,
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::Object(_) => return None,
    };
    let can_be = |name: &&str| name.starts_with('/') && !name.starts_with("/meta/");
    (!named.is_empty() && named.iter().all(can_be))
        .then(|| named.into_iter().map(str::to_owned).collect())
}

/// The id of the client that a message comes from, if it is known and theirs.
fn known(world: &mut World, speaker: Speaker<'_>, message: &Value) -> Option<String> {
    let options = &world.options.gws;
    let limit = options.poll_limit + options.poll_interval;
    let id = message["clientId"].as_str()?;
    let clients = &mut world.gws.clients;
    clients.of(id, speaker.visit, speaker.browser, limit)?;
    Some(id.to_owned())
}

fn advice(options: &GwsOptions) -> Value {
    json!({
        "interval": milliseconds(options.poll_interval),
        "timeout": milliseconds(options.poll_timeout),
        "reconnect": "retry",
    })
}

fn milliseconds(time: std::time::Duration) -> u64 {
    u64::try_from(time.as_millis()).expect("nobody waits that long")
}

fn accepted(message: &Value) -> Value {
    reply(message, true)
}

fn refused(message: &Value, error: &str) -> Value {
    let mut reply = reply(message, false);
    reply["error"] = json!(error);
    reply
}

fn unknown_client(message: &Value, advice: Advice) -> Value {
    let mut reply = refused(message, "402::Unknown client");
    reply["advice"] = match advice {
        Advice::Handshake => json!({ "reconnect": "handshake", "interval": 0 }),
        Advice::None => json!({ "reconnect": "none" }),
    };
    reply
}

fn reply(message: &Value, successful: bool) -> Value {
    let mut reply = Map::new();
    if let Some(id) = message.get("id") {
        reply.insert("id".to_owned(), id.clone());
    }
    reply.insert("channel".to_owned(), message["channel"].clone());
    reply.insert("successful".to_owned(), json!(successful));
    reply.into()
}

impl Transports {
    const fn names(self) -> &'static [&'static str] {
        match self {
            Self::Both => &["websocket", "long-polling"],
            Self::LongPolling => &["long-polling"],
            Self::WebSocket => &["websocket"],
        }
    }
}
