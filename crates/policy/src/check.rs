//! Whether a value may stand at a key.

use std::ops::RangeInclusive;

use crate::key::{Form, Key, LONGEST_CHORD, LONGEST_TEXT};
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
        | Form::Pattern
        | Form::Chord
        | Form::Number { .. }
        | Form::Rising { .. }
        | Form::Settings => format!("a {}", form.kind()),
    }
}

fn text(form: Form, value: &Value) -> Result<String, Wrong> {
    let Value::Text(text) = value else {
        return Err(not_a(
            form,
            value,
            "write it as a text, in a file in quotes",
        ));
    };
    let text = text.trim();
    if text.is_empty() {
        return Err(Wrong::new(
            "this is empty",
            "write something, or take it out",
        ));
    }
    one_line(text, LONGEST_TEXT)
}

fn one_line(text: &str, most: usize) -> Result<String, Wrong> {
    if text
        .contains(|letter: char| letter.is_control() || ['\u{2028}', '\u{2029}'].contains(&letter))
    {
        return Err(Wrong::new(
            "this is more than one line of text",
            "write it on one line",
        ));
    }
    if text.chars().count() > most {
        let remedy = format!("write at most {most} characters");
        return Err(Wrong::new("this is too long", remedy));
    }
    Ok(text.to_owned())
}

/// Whoever starts the program chooses its folder, so a path that begins there would be theirs.
fn file(path: String) -> Result<String, Wrong> {
    let has_drive =
        matches!(path.as_bytes(), [drive, b':', b'\\' | b'/', ..] if drive.is_ascii_alphabetic());
    if path.starts_with('/') || path.starts_with("\\\\") || has_drive {
        return Ok(path);
    }
    Err(Wrong::new(
        "this path has no beginning, and no variables are put in",
        "write the whole path, from / or from a drive such as C:\\",
    ))
}

fn address(text: String) -> Result<String, Wrong> {
    let Ok(url) = url::Url::parse(&text) else {
        return Err(Wrong::new(
            "this is no address",
            "write it as https://host.example.com",
        ));
    };
    if !url.username().is_empty() || url.password().is_some() {
        return Err(Wrong {
            wrong: "this address holds a user name or a password".to_owned(),
            ..Wrong::secret()
        });
    }
    let has_host = url.host_str().is_some_and(|host| !host.is_empty());
    match url.scheme() {
        "https" if has_host => Ok(text),
        "http" if is_loopback(&url) => Ok(text),
        "http" => Err(Wrong::new(
            "over http others can read and change what is said on the way",
            "write https:// and not http://, which may lead to this computer itself only",
        )),
        _ => Err(Wrong::new(
            "this is no address of a server",
            "write it as https://host.example.com",
        )),
    }
}

fn is_loopback(url: &url::Url) -> bool {
    url.host().is_some_and(|host| match host {
        url::Host::Domain(name) => name == "localhost",
        url::Host::Ipv4(address) => address.is_loopback(),
        url::Host::Ipv6(address) => address.is_loopback(),
    })
}

fn pattern(text: String) -> Result<String, Wrong> {
    const REMEDY: &str = "write one whose first group is the extension, such as '^agent(\\d+)$'";
    let Ok(compiled) = regex::Regex::new(&text) else {
        return Err(Wrong::new("this is no regular expression", REMEDY));
    };
    // The whole match counts as one.
    if compiled.captures_len() < 2 {
        return Err(Wrong::new("this regular expression has no group", REMEDY));
    }
    Ok(text)
}

fn chord(form: Form, value: &Value) -> Result<String, Wrong> {
    let Value::Text(text) = value else {
        return Err(not_a(
            form,
            value,
            "write it as \"Ctrl+Alt+P\", or \"none\"",
        ));
    };
    let text = text.trim();
    if text.eq_ignore_ascii_case("none") {
        return Ok(String::new());
    }
    one_line(text, LONGEST_CHORD)
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

fn number(form: Form, bounds: RangeInclusive<u32>, value: &Value) -> Result<u32, Wrong> {
    let Value::Number(number) = value else {
        let remedy = format!("choose {form}, as a whole number without quotes");
        return Err(not_a(form, value, remedy));
    };
    match u32::try_from(*number) {
        Ok(number) if bounds.contains(&number) => Ok(number),
        _ => {
            let is_more = *number > i64::from(*bounds.end());
            let wrong = if is_more {
                "this is too much"
            } else {
                "this is too little"
            };
            Err(Wrong::new(wrong, format!("choose {form}")))
        }
    }
}

fn rising(
    form: Form,
    bounds: RangeInclusive<u32>,
    entries: usize,
    numbers: &[i64],
) -> Result<Vec<u32>, Wrong> {
    let within = numbers
        .iter()
        .filter_map(|number| u32::try_from(*number).ok())
        .filter(|number| bounds.contains(number));
    let taken: Vec<u32> = within.collect();
    let wrong = if numbers.is_empty() {
        "this list is empty"
    } else if numbers.len() > entries {
        "this list is too long"
    } else if taken.len() < numbers.len() {
        "a number of this list is out of bounds"
    } else if !taken.is_sorted_by(|one, next| one < next) {
        "these numbers do not rise"
    } else {
        return Ok(taken);
    };
    Err(Wrong::new(wrong, rising_remedy(form)))
}

fn rising_remedy(form: Form) -> String {
    format!("write {form}, such as 60, 120, 180")
}

fn listed(form: Form, value: &Value, spelling: Spelling) -> Result<Vec<i64>, Wrong> {
    let number = |value: &Value| match (value, spelling) {
        (Value::Number(number), _) => Some(*number),
        (Value::Text(text), Spelling::Registry) => text.trim().parse().ok(),
        _ => None,
    };
    let numbers = match (value, spelling) {
        (Value::List(values), _) => values.iter().map(number).collect(),
        // What the group policy editor makes of a list: a key with the values 1, 2, 3 and so on.
        (Value::Table(entries), Spelling::Registry) => {
            let numbered: Option<Vec<(u32, i64)>> = entries
                .iter()
                .map(|entry| Some((entry.name.parse().ok()?, number(&entry.value)?)))
                .collect();
            numbered.map(|mut numbered| {
                numbered.sort_unstable();
                numbered.into_iter().map(|(_, number)| number).collect()
            })
        }
        _ => return Err(not_a(form, value, rising_remedy(form))),
    };
    numbers.ok_or_else(|| {
        let wrong = "there is something else than whole numbers in this list";
        Wrong::new(wrong, rising_remedy(form))
    })
}
