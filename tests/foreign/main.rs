//! Against implementations that we did not write: the CometD project's server and client and
//! Microsoft's SignalR client, run by Node (`package.json`), and Debian's rsyslog.
//!
//! Node, rsyslog or a package that is missing is a failure, never a reason to skip.

mod cometd_server;
mod gws_simulator;
mod node;
#[cfg(target_os = "linux")]
mod rsyslog;
mod signalr_client;
