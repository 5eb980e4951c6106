//! A policy file: TOML with the tables `[enforced]` and `[recommended]`.

use std::fs::File;
use std::io::{self, Read};
use std::ops::Range;
use std::path::Path;

use toml::Spanned;
use toml::de::{DeString, DeTable, DeValue};

use crate::check::Wrong;
use crate::tree::{Entry, Spelling, Tree, Value};
use crate::{Place, Rejected, too_deep};

/// More than any policy needs, so that no file can fill the memory.
pub(super) const LARGEST: u64 = 1024 * 1024;

/// What a file says; `None` if there is none.
pub(crate) fn read(path: &Path) -> Result<Option<Tree>, Rejected> {
    let name = path.display().to_string();
    let refused = |wrong: &str, remedy: &str| {
        Wrong::new(wrong, remedy).at(&Place(name.clone()), String::new())
    };
    let bytes = match bytes(path) {
        Ok(bytes) => bytes,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => {
            let wrong = format!("this file cannot be read ({})", error.kind());
            return Err(refused(&wrong, "let every user read it"));
        }
    };
    if bytes.len() as u64 > LARGEST {
        return Err(refused(
            "this file is larger than a policy can be",
            "write at most 1 MiB",
        ));
    }
    let Ok(text) = String::from_utf8(bytes) else {
        return Err(refused("this file is no UTF-8 text", "save it as UTF-8"));
    };
    // What Windows' own editor may begin a file with.
    let text = text.strip_prefix('\u{feff}').unwrap_or(&text);
    parse(&name, text).map(Some)
}

/// What is in a file, and one byte more than there may be if that is too much.
pub(super) fn bytes(path: &Path) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    File::open(path)?
        .take(LARGEST + 1)
        .read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// What the text of a file of this name says.
pub(crate) fn parse(name: &str, text: &str) -> Result<Tree, Rejected> {
    let lines = Lines { name, text };
    if let Some(at) = too_deep(text) {
        return Err(Wrong::new(
            "this is nested deeper than a policy can be",
            "write each key on a line of its own; until then nothing of this file is taken",
        )
        .at(&lines.place(at..at), String::new()));
    }
    let table = DeTable::parse(text).map_err(|error| {
        // Its display would quote the line.
        let wrong = format!("this is no TOML: {}", error.message().replace('\n', ", "));
        let place = lines.place(error.span().unwrap_or(0..0));
        Wrong::new(
            wrong,
            "mend this line; until then nothing of this file is taken",
        )
        .at(&place, String::new())
    })?;
    let mut tree = Tree::empty(Spelling::File);
    for entry in lines.entries(table.get_ref()) {
        match (entry.name.as_str(), entry.value) {
            ("enforced", Value::Table(entries)) => tree.enforced = entries,
            ("recommended", Value::Table(entries)) => tree.recommended = entries,
            (_, value) => tree.outside.push(Entry { value, ..entry }),
        }
    }
    Ok(tree)
}

struct Lines<'a> {
    name: &'a str,
    text: &'a str,
}

impl Lines<'_> {
    fn place(&self, span: Range<usize>) -> Place {
        let before = &self.text.as_bytes()[..span.start.min(self.text.len())];
        let line = 1 + before.iter().filter(|byte| **byte == b'\n').count();
        Place(format!("{}:{line}", self.name))
    }

    /// In the order of the file.
    fn entries(&self, table: &DeTable<'_>) -> Vec<Entry> {
        let mut found: Vec<(&Spanned<DeString<'_>>, _)> = table.iter().collect();
        found.sort_by_key(|(name, _)| name.span().start);
        found
            .into_iter()
            .map(|(name, value)| Entry {
                name: name.get_ref().to_string(),
                value: self.value(value.get_ref()),
                place: self.place(name.span()),
            })
            .collect()
    }

    fn value(&self, value: &DeValue<'_>) -> Value {
        match value {
            DeValue::String(text) => Value::Text(text.to_string()),
            DeValue::Integer(number) => i64::from_str_radix(number.as_str(), number.radix())
                .map_or(
                    Value::Other("a number that is far too large"),
                    Value::Number,
                ),
            DeValue::Float(_) => Value::Other("a number that is not whole"),
            DeValue::Boolean(switch) => Value::Switch(*switch),
            DeValue::Datetime(_) => Value::Other("a date"),
            DeValue::Array(values) => Value::List(
                values
                    .iter()
                    .map(|value| self.value(value.get_ref()))
                    .collect(),
            ),
            DeValue::Table(table) => Value::Table(self.entries(table)),
        }
    }
}
