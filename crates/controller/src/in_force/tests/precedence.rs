//! F2: enforced before the user's before recommended before what is built in, for each key.

use policy::KEYS;

use super::*;

/// A key, and what each layer may say of it.
struct Row {
    key: &'static str,
    /// What is told of it, where that has another name.
    told_as: &'static str,
    /// As written in a policy, and as told.
    enforced: (&'static str, &'static str),
    recommended: (&'static str, &'static str),
    /// As written in the settings file, and as told; empty where the user has no say.
    user: (&'static str, &'static str),
    built_in: &'static str,
}

const XIMA: &str = "vendor = \"xima\"\n[xima]\n";

const fn row(
    key: &'static str,
    enforced: (&'static str, &'static str),
    recommended: (&'static str, &'static str),
    user: (&'static str, &'static str),
    built_in: &'static str,
) -> Row {
    Row {
        key,
        told_as: key,
        enforced,
        recommended,
        user,
        built_in,
    }
}

/// One where only the organization decides.
const fn decided(
    key: &'static str,
    enforced: (&'static str, &'static str),
    recommended: (&'static str, &'static str),
    built_in: &'static str,
) -> Row {
    row(key, enforced, recommended, ("", ""), built_in)
}

fn rows() -> Vec<Row> {
    vec![
        decided("organization", ("\"One\"", "One"), ("\"Two\"", "Two"), ""),
        row(
            "vendor",
            ("\"gws\"", "gws"),
            ("\"noojee\"", "noojee"),
            ("vendor = \"xima\"", "xima"),
            "",
        ),
        row(
            "base_url",
            ("\"https://e.example\"", "https://e.example"),
            ("\"https://r.example\"", "https://r.example"),
            ("base_url = \"https://u.example\"", "https://u.example"),
            "",
        ),
        Row {
            told_as: "vendor_settings.request_body",
            ..row(
                "vendor_settings",
                ("{ request_body = \"json\" }", "json"),
                ("{ request_body = \"empty\" }", "empty"),
                ("request_body = \"empty\"", "empty"),
                "",
            )
        },
        decided(
            "extension_from",
            ("\"fixed\"", "fixed"),
            ("\"file\"", "file"),
            "agent",
        ),
        // What it comes to is another matter: see `account`.
        row("extension", ("\"1\"", ""), ("\"2\"", ""), ("", ""), ""),
        decided("extension_pattern", ("'(a)'", "(a)"), ("'(b)'", "(b)"), ""),
        decided("extension_attribute", ("\"a\"", "a"), ("\"b\"", "b"), ""),
        decided("extension_file", ("'/a'", "/a"), ("'/b'", "/b"), ""),
        decided("enrolment_file", ("'/a'", "/a"), ("'/b'", "/b"), ""),
        decided(
            "broad_credentials",
            ("\"refuse\"", "refuse"),
            ("\"allow\"", "allow"),
            "warn",
        ),
        decided(
            "accept_acknowledgement",
            ("true", "true"),
            ("false", "false"),
            "false",
        ),
        row(
            "longest_pause_seconds",
            ("0", "0"),
            ("600", "600"),
            ("[limits]\nlongest_pause_ms = 60500", "60.5"),
            "0",
        ),
        decided("longest_pause_extensions", ("0", "0"), ("3", "3"), "0"),
        row(
            "reminders_seconds",
            ("[10, 20]", "[10, 20]"),
            ("[30]", "[30]"),
            ("[limits]\nreminders_ms = [40000]", "[40]"),
            "[60, 120, 180]",
        ),
        decided(
            "sounds",
            ("\"alarms\"", "alarms"),
            ("\"all\"", "all"),
            "reminders",
        ),
        row(
            "freshness_ms",
            ("7000", "7000"),
            ("8000", "8000"),
            ("[limits]\nfreshness_ms = 9000", "9000"),
            "6000",
        ),
        row(
            "settle_within_ms",
            ("2500", "2500"),
            ("3500", "3500"),
            ("[limits]\nsettle_within_ms = 4000", "4000"),
            "3000",
        ),
        row(
            "read_every_paused_ms",
            ("1000", "1000"),
            ("1500", "1500"),
            ("[limits]\nread_every_paused_ms = 1700", "1700"),
            "2000",
        ),
        row(
            "read_every_in_call_ms",
            ("5000", "5000"),
            ("6000", "6000"),
            ("[limits]\nread_every_in_call_ms = 7000", "7000"),
            "10000",
        ),
        row(
            "hotkey_toggle",
            ("\"none\"", ""),
            ("\"F8\"", "F8"),
            ("[hotkeys]\ntoggle = \"F7\"", "F7"),
            "Ctrl+Alt+P",
        ),
        row(
            "hotkey_pause",
            ("\"F9\"", "F9"),
            ("\"F8\"", "F8"),
            ("[hotkeys]\npause = \"\"", ""),
            "",
        ),
        row(
            "hotkey_resume",
            ("\"F9\"", "F9"),
            ("\"F8\"", "F8"),
            ("[hotkeys]\nresume = \"F7\"", "F7"),
            "",
        ),
        decided("autostart", ("false", "false"), ("true", "true"), "true"),
        decided("may_quit", ("false", "false"), ("true", "true"), "true"),
        decided(
            "on_exit_paused",
            ("\"leave\"", "leave"),
            ("\"resume\"", "resume"),
            "ask",
        ),
        decided(
            "allow_simulation",
            ("false", "false"),
            ("true", "true"),
            "true",
        ),
        decided(
            "log_level",
            ("\"debug\"", "debug"),
            ("\"warn\"", "warn"),
            "info",
        ),
        decided("log_days", ("3", "3"), ("4", "4"), "14"),
        decided("log_megabytes", ("3", "3"), ("4", "4"), "20"),
        decided("audit_days", ("90", "90"), ("500", "500"), "400"),
        decided(
            "forward_syslog",
            ("\"e.example:6514\"", "e.example:6514"),
            ("\"r.example:6514\"", "r.example:6514"),
            "",
        ),
        decided(
            "forward_otlp",
            ("\"https://e.example\"", "https://e.example"),
            ("\"https://r.example\"", "https://r.example"),
            "",
        ),
        decided(
            "forward_webhook",
            ("\"https://e.example\"", "https://e.example"),
            ("\"https://r.example\"", "https://r.example"),
            "",
        ),
        decided(
            "update_check",
            ("true", "true"),
            ("false", "false"),
            "false",
        ),
        decided(
            "update_url",
            ("\"https://e.example\"", "https://e.example"),
            ("\"https://r.example\"", "https://r.example"),
            "",
        ),
        decided(
            "language",
            ("\"en\"", "en"),
            ("\"system\"", "system"),
            "system",
        ),
    ]
}

