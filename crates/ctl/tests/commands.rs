//! `fermatactl` as a person or a script uses it, against a simulated vendor.

mod audit;
#[cfg(target_os = "linux")]
mod crash;
mod crashes;
mod desk;
mod policy;
mod troubleshooting;

use std::time::Duration;

use desk::{CANARY, Desk};
use serde_json::{Value, json};
use simulators::{Anywhere365Options, Bearer, Fault, Options, Truth, Vendor};

#[test]
fn without_a_running_instance_every_command_ends_with_3() {
    let desk = Desk::new(Vendor::Xima, Options::default());
    for command in [
        &["status"][..],
        &["pause"],
        &["resume"],
        &["toggle"],
        &["call", "start", "a"],
    ] {
        let ran = desk.ctl(command);
        assert_eq!(ran.code, 3, "{command:?}: {ran:?}");
        assert!(ran.err.contains("not running"), "{ran:?}");
    }
}

#[test]
fn wrong_usage_ends_with_64_and_help_says_what_the_codes_mean() {
    let desk = Desk::new(Vendor::Xima, Options::default());
    assert_eq!(desk.ctl(&["pause", "now"]).code, 64);
    assert_eq!(desk.ctl(&["call", "start"]).code, 64);
    let help = desk.ctl(&["--help"]);
    assert_eq!(help.code, 0);
    for line in ["0 ", "1 ", "2 ", "3 ", "64"] {
        assert!(help.out.contains(line), "{line:?} is not in {}", help.out);
    }
}

#[test]
fn a_pause_that_is_proven_ends_with_0_and_status_says_on_what_it_rests() {
    let desk = Desk::running(Vendor::Anywhere365, Options::default());
    let call = desk.start_call();
    assert_eq!(desk.ctl(&["call", "start", &call]).code, 0);
    desk.shows("recording");

    let ran = desk.ctl(&["pause", "--json"]);
    assert_eq!(ran.code, 0, "{ran:?}");
    assert_eq!(desk.site().truth(&call), Some(Truth::Paused));

    let status = desk.status();
    let keys: Vec<_> = status.as_object().expect("an object").keys().collect();
    assert_eq!(
        keys,
        [
            "calls", "display", "evidence", "problems", "reason", "vendor"
        ]
    );
    assert_eq!(status["display"], "paused");
    assert_eq!(status["vendor"], "anywhere365");
    assert_eq!(
        status["calls"],
        json!([{ "id": call, "display": "paused" }])
    );
    assert_eq!(status["evidence"]["kind"], "read-back");
    let age = status["evidence"]["age_ms"].as_u64().expect("a number");
    assert!(age < 6_000, "evidence {age} ms old proves nothing");

    let again = desk.ctl(&["pause"]);
    assert_eq!(again.code, 0, "it is so already: {again:?}");
    assert_eq!(desk.commands_sent(), 1, "and nothing more was sent");

    assert_eq!(desk.ctl(&["toggle"]).code, 0);
    assert_eq!(desk.site().truth(&call), Some(Truth::Recording));
    assert_eq!(desk.ctl(&["resume"]).code, 0, "it is so already");
    assert_eq!(desk.ctl(&["call", "end", &call]).code, 0);
    desk.shows("no-call");
}

#[test]
fn a_pause_that_cannot_be_proven_ends_with_2_and_needs_no_call_to_be_told() {
    let desk = Desk::running(Vendor::Xima, Options::default());
    let call = desk.start_call();
    let ran = desk.ctl(&["pause"]);
    assert_eq!(ran.code, 2, "{ran:?}");
    assert_eq!(desk.site().truth(&call), Some(Truth::Paused));
    let status = desk.status();
    assert_eq!(status["display"], "pause-sent");
    assert_eq!(status["evidence"]["kind"], "acknowledgement");

    assert_eq!(desk.ctl(&["toggle"]).code, 2);
    assert_eq!(desk.site().truth(&call), Some(Truth::Recording));
    assert_eq!(desk.status()["display"], "unknown");
}

