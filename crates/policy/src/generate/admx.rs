//! Administrative templates for the editor of group policy: what can be set (ADMX), and the words
//! for it in each language (ADML).
//!
//! Their form is Microsoft's "Group Policy ADMX Syntax Reference Guide". Each key is there twice:
//! enforced, and recommended in a category and a registry key of its own.

use quick_xml::escape::escape;

use super::words::Words;
use crate::Strength;
use crate::form::{Form, LONGEST_CHORD, LONGEST_TEXT};
use crate::key::{KEYS, Key};
use crate::name::in_capitals;

const NAMESPACE: &str = "http://schemas.microsoft.com/GroupPolicy/2006/07/PolicyDefinitions";
const REGISTRY: &str = r"Software\Policies\Fermata";
const SUPPORTED: &str = "SUPPORTED_Fermata";
const STRENGTHS: [Strength; 2] = [Strength::Enforced, Strength::Recommended];

/// What can be set.
pub(super) fn template() -> String {
    let policies: String = STRENGTHS
        .iter()
        .flat_map(|strength| KEYS.iter().map(|key| policy(key, *strength)))
        .collect();
    format!(
        "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n\
         <!-- Generated from crates/policy by `cargo xtask generate`. -->\n\
         <policyDefinitions xmlns=\"{NAMESPACE}\" revision=\"1.0\" schemaVersion=\"1.0\">\n\
         \x20 <policyNamespaces>\n\
         \x20   <target prefix=\"fermata\" namespace=\"Fermata.Policies\"/>\n\
         \x20 </policyNamespaces>\n\
         \x20 <resources minRequiredRevision=\"1.0\"/>\n\
         \x20 <supportedOn>\n\
         \x20   <definitions>\n\
         \x20     <definition name=\"{SUPPORTED}\" displayName=\"$(string.{SUPPORTED})\"/>\n\
         \x20   </definitions>\n\
         \x20 </supportedOn>\n\
         \x20 <categories>\n\
         \x20   <category name=\"Fermata\" displayName=\"$(string.Fermata)\"/>\n\
         \x20   <category name=\"Recommended\" displayName=\"$(string.Recommended)\">\n\
         \x20     <parentCategory ref=\"Fermata\"/>\n\
         \x20   </category>\n\
         \x20 </categories>\n\
         \x20 <policies>\n{policies}\
         \x20 </policies>\n\
         </policyDefinitions>\n"
    )
}

fn policy(key: &Key, strength: Strength) -> String {
    let name = in_capitals(key.name);
    let (id, category, registry) = match strength {
        Strength::Enforced => (name.clone(), "Fermata", REGISTRY.to_owned()),
        Strength::Recommended => (
            recommended(&name),
            "Recommended",
            format!("{REGISTRY}\\Recommended"),
        ),
    };
    let presentation = match key.form {
        Form::Switch => format!(" valueName=\"{name}\""),
        Form::Text
        | Form::File
        | Form::Address
        | Form::Server
        | Form::Pattern
        | Form::Chord
        | Form::Choice(_)
        | Form::Number { .. }
        | Form::Rising { .. }
        | Form::Settings => format!(" presentation=\"$(presentation.{name})\""),
    };
    let values = values(key, &name, &registry);
    format!(
        "    <policy name=\"{id}\" class=\"Machine\" displayName=\"$(string.{id})\" \
         explainText=\"$(string.{name}_Explain)\" key=\"{registry}\"{presentation}>\n\
         \x20     <parentCategory ref=\"{category}\"/>\n\
         \x20     <supportedOn ref=\"{SUPPORTED}\"/>\n\
         {values}\
         \x20   </policy>\n"
    )
}

fn recommended(name: &str) -> String {
    format!("{name}_Recommended")
}

/// What a policy writes into the registry.
fn values(key: &Key, name: &str, registry: &str) -> String {
    let element = match key.form {
        Form::Switch => {
            return "      <enabledValue><decimal value=\"1\"/></enabledValue>\n\
                    \x20     <disabledValue><decimal value=\"0\"/></disabledValue>\n"
                .to_owned();
        }
        Form::Text | Form::File | Form::Address | Form::Server | Form::Pattern => format!(
            "<text id=\"{name}\" valueName=\"{name}\" required=\"true\" maxLength=\"{LONGEST_TEXT}\"/>"
        ),
        Form::Chord => format!(
            "<text id=\"{name}\" valueName=\"{name}\" required=\"true\" maxLength=\"{LONGEST_CHORD}\"/>"
        ),
        Form::Choice(words) => choices(name, words),
        Form::Number {
            least,
            most,
            or_none,
        } => {
            // There is no way to say "0, or at least": Fermata rejects what lies between.
            let least = if or_none { 0 } else { least };
            format!(
                "<decimal id=\"{name}\" valueName=\"{name}\" required=\"true\" minValue=\"{least}\" maxValue=\"{most}\"/>"
            )
        }
        Form::Rising { .. } => {
            format!("<list id=\"{name}\" key=\"{registry}\\{name}\" valuePrefix=\"\"/>")
        }
        Form::Settings => {
            format!("<list id=\"{name}\" key=\"{registry}\\{name}\" explicitValue=\"true\"/>")
        }
    };
    format!("      <elements>\n        {element}\n      </elements>\n")
}

