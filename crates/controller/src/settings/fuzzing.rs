//! What must hold whatever is in a settings file.

use std::path::Path;

use super::source::looks_secret;
use super::{Settings, SettingsError, SettingsProblem};

const CANARY: &str = "kanarek7Zq";

pub(crate) fn file(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    let file = Path::new("settings.toml");
    for read in [
        Settings::parse(file, &text),
        Settings::preferences(vendors::VENDORS, file, &text),
    ] {
        match read {
            Ok(settings) => {
                let chords: Vec<_> = settings.hotkeys.chords().collect();
                assert!(
                    chords
                        .iter()
                        .all(|(_, chord)| !chord.contains(char::is_control))
                );
                settings.misplaced.iter().for_each(says_where);
            }
            Err(SettingsError::Wrong(problems)) => {
                assert!(!problems.is_empty());
                problems.iter().for_each(says_where);
            }
            Err(other) => panic!("nothing was read or written: {other}"),
        }
    }
    a_secret_is_not_repeated(file, &text);
}

fn says_where(problem: &SettingsProblem) {
    let said = problem.to_string();
    assert!(!said.contains(char::is_control), "{said:?}");
    assert!(problem.file.is_some() && !problem.wrong.is_empty() && !problem.remedy.is_empty());
    // What is missing stands on no line.
    assert!(problem.line.is_some() || !problem.key.is_empty(), "{said}");
    let last = problem.key.rsplit('.').next().unwrap_or_default();
    assert!(problem.value.is_empty() || !looks_secret(last), "{said}");
}

/// One that somebody has put into a table of the file, under a name that says what it is.
fn a_secret_is_not_repeated(file: &Path, text: &str) {
    if text.contains("kanarek") {
        return;
    }
    let text = format!("token = \"{CANARY}\"\n{text}\n[gws]\npassword = \"{CANARY}\"\n");
    if let Err(error) = Settings::parse(file, &text) {
        assert!(!error.to_string().contains(CANARY), "{error}");
    }
}
