//! Who listens for events, and what waits for them.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::time::{Duration, Instant};

use serde_json::Value;
use tokio::sync::watch;

use super::access::Visit;
use crate::clock;

/// How many events wait for a client that does not fetch them. The oldest are lost.
const LONGEST_QUEUE: usize = 1000;

/// Why a client is gone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Farewell {
    /// It has said so itself.
    Disconnected,
    /// The server does not know it any more.
    Forgotten,
}

/// Wakes whoever waits for a client's events; says in the end why there will be none.
pub(super) type Wake = watch::Receiver<Option<Farewell>>;

/// One that has shaken hands.
#[derive(Debug)]
pub(super) struct Client {
    agent: String,
    session: String,
    browser: Option<String>,
    base_url: String,
    pub(super) subscriptions: BTreeSet<String>,
    queue: VecDeque<Value>,
    wake: watch::Sender<Option<Farewell>>,
    /// How many polls there were; the newest counts.
    pub(super) polls: u64,
    is_held: bool,
    idle_since: Instant,
}

impl Client {
    pub(super) fn wake(&self) -> Wake {
        self.wake.subscribe()
    }

    /// Begins a poll, which takes the place of one that is held.
    pub(super) fn begin_poll(&mut self) -> u64 {
        self.polls += 1;
        self.is_held = true;
        self.wake.send_modify(|_| {});
        self.polls
    }

    pub(super) fn end_poll(&mut self, poll: u64) {
        if self.polls == poll {
            self.is_held = false;
            self.idle_since = clock::now();
        }
    }

    /// Everything that waits for it.
    pub(super) fn take(&mut self) -> Vec<Value> {
        self.queue.drain(..).collect()
    }

    fn has_lapsed(&self, limit: Duration) -> bool {
        !self.is_held && clock::now().saturating_duration_since(self.idle_since) > limit
    }
}

/// All clients of a site.
#[derive(Debug, Default)]
pub(crate) struct Clients {
    known: BTreeMap<String, Client>,
    of_agent: BTreeMap<String, BTreeSet<String>>,
    issued: u64,
}

impl Clients {
    /// Lets a client in and returns its id.
    pub(super) fn begin(
        &mut self,
        visit: &Visit,
        browser: Option<&str>,
        limit: Duration,
    ) -> String {
        let of_agent = self.of_agent.entry(visit.agent.clone()).or_default();
        of_agent.retain(|id| match self.known.get(id) {
            Some(client) if !client.has_lapsed(limit) => true,
            Some(_) | None => {
                self.known.remove(id);
                false
            }
        });
        self.issued += 1;
        // Multiplying by an odd number shuffles: what differs before differs after.
        let id = format!(
            "2kd{:016x}{:04x}",
            self.issued.wrapping_mul(0x9e37_79b9_7f4a_7c15),
            self.issued
        );
        of_agent.insert(id.clone());
        let client = Client {
            agent: visit.agent.clone(),
            session: visit.session.clone(),
            browser: browser.map(str::to_owned),
            base_url: visit.base_url.clone(),
            subscriptions: BTreeSet::new(),
            queue: VecDeque::new(),
            wake: watch::Sender::new(None),
            polls: 0,
            is_held: false,
            idle_since: clock::now(),
        };
        self.known.insert(id.clone(), client);
        id
    }

    /// The client of this id, if it belongs to this visitor. Over a WebSocket there is no
    /// browser's cookie to compare.
    pub(super) fn of(
        &mut self,
        id: &str,
        visit: &Visit,
        browser: Option<&str>,
        limit: Duration,
    ) -> Option<&mut Client> {
        let client = self.known.get_mut(id)?;
        let is_theirs = client.session == visit.session
            && (browser.is_none() || client.browser.as_deref() == browser);
        (is_theirs && !client.has_lapsed(limit)).then_some(client)
    }

    pub(super) fn get(&mut self, id: &str) -> Option<&mut Client> {
        self.known.get_mut(id)
    }

    pub(super) fn end(&mut self, id: &str) {
        if let Some(client) = self.known.remove(id) {
            if let Some(ids) = self.of_agent.get_mut(&client.agent) {
                ids.remove(id);
            }
            client.wake.send_replace(Some(Farewell::Disconnected));
        }
    }

    pub(super) fn forget_all(&mut self) {
        self.of_agent.clear();
        for client in std::mem::take(&mut self.known).into_values() {
            client.wake.send_replace(Some(Farewell::Forgotten));
        }
    }

    /// The clients of an agent that listen to a channel: their ids, and the server's address as
    /// each of them knows it.
    pub(super) fn listeners(&self, agent: &str, channel: &str) -> Vec<(String, String)> {
        let ids = self.of_agent.get(agent).into_iter().flatten();
        ids.filter_map(|id| {
            let client = self.known.get(id)?;
            let mut subscriptions = client.subscriptions.iter();
            subscriptions
                .any(|subscription| covers(subscription, channel))
                .then(|| (id.clone(), client.base_url.clone()))
        })
        .collect()
    }

    pub(super) fn deliver(&mut self, id: &str, event: Value) {
        if let Some(client) = self.known.get_mut(id) {
            if client.queue.len() == LONGEST_QUEUE {
                client.queue.pop_front();
            }
            client.queue.push_back(event);
            client.wake.send_modify(|_| {});
        }
    }
}

/// Whether a subscription is to this channel: itself, `/one/level/*`, or `/any/depth/**`.
fn covers(subscription: &str, channel: &str) -> bool {
    let beneath = |folder: &str| channel.strip_prefix(folder)?.strip_prefix('/');
    if let Some(folder) = subscription.strip_suffix("/**") {
        beneath(folder).is_some()
    } else if let Some(folder) = subscription.strip_suffix("/*") {
        beneath(folder).is_some_and(|rest| !rest.contains('/'))
    } else {
        subscription == channel
    }
}

#[cfg(test)]
mod tests {
    use super::covers;

    #[test]
    fn wildcards_cover_one_level_or_all() {
        let channel = "/v2/me/calls";
        for subscription in ["/v2/me/calls", "/v2/me/*", "/v2/me/**", "/v2/**", "/**"] {
            assert!(covers(subscription, channel), "{subscription}");
        }
        for subscription in [
            "/v2/me/devices",
            "/v2/*",
            "/*",
            "/v2/m/**",
            "/v2/me/calls/*",
        ] {
            assert!(!covers(subscription, channel), "{subscription}");
        }
    }
}
