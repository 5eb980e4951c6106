//! What the simulators do, seen through real sockets and in real recordings.

mod anywhere365;
mod client;
mod control;
mod dtmf;
mod faults;
mod life;
mod program;
mod recordings;
mod samples;
mod xima;
