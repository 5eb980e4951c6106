//! `subscribe`: what becomes of calls, by sequence numbers.

use std::collections::{BTreeMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use serde_json::{Map, Value, json};
use tokio::sync::broadcast::error::RecvError;
use tokio::sync::watch;

use super::SequencePlace;
use crate::call::Call;
use crate::site::World;
use crate::wire::{Answer, Asked, Reply};
use crate::{Change, Happened, Site};

/// How long a poll waits that does not say (documented).
const WAITS_FOR: Duration = Duration::from_secs(10);

/// The shortest wait of a poll that does wait (documented: about this).
const WAITS_AT_LEAST: Duration = Duration::from_millis(100);

/// How many events are kept.
const KEPT: usize = 4096;

/// What has been told of calls, newest last.
#[derive(Clone, Debug, Default)]
pub(super) struct Events(Arc<Shared>);

#[derive(Debug, Default)]
struct Shared {
    log: Mutex<Log>,
    /// Changed whenever the log is.
    news: watch::Sender<()>,
}

#[derive(Debug, Default)]
struct Log {
    is_kept: bool,
    /// The number of the newest event.
    last: u64,
    events: VecDeque<Event>,
    /// The number of the newest event of each call.
    of_call: BTreeMap<String, u64>,
}

#[derive(Clone, Debug)]
struct Event {
    seq: u64,
    agent: String,
    call: String,
    status: &'static str,
}

impl Events {
    fn log(&self) -> MutexGuard<'_, Log> {
        self.0.log.lock().expect("nobody panics while holding it")
    }

    /// Forgets every event and every number.
    pub(super) fn start_anew(&mut self) {
        let mut log = self.log();
        *log = Log {
            is_kept: log.is_kept,
            ..Log::default()
        };
        drop(log);
        self.0.news.send_replace(());
    }

    fn push(&self, change: &Change, statuses: &[&'static str]) {
        let mut log = self.log();
        for status in statuses {
            log.last += 1;
            let event = Event {
                seq: log.last,
                agent: change.agent.clone(),
                call: change.call.clone(),
                status,
            };
            log.of_call.insert(event.call.clone(), event.seq);
            log.events.push_back(event);
        }
        if change.happened == Happened::Ended {
            log.of_call.remove(&change.call);
        }
        while log.events.len() > KEPT {
            log.events.pop_front();
        }
        drop(log);
        self.0.news.send_replace(());
    }
}

/// Keeps a log of what happens from the first request on; nobody has a sequence number from
/// before that.
pub(super) fn listen(site: &Site, world: &World) {
    let events = world.noojee.events.clone();
    if std::mem::replace(&mut events.log().is_kept, true) {
        return;
    }
    let outbound = world.options.noojee.outbound;
    let mut changes = world.changes();
    let site = site.clone();
    tokio::spawn(async move {
        loop {
            let change = match changes.recv().await {
                Ok(change) => change,
                Err(RecvError::Lagged(_)) => continue,
                Err(RecvError::Closed) => return,
            };
            let statuses = statuses_of(change.happened, outbound);
            if statuses.is_empty() {
                continue;
            }
            for after in site.fate_of_event() {
                if after.is_zero() {
                    events.push(&change, statuses);
                    continue;
                }
                let (events, change) = (events.clone(), change.clone());
                tokio::spawn(async move {
                    tokio::time::sleep(after).await;
                    events.push(&change, statuses);
                });
            }
        }
    });
}

/// What is told of it, in order. There is no event of recordings.
const fn statuses_of(happened: Happened, outbound: bool) -> &'static [&'static str] {
    match happened {
        Happened::Started if outbound => &["Dialing", "Answer", "Connected"],
        Happened::Started => &["Ringing", "Answer", "Connected"],
        Happened::Ended => &["Hangup"],
        Happened::Recorder(_) => &[],
    }
}

