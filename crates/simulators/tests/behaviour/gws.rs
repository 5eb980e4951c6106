//! Genesys Web Services.

mod access;
mod calls;
mod channel;
mod events;
mod recording;

use std::collections::BTreeMap;
use std::net::TcpStream;
use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};
use simulators::audio::Script;
use simulators::{GwsOptions, Options, Simulator, Site};

use crate::client::{self, Reply};

pub(crate) fn with(gws: GwsOptions) -> Options {
    Options {
        gws,
        ..Options::default()
    }
}

pub(crate) fn start(options: Options) -> Simulator {
    Simulator::start(simulators::Vendor::Gws, options).expect("a free port")
}

/// A simulator whose agent is on a call, and the call.
fn on_a_call(gws: GwsOptions) -> (Simulator, Program, String) {
    let gws = start(with(gws));
    let call = gws.site().start_call(&gws.site().agent(), Script::new());
    let program = Program::of(&gws);
    (gws, program, call)
}

/// Acts at once, so that what comes of a command can be seen.
fn prompt() -> GwsOptions {
    GwsOptions {
        acts_after: Duration::ZERO,
        ..GwsOptions::default()
    }
}

/// An agent's program: it has a password and keeps cookies.
#[derive(Clone)]
pub(crate) struct Program {
    base_url: String,
    user: String,
    /// The name and the password to send, if any.
    password: Option<String>,
    cookies: BTreeMap<String, String>,
    headers: Vec<(String, String)>,
}

impl Program {
    pub(crate) fn of(gws: &Simulator) -> Self {
        Self::of_agent(gws, &gws.site().agent())
    }

    fn of_agent(gws: &Simulator, user: &str) -> Self {
        Self {
            base_url: gws.base_url(),
            user: user.to_owned(),
            password: Some(gws.secret()),
            cookies: BTreeMap::new(),
            headers: Vec::new(),
        }
    }

    fn send(&self, request: &str, body: &str) -> TcpStream {
        let mut headers = self.headers.clone();
        if let Some(password) = &self.password {
            let both = STANDARD.encode(format!("{}:{password}", self.user));
            headers.push(("Authorization".to_owned(), format!("Basic {both}")));
        }
        if !body.is_empty() {
            headers.push(("Content-Type".to_owned(), "application/json".to_owned()));
        }
        let cookies: Vec<_> = self
            .cookies
            .iter()
            .map(|(n, v)| format!("{n}={v}"))
            .collect();
        if !cookies.is_empty() {
            headers.push(("Cookie".to_owned(), cookies.join("; ")));
        }
        let headers: Vec<_> = headers
            .iter()
            .map(|(n, v)| (n.as_str(), v.as_str()))
            .collect();
        client::send(&self.base_url, request, &headers, body).expect("it is sent")
    }

    fn receive(&mut self, stream: TcpStream) -> Reply {
        let reply = client::read(stream).expect("it is answered");
        for cookie in reply.headers("set-cookie") {
            let pair = cookie.split(';').next().unwrap_or_default();
            let (name, value) = pair.split_once('=').expect("a cookie has a name");
            self.cookies.insert(name.to_owned(), value.to_owned());
        }
        reply
    }

    pub(crate) fn ask(&mut self, request: &str, body: &str) -> Reply {
        let stream = self.send(request, body);
        self.receive(stream)
    }

    fn get(&mut self, path: &str) -> Reply {
        self.ask(&format!("GET /api/v2{path}"), "")
    }

    fn post(&mut self, path: &str, body: &Value) -> Reply {
        self.ask(&format!("POST /api/v2{path}"), &body.to_string())
    }

    fn operate(&mut self, call: &str, operation: &str) -> Reply {
        let body = json!({ "operationName": operation });
        self.post(&format!("/me/calls/{call}"), &body)
    }

    /// The call, as it is read.
    fn call(&mut self, call: &str) -> Value {
        self.get(&format!("/me/calls/{call}")).json()["call"].take()
    }

    // ---- the event channel

    fn bayeux(&mut self, messages: &Value) -> Vec<Value> {
        let reply = self.post("/notifications", messages);
        assert_eq!(reply.status, 200, "{messages}");
        serde_json::from_slice(&reply.body).expect("an array")
    }

    /// Shakes hands, subscribes, and polls for the first time; returns the client's id.
    pub(crate) fn listen(&mut self, channel: &str) -> String {
        let client = self.shake_hands();
        let subscribe = json!({
            "id": "2", "channel": "/meta/subscribe", "clientId": client, "subscription": channel,
        });
        assert_eq!(self.bayeux(&json!([subscribe]))[0]["successful"], true);
        let poll = self.poll(&client);
        assert_eq!(poll.last().expect("a reply")["successful"], true);
        client
    }

    fn shake_hands(&mut self) -> String {
        let handshake = json!([{
            "id": "1", "channel": "/meta/handshake", "version": "1.0",
            "supportedConnectionTypes": ["long-polling"],
        }]);
        let reply = self.bayeux(&handshake);
        let client = reply[0]["clientId"].as_str();
        client.expect("a handshake gives an id").to_owned()
    }

    fn begin_poll(&self, client: &str) -> TcpStream {
        let poll = json!([{
            "id": "3", "channel": "/meta/connect", "clientId": client,
            "connectionType": "long-polling",
        }]);
        self.send("POST /api/v2/notifications", &poll.to_string())
    }

    fn end_poll(&mut self, poll: TcpStream) -> Vec<Value> {
        let reply = self.receive(poll);
        serde_json::from_slice(&reply.body).expect("an array")
    }

    /// What a poll brings: events, and the reply to it as the last.
    pub(crate) fn poll(&mut self, client: &str) -> Vec<Value> {
        let poll = self.begin_poll(client);
        self.end_poll(poll)
    }

    /// The next so many events, each by its data.
    pub(crate) fn events(&mut self, client: &str, number: usize) -> Vec<Value> {
        let mut events = Vec::new();
        while events.len() < number {
            let mut messages = self.poll(client);
            let reply = messages.pop().expect("a reply");
            assert_eq!(reply["successful"], true, "{reply}");
            events.extend(messages.into_iter().map(|mut event| event["data"].take()));
        }
        events
    }
}

/// Waits until this holds.
fn until(what: &str, mut holds: impl FnMut() -> bool) {
    for _ in 0..500 {
        if holds() {
            return;
        }
        std::thread::sleep(Duration::from_millis(10));
    }
    panic!("it never came to it: {what}");
}

fn statuses(site: &Site, path: &str) -> Vec<Option<u16>> {
    let requests = site.requests().into_iter();
    requests
        .filter(|request| request.path == path)
        .map(|request| request.status)
        .collect()
}
