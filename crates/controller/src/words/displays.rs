use std::time::Duration;

use pause::{Display, Doubt, Failure, Reason, Wanted};

use super::{Who, noun, span};

/// The headline where nothing may be believed.
pub(crate) const UNKNOWN: &str = "STATE UNKNOWN";

/// The reason beneath it where no vendor is set up.
pub(crate) const NO_VENDOR: &str = "No vendor is set up. Open Fermata's window and sign in.";

/// The reason beneath it where a view has not been renewed.
pub(crate) fn not_heard(good_for_ms: u32) -> String {
    format!(
        "Treat the call as recorded: Fermata's engine has not been heard for {}. \
         If this stays, start Fermata again.",
        span(Duration::from_millis(good_for_ms.into()))
    )
}

/// A display in words: short, in capitals.
///
/// The word PAUSED alone is said of a vendor only that can prove it.
pub(crate) fn headline(display: &Display, who: Option<&Who>) -> String {
    let proves = who.is_some_and(|who| who.proves);
    match display {
        Display::NoCall => "NO CALL",
        Display::NotRecorded => "NOT RECORDED",
        Display::Recording => "RECORDING",
        Display::Pausing => "PAUSING…",
        Display::Paused { .. } => "RECORDING PAUSED",
        Display::PauseSent { .. } => {
            let vendor = who.map_or("THE VENDOR".to_owned(), |who| who.name.to_uppercase());
            return format!("PAUSE SENT, NOT CONFIRMED BY {vendor}");
        }
        Display::Resuming => "RESUMING…",
        Display::Failed(Failure { wanted, .. }) => match wanted {
            Wanted::Paused => "STILL RECORDING",
            Wanted::Recording if proves => "STILL PAUSED",
            Wanted::Recording => "RESUME FAILED",
        },
        Display::Unknown(_) => UNKNOWN,
    }
    .to_owned()
}

/// One sentence beneath the headline: why, or what to do.
pub(crate) fn reason(display: &Display, who: Option<&Who>) -> String {
    let vendor = who.map_or("the vendor", |who| who.title.as_str());
    match display {
        Display::NoCall => String::new(),
        Display::NotRecorded => format!("{vendor} says that this call is not recorded."),
        Display::Recording => "What is said goes into the recording.".to_owned(),
        Display::Pausing => "Do not take card details yet.".to_owned(),
        Display::Paused { .. } => format!("{vendor} has confirmed it."),
        Display::PauseSent { .. } => {
            format!("{vendor} accepted the pause, and cannot be asked whether it records.")
        }
        Display::Resuming => "What is said may not be recorded yet.".to_owned(),
        Display::Failed(failure) => failed(*failure, vendor),
        Display::Unknown(doubt) => unknown(*doubt, vendor),
    }
}

fn failed(failure: Failure, vendor: &str) -> String {
    let why = match (failure.reason, failure.wanted) {
        (Reason::Refused, wanted) => format!("{vendor} refused the {}", noun(wanted)),
        (Reason::NoAnswer, wanted) => {
            format!("{vendor} did not answer when the {} was sent", noun(wanted))
        }
        (Reason::NotDone, wanted) => {
            format!("the {} did not get through to {vendor}", noun(wanted))
        }
        (Reason::NoEffect, Wanted::Paused) => {
            format!("{vendor} accepted the pause and goes on recording")
        }
        (Reason::NoEffect, Wanted::Recording) => {
            format!("{vendor} accepted the resume and stays paused")
        }
        (Reason::NotProven, wanted) => format!(
            "{vendor} accepted the {} and did not confirm it",
            noun(wanted)
        ),
    };
    match failure.wanted {
        Wanted::Paused => format!("Do not take card details: {why}. Press pause again."),
        Wanted::Recording => {
            format!("This call may not be recorded: {why}. Press resume again.")
        }
    }
}

