//! When it goes wrong.

/// When a fault strikes. It stays until the cell is judged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Moment {
    /// In a call that is recorded, 2.5 s before the agent asks for a pause.
    Before,
    /// When the command that pauses is on its way to the vendor.
    Pausing,
    /// While the recording is paused.
    Paused,
    /// When the command that resumes is on its way to the vendor.
    Resuming,
}

impl Moment {
    /// Each of them, in the order of a pause.
    pub(crate) const ALL: [Self; 4] = [Self::Before, Self::Pausing, Self::Paused, Self::Resuming];

    /// Its name in the names of the cells.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Before => "before",
            Self::Pausing => "pausing",
            Self::Paused => "paused",
            Self::Resuming => "resuming",
        }
    }
}
