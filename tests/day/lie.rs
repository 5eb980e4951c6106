//! What makes the oracle fail, so that it is known to look.

use std::sync::Arc;

use audit::report::Report;
use controller::view::{CallView, DisplayName, View};
use pause::{CallId, Wanted};

use crate::vendor::SECRET;
use crate::world::World;

/// A promise that is broken on purpose.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Lie {
    /// None: what is shown is what the engine shows.
    None,
    /// PAUSED is shown as soon as the vendor has accepted the pause.
    PausedFromAcceptance,
    /// PAUSED is shown as soon as it is asked for.
    PausedFromThePress,
    /// UNKNOWN is shown as RECORDING.
    RecordingInDoubt,
    /// What is shown is pending for ever.
    PendingForEver,
    /// The secret is shown.
    TellsTheSecret,
    /// The vendor's own proof is worth nothing.
    FalseProof,
    /// No reminder is told.
    NoReminders,
    /// A pause is missing in the report.
    RowMissing,
    /// The report says that a pause was longer than it was.
    RowLonger,
    /// The report says that a pause had another outcome.
    RowOtherwise,
    /// A byte of the audit log is another one.
    ByteChanged,
    /// A press is not handed on.
    PressLost,
}

impl Lie {
    pub(crate) const ALL: [Self; 12] = [
        Self::PausedFromAcceptance,
        Self::PausedFromThePress,
        Self::RecordingInDoubt,
        Self::PendingForEver,
        Self::TellsTheSecret,
        Self::FalseProof,
        Self::NoReminders,
        Self::RowMissing,
        Self::RowLonger,
        Self::RowOtherwise,
        Self::ByteChanged,
        Self::PressLost,
    ];

    /// What the oracle says of it.
    pub(crate) const fn is_found_as(self) -> &'static str {
        match self {
            Self::None => "nothing",
            Self::PausedFromAcceptance | Self::PausedFromThePress | Self::FalseProof => {
                "S1/S2: paused is shown"
            }
            Self::RecordingInDoubt => "S1/S2: recording is shown",
            Self::PendingForEver => "D6: pausing is shown",
            Self::TellsTheSecret => "the secret stands in a view",
            Self::NoReminders => "and forgotten",
            Self::RowMissing => "has no row",
            Self::RowLonger => "the length was",
            Self::RowOtherwise => "the outcome was",
            Self::ByteChanged => "the log is not whole",
            Self::PressLost => "S9: this press is not on record",
        }
    }

    /// What is shown instead of a view.
    pub(crate) fn tell(self, view: &Arc<View>, world: &World) -> Arc<View> {
        let instead =
            |from: DisplayName, to: DisplayName| replaced(view, |call| call.display == from, to);
        match self {
            Self::PausedFromAcceptance => {
                let accepted = |call: &CallView| {
                    let id = CallId::new(call.id.as_str());
                    let now = world.now();
                    world.truth(|truth| {
                        let newest = truth.command_before(&id, now);
                        newest.is_some_and(|newest| {
                            newest.wanted == Wanted::Paused && newest.accepted_at.is_some()
                        })
                    })
                };
                let accepted =
                    |call: &CallView| call.display == DisplayName::Pausing && accepted(call);
                replaced(view, accepted, DisplayName::Paused)
            }
            Self::PausedFromThePress => instead(DisplayName::Pausing, DisplayName::Paused),
            Self::RecordingInDoubt => instead(DisplayName::Unknown, DisplayName::Recording),
            Self::PendingForEver => instead(DisplayName::Paused, DisplayName::Pausing),
            Self::TellsTheSecret if view.display == DisplayName::Failed => Arc::new(View {
                reason: format!("the pass phrase {SECRET} was not accepted"),
                ..View::clone(view)
            }),
            Self::None
            | Self::TellsTheSecret
            | Self::FalseProof
            | Self::NoReminders
            | Self::RowMissing
            | Self::RowLonger
            | Self::RowOtherwise
            | Self::ByteChanged
            | Self::PressLost => Arc::clone(view),
        }
    }

    /// What is reported instead of a report.
    pub(crate) fn report(self, mut report: Report) -> Report {
        let proven = |report: &Report| {
            let mut pauses = report.pauses.iter();
            pauses.position(|pause| pause.asked.is_some() && pause.resume_proven.is_some())
        };
        match (self, proven(&report)) {
            (Self::RowMissing, Some(row)) => drop(report.pauses.remove(row)),
            (Self::RowLonger, Some(_)) => {
                for pause in &mut report.pauses {
                    pause.length_ms = pause.length_ms.map(|length| length + 20_000);
                }
            }
            (Self::RowOtherwise, Some(_)) => {
                for pause in &mut report.pauses {
                    pause.outcome = audit::report::PauseOutcome::Failed;
                }
            }
            (
                Self::None
                | Self::PausedFromAcceptance
                | Self::PausedFromThePress
                | Self::RecordingInDoubt
                | Self::PendingForEver
                | Self::TellsTheSecret
                | Self::FalseProof
                | Self::NoReminders
                | Self::RowMissing
                | Self::RowLonger
                | Self::RowOtherwise
                | Self::ByteChanged
                | Self::PressLost,
                _,
            ) => {}
        }
        report
    }
}

/// A view in which some calls are shown otherwise; so is all if all of them are.
fn replaced(view: &Arc<View>, which: impl Fn(&CallView) -> bool, to: DisplayName) -> Arc<View> {
    if !view.calls.iter().any(&which) {
        return Arc::clone(view);
    }
    let mut view = View::clone(view);
    if view.calls.iter().all(&which) {
        view.display = to;
    }
    for call in view.calls.iter_mut().filter(|call| which(call)) {
        call.display = to;
    }
    Arc::new(view)
}
