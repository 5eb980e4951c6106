//! What one source says, key by key.

use std::collections::{BTreeMap, BTreeSet};

use crate::check::{Wrong, check};
use crate::key::{KEYS, Key};
use crate::name;
use crate::tree::{Entry, Spelling, Tree, Value};
use crate::{Place, Rejected, Strength};

/// What was read of one source: what is taken of it, and what is not.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Reading {
    pub(crate) taken: BTreeMap<(Strength, &'static str), Taken>,
    pub(crate) rejected: Vec<Rejected>,
    /// Keys that were, or may have been, written as enforced and are not taken.
    pub(crate) spoilt: BTreeSet<&'static str>,
}

/// A value that may stand at its key.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Taken {
    pub(crate) value: toml::Value,
    pub(crate) place: Place,
}

impl Reading {
    /// Checks a tree key by key.
    pub(crate) fn of(tree: &Tree) -> Self {
        let mut reading = Self::default();
        for entry in &tree.outside {
            reading.reject_outside(entry, tree.spelling);
        }
        for (strength, entries) in tree.layers() {
            for entry in entries {
                reading.take(strength, entry, tree.spelling);
            }
        }
        reading
    }

    /// Checks what a source says at last, and leaves in force what was read of it before where
    /// that cannot be taken: of all of it, or of an enforced key.
    pub(crate) fn after(before: Option<&Self>, found: Result<Option<Tree>, Rejected>) -> Self {
        let mut reading = match found {
            Ok(Some(tree)) => Self::of(&tree),
            Ok(None) => Self::default(),
            Err(rejected) => {
                return Self {
                    rejected: vec![rejected],
                    spoilt: all(),
                    taken: before.map_or_else(BTreeMap::new, |before| before.taken.clone()),
                };
            }
        };
        for ((strength, key), taken) in before.iter().flat_map(|before| &before.taken) {
            if *strength == Strength::Enforced && reading.spoilt.contains(key) {
                let kept = reading.taken.entry((*strength, key));
                kept.or_insert_with(|| taken.clone());
            }
        }
        reading
    }

    fn take(&mut self, strength: Strength, entry: &Entry, spelling: Spelling) {
        let Some(key) = name::known(&entry.name, spelling) else {
            let meant = self.reject_unknown(entry, spelling);
            self.spoil(strength, meant);
            return;
        };
        let (value, rejected) = check(key, entry, spelling);
        if !rejected.is_empty() {
            self.spoil(strength, Some(key));
        }
        self.rejected.extend(rejected);
        if let Some(value) = value {
            let place = entry.place.clone();
            self.taken
                .insert((strength, key.name), Taken { value, place });
        }
    }

    fn spoil(&mut self, strength: Strength, key: Option<&'static Key>) {
        if strength == Strength::Enforced {
            self.spoilt.extend(key.map(|key| key.name));
        }
    }

    /// Says the key that was meant, if one is like it.
    fn reject_unknown(&mut self, entry: &Entry, spelling: Spelling) -> Option<&'static Key> {
        let meant = name::meant(&entry.name);
        let wrong = if holds_a_secret(entry) {
            Wrong::secret()
        } else {
            let remedy = match meant {
                Some(meant) => format!("did you mean {}?", name::spelled(meant, spelling)),
                None => "take it out, or look up in the reference what it is called".to_owned(),
            };
            Wrong::new("there is no such key", remedy)
        };
        self.rejected
            .push(wrong.at(&entry.place, name::shown(&entry.name)));
        meant
    }

    /// What says neither is not taken; if it may have been meant as enforced, it is spoilt.
    fn reject_outside(&mut self, entry: &Entry, spelling: Spelling) {
        let meant = name::meant_table(&entry.name);
        let (wrong, spoilt) = match (meant, &entry.value) {
            _ if holds_a_secret(entry) => (Wrong::secret(), BTreeSet::new()),
            (Some(meant), Value::Table(entries)) => (
                Wrong::new("there is no such table", format!("did you mean [{meant}]?")),
                if meant == "enforced" {
                    named_in(entries, spelling)
                } else {
                    BTreeSet::new()
                },
            ),
            (Some(meant), _) => (
                Wrong::new(
                    "this is not a table",
                    format!("write [{meant}] on a line of its own"),
                ),
                if meant == "enforced" {
                    all()
                } else {
                    BTreeSet::new()
                },
            ),
            (None, Value::Table(entries)) => (
                Wrong::new(
                    "there is no such table",
                    "write what is in it below [enforced] or [recommended]",
                ),
                named_in(entries, spelling),
            ),
            (None, _) => (
                Wrong::new(
                    "this is neither enforced nor recommended",
                    "write it below a line [enforced] or [recommended]",
                ),
                named_in(std::slice::from_ref(entry), spelling),
            ),
        };
        self.spoilt.extend(spoilt);
        self.rejected
            .push(wrong.at(&entry.place, name::shown(&entry.name)));
    }
}

fn all() -> BTreeSet<&'static str> {
    KEYS.iter().map(|key| key.name).collect()
}

fn named_in(entries: &[Entry], spelling: Spelling) -> BTreeSet<&'static str> {
    entries
        .iter()
        .filter_map(|entry| name::known(&entry.name, spelling).or_else(|| name::meant(&entry.name)))
        .map(|key| key.name)
        .collect()
}

fn holds_a_secret(entry: &Entry) -> bool {
    name::is_of_a_secret(&entry.name)
        || match &entry.value {
            Value::Table(entries) => entries.iter().any(holds_a_secret),
            Value::List(_)
            | Value::Text(_)
            | Value::Number(_)
            | Value::Switch(_)
            | Value::Other(_) => false,
        }
}
