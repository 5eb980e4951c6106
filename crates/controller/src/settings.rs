//! The settings file: what it says, what is wrong with it, and writing it back.
//!
//! One commented TOML file per user. It never holds a secret (`secrets` does).

mod edit;
mod example;
#[cfg(any(test, feature = "fuzzing"))]
pub(crate) mod fuzzing;
pub(crate) mod limits;
mod misplaced;
mod problem;
mod source;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::fmt;
use std::io;
use std::path::Path;

use pause::Limits;
use toml_edit::{Item, Table};
use vendors::{FieldProblem, VENDORS, Values, Vendor, VendorEntry};

use source::Source;

use crate::bounded_file;
use crate::in_force::Decided;

pub use edit::Draft;
pub use example::{example, example_vendor};
pub use problem::{SettingsError, SettingsProblem};

/// The chord of the one key for both, where nothing is said.
const TOGGLE: &str = "Ctrl+Alt+P";

/// What one user's settings file says, checked.
///
/// What holds is another matter: the organisation may have decided otherwise
/// ([`crate::in_force`]).
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Settings {
    /// The vendor and the agent's account there; `None` before the first sign-in, and where the
    /// file by itself does not say enough.
    pub vendor: Option<VendorSettings>,
    /// The global hotkeys.
    pub hotkeys: Hotkeys,
    /// How long things may take.
    pub limits: Limits,
    /// Whether the vendor is a simulator.
    pub simulation: bool,
    /// What it says that belongs elsewhere, and so is not heeded.
    pub misplaced: Vec<SettingsProblem>,
    /// The name of the vendor that is chosen.
    chosen: Option<&'static str>,
    /// What each vendor's table says.
    tables: BTreeMap<&'static str, toml::Table>,
    /// Each key that is said, with its table, and its line.
    said: BTreeMap<String, Option<usize>>,
}

/// A vendor and its checked settings.
#[derive(Clone)]
pub struct VendorSettings {
    /// Which vendor.
    pub entry: &'static VendorEntry,
    /// Its settings.
    pub values: Values,
}

/// The global hotkeys: each a chord such as "Ctrl+Alt+P", or none.
///
/// Whether a chord can be had is for the shell to find out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hotkeys {
    /// The one key for both.
    pub toggle: Option<String>,
    /// Pause, expressly.
    pub pause: Option<String>,
    /// Resume, expressly.
    pub resume: Option<String>,
}

impl Settings {
    /// Reads a settings file; where there is none, everything has its default.
    ///
    /// # Errors
    /// The file cannot be read, or what it says is wrong: then every problem in it.
    pub fn read(file: &Path) -> Result<Self, SettingsError> {
        Self::parse(file, &text_of(file)?)
    }

    /// Reads a settings file as what its user prefers.
    ///
    /// What it says of the vendor may be incomplete or wrong: the organisation may have decided
    /// the rest, so that is for [`crate::in_force`] to check.
    ///
    /// # Errors
    /// The file cannot be read, or something else in it is wrong: then every such problem.
    pub fn read_preferences(file: &Path) -> Result<Self, SettingsError> {
        Self::preferences(VENDORS, file, &text_of(file)?)
    }

    /// Reads what a settings file says. `file` is for messages only.
    ///
    /// # Errors
    /// Everything that is wrong with it.
    pub fn parse(file: &Path, text: &str) -> Result<Self, SettingsError> {
        let (settings, mut source) = Self::begin(VENDORS, file, text)?;
        if let Some(Err(problems)) = settings.account(VENDORS) {
            let vendor = settings.chosen.unwrap_or_default();
            source.note_fields(vendor, problems);
        }
        settings.unless_wrong(source)
    }

    /// As [`Self::read_preferences`], for these vendors and this text.
    pub(crate) fn preferences(
        vendors: &'static [VendorEntry],
        file: &Path,
        text: &str,
    ) -> Result<Self, SettingsError> {
        let (settings, source) = Self::begin(vendors, file, text)?;
        settings.unless_wrong(source)
    }

