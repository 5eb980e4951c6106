//! Masking what must not be written down, wherever it comes from (E2).
//!
//! This is the last line of defence: nobody hands secrets to the log on purpose. It would rather
//! mask too much than too little.

mod cards;
mod secrets;

use serde_json::Value;

#[cfg(any(test, feature = "fuzzing"))]
pub(crate) use cards::passes_luhn;

/// What stands where a secret was.
const MASK: &str = "[masked]";

/// Masks secrets, query strings and card numbers in a text.
pub fn redacted(text: &str) -> String {
    // Cards first: the end of one that stands in a query would not be known as one.
    secrets::masked(&cards::masked(text)).into_owned()
}

/// Masks the same in every key, text and number of a JSON value; what is named like a secret is
/// masked whatever it looks like.
pub fn redacted_json(value: Value) -> Value {
    match value {
        Value::String(text) => Value::String(redacted(&text)),
        Value::Array(items) => items.into_iter().map(redacted_json).collect(),
        Value::Object(fields) => fields
            .into_iter()
            .map(|(key, value)| {
                let value = under_key(&key, value);
                (redacted(&key), value)
            })
            .collect(),
        Value::Number(number) => {
            let written = number.to_string();
            let masked = redacted(&written);
            if masked == written {
                Value::Number(number)
            } else {
                Value::String(masked)
            }
        }
        Value::Null | Value::Bool(_) => value,
    }
}

/// Masks the same in a line that may be a JSON object, which it stays then.
pub fn redacted_line(line: &str) -> String {
    match serde_json::from_str::<Value>(line) {
        Ok(value) => redacted_json(value).to_string(),
        Err(_) => redacted(line),
    }
}

fn under_key(key: &str, value: Value) -> Value {
    let holds_something = match &value {
        Value::String(text) => !text.is_empty(),
        Value::Number(_) => true,
        Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_) => false,
    };
    if holds_something && secrets::names_a_secret(key) {
        Value::String(MASK.to_owned())
    } else {
        redacted_json(value)
    }
}

#[cfg(test)]
mod tests;
