//! What is printed, for people and for programs.

use std::io::{self, Write};

use controller::view::{DisplayName, EvidenceView, View};
use serde::Serialize;

/// The status as one JSON object, its keys in this order.
#[derive(Debug, Serialize)]
pub(crate) struct Status<'a> {
    display: DisplayName,
    reason: Option<&'a str>,
    vendor: Option<&'a str>,
    calls: Vec<Call<'a>>,
    evidence: Option<Evidence<'a>>,
    problems: Vec<Problem<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    policy: Option<Policy>,
    #[serde(skip_serializing_if = "Option::is_none")]
    at: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    cause: Option<&'a str>,
}

#[derive(Debug, Serialize)]
struct Call<'a> {
    id: &'a str,
    display: DisplayName,
}

#[derive(Debug, Serialize)]
struct Evidence<'a> {
    kind: &'a str,
    age_ms: u32,
}

#[derive(Debug, Serialize)]
struct Problem<'a> {
    code: &'a str,
    message: &'a str,
}

/// What the organisation has decided that changes what is shown.
#[derive(Debug, Serialize)]
struct Policy {
    accept_acknowledgement: bool,
}

impl<'a> From<&'a View> for Status<'a> {
    fn from(view: &'a View) -> Self {
        Self {
            display: view.display,
            reason: Some(view.reason.as_str()).filter(|reason| !reason.is_empty()),
            vendor: view.vendor.as_ref().map(|vendor| vendor.name.as_str()),
            calls: view
                .calls
                .iter()
                .map(|call| Call {
                    id: &call.id,
                    display: call.display,
                })
                .collect(),
            evidence: view.evidence.as_ref().map(|evidence| Evidence {
                kind: &evidence.kind,
                age_ms: evidence.age_ms,
            }),
            problems: view
                .problems
                .iter()
                .map(|problem| Problem {
                    code: &problem.code,
                    message: &problem.message,
                })
                .collect(),
            policy: acknowledgement_is_enough(view).then_some(Policy {
                accept_acknowledgement: true,
            }),
            at: None,
            cause: None,
        }
    }
}

fn acknowledgement_is_enough(view: &View) -> bool {
    let vendor = view.vendor.as_ref();
    vendor.is_some_and(|vendor| vendor.acknowledgement_is_enough)
}

/// Prints what is shown.
pub(crate) fn status(view: &View, json: bool) -> io::Result<()> {
    if json {
        return object(&Status::from(view));
    }
    line(&text(view))
}

/// Prints a change of what is shown.
pub(crate) fn change(
    view: &View,
    at: &str,
    display: DisplayName,
    cause: &str,
    json: bool,
) -> io::Result<()> {
    if json {
        return object(&Status {
            display,
            at: Some(at),
            cause: Some(cause),
            ..Status::from(view)
        });
    }
    line(&format!("{at}  {:<12}  {cause}", display.name()))
}

/// Prints one line, or several.
pub(crate) fn line(text: &str) -> io::Result<()> {
    writeln!(io::stdout().lock(), "{text}")
}

/// Prints an object on one line.
pub(crate) fn object(object: &impl Serialize) -> io::Result<()> {
    line(&serde_json::to_string(object)?)
}

/// Says what went wrong, and why, on standard error.
pub(crate) fn complain(error: &anyhow::Error) {
    let causes: Vec<String> = error.chain().map(ToString::to_string).collect();
    // Where nobody listens there is nobody to tell.
    let _ = writeln!(io::stderr().lock(), "fermatactl: {}", causes.join(": "));
}

/// Says something on standard error that is no error.
pub(crate) fn remark(text: &str) {
    // Where nobody listens there is nobody to tell.
    let _ = writeln!(io::stderr().lock(), "fermatactl: {text}");
}

fn text(view: &View) -> String {
    let mut rows = vec![(
        "Display",
        format!("{} ({})", view.headline, view.display.name()),
    )];
    if !view.reason.is_empty() {
        rows.push(("Reason", view.reason.clone()));
    }
    if let Some(lasted) = view.paused_for_ms {
        rows.push(("Paused for", seconds(lasted)));
    }
    if let Some(left) = view.resumes_in_ms {
        rows.push(("Resumes in", seconds(left)));
    }
    if view.extensions_left > 0 {
        let times = format!("can be put off {} more times", view.extensions_left);
        rows.push(("Extensions", times));
    }
    if view.payment_step {
        let held = "card details are being taken; until then nothing resumes by itself";
        rows.push(("Payment", held.to_owned()));
    }
    rows.push(("Vendor", vendor(view)));
    if let Some(EvidenceView { kind, age_ms }) = &view.evidence {
        rows.push(("Evidence", format!("{kind}, {} old", seconds(*age_ms))));
    }
    if acknowledgement_is_enough(view) {
        let decided = "the organisation takes this vendor's acknowledgement for enough";
        rows.push(("Policy", decided.to_owned()));
    }
    for call in &view.calls {
        rows.push(("Call", format!("{}  {}", call.id, call.display.name())));
    }
    for problem in &view.problems {
        rows.push(("Problem", format!("{}: {}", problem.code, problem.message)));
    }
    let lines: Vec<String> = rows
        .iter()
        .map(|(label, text)| format!("{label:<10}  {text}"))
        .collect();
    lines.join("\n")
}

