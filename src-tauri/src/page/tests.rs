use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::*;

const CONFIGURATION: &str = include_str!("../../tauri.conf.json");
const CAPABILITY: &str = include_str!("../../capabilities/main.json");
/// What Tauri's build made of the capabilities, and every permission that there is.
const IN_EFFECT: &str = include_str!(concat!(env!("OUT_DIR"), "/capabilities.json"));
const PERMISSIONS: &str = include_str!(concat!(env!("OUT_DIR"), "/acl-manifests.json"));
const WORKSPACE: &str = include_str!("../../../Cargo.toml");
const PAGE: &str = include_str!("../../../ui/index.html");
const PACKAGE: &str = include_str!("../../../ui/package.json");

/// Each permission of the page, the commands it opens, and why the page has it.
const RIGHTS: [(&str, &str, &[&str], &str); 2] = [
    (
        "core:event",
        "allow-listen",
        &["listen"],
        "views come to the page as events",
    ),
    (
        "__app-acl__",
        "allow-send",
        &["send"],
        "what the agent clicks and types goes to the engine as requests",
    ),
];

/// Each line of the content security policy, and why it is there.
const POLICY: [(&str, &str); 11] = [
    ("default-src 'none'", "what is not named is not loaded"),
    (
        "script-src 'self'",
        "the page's script, from the program; none in the page itself",
    ),
    ("style-src 'self'", "its style, likewise"),
    ("img-src 'self'", "its icon"),
    (
        "connect-src ipc: http://ipc.localhost",
        "Tauri's own way to the engine, and no other",
    ),
    (
        "base-uri 'none'",
        "relative addresses cannot be turned elsewhere",
    ),
    (
        "form-action 'none'",
        "a form is read by the script and goes nowhere",
    ),
    ("frame-src 'none'", "no page within the page"),
    ("frame-ancestors 'none'", "nor the page within another"),
    (
        "require-trusted-types-for 'script'",
        "no text becomes markup or script",
    ),
    (
        "trusted-types svelte-trusted-html",
        "but for Svelte's own templates",
    ),
];

fn read(text: &str) -> Value {
    serde_json::from_str(text).expect("it is JSON")
}

fn keys(of: &Value) -> Vec<&str> {
    let fields = of.as_object().expect("an object");
    fields.keys().map(String::as_str).collect()
}

fn named(key: &str, name: &str) -> String {
    match key {
        "__app-acl__" => name.to_owned(),
        _ => format!("{key}:{name}"),
    }
}

// E3
#[test]
fn the_page_may_listen_and_send_and_nothing_else() {
    let capability = read(CAPABILITY);
    let rights: Vec<_> = RIGHTS
        .iter()
        .map(|(key, name, ..)| named(key, name))
        .collect();
    assert_eq!(capability["permissions"], json!(rights));
    assert_eq!(capability["windows"], json!([crate::window::MAIN]));
    assert_eq!(
        keys(&capability),
        ["description", "identifier", "permissions", "windows"],
        "no remote addresses, no further webviews"
    );
}

// E3
#[test]
fn what_is_in_effect_is_what_is_written_and_opens_these_commands() {
    let in_effect = read(IN_EFFECT);
    assert_eq!(keys(&in_effect), ["main"], "there is no other capability");
    let written = read(CAPABILITY);
    for key in ["identifier", "permissions", "windows"] {
        assert_eq!(in_effect["main"][key], written[key], "{key}");
    }
    assert_eq!(in_effect["main"]["local"], json!(true));
    let permissions = read(PERMISSIONS);
    for (key, name, commands, why) in RIGHTS {
        let opens = &permissions[key]["permissions"][name]["commands"];
        let expected = json!({ "allow": commands, "deny": [] });
        assert_eq!(*opens, expected, "{name}: {why}");
    }
    let ours: Vec<_> = permissions
        .as_object()
        .expect("an object")
        .keys()
        .filter(|key| !key.starts_with("core"))
        .collect();
    assert_eq!(ours, ["__app-acl__"], "there are no plugins");
}

// E3
#[test]
fn the_page_loads_nothing_that_is_not_in_the_program() {
    let app = &read(CONFIGURATION)["app"];
    assert_eq!(keys(app), ["security", "windows", "withGlobalTauri"]);
    assert_eq!(app["withGlobalTauri"], json!(false));
    let security = &app["security"];
    // Nothing that is called dangerous, no files of the computer, no other headers.
    assert_eq!(keys(security), ["capabilities", "csp", "freezePrototype"]);
    assert_eq!(security["capabilities"], json!(["main"]));
    assert_eq!(security["freezePrototype"], json!(true));
    let expected: Vec<_> = POLICY.iter().map(|(line, _)| *line).collect();
    let written = security["csp"].as_str().expect("text");
    let written: Vec<_> = written.split("; ").collect();
    assert_eq!(written, expected);
}

// E3
#[test]
fn no_script_stands_in_the_page_and_the_developer_tools_are_not_shipped() {
    for script in PAGE.split("<script").skip(1) {
        let (tag, rest) = script.split_once('>').expect("a tag that ends");
        assert!(tag.contains(" src=\"/"), "{tag}");
        assert!(rest.starts_with("</script>"), "{rest}");
    }
    for handler in [" on", "javascript:", "<style"] {
        assert!(!PAGE.contains(handler), "{handler}");
    }
    let tauri = WORKSPACE
        .lines()
        .find(|line| line.starts_with("tauri = "))
        .expect("it is Tauri's");
    assert!(
        tauri.ends_with("features = [\"tray-icon\", \"image-png\"] }"),
        "{tauri}"
    );
}

// E3
#[test]
fn the_page_brings_nothing_of_others_but_the_way_to_the_engine() {
    let dependencies = read(PACKAGE)["dependencies"].clone();
    assert_eq!(keys(&dependencies), ["@tauri-apps/api"]);
}

#[test]
fn no_window_is_there_before_it_is_opened() {
    assert_eq!(read(CONFIGURATION)["app"]["windows"], json!([]));
}

// E3
#[test]
fn the_page_stays_where_it_is() {
    let (scheme, host) = OURS;
    let expected = BTreeMap::from([
        (format!("{scheme}://{host}"), true),
        (format!("{scheme}://{host}/index.html"), true),
        (format!("{scheme}://{host}:8080/"), false),
        (format!("{scheme}://{host}.example/"), false),
        (format!("{scheme}://example/{host}"), false),
        (format!("https://{host}@example/"), false),
        ("https://example/".to_owned(), false),
        ("http://localhost:1420/".to_owned(), false),
        ("file:///etc/passwd".to_owned(), false),
        ("data:text/html,x".to_owned(), false),
        ("about:blank".to_owned(), false),
        ("javascript:alert(1)".to_owned(), false),
    ]);
    for (url, stays) in expected {
        assert_eq!(is_ours(&url.parse().expect("a URL")), stays, "{url}");
    }
    let server = "http://localhost:1420".parse().expect("a URL");
    let at = |url: &str| is_at(&url.parse().expect("a URL"), &server);
    assert!(at("http://localhost:1420/src/main.ts"));
    assert!(!at("http://localhost:1421/") && !at("http://example:1420/"));
}
