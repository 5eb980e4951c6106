//! What the machine says, in the terms of the audit log.

use std::time::Duration;

use audit::{Entry, Event};
use pause::{Answer, AuditEvent, CallId, Failure, Reason, Recorder, RequestId, Wanted};

/// Makes an event of the machine an entry; what it has not got from the event is in `entry`.
pub(super) fn of(event: &AuditEvent, entry: Entry) -> Entry {
    let plain = |event| Entry {
        event,
        ..entry.clone()
    };
    let of_call = |event, call: &CallId| Entry {
        call: Some(call.as_str().to_owned()),
        ..plain(event)
    };
    let of_request = |event, id: &RequestId| Entry {
        request: Some(id.0),
        ..plain(event)
    };
    match event {
        AuditEvent::Asked {
            wanted,
            calls,
            waited,
        } => plain(Event::Asked)
            .with("wanted", name(*wanted))
            .with("calls", *calls)
            .with("waited_ms", millis(*waited)),
        AuditEvent::AlreadySo { wanted } => plain(Event::AlreadySo).with("wanted", name(*wanted)),
        AuditEvent::NothingToPause => plain(Event::NothingToPause),
        AuditEvent::LookingForCalls => plain(Event::LookingForCalls),
        AuditEvent::NotSent { failure, waited } => {
            failed(plain(Event::NotSent), *failure).with("waited_ms", millis(*waited))
        }
        AuditEvent::Sent {
            id,
            call,
            wanted,
            attempt,
        } => Entry {
            request: Some(id.0),
            ..of_call(Event::Sent, call)
        }
        .with("wanted", name(*wanted))
        .with("attempt", *attempt),
        AuditEvent::Answered { id, answer } => answered(of_request(Event::Answered, id), *answer),
        AuditEvent::Late { id } => of_request(Event::LateAnswer, id),
        AuditEvent::Proven {
            call,
            wanted,
            recorder,
            took,
        } => of_call(Event::Proven, call)
            .with("wanted", name(*wanted))
            .with("recorder", state(*recorder))
            .with("took_ms", millis(*took)),
        AuditEvent::Failed { call, failure } => failed(of_call(Event::Failed, call), *failure),
        AuditEvent::ResumeAgain { call } => of_call(Event::ResumeAgain, call),
        AuditEvent::Declined { call } => of_call(Event::Declined, call).failed(),
        AuditEvent::Acknowledged => plain(Event::Acknowledged),
        AuditEvent::ResumedElsewhere { call } => of_call(Event::ResumedElsewhere, call),
        AuditEvent::PausedElsewhere { call } => of_call(Event::PausedElsewhere, call),
        AuditEvent::Reminder {
            call,
            step,
            paused_for,
        } => of_call(Event::Reminder, call)
            .with("step", *step)
            .with("paused_for_ms", millis(*paused_for)),
        AuditEvent::Extended { call, times } => {
            of_call(Event::Extended, call).with("times", *times)
        }
        AuditEvent::NotExtended => plain(Event::NotExtended),
        AuditEvent::PaymentStepBegun => plain(Event::PaymentStepBegun),
        AuditEvent::PaymentStepEnded => plain(Event::PaymentStepEnded),
        AuditEvent::PaymentStepForgotten => plain(Event::PaymentStepForgotten),
        AuditEvent::LongestPauseOver { call } => of_call(Event::LongestPauseOver, call),
        AuditEvent::CallStarted(call) => of_call(Event::CallStarted, call),
        AuditEvent::CallEnded { call, left_paused } => {
            let ended = of_call(Event::CallEnded, call).with("left_paused", *left_paused);
            if *left_paused { ended.failed() } else { ended }
        }
        AuditEvent::LinkUp => plain(Event::SignedIn),
        AuditEvent::LinkDown => plain(Event::SessionOver),
    }
}

fn failed(entry: Entry, failure: Failure) -> Entry {
    let reason = match failure.reason {
        Reason::Refused => "refused",
        Reason::NoAnswer => "no-answer",
        Reason::NotDone => "not-done",
        Reason::NoEffect => "no-effect",
        Reason::NotProven => "not-proven",
    };
    let entry = entry.failed().with("wanted", name(failure.wanted));
    entry.with("reason", reason)
}

fn answered(entry: Entry, answer: Answer) -> Entry {
    match answer {
        Answer::Confirmed(recorder) => entry
            .with("answer", "confirmed")
            .with("recorder", state(recorder)),
        Answer::Accepted => entry.with("answer", "accepted"),
        Answer::Refused => entry.with("answer", "refused").failed(),
        Answer::NotDone { again_after: _ } => entry.with("answer", "not-done").failed(),
        Answer::Lost => entry.with("answer", "lost").failed(),
    }
}

fn name(wanted: Wanted) -> &'static str {
    match wanted {
        Wanted::Paused => "pause",
        Wanted::Recording => "resume",
    }
}

fn state(recorder: Recorder) -> &'static str {
    match recorder {
        Recorder::Recording => "recording",
        Recorder::Paused => "paused",
        Recorder::Off => "off",
    }
}

fn millis(time: Duration) -> u64 {
    u64::try_from(time.as_millis()).unwrap_or(u64::MAX)
}