fn vendor(view: &View) -> String {
    let Some(vendor) = &view.vendor else {
        return "none is set up; run `fermatactl sign-in`".to_owned();
    };
    let link = if vendor.link_up {
        "signed in"
    } else {
        "not signed in"
    };
    let simulation = if view.simulation { ", SIMULATION" } else { "" };
    format!(
        "{}, {} at {} ({link}{simulation})",
        vendor.title, vendor.agent, vendor.base_url
    )
}

fn seconds(ms: u32) -> String {
    format!("{}.{} s", ms / 1_000, ms % 1_000 / 100)
}

#[cfg(test)]
mod tests {
    use controller::view;

    use super::*;

    fn paused() -> View {
        View {
            number: 7,
            good_for_ms: 5_000,
            display: DisplayName::Paused,
            headline: "RECORDING PAUSED".into(),
            reason: String::new(),
            paused_for_ms: Some(12_340),
            resumes_in_ms: None,
            extensions_left: 0,
            payment_step: false,
            vendor: Some(view::VendorView {
                name: "anywhere365".into(),
                title: "Anywhere365".into(),
                base_url: "https://a.example/".into(),
                agent: "sip:ann@a.example".into(),
                link_up: true,
                proves: true,
                stops: false,
                acknowledgement_is_enough: false,
            }),
            calls: vec![view::CallView {
                id: "4711".into(),
                display: DisplayName::Paused,
            }],
            evidence: Some(view::EvidenceView {
                kind: "read-back".into(),
                age_ms: 850,
            }),
            problems: vec![view::Problem {
                code: "keyring-locked".into(),
                message: "unlock it".into(),
                blocks_pausing: false,
            }],
            can_pause: false,
            can_resume: true,
            can_acknowledge: false,
            quiet: false,
            hotkeys: Vec::new(),
            sign_in: Default::default(),
            policy: Default::default(),
            support: Default::default(),
            simulation: true,
            version: "0".into(),
        }
    }

    #[test]
    fn the_status_is_one_object_with_exactly_these_keys() {
        assert_eq!(
            serde_json::to_string(&Status::from(&paused())).unwrap(),
            r#"{"display":"paused","reason":null,"vendor":"anywhere365","calls":[{"id":"4711","display":"paused"}],"evidence":{"kind":"read-back","age_ms":850},"problems":[{"code":"keyring-locked","message":"unlock it"}]}"#
        );
        let mut nothing = paused();
        nothing.display = DisplayName::Unknown;
        nothing.reason = "no vendor is set up".into();
        nothing.vendor = None;
        nothing.calls.clear();
        nothing.evidence = None;
        nothing.problems.clear();
        assert_eq!(
            serde_json::to_string(&Status::from(&nothing)).unwrap(),
            r#"{"display":"unknown","reason":"no vendor is set up","vendor":null,"calls":[],"evidence":null,"problems":[]}"#
        );
    }

    #[test]
    fn that_an_acknowledgement_is_enough_is_said_and_is_no_key_otherwise() {
        let mut decided = paused();
        decided.vendor.as_mut().unwrap().acknowledgement_is_enough = true;
        let json = serde_json::to_string(&Status::from(&decided)).unwrap();
        assert!(
            json.ends_with(r#","policy":{"accept_acknowledgement":true}}"#),
            "{json}"
        );
        assert!(text(&decided).contains("\nPolicy      the organisation takes"));
        assert!(!text(&paused()).contains("Policy"));
    }

    #[test]
    fn the_status_for_people_is_aligned_and_says_that_it_is_a_simulation() {
        assert_eq!(
            text(&paused()),
            "\
Display     RECORDING PAUSED (paused)
Paused for  12.3 s
Vendor      Anywhere365, sip:ann@a.example at https://a.example/ (signed in, SIMULATION)
Evidence    read-back, 0.8 s old
Call        4711  paused
Problem     keyring-locked: unlock it"
        );
    }

    #[test]
    fn the_names_are_those_of_the_json() {
        for display in [
            DisplayName::NoCall,
            DisplayName::NotRecorded,
            DisplayName::Recording,
            DisplayName::Pausing,
            DisplayName::Paused,
            DisplayName::PauseSent,
            DisplayName::Resuming,
            DisplayName::Failed,
            DisplayName::Unknown,
        ] {
            let json = serde_json::to_string(&display).unwrap();
            assert_eq!(json, format!("{:?}", display.name()));
        }
    }
}
