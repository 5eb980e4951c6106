//! What is in the package, and what it says of itself.

use std::collections::BTreeSet;
use std::fs;
use std::process::Command;

use tests::rig::program;

use crate::root::Root;
use crate::{package, said};

fn field(name: &str) -> String {
    let control = said(
        Command::new("dpkg-deb")
            .arg("--field")
            .arg(package("FERMATA_DEB"))
            .arg(name),
    );
    control.trim().to_owned()
}

/// Each line of the package's list: mode, owner, ..., path.
fn listed() -> Vec<Vec<String>> {
    let list = said(
        Command::new("dpkg-deb")
            .arg("--contents")
            .arg(package("FERMATA_DEB"))
            .env("TZ", "UTC"),
    );
    let words = |line: &str| line.split_whitespace().map(str::to_owned).collect();
    list.lines().map(words).collect()
}

#[test]
fn it_depends_on_the_libraries_it_is_linked_with_and_on_the_one_it_looks_for() {
    let depends = field("Depends");
    for library in [
        "libc6 (>=",
        "libgtk-3-0",
        "libwebkit2gtk-4.1-0",
        "libayatana-appindicator3-1",
    ] {
        assert!(depends.contains(library), "{library}: {depends}");
    }
    assert!(field("Recommends").contains("gnome-keyring"));
}

#[test]
fn nothing_runs_as_root_when_it_is_installed_or_removed() {
    let files = said(
        Command::new("dpkg-deb")
            .arg("--ctrl-tarfile")
            .arg(package("FERMATA_DEB"))
            .stderr(std::process::Stdio::null()),
    );
    for script in ["preinst", "postinst", "prerm", "postrm"] {
        assert!(!files.contains(script), "{script}");
    }
}

#[test]
fn all_of_it_is_owned_by_root_and_writable_by_nobody_else() {
    for line in listed() {
        let [mode, owner, ..] = line.as_slice() else {
            panic!("{line:?}");
        };
        let path = line.last().unwrap();
        let is_program = path.starts_with("./usr/bin/f") || mode.starts_with('d');
        let expected = if is_program { "rwxr-xr-x" } else { "rw-r--r--" };
        assert_eq!(&mode[1..], expected, "{path}");
        assert_eq!(owner, "root/root", "{path}");
    }
}

#[test]
fn all_of_it_has_the_date_of_the_sources() {
    let root = Root::with(&package("FERMATA_DEB"));
    let changelog = said(Command::new("zcat").arg(root.at("/usr/share/doc/fermata/changelog.gz")));
    let (_, date) = changelog.trim().rsplit_once("  ").unwrap();
    let date = said(
        Command::new("date")
            .args(["-u", "+%F %H:%M"])
            .arg(format!("--date={date}")),
    );
    for line in listed() {
        assert_eq!(line[3..5].join(" "), date.trim(), "{line:?}");
    }
}

#[test]
fn each_command_has_a_manual_page_and_bash_completes_it() {
    let root = Root::with(&package("FERMATA_DEB"));
    let help = said(Command::new(program("fermatactl").unwrap()).arg("--help"));
    let commands: Vec<&str> = help
        .lines()
        .skip_while(|line| *line != "Commands:")
        .skip(1)
        .take_while(|line| !line.is_empty())
        .filter(|line| line.starts_with("  ") && !line.starts_with("   "))
        .filter_map(|line| line.split_whitespace().next())
        .filter(|name| *name != "help")
        .collect();
    assert!(commands.len() > 8, "{help}");
    let completes = root.at("/usr/share/bash-completion/completions/fermatactl");
    let script = r#"source "$0" && COMP_WORDS=(fermatactl "") && COMP_CWORD=1 && _fermatactl fermatactl "" fermatactl && printf '%s\n' "${COMPREPLY[@]}""#;
    let offered = said(Command::new("bash").arg("-c").arg(script).arg(completes));
    for name in commands {
        let page = format!("/usr/share/man/man1/fermatactl-{name}.1.gz");
        assert!(root.at(&page).is_file(), "{page}");
        assert!(offered.lines().any(|it| it == name), "{name}: {offered}");
    }
}

#[test]
fn the_manual_of_fermata_has_the_options_that_it_takes_and_no_others() {
    let root = Root::with(&package("FERMATA_DEB"));
    let options = |text: &str| -> BTreeSet<String> {
        text.split(|letter: char| !(letter.is_alphanumeric() || letter == '-'))
            .filter(|word| word.starts_with("--"))
            .map(str::to_owned)
            .collect()
    };
    let help = said(Command::new(program("fermata").unwrap()).arg("--help"));
    let page = said(Command::new("zcat").arg(root.at("/usr/share/man/man1/fermata.1.gz")));
    assert_eq!(options(&page.replace("\\-", "-")), options(&help));
}

#[test]
fn the_bill_of_materials_and_the_licenses_of_others_come_with_it() {
    let root = Root::with(&package("FERMATA_DEB"));
    let folder = root.at("/usr/share/doc/fermata");
    let bill = fs::read(folder.join("sbom.cdx.json")).unwrap();
    let bill: serde_json::Value = serde_json::from_slice(&bill).unwrap();
    assert_eq!(bill["bomFormat"], "CycloneDX");
    assert!(bill["components"].as_array().unwrap().len() > 100);
    let licenses = said(Command::new("zcat").arg(folder.join("third-party-licenses.txt.gz")));
    assert!(licenses.contains("Permission is hereby granted"));
    let copyright = fs::read_to_string(folder.join("copyright")).unwrap();
    assert!(copyright.contains("SIL OPEN FONT LICENSE"));
}

// F3
#[test]
fn the_example_of_a_policy_decides_nothing_until_somebody_edits_it() {
    let root = Root::with(&package("FERMATA_DEB"));
    let example = root.at("/usr/share/doc/fermata/examples/policy.toml");
    let example = fs::read_to_string(example).unwrap();
    assert!(example.contains("/etc/fermata/policy.toml"));
    let decides = |line: &&str| !(line.is_empty() || line.starts_with(['#', '[']));
    assert_eq!(example.lines().find(decides), None);
}
