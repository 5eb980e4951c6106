use pause::{Answer, Display, Doubt, Limits, Recorder, Seen, Wanted};

use super::{Who, noun, span, state};
use crate::view::DeskEvent;

/// What brought a change about.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Cause {
    Asked(Wanted),
    Toggled,
    Acknowledged,
    Extended,
    PaymentStep,
    CallStarted,
    CallEnded,
    Answered(Wanted, Option<Answer>),
    ReadBack(Option<Seen>),
    Hint(Recorder),
    Declined,
    Missed,
    Listening,
    Deaf,
    CallsAsked,
    SignedIn,
    SignInFailed,
    LinkLost,
    Desk(DeskEvent),
    Account,
    Decided,
    Time,
    Start,
}

/// A cause in words. Where only time has passed, what is shown tells what was waited for.
pub(crate) fn cause(
    cause: Cause,
    before: &Display,
    display: &Display,
    limits: &Limits,
    who: Option<&Who>,
) -> String {
    match cause {
        Cause::Asked(wanted) => format!("the agent asked for a {}", noun(wanted, who)),
        Cause::Toggled => "the agent pressed the key".to_owned(),
        Cause::Acknowledged => "the agent has seen the failure".to_owned(),
        Cause::Extended => "the agent asked for more time".to_owned(),
        Cause::PaymentStep => "a payment step began or ended".to_owned(),
        Cause::CallStarted => "a call started".to_owned(),
        Cause::CallEnded => "the call ended".to_owned(),
        Cause::Answered(wanted, answer) => answered(wanted, answer, limits, who),
        Cause::ReadBack(seen) => match seen {
            Some(Seen::Recorder(recorder)) => format!("read back: {}", state(recorder, who)),
            Some(Seen::NoSuchCall) => "read back: no such call".to_owned(),
            Some(Seen::Nothing) => "a read-back brought nothing".to_owned(),
            None => format!("no read-back within {}", span(limits.answer_within)),
        },
        Cause::Hint(recorder) => format!("the vendor says unasked: {}", state(recorder, who)),
        Cause::Declined => "the vendor says unasked: not carried out".to_owned(),
        Cause::Missed => "something that the vendor told may have been missed".to_owned(),
        Cause::Listening => "what the vendor tells is heard".to_owned(),
        Cause::Deaf => "what the vendor tells is not heard".to_owned(),
        Cause::CallsAsked => "the vendor was asked for the agent's calls".to_owned(),
        Cause::SignedIn => "signed in at the vendor".to_owned(),
        Cause::SignInFailed => "signing in failed".to_owned(),
        Cause::LinkLost => "the link was lost".to_owned(),
        Cause::Desk(event) => desk(event).to_owned(),
        Cause::Account => "the agent signed in anew".to_owned(),
        Cause::Decided => "the organization has decided otherwise".to_owned(),
        Cause::Start => "Fermata started".to_owned(),
        Cause::Time => match display {
            Display::Unknown(Doubt::Stale) => {
                let life = match before {
                    Display::Paused { .. } => limits.freshness,
                    Display::Recording
                    | Display::NotRecorded
                    | Display::NoCall
                    | Display::Pausing
                    | Display::PauseSent { .. }
                    | Display::Resuming
                    | Display::Failed(_)
                    | Display::Unknown(_) => limits.calm_freshness,
                };
                format!("no proof for {}", span(life))
            }
            Display::Unknown(Doubt::AnswerLost) => {
                format!("no answer within {}", span(limits.answer_within))
            }
            Display::Failed(failure) => format!(
                "no {} within {}",
                noun(failure.wanted, who),
                span(limits.settle_within)
            ),
            Display::Resuming => "the longest pause is over".to_owned(),
            Display::NoCall
            | Display::NotRecorded
            | Display::Recording
            | Display::Pausing
            | Display::Paused { .. }
            | Display::PauseSent { .. }
            | Display::Unknown(_) => "time has passed".to_owned(),
        },
    }
}

fn desk(event: DeskEvent) -> &'static str {
    match event {
        DeskEvent::FallsAsleep => "the computer falls asleep",
        DeskEvent::Wakes => "the computer wakes",
        DeskEvent::NetworkLost => "the computer has no network",
        DeskEvent::NetworkBack => "the computer has a network again",
        DeskEvent::Locked => "the screen is locked",
        DeskEvent::Unlocked => "the screen is unlocked",
        DeskEvent::ShutsDown => "the computer shuts down",
    }
}

fn answered(wanted: Wanted, answer: Option<Answer>, limits: &Limits, who: Option<&Who>) -> String {
    let what = noun(wanted, who);
    match answer {
        Some(Answer::Confirmed(recorder)) => {
            format!("the vendor confirmed: {}", state(recorder, who))
        }
        Some(Answer::Accepted) => format!("the vendor accepted the {what}"),
        Some(Answer::Refused) => format!("the vendor refused the {what}"),
        Some(Answer::NotDone { .. }) => format!("the {what} did not get through"),
        Some(Answer::Lost) => format!("the answer to the {what} was lost"),
        None => format!(
            "no answer to the {what} within {}",
            span(limits.answer_within)
        ),
    }
}
