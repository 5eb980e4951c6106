//! The event channel's address: requests that are held, and WebSockets.

use axum::extract::ws::{Message, WebSocket};
use futures_util::FutureExt;
use serde_json::Value;
use tokio::time::sleep_until;

use super::Transports;
use super::access::Visit;
use super::bayeux::{self, Hold, Over, Speaker, Taken};
use super::clients::Wake;
use crate::Site;
use crate::site::World;
use crate::wire::{Answer, Asked, Reply};

const BROWSER: &str = "BAYEUX_BROWSER";

/// A request with messages.
pub(super) fn post(site: &Site, world: &mut World, mut visit: Visit, asked: &Asked) -> Answer {
    if world.options.gws.transports == Transports::WebSocket {
        return Reply::text(400, "Unknown Bayeux Transport").into();
    }
    if !asked.is("application/json") {
        return Reply::text(415, "Unsupported Media Type").into();
    }
    let Some(messages) = bayeux::read(&asked.body) else {
        return Reply::text(400, "Bad Request").into();
    };
    let browser = if let Some(browser) = asked.cookie(BROWSER) {
        browser.to_owned()
    } else {
        world.gws.browsers += 1;
        let browser = super::ids::guid(&format!("browser {}", world.gws.browsers));
        visit.give_cookie(BROWSER, &browser);
        browser
    };
    let speaker = Speaker {
        visit: &visit,
        browser: Some(&browser),
        over: Over::Polls,
    };
    let taken = bayeux::take(site, world, speaker, &messages);
    if let Some(hold) = taken.hold {
        let site = site.clone();
        return Answer::Later(
            async move {
                let messages = hold_on(&site, hold).await;
                Some(visit.dress(Reply::json(200, &messages.into())))
            }
            .boxed(),
        );
    }
    let mut messages = waiting(world, taken.client.as_deref());
    messages.extend(taken.replies);
    visit.dress(Reply::json(200, &messages.into())).into()
}

/// Everything that waits for a client.
fn waiting(world: &mut World, client: Option<&str>) -> Vec<Value> {
    let client = client.and_then(|id| world.gws.clients.get(id));
    client.map_or_else(Vec::new, super::clients::Client::take)
}

/// Waits until there is something to tell, or nothing to wait for.
async fn hold_on(site: &Site, mut hold: Hold) -> Vec<Value> {
    loop {
        if let Some(reply) = hold.given_up() {
            return vec![reply];
        }
        let mut events = waiting(&mut site.world(), Some(&hold.client));
        if !events.is_empty() {
            events.push(hold.reply());
            return events;
        }
        tokio::select! {
            // If nobody is left to wake it, the poll is given up.
            _woken = hold.wake.changed() => {}
            () = sleep_until(hold.until) => return vec![hold.reply()],
        }
    }
}

/// A WebSocket, if the server has them.
pub(super) fn socket(site: &Site, world: &World, visit: Visit, asked: &Asked) -> Answer {
    if !asked.wants_socket || world.options.gws.transports == Transports::LongPolling {
        return Reply::text(400, "Unknown Bayeux Transport").into();
    }
    let site = site.clone();
    Answer::Socket(Box::new(move |socket| {
        async move { talk(socket, &site, &visit).await }.boxed()
    }))
}

/// Answers and tells, until the other side has gone.
async fn talk(mut socket: WebSocket, site: &Site, visit: &Visit) {
    let (mut client, mut hold): (Option<String>, Option<Hold>) = (None, None);
    let mut wake: Option<Wake> = None;
    loop {
        let mut messages = waiting(&mut site.world(), client.as_deref());
        if let Some(reply) = hold.as_ref().and_then(Hold::given_up) {
            messages.push(reply);
            hold = None;
        }
        if !messages.is_empty() && !send(&mut socket, messages).await {
            return;
        }
        tokio::select! {
            heard = socket.recv() => {
                let Some(messages) = heard.and_then(Result::ok).and_then(read) else {
                    return;
                };
                let taken = answer(site, visit, &messages);
                if let Some(id) = taken.client {
                    wake = site.world().gws.clients.get(&id).map(|client| client.wake());
                    client = Some(id);
                }
                // In the place of one that is held already, which is answered above.
                if taken.hold.is_some() {
                    if let Some(before) = hold.take() && !send(&mut socket, vec![before.reply()]).await {
                        return;
                    }
                    hold = taken.hold;
                }
                if !taken.replies.is_empty() && !send(&mut socket, taken.replies).await {
                    return;
                }
            }
            () = woken(&mut wake) => {}
            () = over(hold.as_ref()) => {
                let reply = hold.take().map(|hold| hold.reply());
                if !send(&mut socket, reply.into_iter().collect()).await {
                    return;
                }
            }
        }
    }
}

fn answer(site: &Site, visit: &Visit, messages: &[Value]) -> Taken {
    let speaker = Speaker {
        visit,
        browser: None,
        over: Over::Socket,
    };
    bayeux::take(site, &mut site.world(), speaker, messages)
}

/// The messages of a frame; none in those that only keep the connection alive. `None` ends it.
fn read(frame: Message) -> Option<Vec<Value>> {
    match frame {
        Message::Text(text) => bayeux::read(text.as_bytes()),
        Message::Binary(_) | Message::Close(_) => None,
        Message::Ping(_) | Message::Pong(_) => Some(Vec::new()),
    }
}

async fn send(socket: &mut WebSocket, messages: Vec<Value>) -> bool {
    let text = Value::from(messages).to_string();
    socket.send(Message::Text(text.into())).await.is_ok()
}

async fn woken(wake: &mut Option<Wake>) {
    match wake {
        Some(receiver) => {
            if receiver.changed().await.is_err() {
                *wake = None;
            }
        }
        None => std::future::pending().await,
    }
}

async fn over(hold: Option<&Hold>) {
    match hold {
        Some(hold) => sleep_until(hold.until).await,
        None => std::future::pending().await,
    }
}
