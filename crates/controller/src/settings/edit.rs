use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use toml_edit::{DocumentMut, Item, Table, Value};
use vendors::{FieldKind, VendorEntry};

use super::source::closest;
use super::{Settings, SettingsError, SettingsProblem, text_of};
use crate::in_force::{Decided, InForce, Managed};

/// A settings file that has been checked and not yet been written.
#[derive(Debug)]
pub struct Draft {
    file: PathBuf,
    text: String,
    settings: Settings,
    in_force: InForce,
}

impl Draft {
    /// As [`Settings::with_sign_in`], for these vendors.
    ///
    /// # Errors
    /// As there.
    pub fn new(
        vendors: &'static [VendorEntry],
        file: &Path,
        decided: &Decided,
        vendor: &str,
        fields: &[(String, String)],
    ) -> Result<Self, SettingsError> {
        let before = text_of(file)?;
        let Some(entry) = vendors.iter().find(|entry| entry.name == vendor) else {
            return Err(no_such_vendor(vendors, vendor));
        };
        // Said before editing: a file that cannot be parsed cannot be edited, and what was
        // wrong with it before is to be told with its lines.
        let managed = match Settings::preferences(vendors, file, &before) {
            Ok(settings) => InForce::of(vendors, file, &settings, decided).managed,
            Err(error) if concerns_only(&error, entry) => {
                InForce::of(vendors, file, &Settings::default(), decided).managed
            }
            Err(error) => return Err(error),
        };
        if let Some(other) = managed.vendor.filter(|other| *other != vendor) {
            return Err(decided_otherwise(vendor, other));
        }
        let contradictions: Vec<SettingsProblem> = fields
            .iter()
            .filter_map(|(key, typed)| contradiction(entry, &managed, key, typed))
            .collect();
        if !contradictions.is_empty() {
            return Err(SettingsError::Wrong(contradictions));
        }
        let mut document: DocumentMut = parsed(&before);
        edit(&mut document, entry, fields, &managed);
        let mut text = document.to_string();
        if before.is_empty() {
            text.insert_str(0, &opening(vendor));
        }
        let (settings, mut source) = Settings::begin(vendors, file, &text)?;
        let in_force = InForce::of(vendors, file, &settings, decided);
        source.problems.extend_from_slice(&in_force.wrong);
        let settings = settings.unless_wrong(source).map_err(without_places)?;
        Ok(Self {
            file: file.to_path_buf(),
            text,
            settings,
            in_force,
        })
    }

    /// The settings as they will be.
    pub fn settings(&self) -> &Settings {
        &self.settings
    }

    /// What will hold then.
    pub fn in_force(&self) -> &InForce {
        &self.in_force
    }

    /// Writes the file: only the user may read it, and it is there whole or not at all.
    ///
    /// # Errors
    /// The file cannot be written; then it is as it was.
    pub fn save(&self) -> Result<(), SettingsError> {
        replace(&self.file, &self.text).map_err(|source| SettingsError::Unwritable {
            file: self.file.clone(),
            source,
        })
    }
}

fn parsed(text: &str) -> DocumentMut {
    text.parse().expect("it has been parsed before")
}

fn opening(vendor: &str) -> String {
    format!(
        "# Fermata's settings. `fermatactl config example {vendor}` prints all that there are.\n\
         # No secret belongs in this file: `fermatactl sign-in` keeps it in the keyring.\n\n"
    )
}

/// Whether all that is wrong is in the choice of the vendor, which is being typed anew.
fn concerns_only(error: &SettingsError, entry: &VendorEntry) -> bool {
    match error {
        SettingsError::Wrong(problems) => problems.iter().all(|problem| {
            let typed_anew = entry
                .fields
                .iter()
                .any(|field| field.key == problem.field(entry.name));
            problem.key == "vendor" || typed_anew
        }),
        SettingsError::Unreadable { .. } | SettingsError::Unwritable { .. } => false,
    }
}