#[test]
fn a_pause_without_effect_ends_with_1_and_says_still_recording() {
    let desk = Desk::running(Vendor::Anywhere365, Options::default());
    let call = desk.start_call();
    desk.ctl(&["call", "start", &call]);
    desk.shows("recording");
    desk.site().misbehave(Fault::NoEffect.on_commands());
    let ran = desk.ctl(&["pause"]);
    assert_eq!(ran.code, 1, "{ran:?}");
    assert!(
        format!("{}{}", ran.out, ran.err).contains("STILL RECORDING"),
        "{ran:?}"
    );
    assert_eq!(desk.status()["display"], "failed");
    assert_eq!(desk.ctl(&["acknowledge"]).code, 0);
    assert_eq!(desk.status()["display"], "recording");
}

#[test]
fn a_refused_token_ends_with_1_and_is_a_problem_that_says_what_to_do() {
    let desk = Desk::running(Vendor::Xima, Options::default());
    desk.site().change_secret("another one");
    desk.start_call();
    assert_eq!(desk.ctl(&["pause"]).code, 1);
    let problems = desk.status()["problems"].clone();
    let rejected = problems
        .as_array()
        .expect("a list")
        .iter()
        .find(|problem| problem["code"] == "sign-in-rejected");
    let message = rejected.unwrap_or_else(|| panic!("{problems}"))["message"].clone();
    assert!(
        message.as_str().is_some_and(|text| text.len() > 20),
        "{message}"
    );
}

#[test]
fn without_a_call_there_is_nothing_to_pause_where_calls_have_ids() {
    let desk = Desk::running(Vendor::Anywhere365, Options::default());
    let ran = desk.ctl(&["pause"]);
    assert_eq!(ran.code, 1, "{ran:?}");
    assert!(
        ran.err.contains("call start"),
        "it says what to do: {ran:?}"
    );
    assert_eq!(desk.commands_sent(), 0);
}

#[test]
fn watch_prints_one_line_a_change() {
    let desk = Desk::running(Vendor::Anywhere365, Options::default());
    let watch = desk.watch();
    let call = desk.start_call();
    desk.ctl(&["call", "start", &call]);
    desk.shows("recording");
    assert_eq!(desk.ctl(&["pause"]).code, 0);
    assert_eq!(desk.ctl(&["resume"]).code, 0);
    let lines: Vec<Value> = watch.until("recording", 2);
    let displays: Vec<_> = lines
        .iter()
        .filter_map(|line| line["display"].as_str())
        .skip_while(|display| *display != "recording")
        .collect();
    assert_eq!(
        displays,
        ["recording", "pausing", "paused", "resuming", "recording"]
    );
    for line in &lines {
        assert!(
            line["at"].as_str().is_some_and(|at| at.ends_with('Z')),
            "{line}"
        );
        assert!(
            line["cause"]
                .as_str()
                .is_some_and(|cause| !cause.is_empty()),
            "{line}"
        );
    }
}

#[test]
fn a_vendor_that_dies_while_paused_is_unknown_within_its_freshness() {
    let mut desk = Desk::running(Vendor::Anywhere365, Options::default());
    let call = desk.start_call();
    desk.ctl(&["call", "start", &call]);
    desk.shows("recording");
    assert_eq!(desk.ctl(&["pause"]).code, 0);
    desk.simulator.stop();
    std::thread::sleep(Duration::from_millis(6_100));
    let status = desk.status();
    assert_eq!(status["display"], "unknown");
    assert_eq!(status["evidence"], Value::Null);
}

#[test]
fn a_second_engine_is_refused_and_the_first_goes_on() {
    let desk = Desk::running(Vendor::Xima, Options::default());
    let second = desk.run_to_its_end();
    assert_eq!(second.code, 1, "{second:?}");
    assert!(second.err.contains("already"), "{second:?}");
    assert_eq!(desk.ctl(&["status"]).code, 0);
}

