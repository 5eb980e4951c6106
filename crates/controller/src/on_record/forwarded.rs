//! The audit log on its way to the organization (G5): where to, and what is said if it does not
//! arrive.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

use audit::{Entry, Event, Journal};
use forward::{Forwarding, Means, Targets, Told};
use tokio::sync::mpsc::WeakUnboundedSender;

use crate::admin_event::AdminEvent;
use crate::clock::Clock;
use crate::driver::Setup;
use crate::view::{PolicyView, Request};
use crate::words;

/// Forwards what is on record in a directory, at first to nobody.
pub(super) fn start(
    directory: PathBuf,
    setup: &Setup,
    journal: Journal,
    requests: WeakUnboundedSender<Request>,
) -> Forwarding {
    let means = Means {
        http: setup.http,
        tls: forward::tls,
    };
    let teller = Teller {
        clock: setup.clock,
        journal,
        requests,
        waiting: Mutex::default(),
    };
    Forwarding::start(directory, means, Arc::new(move |told| teller.hear(told)))
}

/// Where records are forwarded to.
pub(super) fn targets(decided: &PolicyView) -> Targets {
    let address = |key| decided.value(key).map(str::to_owned);
    Targets {
        syslog: address("forward_syslog"),
        otlp: address("forward_otlp"),
        webhook: address("forward_webhook"),
    }
}

/// Passes on what is worth saying about collectors.
struct Teller {
    clock: Clock,
    journal: Journal,
    requests: WeakUnboundedSender<Request>,
    /// The collectors that take nothing, and why. They share one problem.
    waiting: Mutex<BTreeMap<&'static str, String>>,
}

impl Teller {
    fn hear(&self, told: Told) {
        match told {
            Told::NotTaken { by, why } => {
                let why = format!("{by} takes nothing: {why}");
                AdminEvent::AuditNotForwarded.tell(&format!(
                    "For ten minutes the audit log has not been forwarded: {why}"
                ));
                self.raise(|waiting| drop(waiting.insert(by.name(), why)));
            }
            Told::TakenAgain { by } => self.raise(|waiting| drop(waiting.remove(by.name()))),
            Told::NotForwarded { to, count, why } => {
                AdminEvent::AuditNotForwarded.tell(&format!(
                    "{count} records of the audit log will never reach {to}: {}",
                    why.name()
                ));
                let (at, up) = (self.clock.timestamp(), self.clock.up());
                let entry = Entry::new(at, up, Event::NotForwarded).failed();
                let entry = entry.with("to", to.name()).with("count", count);
                self.journal.put(entry.with("why", why.name()));
            }
        }
    }

    fn raise(&self, change: impl FnOnce(&mut BTreeMap<&'static str, String>)) {
        let mut waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        change(&mut waiting);
        let whys: Vec<String> = waiting.values().cloned().collect();
        if let Some(requests) = self.requests.upgrade() {
            let problem = words::audit_not_forwarded(&whys);
            // The engine may have ended meanwhile.
            requests.send(Request::DesktopProblem(problem)).ok();
        }
    }
}
