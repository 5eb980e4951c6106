use crate::Truth;

/// Something that became so at a site, told to whoever subscribes ([`crate::Site::changes`]).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// The call's id.
    pub call: String,
    /// Whose call it is.
    pub agent: String,
    /// What happened to it.
    pub happened: Happened,
}

/// What happened to a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Happened {
    /// It began.
    Started,
    /// Its recorder became this.
    Recorder(Truth),
    /// It ended.
    Ended,
}
