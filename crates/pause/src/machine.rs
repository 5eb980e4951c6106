use crate::{CallDisplay, Display, Input, Limits, Moment, Output, ProofBy};

/// Decides what to send and what to show.
pub struct Machine {}

impl Machine {
    /// A machine that knows of no call, for a vendor that proves its recorder's state so.
    pub fn new(_limits: Limits, _proof: ProofBy) -> Self {
        unimplemented!("being written")
    }

    /// Takes note of one thing that happened. Drain [`Self::poll`] afterwards.
    pub fn handle(&mut self, _input: Input, _now: Moment) {}

    /// The next thing to be done, in order.
    pub fn poll(&mut self) -> Option<Output> {
        None
    }

    /// When to come back with [`Input::Tick`] at the latest.
    pub fn next_deadline(&self) -> Option<Moment> {
        None
    }

    /// What the agent may believe as of the last input.
    pub fn display(&self) -> Display {
        Display::NoCall
    }

    /// Each call and what may be believed of it, as of the last input.
    pub fn calls(&self) -> Vec<CallDisplay> {
        Vec::new()
    }
}
