//! What the organization has decided, and where each value came from.
//!
//! It reads the places that only an administrator can write, checks each value by itself and
//! says which hold. What an agent prefers, what becomes of both, and what has to hold between
//! two values is for `controller`.

mod check;
mod decisions;
mod form;
#[cfg(any(test, feature = "fuzzing"))]
pub mod fuzzing;
#[cfg(test)]
mod generate;
mod key;
mod name;
mod nesting;
mod policy;
mod reading;
mod sources;
#[cfg(test)]
mod tests;
mod tree;

pub use decisions::{
    BroadCredentials, Decisions, ExtensionFrom, Language, LogLevel, OnExitPaused, Sounds,
    VendorName,
};
pub use form::Form;
pub use key::{KEYS, Key};
pub use nesting::too_deep;
pub use policy::{Place, Policy, Rejected, Strength};
pub use sources::{Sources, refuse_what_others_can_write};