/// One poll: everything after `lastSequenceNumber`, as soon as there is something.
pub(super) fn subscribe(site: &Site, world: &World, asked: &Asked) -> Answer {
    let number = |name| asked.query(name).and_then(|text| text.parse::<u64>().ok());
    let Some(extensions) = asked.query("exten") else {
        return super::error(world, "exten is required").into();
    };
    let extensions: Vec<String> = extensions.split(',').map(str::to_owned).collect();
    let after = number("lastSequenceNumber").unwrap_or(0);
    let waits = number("timeOut").map_or(WAITS_FOR, Duration::from_secs);
    if after == 0 && waits.is_zero() {
        return present(world, &extensions).into();
    }
    let site = site.clone();
    let events = world.noojee.events.clone();
    let mut news = events.0.news.subscribe();
    Answer::Later(Box::pin(async move {
        let waits = tokio::time::sleep(waits.max(WAITS_AT_LEAST));
        tokio::pin!(waits);
        loop {
            news.mark_unchanged();
            let told = site.with(|world| told(world, &extensions, after));
            if let Some(reply) = told {
                return Some(reply);
            }
            tokio::select! {
                _changed = news.changed() => {}
                () = &mut waits => {
                    return Some(site.with(|world| nothing(world, &extensions)));
                }
            }
        }
    }))
}

/// How the calls of these extensions are now.
fn present(world: &World, extensions: &[String]) -> Reply {
    let log = world.noojee.events.log();
    let calls: Vec<_> = world.running_calls().collect();
    let of = |extension: &str| {
        let of_extension = |call: &&&Call| call.agent == extension;
        let calls = calls.iter().filter(of_extension);
        calls
            .map(|call| {
                let seq = log.of_call.get(&call.id).copied();
                entry(world, &call.id, "Connected", seq.unwrap_or(log.last))
            })
            .collect()
    };
    reply(world, extensions, &log, of)
}

/// What has happened since; `None` if nothing has.
fn told(world: &World, extensions: &[String], after: u64) -> Option<Reply> {
    let log = world.noojee.events.log();
    if after > log.last {
        // Numbers of a server that has been started anew since (assumed: it tells how it is).
        drop(log);
        return Some(present(world, extensions));
    }
    let new: Vec<_> = log.events.iter().filter(|it| it.seq > after).collect();
    let is_asked = |event: &&Event| extensions.contains(&event.agent);
    if !new.iter().any(is_asked) {
        return None;
    }
    let of = |extension: &str| {
        let of_extension = new.iter().filter(|event| event.agent == extension);
        of_extension
            .map(|event| entry(world, &event.call, event.status, event.seq))
            .collect()
    };
    Some(reply(world, extensions, &log, of))
}

fn nothing(world: &World, extensions: &[String]) -> Reply {
    reply(world, extensions, &world.noojee.events.log(), |_| {
        Vec::new()
    })
}

fn reply(
    world: &World,
    extensions: &[String],
    log: &Log,
    of: impl Fn(&str) -> Vec<Value>,
) -> Reply {
    let known = extensions.iter().filter(|it| world.agents.contains(*it));
    let data: Map<_, _> = known.map(|it| (it.clone(), of(it).into())).collect();
    let mut body = json!({ "Data": data });
    if world.options.noojee.sequence == SequencePlace::TopLevel {
        body["seq"] = log.last.into();
    }
    Reply::json(200, &body)
}

/// In the form of the documented sample; `seq` as the text beside it says.
fn entry(world: &World, call: &str, status: &str, seq: u64) -> Value {
    let options = &world.options.noojee;
    let mut entry = json!({
        "CallData": {
            "canAnswer": status == "Ringing",
            "callerId": "400",
            "uniqueCallId": call,
            "callStartTime": "",
            "isQueueCall": false,
            "isClickToDialCall": false,
            "inbound": !options.outbound,
            "status": status,
        },
        "CallID": 10,
        "Code": 0,
    });
    if options.sequence == SequencePlace::CallData {
        entry["CallData"]["seq"] = seq.into();
    }
    entry
}
