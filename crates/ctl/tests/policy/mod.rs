//! A policy as the engine keeps to it: while it changes, where a part of it is wrong, and where
//! it is all that there is.

use std::fs;
use std::thread::sleep;
use std::time::Duration;

use controller::enrolment::{LoggedOn, ThisUser};
use serde_json::{Value, json};
use simulators::{Options, Truth, Vendor};

use super::desk::{CANARY, Desk};

fn shown(desk: &Desk) -> Value {
    let ran = desk.ctl(&["policy", "show", "--json"]);
    assert_eq!((ran.code, ran.err.as_str()), (0, ""), "{ran:?}");
    serde_json::from_str(&ran.out).expect("JSON")
}

/// What is shown of a key: its value, who has said it, and where.
fn value<'a>(shown: &'a Value, key: &str) -> [&'a str; 3] {
    let values = shown["values"].as_array().expect("a list");
    let found = values.iter().find(|value| value["key"] == key);
    let found = found.unwrap_or_else(|| panic!("no {key} in {shown}"));
    ["value", "origin", "place"].map(|part| found[part].as_str().expect("text"))
}

fn longest_pause(seconds: u32) -> String {
    format!("[enforced]\norganization = \"Acme\"\nlongest_pause_seconds = {seconds}\n")
}

// F4. It takes as long as the least that can be decided on: half a minute.
#[test]
fn a_shorter_longest_pause_ends_the_pause_under_way_within_a_minute_and_without_a_restart() {
    let mut desk = Desk::new(Vendor::Anywhere365, Options::default());
    let file = desk.write("policy.toml", &longest_pause(3_600));
    desk.start_engine_under(&file);
    let place = format!("{file}:3");
    assert_eq!(
        value(&shown(&desk), "longest_pause_seconds"),
        ["3600", "enforced", &place]
    );
    let call = desk.start_call();
    assert_eq!(desk.ctl(&["call", "start", &call]).code, 0);
    desk.shows("recording");
    assert_eq!(desk.ctl(&["pause"]).code, 0, "it is proven");

    desk.write("policy.toml", &longest_pause(30));
    let has_ended = (0..600).any(|_| {
        sleep(Duration::from_millis(100));
        desk.site().truth(&call) != Some(Truth::Paused)
    });
    assert!(has_ended, "{:#}", shown(&desk));
    assert_eq!(desk.site().truth(&call), Some(Truth::Recording));
    desk.shows("recording");
    assert_eq!(
        value(&shown(&desk), "longest_pause_seconds"),
        ["30", "enforced", &place]
    );

    // F2: the log says both, with who has said so and where.
    desk.end_engine();
    let said = desk.engine_said();
    for value in ["3600", "30"] {
        let told = said.lines().any(|line| {
            let parts = ["longest_pause_seconds", "Enforced", "policy.toml:3"];
            parts.iter().all(|part| line.contains(part)) && line.contains(&format!("{value:?}"))
        });
        assert!(told, "{value} is not in {said}");
    }
}

// F4, F8
#[test]
fn a_wrong_entry_is_dropped_alone_and_told_with_its_place_and_guards_all_the_same() {
    let mut desk = Desk::new(Vendor::Anywhere365, Options::default());
    let weak = "[limits]\nfreshness_ms = 15000\nreminders_ms = [3600000]\n";
    let settings = format!("{}\n{weak}", desk.simulator.settings());
    desk.write("settings.toml", &settings);
    let file = desk.write(
        "policy.toml",
        "[enforced]\norganization = \"Acme\"\nfreshness_ms = \"6 seconds\"\n\
         reminder_seconds = [60]\nmay_quit = false\n",
    );
    desk.start_engine_under(&file);

    let shown = shown(&desk);
    assert_eq!(shown["running"], true);
    assert_eq!(shown["organization"], "Acme");
    assert_eq!(value(&shown, "may_quit")[..2], ["false", "enforced"]);
    // What the agent has set would hold if nothing had been written there.
    assert_eq!(value(&shown, "freshness_ms"), ["6000", "default", ""]);
    assert_eq!(
        value(&shown, "reminders_seconds"),
        ["[60, 120, 180]", "default", ""]
    );
    let rejected = shown["rejected"].as_array().expect("a list");
    assert_eq!(rejected.len(), 2, "{rejected:?}");

    let problems = desk.status()["problems"].to_string();
    let table = desk.ctl(&["policy", "show"]).out;
    assert!(table.starts_with("Managed by Acme\n"), "{table}");
    desk.end_engine();
    let said = desk.engine_said();
    for (line, key) in [(3, "freshness_ms"), (4, "reminder_seconds")] {
        let entry = format!("policy.toml:{line}: {key}: ");
        let told = rejected.iter().filter_map(Value::as_str);
        assert_eq!(told.filter(|told| told.contains(&entry)).count(), 1);
        // A table for people breaks lines.
        for (whose, told) in [("problems", &problems), ("log", &said)] {
            assert!(told.contains(&entry), "no {entry:?} in the {whose}: {told}");
        }
    }
    assert!(
        !said.contains("6 seconds"),
        "what was written is not repeated"
    );
}

/// What the vendor's account is called that belongs to whoever runs this.
fn this_user() -> String {
    let name = ThisUser.name().expect("somebody runs this");
    name.rsplit('\\').next().expect("a name").to_owned()
}

// F7
#[test]
fn with_everything_else_decided_the_agent_gives_the_secret_alone_and_can_pause() {
    let options = Options {
        secret: Some(CANARY.to_owned()),
        user: this_user(),
        ..Options::default()
    };
    let mut desk = Desk::new(Vendor::Gws, options);
    let settings = desk.within("settings.toml");
    fs::remove_file(&settings).expect("the simulator's proposal is not needed");
    let address = desk.simulator.base_url();
    let file = desk.write(
        "policy.toml",
        &format!(
            "[enforced]\nvendor = \"gws\"\nbase_url = {address:?}\nextension_from = \"user-name\"\n\
             extension_pattern = '([^\\\\]+)$'\n"
        ),
    );
    desk.start_engine_without_secret(&file);
    let ran = desk.ctl_with(&["sign-in", "--stdin"], CANARY);
    assert_eq!((ran.code, ran.out.as_str()), (0, "signed in\n"), "{ran:?}");
    assert_eq!(desk.status()["problems"], json!([]));
    let call = desk.start_call();
    desk.shows("recording");
    let ran = desk.ctl(&["pause"]);
    assert_eq!(ran.code, 0, "it is proven: {ran:?}");
    assert_eq!(desk.site().truth(&call), Some(Truth::Paused));
    assert_eq!(desk.status()["evidence"]["kind"], "read-back");

    // Nothing that has been decided becomes the agent's own, and nobody keeps the secret.
    let written = fs::read_to_string(&settings).unwrap_or_default();
    assert!(!written.contains(&address), "{written}");
    desk.process_holds_nothing_of(CANARY);
    desk.end_engine();
    desk.files_hold_nothing_of(CANARY);
    assert!(!desk.engine_said().contains(CANARY));
}
