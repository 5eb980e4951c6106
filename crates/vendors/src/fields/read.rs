//! Checks a settings table against the fields of a vendor.

use std::collections::BTreeMap;

use toml::Value;
use url::{Host, Url};

use super::{Field, FieldKind, FieldProblem};

/// The field by which a vendor's settings allow unencrypted addresses.
const ALLOW_INSECURE_HTTP: &str = "allow_insecure_http";

pub(super) fn read(
    fields: &'static [Field],
    table: &toml::Table,
) -> Result<BTreeMap<&'static str, String>, Vec<FieldProblem>> {
    let plain_http = plain_http(fields, table);
    let mut values = BTreeMap::new();
    let mut problems = Vec::new();
    for field in fields {
        match checked(field, table.get(field.key), plain_http) {
            Ok(value) => {
                values.insert(field.key, value);
            }
            Err(problem) => problems.push(problem),
        }
    }
    let known = |key: &str| fields.iter().any(|field| field.key == key);
    problems.extend(
        table
            .keys()
            .filter(|key| !known(key))
            .map(|key| unknown(key, fields)),
    );
    if problems.is_empty() {
        Ok(values)
    } else {
        Err(problems)
    }
}

#[derive(Clone, Copy)]
enum PlainHttp {
    Anywhere,
    Loopback,
}

fn plain_http(fields: &[Field], table: &toml::Table) -> PlainHttp {
    let said = fields
        .iter()
        .find(|field| field.key == ALLOW_INSECURE_HTTP)
        .and_then(|field| checked(field, table.get(field.key), PlainHttp::Loopback).ok());
    match said.as_deref() {
        Some("true") => PlainHttp::Anywhere,
        Some(_) | None => PlainHttp::Loopback,
    }
}

fn checked(
    field: &Field,
    said: Option<&Value>,
    plain_http: PlainHttp,
) -> Result<String, FieldProblem> {
    let said = said.map(|value| written(field, value)).transpose()?;
    match (said, field.default) {
        (None, Some(default)) => Ok(default.to_owned()),
        (Some(said), Some(default)) if said == default => Ok(said),
        (None, None) => Err(problem(field, "", "must be set", what_to_write(field))),
        (Some(said), _) if said.is_empty() => {
            Err(problem(field, "", "is empty", what_to_write(field)))
        }
        (Some(said), _) => match field.kind {
            FieldKind::Url => address(field, &said, plain_http),
            FieldKind::Digits => digits(field, said),
            FieldKind::Text => text(field, said),
            FieldKind::SipUri => sip_uri(field, said),
            FieldKind::Choice(choices) => choice(field, said, choices),
            FieldKind::Flag => choice(field, said, &["true", "false"]),
        },
    }
}

/// What the file says, as text; a form has nothing but texts to offer.
fn written(field: &Field, value: &Value) -> Result<String, FieldProblem> {
    let wrong = match value {
        Value::String(text) => return Ok(text.trim().to_owned()),
        Value::Integer(number) => match field.kind {
            FieldKind::Digits | FieldKind::Text => return Ok(number.to_string()),
            FieldKind::Url | FieldKind::SipUri | FieldKind::Choice(_) | FieldKind::Flag => {
                "is a number"
            }
        },
        Value::Boolean(flag) => {
            if field.kind == FieldKind::Flag {
                return Ok(flag.to_string());
            }
            "is true or false, not a text"
        }
        Value::Float(_) => "is a number with a decimal point",
        Value::Datetime(_) => "is a date or a time",
        Value::Array(_) => "is a list",
        Value::Table(_) => "is a table",
    };
    let shown = match value {
        Value::Array(_) | Value::Table(_) => String::new(),
        Value::String(_)
        | Value::Integer(_)
        | Value::Float(_)
        | Value::Boolean(_)
        | Value::Datetime(_) => value.to_string(),
    };
    Err(problem(field, &shown, wrong, what_to_write(field)))
}

fn digits(field: &Field, said: String) -> Result<String, FieldProblem> {
    if said.bytes().all(|byte| byte.is_ascii_digit()) {
        Ok(said)
    } else {
        let wrong = "has something other than digits in it";
        Err(problem(field, &said, wrong, what_to_write(field)))
    }
}

fn text(field: &Field, said: String) -> Result<String, FieldProblem> {
    if said.contains(char::is_control) {
        let wrong = "has a line break or another invisible character in it";
        Err(problem(field, &said, wrong, what_to_write(field)))
    } else {
        Ok(said)
    }
}

fn sip_uri(field: &Field, said: String) -> Result<String, FieldProblem> {
    let address = said.strip_prefix("sip:").unwrap_or_default();
    let right = address
        .split_once('@')
        .is_some_and(|(name, host)| !name.is_empty() && !host.is_empty() && !host.contains('@'));
    if right && !said.contains(|c: char| c.is_whitespace() || c.is_control()) {
        Ok(said)
    } else {
        let wrong = "is not a SIP address";
        Err(problem(field, &said, wrong, what_to_write(field)))
    }
}

