//! Whether there is anything to say, and what.

use std::time::Duration;

use controller::view::{DisplayName, Request, View};
use indicator::{Button, Claim, Face};
use pause::Wanted;

use crate::words;

/// Asks for a pause.
pub(crate) const PAUSE: &str = "pause";
/// Asks for a resume.
pub(crate) const RESUME: &str = "resume";
/// Asks for more time before the longest pause is over.
pub(crate) const EXTEND: &str = "extend";
/// Acknowledges a failure.
pub(crate) const UNDERSTOOD: &str = "understood";

/// What a button of the indicator, or an entry of the tray menu, asks of the controller.
pub(crate) fn request(button: &str) -> Option<Request> {
    match button {
        PAUSE => Some(Request::Want(Wanted::Paused)),
        RESUME => Some(Request::Want(Wanted::Recording)),
        EXTEND => Some(Request::Extend),
        UNDERSTOOD => Some(Request::Acknowledge),
        _ => None,
    }
}

/// Returns how a display looks.
pub(crate) const fn face(display: DisplayName) -> Face {
    match display {
        DisplayName::NoCall => Face::NoCall,
        DisplayName::NotRecorded => Face::NotRecorded,
        DisplayName::Recording => Face::Recording,
        DisplayName::Pausing => Face::Pausing,
        DisplayName::Paused => Face::Paused,
        DisplayName::PauseSent => Face::PauseSent,
        DisplayName::Resuming => Face::Resuming,
        DisplayName::Failed => Face::Failed,
        DisplayName::Unknown => Face::Unknown,
    }
}

/// Returns what the indicator shows of a view; nothing where there is nothing to say.
pub(crate) fn claim(view: &View, lingers: bool) -> Option<Claim> {
    let shown = match view.display {
        DisplayName::Pausing
        | DisplayName::Paused
        | DisplayName::PauseSent
        | DisplayName::Resuming
        | DisplayName::Failed => true,
        DisplayName::Unknown => !view.calls.is_empty() && !view.quiet,
        DisplayName::Recording => lingers,
        DisplayName::NoCall | DisplayName::NotRecorded => false,
    };
    let ids: Vec<&str> = view.calls.iter().map(|call| call.id.as_str()).collect();
    let mut line = vec![view.reason.clone()];
    line.extend(view.resumes_in_ms.map(match view.payment_step {
        true => words::resumes_in_at_the_latest,
        false => words::resumes_in,
    }));
    line.retain(|sentence| !sentence.is_empty());
    shown.then(|| Claim {
        face: face(view.display),
        headline: view.headline.clone(),
        line: line.join(" "),
        elapsed: view
            .paused_for_ms
            .map(|ms| Duration::from_secs(u64::from(ms / 1000))),
        call: words::calls(&ids),
        lamps: Vec::new(),
        buttons: buttons(view),
        simulation: view.simulation,
        pulse: 0.0,
    })
}

/// How long before the end of the longest pause the agent is offered an extension.
const OFFERED_FOR: u32 = 30_000;

