use std::collections::BTreeMap;
use std::ops::Range;
use std::path::{Path, PathBuf};

use toml_edit::{Document, Item, Table};
use vendors::FieldProblem;

use super::{SettingsError, SettingsProblem};

/// A settings file that has been parsed, and what has been found wrong with it so far.
pub(super) struct Source<'a> {
    file: PathBuf,
    text: &'a str,
    document: Document<&'a str>,
    pub(super) problems: Vec<SettingsProblem>,
}

impl<'a> Source<'a> {
    pub(super) fn parse(file: &Path, text: &'a str) -> Result<Self, SettingsError> {
        if let Some(at) = policy::too_deep(text) {
            return Err(SettingsError::Wrong(vec![SettingsProblem {
                file: Some(file.to_path_buf()),
                line: Some(line_at(text, &(at..at))),
                key: String::new(),
                value: String::new(),
                wrong: "this is nested deeper than any setting".into(),
                remedy: "write it as key = \"value\"".into(),
            }]));
        }
        match Document::parse(text) {
            Ok(document) => Ok(Self {
                file: file.to_path_buf(),
                text,
                document,
                problems: Vec::new(),
            }),
            // Only the message: the parser's own rendering quotes the line, which could hold
            // something that nobody should see.
            Err(error) => Err(SettingsError::Wrong(vec![SettingsProblem {
                file: Some(file.to_path_buf()),
                line: error.span().map(|span| line_at(text, &span)),
                key: String::new(),
                value: String::new(),
                wrong: format!("this is not TOML: {}", one_line(error.message())),
                remedy: "write it as key = \"value\"".into(),
            }])),
        }
    }

    pub(super) fn root(&self) -> &Table {
        self.document.as_table()
    }

    /// The table of this name, if there is one and it is a table.
    pub(super) fn table(&mut self, name: &str) -> Option<Table> {
        match self.root().get(name) {
            None => None,
            Some(Item::Table(table)) => Some(table.clone()),
            Some(Item::None | Item::Value(_) | Item::ArrayOfTables(_)) => {
                self.wrong(
                    name,
                    "this is a table",
                    &format!("write [{name}] on a line of its own, and its settings below"),
                );
                None
            }
        }
    }

    /// Notes what is wrong with a key, and quotes its value.
    pub(super) fn wrong(&mut self, key: &str, wrong: &str, remedy: &str) {
        let value = self.value(key);
        self.note(key, value, wrong, remedy);
    }

    /// Notes what is wrong with a key whose value must not be shown.
    pub(super) fn note(&mut self, key: &str, value: String, wrong: &str, remedy: &str) {
        let problem = self.problem(key, wrong, remedy);
        self.problems.push(SettingsProblem { value, ..problem });
    }

    /// Notes what is wrong with the settings of a vendor.
    pub(super) fn note_fields(&mut self, vendor: &str, problems: Vec<FieldProblem>) {
        for problem in problems {
            let value = match problem.value.as_str() {
                "" => String::new(),
                value => format!("{value:?}"),
            };
            let key = format!("{vendor}.{}", problem.field);
            self.note(&key, value, &problem.wrong, &problem.remedy);
        }
    }

    /// Each key that is said, with its table, and its line.
    pub(super) fn said(&self) -> BTreeMap<String, Option<usize>> {
        let mut keys: Vec<String> = Vec::new();
        for (key, item) in self.root().iter() {
            match item.as_table() {
                Some(table) => keys.extend(table.iter().map(|(below, _)| format!("{key}.{below}"))),
                None => keys.push(key.to_owned()),
            }
        }
        keys.into_iter()
            .map(|key| {
                let line = self.line(&key);
                (key, line)
            })
            .collect()
    }

