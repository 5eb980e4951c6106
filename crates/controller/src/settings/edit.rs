use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use toml_edit::{DocumentMut, Item, Table, Value};
use vendors::{FieldKind, VendorEntry};

use super::source::closest;
use super::{Settings, SettingsError, SettingsProblem, text_of};

/// A settings file that has been checked and not yet been written.
#[derive(Debug)]
pub struct Draft {
    file: PathBuf,
    text: String,
    settings: Settings,
}

impl Draft {
    /// As [`Settings::with_sign_in`], for these vendors.
    pub(crate) fn new(
        vendors: &'static [VendorEntry],
        file: &Path,
        vendor: &str,
        fields: &[(String, String)],
    ) -> Result<Self, SettingsError> {
        let before = text_of(file)?;
        let Some(entry) = vendors.iter().find(|entry| entry.name == vendor) else {
            return Err(no_such_vendor(vendors, vendor));
        };
        // Said before editing: a file that cannot be parsed cannot be edited, and what was
        // wrong with it before is to be told with its lines.
        let mut document: DocumentMut = match Settings::parse_for(vendors, file, &before) {
            Ok(_) => parsed(&before),
            Err(error) if concerns_only(&error, entry) => parsed(&before),
            Err(error) => return Err(error),
        };
        edit(&mut document, entry, fields);
        let mut text = document.to_string();
        if before.is_empty() {
            text.insert_str(0, &opening(vendor));
        }
        let settings = Settings::parse_for(vendors, file, &text).map_err(without_places)?;
        Ok(Self {
            file: file.to_path_buf(),
            text,
            settings,
        })
    }

    /// The settings as they will be.
    pub fn settings(&self) -> &Settings {
        &self.settings
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

fn edit(document: &mut DocumentMut, entry: &VendorEntry, fields: &[(String, String)]) {
    set(document.as_table_mut(), "vendor", entry.name.into());
    let item = document
        .entry(entry.name)
        .or_insert_with(|| Item::Table(Table::new()));
    let Some(table) = item.as_table_mut() else {
        unreachable!("a vendor's name that is not a table has been refused")
    };
    for (key, typed) in fields {
        let typed = typed.trim();
        if typed.is_empty() {
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

fn no_such_vendor(vendors: &[VendorEntry], vendor: &str) -> SettingsError {
    let names: Vec<&str> = vendors.iter().map(|entry| entry.name).collect();
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
