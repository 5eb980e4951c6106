//! The vendor, and the agent's account there.

use policy::{ExtensionFrom, Strength};
use vendors::{Field, FieldProblem, VendorEntry};

use super::layers::{Held, Layers, STRENGTHS, origin, text};
use super::{Managed, ManagedField};
use crate::settings::{SettingsProblem, VendorSettings, as_text};
use crate::view::PolicyOrigin;

/// The field that every vendor has.
const BASE_URL: &str = "base_url";
const VENDOR_SETTINGS: &str = "vendor_settings";
const EXTENSION: &str = "extension";

/// What holds of the vendor.
pub(super) struct Account {
    /// The vendor and its checked settings; `None` while something is missing or wrong.
    pub(super) vendor: Option<VendorSettings>,
    /// What is missing or wrong.
    pub(super) wrong: Vec<SettingsProblem>,
    /// Whether all of that is what the organisation has left to be typed at the sign-in.
    pub(super) left_to_the_agent: bool,
    pub(super) managed: Managed,
}

/// A setting of the vendor, and who has said it.
struct Said {
    field: &'static Field,
    value: toml::Value,
    origin: PolicyOrigin,
}

/// Settings that the organisation has decided and that the vendor cannot take.
type GivenWay = Vec<(&'static str, Strength)>;

/// What holds of the vendor. Each value comes from the strongest who has said one.
pub(super) fn hold(layers: &mut Layers<'_>, vendors: &'static [VendorEntry]) -> Account {
    if let (Some(error), Some(strength)) = (&layers.decided.no_extension, extension_by(layers)) {
        layers.reject(error.key, strength, &error.wrong, &error.remedy);
    }
    let chosen = chosen(layers, vendors);
    let mut given_way = Vec::new();
    let mut account = Account {
        vendor: None,
        wrong: Vec::new(),
        left_to_the_agent: false,
        managed: Managed::default(),
    };
    if let Some(chosen) = &chosen {
        reject_unknown(layers, chosen.value);
        match check(layers, chosen.value, &mut given_way) {
            Ok(vendor) => account.vendor = Some(vendor),
            Err(problems) => {
                let unsaid = |wrong: &FieldProblem| {
                    let theirs = layers.settings.value(chosen.value.name, &wrong.field);
                    theirs.is_none()
                };
                account.left_to_the_agent =
                    chosen.origin != PolicyOrigin::User && problems.iter().all(unsaid);
                account.wrong = for_user(layers, chosen.value, problems);
            }
        }
    }
    account.managed = managed(layers, vendors, &given_way);
    tell(layers, chosen.map(|chosen| chosen.value), &given_way);
    account
}

fn chosen(
    layers: &mut Layers<'_>,
    vendors: &'static [VendorEntry],
) -> Option<Held<&'static VendorEntry>> {
    let decided = |strength| {
        Some(Held {
            value: decided_vendor(layers, vendors, strength)?,
            origin: origin(strength),
        })
    };
    let user = || {
        let name = layers.settings.chosen()?;
        Some(Held {
            value: vendors.iter().find(|entry| entry.name == name)?,
            origin: PolicyOrigin::User,
        })
    };
    let chosen = decided(Strength::Enforced)
        .or_else(user)
        .or_else(|| decided(Strength::Recommended));
    let (name, by) = match &chosen {
        Some(held) => (held.value.name, held.origin),
        None => ("", PolicyOrigin::Default),
    };
    layers.tell_held("vendor", "vendor", name.to_owned(), by, "vendor");
    chosen
}

fn decided_vendor(
    layers: &Layers<'_>,
    vendors: &'static [VendorEntry],
    strength: Strength,
) -> Option<&'static VendorEntry> {
    let name = text(&layers.by(strength).vendor?);
    vendors.iter().find(|entry| entry.name == name)
}

