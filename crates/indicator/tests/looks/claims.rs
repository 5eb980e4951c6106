//! Claims as the controller words them.

use std::time::Duration;

use indicator::{Button, Claim, Face, Lamp};

/// What each display says in a usual case.
pub(crate) fn usual(face: Face) -> Claim {
    let (headline, line) = match face {
        Face::Paused => ("RECORDING PAUSED", "Confirmed by Anywhere365."),
        Face::PauseSent => (
            "PAUSE SENT, NOT CONFIRMED BY XIMA",
            "Xima cannot say whether it paused. Do not take card details.",
        ),
        Face::Pausing => ("PAUSING", "Wait: the call is still recorded."),
        Face::Resuming => ("RESUMING", "Waiting for the vendor's answer."),
        Face::Recording => ("RECORDING", "This call is recorded."),
        Face::NotRecorded => ("NOT RECORDED", "The vendor does not record this call."),
        Face::NoCall => ("NO CALL", ""),
        Face::Failed => (
            "STILL RECORDING: DO\u{a0}NOT TAKE CARD DETAILS",
            "The vendor refused to pause. Try again, or take the payment another way.",
        ),
        Face::Unknown => (
            "RECORDING STATE UNKNOWN",
            "The link to Anywhere365 is lost. Do not take card details.",
        ),
    };
    let buttons: &[(&'static str, &str)] = match face {
        Face::Paused | Face::PauseSent => &[("resume", "Resume")],
        Face::Recording | Face::Unknown => &[("pause", "Pause")],
        Face::Failed => &[("pause", "Try again"), ("acknowledge", "Understood")],
        Face::Pausing | Face::Resuming | Face::NotRecorded | Face::NoCall => &[],
    };
    let elapsed = match face {
        Face::Paused => Some(Duration::from_secs(72)),
        Face::PauseSent => Some(Duration::from_secs(9)),
        Face::Pausing
        | Face::Resuming
        | Face::Recording
        | Face::NotRecorded
        | Face::NoCall
        | Face::Failed
        | Face::Unknown => None,
    };
    let call = (face != Face::NoCall).then(|| "Call 9f31c0aa-8e21-47d5".to_owned());
    Claim {
        face,
        headline: headline.to_owned(),
        line: line.to_owned(),
        elapsed,
        call,
        buttons: buttons
            .iter()
            .map(|(id, label)| Button {
                id,
                label: (*label).to_owned(),
            })
            .collect(),
        ..Claim::default()
    }
}

/// Cases beyond the usual ones, each with a name for its file.
pub(crate) fn unusual() -> Vec<(&'static str, Claim)> {
    let lamp = |label: &str, face| Lamp {
        label: label.to_owned(),
        face,
    };
    vec![
        (
            "simulation",
            Claim {
                simulation: true,
                ..usual(Face::Paused)
            },
        ),
        (
            "simulation-failed",
            Claim {
                simulation: true,
                ..usual(Face::Failed)
            },
        ),
        (
            "pulse",
            Claim {
                pulse: 1.0,
                elapsed: Some(Duration::from_secs(4_000)),
                ..usual(Face::Paused)
            },
        ),
        (
            "lamps",
            Claim {
                lamps: vec![lamp("Audio", Face::Paused), lamp("Screen", Face::Recording)],
                headline: "RECORDING".to_owned(),
                line: "The audio is paused, the screen is not.".to_owned(),
                ..usual(Face::Recording)
            },
        ),
        (
            "lamps-paused",
            Claim {
                lamps: vec![lamp("Audio", Face::Paused), lamp("Screen", Face::Paused)],
                ..usual(Face::Paused)
            },
        ),
        (
            "long",
            Claim {
                headline: "AUFZEICHNUNGSUNTERBRECHUNG GESENDET, VON XIMA NICHT BESTÄTIGT"
                    .to_owned(),
                line:
                    "Xima kann nicht sagen, ob die Aufzeichnung unterbrochen ist. Nehmen Sie keine \
                       Kartendaten entgegen, bevor Sie sich auf anderem Wege vergewissert haben."
                        .to_owned(),
                buttons: vec![Button {
                    id: "resume",
                    label: "Aufzeichnung fortsetzen".to_owned(),
                }],
                ..usual(Face::PauseSent)
            },
        ),
        (
            "endless",
            Claim {
                headline: "RECORDING STATE UNKNOWN, ".repeat(8),
                line: "Nobody can say how this sentence came to be as long as it is. ".repeat(8),
                ..usual(Face::Unknown)
            },
        ),
    ]
}
