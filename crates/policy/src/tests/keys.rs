use super::{default_in_toml, enforced, only_rejected};
use crate::reading::Reading;
use crate::sources::Source;
use crate::tree::{Entry, Spelling, Tree, Value};
use crate::{Decisions, Form, KEYS, Place, Policy};

/// The ends of what may stand at each number, and just beyond them.
#[test]
fn each_number_has_its_bounds() {
    for (key, least, most) in [
        ("longest_pause_seconds", 30, 3_600),
        ("longest_pause_extensions", 0, 10),
        ("freshness_ms", 2_000, 15_000),
        ("settle_within_ms", 1_000, 10_000),
        ("read_every_paused_ms", 500, 5_000),
        ("read_every_in_call_ms", 2_000, 30_000),
        ("log_days", 1, 365),
        ("log_megabytes", 1, 1_000),
    ] {
        for right in [least, most] {
            let policy = enforced(&format!("{key} = {right}"));
            assert_eq!(policy.rejected, [], "{key} = {right}");
            assert_ne!(policy.enforced, Decisions::default());
        }
        for wrong in [
            least - 1,
            most + 1,
            -1,
            i64::from(u32::MAX) + 1 + least,
            i64::MIN,
        ] {
            let policy = enforced(&format!("{key} = {wrong}"));
            assert_eq!(policy.enforced, Decisions::default(), "{key} = {wrong}");
            assert_eq!(only_rejected(&policy).key, key);
            assert!(policy.is_spoilt(key));
        }
    }
}

#[test]
fn no_longest_pause_is_zero_and_nothing_else_may_be() {
    let policy = enforced("longest_pause_seconds = 0");
    assert_eq!(policy.enforced.longest_pause_seconds, Some(0));
    for key in ["freshness_ms", "settle_within_ms", "log_days"] {
        assert_eq!(enforced(&format!("{key} = 0")).rejected.len(), 1, "{key}");
    }
}

#[test]
fn reminders_rise_and_there_is_at_least_one() {
    let taken = |list: &str| enforced(&format!("reminders_seconds = {list}")).enforced;
    assert_eq!(taken("[10]").reminders_seconds, Some(vec![10]));
    assert_eq!(
        taken("[60, 1_20, 3600]").reminders_seconds,
        Some(vec![60, 120, 3_600])
    );
    for wrong in [
        "[]",
        "[9]",
        "[3601]",
        "[60, 60]",
        "[120, 60]",
        "[60, \"120\"]",
        "60",
        "\"60\"",
        "[60.5]",
        "[[60]]",
        "[10, 20, 30, 40, 50, 60, 70, 80, 90, 100, 110]",
    ] {
        let policy = enforced(&format!("reminders_seconds = {wrong}"));
        assert_eq!(policy.enforced, Decisions::default(), "{wrong}");
        assert_eq!(only_rejected(&policy).key, "reminders_seconds");
        // F4: reminders are not off by a typo.
        assert!(policy.is_spoilt("reminders_seconds"));
    }
}

/// The group policy editor writes a list as values that are called 1, 2, 3 and so on.
#[test]
fn a_list_of_the_registry_is_in_the_order_of_its_numbers() {
    let taken = |lines: &[(&str, &str)]| {
        let entry = |name: &str, value| Entry {
            name: name.to_owned(),
            value,
            place: Place("somewhere".to_owned()),
        };
        let lines = lines
            .iter()
            .map(|(name, text)| entry(name, Value::Text((*text).to_owned())));
        let list = entry("RemindersSeconds", Value::Table(lines.collect()));
        let tree = Tree::with_recommended(Spelling::Registry, vec![list]);
        let reading = Reading::of(&tree);
        Policy::merged(vec![(Source::File("somewhere".into()), reading)])
    };
    let policy = taken(&[("10", "600"), ("2", "90"), ("1", " 45 ")]);
    assert_eq!(policy.enforced.reminders_seconds, Some(vec![45, 90, 600]));
    for wrong in [&[("1", "soon")], &[("first", "60")]] {
        assert_eq!(only_rejected(&taken(wrong)).key, "reminders_seconds");
    }
}

#[test]
fn addresses_are_safe_to_talk_to() {
    for right in [
        "https://recorder.example.com",
        "https://recorder.example.com:8443/gateway/",
        "http://127.0.0.1:8080",
        "http://[::1]:8080",
        "http://localhost",
    ] {
        let policy = enforced(&format!("base_url = \"{right}\"\nupdate_url = \"{right}\""));
        assert_eq!(policy.rejected, []);
        assert_eq!(policy.enforced.base_url.as_deref(), Some(right));
        assert_eq!(policy.enforced.update_url.as_deref(), Some(right));
    }
    for wrong in [
        "http://recorder.example.com",
        "http://localhost.example.com",
        "http://10.0.0.1",
        "ftp://127.0.0.1",
        "recorder.example.com",
        "https://",
        "https://admin:hunter2@recorder.example.com",
        "file:///etc/passwd",
        "",
    ] {
        let policy = enforced(&format!("base_url = \"{wrong}\""));
        let rejected = only_rejected(&policy).to_string();
        assert!(!rejected.contains("hunter2"), "{rejected}");
        assert_eq!(policy.enforced, Decisions::default(), "{wrong}");
    }
}

