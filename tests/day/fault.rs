//! What goes wrong.

use std::time::Duration;

use crate::plan::Phase;

/// A kind of thing that goes wrong at a random moment of a shift.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Fault {
    LostReply,
    LateExecution,
    Lie,
    Refused,
    Throttled,
    ServerFailed,
    Hang,
    ReadBacksFail,
    CallsUnanswered,
    SessionEnded,
    SignInFails,
    LinkLost,
    StaleEvent,
    DuplicateEvent,
    EventsOutOfOrder,
    LateEvent,
    MissedEvent,
    EventsEnd,
    EndedWhilePaused,
    Replaced,
    Transferred,
    TwoCalls,
    IdReused,
    Meddled,
    Killed,
    Asleep,
    PolicyChanged,
}

impl Fault {
    pub(crate) const ALL: [Self; 27] = [
        Self::LostReply,
        Self::LateExecution,
        Self::Lie,
        Self::Refused,
        Self::Throttled,
        Self::ServerFailed,
        Self::Hang,
        Self::ReadBacksFail,
        Self::CallsUnanswered,
        Self::SessionEnded,
        Self::SignInFails,
        Self::LinkLost,
        Self::StaleEvent,
        Self::DuplicateEvent,
        Self::EventsOutOfOrder,
        Self::LateEvent,
        Self::MissedEvent,
        Self::EventsEnd,
        Self::EndedWhilePaused,
        Self::Replaced,
        Self::Transferred,
        Self::TwoCalls,
        Self::IdReused,
        Self::Meddled,
        Self::Killed,
        Self::Asleep,
        Self::PolicyChanged,
    ];

    /// In words, as on the page.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::LostReply => "a command is carried out and its reply lost",
            Self::LateExecution => "a command is carried out long after it was given up",
            Self::Lie => "a command is accepted and not carried out",
            Self::Refused => "a command is refused",
            Self::Throttled => "a command is throttled",
            Self::ServerFailed => "the vendor fails in the middle of a command",
            Self::Hang => "a command hangs and is not carried out",
            Self::ReadBacksFail => "read-backs hang or fail",
            Self::CallsUnanswered => "requests for the calls hang",
            Self::SessionEnded => "the session ends",
            Self::SignInFails => "the session ends and signing in fails",
            Self::LinkLost => "the link is lost",
            Self::StaleEvent => "a stale event",
            Self::DuplicateEvent => "a duplicate event",
            Self::EventsOutOfOrder => "events out of order",
            Self::LateEvent => "a late event",
            Self::MissedEvent => "an event is missed",
            Self::EventsEnd => "the event channel ends",
            Self::EndedWhilePaused => "the call ends while paused",
            Self::Replaced => "the call is replaced while the command is out",
            Self::Transferred => "the call is transferred while paused",
            Self::TwoCalls => "a second call",
            Self::IdReused => "a call's id is used again",
            Self::Meddled => "somebody else pauses or resumes",
            Self::Killed => "the engine is killed and started again",
            Self::Asleep => "the computer sleeps",
            Self::PolicyChanged => "the organization decides on other limits",
        }
    }

    /// Whether it befalls a command.
    pub(crate) const fn is_of_commands(self) -> bool {
        matches!(
            self,
            Self::LostReply
                | Self::LateExecution
                | Self::Lie
                | Self::Refused
                | Self::Throttled
                | Self::ServerFailed
                | Self::Hang
        )
    }

    /// Whether it befalls what a vendor tells unasked.
    pub(crate) const fn is_of_events(self) -> bool {
        matches!(
            self,
            Self::StaleEvent
                | Self::DuplicateEvent
                | Self::EventsOutOfOrder
                | Self::LateEvent
                | Self::MissedEvent
                | Self::EventsEnd
        )
    }

    /// In which phases of a call it may come about.
    pub(crate) const fn phases(self) -> &'static [Phase] {
        match self {
            Self::EndedWhilePaused | Self::Transferred | Self::IdReused => &[Phase::Paused],
            Self::Replaced => &[Phase::Pausing],
            Self::LostReply
            | Self::LateExecution
            | Self::Lie
            | Self::Refused
            | Self::Throttled
            | Self::ServerFailed
            | Self::Hang => &[Phase::Pausing, Phase::Resuming],
            Self::LateEvent | Self::MissedEvent => {
                &[Phase::Starting, Phase::Paused, Phase::Resuming]
            }
            Self::ReadBacksFail
            | Self::CallsUnanswered
            | Self::SessionEnded
            | Self::SignInFails
            | Self::LinkLost
            | Self::StaleEvent
            | Self::DuplicateEvent
            | Self::EventsOutOfOrder
            | Self::EventsEnd
            | Self::TwoCalls
            | Self::Meddled
            | Self::Killed
            | Self::Asleep
            | Self::PolicyChanged => &[
                Phase::Before,
                Phase::Pausing,
                Phase::Paused,
                Phase::Paused,
                Phase::Resuming,
                Phase::After,
            ],
        }
    }

    /// For how long after it calls are no measure of how things go when all is well.
    pub(crate) const fn disturbs_for(self) -> Duration {
        Duration::from_secs(match self {
            Self::SessionEnded
            | Self::SignInFails
            | Self::LinkLost
            | Self::EventsEnd
            | Self::Killed
            | Self::Asleep
            | Self::Throttled
            | Self::CallsUnanswered
            | Self::TwoCalls
            | Self::PolicyChanged => 110,
            Self::LostReply
            | Self::LateExecution
            | Self::Lie
            | Self::Refused
            | Self::ServerFailed
            | Self::Hang
            | Self::ReadBacksFail
            | Self::StaleEvent
            | Self::DuplicateEvent
            | Self::EventsOutOfOrder
            | Self::LateEvent
            | Self::MissedEvent
            | Self::EndedWhilePaused
            | Self::Replaced
            | Self::Transferred
            | Self::IdReused
            | Self::Meddled => 40,
        })
    }
}
