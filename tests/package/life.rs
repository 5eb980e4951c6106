//! Installed, upgraded, removed, purged (F1, F5).

use std::fs;

use crate::package;
use crate::root::Root;

const AUTOSTART: &str = "/etc/xdg/autostart/app.fermata.desktop";
const POLICY: &str = "/etc/fermata/policy.toml";

fn installed() -> Root {
    Root::with(&package("FERMATA_DEB"))
}

#[test]
fn installing_brings_the_programs_and_starts_them_for_every_user() {
    let root = installed();
    let contents = root.contents();
    for path in [
        "/usr/bin/fermata",
        "/usr/bin/fermatactl",
        "/etc/fermata",
        AUTOSTART,
    ] {
        assert!(contents.contains(path), "{path} is not in {contents:?}");
    }
    let version = env!("CARGO_PKG_VERSION");
    assert_eq!(root.state(), format!("installed {version}"));
    // The folder of the policy is there for whoever decides, and decides nothing.
    assert!(!contents.contains(POLICY));
}

#[test]
fn an_upgrade_keeps_what_the_administrator_has_written() {
    let root = installed();
    root.write(POLICY, "vendor = \"xima\"\n");
    let mut autostart = fs::read_to_string(root.at(AUTOSTART)).unwrap();
    autostart.push_str("Hidden=true\n");
    root.write(AUTOSTART, &autostart);
    let before = root.contents();

    root.install(&package("FERMATA_NEXT_DEB"));
    let next = concat!(env!("CARGO_PKG_VERSION"), "+next");
    assert_eq!(root.state(), format!("installed {next}"));
    assert_eq!(
        root.contents(),
        before,
        "the same files, and none left over"
    );
    assert_eq!(fs::read_to_string(root.at(AUTOSTART)).unwrap(), autostart);
    let policy = fs::read_to_string(root.at(POLICY)).unwrap();
    assert_eq!(policy, "vendor = \"xima\"\n");
}

#[test]
fn removing_leaves_the_autostart_entry_and_it_starts_nothing_then() {
    let root = installed();
    root.remove();
    assert!(root.state().starts_with("config-files"), "{}", root.state());
    let left = ["/etc", "/etc/xdg", "/etc/xdg/autostart", AUTOSTART];
    assert_eq!(root.contents(), left.map(String::from).into());
    let entry = fs::read_to_string(root.at(AUTOSTART)).unwrap();
    let needed = entry.lines().find_map(|line| line.strip_prefix("TryExec="));
    assert!(!root.at(needed.unwrap()).exists(), "{needed:?}");
}

#[test]
fn purging_leaves_nothing() {
    let root = installed();
    root.purge();
    assert!(root.contents().is_empty(), "{:?}", root.contents());
}

#[test]
fn a_policy_outlives_the_package_since_the_package_did_not_bring_it() {
    let root = installed();
    root.write(POLICY, "vendor = \"xima\"\n");
    root.purge();
    let left = ["/etc", "/etc/fermata", POLICY];
    assert_eq!(root.contents(), left.map(String::from).into());
}
