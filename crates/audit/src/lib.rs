//! The audit log: what was asked, sent, proven and decided, so that it can be shown afterwards.
//!
//! One JSON object a line, one file a day (of UTC). Each record carries the hash of the one
//! before and its own, so that a change, a deletion, an insertion or another order shows;
//! `docs/audit.md` says what that can prove and what it cannot. What is written is masked first:
//! no caller has to remember it.
//!
//! It knows nothing of machines and vendors: whoever has something to put on record says it in
//! the terms of [`Entry`].

mod anchor;
mod chain;
mod entry;
mod error;
mod files;
mod follow;
#[cfg(any(test, feature = "fuzzing"))]
pub mod fuzzing;
mod hash;
mod journal;
mod line;
mod recovery;
pub mod report;
#[cfg(test)]
mod sample;
pub mod verify;

pub use anchor::{Anchor, Anchored, anchors};
pub use chain::Keeping;
pub use entry::{Entry, Event, Origin, Outcome};
pub use error::AuditError;
pub use follow::{Follower, Position, Record};
pub use hash::Hash;
pub use journal::{Journal, WhenNotWritten};
pub use verify::{Verification, verify};