/// Writes what was typed. What the organisation has decided, or what it recommends and was left
/// so, is not written: it would hold on when it decides otherwise.
fn edit(
    document: &mut DocumentMut,
    entry: &VendorEntry,
    fields: &[(String, String)],
    managed: &Managed,
) {
    if managed.vendor.is_none() {
        if managed.recommended_vendor == Some(entry.name) {
            document.remove("vendor");
        } else {
            set(document.as_table_mut(), "vendor", entry.name.into());
        }
    }
    let item = document
        .entry(entry.name)
        .or_insert_with(|| Item::Table(Table::new()));
    let Some(table) = item.as_table_mut() else {
        unreachable!("a vendor's name that is not a table has been refused")
    };
    for (key, typed) in fields {
        let typed = typed.trim();
        let managed = managed.field(entry.name, key);
        if managed.is_some_and(|field| field.enforced) {
            continue;
        }
        if typed.is_empty() || managed.is_some_and(|field| field.value == typed) {
            table.remove(key);
            continue;
        }
        let flag = entry
            .fields
            .iter()
            .any(|field| field.key == key && field.kind == FieldKind::Flag);
        let value = match typed {
            "true" if flag => true.into(),
            "false" if flag => false.into(),
            text => text.into(),
        };
        set(table, key, value);
    }
}

/// Sets a key and keeps the comments around it.
fn set(table: &mut Table, key: &str, mut value: Value) {
    if let Some(before) = table.get(key).and_then(Item::as_value) {
        *value.decor_mut() = before.decor().clone();
    }
    match table.get_mut(key) {
        Some(item) => *item = Item::Value(value),
        None => {
            table.insert(key, Item::Value(value));
        }
    }
}

/// Takes file and lines away from problems of a file that nobody has seen yet.
fn without_places(error: SettingsError) -> SettingsError {
    match error {
        SettingsError::Wrong(problems) => SettingsError::Wrong(
            problems
                .into_iter()
                .map(|problem| SettingsProblem {
                    file: None,
                    line: None,
                    ..problem
                })
                .collect(),
        ),
        SettingsError::Unreadable { .. } | SettingsError::Unwritable { .. } => error,
    }
}

/// What is wrong with a value that the organisation has decided otherwise.
fn contradiction(
    entry: &VendorEntry,
    managed: &Managed,
    key: &str,
    typed: &str,
) -> Option<SettingsProblem> {
    let typed = typed.trim();
    let decided = managed.field(entry.name, key)?;
    let contradicts = decided.enforced && !typed.is_empty() && decided.value != typed;
    contradicts.then(|| SettingsProblem {
        file: None,
        line: None,
        key: format!("{}.{key}", entry.name),
        value: format!("{typed:?}"),
        wrong: format!("your organisation has decided on {:?}", decided.value),
        remedy: "leave it out".to_owned(),
    })
}

fn decided_otherwise(vendor: &str, other: &str) -> SettingsError {
    SettingsError::Wrong(vec![SettingsProblem {
        file: None,
        line: None,
        key: "vendor".to_owned(),
        value: format!("{vendor:?}"),
        wrong: format!("your organisation has decided on {other}"),
        remedy: format!("sign in at {other}"),
    }])
}

fn no_such_vendor(vendors: &[VendorEntry], vendor: &str) -> SettingsError {
    let names: Vec<&str> = vendors.iter().map(|entry| entry.name).collect();
    if vendor.is_empty() {
        return SettingsError::Wrong(vec![SettingsProblem {
            file: None,
            line: None,
            key: "vendor".to_owned(),
            value: String::new(),
            wrong: "none is named, and your organisation has decided on none".to_owned(),
            remedy: format!("choose one of: {}", names.join(", ")),
        }]);
    }
    SettingsError::Wrong(vec![SettingsProblem {
        file: None,
        line: None,
        key: "vendor".to_owned(),
        value: format!("{vendor:?}"),
        wrong: "there is no such vendor".to_owned(),
        remedy: match closest(vendor, &names) {
            Some(meant) => format!("did you mean \"{meant}\"?"),
            None => format!("choose one of: {}", names.join(", ")),
        },
    }])
}

/// Puts a file in the place of another, so that a crash leaves one or the other.
fn replace(file: &Path, text: &str) -> io::Result<()> {
    // A link is followed, so that settings kept elsewhere are written there.
    let file = fs::canonicalize(file).unwrap_or_else(|_| file.to_path_buf());
    let directory = file
        .parent()
        .filter(|parent| !parent.as_os_str().is_empty())
        .unwrap_or(Path::new("."));
    fs::create_dir_all(directory)?;
    // Made with mode 0600 on Unix.
    let mut temporary = tempfile::NamedTempFile::new_in(directory)?;
    temporary.write_all(text.as_bytes())?;
    temporary.as_file().sync_all()?;
    temporary.persist(&file).map_err(|error| error.error)?;
    Ok(())
}
