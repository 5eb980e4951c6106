//! The licenses of others in full: most of them ask to be passed on with the program.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use super::{Origin, Part, files};

/// How the names of files begin that say what may be done with a part.
const NAMES: &[&str] = &[
    "license",
    "licence",
    "copying",
    "copyright",
    "notice",
    "unlicense",
];

/// All texts, each once, with the parts that carry it; and the parts that carry none.
pub(super) fn licenses(parts: &[Part]) -> Result<String> {
    let mut texts: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let mut without = String::new();
    for part in parts {
        if part.origin == Origin::Here || part.builds_only {
            continue;
        }
        let found = of(&part.folder)?;
        let whose = format!("{} {}", part.name, part.version);
        if found.is_empty() {
            writeln!(without, "{whose}: {}", part.license)?;
        }
        for text in found {
            texts.entry(text).or_default().push(whose.clone());
        }
    }
    for file in files::with(parts) {
        let whose = format!("{} {}", file.name, file.version);
        texts.entry(file.license()?).or_default().push(whose);
    }
    let mut all = String::from("What is inside Fermata, and whose it is.\n");
    for (text, whose) in texts {
        writeln!(all, "\n---- {} ----\n\n{text}", whose.join(", "))?;
    }
    if !without.is_empty() {
        writeln!(
            all,
            "\n---- These come without a text of their own ----\n\n{without}"
        )?;
    }
    Ok(all)
}

fn of(folder: &Path) -> Result<Vec<String>> {
    let mut files: Vec<PathBuf> = Vec::new();
    let entries = folder.read_dir().with_context(|| {
        format!("{folder:?} is not here; build the page and the programs first")
    })?;
    for entry in entries {
        let path = entry?.path();
        let name = path
            .file_name()
            .unwrap_or_default()
            .to_string_lossy()
            .to_lowercase();
        if path.is_file() && NAMES.iter().any(|begin| name.starts_with(begin)) {
            files.push(path);
        }
    }
    files.sort();
    let read = |file: &PathBuf| {
        let text = String::from_utf8_lossy(&fs::read(file)?).replace("\r\n", "\n");
        Ok(text.trim().to_owned())
    };
    files.iter().map(read).collect()
}

#[cfg(test)]
mod tests {
    use super::super::{crates, modules};
    use super::*;

    // E5
    #[test]
    fn the_licenses_of_all_that_is_inside_are_passed_on() {
        for target in ["x86_64-unknown-linux-gnu", "x86_64-pc-windows-gnu"] {
            let mut parts = crates::read(&[String::from(target)]).unwrap();
            let text = licenses(&parts).unwrap();
            parts.retain(|part| part.origin == Origin::Crates && !part.builds_only);
            for part in &parts {
                assert!(
                    text.contains(&format!("{} {}", part.name, part.version)),
                    "{part:?}"
                );
            }
            assert!(text.contains("Permission is hereby granted"));
            assert!(text.contains("SIL OPEN FONT LICENSE Version 1.1"));
            let is_windows = target.contains("windows");
            assert_eq!(
                text.contains("The name of Microsoft Corporation"),
                is_windows
            );
        }
    }

    #[test]
    fn a_part_without_a_text_is_named_with_its_license() {
        let folder = std::env::temp_dir();
        let mut part = modules::read().unwrap().remove(0);
        part.folder = folder.join(format!("fermata-no-license-{}", std::process::id()));
        fs::create_dir(&part.folder).unwrap();
        let text = licenses(std::slice::from_ref(&part)).unwrap();
        fs::remove_dir(&part.folder).unwrap();
        assert!(
            text.contains(&format!("{}: {}", part.version, part.license)),
            "{text}"
        );
    }
}
