use std::collections::BTreeMap;
use std::fmt;

use url::Url;

use crate::VendorEntry;

mod example;
mod read;

/// One setting of a vendor: its name, its meaning and what it may be.
#[derive(Clone, Copy, Debug)]
pub struct Field {
    /// Its key in the settings file.
    pub key: &'static str,
    /// Its label in a form.
    pub label: &'static str,
    /// What it is and where to find it: the comment in the example file, the hint in a form.
    pub about: &'static str,
    /// What it may be.
    pub kind: FieldKind,
    /// What holds where nothing is said; `None` if something must be said.
    pub default: Option<&'static str>,
    /// A value that could be right.
    pub example: &'static str,
    /// Where it is asked for.
    pub place: Place,
}

/// What a setting may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FieldKind {
    /// An `https://` address (`http://` to this computer, or where expressly allowed).
    Url,
    /// Digits only.
    Digits,
    /// Text on one line; empty only where the default is.
    Text,
    /// A SIP address (`sip:name@host`).
    SipUri,
    /// One of these words.
    Choice(&'static [&'static str]),
    /// Yes or no.
    Flag,
}

/// Where a setting is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// In the sign-in form.
    SignIn,
    /// In the settings file only: it is about the vendor's installation, not about the agent.
    File,
}

/// A setting that is wrong: which, what it says, and what to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldProblem {
    /// Its key.
    pub field: String,
    /// What it says, as written; empty where nothing was said.
    pub value: String,
    /// What is wrong with that.
    pub wrong: String,
    /// What to do.
    pub remedy: String,
}

impl fmt::Display for FieldProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.field)?;
        if !self.value.is_empty() {
            write!(f, " = {:?}", self.value)?;
        }
        write!(f, ": {}; {}", self.wrong, self.remedy)
    }
}

/// The commented section of a settings file for this vendor, with every setting it has.
///
/// What must be set is filled in with its example; the rest stands there as a comment.
pub fn example(entry: &VendorEntry) -> String {
    example::example(entry)
}

/// The settings of one vendor, each checked by its [`Field`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Values(BTreeMap<&'static str, String>);

impl Values {
    /// Checks a settings table against the fields and fills in the defaults.
    ///
    /// # Errors
    /// Every setting that is wrong, missing or unknown; not only the first.
    pub fn read(fields: &'static [Field], table: &toml::Table) -> Result<Self, Vec<FieldProblem>> {
        read::read(fields, table).map(Self)
    }

    /// A text; empty if nothing was said and the default is empty.
    pub fn text(&self, key: &str) -> &str {
        &self.0[key]
    }

    /// Whether one of the addresses among these fields plainly leads to this computer, where
    /// simulators are.
    pub fn lead_to_this_computer(&self, fields: &[Field]) -> bool {
        fields
            .iter()
            .filter(|field| field.kind == FieldKind::Url)
            .filter_map(|field| Url::parse(self.text(field.key)).ok())
            .any(|address| read::leads_here(&address))
    }

    /// A flag.
    pub fn flag(&self, key: &str) -> bool {
        self.text(key) == "true"
    }

    /// An address, without a slash at the end where it has a path. Panics for one that may be
    /// left empty and was.
    pub fn url(&self, key: &str) -> Url {
        Url::parse(self.text(key)).expect("checked when it was read")
    }
}
