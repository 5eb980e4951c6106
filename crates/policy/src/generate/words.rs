//! The words of one language, for all that is generated.

use std::collections::BTreeMap;

use super::german;
use super::schema::Described;
use crate::form::Form;
use crate::key::{KEYS, Key};

pub(super) struct Words {
    /// What stands for all that is not about one key.
    pub(super) frame: &'static Frame,
    titles: BTreeMap<&'static str, String>,
    abouts: BTreeMap<&'static str, String>,
    choices: BTreeMap<(&'static str, &'static str), String>,
    form: fn(Form) -> String,
}

pub(super) struct Frame {
    pub(super) category: &'static str,
    pub(super) recommended: &'static str,
    pub(super) supported: &'static str,
    pub(super) description: &'static str,
    /// Appended to the title of a policy that recommends.
    pub(super) as_recommendation: &'static str,
    pub(super) allowed: &'static str,
    pub(super) default: &'static str,
    pub(super) nothing: &'static str,
    /// What the two sides of a switch are in the editor of group policy.
    pub(super) switch: &'static str,
    pub(super) enforced_or_recommended: &'static str,
    pub(super) guards: &'static str,
    pub(super) list: &'static str,
    pub(super) settings: &'static str,
}

const ENGLISH: Frame = Frame {
    category: "Fermata",
    recommended: "Recommended (the user may choose otherwise)",
    supported: "Fermata 0.1 or later",
    description: "What an organization decides about Fermata on its computers.",
    as_recommendation: "(recommended)",
    allowed: "Allowed:",
    default: "Default:",
    nothing: "none",
    switch: "Enabled means true, disabled means false.",
    enforced_or_recommended: "As a policy nobody can change it; as a recommendation it holds \
        where the user has said nothing else. Not configured leaves it open.",
    guards: "This keeps what is shown true, or a pause from being forgotten: a value that cannot \
        be taken never leaves it to the user.",
    list: "One number on each line.",
    settings: "On the left the vendor's key, on the right its value. Never a secret.",
};

impl Words {
    pub(super) fn english(described: &Described) -> Self {
        Self {
            frame: &ENGLISH,
            titles: KEYS
                .iter()
                .map(|key| (key.name, key.title.to_owned()))
                .collect(),
            abouts: KEYS
                .iter()
                .map(|key| (key.name, described.about(key)))
                .collect(),
            choices: each_choice()
                .map(|(key, word)| ((key.name, word), described.choice(key, word)))
                .collect(),
            form: |form| form.to_string(),
        }
    }

    pub(super) fn german(described: &Described) -> Self {
        let known: Vec<&str> = KEYS.iter().map(|key| key.name).collect();
        let translated: Vec<&str> = german::KEYS.iter().map(|(name, ..)| *name).collect();
        assert_eq!(
            translated, known,
            "generate/german.rs translates each key, in their order"
        );
        let choices = each_choice().map(|(key, word)| {
            let about = described.choice(key, word);
            let translated = german::CHOICES
                .iter()
                .find(|(of, known, _)| (*of, *known) == (key.name, word));
            assert_eq!(
                translated.is_some(),
                !about.is_empty(),
                "generate/german.rs translates what {} = {word} means",
                key.name
            );
            let text = translated.map_or_else(String::new, |(.., text)| (*text).to_owned());
            ((key.name, word), text)
        });
        Self {
            frame: &german::FRAME,
            titles: german::KEYS
                .iter()
                .map(|(name, title, _)| (*name, (*title).to_owned()))
                .collect(),
            abouts: german::KEYS
                .iter()
                .map(|(name, _, about)| (*name, (*about).to_owned()))
                .collect(),
            choices: choices.collect(),
            form: german::form,
        }
    }

    pub(super) fn title(&self, key: &Key) -> &str {
        &self.titles[key.name]
    }

    pub(super) fn about(&self, key: &Key) -> &str {
        &self.abouts[key.name]
    }

    /// The word, and what it means where that has to be said.
    pub(super) fn choice(&self, key: &Key, word: &'static str) -> String {
        let about = &self.choices[&(key.name, word)];
        if about.is_empty() {
            word.to_owned()
        } else {
            format!("{word}: {}", about.trim_end_matches('.'))
        }
    }

    pub(super) fn form(&self, form: Form) -> String {
        (self.form)(form)
    }
}

fn each_choice() -> impl Iterator<Item = (&'static Key, &'static str)> {
    KEYS.iter().flat_map(|key| match key.form {
        Form::Choice(words) => words.iter().map(|word| (key, *word)).collect(),
        Form::Text
        | Form::File
        | Form::Address
        | Form::Server
        | Form::Pattern
        | Form::Chord
        | Form::Switch
        | Form::Number { .. }
        | Form::Rising { .. }
        | Form::Settings => Vec::new(),
    })
}
