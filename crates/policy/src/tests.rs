mod keys;
mod names;
mod places;
mod precedence;
mod properties;

use crate::{Form, Key, Policy, Rejected};

/// What an enforced line makes of a policy.
fn enforced(line: &str) -> Policy {
    Policy::parse(&format!("[enforced]\n{line}\n"))
}

/// Of a policy of which one value is not taken, that one.
fn only_rejected(policy: &Policy) -> &Rejected {
    assert_eq!(policy.rejected.len(), 1, "{:?}", policy.rejected);
    &policy.rejected[0]
}

/// A key's default in TOML.
pub(crate) fn default_in_toml(key: &Key) -> String {
    match key.form {
        Form::Choice(_) | Form::Chord => format!("\"{}\"", key.default),
        Form::Switch | Form::Number { .. } | Form::Rising { .. } => key.default.to_owned(),
        Form::Text | Form::File | Form::Address | Form::Server | Form::Pattern | Form::Settings => {
            panic!("{}: what would its default be?", key.name)
        }
    }
}

/// A key's default as the schema says it.
pub(crate) fn default_of(key: &Key) -> serde_json::Value {
    let table: toml::Table = format!("it = {}", default_in_toml(key)).parse().unwrap();
    serde_json::to_value(&table["it"]).unwrap()
}