#[test]
#[cfg_attr(
    windows,
    ignore = "a program is told to end by Ctrl-C in its own console, which a test does not have"
)]
fn an_engine_ends_when_it_is_told_to_and_leaves_nothing_behind() {
    let mut desk = Desk::running(Vendor::Xima, Options::default());
    assert!(desk.end_engine().success());
    assert_eq!(desk.ctl(&["status"]).code, 3);
    desk.start_engine();
    assert_eq!(desk.ctl(&["status"]).code, 0, "and it can be started again");
}

#[test]
fn the_secret_is_nowhere() {
    let options = Options {
        secret: Some(CANARY.to_owned()),
        anywhere365: Anywhere365Options {
            bearer: Bearer::Secret,
            ..Anywhere365Options::default()
        },
        ..Options::default()
    };
    for vendor in [Vendor::Xima, Vendor::Anywhere365] {
        let mut desk = Desk::running(vendor, options.clone());
        let call = desk.start_call();
        let mut said = String::new();
        let mut ctl = |desk: &Desk, arguments: &[&str]| {
            let ran = desk.ctl(arguments);
            said += &format!("{}{}", ran.out, ran.err);
        };
        ctl(&desk, &["call", "start", &call]);
        ctl(&desk, &["pause"]);
        assert_eq!(
            desk.site().truth(&call),
            Some(Truth::Paused),
            "{vendor} was signed in to"
        );
        ctl(&desk, &["status", "--json"]);
        desk.site().misbehave(Fault::status(401));
        ctl(&desk, &["resume"]);
        ctl(&desk, &["status"]);
        desk.process_holds_nothing_of(CANARY);
        desk.end_engine();
        said += &desk.engine_said();
        assert!(!said.contains(CANARY), "the secret was printed: {said}");
        desk.files_hold_nothing_of(CANARY);
    }
}

#[test]
fn the_example_of_each_vendor_is_complete_and_right() {
    let desk = Desk::new(Vendor::Xima, Options::default());
    for vendor in ["xima", "anywhere365"] {
        let example = desk.ctl(&["config", "example", vendor]);
        assert_eq!(example.code, 0);
        let file = desk.write("example.toml", &example.out);
        let check = desk.ctl(&["config", "check", "--config", &file]);
        assert_eq!(check.code, 0, "{check:?}");
    }
}

#[test]
fn each_wrong_setting_is_named_with_its_value_and_what_to_do_and_nothing_is_sent() {
    let desk = Desk::new(Vendor::Anywhere365, Options::default());
    let file = desk.write(
        "wrong.toml",
        "vendor = \"anywhere365\"\n[anywhere365]\nbase_url = \"http://recorder.example.com\"\n\
         ucc = \"\"\nrequester_sip_uri = \"agent@domain.com\"\naction_az = \"name\"\n\
         [limits]\nfreshness_ms = 600000\n",
    );
    let check = desk.ctl(&["config", "check", "--config", &file]);
    assert_eq!(check.code, 1);
    for named in [
        "base_url",
        "http://recorder.example.com",
        "https://",
        "ucc",
        "requester_sip_uri",
        "sip:",
        "action_az",
        "action_as",
        "freshness_ms",
        "600000",
    ] {
        assert!(
            check.err.contains(named),
            "{named:?} is not in {}",
            check.err
        );
    }
    assert!(desk.site().requests().is_empty());
}

