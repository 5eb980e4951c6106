//! What is for macOS, as far as it can be looked over where there is none.

use anyhow::{Result, ensure};

use crate::program::Program;
use crate::suite::Part;

/// Reads the scripts that build, sign, install and remove, and runs none of them.
pub(crate) fn parts() -> Vec<Part> {
    vec![
        Part::alone("scripts for macOS are shell", are_shell()),
        Part::of_program(&scripts(Program::new(
            "shellcheck --external-sources --source-path=.",
        ))),
    ]
}

fn are_shell() -> Result<()> {
    for script in SCRIPTS {
        let reads = Program::new("bash -n").argument(script).works();
        ensure!(reads, "bash cannot read {script}");
    }
    Ok(())
}

const SCRIPTS: [&str; 9] = [
    "installers/macos/names.sh",
    "installers/macos/bundle.sh",
    "installers/macos/dmg.sh",
    "installers/macos/pkg.sh",
    "installers/macos/keychain.sh",
    "installers/macos/notarize.sh",
    "installers/macos/uninstall.sh",
    "installers/macos/scripts/preinstall",
    "installers/macos/scripts/postinstall",
];

fn scripts(program: Program) -> Program {
    SCRIPTS.into_iter().fold(program, Program::argument)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::fs;

    use plist::Value;

    use super::*;
    use crate::tree;

    fn text(file: &str) -> String {
        fs::read_to_string(tree::root().join(file)).unwrap()
    }

    fn read(file: &str) -> Value {
        Value::from_file(tree::root().join("installers/macos").join(file)).unwrap()
    }

    fn string<'a>(value: &'a Value, key: &str) -> &'a str {
        value.as_dictionary().unwrap()[key].as_string().unwrap()
    }

    fn strings<'a>(value: &'a Value, key: &str) -> Vec<&'a str> {
        let list = value.as_dictionary().unwrap()[key].as_array().unwrap();
        list.iter().map(|text| text.as_string().unwrap()).collect()
    }

    /// What Tauri calls the program, and what it is called for people.
    fn names() -> (String, String) {
        let configured: serde_json::Value =
            serde_json::from_str(&text("src-tauri/tauri.conf.json")).unwrap();
        let name = |key: &str| configured[key].as_str().unwrap().to_owned();
        (name("identifier"), name("productName"))
    }

    #[test]
    fn the_bundle_has_the_identifier_that_the_program_has() {
        let (identifier, name) = names();
        let bundle = read("Info.plist");
        assert_eq!(string(&bundle, "CFBundleIdentifier"), identifier);
        assert_eq!(string(&bundle, "CFBundleName"), name);
        let program = string(&bundle, "CFBundleExecutable");
        assert!(text("installers/macos/bundle.sh").contains(&format!("for program in {program} ")));
        assert!(text("installers/macos/names.sh").contains(&format!("/{name}.app\"")));
    }

    // F5
    #[test]
    fn the_launch_agent_starts_the_program_that_the_package_installs() {
        let (identifier, name) = names();
        let agent = read(&format!("{identifier}.plist"));
        assert_eq!(string(&agent, "Label"), identifier);
        assert_eq!(
            strings(&agent, "AssociatedBundleIdentifiers"),
            [&identifier]
        );
        let bundle = read("Info.plist");
        let program = string(&bundle, "CFBundleExecutable");
        let path = format!("/Applications/{name}.app/Contents/MacOS/{program}");
        assert_eq!(strings(&agent, "ProgramArguments"), [&path, "--autostart"]);
        assert_eq!(string(&agent, "LimitLoadToSessionType"), "Aqua");
        let runs = agent.as_dictionary().unwrap()["RunAtLoad"].as_boolean();
        assert_eq!(runs, Some(true));
        for script in ["scripts/preinstall", "scripts/postinstall", "uninstall.sh"] {
            let script = text(&format!("installers/macos/{script}"));
            assert!(script.contains(&format!("agent={identifier}\n")));
        }
    }

    #[test]
    fn an_upgrade_goes_where_the_launch_agent_looks() {
        let components = read("components.plist");
        let [bundle] = &components.as_array().unwrap()[..] else {
            panic!("there is one bundle");
        };
        let (identifier, name) = names();
        let path = format!("Applications/{name}.app");
        assert_eq!(string(bundle, "RootRelativeBundlePath"), path);
        let moves = bundle.as_dictionary().unwrap()["BundleIsRelocatable"].as_boolean();
        assert_eq!(moves, Some(false));
        let package = format!("{identifier}.pkg");
        assert!(text("installers/macos/distribution.xml").contains(&format!("id=\"{package}\"")));
        assert!(text("installers/macos/pkg.sh").contains(&format!("--identifier {package} ")));
    }

    // E4, E5
    #[test]
    fn the_hardened_runtime_is_left_whole_and_no_secret_is_an_argument() {
        let rights = read("entitlements.plist");
        assert!(rights.as_dictionary().unwrap().is_empty());
        let script = text("installers/macos/notarize.sh");
        assert!(script.contains("--options runtime --entitlements"));
        assert!(script.contains("--keychain-profile"));
        for option in ["--password", "--apple-id", "--key ", "--passphrase"] {
            assert!(!script.contains(option), "{option}");
        }
    }

    #[test]
    fn all_scripts_are_looked_over_and_none_goes_on_after_an_error() {
        let folder = tree::root().join("installers/macos");
        let is_script = |file: &str| !file.ends_with(".plist") && !file.ends_with(".xml");
        let found: BTreeSet<String> = tree::files(&folder)
            .unwrap()
            .iter()
            .map(|file| file.strip_prefix(tree::root()).unwrap())
            .map(|file| file.display().to_string().replace('\\', "/"))
            .filter(|file| is_script(file))
            .collect();
        assert_eq!(found, SCRIPTS.map(str::to_owned).into());
        for script in SCRIPTS {
            let is_run = !script.ends_with("names.sh");
            assert_eq!(
                text(script).contains("\nset -euo pipefail\n"),
                is_run,
                "{script}"
            );
        }
    }
}
