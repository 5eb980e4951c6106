//! Forwards the audit log to what supervisors already run (G5): a syslog server over TLS, an
//! OpenTelemetry collector, a webhook.
//!
//! The files of the log are the spool. Each collector has a cursor of its own beside them, which
//! moves only when the collector has taken what stands before it; so each record arrives at least
//! once, in order, however long the collector was away, for as long as the log is kept.
//! `docs/audit.md` says what "taken" means for each. Nothing waits for any of this.

mod backoff;
mod collector;
mod cursor;
mod forwarder;
mod forwarding;
mod http;
mod otlp;
mod refusal;
#[cfg(test)]
mod sample;
mod severity;
mod spool;
mod syslog;
mod webhook;

pub use collector::Kind;
pub use forwarding::{Forwarding, Tell, Told, WhyNot};
pub use http::MakeClient;
pub use syslog::{MakeTls, tls};

/// Where records are forwarded to; nowhere by default.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Targets {
    /// A syslog server: its host and port.
    pub syslog: Option<String>,
    /// An OpenTelemetry collector: the whole address for logs.
    pub otlp: Option<String>,
    /// A webhook: its address.
    pub webhook: Option<String>,
}

impl Targets {
    fn of(&self, kind: Kind) -> Option<&str> {
        match kind {
            Kind::Syslog => self.syslog.as_deref(),
            Kind::Otlp => self.otlp.as_deref(),
            Kind::Webhook => self.webhook.as_deref(),
        }
    }
}

/// What collectors are reached with.
#[derive(Clone, Copy, Debug)]
pub struct Means {
    /// Makes the HTTP client.
    pub http: MakeClient,
    /// Makes the TLS of a connection to a syslog server.
    pub tls: MakeTls,
}
