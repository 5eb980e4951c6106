//! What must hold whatever is in a mapping file.

use super::mapping::{self, MappingProblem};

pub(crate) fn mapping(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    for user in ["anna", "CORP\\Anna", "anna@corp.example", "bob"] {
        let name = mapping::bare(user).to_lowercase();
        match mapping::find(&text, user) {
            Ok(extension) => {
                assert!(!extension.is_empty() && extension.trim() == extension);
                let of_user = |line: &&str| {
                    let mut line = line.trim();
                    while let Some(rest) = line.strip_prefix('\u{feff}') {
                        line = rest.trim_start();
                    }
                    let written = line.split(',').next().unwrap_or_default();
                    let is_comment = line.starts_with('#');
                    !is_comment && mapping::bare(written.trim()).to_lowercase() == name
                };
                let lines: Vec<&str> = text.lines().filter(of_user).collect();
                assert_eq!(lines.len(), 1, "{lines:?}");
                assert!(lines[0].contains(&extension), "{lines:?}");
            }
            Err(MappingProblem {
                line,
                wrong,
                remedy,
            }) => {
                assert!(line.is_none_or(|line| (1..=text.lines().count()).contains(&line)));
                assert!(!wrong.contains(char::is_control), "{wrong:?}");
                assert!(!remedy.is_empty());
            }
        }
    }
}
