use std::fmt;

/// What may be written at a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// Text on one line.
    Text,
    /// The whole path of a file.
    File,
    /// An address that begins with `https://`; to this computer itself also `http://`.
    Address,
    /// A host and its port.
    Server,
    /// A regular expression with at least one group.
    Pattern,
    /// A chord such as "Ctrl+Alt+P"; "none" or nothing for none.
    Chord,
    /// One of these words.
    Choice(&'static [&'static str]),
    /// True or false.
    Switch,
    /// A whole number.
    Number {
        /// The least that it may be.
        least: u32,
        /// The most that it may be.
        most: u32,
        /// Whether it may be 0, too, for none.
        or_none: bool,
    },
    /// A list of whole numbers, each more than the one before.
    Rising {
        /// The least that one may be.
        least: u32,
        /// The most that one may be.
        most: u32,
        /// How many there may be; there is at least one.
        entries: usize,
    },
    /// A text for each key of the vendor.
    Settings,
}

/// The most characters of a text.
pub(crate) const LONGEST_TEXT: usize = 512;
/// The most characters of a chord.
pub(crate) const LONGEST_CHORD: usize = 64;

impl Form {
    /// What it is, in a word or two: "number", "one of a list".
    pub fn kind(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::File => "path",
            Self::Address => "address",
            Self::Server => "host with a port",
            Self::Pattern => "regular expression",
            Self::Chord => "chord",
            Self::Choice(_) => "one word",
            Self::Switch => "true or false",
            Self::Number { .. } => "number",
            Self::Rising { .. } => "list of numbers",
            Self::Settings => "table of texts",
        }
    }
}

/// What may be written, for people: "30 to 3600, or 0 for none".
impl fmt::Display for Form {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Text => write!(f, "one line of 1 to {LONGEST_TEXT} characters"),
            Self::File => write!(f, "a whole path, at most {LONGEST_TEXT} characters"),
            Self::Address => f.write_str("https://…, or http:// to this computer itself"),
            Self::Server => f.write_str("a host and its port, as in host.example.com:6514"),
            Self::Pattern => f.write_str("a regular expression with at least one group"),
            Self::Chord => write!(f, "at most {LONGEST_CHORD} characters, or \"none\""),
            Self::Choice(words) => f.write_str(&words.join(", ")),
            Self::Switch => f.write_str("true or false"),
            Self::Number {
                least,
                most,
                or_none,
            } => {
                write!(f, "{least} to {most}")?;
                f.write_str(if *or_none { ", or 0 for none" } else { "" })
            }
            Self::Rising {
                least,
                most,
                entries,
            } => write!(f, "1 to {entries} rising numbers, each {least} to {most}"),
            Self::Settings => write!(
                f,
                "for each key one line of at most {LONGEST_TEXT} characters"
            ),
        }
    }
}
