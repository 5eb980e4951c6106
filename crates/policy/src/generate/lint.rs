//! Whether what is generated can be used by those whom it is for.

use std::collections::BTreeSet;
use std::io::Write;
use std::path::Path;

use quick_xml::events::{BytesStart, Event};

use super::files;
use crate::key::KEYS;
use crate::name::in_capitals;
use crate::reading::Reading;
use crate::sources::{Source, profile};
use crate::{Decisions, Policy};

fn file(path: &str) -> String {
    files().remove(Path::new(path)).unwrap()
}

/// Each element with its attributes; fails where it is not well-formed.
fn elements(xml: &str) -> Vec<(String, Vec<(String, String)>)> {
    let mut reader = quick_xml::Reader::from_str(xml);
    reader.config_mut().check_end_names = true;
    let mut found = Vec::new();
    let mut open = 0_usize;
    loop {
        match reader.read_event().unwrap() {
            Event::Start(element) => {
                open += 1;
                found.push(read(&element));
            }
            Event::Empty(element) => found.push(read(&element)),
            Event::End(_) => open -= 1,
            Event::Eof => break,
            Event::Text(_)
            | Event::CData(_)
            | Event::Comment(_)
            | Event::Decl(_)
            | Event::PI(_)
            | Event::DocType(_)
            | Event::GeneralRef(_) => {}
        }
    }
    assert_eq!(open, 0, "an element is not closed");
    found
}

fn read(element: &BytesStart<'_>) -> (String, Vec<(String, String)>) {
    let attributes = element.attributes().map(|attribute| {
        let attribute = attribute.unwrap();
        let name = attribute.key.as_ref().to_owned();
        (name, attribute.value.into_owned())
    });
    (element.name().as_ref().to_owned(), attributes.collect())
}

/// The values of an attribute, of the elements of a name or of all.
fn values(xml: &str, of: Option<&str>, attribute: &str) -> Vec<String> {
    elements(xml)
        .into_iter()
        .filter(|(name, _)| of.is_none_or(|of| name == of))
        .flat_map(|(_, attributes)| attributes)
        .filter(|(name, _)| name == attribute)
        .map(|(_, value)| value)
        .collect()
}

fn set(values: Vec<String>) -> BTreeSet<String> {
    let number = values.len();
    let set: BTreeSet<String> = values.into_iter().collect();
    assert_eq!(set.len(), number, "something is there twice");
    set
}

const ADMX: &str = "installers/policy/windows/fermata.admx";
const ADML: [&str; 2] = [
    "installers/policy/windows/en-US/fermata.adml",
    "installers/policy/windows/de-DE/fermata.adml",
];

// F3
#[test]
fn each_key_is_a_policy_twice() {
    let admx = file(ADMX);
    let policies = set(values(&admx, Some("policy"), "name"));
    assert_eq!(policies.len(), 2 * KEYS.len());
    for key in KEYS {
        let name = in_capitals(key.name);
        assert!(policies.contains(&name), "{name}");
        assert!(policies.contains(&format!("{name}_Recommended")), "{name}");
    }
    let registry: BTreeSet<String> = values(&admx, Some("policy"), "key").into_iter().collect();
    let expected = [
        r"Software\Policies\Fermata",
        r"Software\Policies\Fermata\Recommended",
    ];
    assert_eq!(registry, expected.map(str::to_owned).into());
    // HKCU is the user's to write.
    assert!(
        values(&admx, Some("policy"), "class")
            .iter()
            .all(|class| class == "Machine")
    );
}

#[test]
fn each_word_that_the_template_needs_is_there_in_both_languages_and_no_other() {
    let admx = file(ADMX);
    let referenced = |kind: &str| -> BTreeSet<String> {
        elements(&admx)
            .into_iter()
            .flat_map(|(_, attributes)| attributes)
            .filter_map(|(_, value)| {
                let id = value
                    .strip_prefix("$(")?
                    .strip_suffix(')')?
                    .strip_prefix(kind)?;
                Some(id.strip_prefix('.')?.to_owned())
            })
            .collect()
    };
    for adml in ADML.map(file) {
        assert_eq!(
            set(values(&adml, Some("string"), "id")),
            referenced("string")
        );
        let presentations = set(values(&adml, Some("presentation"), "id"));
        assert_eq!(presentations, referenced("presentation"));
        // Each element of a policy has something to write it in.
        let fields: BTreeSet<String> = ["text", "decimal", "enum", "list"]
            .iter()
            .flat_map(|element| values(&admx, Some(element), "id"))
            .collect();
        assert_eq!(set(values(&adml, None, "refId")), fields);
    }
}

