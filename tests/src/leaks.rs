//! The search for what must be nowhere: the secret of a journey, and card numbers (E1, E2).
//!
//! Every journey is searched at its end, whatever it was about: whoever holds it searches when
//! it is dropped.

mod log;
mod spellings;

use std::path::Path;

use regex::bytes::Regex;

pub use log::Overheard;

/// The secret of every journey. Nothing else in the world is spelled like this, and it looks
/// different wherever something is escaped or encoded.
pub const CANARY: &str = "canary+7Hq2/vXw9~sL4.mRt8==";

/// Card numbers of each length that there is, which pass Luhn and belong to nobody.
pub const CARDS: [&str; 5] = [
    "4222222222222",
    "378282246310005",
    "4111111111111111",
    "5555555555554444",
    "6304000000000000000",
];

/// What is looked for, in every way in which it may be written.
#[derive(Clone, Debug)]
pub struct Sought(Regex);

impl Sought {
    /// These texts, and whatever they become by being escaped or encoded.
    ///
    /// # Panics
    /// There is none of them, or one is so short that it may stand anywhere by chance.
    pub fn new(texts: &[&str]) -> Self {
        assert!(
            !texts.is_empty() && texts.iter().all(|text| text.len() >= 12),
            "there is nothing to look for that could be known again"
        );
        let spellings: Vec<String> = texts
            .iter()
            .flat_map(|text| spellings::of(text))
            .map(|spelling| spellings::as_pattern(&spelling))
            .collect();
        let pattern = format!("(?i-u:{})", spellings.join("|"));
        Self(Regex::new(&pattern).expect("each part is a plain text"))
    }

    /// The secret of a journey, and this as well.
    pub fn canary_and(more: &[&str]) -> Self {
        Self::new(&[&[CANARY], more].concat())
    }

    /// Card numbers, however they are grouped.
    pub fn cards() -> Self {
        let grouped = CARDS.iter().flat_map(|card| spellings::grouped(card));
        let written: Vec<String> = CARDS
            .iter()
            .map(|card| (*card).to_owned())
            .chain(grouped)
            .collect();
        let written: Vec<&str> = written.iter().map(String::as_str).collect();
        Self::new(&written)
    }

    /// Whether it is in there.
    pub fn is_in(&self, bytes: &[u8]) -> bool {
        self.0.is_match(bytes)
    }
}

/// A search, and where something was found.
#[derive(Debug)]
pub struct Search<'a> {
    sought: &'a Sought,
    found: Vec<String>,
    looked_at: usize,
}

impl<'a> Search<'a> {
    /// A search that has looked nowhere yet.
    pub fn of(sought: &'a Sought) -> Self {
        Self {
            sought,
            found: Vec::new(),
            looked_at: 0,
        }
    }

    /// Looks into these bytes.
    pub fn bytes(&mut self, place: &str, bytes: &[u8]) {
        self.looked_at += 1;
        if self.sought.is_in(bytes) {
            self.found.push(place.to_owned());
        }
    }

    /// Looks into every file below a folder, and at its name.
    pub fn folder(&mut self, folder: &Path) {
        // What goes while we look at it is not there.
        for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
            let path = entry.path();
            let name = path.display().to_string();
            self.bytes(&format!("the name {name}"), name.as_bytes());
            let Ok(kind) = entry.file_type() else {
                continue;
            };
            if kind.is_dir() {
                self.folder(&path);
            } else if kind.is_file()
                && let Ok(bytes) = std::fs::read(&path)
            {
                self.bytes(&name, &bytes);
            }
        }
    }

    /// Looks at the arguments and the environment of this process.
    pub fn this_process(&mut self) {
        for argument in std::env::args_os() {
            self.bytes("an argument of ours", argument.as_encoded_bytes());
        }
        for (name, value) in std::env::vars_os() {
            let place = format!("our environment: {}", name.display());
            self.bytes(&place, value.as_encoded_bytes());
        }
    }

    /// Where something was found.
    ///
    /// # Panics
    /// It has looked nowhere.
    pub fn found(self) -> Vec<String> {
        assert!(self.looked_at > 0, "it has looked nowhere");
        self.found
    }

    /// Ends the journey if anything was found.
    ///
    /// # Panics
    /// Something was found: the journey has leaked.
    pub fn ends(self) {
        let found = self.found();
        assert!(found.is_empty(), "what must be nowhere is in: {found:#?}");
    }
}

#[cfg(test)]
mod tests;
