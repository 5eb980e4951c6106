//! Names of keys: as each source spells them, the one that was meant, and those of secrets.

use crate::key::{KEYS, Key};
use crate::tree::Spelling;

/// `LongestPauseSeconds` for `longest_pause_seconds`.
pub(crate) fn in_capitals(name: &str) -> String {
    name.split('_')
        .flat_map(|word| {
            let mut letters = word.chars();
            let first = letters.next().map(|letter| letter.to_ascii_uppercase());
            first.into_iter().chain(letters)
        })
        .collect()
}

/// A key's name as this source spells it.
pub(crate) fn spelled(key: &Key, spelling: Spelling) -> String {
    match spelling {
        Spelling::File => key.name.to_owned(),
        Spelling::Registry | Spelling::Profile => in_capitals(key.name),
    }
}

/// The key that this source calls so.
pub(crate) fn known(name: &str, spelling: Spelling) -> Option<&'static Key> {
    KEYS.iter().find(|key| {
        let ours = spelled(key, spelling);
        match spelling {
            Spelling::File | Spelling::Profile => ours == name,
            Spelling::Registry => ours.eq_ignore_ascii_case(name),
        }
    })
}

/// The key that was meant by a name that is none.
pub(crate) fn meant(name: &str) -> Option<&'static Key> {
    let plain = letters(name);
    closest(&plain, KEYS, |key| letters(key.name))
}

/// Whether `enforced` or `recommended` was meant by another name of a table.
pub(crate) fn meant_table(name: &str) -> Option<&'static str> {
    closest(&letters(name), &["enforced", "recommended"], |table| {
        (*table).to_owned()
    })
    .copied()
}

fn closest<'a, T>(name: &str, choices: &'a [T], spelled: impl Fn(&T) -> String) -> Option<&'a T> {
    const ALIKE: f64 = 0.75;
    choices
        .iter()
        .map(|choice| {
            (
                choice,
                strsim::normalized_damerau_levenshtein(&spelled(choice), name),
            )
        })
        .filter(|(_, alike)| *alike >= ALIKE)
        .max_by(|(_, one), (_, other)| one.total_cmp(other))
        .map(|(choice, _)| choice)
}

/// Whether something of this name is a secret: `api_key`, `ClientSecret`, `password`.
pub(crate) fn is_of_a_secret(name: &str) -> bool {
    const ENDINGS: &[&str] = &[
        "token",
        "password",
        "passwd",
        "passphrase",
        "passwort",
        "kennwort",
        "pwd",
        "secret",
        "credential",
        "apikey",
        "secretkey",
        "privatekey",
        "accesskey",
        "signingkey",
    ];
    let plain = letters(name);
    let one = plain.strip_suffix('s').unwrap_or(&plain);
    one == "key" || ENDINGS.iter().any(|ending| one.ends_with(ending))
}

fn letters(name: &str) -> String {
    name.chars()
        .filter(|letter| letter.is_alphanumeric())
        .flat_map(char::to_lowercase)
        .collect()
}

/// A name that somebody has written, so that it can stand in a line of a log.
pub(crate) fn shown(name: &str) -> String {
    const MOST: usize = 64;
    let mut shown: String = name
        .chars()
        .take(MOST)
        .flat_map(char::escape_debug)
        .collect();
    if name.chars().nth(MOST).is_some() {
        shown.push('…');
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_source_has_its_own_spelling() {
        let found = |name, spelling| known(name, spelling).map(|key| key.name);
        let key = Some("longest_pause_seconds");
        assert_eq!(found("longest_pause_seconds", Spelling::File), key);
        assert_eq!(found("LongestPauseSeconds", Spelling::Profile), key);
        assert_eq!(found("LongestPauseSeconds", Spelling::Registry), key);
        assert_eq!(found("longestpauseseconds", Spelling::Registry), key);
        assert_eq!(found("longestpauseseconds", Spelling::Profile), None);
        assert_eq!(found("LongestPauseSeconds", Spelling::File), None);
        assert_eq!(found("longest_pause_seconds", Spelling::Registry), None);
    }

    #[test]
    fn no_two_keys_are_spelled_alike() {
        for (index, key) in KEYS.iter().enumerate() {
            let alike = |other: &&Key| letters(other.name) == letters(key.name);
            assert_eq!(KEYS.iter().position(|other| alike(&other)), Some(index));
        }
    }

    #[test]
    fn a_slip_of_the_pen_is_known_for_what_was_meant() {
        for (written, key) in [
            ("longest_pause_secnds", "longest_pause_seconds"),
            ("reminder_seconds", "reminders_seconds"),
            ("RemindersSecond", "reminders_seconds"),
            ("longest-pause-seconds", "longest_pause_seconds"),
            ("organisation", "organization"),
        ] {
            assert_eq!(meant(written).map(|key| key.name), Some(key), "{written}");
        }
        assert_eq!(meant("colour"), None);
        assert_eq!(meant(""), None);
    }

    #[test]
    fn names_of_secrets_are_known_and_no_key_has_one() {
        for name in [
            "token",
            "access_token",
            "AccessToken",
            "PASSWORD",
            "user-password",
            "client_secret",
            "secrets",
            "api_key",
            "apikey",
            "APIKey",
            "key",
            "private_key",
            "passwort",
        ] {
            assert!(is_of_a_secret(name), "{name}");
        }
        for name in [
            "token_url",
            "keyboard",
            "hotkey",
            "extension",
            "username",
            "",
        ] {
            assert!(!is_of_a_secret(name), "{name}");
        }
        // What could pause other agents is decided about, not held.
        let is_known = |key: &&Key| is_of_a_secret(key.name) && key.name != "broad_credentials";
        assert_eq!(KEYS.iter().find(is_known), None);
    }

    #[test]
    fn a_name_cannot_break_a_line() {
        assert_eq!(shown("a\nb"), "a\\nb");
        assert_eq!(shown(&"x".repeat(100)).chars().count(), 65);
    }
}