fn choice(field: &Field, said: String, choices: &[&str]) -> Result<String, FieldProblem> {
    if choices.contains(&said.as_str()) {
        return Ok(said);
    }
    let remedy = match nearest(&said, choices.iter().copied()) {
        Some(near) => format!("did you mean \"{near}\"? {}", what_to_write(field)),
        None => what_to_write(field),
    };
    Err(problem(field, &said, "is none of the choices", remedy))
}

fn address(field: &Field, said: &str, plain_http: PlainHttp) -> Result<String, FieldProblem> {
    // People paste addresses with passwords and keys in them; none of that is repeated.
    let shown = if said.contains(['@', '?', '#']) {
        ""
    } else {
        said
    };
    let refuse = |wrong: &str, remedy: String| Err(problem(field, shown, wrong, remedy));
    let url = Url::parse(said).ok().filter(Url::has_host);
    let Some(url) = url.filter(|url| matches!(url.scheme(), "http" | "https")) else {
        return refuse("is not a web address", what_to_write(field));
    };
    if !url.username().is_empty() || url.password().is_some() {
        return refuse(
            "has a user name or a password in it",
            "write the address without what stands before the @".to_owned(),
        );
    }
    if url.query().is_some() || url.fragment().is_some() {
        return refuse(
            "has a query or a fragment in it",
            "write the address without what follows the ? or the #".to_owned(),
        );
    }
    if url.scheme() == "http" && matches!(plain_http, PlainHttp::Loopback) && !loopback(&url) {
        return refuse(
            "is not encrypted: the secret could be read on the way",
            format!(
                "write https://, or set {ALLOW_INSECURE_HTTP} = true if your organisation accepts that"
            ),
        );
    }
    Ok(url.as_str().trim_end_matches('/').to_owned())
}

/// Whether an address plainly leads to this computer, however it is written. A name that only
/// this computer's own files send there cannot be told from any other.
pub(super) fn leads_here(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => {
            let name = name.trim_end_matches('.');
            name == "localhost" || name.ends_with(".localhost")
        }
        Some(Host::Ipv4(address)) => address.is_loopback() || address.is_unspecified(),
        Some(Host::Ipv6(address)) => match address.to_ipv4_mapped() {
            Some(address) => address.is_loopback() || address.is_unspecified(),
            None => address.is_loopback() || address.is_unspecified(),
        },
        None => false,
    }
}

fn loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}

fn what_to_write(field: &Field) -> String {
    let such_as = |what: &str| format!("write {what}, such as \"{}\"", field.example);
    match field.kind {
        FieldKind::Url => such_as("the whole address in quotes"),
        FieldKind::Digits => such_as("digits only"),
        FieldKind::Text => such_as("a text on one line in quotes"),
        FieldKind::SipUri => such_as("a SIP address in quotes"),
        FieldKind::Choice(choices) => format!("write one of \"{}\"", choices.join("\", \"")),
        FieldKind::Flag => "write true or false".to_owned(),
    }
}

/// A key that no field has. Its value is not repeated: it may well be a secret.
fn unknown(key: &str, fields: &[Field]) -> FieldProblem {
    let keys = || fields.iter().map(|field| field.key);
    let lower = key.to_lowercase();
    let secret = ["secret", "password", "token", "key", "authorization"]
        .iter()
        .any(|word| lower.contains(word));
    let remedy = if let Some(near) = nearest(key, keys()) {
        format!("did you mean {near}?")
    } else if secret {
        "remove it: a secret is asked for at sign-in and kept in the keyring, never in a file"
            .to_owned()
    } else {
        let keys: Vec<_> = keys().collect();
        format!("remove it; there are {}", keys.join(", "))
    };
    FieldProblem {
        field: key.to_owned(),
        value: String::new(),
        wrong: "is not a setting of this vendor".to_owned(),
        remedy,
    }
}

fn problem(field: &Field, value: &str, wrong: &str, remedy: impl Into<String>) -> FieldProblem {
    FieldProblem {
        field: field.key.to_owned(),
        value: value.to_owned(),
        wrong: wrong.to_owned(),
        remedy: remedy.into(),
    }
}

/// The word that was probably meant, if one is near enough.
fn nearest<'a>(said: &str, words: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let said = said.to_lowercase().replace('-', "_");
    words
        .map(|word| (edits(&said, &word.to_lowercase().replace('-', "_")), word))
        .filter(|(edits, word)| *edits <= word.chars().count().min(8) / 3)
        .min_by_key(|(edits, _)| *edits)
        .map(|(_, word)| word)
}

/// How many letters have to be added, dropped or changed to get from one word to the other.
fn edits(from: &str, to: &str) -> usize {
    let to: Vec<char> = to.chars().collect();
    let mut row: Vec<usize> = (0..=to.len()).collect();
    for (i, a) in from.chars().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, b) in to.iter().enumerate() {
            let changed = diagonal + usize::from(a != *b);
            diagonal = row[j + 1];
            row[j + 1] = changed.min(diagonal + 1).min(row[j] + 1);
        }
    }
    row[to.len()]
}

#[cfg(test)]
mod tests;
