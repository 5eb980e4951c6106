//! What the agent may believe of a recording, and the machine that decides it.
//!
//! Facts go in, one at a time with the moment they became known; what to send and what to
//! show comes out. No socket, clock, file or thread is touched here, so every promise in
//! `docs/safety.md` can be tested against an adversary (`tests/never_lies.rs`).
//!
//! The central rule: **a hint may take a claim down; only proof may put one up.**
//!
//! What this crate leaves to others: how a vendor is asked (`vendors`), when and with which
//! time limit (`controller`), and how a display looks (`indicator`, `controller::view`).

mod call;
mod display;
mod limits;
mod machine;
mod moment;
mod payment;
mod search;
mod vocabulary;

pub use display::{Display, Doubt, Failure, Reason};
pub use limits::Limits;
pub use machine::Machine;
pub use moment::Moment;
pub use vocabulary::{
    Answer, AuditEvent, CallDisplay, CallId, Evidence, EvidenceKind, Input, Output, ProofBy,
    Recorder, RequestId, Seen, Wanted,
};
