//! What the simulators do, seen through real sockets and in real recordings.

mod anywhere365;
mod anywhere365_hub;
mod client;
mod control;
mod dtmf;
mod faults;
mod gqm;
mod gws;
mod life;
mod noojee;
mod program;
mod recordings;
mod samples;
mod xima;