#[test]
fn each_vendor_is_listed_with_what_it_can_do_and_what_proves_a_pause_there() {
    let desk = Desk::new(Vendor::Xima, Options::default());
    let listed = desk.ctl(&["vendors", "--json"]);
    assert_eq!(listed.code, 0, "{listed:?}");
    let vendors: Value = serde_json::from_str(&listed.out).expect("JSON");
    let vendors = vendors.as_array().expect("a list");
    let one_of = |vendor: &Value, key: &str, words: &[&str]| {
        let word = vendor[key].as_str().unwrap_or_default();
        assert!(words.contains(&word), "{key} of {vendor}");
    };
    for vendor in vendors {
        let keys: Vec<_> = vendor.as_object().expect("an object").keys().collect();
        assert_eq!(
            keys,
            [
                "agent_field",
                "calls",
                "fields",
                "hints",
                "name",
                "other_agents",
                "pauses",
                "pauses_by",
                "proof",
                "resumes_itself_after_ms",
                "screen",
                "secret",
                "title"
            ]
        );
        one_of(vendor, "proof", &["read-back", "reply", "nothing"]);
        one_of(vendor, "calls", &["events", "polling", "told"]);
        one_of(vendor, "pauses", &["call", "agent"]);
        one_of(vendor, "pauses_by", &["pausing", "stop-and-start"]);
        assert!(vendor["screen"].is_boolean() && vendor["hints"].is_boolean());
        assert!(!vendor["fields"].as_array().expect("a list").is_empty());
    }
    let named = |name: &str| {
        let vendor = vendors.iter().find(|vendor| vendor["name"] == name);
        vendor.unwrap_or_else(|| panic!("{name} is not listed"))
    };
    let xima = named("xima");
    assert_eq!(
        [&xima["proof"], &xima["calls"], &xima["pauses"]],
        ["nothing", "told", "agent"]
    );
    assert_eq!(xima["pauses_by"], "pausing");
    let secret = xima["secret"].as_str().expect("it has one");
    assert!(secret.starts_with("authentication key"), "{secret}");
    // E4
    let reach = xima["other_agents"].as_str().expect("it reaches them");
    assert!(reach.contains("every agent"), "{reach}");
    assert_eq!(named("gws")["other_agents"], Value::Null);
    assert_eq!(named("gws")["agent_field"], "username");
    assert_eq!(named("anywhere365")["proof"], "read-back");
    assert_eq!(named("anywhere365")["pauses"], "call");
}

#[test]
fn the_list_for_people_names_settings_only_when_asked() {
    let desk = Desk::new(Vendor::Xima, Options::default());
    let short = desk.ctl(&["vendors"]).out;
    let xima = short.split("\n\n").next().expect("a paragraph");
    assert!(xima.starts_with("Xima CCaaS (xima)\n"), "{xima}");
    assert!(xima.contains("Proof     none"), "{xima}");
    assert!(!short.contains("base_url"), "{short}");
    let long = desk.ctl(&["vendors", "--fields"]).out;
    assert!(long.contains("base_url"), "{long}");
}

#[test]
fn an_organisation_may_take_the_acknowledgement_for_enough_and_that_is_said() {
    let mut desk = Desk::new(Vendor::Xima, Options::default());
    let policy = desk.write("policy.toml", "[enforced]\naccept_acknowledgement = true\n");
    desk.start_engine_under(&policy);
    let call = desk.start_call();
    let ran = desk.ctl(&["pause"]);
    assert_eq!(ran.code, 2, "it is not proven: {ran:?}");
    assert_eq!(desk.site().truth(&call), Some(Truth::Paused));
    let status = desk.status();
    assert_eq!(status["display"], "paused");
    assert_eq!(status["evidence"]["kind"], "acknowledgement");
    assert_eq!(status["policy"], json!({ "accept_acknowledgement": true }));
    let said = desk.ctl(&["status"]).out;
    assert!(said.contains("RECORDING PAUSED (paused)"), "{said}");
    assert!(
        said.contains("Acknowledged by Xima CCaaS, not confirmed."),
        "{said}"
    );
    assert!(said.contains("Policy"), "{said}");
}

