//! The two generations of SignalR, as far as listening needs them. Nothing here does I/O.
//!
//! `aspnet_core` is ASP.NET Core SignalR by its specifications ("Transport Protocols" and "SignalR Hub
//! Protocol" in dotnet/aspnetcore), `classic` is ASP.NET SignalR 2 by "SignalR on the wire" and
//! Microsoft's own client (docs/vendors/anywhere365.md#events).

pub(super) mod aspnet_core;
pub(super) mod classic;
pub(super) mod event_stream;

use serde_json::Value;

use crate::Kind;

/// No message comes near this. What is longer is not kept, and what is read at once is bounded
/// by the transports.
pub(super) const LONGEST: usize = 256 * 1024;

pub(super) const TOO_LONG: Kind = Kind::Unintelligible("it is far too long");

/// What carries messages from the hub.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Transport {
    WebSockets,
    ServerSentEvents,
    LongPolling,
}

/// A method that the hub calls at those who listen.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Invocation {
    /// Of which hub; only the classic generation says so.
    pub(super) hub: Option<String>,
    pub(super) method: String,
    pub(super) arguments: Vec<Value>,
}