/// What is decided of this vendor's settings beside its address and the agent: an unknown one
/// is of no use.
fn reject_unknown(layers: &mut Layers<'_>, entry: &'static VendorEntry) {
    for strength in STRENGTHS {
        let Some(settings) = &layers.by(strength).vendor_settings else {
            continue;
        };
        if !concerns(layers, entry, strength) {
            continue;
        }
        for key in settings.keys() {
            let own_key = match key.as_str() {
                BASE_URL => Some(BASE_URL),
                key if key == entry.agent_field => Some(EXTENSION),
                _ => None,
            };
            if let Some(own_key) = own_key {
                let wrong = format!("{key}: this has a key of its own");
                layers.reject(VENDOR_SETTINGS, strength, &wrong, &format!("use {own_key}"));
            } else if !entry.fields.iter().any(|field| field.key == key) {
                let known: Vec<&str> = entry.fields.iter().map(|field| field.key).collect();
                let wrong = format!("{key}: {} has no such setting", entry.name);
                let remedy = format!("take it out; there are: {}", known.join(", "));
                layers.reject(VENDOR_SETTINGS, strength, &wrong, &remedy);
            }
        }
    }
}

/// Checks everything that is said. What the organisation has decided and the vendor cannot take
/// gives way, one value after the other.
fn check(
    layers: &mut Layers<'_>,
    entry: &'static VendorEntry,
    given_way: &mut GivenWay,
) -> Result<VendorSettings, Vec<FieldProblem>> {
    loop {
        let said = said(layers, entry, given_way);
        let users_alone = said.iter().all(|said| said.origin == PolicyOrigin::User);
        if let Some(vendor) = &layers.settings.vendor
            && users_alone
            && vendor.entry.name == entry.name
        {
            return Ok(vendor.clone());
        }
        let table = said
            .iter()
            .map(|said| (said.field.key.to_owned(), said.value.clone()))
            .collect();
        let problems = match VendorSettings::check(entry, &table) {
            Ok(vendor) => return Ok(vendor),
            Err(problems) => problems,
        };
        let before = given_way.len();
        for problem in &problems {
            let decided = said.iter().find_map(|said| {
                let strength = STRENGTHS
                    .into_iter()
                    .find(|one| origin(*one) == said.origin)?;
                (said.field.key == problem.field).then_some((said.field.key, strength))
            });
            if let Some((field, strength)) = decided {
                let key = policy_key(entry, field);
                let wrong = match key {
                    VENDOR_SETTINGS => format!("{field}: {}", problem.wrong),
                    _ => problem.wrong.clone(),
                };
                layers.reject(key, strength, &wrong, &problem.remedy);
                given_way.push((field, strength));
            }
        }
        if given_way.len() == before {
            return Err(problems);
        }
    }
}

/// What is said of each field, by the strongest who has said something.
fn said(layers: &Layers<'_>, entry: &'static VendorEntry, given_way: &GivenWay) -> Vec<Said> {
    let one = |field: &'static Field| {
        let decided = |strength| {
            let value = decided(layers, entry, field.key, strength)?;
            (!given_way.contains(&(field.key, strength)))
                .then(|| (toml::Value::String(value), origin(strength)))
        };
        let user = || {
            let value = layers.settings.value(entry.name, field.key)?;
            Some((value.clone(), PolicyOrigin::User))
        };
        let (value, origin) = decided(Strength::Enforced)
            .or_else(user)
            .or_else(|| decided(Strength::Recommended))?;
        Some(Said {
            field,
            value,
            origin,
        })
    };
    entry.fields.iter().filter_map(one).collect()
}

/// What the organisation has decided of a field.
fn decided(
    layers: &Layers<'_>,
    entry: &VendorEntry,
    field: &str,
    strength: Strength,
) -> Option<String> {
    if !concerns(layers, entry, strength) {
        return None;
    }
    let by = layers.by(strength);
    match policy_key(entry, field) {
        BASE_URL => by.base_url.clone(),
        EXTENSION if extension_by(layers) == Some(strength) => layers.decided.extension.clone(),
        EXTENSION => None,
        _ => by.vendor_settings.as_ref()?.get(field).cloned(),
    }
}

