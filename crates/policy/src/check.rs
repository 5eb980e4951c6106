//! Whether a value may stand at a key.

mod number;
mod text;

use number::{listed, number, rising};
use text::{address, chord, file, pattern, server, text};

use crate::form::Form;
use crate::key::Key;
use crate::name;
use crate::tree::{Entry, Spelling, Value};
use crate::{Place, Rejected};

/// What is wrong with a value, and what to do. Never holds the value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Wrong {
    pub(crate) wrong: String,
    pub(crate) remedy: String,
}

impl Wrong {
    pub(crate) fn new(wrong: impl Into<String>, remedy: impl Into<String>) -> Self {
        Self {
            wrong: wrong.into(),
            remedy: remedy.into(),
        }
    }

    /// For something of a secret's name, wherever it stands.
    pub(crate) fn secret() -> Self {
        Self::new(
            "secrets never go into a policy: every user of this computer can read it",
            "take it out, treat it as known to others, and hand out a new one with \
             `fermatactl sign-in --stdin` or `enrolment_file`",
        )
    }

    pub(crate) fn at(self, place: &Place, key: impl Into<String>) -> Rejected {
        Rejected {
            place: place.clone(),
            key: key.into(),
            wrong: self.wrong,
            remedy: self.remedy,
        }
    }
}

/// What may be taken of an entry, if anything, and what may not.
pub(crate) fn check(
    key: &Key,
    entry: &Entry,
    spelling: Spelling,
) -> (Option<toml::Value>, Vec<Rejected>) {
    if key.form == Form::Settings {
        return settings(key, entry);
    }
    match value(key.form, &entry.value, spelling) {
        Ok(value) => (Some(value), Vec::new()),
        Err(wrong) => (None, vec![wrong.at(&entry.place, key.name)]),
    }
}

/// Each of a vendor's settings stands for itself.
fn settings(key: &Key, entry: &Entry) -> (Option<toml::Value>, Vec<Rejected>) {
    let Value::Table(entries) = &entry.value else {
        let wrong = not_a(
            key.form,
            &entry.value,
            "write a text for each key of the vendor",
        );
        return (None, vec![wrong.at(&entry.place, key.name)]);
    };
    let mut taken = toml::Table::new();
    let mut rejected = Vec::new();
    for Entry { name, value, place } in entries {
        let checked = if name::is_of_a_secret(name) {
            Err(Wrong::secret())
        } else {
            text(Form::Text, value)
        };
        match checked {
            Ok(text) => drop(taken.insert(name.clone(), text.into())),
            Err(wrong) => {
                let name = format!("{}.{}", key.name, name::shown(name));
                rejected.push(wrong.at(place, name));
            }
        }
    }
    let nothing_is_left = taken.is_empty() && !rejected.is_empty();
    ((!nothing_is_left).then(|| taken.into()), rejected)
}

fn value(form: Form, value: &Value, spelling: Spelling) -> Result<toml::Value, Wrong> {
    match form {
        Form::Text => text(form, value).map(toml::Value::from),
        Form::File => file(text(form, value)?).map(toml::Value::from),
        Form::Address => address(text(form, value)?).map(toml::Value::from),
        Form::Server => server(text(form, value)?).map(toml::Value::from),
        Form::Pattern => pattern(text(form, value)?).map(toml::Value::from),
        Form::Chord => chord(form, value).map(toml::Value::from),
        Form::Choice(words) => choice(words, value).map(toml::Value::from),
        Form::Switch => switch(value, spelling).map(toml::Value::from),
        Form::Number { or_none: true, .. } if *value == Value::Number(0) => Ok(0.into()),
        Form::Number { least, most, .. } => {
            number(form, least..=most, value).map(toml::Value::from)
        }
        Form::Rising {
            least,
            most,
            entries,
        } => rising(form, least..=most, entries, &listed(form, value, spelling)?)
            .map(toml::Value::from),
        Form::Settings => unreachable!("a table is checked entry by entry"),
    }
}

fn not_a(form: Form, value: &Value, remedy: impl Into<String>) -> Wrong {
    let wrong = format!("this is {} and not {}", value.kind(), with_article(form));
    Wrong::new(wrong, remedy)
}

fn with_article(form: Form) -> String {
    match form {
        Form::Switch | Form::Choice(_) => form.kind().to_owned(),
        Form::Address => format!("an {}", form.kind()),
        Form::Text
        | Form::File
        | Form::Server
        | Form::Pattern
        | Form::Chord
        | Form::Number { .. }
        | Form::Rising { .. }
        | Form::Settings => format!("a {}", form.kind()),
    }
}

fn choice(words: &[&str], value: &Value) -> Result<String, Wrong> {
    let remedy = || format!("choose one of: {}", words.join(", "));
    let Value::Text(text) = value else {
        return Err(not_a(Form::Choice(&[]), value, remedy()));
    };
    let text = text.trim();
    if words.contains(&text) {
        return Ok(text.to_owned());
    }
    Err(Wrong::new("there is no such choice", remedy()))
}

fn switch(value: &Value, spelling: Spelling) -> Result<bool, Wrong> {
    match (value, spelling) {
        (Value::Switch(switch), _) => Ok(*switch),
        (Value::Number(number @ 0..=1), Spelling::Registry) => Ok(*number == 1),
        (Value::Number(_), Spelling::Registry) => Err(Wrong::new(
            "this number is neither 0 nor 1",
            "write 1 for true or 0 for false",
        )),
        (other, Spelling::Registry) => Err(not_a(
            Form::Switch,
            other,
            "write a REG_DWORD: 1 for true or 0 for false",
        )),
        (other, Spelling::File | Spelling::Profile) => Err(not_a(
            Form::Switch,
            other,
            "write true or false, without quotes",
        )),
    }
}
