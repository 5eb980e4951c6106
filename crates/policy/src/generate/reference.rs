//! The reference page.

use super::words::Words;
use crate::form::Form;
use crate::key::{KEYS, Key};
use crate::name::in_capitals;

const FRAME: &str = include_str!("reference.md");

/// The page: what is said of all keys, then each of them.
pub(super) fn page(words: &Words) -> String {
    let table: String = KEYS.iter().map(|key| row(key, words)).collect();
    let keys: String = KEYS.iter().map(|key| section(key, words)).collect();
    let [before, between, after] = FRAME
        .split("<!-- here -->\n")
        .collect::<Vec<_>>()
        .try_into()
        .expect("the frame has two gaps");
    format!("{before}{table}{between}{keys}{after}")
}

fn row(key: &Key, words: &Words) -> String {
    let Key { name, guards, .. } = key;
    let default = default(key);
    let mark = if *guards { "yes" } else { "" };
    let form = in_a_cell(&words.form(key.form));
    format!(
        "| [`{name}`](#{name}) | {} | {form} | {default} | {mark} |\n",
        key.form.kind()
    )
}

fn section(key: &Key, words: &Words) -> String {
    let Key {
        name,
        title,
        example,
        ..
    } = key;
    let capitals = in_capitals(name);
    let mut text = format!(
        "### {name}\n\n\
         **{title}.** {}\n\n\
         - Registry and profile: `{capitals}` ({})\n\
         - Allowed: {}\n\
         - Default: {}\n",
        words.about(key),
        in_the_registry(key.form),
        words.form(key.form),
        default(key),
    );
    if let Form::Choice(choices) = key.form {
        for word in choices {
            let said = words.choice(key, word);
            if let Some((word, about)) = said.split_once(": ") {
                text += &format!("  - `{word}`: {about}\n");
            }
        }
    }
    if key.guards {
        text += "- Guarded: a value that cannot be taken never leaves it to the agent\n";
    }
    text += &format!("- Example: `{name} = {example}`\n\n");
    text
}

fn default(key: &Key) -> String {
    if key.default.is_empty() {
        "none".to_owned()
    } else {
        format!("`{}`", key.default)
    }
}

fn in_a_cell(text: &str) -> String {
    text.replace('|', "\\|")
}

fn in_the_registry(form: Form) -> &'static str {
    match form {
        Form::Text
        | Form::File
        | Form::Address
        | Form::Server
        | Form::Pattern
        | Form::Chord
        | Form::Choice(_) => "REG_SZ; string",
        Form::Switch => "REG_DWORD, 1 or 0; boolean",
        Form::Number { .. } => "REG_DWORD; integer",
        Form::Rising { .. } => {
            "REG_MULTI_SZ, or a key of this name with the values 1, 2, 3 and so on; array of integers"
        }
        Form::Settings => {
            "a key of this name with a REG_SZ for each setting; dictionary of strings"
        }
    }
}