// A6
#[test]
fn a_longest_pause_is_extended_as_often_as_was_decided_and_a_payment_holds_it_off() {
    let mut desk = Desk::new(Vendor::Xima, Options::default());
    let policy = desk.write(
        "policy.toml",
        "[enforced]\nlongest_pause_seconds = 300\nlongest_pause_extensions = 1\n",
    );
    desk.start_engine_under(&policy);
    desk.start_call();
    let ran = desk.ctl(&["extend"]);
    assert_eq!(ran.code, 1, "there is no pause: {ran:?}");
    assert_eq!(desk.ctl(&["pause"]).code, 2);
    let ran = desk.ctl(&["extend"]);
    assert_eq!(ran.code, 0, "{ran:?}");
    assert!(ran.out.contains("Resumes in  35"), "{ran:?}");
    let ran = desk.ctl(&["extend"]);
    assert_eq!(ran.code, 1, "{ran:?}");
    assert!(ran.err.contains("nothing was extended"), "{ran:?}");

    assert_eq!(desk.ctl(&["payment", "begin"]).code, 0);
    let said = desk.ctl(&["status"]).out;
    assert!(said.contains("card details are being taken"), "{said}");
    assert!(said.contains("Resumes in  59"), "{said}");
    assert_eq!(desk.ctl(&["payment", "end"]).code, 0);
    let said = desk.ctl(&["status"]).out;
    assert!(!said.contains("card details are being taken"), "{said}");
    assert_eq!(desk.ctl(&["payment"]).code, 64);
}

const POLICY: &str = "[enforced]\norganization = \"Acme\"\nvendor = \"xima\"\n\
                      base_url = \"https://acme.xima.cloud\"\nextension_from = \"fixed\"\n\
                      extension = \"1684\"\n[recommended]\nhotkey_toggle = \"Ctrl+Alt+F8\"\n";

// F8
#[test]
fn a_policy_file_is_checked_before_it_is_rolled_out() {
    let desk = Desk::new(Vendor::Xima, Options::default());
    let right = desk.write("right.toml", POLICY);
    let check = desk.ctl(&["policy", "check", &right]);
    assert_eq!(check.code, 0, "{check:?}");
    assert!(check.out.contains("5 enforced, 1 recommended"), "{check:?}");

    let wrong = desk.write(
        "wrong.toml",
        "[enforced]\norganisation = \"Acme\"\nfreshness_ms = \"soon\"\nmay_quit = false\n",
    );
    let check = desk.ctl(&["policy", "check", &wrong]);
    assert_eq!(check.code, 1);
    for said in [
        &format!("{wrong}:2: organisation\n"),
        "organization",
        &format!("{wrong}:3: freshness_ms\n"),
        "  wrong   ",
        "  remedy  ",
    ] {
        assert!(check.out.contains(said), "{said:?} is not in {}", check.out);
    }
    assert!(!check.out.contains("may_quit"), "it is right: {check:?}");
    assert!(check.err.contains("2 entries are not taken"), "{check:?}");

    let none = desk.ctl(&["policy", "check", "/no/such/policy.toml"]);
    assert_eq!(none.code, 1);
    assert!(none.err.contains("/no/such/policy.toml"), "{none:?}");
    assert_eq!(desk.ctl(&["policy", "check"]).code, 64);
}

// F8
#[test]
fn what_is_in_force_is_shown_with_its_origin_by_the_running_one_and_without_it() {
    let mut desk = Desk::new(Vendor::Xima, Options::default());
    let alone = desk.ctl(&["policy", "show", "--json"]);
    assert_eq!(alone.code, 0, "{alone:?}");
    assert!(alone.err.contains("not running"), "{alone:?}");
    let shown: Value = serde_json::from_str(&alone.out).expect("JSON");
    assert_eq!(shown["running"], false);

    desk.start_engine();
    let ran = desk.ctl(&["policy", "show", "--json"]);
    assert_eq!((ran.code, ran.err.as_str()), (0, ""), "{ran:?}");
    let shown: Value = serde_json::from_str(&ran.out).expect("JSON");
    assert_eq!(shown["running"], true);
    let values = shown["values"].as_array().expect("a list");
    let vendor = values.iter().find(|value| value["key"] == "vendor");
    let vendor = vendor.unwrap_or_else(|| panic!("no vendor in {shown}"));
    assert_eq!(vendor["value"], "xima");
    assert_eq!(vendor["origin"], "user");
    let place = vendor["place"].as_str().expect("a place");
    assert!(place.contains("settings.toml:"), "{place}");
    let table = desk.ctl(&["policy", "show"]).out;
    assert!(table.starts_with("Nobody manages Fermata"), "{table}");
    assert!(table.contains("\nKEY "), "{table}");
}

