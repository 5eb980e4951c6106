//! The loop that joins the machine, a vendor and whoever shows what it says.
//!
//! It runs without a desktop: `fermatactl run` and the tests use it as the application does.
//! It owns time, sign-in, time limits, secrets and settings; it decides nothing about what
//! may be believed (`pause` does) and draws nothing (`indicator` and the shell do).

mod account;
mod admin_event;
mod asking;
mod backoff;
#[cfg(test)]
mod bindings;
mod bounded_file;
mod calls;
pub mod channel;
pub mod clock;
mod driver;
mod ear;
pub mod enrolment;
#[cfg(any(test, feature = "fuzzing"))]
pub mod fuzzing;
mod handle;
mod http;
pub mod in_force;
mod link;
mod on_record;
mod open_pauses;
mod out;
#[cfg(windows)]
mod owner;
pub mod paths;
mod present;
mod problems;
mod publisher;
mod records;
pub mod report_key;
pub mod secrets;
pub mod settings;
mod sign_in;
mod trouble;
pub mod ui_request;
pub mod updates;
pub mod view;
mod words;

pub use admin_event::{AdminEvent, AdminLevel};
pub use driver::{ENDED_WITHIN, Setup, start};
pub use handle::{Change, Handle, Notice, NoticeKind};
pub use http::{MakeClient, client as http_client, client_builder as http_client_builder};
pub use on_record::origin;
