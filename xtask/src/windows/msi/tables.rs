//! What the tables of a package have to say, and whether they agree.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::{Context, Result, bail, ensure};

use super::package::Package;
use super::table::Table;

/// What can be said to the installer; what is said is kept for the next one, but for the last.
const PROPERTIES: [&str; 6] = [
    "VENDOR",
    "BASEURL",
    "AUTOSTART",
    "LANG",
    "POLICYFILE",
    "LAUNCHAPP",
];

/// Components hold what is for 64 bits.
const FOR_64_BITS: u32 = 256;

/// The key path is in the registry.
const REGISTRY_KEY_PATH: u32 = 4;

/// The numbers by which Windows Installer knows what it has.
#[derive(Clone, Debug)]
pub(super) struct Numbers {
    pub(super) components: BTreeSet<String>,
    /// Shared by all versions.
    pub(super) upgrade: String,
    /// Of this version alone.
    pub(super) product: String,
}

impl Numbers {
    pub(super) fn of(package: &Package) -> Result<Self> {
        let components = Table::of(package, "Component")?;
        let properties = Table::of(package, "Property")?;
        let property = |wanted| {
            let mut rows = properties.columns(["Property", "Value"]);
            let row = rows.find(|[name, _]| *name == wanted);
            let [_, value] = row.with_context(|| format!("the package has no {wanted}"))?;
            Ok::<_, anyhow::Error>(value.to_owned())
        };
        Ok(Self {
            components: components
                .column("ComponentId")
                .into_iter()
                .map(str::to_owned)
                .collect(),
            upgrade: property("UpgradeCode")?,
            product: property("ProductCode")?,
        })
    }
}

/// Looks for what is missing, what hangs in the air, and what must not be there.
pub(super) fn look_over(package: &Package) -> Result<()> {
    let table = |name| Table::of(package, name);
    let files = table("File")?;
    let components = table("Component")?;
    let properties = table("Property")?;
    let packed = paths(&files, &components, &table("Directory")?)?;
    let staged: BTreeSet<String> = package.contents()?.into_iter().collect();
    let mut found: Vec<String> = staged
        .symmetric_difference(&packed)
        .map(|file| format!("{file} is only one of staged and packed"))
        .collect();
    found.extend(loose_ends(
        &components,
        &files,
        &table("Registry")?,
        &table("FeatureComponents")?,
    ));
    found.extend(bad_properties(&properties));
    let toasts = table("MsiShortcutProperty")?;
    if toasts
        .columns(["Shortcut_", "PropertyKey", "PropVariantValue"])
        .collect::<Vec<_>>()
        != [[
            "StartMenuShortcut",
            "System.AppUserModel.ID",
            "app.fermata.desktop",
        ]]
    {
        found.push(String::from(
            "the shortcut does not say whose toasts are Fermata's",
        ));
    }
    ensure!(found.is_empty(), "{}", found.join("; "));
    Ok(())
}

/// The path of each file within the program's folder.
fn paths(files: &Table, components: &Table, folders: &Table) -> Result<BTreeSet<String>> {
    let folder_of: BTreeMap<&str, &str> = components
        .columns(["Component", "Directory_"])
        .map(|[component, folder]| (component, folder))
        .collect();
    let parent_of: BTreeMap<&str, (&str, &str)> = folders
        .columns(["Directory", "Directory_Parent", "DefaultDir"])
        .map(|[folder, parent, name]| (folder, (parent, long(name))))
        .collect();
    let mut paths = BTreeSet::new();
    for [name, component] in files.columns(["FileName", "Component_"]) {
        let mut path = long(name).to_owned();
        let Some(mut folder) = folder_of.get(component).copied() else {
            bail!("{path} is of component {component}, which is missing");
        };
        while folder != "ProgramFolder" {
            let Some((parent, name)) = parent_of.get(folder) else {
                bail!("{path} is not installed into the program's folder");
            };
            path = format!("{name}/{path}");
            folder = parent;
        }
        paths.insert(path);
    }
    Ok(paths)
}

/// A name is `SHORT~1.TXT|long name.txt`, or one that is both.
fn long(name: &str) -> &str {
    name.split_once('|').map_or(name, |(_, long)| long)
}