#[test]
fn what_a_policy_file_would_come_to_is_shown_in_80_columns_and_nobody_is_asked() {
    let desk = Desk::new(Vendor::Xima, Options::default());
    let policy = desk.write("policy.toml", POLICY);
    let shown = desk.ctl(&["policy", "show", "--policy", &policy]);
    assert_eq!((shown.code, shown.err.as_str()), (0, ""), "{shown:?}");
    let row = |key: &str| {
        let found = shown.out.lines().find(|line| line.starts_with(key));
        let row = found.unwrap_or_else(|| panic!("no {key} in {}", shown.out));
        row.split_whitespace()
            .map(str::to_owned)
            .collect::<Vec<_>>()
    };
    assert!(shown.out.starts_with("Managed by Acme\n"), "{}", shown.out);
    assert_eq!(row("vendor "), ["vendor", "enforced", "xima"]);
    assert_eq!(row("extension "), ["extension", "enforced", "1684"]);
    assert_eq!(
        row("hotkey_toggle"),
        ["hotkey_toggle", "recommended", "Ctrl+Alt+F8"]
    );
    assert_eq!(row("may_quit"), ["may_quit", "default", "true"]);
    for line in shown.out.lines() {
        assert!(line.chars().count() <= 80, "{line}");
    }
}

#[test]
fn a_sign_in_without_a_vendor_needs_one_that_has_been_decided_on() {
    let desk = Desk::running(Vendor::Xima, Options::default());
    let ran = desk.ctl_with(&["sign-in", "--stdin"], CANARY);
    assert_eq!(ran.code, 1, "{ran:?}");
    assert!(ran.err.contains("choose one of: xima"), "{ran:?}");
    assert!(!ran.err.contains(CANARY), "{ran:?}");
}

// F2: the settings file is the agent's
#[test]
fn a_settings_file_that_decides_for_the_organization_is_told_where_that_belongs() {
    let mut desk = Desk::new(Vendor::Xima, Options::default());
    let settings = desk.simulator.settings();
    let file = desk.write(
        "settings.toml",
        &format!("{settings}\n[policy]\naccept_acknowledgement = true\n"),
    );
    let check = desk.ctl(&["config", "check", "--config", &file]);
    assert_eq!(check.code, 1, "{check:?}");
    for part in [
        "policy.accept_acknowledgement",
        "only the organization",
        "policy of this computer",
    ] {
        assert!(check.err.contains(part), "{part}: {check:?}");
    }
    // It is not heeded, and nobody loses the ability to pause by it.
    desk.start_engine();
    desk.start_call();
    assert_eq!(desk.ctl(&["pause"]).code, 2);
    let status = desk.status();
    assert_eq!(status["display"], "pause-sent");
    assert_eq!(status["problems"][0]["code"], "settings-misplaced");
}

// F7: settings that only the policy makes complete
#[test]
fn what_the_organization_has_decided_need_not_be_in_the_settings() {
    let mut desk = Desk::new(Vendor::Xima, Options::default());
    let settings = desk.simulator.settings();
    let line = |key: &str| {
        let mut lines = settings.lines();
        let found = lines.find(|line| line.starts_with(key));
        found.expect("the simulator proposes it").to_owned()
    };
    let (base_url, extension) = (line("base_url"), line("extension"));
    desk.write("settings.toml", &format!("[xima]\n{extension}\n"));
    let policy = format!("[enforced]\nvendor = \"xima\"\n{base_url}\n");
    let policy = desk.write("policy.toml", &policy);
    desk.start_engine_under(&policy);
    desk.start_call();
    assert_eq!(desk.ctl(&["pause"]).code, 2);
}
