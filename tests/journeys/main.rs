//! The real controller against the simulators: from a press to the recording.

mod desk;
mod faults;
mod gqm;
mod gws;
mod hub;
mod noojee;
mod policy;
mod recording;
mod relay;
mod told;
mod told_too_much;
mod watched;