    /// Reads everything, and checks all but what is said of the vendor.
    fn begin<'t>(
        vendors: &'static [VendorEntry],
        file: &Path,
        text: &'t str,
    ) -> Result<(Self, Source<'t>), SettingsError> {
        let mut source = Source::parse(file, text)?;
        let mut known = vec!["vendor", "simulation", "hotkeys", "limits"];
        known.extend(vendors.iter().map(|entry| entry.name));
        let root = source.root().clone();
        let mut heeded = root.clone();
        heeded.remove("policy");
        source.reject_unknown("", &heeded, &known);
        for entry in vendors {
            if let Some(table) = source.table(entry.name) {
                let fields: Vec<&str> = entry.fields.iter().map(|field| field.key).collect();
                source.reject_unknown(&format!("{}.", entry.name), &table, &fields);
            }
        }
        let mut settings = Self {
            vendor: None,
            chosen: chosen(&mut source, vendors),
            hotkeys: Hotkeys::read(&mut source),
            limits: limits::read(&mut source),
            misplaced: misplaced::read(&source),
            simulation: simulation(&mut source),
            tables: tables(&root, vendors),
            said: source.said(),
        };
        if let Some(Ok(vendor)) = settings.account(vendors) {
            settings.vendor = Some(vendor);
        }
        Ok((settings, source))
    }

    fn unless_wrong(self, mut source: Source<'_>) -> Result<Self, SettingsError> {
        if source.problems.is_empty() {
            return Ok(self);
        }
        // In the order of the file: whoever mends it goes through it once.
        source
            .problems
            .sort_by_key(|problem| problem.line.unwrap_or(usize::MAX));
        Err(SettingsError::Wrong(source.problems))
    }

    /// The vendor that is chosen, as the file alone sets it up.
    fn account(
        &self,
        vendors: &'static [VendorEntry],
    ) -> Option<Result<VendorSettings, Vec<FieldProblem>>> {
        let entry = vendors
            .iter()
            .find(|entry| Some(entry.name) == self.chosen)?;
        let nothing = toml::Table::new();
        let table = self.tables.get(entry.name).unwrap_or(&nothing);
        Some(VendorSettings::check(entry, table))
    }

    /// The name of the vendor that is chosen.
    pub(crate) fn chosen(&self) -> Option<&'static str> {
        self.chosen
    }

    /// What the file says of a vendor's setting.
    pub(crate) fn value(&self, vendor: &str, key: &str) -> Option<&toml::Value> {
        self.tables.get(vendor)?.get(key)
    }

    /// Whether the file says this key: "limits.freshness_ms".
    pub(crate) fn says(&self, key: &str) -> bool {
        self.said.contains_key(key)
    }

    /// The line on which it says it.
    pub(crate) fn line(&self, key: &str) -> Option<usize> {
        *self.said.get(key)?
    }

    /// What the file says of a vendor's setting, as text; empty where it says nothing.
    pub fn typed(&self, vendor: &str, key: &str) -> String {
        self.value(vendor, key).map(as_text).unwrap_or_default()
    }

    /// Checks a sign-in as typed and prepares the file that says so. Nothing is written yet.
    ///
    /// The user's comments and all other settings stay as they are. A field that is typed
    /// empty is taken out of the file, so that what is recommended or its default holds; one that
    /// the organisation has decided is not written.
    ///
    /// # Errors
    /// Everything that is wrong with what was typed, and with the file as it is.
    pub fn with_sign_in(
        file: &Path,
        decided: &Decided,
        vendor: &str,
        fields: &[(String, String)],
    ) -> Result<Draft, SettingsError> {
        Draft::new(VENDORS, file, decided, vendor, fields)
    }
}

impl VendorSettings {
    /// Checks what is said of a vendor: each value by itself, and all together.
    ///
    /// # Errors
    /// Everything that is wrong or missing.
    pub(crate) fn check(
        entry: &'static VendorEntry,
        table: &toml::Table,
    ) -> Result<Self, Vec<FieldProblem>> {
        let values = Values::read(entry.fields, table)?;
        (entry.open)(&values)?;
        Ok(Self { entry, values })
    }

    /// Makes the vendor.
    pub fn open(&self) -> Box<dyn Vendor> {
        match (self.entry.open)(&self.values) {
            Ok(vendor) => vendor,
            Err(problems) => unreachable!("checked when the settings were read: {problems:?}"),
        }
    }
}

impl fmt::Debug for VendorSettings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("VendorSettings")
            .field("vendor", &self.entry.name)
            .field("values", &self.values)
            .finish()
    }
}

impl PartialEq for VendorSettings {
    fn eq(&self, other: &Self) -> bool {
        self.entry.name == other.entry.name && self.values == other.values
    }
}

impl Hotkeys {
    /// No chord at all.
    pub(crate) fn none() -> Self {
        Self {
            toggle: None,
            pause: None,
            resume: None,
        }
    }

    /// Each chord and what it does: "toggle", "pause" or "resume".
    pub fn chords(&self) -> impl Iterator<Item = (&'static str, &str)> {
        [
            ("toggle", &self.toggle),
            ("pause", &self.pause),
            ("resume", &self.resume),
        ]
        .into_iter()
        .filter_map(|(action, chord)| Some((action, chord.as_deref()?)))
    }

    fn read(source: &mut Source<'_>) -> Self {
        let mut hotkeys = Self::default();
        let Some(table) = source.table("hotkeys") else {
            return hotkeys;
        };
        source.reject_unknown("hotkeys.", &table, &["toggle", "pause", "resume"]);
        chord(source, &table, "toggle", &mut hotkeys.toggle);
        chord(source, &table, "pause", &mut hotkeys.pause);
        chord(source, &table, "resume", &mut hotkeys.resume);
        let chords: Vec<(&str, String)> = hotkeys
            .chords()
            .map(|(action, chord)| (action, normal(chord)))
            .collect();
        for (index, (action, chord)) in chords.iter().enumerate() {
            let earlier = chords[..index].iter().find(|(_, other)| other == chord);
            if let Some((other, _)) = earlier {
                source.wrong(
                    &format!("hotkeys.{action}"),
                    &format!("this chord is taken by {other}"),
                    "choose another one, or \"\" for none",
                );
            }
        }
        hotkeys
    }
}

