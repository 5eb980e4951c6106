use crate::{Place, Strength};

/// What is written at one source, whichever way: not checked yet.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Tree {
    pub(crate) spelling: Spelling,
    pub(crate) enforced: Vec<Entry>,
    pub(crate) recommended: Vec<Entry>,
    /// What stands where it says neither.
    pub(crate) outside: Vec<Entry>,
}

/// One value, where it is written, and under which name.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Entry {
    pub(crate) name: String,
    pub(crate) value: Value,
    pub(crate) place: Place,
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Value {
    Text(String),
    Number(i64),
    Switch(bool),
    List(Vec<Self>),
    Table(Vec<Entry>),
    /// Something that no key can be, by its name: "a date".
    Other(&'static str),
}

/// How a source writes names and values.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Spelling {
    /// As in [`crate::Key::name`].
    File,
    /// In capitals without gaps, whatever their case; true is 1; each entry of a list is text.
    #[cfg_attr(
        not(any(windows, test)),
        expect(dead_code, reason = "there is a registry on Windows only")
    )]
    Registry,
    /// In capitals without gaps.
    #[cfg_attr(
        not(any(target_os = "macos", test, feature = "fuzzing")),
        expect(dead_code, reason = "there are profiles on macOS only")
    )]
    Profile,
}

impl Tree {
    pub(crate) fn empty(spelling: Spelling) -> Self {
        Self {
            spelling,
            enforced: Vec::new(),
            recommended: Vec::new(),
            outside: Vec::new(),
        }
    }

    /// Of a source whose values are enforced but for those in a table `Recommended`.
    #[cfg(any(windows, target_os = "macos", test, feature = "fuzzing"))]
    pub(crate) fn with_recommended(spelling: Spelling, entries: Vec<Entry>) -> Self {
        let mut tree = Self::empty(spelling);
        for entry in entries {
            let recommends = entry.name.eq_ignore_ascii_case("Recommended");
            if let (Value::Table(entries), true) = (&entry.value, recommends) {
                tree.recommended.extend(entries.iter().cloned());
            } else {
                tree.enforced.push(entry);
            }
        }
        tree
    }

    pub(crate) fn layers(&self) -> [(Strength, &[Entry]); 2] {
        [
            (Strength::Enforced, &self.enforced),
            (Strength::Recommended, &self.recommended),
        ]
    }
}

impl Value {
    pub(crate) fn kind(&self) -> &'static str {
        match self {
            Self::Text(_) => "a text",
            Self::Number(_) => "a number",
            Self::Switch(_) => "true or false",
            Self::List(_) => "a list",
            Self::Table(_) => "a table",
            Self::Other(kind) => kind,
        }
    }
}
