//! The real controller against the simulators: from a press to the recording.

mod desk;
mod faults;
mod recording;
