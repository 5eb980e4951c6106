use std::env;

use serde_json::{Value, json};

/// What of the surroundings says that a desktop is another one: no names of people or computers.
const VARIABLES: &[&str] = &[
    "XDG_CURRENT_DESKTOP",
    "XDG_SESSION_TYPE",
    "XDG_SESSION_DESKTOP",
    "WAYLAND_DISPLAY",
    "DISPLAY",
    "SESSIONNAME",
    "LANG",
];

/// What program runs here on what: versions and the kind of desktop, for the support bundle.
///
/// `webview` is the version of the system's web view, where somebody knows it.
pub fn computer(program: &str, version: &str, webview: Option<&str>) -> Value {
    let system = os_info::get();
    let desktop: serde_json::Map<String, Value> = VARIABLES
        .iter()
        .filter_map(|name| Some(((*name).to_owned(), env::var(name).ok()?.into())))
        .collect();
    json!({
        "program": program,
        "version": version,
        "operating_system": system.os_type().to_string(),
        "operating_system_version": system.version().to_string(),
        "edition": system.edition(),
        "architecture": env::consts::ARCH,
        "webview": webview,
        "desktop": desktop,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_system_and_the_program_are_named_and_the_computer_is_not() {
        // I2
        let said = computer("fermata", "1.2.3", Some("2.48"));
        assert_eq!(said["version"], "1.2.3");
        assert_eq!(said["webview"], "2.48");
        assert_ne!(said["operating_system"], "Unknown");
        assert!(said.get("hostname").is_none());
    }
}
