use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use serde::Deserialize;

use crate::key::KEYS;
use crate::reading::{Reading, Taken};
use crate::sources::{Source, Sources, file};
use crate::{Decisions, Key};

/// What the organization has decided, as it was read at one moment.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Policy {
    /// What nobody can change.
    pub enforced: Decisions,
    /// What holds where the agent has said nothing else.
    pub recommended: Decisions,
    /// What was written and is not taken, and why.
    pub rejected: Vec<Rejected>,
    places: BTreeMap<(Strength, &'static str), Place>,
    spoilt: BTreeSet<&'static str>,
    /// What was read of each source, for when one of them cannot be read the next time.
    readings: Vec<(Source, Reading)>,
}

/// How strong a decision is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Strength {
    /// Nobody can change it.
    Enforced,
    /// It holds where the agent has said nothing else.
    Recommended,
}

/// Where something is written, for people: a registry key, a file with its line, a profile.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place(pub String);

/// Something that was written and is not taken. It never holds what was written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rejected {
    /// Where it is written.
    pub place: Place,
    /// Its key; empty where the whole place could not be used.
    pub key: String,
    /// What is wrong with it.
    pub wrong: String,
    /// What to do.
    pub remedy: String,
}

impl Policy {
    /// Reads what has been decided.
    ///
    /// Where a source cannot be read, or an enforced value of it cannot be taken, what was read
    /// there before stays in force.
    pub fn read(sources: &Sources, before: Option<&Self>) -> Self {
        let readings = sources.strongest_first().iter().map(|source| {
            let before = before.and_then(|before| before.reading(source));
            (source.clone(), source.read(before))
        });
        Self::merged(readings.collect())
    }

    /// What the text of a policy file says.
    pub fn parse(text: &str) -> Self {
        let name = "policy.toml";
        let reading = Reading::after(None, file::parse(name, text).map(Some));
        Self::merged(vec![(Source::File(name.into()), reading)])
    }

    /// Where a decision is written, if it has been taken.
    pub fn place(&self, key: &str, strength: Strength) -> Option<&Place> {
        let key = Key::named(key)?;
        self.places.get(&(strength, key.name))
    }

    /// Whether a value that was written at this key as enforced was not taken. Where the key
    /// guards something, the agent's own value is not taken either then.
    ///
    /// So it is, too, where the name was misspelt, and for each key while a source that can
    /// enforce anything cannot be read: nobody knows what stands there.
    pub fn is_spoilt(&self, key: &str) -> bool {
        self.spoilt.contains(key)
    }

    fn reading(&self, source: &Source) -> Option<&Reading> {
        let (_, reading) = self.readings.iter().find(|(known, _)| known == source)?;
        Some(reading)
    }

    /// For each key the first source that says something at that strength.
    pub(crate) fn merged(readings: Vec<(Source, Reading)>) -> Self {
        let mut winners: BTreeMap<(Strength, &'static str), &Taken> = BTreeMap::new();
        for (_, reading) in readings.iter().rev() {
            winners.extend(reading.taken.iter().map(|(key, taken)| (*key, taken)));
        }
        let of = |strength: Strength| {
            let values = KEYS.iter().filter_map(|key| {
                let taken = winners.get(&(strength, key.name))?;
                Some((key.name.to_owned(), taken.value.clone()))
            });
            Decisions::deserialize(toml::Value::Table(values.collect()))
                .expect("each value has been checked for its key")
        };
        Self {
            enforced: of(Strength::Enforced),
            recommended: of(Strength::Recommended),
            places: winners
                .iter()
                .map(|(key, taken)| (*key, taken.place.clone()))
                .collect(),
            rejected: readings
                .iter()
                .flat_map(|(_, reading)| reading.rejected.clone())
                .collect(),
            spoilt: readings
                .iter()
                .flat_map(|(_, reading)| reading.spoilt.iter().copied())
                .collect(),
            readings,
        }
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Display for Rejected {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: ", self.place)?;
        if !self.key.is_empty() {
            write!(f, "{}: ", self.key)?;
        }
        write!(f, "{}; {}", self.wrong, self.remedy)
    }
}