    /// Notes every key of a table that nobody knows, and what may have been meant.
    pub(super) fn reject_unknown(&mut self, prefix: &str, table: &Table, known: &[&str]) {
        let unknown: Vec<String> = table
            .iter()
            .map(|(key, _)| key.to_owned())
            .filter(|key| !known.contains(&key.as_str()))
            .collect();
        for key in unknown {
            let meant = closest(&key, known).map(|meant| format!("did you mean {meant}?"));
            let (wrong, remedy) = match (looks_secret(&key), meant) {
                (false, Some(meant)) => ("there is no such setting", meant),
                (false, None) => (
                    "there is no such setting",
                    format!("remove it; there are: {}", known.join(", ")),
                ),
                (true, meant) => (
                    "there is no such setting, and no secret belongs in this file",
                    format!(
                        "if it is a secret, remove the line, change the secret at the vendor, \
                         and run `fermatactl sign-in`, which keeps it in the keyring{}",
                        meant
                            .map(|meant| format!("; if not, {meant}"))
                            .unwrap_or_default()
                    ),
                ),
            };
            // Its value is not shown: nobody knows what somebody wrote there.
            let found = table.get_key_value(&key).and_then(|(key, _)| key.span());
            self.problems.push(SettingsProblem {
                file: Some(self.file.clone()),
                line: found.map(|span| line_at(self.text, &span)),
                key: format!("{prefix}{}", key.escape_debug()),
                value: String::new(),
                wrong: wrong.to_owned(),
                remedy,
            });
        }
    }

    /// What is wrong with a key, without its value.
    pub(super) fn problem(&self, key: &str, wrong: &str, remedy: &str) -> SettingsProblem {
        SettingsProblem {
            file: Some(self.file.clone()),
            line: self.line(key),
            key: key.to_owned(),
            value: String::new(),
            wrong: wrong.to_owned(),
            remedy: remedy.to_owned(),
        }
    }

    /// The line of the deepest part of a dotted key that is in the file.
    fn line(&self, key: &str) -> Option<usize> {
        let mut table = self.root();
        let mut line = None;
        for part in key.split('.') {
            let Some((found, item)) = table.get_key_value(part) else {
                break;
            };
            let span = found.span().or_else(|| item.span());
            line = span.map(|span| line_at(self.text, &span)).or(line);
            let Some(below) = item.as_table() else { break };
            table = below;
        }
        line
    }

    fn value(&self, key: &str) -> String {
        let mut item = self.document.as_item();
        for part in key.split('.') {
            match item.get(part) {
                Some(below) => item = below,
                None => return String::new(),
            }
        }
        match item.as_value().and_then(toml_edit::Value::span) {
            Some(span) => shortened(&self.text[span]),
            None => String::new(),
        }
    }
}

fn line_at(text: &str, span: &Range<usize>) -> usize {
    let before = &text.as_bytes()[..span.start.min(text.len())];
    before.iter().filter(|byte| **byte == b'\n').count() + 1
}

/// A text as a terminal may show it: TOML lets controls beyond ASCII stand in a value as they are.
fn one_line(text: &str) -> String {
    let words = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let mut shown = String::new();
    for letter in words.chars() {
        if letter.is_control() {
            shown.extend(letter.escape_default());
        } else {
            shown.push(letter);
        }
    }
    shown
}

fn shortened(value: &str) -> String {
    const MOST: usize = 60;
    let value = one_line(value);
    if value.chars().count() <= MOST {
        return value;
    }
    let start: String = value.chars().take(MOST).collect();
    format!("{start}…")
}

/// Whether somebody may have written a secret here.
pub(super) fn looks_secret(key: &str) -> bool {
    let key = key.to_ascii_lowercase();
    [
        "secret",
        "password",
        "passwd",
        "token",
        "bearer",
        "credential",
    ]
    .iter()
    .any(|word| key.contains(word))
        || key.ends_with("key")
}

/// What may have been meant, if anything is close.
pub(super) fn closest<'k>(written: &str, known: &[&'k str]) -> Option<&'k str> {
    known
        .iter()
        .map(|known| (strsim::jaro_winkler(written, known), *known))
        .filter(|(likeness, _)| *likeness > 0.8)
        .max_by(|(one, _), (other, _)| one.total_cmp(other))
        .map(|(_, known)| known)
}
