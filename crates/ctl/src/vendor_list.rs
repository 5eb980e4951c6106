use std::time::Duration;

use controller::settings;
use pause::ProofBy;
use serde::Serialize;
use vendors::{
    CallsBy, Capabilities, FieldKind, PauseBy, PauseScope, Place, Reach, VENDORS, VendorEntry,
};

use crate::{Exit, report};

/// A vendor as its example sets it up. Programs read this: keys stay as they are.
#[derive(Debug, Serialize)]
struct Vendor {
    name: &'static str,
    title: &'static str,
    proof: &'static str,
    calls: &'static str,
    pauses: &'static str,
    pauses_by: &'static str,
    screen: bool,
    hints: bool,
    resumes_itself_after_ms: Option<u128>,
    secret: Option<&'static str>,
    other_agents: Option<&'static str>,
    agent_field: &'static str,
    fields: Vec<Field>,
}

#[derive(Debug, Serialize)]
struct Field {
    key: &'static str,
    label: &'static str,
    about: &'static str,
    kind: &'static str,
    choices: &'static [&'static str],
    default: Option<&'static str>,
    example: &'static str,
    in_sign_in_form: bool,
}

pub(crate) fn print(json: bool, fields: bool) -> anyhow::Result<Exit> {
    if json {
        let vendors: Vec<Vendor> = VENDORS.iter().map(Vendor::from).collect();
        report::object(&vendors)?;
    } else {
        let vendors: Vec<String> = VENDORS.iter().map(|entry| text(entry, fields)).collect();
        report::line(&vendors.join("\n\n"))?;
    }
    Ok(Exit::Done)
}

impl From<&VendorEntry> for Vendor {
    fn from(entry: &VendorEntry) -> Self {
        let vendor = settings::example_vendor(entry);
        let Capabilities {
            proof,
            calls,
            resumes_itself_after,
            pauses,
            pauses_by,
            screen,
            hints,
        } = vendor.capabilities();
        Self {
            name: entry.name,
            title: entry.title,
            proof: match proof {
                ProofBy::ReadBack => "read-back",
                ProofBy::Reply => "reply",
                ProofBy::Nothing => "nothing",
            },
            calls: match calls {
                CallsBy::Event => "events",
                CallsBy::Polling { .. } => "polling",
                CallsBy::Told => "told",
            },
            pauses: match pauses {
                PauseScope::Call => "call",
                PauseScope::Agent => "agent",
            },
            pauses_by: match pauses_by {
                PauseBy::Pausing => "pausing",
                PauseBy::StopAndStart => "stop-and-start",
            },
            screen,
            hints,
            resumes_itself_after_ms: resumes_itself_after.map(|after| after.as_millis()),
            secret: vendor.secret(),
            other_agents: other_agents(entry.reach),
            agent_field: entry.agent_field,
            fields: entry.fields.iter().map(Field::from).collect(),
        }
    }
}

impl From<&vendors::Field> for Field {
    fn from(field: &vendors::Field) -> Self {
        let (kind, choices): (_, &[&str]) = match field.kind {
            FieldKind::Url => ("url", &[]),
            FieldKind::Digits => ("digits", &[]),
            FieldKind::Text => ("text", &[]),
            FieldKind::SipUri => ("sip-uri", &[]),
            FieldKind::Choice(choices) => ("choice", choices),
            FieldKind::Flag => ("flag", &["true", "false"]),
        };
        Self {
            key: field.key,
            label: field.label,
            about: field.about,
            kind,
            choices,
            default: field.default,
            example: field.example,
            in_sign_in_form: match field.place {
                Place::SignIn => true,
                Place::File => false,
            },
        }
    }
}

fn text(entry: &VendorEntry, fields: bool) -> String {
    let vendor = settings::example_vendor(entry);
    let mut lines = vec![format!("{} ({})", entry.title, entry.name)];
    let rows = [
        ("Proof", proof(vendor.capabilities())),
        ("Calls", calls(vendor.capabilities())),
        ("A pause", pause(vendor.capabilities())),
        ("Secret", vendor.secret().unwrap_or("none").to_owned()),
        (
            "Reach",
            other_agents(entry.reach)
                .unwrap_or("The secret is the agent's own, and reaches no other agent.")
                .to_owned(),
        ),
    ];
    lines.extend(rows.map(|(label, said)| format!("  {label:<8}  {said}")));
    if fields {
        lines.push("  Settings".to_owned());
        let widest = entry.fields.iter().map(|field| field.key.len()).max();
        let width = widest.unwrap_or_default();
        for field in entry.fields {
            let what = match field.default {
                None => format!("needed, such as {}", field.example),
                Some("") => "none unless it is set".to_owned(),
                Some(default) => format!("{default} unless it is set"),
            };
            lines.push(format!(
                "    {:<width$}  {} ({what})",
                field.key, field.label
            ));
        }
    }
    lines.join("\n")
}

/// What the secret reaches beyond the agent; `None` for one that reaches nothing else.
fn other_agents(reach: Reach) -> Option<&'static str> {
    match reach {
        Reach::Agent => None,
        Reach::OtherAgents(what) => Some(what),
    }
}

fn proof(can: Capabilities) -> String {
    let proof = match can.proof {
        ProofBy::ReadBack => "the recorder is read back",
        ProofBy::Reply => "the vendor's reply states it, and the recorder is read back",
        ProofBy::Nothing => "none: a pause can only be sent, and is shown as not confirmed",
    };
    if can.hints {
        format!("{proof}; it tells by itself when a recorder changes")
    } else {
        proof.to_owned()
    }
}

fn calls(can: Capabilities) -> String {
    match can.calls {
        CallsBy::Event => "told by the vendor".to_owned(),
        CallsBy::Polling { every } => format!(
            "the vendor is asked every {}, and more often in a call",
            seconds(every)
        ),
        CallsBy::Told => "told by you or your desktop (fermatactl call start)".to_owned(),
    }
}

fn pause(can: Capabilities) -> String {
    let acts_on = match can.pauses {
        PauseScope::Call => "acts on one call",
        PauseScope::Agent => "acts on whatever call the agent is on",
    };
    let by = match can.pauses_by {
        PauseBy::Pausing => "",
        PauseBy::StopAndStart => ", stops the recording and starts another one",
    };
    let screen = if can.screen {
        ", the screen too"
    } else {
        ", not the screen"
    };
    let ends = match can.resumes_itself_after {
        Some(after) => format!("; the vendor ends it after {}", seconds(after)),
        None => String::new(),
    };
    format!("{acts_on}{by}{screen}{ends}")
}

fn seconds(duration: Duration) -> String {
    format!("{} s", duration.as_secs())
}