#[test]
fn for_each_key_the_strongest_who_has_said_something_is_heeded() {
    for row in rows() {
        for layers in 0..8 {
            let [enforced, user, recommended] = [1, 2, 4].map(|bit| layers & bit != 0);
            let user = user && !row.user.0.is_empty();
            let layer = |name: &str, said: bool, value: &str| match said {
                true => format!("[{name}]\n{} = {value}\n", row.key),
                false => String::new(),
            };
            let policy = layer("enforced", enforced, row.enforced.0)
                + &layer("recommended", recommended, row.recommended.0);
            let own = if user { row.user.0 } else { "" };
            let settings = match row.key {
                "base_url" | "vendor_settings" => format!("{XIMA}{own}\n"),
                _ => format!("{own}\n"),
            };
            let (value, origin) = if row.key == "extension" {
                ("", PolicyOrigin::Default)
            } else if enforced {
                (row.enforced.1, PolicyOrigin::Enforced)
            } else if user {
                (row.user.1, PolicyOrigin::User)
            } else if recommended {
                (row.recommended.1, PolicyOrigin::Recommended)
            } else {
                (row.built_in, PolicyOrigin::Default)
            };
            let holds = in_force(&policy, &settings);
            assert!(
                holds.view.rejected.is_empty(),
                "{policy}: {:?}",
                holds.view.rejected
            );
            let shown_as = match origin {
                PolicyOrigin::Default => row.key,
                PolicyOrigin::Enforced | PolicyOrigin::User | PolicyOrigin::Recommended => {
                    row.told_as
                }
            };
            let told = held(&holds, shown_as);
            assert_eq!(
                told,
                (value.to_owned(), origin),
                "{}: {policy}{settings}",
                row.key
            );
        }
    }
}