#[test]
fn a_server_has_a_host_and_a_port_and_nothing_else() {
    for right in [
        "syslog.example.com:6514",
        "127.0.0.1:10514",
        "[2001:db8::7]:6514",
        "log_1:6514",
    ] {
        let policy = enforced(&format!("forward_syslog = \"{right}\""));
        assert_eq!(policy.rejected, []);
        assert_eq!(policy.enforced.forward_syslog.as_deref(), Some(right));
    }
    for wrong in [
        "syslog.example.com",
        "syslog.example.com:",
        "syslog.example.com:0",
        "syslog.example.com:65536",
        ":6514",
        "tcp://syslog.example.com:6514",
        "syslog.example.com:6514/",
        "syslog.example.com:6514?x=y",
        "syslog.example.com:6514#x",
        "admin:hunter2@syslog.example.com:6514",
        "syslog example.com:6514",
        "2001:db8::7:6514",
    ] {
        let policy = enforced(&format!("forward_syslog = \"{wrong}\""));
        let rejected = only_rejected(&policy).to_string();
        assert!(!rejected.contains("hunter2"), "{rejected}");
        assert_eq!(policy.enforced, Decisions::default(), "{wrong}");
    }
}

#[test]
fn a_pattern_has_a_group() {
    let taken = |pattern: &str| enforced(&format!("extension_pattern = '{pattern}'"));
    assert_eq!(taken("^agent(\\d+)$").rejected, []);
    for wrong in ["agent", "(", "(?:agent)", "a{9999}{9999}{9999}(x)"] {
        assert_eq!(only_rejected(&taken(wrong)).key, "extension_pattern");
    }
}

#[test]
fn paths_have_a_beginning_because_users_choose_the_current_folder() {
    let taken = |path: &str| enforced(&format!("extension_file = '{path}'"));
    for right in [
        "/etc/fermata/extensions",
        "C:\\x\\y.csv",
        "d:/x",
        "\\\\server\\share\\x",
    ] {
        assert_eq!(taken(right).rejected, [], "{right}");
    }
    for wrong in [
        "extensions.csv",
        "../x",
        "C:x",
        "%ProgramData%\\x",
        "~/x",
        "$HOME/x",
    ] {
        assert_eq!(taken(wrong).rejected.len(), 1, "{wrong}");
    }
}

#[test]
fn texts_are_one_short_line() {
    let taken = |text: &str| enforced(&format!("organization = {text}"));
    let long = |length: usize| format!("\"{}\"", "ä".repeat(length));
    assert_eq!(taken(&long(512)).rejected, []);
    let trimmed = taken("\" Example Ltd \"").enforced.organization;
    assert_eq!(trimmed.as_deref(), Some("Example Ltd"));
    for wrong in [
        &long(513),
        "\"a\\nb\"",
        "\"a\\u2028b\"",
        "\"\"",
        "\" \"",
        "4711",
        "true",
        "[]",
    ] {
        assert_eq!(taken(wrong).rejected.len(), 1, "{wrong}");
    }
}

#[test]
fn a_chord_may_be_none() {
    let taken = |chord: &str| {
        let policy = enforced(&format!("hotkey_pause = {chord}"));
        assert_eq!(policy.rejected, []);
        policy.enforced.hotkey_pause
    };
    assert_eq!(taken("\"Ctrl+Alt+P\"").as_deref(), Some("Ctrl+Alt+P"));
    assert_eq!(taken("\"\"").as_deref(), Some(""));
    assert_eq!(taken("\"None\"").as_deref(), Some(""));
}

#[test]
fn every_choice_can_be_chosen_and_no_other() {
    for key in KEYS {
        let Form::Choice(words) = key.form else {
            continue;
        };
        for word in words {
            let policy = enforced(&format!("{} = \"{word}\"", key.name));
            assert_eq!(policy.rejected, []);
            assert_ne!(policy.enforced, Decisions::default());
        }
        let policy = enforced(&format!("{} = \"nobody\"", key.name));
        let rejected = only_rejected(&policy);
        assert!(rejected.remedy.contains(words[0]), "{rejected}");
    }
}

#[test]
fn the_examples_may_stand_and_so_may_the_defaults() {
    for key in KEYS {
        assert_eq!(
            enforced(&format!("{} = {}", key.name, key.example)).rejected,
            []
        );
        if !key.default.is_empty() {
            let default = default_in_toml(key);
            assert_eq!(enforced(&format!("{} = {default}", key.name)).rejected, []);
        }
    }
}

#[test]
fn a_vendors_settings_stand_each_for_itself() {
    let policy = enforced("vendor_settings = { api_version = \"v3\", ucc = 7 }");
    let settings = policy.enforced.vendor_settings.as_ref().unwrap();
    assert_eq!(settings.len(), 1);
    assert_eq!(settings["api_version"], "v3");
    assert_eq!(only_rejected(&policy).key, "vendor_settings.ucc");
    assert!(policy.is_spoilt("vendor_settings"));
}

#[test]
fn names_are_those_of_the_decisions() {
    let lines: String = KEYS
        .iter()
        .map(|key| format!("{} = {}\n", key.name, key.example))
        .collect();
    let decided = serde_json::to_value(enforced(&lines).enforced).unwrap();
    let decided = decided.as_object().unwrap();
    assert_eq!(decided.len(), KEYS.len());
    for key in KEYS {
        assert!(!decided[key.name].is_null(), "{}", key.name);
    }
}