/// Whether what is decided at this strength is meant for this vendor.
fn concerns(layers: &Layers<'_>, entry: &VendorEntry, strength: Strength) -> bool {
    let meant = layers.by(strength).vendor;
    meant.is_none_or(|meant| text(&meant) == entry.name)
}

/// How strong the rule is that leads to the extension.
fn extension_by(layers: &Layers<'_>) -> Option<Strength> {
    STRENGTHS
        .into_iter()
        .find(|strength| layers.by(*strength).extension_from.is_some())
}

/// The key of a policy that decides a field.
fn policy_key(entry: &VendorEntry, field: &str) -> &'static str {
    if field == BASE_URL {
        BASE_URL
    } else if field == entry.agent_field {
        EXTENSION
    } else {
        VENDOR_SETTINGS
    }
}

fn for_user(
    layers: &Layers<'_>,
    entry: &VendorEntry,
    problems: Vec<FieldProblem>,
) -> Vec<SettingsProblem> {
    let in_file = |problem: FieldProblem| {
        let key = format!("{}.{}", entry.name, problem.field);
        SettingsProblem {
            line: layers.settings.line(&key),
            file: Some(layers.file.to_path_buf()),
            value: match problem.value.as_str() {
                "" => String::new(),
                value => format!("{value:?}"),
            },
            wrong: problem.wrong,
            remedy: problem.remedy,
            key,
        }
    };
    problems.into_iter().map(in_file).collect()
}

fn managed(layers: &Layers<'_>, vendors: &'static [VendorEntry], given_way: &GivenWay) -> Managed {
    let mut fields = Vec::new();
    for entry in vendors {
        for field in entry.fields {
            let found = STRENGTHS.into_iter().find_map(|strength| {
                let value = decided(layers, entry, field.key, strength)?;
                (!given_way.contains(&(field.key, strength))).then_some((value, strength))
            });
            fields.extend(found.map(|(value, strength)| ManagedField {
                vendor: entry.name,
                key: field.key,
                value,
                enforced: strength == Strength::Enforced,
            }));
        }
    }
    let name = |strength| decided_vendor(layers, vendors, strength).map(|entry| entry.name);
    Managed {
        vendor: name(Strength::Enforced),
        recommended_vendor: name(Strength::Recommended),
        fields,
    }
}

fn tell(layers: &mut Layers<'_>, entry: Option<&'static VendorEntry>, given_way: &GivenWay) {
    let said = entry.map_or_else(Vec::new, |entry| said(layers, entry, given_way));
    let mut untold = vec![BASE_URL, VENDOR_SETTINGS, EXTENSION];
    for said in said {
        let Some(entry) = entry else { continue };
        let key = policy_key(entry, said.field.key);
        untold.retain(|untold| *untold != key);
        let told_as = match key {
            VENDOR_SETTINGS => format!("{VENDOR_SETTINGS}.{}", said.field.key),
            _ => key.to_owned(),
        };
        let written_at = match key {
            EXTENSION if !decides_extension(layers, said.origin) => "extension_from",
            _ => key,
        };
        let in_file = format!("{}.{}", entry.name, said.field.key);
        let value = as_text(&said.value);
        layers.tell_held(told_as, written_at, value, said.origin, &in_file);
    }
    for key in untold {
        layers.tell(key, String::new(), PolicyOrigin::Default, String::new());
    }
    layers.decide_or("extension_from", ExtensionFrom::Agent, |by| {
        by.extension_from
    });
    layers.decide("extension_pattern", |by| by.extension_pattern.clone());
    layers.decide("extension_attribute", |by| by.extension_attribute.clone());
    layers.decide("extension_file", |by| by.extension_file.clone());
    layers.decide("enrolment_file", |by| by.enrolment_file.clone());
}

/// Whether the extension itself is decided, and not only a rule that leads to one.
fn decides_extension(layers: &Layers<'_>, by: PolicyOrigin) -> bool {
    STRENGTHS
        .into_iter()
        .any(|strength| origin(strength) == by && layers.by(strength).extension.is_some())
}