fn choices(name: &str, words: &[&str]) -> String {
    let items: String = words
        .iter()
        .map(|word| {
            let id = choice_id(name, word);
            format!(
                "          <item displayName=\"$(string.{id})\"><value><string>{word}</string></value></item>\n"
            )
        })
        .collect();
    format!("<enum id=\"{name}\" valueName=\"{name}\" required=\"true\">\n{items}        </enum>")
}

fn choice_id(name: &str, word: &str) -> String {
    format!("{name}_{}", word.replace('-', "_"))
}

/// The words for it in one language.
pub(super) fn words(words: &Words) -> String {
    let frame = words.frame;
    let strings: String = strings(words)
        .into_iter()
        .map(|(id, text)| format!("      <string id=\"{id}\">{}</string>\n", escape(text)))
        .collect();
    let presentations: String = KEYS
        .iter()
        .filter_map(|key| presentation(key, words))
        .collect();
    format!(
        "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n\
         <!-- Generated from crates/policy by `cargo xtask generate`. -->\n\
         <policyDefinitionResources xmlns=\"{NAMESPACE}\" revision=\"1.0\" schemaVersion=\"1.0\">\n\
         \x20 <displayName>{}</displayName>\n\
         \x20 <description>{}</description>\n\
         \x20 <resources>\n\
         \x20   <stringTable>\n{strings}\
         \x20   </stringTable>\n\
         \x20   <presentationTable>\n{presentations}\
         \x20   </presentationTable>\n\
         \x20 </resources>\n\
         </policyDefinitionResources>\n",
        escape(frame.category),
        escape(frame.description),
    )
}

fn strings(words: &Words) -> Vec<(String, String)> {
    let frame = words.frame;
    let mut strings = vec![
        ("Fermata".to_owned(), frame.category.to_owned()),
        ("Recommended".to_owned(), frame.recommended.to_owned()),
        (SUPPORTED.to_owned(), frame.supported.to_owned()),
    ];
    for key in KEYS {
        let name = in_capitals(key.name);
        let title = words.title(key);
        let as_recommendation = format!("{title} {}", frame.as_recommendation);
        strings.push((recommended(&name), as_recommendation));
        strings.push((format!("{name}_Explain"), explained(key, words)));
        if let Form::Choice(choices) = key.form {
            let items = choices.iter();
            strings.extend(items.map(|word| (choice_id(&name, word), words.choice(key, word))));
        }
        strings.push((name, title.to_owned()));
    }
    strings
}

fn explained(key: &Key, words: &Words) -> String {
    let frame = words.frame;
    let default = if key.default.is_empty() {
        frame.nothing
    } else {
        key.default
    };
    let mut parts = vec![
        words.about(key).to_owned(),
        format!("{} {}", frame.allowed, words.form(key.form)),
        format!("{} {default}", frame.default),
    ];
    match key.form {
        Form::Switch => parts.push(frame.switch.to_owned()),
        Form::Rising { .. } => parts.push(frame.list.to_owned()),
        Form::Settings => parts.push(frame.settings.to_owned()),
        Form::Text
        | Form::File
        | Form::Address
        | Form::Server
        | Form::Pattern
        | Form::Chord
        | Form::Choice(_)
        | Form::Number { .. } => {}
    }
    if key.guards {
        parts.push(frame.guards.to_owned());
    }
    parts.push(frame.enforced_or_recommended.to_owned());
    parts.join("\n\n")
}

/// What the editor shows to write a value in; none for a switch, which is on or off by itself.
fn presentation(key: &Key, words: &Words) -> Option<String> {
    let name = in_capitals(key.name);
    let title = escape(words.title(key)).into_owned();
    let form = match key.form {
        Form::Switch => return None,
        Form::Text | Form::File | Form::Address | Form::Server | Form::Pattern | Form::Chord => {
            format!("<textBox refId=\"{name}\"><label>{title}</label></textBox>")
        }
        Form::Choice(words) => {
            let default = words.iter().position(|word| *word == key.default);
            let default = default.map_or_else(String::new, |at| format!(" defaultItem=\"{at}\""));
            format!(
                "<dropdownList refId=\"{name}\" noSort=\"true\"{default}>{title}</dropdownList>"
            )
        }
        Form::Number { .. } => format!(
            "<decimalTextBox refId=\"{name}\" defaultValue=\"{}\">{title}</decimalTextBox>",
            key.default
        ),
        Form::Rising { .. } | Form::Settings => {
            format!("<listBox refId=\"{name}\">{title}</listBox>")
        }
    };
    Some(format!(
        "      <presentation id=\"{name}\">\n        {form}\n      </presentation>\n"
    ))
}