#[test]
fn each_key_is_in_the_table_and_is_told_in_the_order_of_the_reference_page() {
    let known: Vec<&str> = KEYS.iter().map(|key| key.name).collect();
    assert_eq!(rows().iter().map(|row| row.key).collect::<Vec<_>>(), known);
    let holds = in_force("", "");
    let told: Vec<&str> = holds
        .view
        .values
        .iter()
        .map(|told| told.key.as_str())
        .collect();
    assert_eq!(told, known);
}

#[test]
fn each_value_is_told_with_the_place_where_it_is_written() {
    let holds = in_force(
        "[enforced]\norganization = \"One\"\n[recommended]\nfreshness_ms = 7000\n",
        &format!("{XIMA}base_url = \"https://u.example\"\n[hotkeys]\npause = \"F9\"\n"),
    );
    assert_eq!(told(&holds, "organization").place, "policy.toml:2");
    assert_eq!(told(&holds, "freshness_ms").place, "policy.toml:4");
    assert_eq!(told(&holds, "base_url").place, "settings.toml:3");
    assert_eq!(told(&holds, "hotkey_pause").place, "settings.toml:5");
    assert_eq!(told(&holds, "log_days").place, "");
    assert_eq!(holds.view.organization, "One");
}

/// What is built in is the same here, in the policy's reference page and in the settings.
#[test]
fn what_is_built_in_is_what_the_reference_page_says() {
    let holds = in_force("", "");
    for key in KEYS {
        let default = if key.default == "none" {
            ""
        } else {
            key.default
        };
        assert_eq!(held(&holds, key.name).0, default, "{}", key.name);
    }
}

/// A key's default as a line of a policy; `None` where there is none.
fn as_decided(key: &policy::Key) -> Option<String> {
    use policy::Form;
    let value = match key.form {
        _ if key.default.is_empty() => return None,
        Form::Switch | Form::Number { .. } | Form::Rising { .. } | Form::Settings => {
            key.default.to_owned()
        }
        Form::Text
        | Form::File
        | Form::Address
        | Form::Server
        | Form::Pattern
        | Form::Chord
        | Form::Choice(_) => {
            format!("{:?}", key.default)
        }
    };
    Some(format!("{} = {value}\n", key.name))
}

/// Not what is told of them: what the engine, the log and the shell keep to.
#[test]
fn whoever_enforces_each_default_of_the_reference_page_changes_nothing() {
    let built_in = in_force("", "");
    assert_eq!(built_in.limits, Limits::default());
    let defaults: String = KEYS.iter().filter_map(as_decided).collect();
    let mut decided = in_force(&format!("[enforced]\n{defaults}"), "");
    let is_decided = |told: &&PolicyValueView| told.origin == PolicyOrigin::Enforced;
    let told = decided.view.values.iter().filter(is_decided).count();
    assert_eq!(told, defaults.lines().count(), "{defaults}");
    decided.view = built_in.view.clone();
    assert_eq!(decided, built_in, "{defaults}");
}

#[test]
fn the_vendors_that_can_be_decided_on_are_those_that_there_are() {
    for entry in VENDORS {
        let policy = format!("[enforced]\nvendor = \"{}\"\n", entry.name);
        let holds = in_force(&policy, "");
        assert_eq!(held(&holds, "vendor").0, entry.name);
    }
    let form = policy::Key::named("vendor").unwrap().form;
    let policy::Form::Choice(names) = form else {
        panic!("{form:?}")
    };
    let known: Vec<&str> = VENDORS.iter().map(|entry| entry.name).collect();
    assert_eq!(names, known);
}
