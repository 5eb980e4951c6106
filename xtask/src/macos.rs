//! What is for macOS, as far as tests can look it over where there is none.

use std::fs;

use plist::Value;

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

// E5
#[test]
fn the_bundle_says_what_is_inside_it_for_both_kinds_of_mac() {
    let script = text("installers/macos/bundle.sh");
    let [targets] = &lines(&script, "targets=(")[..] else {
        panic!("the targets are named once");
    };
    assert_eq!(
        *targets,
        "targets=(aarch64-apple-darwin x86_64-apple-darwin)"
    );
    let [written] = &lines(&script, "cargo xtask sbom ")[..] else {
        panic!("the bill is written once");
    };
    for word in [
        "--into \"$app/Contents/Resources\"",
        "--target \"${targets[0]}\"",
        "--target \"${targets[1]}\"",
    ] {
        assert!(written.contains(word), "{written}");
    }
}

fn lines<'a>(script: &'a str, begin: &str) -> Vec<&'a str> {
    let lines = script.lines().map(str::trim);
    lines.filter(|line| line.starts_with(begin)).collect()
}
