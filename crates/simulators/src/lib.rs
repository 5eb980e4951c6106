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
mod clock;
mod control;
mod fault;
mod line;
mod options;
mod server;
pub mod shift;
mod site;
mod wire;
mod xima;

pub use call::{Truth, Turn};
pub use control::HELP as CONTROL_HELP;
pub use fault::{BadFault, FAULTS, Fault, Misbehaviour, On, read_duration};
pub use options::{
    Again, Anywhere365Options, Bearer, NoRecording, Options, SetReply, Success, Vendor, Versions,
    XimaOptions,
};
pub use server::Simulator;
pub use site::{Request, Site};
