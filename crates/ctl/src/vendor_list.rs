use serde::Serialize;
use vendors::{FieldKind, Place, VENDORS, VendorEntry};

use crate::{Exit, report};

#[derive(Debug, Serialize)]
struct Vendor {
    name: &'static str,
    title: &'static str,
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

pub(crate) fn print(json: bool) -> anyhow::Result<Exit> {
    if json {
        let vendors: Vec<Vendor> = VENDORS.iter().map(Vendor::from).collect();
        report::object(&vendors)?;
    } else {
        let vendors: Vec<String> = VENDORS.iter().map(text).collect();
        report::line(&vendors.join("\n\n"))?;
    }
    Ok(Exit::Done)
}

impl From<&VendorEntry> for Vendor {
    fn from(entry: &VendorEntry) -> Self {
        Self {
            name: entry.name,
            title: entry.title,
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

fn text(entry: &VendorEntry) -> String {
    let widest = entry.fields.iter().map(|field| field.key.len()).max();
    let width = widest.unwrap_or_default();
    let mut lines = vec![format!("{}  {}", entry.name, entry.title)];
    for field in entry.fields {
        let what = match field.default {
            None => format!("needed, such as {}", field.example),
            Some("") => "none unless it is set".to_owned(),
            Some(default) => format!("{default} unless it is set"),
        };
        lines.push(format!("  {:<width$}  {} ({what})", field.key, field.label));
    }
    lines.join("\n")
}