/// The first is the one to press: of a pause, its end; of anything else, a pause.
fn buttons(view: &View) -> Vec<Button> {
    let ends_soon = view.resumes_in_ms.is_some_and(|ms| ms <= OFFERED_FOR);
    let mut buttons = vec![
        (PAUSE, words::PAUSE, view.can_pause),
        (RESUME, words::RESUME, view.can_resume),
        (EXTEND, words::EXTEND, view.extensions_left > 0 && ends_soon),
        (UNDERSTOOD, words::UNDERSTOOD, view.can_acknowledge),
    ];
    if matches!(view.display, DisplayName::Paused | DisplayName::PauseSent) {
        buttons.swap(0, 1);
    }
    buttons
        .into_iter()
        .filter(|(_, _, can)| *can)
        .map(|(id, label, _)| Button {
            id,
            label: label.to_owned(),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::shown::tests::view;

    fn is_shown(view: &View) -> bool {
        claim(view, false).is_some()
    }

    #[test]
    fn it_is_quiet_when_there_is_nothing_to_say() {
        for quiet in [
            DisplayName::NoCall,
            DisplayName::Recording,
            DisplayName::NotRecorded,
        ] {
            assert!(!is_shown(&view(quiet)), "{quiet:?}");
        }
    }

    #[test]
    fn a_pause_and_what_leads_there_and_back_cannot_be_hidden() {
        for loud in [
            DisplayName::Pausing,
            DisplayName::Paused,
            DisplayName::PauseSent,
            DisplayName::Resuming,
            DisplayName::Failed,
        ] {
            assert!(is_shown(&view(loud)), "{loud:?}");
        }
    }

    #[test]
    fn recording_is_shown_while_it_lingers() {
        assert!(claim(&view(DisplayName::Recording), true).is_some());
        assert!(claim(&view(DisplayName::NotRecorded), true).is_none());
    }

    #[test]
    fn doubt_is_shown_while_there_is_a_call() {
        let mut unknown = view(DisplayName::Unknown);
        assert!(is_shown(&unknown));
        unknown.calls.clear();
        assert!(!is_shown(&unknown));
    }

    #[test]
    fn a_vendor_that_can_never_be_asked_is_no_news() {
        let unknown = View {
            quiet: true,
            ..view(DisplayName::Unknown)
        };
        assert!(!is_shown(&unknown));
        assert!(is_shown(&unknown.expired()), "an engine that is silent is");
    }

    #[test]
    fn a_display_never_wears_the_face_of_another() {
        let faces = [
            DisplayName::NoCall,
            DisplayName::NotRecorded,
            DisplayName::Recording,
            DisplayName::Pausing,
            DisplayName::Paused,
            DisplayName::PauseSent,
            DisplayName::Resuming,
            DisplayName::Failed,
            DisplayName::Unknown,
        ]
        .map(|display| (format!("{:?}", face(display)), format!("{display:?}")));
        for (face, display) in faces {
            assert_eq!(face, display);
        }
    }

    #[test]
    fn elapsed_time_counts_whole_seconds() {
        let paused = View {
            paused_for_ms: Some(61_999),
            ..view(DisplayName::Paused)
        };
        let claim = claim(&paused, false).expect("a pause is shown");
        assert_eq!(claim.elapsed, Some(Duration::from_secs(61)));
        assert_eq!(claim.call.as_deref(), Some("Call 4711"));
    }

    #[test]
    fn the_end_of_a_pause_is_the_first_button_of_a_pause() {
        let sent = View {
            can_pause: true,
            can_resume: true,
            ..view(DisplayName::PauseSent)
        };
        let unknown = View {
            display: DisplayName::Unknown,
            ..sent.clone()
        };
        let ids = |view: &View| -> Vec<&str> {
            let claim = claim(view, false).expect("it is shown");
            claim.buttons.iter().map(|button| button.id).collect()
        };
        assert_eq!(ids(&sent), [RESUME, PAUSE]);
        assert_eq!(ids(&unknown), [PAUSE, RESUME]);
    }

    // A6
    #[test]
    fn the_end_of_a_longest_pause_is_seen_coming_and_can_be_put_off() {
        let ends_in = |ms, left| View {
            can_resume: true,
            resumes_in_ms: Some(ms),
            extensions_left: left,
            ..view(DisplayName::Paused)
        };
        let shown = |view: &View| {
            let claim = claim(view, false).expect("a pause is shown");
            let ids: Vec<&str> = claim.buttons.iter().map(|button| button.id).collect();
            (claim.line, ids)
        };
        let (line, buttons) = shown(&ends_in(29_400, 1));
        assert_eq!(line, "Resumes in 00:29.");
        assert_eq!(buttons, [RESUME, EXTEND]);
        assert_eq!(shown(&ends_in(31_000, 1)).1, [RESUME], "it is early yet");
        assert_eq!(shown(&ends_in(5_000, 0)).1, [RESUME], "there is none left");
        let (line, _) = shown(&View {
            payment_step: true,
            ..ends_in(65_000, 0)
        });
        assert_eq!(line, "Resumes after the payment, in 01:05 at the latest.");
    }

    #[test]
    fn a_failure_is_acknowledged_by_a_button_of_its_own() {
        let failed = View {
            can_pause: true,
            can_acknowledge: true,
            ..view(DisplayName::Failed)
        };
        let claim = claim(&failed, false).expect("a failure is shown");
        let ids: Vec<&str> = claim.buttons.iter().map(|button| button.id).collect();
        assert_eq!(ids, [PAUSE, UNDERSTOOD]);
    }
}
