//! The JSON schema of a policy file: what the types say, with titles and bounds from the keys.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use crate::form::{Form, LONGEST_CHORD, LONGEST_TEXT};
use crate::key::{KEYS, Key};
use crate::{Decisions, tests};

/// A policy of Fermata. What is enforced nobody can change; what is recommended holds where the
/// user has said nothing else.
#[derive(schemars::JsonSchema)]
#[schemars(deny_unknown_fields, title = "Fermata's policy")]
#[expect(dead_code, reason = "only its schema is wanted")]
struct PolicyFile {
    /// What nobody can change.
    #[schemars(default)]
    enforced: Decisions,
    /// What holds where the user has said nothing else.
    #[schemars(default)]
    recommended: Decisions,
}

/// The schema, and what it says of each key.
pub(super) struct Described {
    schema: Value,
}

impl Described {
    pub(super) fn new() -> Self {
        let mut schema = schemars::schema_for!(PolicyFile).to_value();
        for layer in ["enforced", "recommended"] {
            let property = schema["properties"][layer].as_object_mut().unwrap();
            property.remove("default");
        }
        // What the type says of itself is for whoever changes it.
        let layer = "What is decided at one strength. What is not there is left open.";
        schema["$defs"]["Decisions"]["description"] = layer.into();
        let definitions = schema["$defs"].clone();
        let properties = properties(&mut schema);
        assert_eq!(
            properties.len(),
            KEYS.len(),
            "a key is missing in Decisions or in KEYS"
        );
        for key in KEYS {
            let property = properties
                .get_mut(key.name)
                .and_then(Value::as_object_mut)
                .unwrap_or_else(|| panic!("{} is not in Decisions", key.name));
            complete(property, key, &definitions);
        }
        Self { schema }
    }

    pub(super) fn json(&self) -> String {
        format!("{:#}\n", sorted(self.schema.clone()))
    }

    /// What a key is about.
    pub(super) fn about(&self, key: &Key) -> String {
        let property = &self.schema["$defs"]["Decisions"]["properties"][key.name];
        in_one_line(property)
    }

    /// What a choice means; empty where its word says it.
    pub(super) fn choice(&self, key: &Key, word: &str) -> String {
        let property = &self.schema["$defs"]["Decisions"]["properties"][key.name];
        choices(property, &self.schema["$defs"])
            .into_iter()
            .find(|(known, _)| known == word)
            .map(|(_, about)| about)
            .unwrap_or_else(|| panic!("{} has no {word}", key.name))
    }
}

/// Whether a map is sorted depends on what else is built with this crate.
fn sorted(value: Value) -> Value {
    match value {
        Value::Object(entries) => {
            let sorted: BTreeMap<String, Value> = entries
                .into_iter()
                .map(|(name, value)| (name, sorted(value)))
                .collect();
            Value::Object(sorted.into_iter().collect())
        }
        Value::Array(values) => Value::Array(values.into_iter().map(sorted).collect()),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => value,
    }
}

fn properties(schema: &mut Value) -> &mut Map<String, Value> {
    schema["$defs"]["Decisions"]["properties"]
        .as_object_mut()
        .expect("Decisions is a struct with fields")
}

fn in_one_line(described: &Value) -> String {
    let text = described["description"].as_str().unwrap_or_default();
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Nothing can be said by `null` in a policy: what is left open is not there.
fn complete(property: &mut Map<String, Value>, key: &Key, definitions: &Value) {
    if let Some(of) = property.remove("anyOf") {
        property.insert("$ref".to_owned(), of[0]["$ref"].clone());
    }
    if let Some(kind) = property.get_mut("type") {
        *kind = kind[0].clone();
    }
    let found = Value::Object(property.clone());
    let kind = found["type"].as_str().unwrap_or("choice");
    assert_eq!(
        kind,
        type_of(key.form),
        "{}: KEYS and Decisions differ",
        key.name
    );
    if let Form::Choice(words) = key.form {
        let found = choices(&found, definitions);
        let found: Vec<&str> = found.iter().map(|(word, _)| word.as_str()).collect();
        assert_eq!(found, words, "{}: KEYS and Decisions differ", key.name);
    }
    for own in ["format", "minimum"] {
        property.remove(own);
    }
    property.insert("title".to_owned(), key.title.into());
    property.extend(bounds(key.form));
    if !key.default.is_empty() {
        property.insert("default".to_owned(), tests::default_of(key));
    }
}

fn type_of(form: Form) -> &'static str {
    match form {
        Form::Text | Form::File | Form::Address | Form::Server | Form::Pattern | Form::Chord => {
            "string"
        }
        Form::Choice(_) => "choice",
        Form::Switch => "boolean",
        Form::Number { .. } => "integer",
        Form::Rising { .. } => "array",
        Form::Settings => "object",
    }
}

fn bounds(form: Form) -> Map<String, Value> {
    let text = json!({ "minLength": 1, "maxLength": LONGEST_TEXT });
    let bounds = match form {
        Form::Text | Form::File | Form::Server => text,
        Form::Pattern => json!({ "minLength": 1, "maxLength": LONGEST_TEXT, "format": "regex" }),
        Form::Address => json!({ "minLength": 1, "maxLength": LONGEST_TEXT, "format": "uri" }),
        Form::Chord => json!({ "maxLength": LONGEST_CHORD }),
        Form::Choice(_) | Form::Switch => json!({}),
        Form::Number {
            least,
            most,
            or_none: false,
        } => json!({ "minimum": least, "maximum": most }),
        Form::Number { least, most, .. } => json!({
            "anyOf": [{ "const": 0 }, { "minimum": least, "maximum": most }],
        }),
        Form::Rising {
            least,
            most,
            entries,
        } => json!({
            "items": { "type": "integer", "minimum": least, "maximum": most },
            "minItems": 1,
            "maxItems": entries,
            "uniqueItems": true,
        }),
        Form::Settings => json!({ "additionalProperties": {
            "type": "string", "minLength": 1, "maxLength": LONGEST_TEXT,
        } }),
    };
    bounds.as_object().expect("each is an object").clone()
}

/// The words of an enum, and what each of them means.
fn choices(property: &Value, definitions: &Value) -> Vec<(String, String)> {
    let name = property["$ref"]
        .as_str()
        .and_then(|path| path.rsplit('/').next());
    let definition = &definitions[name.expect("a choice is an enum of its own")];
    let plain = definition["enum"].as_array().into_iter().flatten();
    let described = definition["oneOf"].as_array().into_iter().flatten();
    plain
        .map(|word| (word, String::new()))
        .chain(described.map(|choice| (&choice["const"], in_one_line(choice))))
        .map(|(word, about)| (word.as_str().expect("a word").to_owned(), about))
        .collect()
}