/// What refers to what is not there, or is referred to by nobody.
fn loose_ends(
    components: &Table,
    files: &Table,
    registry: &Table,
    features: &Table,
) -> Vec<String> {
    let pairs = |table: &Table, name| -> BTreeSet<(String, String)> {
        let rows = table.columns([name, "Component_"]);
        rows.map(|[key, of]| (key.to_owned(), of.to_owned()))
            .collect()
    };
    let (in_files, in_registry) = (pairs(files, "File"), pairs(registry, "Registry"));
    let (known, installed) = (
        components.column("Component"),
        features.column("Component_"),
    );
    let mut found: Vec<String> = known
        .symmetric_difference(&installed)
        .map(|name| format!("component {name} is only one of defined and installed"))
        .collect();
    if components.column("ComponentId").len() != known.len() {
        found.push(String::from("two components have the same GUID"));
    }
    for [name, attributes, key] in components.columns(["Component", "Attributes", "KeyPath"]) {
        let attributes: u32 = attributes.parse().unwrap_or_default();
        if attributes & FOR_64_BITS == 0 {
            found.push(format!("component {name} is for 32 bits"));
        }
        let keys = if attributes & REGISTRY_KEY_PATH == 0 {
            &in_files
        } else {
            &in_registry
        };
        if !keys.contains(&(key.to_owned(), name.to_owned())) {
            found.push(format!(
                "component {name} has no {key}, which is its key path"
            ));
        }
    }
    let holders = in_files.iter().chain(&in_registry);
    found.extend(
        holders
            .filter(|(_, component)| !known.contains(component.as_str()))
            .map(|(key, component)| format!("{key} is of {component}, which is missing")),
    );
    found
}

/// A property that is not listed never reaches the part of the installer that has the rights; and
/// no property may be meant for a secret.
fn bad_properties(properties: &Table) -> Vec<String> {
    let value_of: BTreeMap<&str, &str> = properties
        .columns(["Property", "Value"])
        .map(|[name, value]| (name, value))
        .collect();
    let listed = value_of.get("SecureCustomProperties").copied();
    let listed: Vec<&str> = listed.unwrap_or_default().split(';').collect();
    let unlisted = PROPERTIES
        .iter()
        .filter(|name| !listed.contains(name))
        .map(|name| format!("{name} is not in SecureCustomProperties"));
    let secret = value_of
        .keys()
        .chain(&listed)
        .filter(|name| {
            let name = name.to_ascii_uppercase();
            ["SECRET", "PASSWORD", "TOKEN", "CREDENTIAL"]
                .iter()
                .any(|word| name.contains(word))
        })
        .map(|name| format!("property {name} is for a secret"));
    unlisted.chain(secret).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table(text: &str) -> Table {
        Table::read(&text.replace(' ', "\t")).unwrap()
    }

    const COMPONENTS: &str =
        "Component ComponentId Directory_ Attributes KeyPath\n\n\nA {1} ProgramFolder 256 a.exe";
    const FILES: &str = "File Component_ FileName\n\n\na.exe A A~1.EXE|a.exe";
    const FEATURES: &str = "Feature_ Component_\n\n\nAll A";
    const REGISTRY: &str = "Registry Component_\n\n";

    fn loose(components: &str, files: &str, features: &str) -> Vec<String> {
        let registry = table(REGISTRY);
        loose_ends(
            &table(components),
            &table(files),
            &registry,
            &table(features),
        )
    }

    #[test]
    fn tables_that_agree_have_no_loose_ends_and_others_have() {
        assert_eq!(loose(COMPONENTS, FILES, FEATURES), Vec::<String>::new());
        let narrow = COMPONENTS.replace("256", "0");
        assert_eq!(
            loose(&narrow, FILES, FEATURES),
            ["component A is for 32 bits"]
        );
        assert_eq!(loose(COMPONENTS, FILES, "Feature_ Component_\n\n").len(), 1);
        assert_eq!(loose(COMPONENTS, "File Component_\n\n", FEATURES).len(), 1);
        let stray = format!("{FILES}\nb.exe B b.exe");
        assert_eq!(
            loose(COMPONENTS, &stray, FEATURES),
            ["b.exe is of B, which is missing"]
        );
        let twin = format!("{COMPONENTS}\nB {{1}} ProgramFolder 256 b.exe");
        let both = format!("{FEATURES}\nAll B");
        assert_eq!(
            loose(&twin, &stray, &both),
            ["two components have the same GUID"]
        );
    }

    #[test]
    fn a_file_is_known_by_its_long_name_and_its_folders() {
        let folders = "Directory Directory_Parent DefaultDir\n\n\n\
                       ProgramFolder X Fermata\nPolicy ProgramFolder policy\nX TARGETDIR X";
        let components = COMPONENTS.replace(" ProgramFolder", " Policy");
        let within = paths(&table(FILES), &table(&components), &table(folders)).unwrap();
        assert_eq!(within, BTreeSet::from([String::from("policy/a.exe")]));
        let outside = COMPONENTS.replace(" ProgramFolder", " X");
        assert!(paths(&table(FILES), &table(&outside), &table(folders)).is_err());
    }

    #[test]
    fn a_property_for_a_secret_is_found_and_one_that_would_not_arrive_too() {
        let all = PROPERTIES.join(";");
        let good = format!("Property Value\n\n\nSecureCustomProperties {all}");
        assert_eq!(bad_properties(&table(&good)), Vec::<String>::new());
        let secret = format!("{good};CLIENTSECRET\nApiToken x");
        assert_eq!(bad_properties(&table(&secret)).len(), 2);
        let lost = good.replace("VENDOR;", "");
        assert_eq!(
            bad_properties(&table(&lost)),
            ["VENDOR is not in SecureCustomProperties"]
        );
    }
}