impl Default for Hotkeys {
    fn default() -> Self {
        Self {
            toggle: Some(TOGGLE.to_owned()),
            pause: None,
            resume: None,
        }
    }
}

/// Far more than any settings need, and too little to fill the memory.
const LARGEST: u64 = 1024 * 1024;

/// What a settings file says, as it is written.
///
/// # Errors
/// It cannot be read, or is longer than settings can be.
pub fn written(file: &Path) -> io::Result<String> {
    bounded_file::text(file, LARGEST)
}

fn text_of(file: &Path) -> Result<String, SettingsError> {
    match written(file) {
        Ok(text) => Ok(text),
        Err(error) if error.kind() == io::ErrorKind::FileTooLarge => {
            Err(SettingsError::Wrong(vec![SettingsProblem {
                file: Some(file.to_path_buf()),
                line: None,
                key: String::new(),
                value: String::new(),
                wrong: "this file is larger than settings can be".to_owned(),
                remedy: "write at most 1 MiB".to_owned(),
            }]))
        }
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(String::new()),
        Err(source) => Err(SettingsError::Unreadable {
            file: file.to_path_buf(),
            source,
        }),
    }
}

fn chosen(source: &mut Source<'_>, vendors: &'static [VendorEntry]) -> Option<&'static str> {
    let item = source.root().get("vendor")?;
    let names: Vec<&'static str> = vendors.iter().map(|entry| entry.name).collect();
    let found = names
        .iter()
        .copied()
        .find(|name| item.as_str() == Some(*name));
    if found.is_none() {
        let meant = item.as_str().and_then(|name| source::closest(name, &names));
        let remedy = match meant {
            Some(meant) => format!("did you mean \"{meant}\"?"),
            None => format!("choose one of: {}", names.join(", ")),
        };
        source.wrong("vendor", "there is no such vendor", &remedy);
    }
    found
}

/// A vendor's table with the keys that it knows.
fn typed_table(root: &Table, entry: &VendorEntry) -> toml::Table {
    let Some(table) = root.get(entry.name).and_then(Item::as_table) else {
        return toml::Table::new();
    };
    let known = table
        .iter()
        .filter(|(key, _)| entry.fields.iter().any(|field| field.key == *key));
    let lines: String = known
        .filter_map(|(key, item)| Some(format!("{key} = {}\n", item.as_value()?)))
        .collect();
    lines
        .parse()
        .expect("each line has been parsed as TOML before")
}

fn tables(root: &Table, vendors: &'static [VendorEntry]) -> BTreeMap<&'static str, toml::Table> {
    vendors
        .iter()
        .filter(|entry| root.contains_key(entry.name))
        .map(|entry| (entry.name, typed_table(root, entry)))
        .collect()
}

/// A value as somebody would type it.
pub(crate) fn as_text(value: &toml::Value) -> String {
    match value {
        toml::Value::String(text) => text.clone(),
        toml::Value::Integer(_)
        | toml::Value::Float(_)
        | toml::Value::Boolean(_)
        | toml::Value::Datetime(_)
        | toml::Value::Array(_)
        | toml::Value::Table(_) => value.to_string(),
    }
}

fn simulation(source: &mut Source<'_>) -> bool {
    let Some(item) = source.root().get("simulation") else {
        return false;
    };
    let Some(found) = item.as_bool() else {
        source.wrong(
            "simulation",
            "this is neither true nor false",
            "write true only if the vendor's address leads to a simulator",
        );
        return false;
    };
    found
}

fn chord(source: &mut Source<'_>, table: &Table, key: &str, chord: &mut Option<String>) {
    const MOST: usize = 64;
    let Some(item) = table.get(key) else { return };
    match item.as_str().map(str::trim) {
        Some("") => *chord = None,
        Some(found) if found.len() <= MOST && !found.contains(char::is_control) => {
            *chord = Some(found.to_owned());
        }
        Some(_) | None => source.wrong(
            &format!("hotkeys.{key}"),
            "this is not a chord",
            "write it as \"Ctrl+Alt+P\", or \"\" for none",
        ),
    }
}

/// A chord so that two ways of writing the same one are equal.
pub(crate) fn normal(chord: &str) -> String {
    let mut parts: Vec<String> = chord
        .split('+')
        .map(|part| match part.trim().to_ascii_lowercase().as_str() {
            "control" => "ctrl".to_owned(),
            "option" => "alt".to_owned(),
            "cmd" | "command" | "super" | "win" => "meta".to_owned(),
            part => part.to_owned(),
        })
        .collect();
    parts.sort();
    parts.join("+")
}
