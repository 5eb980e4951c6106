//! Real HTTP servers that behave, and misbehave, like each recording vendor.
//!
//! A [`Simulator`] listens on this computer only. Its [`Site`] is the truth behind the API: who
//! is on a call, what the recorder of each call really does and did, and every request that was
//! seen. Tests, the demonstration and people look there, and never into a reply, to learn
//! whether a pause was one. A [`Fault`] makes the server lie, fall silent or fail.
//!
//! This crate knows nothing of the adapters it is used against: a simulator that shares an
//! adapter's types is a mirror, and both would be wrong together.

mod anywhere365;
pub mod audio;
mod call;
mod change;
mod clock;
mod control;
mod fault;
mod gqm;
mod gws;
mod line;
mod noojee;
mod options;
mod server;
mod sessions;
pub mod shift;
mod site;
mod wire;
mod xima;

pub use anywhere365::{
    Anywhere365Options, Bearer, EventArguments, Hub, HubTransport, Join, JoinArgument, SetReply,
    Versions,
};
pub use call::{History, Truth, Turn};
pub use change::{Change, Happened};
pub use control::HELP as CONTROL_HELP;
pub use fault::{BadFault, FAULTS, Fault, Misbehaviour, On, read_duration};
pub use gqm::{GqmOptions, LogInReply, ResumeName};
pub use gws::{
    Advice, CallState, ErrorStatus, FailureEvent, GwsOptions, Participants, Refusal, Transports,
};
pub use noojee::{CommandReply, Leg, NoojeeOptions, Schemes, SequencePlace};
pub use options::{Again, NoRecording, Options, Success, Vendor, XimaOptions};
pub use server::Simulator;
pub use site::{Request, Site};