fn unknown(doubt: Doubt, vendor: &str) -> String {
    let why = match doubt {
        Doubt::NothingHeardYet => {
            format!("{vendor} has not been heard on this call yet. Wait a moment.")
        }
        Doubt::LinkLost => {
            format!("there is no session at {vendor}.")
        }
        Doubt::AnswerLost => format!(
            "nobody knows what became of the last command, as {vendor} did not answer. \
             Press pause again."
        ),
        Doubt::Stale => {
            format!("{vendor} has confirmed nothing lately. Check the connection.")
        }
        Doubt::Contradicted => format!(
            "{vendor} said something that contradicts its last confirmation. \
             It is being asked again."
        ),
        Doubt::NoSuchCall => {
            format!("{vendor} knows no such call. Check that the call is still on.")
        }
        Doubt::CannotBeAsked => format!(
            "{vendor} cannot be asked whether it records. Press pause before taking card details."
        ),
        Doubt::ResumeSent => {
            format!("{vendor} accepted the resume, and cannot be asked whether it records.")
        }
    };
    format!("Treat the call as recorded: {why}")
}

#[cfg(test)]
mod tests {
    use pause::Moment;

    use super::*;

    fn who(proves: bool) -> Who {
        Who {
            name: "xima".into(),
            title: "Xima CCaaS".into(),
            base_url: "https://acme.example".into(),
            agent: "extension 1684".into(),
            proves,
        }
    }

    fn displays() -> Vec<Display> {
        let mut all = vec![
            Display::NoCall,
            Display::NotRecorded,
            Display::Recording,
            Display::Pausing,
            Display::PauseSent {
                since: Moment::default(),
                resumes_at: None,
            },
            Display::Resuming,
        ];
        for doubt in [
            Doubt::NothingHeardYet,
            Doubt::LinkLost,
            Doubt::AnswerLost,
            Doubt::Stale,
            Doubt::Contradicted,
            Doubt::NoSuchCall,
            Doubt::CannotBeAsked,
            Doubt::ResumeSent,
        ] {
            all.push(Display::Unknown(doubt));
        }
        for reason in [
            Reason::Refused,
            Reason::NoAnswer,
            Reason::NotDone,
            Reason::NoEffect,
            Reason::NotProven,
        ] {
            for wanted in [Wanted::Paused, Wanted::Recording] {
                all.push(Display::Failed(Failure { wanted, reason }));
            }
        }
        all
    }

    #[test]
    fn nothing_but_a_proven_pause_is_headed_recording_paused() {
        let paused = Display::Paused {
            since: Moment::default(),
            resumes_at: None,
        };
        assert_eq!(headline(&paused, Some(&who(true))), "RECORDING PAUSED");
        for display in displays() {
            for who in [None, Some(&who(true)), Some(&who(false))] {
                assert_ne!(headline(&display, who), "RECORDING PAUSED", "{display:?}");
            }
        }
    }

    #[test]
    fn a_vendor_without_proof_is_never_said_to_be_paused() {
        for display in displays() {
            let headline = headline(&display, Some(&who(false)));
            assert!(!headline.contains("PAUSED"), "{headline}");
        }
        let sent = headline(&displays()[4], Some(&who(false)));
        assert_eq!(sent, "PAUSE SENT, NOT CONFIRMED BY XIMA");
    }

    #[test]
    fn a_failed_pause_says_still_recording_and_forbids_card_details_whatever_the_reason() {
        for display in displays() {
            let Display::Failed(Failure {
                wanted: Wanted::Paused,
                ..
            }) = display
            else {
                continue;
            };
            assert_eq!(headline(&display, Some(&who(true))), "STILL RECORDING");
            let reason = reason(&display, Some(&who(true)));
            assert!(reason.starts_with("Do not take card details: "), "{reason}");
        }
    }

    #[test]
    fn every_doubt_says_what_to_believe_and_every_sentence_ends() {
        for display in displays() {
            let reason = reason(&display, Some(&who(true)));
            assert!(reason.is_empty() || reason.ends_with('.'), "{reason}");
            if let Display::Unknown(_) = display {
                assert!(
                    reason.starts_with("Treat the call as recorded: "),
                    "{reason}"
                );
            }
        }
    }
}
