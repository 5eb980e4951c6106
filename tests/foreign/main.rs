//! Against implementations that we did not write: the CometD project's server and client, and
//! Microsoft's SignalR client, run by Node (`package.json`).
//!
//! Node or a package that is missing is a failure, never a reason to skip.

mod cometd_server;
mod gws_simulator;
mod node;
mod signalr_client;
