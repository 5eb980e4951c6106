use std::time::Duration;

use pause::{Display, Failure, Wanted};

use super::{Who, displays, noun, paused, resumed, span};
use crate::handle::{Notice, NoticeKind};
use crate::view::Problem;

/// What became of the link.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum LinkNews {
    /// There is no session.
    Lost,
    /// There is one, and nothing is confirmed.
    Silent,
    Back,
}

fn notice(kind: NoticeKind, title: String, body: String) -> Notice {
    Notice { kind, title, body }
}

pub(crate) fn failure(failure: Failure, who: Option<&Who>) -> Notice {
    let display = Display::Failed(failure);
    notice(
        NoticeKind::Failure,
        displays::headline(&display, who),
        displays::reason(&display, who),
    )
}

pub(crate) fn reminder(paused_for: Duration, who: Option<&Who>) -> Notice {
    let so_far = span(Duration::from_secs(paused_for.as_secs()));
    let said_to_be = who.is_some_and(|who| who.proves || who.acknowledgement_is_enough);
    let title = if said_to_be {
        format!("The recording has been {} for {so_far}", paused(who))
    } else {
        format!("A {} was sent {so_far} ago", noun(Wanted::Paused, who))
    };
    let body = "Resume it when the card details have been taken.".to_owned();
    notice(NoticeKind::Reminder, title, body)
}

pub(crate) fn longest_pause_over() -> Notice {
    notice(
        NoticeKind::Reminder,
        "The longest pause is over".to_owned(),
        "Fermata asks the vendor to record again. Do not take card details.".to_owned(),
    )
}

pub(crate) fn not_extended() -> Notice {
    notice(
        NoticeKind::NothingToDo,
        "Nothing to extend".to_owned(),
        "There is no pause that ends by itself, or it has been extended as often as it may be."
            .to_owned(),
    )
}

pub(crate) fn resumed_elsewhere(who: Option<&Who>) -> Notice {
    let resumed = resumed(who);
    notice(
        NoticeKind::Elsewhere,
        "The recording goes on".to_owned(),
        format!("It was {resumed}, and not from here. Do not take card details."),
    )
}

pub(crate) fn paused_elsewhere(who: Option<&Who>) -> Notice {
    let paused = paused(who);
    notice(
        NoticeKind::Elsewhere,
        format!("The recording was {paused}"),
        format!("It was {paused}, and not from here. Resume it when it should go on."),
    )
}

pub(crate) fn left_paused(who: Option<&Who>) -> Notice {
    let vendor = who.map_or("the vendor", |who| who.title.as_str());
    notice(
        NoticeKind::Reminder,
        format!("The call ended and may have been left {}", paused(who)),
        format!("Check at {vendor} that your next call is recorded."),
    )
}

pub(crate) fn ends_paused(who: Option<&Who>) -> Notice {
    let vendor = who.map_or("the vendor", |who| who.title.as_str());
    notice(
        NoticeKind::Reminder,
        format!(
            "Fermata ends, and the recording may be left {}",
            paused(who)
        ),
        format!("Start Fermata again and resume it, or resume it at {vendor}."),
    )
}

/// An earlier run may have left a recording paused.
pub(crate) fn may_be_left_paused(problem: &Problem) -> Notice {
    let (title, body) = problem.message.split_once(": ").unwrap_or_default();
    notice(NoticeKind::Reminder, title.to_owned(), body.to_owned())
}

pub(crate) fn nothing_to_pause(who: Option<&Who>) -> Notice {
    let body = match who {
        Some(_) => "Fermata knows of no call of yours.",
        None => displays::NO_VENDOR,
    };
    notice(
        NoticeKind::NothingToDo,
        "Nothing to pause".to_owned(),
        body.to_owned(),
    )
}

pub(crate) fn link(news: LinkNews, who: &Who) -> Notice {
    let (title, body) = match news {
        LinkNews::Lost => (
            format!("No session at {}", who.title),
            "Treat calls as recorded until it is back.",
        ),
        LinkNews::Silent => (
            format!("{} confirms nothing", who.title),
            "Treat the call as recorded until it does.",
        ),
        LinkNews::Back => (
            format!("{} is back", who.title),
            "What it says of your call is shown again.",
        ),
    };
    notice(NoticeKind::Link, title, body.to_owned())
}

/// A press of such a key would do nothing, and nobody would know why.
pub(crate) fn hotkeys(problem: &Problem) -> Notice {
    notice(
        NoticeKind::Hotkey,
        "A hotkey does not work".to_owned(),
        problem.message.clone(),
    )
}

pub(crate) fn not_drawing() -> Notice {
    notice(
        NoticeKind::Failure,
        "The indicator is not drawn".to_owned(),
        "What it shows may be old. Do not take card details; start Fermata again.".to_owned(),
    )
}

#[cfg(test)]
mod tests {
    use pause::{Reason, Wanted};

    use super::*;

    #[test]
    fn a_reminder_for_a_vendor_without_proof_does_not_claim_a_pause() {
        let minute = Duration::from_millis(60_250);
        let title = |proves, stops, enough| {
            let who = Who {
                name: "xima".into(),
                title: "Xima CCaaS".into(),
                base_url: "https://acme.example".into(),
                agent: "extension 1684".into(),
                proves,
                stops,
                acknowledgement_is_enough: enough,
            };
            reminder(minute, Some(&who)).title
        };
        let lasts = "The recording has been paused for 60 s";
        assert_eq!(title(true, false, false), lasts);
        assert_eq!(title(false, false, true), lasts);
        assert_eq!(title(false, false, false), "A pause was sent 60 s ago");
        assert_eq!(title(false, true, false), "A stop was sent 60 s ago");
        let stopped = "The recording has been stopped for 60 s";
        assert_eq!(title(true, true, false), stopped);
    }

    #[test]
    fn a_failed_pause_is_told_as_it_is_shown() {
        let failed = Failure {
            wanted: Wanted::Paused,
            reason: Reason::Refused,
        };
        let notice = failure(failed, None);
        assert_eq!(notice.title, "STILL RECORDING");
        assert!(notice.body.contains("refused the pause"));
    }
}
