/// What can be done with a recorder, and what an event says was done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Action {
    Start = 1,
    Stop = 2,
    Pause = 3,
    Save = 4,
    Delete = 5,
    Mark = 6,
    UnMark = 7,
}

impl Action {
    pub(super) const ALL: [Self; 7] = [
        Self::Start,
        Self::Stop,
        Self::Pause,
        Self::Save,
        Self::Delete,
        Self::Mark,
        Self::UnMark,
    ];

    /// Its documented number.
    pub(super) const fn number(self) -> u8 {
        self as u8
    }

    /// Its documented name.
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Start => "Start",
            Self::Stop => "Stop",
            Self::Pause => "Pause",
            Self::Save => "Save",
            Self::Delete => "Delete",
            Self::Mark => "Mark",
            Self::UnMark => "UnMark",
        }
    }
}
