use clap::ValueEnum;

/// What a call that goes on is to its agent (GWS).
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum CallState {
    /// The other side has not answered yet.
    Dialing,
    /// The agent has not answered yet.
    Ringing,
    /// They talk.
    Established,
    /// The other side waits.
    Held,
}
