//! What goes on record, and what of it the agent has to be told.

use pause::{AuditEvent, Limits, Wanted};
use tracing::{debug, info, warn};

use crate::admin_event::AdminEvent;
use crate::handle::Notice;
use crate::words::{self, Who};

/// Puts an event into the log. Call ids appear at `debug` only.
pub(crate) fn record(event: &AuditEvent, who: Option<&Who>) {
    debug!(?event);
    let name = |wanted: Wanted| words::noun(wanted, who);
    match event {
        AuditEvent::Asked {
            wanted,
            calls,
            waited,
        } => {
            info!(wanted = name(*wanted), calls, ?waited, "the agent asked");
        }
        AuditEvent::AlreadySo { wanted } => {
            info!(wanted = name(*wanted), "asked for what is so or under way");
        }
        AuditEvent::NothingToPause => info!("asked for a pause without a call"),
        AuditEvent::Sent {
            id,
            call: _,
            wanted,
            attempt,
        } => info!(id = id.0, wanted = name(*wanted), attempt, "command sent"),
        AuditEvent::Answered { id, answer } => info!(id = id.0, ?answer, "command answered"),
        AuditEvent::Late { id } => info!(id = id.0, "late answer; it changes nothing"),
        AuditEvent::Proven {
            call: _,
            wanted,
            recorder,
            took,
        } => info!(
            wanted = name(*wanted),
            ?recorder,
            took_ms = took.as_millis(),
            "proven"
        ),
        AuditEvent::Failed { call: _, failure } => {
            warn!(wanted = name(failure.wanted), reason = ?failure.reason, "failed");
        }
        AuditEvent::LookingForCalls => info!("asked for a pause; the vendor is asked for calls"),
        AuditEvent::NotSent { failure, .. } => {
            warn!(wanted = name(failure.wanted), reason = ?failure.reason, "no call was found");
        }
        AuditEvent::ResumeAgain { call: _ } => {
            warn!(
                wanted = name(Wanted::Recording),
                "asked for again by itself"
            );
        }
        AuditEvent::Declined { call: _ } => warn!("said not to have been carried out"),
        AuditEvent::Acknowledged => info!("failure acknowledged"),
        AuditEvent::ResumedElsewhere { call: _ } => warn!("resumed elsewhere"),
        AuditEvent::PausedElsewhere { call: _ } => warn!("paused elsewhere"),
        AuditEvent::Reminder {
            call: _,
            step,
            paused_for,
        } => info!(step, paused_for_s = paused_for.as_secs(), "reminder"),
        AuditEvent::Extended { call: _, times } => info!(times, "the longest pause is extended"),
        AuditEvent::NotExtended => info!("asked for an extension; there is nothing to extend"),
        AuditEvent::PaymentStepBegun => info!("card details are being taken"),
        AuditEvent::PaymentStepEnded => info!("card details have been taken"),
        AuditEvent::PaymentStepForgotten => warn!("nobody has ended the payment step"),
        AuditEvent::LongestPauseOver { call: _ } => info!("the longest pause is over"),
        AuditEvent::CallStarted(_) => info!("call started"),
        AuditEvent::CallEnded {
            call: _,
            left_paused: true,
        } => warn!("call ended and may be left paused"),
        AuditEvent::CallEnded {
            call: _,
            left_paused: false,
        } => info!("call ended"),
        AuditEvent::LinkUp => info!("link up"),
        AuditEvent::LinkDown => info!("link down"),
    }
}

/// Which event for administrators this is, if any.
pub(crate) fn for_administrators(event: &AuditEvent, limits: &Limits) -> Option<AdminEvent> {
    match event {
        AuditEvent::Failed { call: _, failure } | AuditEvent::NotSent { failure, .. } => {
            match failure.wanted {
                Wanted::Paused => Some(AdminEvent::PauseFailed),
                Wanted::Recording => None,
            }
        }
        AuditEvent::Reminder {
            call: _,
            step,
            paused_for: _,
        } => (*step == limits.reminders.len()).then_some(AdminEvent::LeftPaused),
        AuditEvent::CallEnded {
            call: _,
            left_paused,
        } => left_paused.then_some(AdminEvent::LeftPaused),
        AuditEvent::Asked { .. }
        | AuditEvent::AlreadySo { .. }
        | AuditEvent::NothingToPause
        | AuditEvent::Sent { .. }
        | AuditEvent::Answered { .. }
        | AuditEvent::Late { .. }
        | AuditEvent::Proven { .. }
        | AuditEvent::LookingForCalls
        | AuditEvent::ResumeAgain { .. }
        | AuditEvent::Declined { .. }
        | AuditEvent::Acknowledged
        | AuditEvent::ResumedElsewhere { .. }
        | AuditEvent::PausedElsewhere { .. }
        | AuditEvent::LongestPauseOver { .. }
        | AuditEvent::Extended { .. }
        | AuditEvent::NotExtended
        | AuditEvent::PaymentStepBegun
        | AuditEvent::PaymentStepEnded
        | AuditEvent::PaymentStepForgotten
        | AuditEvent::CallStarted(_)
        | AuditEvent::LinkUp
        | AuditEvent::LinkDown => None,
    }
}

/// What the agent has to be told of an event, if anything.
pub(crate) fn notice(event: &AuditEvent, who: Option<&Who>) -> Option<Notice> {
    match event {
        AuditEvent::Failed { call: _, failure } | AuditEvent::NotSent { failure, .. } => {
            Some(words::failure(*failure, who))
        }
        AuditEvent::NothingToPause => Some(words::nothing_to_pause(who)),
        AuditEvent::ResumedElsewhere { call: _ } => Some(words::resumed_elsewhere(who)),
        AuditEvent::PausedElsewhere { call: _ } => Some(words::paused_elsewhere(who)),
        AuditEvent::Reminder {
            call: _,
            step: _,
            paused_for,
        } => Some(words::reminder(*paused_for, who)),
        AuditEvent::NotExtended => Some(words::not_extended()),
        AuditEvent::LongestPauseOver { call: _ } => Some(words::longest_pause_over()),
        AuditEvent::CallEnded {
            call: _,
            left_paused: true,
        } => Some(words::left_paused(who)),
        AuditEvent::CallEnded {
            call: _,
            left_paused: false,
        }
        | AuditEvent::Asked { .. }
        | AuditEvent::AlreadySo { .. }
        | AuditEvent::Sent { .. }
        | AuditEvent::Answered { .. }
        | AuditEvent::Late { .. }
        | AuditEvent::Proven { .. }
        | AuditEvent::LookingForCalls
        // The alarm is up.
        | AuditEvent::ResumeAgain { .. }
        // What it means is seen by the read-back that follows.
        | AuditEvent::Declined { .. }
        | AuditEvent::Acknowledged
        // The countdown says it.
        | AuditEvent::Extended { .. }
        | AuditEvent::PaymentStepBegun
        | AuditEvent::PaymentStepEnded
        | AuditEvent::PaymentStepForgotten
        | AuditEvent::CallStarted(_)
        // A link that is back within a moment is not worth a notice: the driver waits.
        | AuditEvent::LinkUp
        | AuditEvent::LinkDown => None,
    }
}
