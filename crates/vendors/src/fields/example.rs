//! The commented section of a settings file.

use std::fmt::Write;

use super::{Field, FieldKind};
use crate::VendorEntry;

const WIDTH: usize = 88;

pub(super) fn example(entry: &VendorEntry) -> String {
    let mut out = format!("# {}\n[{}]\n", entry.title, entry.name);
    for field in entry.fields {
        out.push('\n');
        for line in comment(field) {
            for line in wrapped(&line) {
                writeln!(out, "# {line}").expect("a String takes everything");
            }
        }
        let mark = if field.default.is_some() { "#" } else { "" };
        writeln!(out, "{mark}{} = {}", field.key, value(field)).expect("a String takes everything");
    }
    out
}

fn comment(field: &Field) -> Vec<String> {
    let what = match field.kind {
        FieldKind::Url => "an https:// address".to_owned(),
        FieldKind::Digits => "digits".to_owned(),
        FieldKind::Text => "text".to_owned(),
        FieldKind::SipUri => "a SIP address".to_owned(),
        FieldKind::Choice(choices) => format!("one of \"{}\"", choices.join("\", \"")),
        FieldKind::Flag => "true or false".to_owned(),
    };
    let unless = match field.default {
        None => "must be set".to_owned(),
        Some("") => "may be left out".to_owned(),
        Some(default) => format!("{} if left out", literal(field, default)),
    };
    vec![
        format!("{}: {}", field.label, field.about),
        format!("({what}; {unless})"),
    ]
}

fn value(field: &Field) -> String {
    match field.default {
        None | Some("") => literal(field, field.example),
        Some(default) => literal(field, default),
    }
}

fn literal(field: &Field, text: &str) -> String {
    match field.kind {
        FieldKind::Flag => text.to_owned(),
        FieldKind::Url
        | FieldKind::Digits
        | FieldKind::Text
        | FieldKind::SipUri
        | FieldKind::Choice(_) => toml::Value::from(text).to_string(),
    }
}

fn wrapped(text: &str) -> Vec<String> {
    let mut lines = vec![String::new()];
    for word in text.split_whitespace() {
        let line = lines.last_mut().expect("it starts with one line");
        if line.is_empty() {
            line.push_str(word);
        } else if line.chars().count() + 1 + word.chars().count() <= WIDTH {
            line.push(' ');
            line.push_str(word);
        } else {
            lines.push(word.to_owned());
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use crate::{VENDORS, Values, VendorEntry, example};

    fn section(entry: &VendorEntry, text: &str) -> toml::Table {
        let file: toml::Table = text.parse().expect("the example is TOML");
        file[entry.name]
            .as_table()
            .expect("it is a section")
            .clone()
    }

    #[test]
    fn every_example_opens_its_vendor() {
        for entry in VENDORS {
            let table = section(entry, &example(entry));
            let values = Values::read(entry.fields, &table).unwrap();
            assert!((entry.open)(&values).is_ok(), "{}", entry.name);
        }
    }

    #[test]
    fn what_stands_there_as_a_comment_is_right_too() {
        for entry in VENDORS {
            let keys: Vec<_> = entry
                .fields
                .iter()
                .map(|f| format!("#{} = ", f.key))
                .collect();
            let all: String = example(entry)
                .lines()
                .map(|line| {
                    let setting = keys.iter().any(|key| line.starts_with(key.as_str()));
                    format!("{}\n", if setting { &line[1..] } else { line })
                })
                .collect();
            let table = section(entry, &all);
            assert_eq!(table.len(), entry.fields.len(), "{}", entry.name);
            Values::read(entry.fields, &table).unwrap();
        }
    }

    #[test]
    fn an_example_says_what_a_person_needs_to_know() {
        insta::assert_snapshot!(example(crate::find("xima").unwrap()));
    }
}
