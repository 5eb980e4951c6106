//! A configuration profile for macOS with every key.

use plist::{Dictionary, Value};

use crate::form::Form;
use crate::key::{KEYS, Key};
use crate::name::in_capitals;

const DOMAIN: &str = "app.fermata.desktop";
/// Made up once; a management server replaces a profile by another of the same identity.
const PROFILE: &str = "6E0C2A6B-6B1E-4C5B-9F0E-2E6B4F3D9A51";
const PAYLOAD: &str = "B1C7A0F4-3D52-4E0B-8C86-7F5C0C1D2E38";

/// What the sample leaves to the agent's choice.
const RECOMMENDED: &[&str] = &[
    "hotkey_toggle",
    "hotkey_pause",
    "hotkey_resume",
    "autostart",
    "log_level",
    "log_days",
    "log_megabytes",
    "language",
];

/// The sample: an administrator takes out what is left open.
pub(super) fn sample() -> String {
    let mut payload = described("Fermata", DOMAIN, PAYLOAD);
    payload.insert("PayloadEnabled".to_owned(), true.into());
    let (recommended, enforced): (Vec<&Key>, Vec<&Key>) =
        KEYS.iter().partition(|key| RECOMMENDED.contains(&key.name));
    payload.extend(values(&enforced));
    payload.insert("Recommended".to_owned(), values(&recommended).into());

    let mut profile = described("Fermata: sample policy", "Configuration", PROFILE);
    profile.insert("PayloadScope".to_owned(), "System".into());
    profile.insert(
        "PayloadDescription".to_owned(),
        "Each key of Fermata's policy with an example. Take out what is left open.".into(),
    );
    profile.insert(
        "PayloadContent".to_owned(),
        Value::Array(vec![payload.into()]),
    );

    let mut xml = Vec::new();
    Value::from(profile)
        .to_writer_xml(&mut xml)
        .expect("everything in it can be written");
    let xml = String::from_utf8(xml).expect("XML is UTF-8");
    format!("{}\n", xml.trim_end())
}

fn described(name: &str, kind: &str, uuid: &str) -> Dictionary {
    let identifier = if kind == DOMAIN {
        format!("{DOMAIN}.policy.settings")
    } else {
        format!("{DOMAIN}.policy")
    };
    [
        ("PayloadDisplayName", name.into()),
        ("PayloadIdentifier", identifier.into()),
        ("PayloadType", kind.into()),
        ("PayloadUUID", uuid.into()),
        ("PayloadVersion", 1.into()),
    ]
    .map(|(name, value): (&str, Value)| (name.to_owned(), value))
    .into_iter()
    .collect()
}

fn values(keys: &[&Key]) -> Dictionary {
    keys.iter()
        .map(|key| (in_capitals(key.name), example(key)))
        .collect()
}

fn example(key: &Key) -> Value {
    let table: toml::Table = format!("it = {}", key.example)
        .parse()
        .expect("an example is TOML");
    plist(&table["it"], key.form)
}

fn plist(value: &toml::Value, form: Form) -> Value {
    match value {
        toml::Value::String(text) => text.as_str().into(),
        toml::Value::Integer(number) => (*number).into(),
        toml::Value::Boolean(switch) => (*switch).into(),
        toml::Value::Array(values) => {
            Value::Array(values.iter().map(|value| plist(value, form)).collect())
        }
        toml::Value::Table(table) => Value::Dictionary(
            table
                .iter()
                .map(|(name, value)| (name.clone(), plist(value, form)))
                .collect(),
        ),
        toml::Value::Float(_) | toml::Value::Datetime(_) => {
            unreachable!("no {form:?} is written so")
        }
    }
}
