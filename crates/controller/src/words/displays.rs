use std::time::Duration;

use pause::{Display, Doubt, Failure, Reason, Wanted};

use super::{Who, noun, paused, span, stops};

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
/// The word PAUSED alone is said only of a vendor that can prove it, or whose acknowledgement
/// the organisation takes for enough; and never where the recording is stopped instead.
pub(crate) fn headline(display: &Display, who: Option<&Who>) -> String {
    let proves = who.is_some_and(|who| who.proves);
    let vendor = who.map_or("THE VENDOR".to_owned(), |who| who.name.to_uppercase());
    let stops = stops(who);
    match display {
        Display::NoCall => "NO CALL",
        Display::NotRecorded => "NOT RECORDED",
        Display::Recording => "RECORDING",
        Display::Pausing if stops => "STOPPING…",
        Display::Pausing => "PAUSING…",
        Display::PauseSent { .. } if !enough(who) => {
            let sent = if stops {
                "RECORDING STOPPED"
            } else {
                "PAUSE SENT"
            };
            return format!("{sent}, NOT CONFIRMED BY {vendor}");
        }
        Display::Paused { .. } | Display::PauseSent { .. } if stops => "RECORDING STOPPED",
        Display::Paused { .. } | Display::PauseSent { .. } => "RECORDING PAUSED",
        Display::Resuming if stops => "STARTING…",
        Display::Resuming => "RESUMING…",
        Display::Failed(Failure { wanted, .. }) => match wanted {
            Wanted::Paused => "STILL RECORDING",
            Wanted::Recording if stops => "NOT RECORDING",
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
        Display::PauseSent { .. } if enough(who) => {
            format!("Acknowledged by {vendor}, not confirmed.")
        }
        Display::PauseSent { .. } => {
            let what = noun(Wanted::Paused, who);
            format!("{vendor} accepted the {what}, and cannot be asked whether it records.")
        }
        Display::Resuming => "What is said may not be recorded yet.".to_owned(),
        Display::Failed(failure) => failed(*failure, vendor, who),
        Display::Unknown(doubt) => unknown(*doubt, vendor, who),
    }
}

/// Whether what was only acknowledged is shown as what was asked for.
fn enough(who: Option<&Who>) -> bool {
    who.is_some_and(|who| who.acknowledgement_is_enough)
}

fn failed(failure: Failure, vendor: &str, who: Option<&Who>) -> String {
    let what = noun(failure.wanted, who);
    let why = match (failure.reason, failure.wanted) {
        (Reason::Refused, _) => format!("{vendor} refused the {what}"),
        (Reason::NoAnswer, _) => format!("{vendor} did not answer when the {what} was sent"),
        (Reason::NotDone, _) => format!("the {what} did not get through to {vendor}"),
        (Reason::NoEffect, Wanted::Paused) => {
            format!("{vendor} accepted the {what} and goes on recording")
        }
        (Reason::NoEffect, Wanted::Recording) => {
            format!("{vendor} accepted the {what} and stays {}", paused(who))
        }
        (Reason::NotProven, _) => format!("{vendor} accepted the {what} and did not confirm it"),
    };
    match failure.wanted {
        Wanted::Paused => format!("Do not take card details: {why}. Press pause again."),
        Wanted::Recording if stops(who) => {
            let is = match failure.reason {
                Reason::Refused | Reason::NotDone | Reason::NoEffect => "is not",
                Reason::NoAnswer | Reason::NotProven => "may not be",
            };
            format!(
                "The rest of this call {is} recorded: {why}. Fermata keeps trying; press resume \
                 to try at once."
            )
        }
        Wanted::Recording => {
            format!("This call may not be recorded: {why}. Press resume again.")
        }
    }
}

fn unknown(doubt: Doubt, vendor: &str, who: Option<&Who>) -> String {
    let why = match doubt {
        Doubt::NothingHeardYet => {
            format!("{vendor} has not been heard yet. Wait a moment.")
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
            let what = noun(Wanted::Recording, who);
            format!("{vendor} accepted the {what}, and cannot be asked whether it records.")
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
            stops: false,
            acknowledgement_is_enough: false,
        }
    }

    fn stopping(proves: bool) -> Who {
        Who {
            stops: true,
            ..who(proves)
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
    fn where_the_recording_is_stopped_nothing_says_that_it_is_paused() {
        let paused = Display::Paused {
            since: Moment::default(),
            resumes_at: None,
        };
        for display in displays().into_iter().chain([paused]) {
            for proves in [true, false] {
                for enough in [true, false] {
                    let who = Who {
                        acknowledgement_is_enough: enough && !proves,
                        ..stopping(proves)
                    };
                    let headline = headline(&display, Some(&who));
                    let reason = reason(&display, Some(&who));
                    assert!(!headline.contains("PAUS") && !headline.contains("RESUM"));
                    assert!(!reason.contains("paused"), "{reason}");
                    for noun in ["the pause", "the resume"] {
                        assert!(!reason.contains(noun), "{reason}");
                    }
                }
            }
        }
        let sent = headline(&displays()[4], Some(&stopping(false)));
        assert_eq!(sent, "RECORDING STOPPED, NOT CONFIRMED BY XIMA");
        assert_eq!(
            headline(&paused, Some(&stopping(true))),
            "RECORDING STOPPED"
        );
        assert_eq!(
            headline(&Display::Pausing, Some(&stopping(true))),
            "STOPPING…"
        );
        assert_eq!(
            headline(&Display::Resuming, Some(&stopping(true))),
            "STARTING…"
        );
    }

    #[test]
    fn a_start_that_failed_says_that_the_rest_of_the_call_is_lost() {
        let failed = Display::Failed(Failure {
            wanted: Wanted::Recording,
            reason: Reason::Refused,
        });
        assert_eq!(headline(&failed, Some(&stopping(false))), "NOT RECORDING");
        assert_eq!(
            reason(&failed, Some(&stopping(false))),
            "The rest of this call is not recorded: Xima CCaaS refused the start. Fermata keeps \
             trying; press resume to try at once."
        );
    }

    #[test]
    fn an_acknowledgement_that_is_enough_is_shown_as_a_pause_and_never_as_confirmed() {
        let sent = &displays()[4];
        let decided = |stops: bool| Who {
            stops,
            acknowledgement_is_enough: true,
            ..who(false)
        };
        for (stops, said) in [(false, "RECORDING PAUSED"), (true, "RECORDING STOPPED")] {
            assert_eq!(headline(sent, Some(&decided(stops))), said);
            assert_eq!(
                reason(sent, Some(&decided(stops))),
                "Acknowledged by Xima CCaaS, not confirmed."
            );
        }
        for display in displays() {
            let said = headline(&display, Some(&decided(false)));
            let sent = matches!(display, Display::PauseSent { .. });
            assert_eq!(said.contains("PAUSED"), sent, "{display:?}: {said}");
        }
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
