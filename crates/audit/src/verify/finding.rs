use std::fmt;

/// Something that is not as it was written: where, what, and what to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// In which file; `None` where it concerns the log as a whole.
    pub file: Option<String>,
    /// In which line, counted from 1.
    pub line: Option<usize>,
    /// What.
    pub what: What,
}

/// What is not as it was written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum What {
    /// The line is not as any record was ever written.
    Changed,
    /// The last line is not ended.
    NotEnded,
    /// Records are missing before this one.
    Missing {
        /// The first of them.
        from: u64,
        /// The last of them.
        to: u64,
    },
    /// A record stands again, or before one that was written earlier.
    OutOfPlace {
        /// Its number.
        sequence: u64,
    },
    /// The record before is another one than was there when this one was written.
    Replaced {
        /// The number of the record that still says so.
        sequence: u64,
    },
    /// The record stands in the file of another day.
    WrongDay,
    /// The line that was set apart is not there any more.
    TornLineGone,
    /// The log begins in the middle, and no record says why.
    NoBeginning {
        /// The oldest record that is there.
        first: u64,
    },
    /// The log ends before what was anchored.
    CutOff {
        /// The newest record that is there.
        newest: u64,
        /// The newest record that was anchored.
        anchored: u64,
    },
    /// The record is another one than was anchored.
    NotAsAnchored {
        /// Its number.
        sequence: u64,
    },
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (&self.file, self.line) {
            (Some(file), Some(line)) => write!(f, "{file}, line {line}: ")?,
            (Some(file), None) => write!(f, "{file}: ")?,
            (None, _) => {}
        }
        write!(f, "{}", self.what)
    }
}

const COMPARE: &str =
    "leave the files as they are, and compare with what was forwarded or backed up";

impl fmt::Display for What {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Changed => write!(
                f,
                "this line is not as it was written: it was changed, or put there; {COMPARE}"
            ),
            Self::NotEnded => f.write_str(
                "the last line is not ended: the program was stopped while it wrote, or the file \
                 was cut off; start Fermata, which puts that on record",
            ),
            Self::Missing { from, to } if from == to => {
                write!(f, "record {from} is missing before this line; {COMPARE}")
            }
            Self::Missing { from, to } => write!(
                f,
                "records {from} to {to} are missing before this line; {COMPARE}"
            ),
            Self::OutOfPlace { sequence } => write!(
                f,
                "record {sequence} stands here again or out of its place; {COMPARE}"
            ),
            Self::Replaced { sequence } => write!(
                f,
                "the record before record {sequence} is not the one that it was written after; \
                 {COMPARE}"
            ),
            Self::WrongDay => write!(
                f,
                "this record belongs to the file of another day; {COMPARE}"
            ),
            Self::TornLineGone => write!(
                f,
                "the line that this record speaks of is not before it any more; {COMPARE}"
            ),
            Self::NoBeginning { first } => write!(
                f,
                "the log begins with record {first}, and no record says that those before it \
                 were kept for long enough; {COMPARE}"
            ),
            Self::CutOff { newest, anchored } => write!(
                f,
                "the log ends with record {newest}, and record {anchored} was anchored: what \
                 followed is cut off; {COMPARE}"
            ),
            Self::NotAsAnchored { sequence } => write!(
                f,
                "record {sequence} is another one than was anchored: it or one before it was \
                 written anew; {COMPARE}"
            ),
        }
    }
}

/// Something worth knowing that is no breach.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Note {
    /// A crash has cut a line short.
    TornLine {
        /// In which file.
        file: String,
        /// In which line, counted from 1.
        line: usize,
    },
    /// Files were removed because they were kept for long enough.
    Begins {
        /// The oldest record that is there.
        first: u64,
    },
    /// An anchor is older than the oldest record.
    AnchorTooOld {
        /// Which.
        sequence: u64,
    },
}

impl fmt::Display for Note {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TornLine { file, line } => write!(
                f,
                "{file}, line {line}: a crash cut this line short, and the next record says so"
            ),
            Self::Begins { first } => write!(
                f,
                "the records before {first} were kept for long enough and removed"
            ),
            Self::AnchorTooOld { sequence } => {
                write!(f, "record {sequence} was anchored, and was removed since")
            }
        }
    }
}