#[test]
fn what_the_template_refers_to_is_in_it() {
    let admx = file(ADMX);
    let categories = set(values(&admx, Some("category"), "name"));
    for category in values(&admx, Some("parentCategory"), "ref") {
        assert!(categories.contains(&category), "{category}");
    }
    // What Microsoft's schema lets a name be.
    let is_name = |name: &String| name.chars().all(|it| it.is_alphanumeric() || it == '_');
    assert!(values(&admx, None, "name").iter().all(is_name));
    for adml in ADML.map(file) {
        assert!(values(&adml, None, "id").iter().all(is_name));
    }
    let supported = set(values(&admx, Some("definition"), "name"));
    assert_eq!(
        values(&admx, Some("supportedOn"), "ref").len(),
        2 * KEYS.len()
    );
    for definition in values(&admx, Some("supportedOn"), "ref") {
        assert!(supported.contains(&definition), "{definition}");
    }
}

#[test]
fn no_german_text_is_the_english_one() {
    let [english, german] = ADML.map(file);
    let explained = |adml: &str| -> BTreeSet<String> {
        adml.split("_Explain\">")
            .skip(1)
            .map(|rest| rest.split('\n').next().unwrap().to_owned())
            .collect()
    };
    let (english, german) = (explained(&english), explained(&german));
    assert_eq!(english.len(), KEYS.len());
    assert_eq!(german.len(), KEYS.len());
    assert_eq!(english.intersection(&german).next(), None);
}

#[test]
fn the_sample_profile_can_be_laid_down_as_it_is_and_has_each_key() {
    let text = file("installers/policy/macos/fermata.mobileconfig");
    let sample = plist::Value::from_reader_xml(text.as_bytes()).unwrap();
    let profile = sample.as_dictionary().unwrap();
    let payload = &profile["PayloadContent"].as_array().unwrap()[0];
    assert_eq!(
        payload.as_dictionary().unwrap()["PayloadType"].as_string(),
        Some("app.fermata.desktop")
    );

    let mut laid_down = tempfile::NamedTempFile::new().unwrap();
    payload.to_writer_binary(&mut laid_down).unwrap();
    laid_down.flush().unwrap();
    let path = laid_down.path();
    let reading = Reading::after(None, profile::read(path));
    let policy = Policy::merged(vec![(Source::File(path.into()), reading)]);
    assert_eq!(policy.rejected, []);
    let [enforced, recommended] =
        [&policy.enforced, &policy.recommended].map(|it| serde_json::to_value(it).unwrap());
    for key in KEYS {
        let times = [&enforced, &recommended]
            .iter()
            .filter(|it| !it[key.name].is_null())
            .count();
        assert_eq!(times, 1, "{}", key.name);
    }
    assert_ne!(policy.recommended, Decisions::default());
}

#[test]
fn the_example_decides_nothing_until_its_keys_are_taken_in() {
    let example = file("installers/policy/policy.example.toml");
    let as_it_is = Policy::parse(&example);
    assert_eq!(as_it_is.rejected, []);
    assert_eq!(as_it_is.enforced, Decisions::default());
    assert_eq!(as_it_is.recommended, Decisions::default());

    let taken_in: Vec<&str> = example
        .lines()
        .map(|line| match line.strip_prefix('#') {
            Some(rest) if !rest.starts_with(' ') => rest,
            _ => line,
        })
        .collect();
    let policy = Policy::parse(&taken_in.join("\n"));
    assert_eq!(policy.rejected, []);
    let enforced = serde_json::to_value(&policy.enforced).unwrap();
    assert!(KEYS.iter().all(|key| !enforced[key.name].is_null()));
    assert!(policy.recommended.language.is_some());
}

#[test]
fn the_example_of_the_reference_page_is_right() {
    let page = file("docs/policy.md");
    let example = page.split("```toml\n").nth(1).unwrap();
    let policy = Policy::parse(example.split("```").next().unwrap());
    assert_eq!(policy.rejected, []);
    assert_eq!(policy.enforced.longest_pause_seconds, Some(300));
    for key in KEYS {
        assert!(
            page.contains(&format!("\n### {}\n", key.name)),
            "{}",
            key.name
        );
        assert!(
            page.contains(&format!("`{}`", in_capitals(key.name))),
            "{}",
            key.name
        );
    }
}
