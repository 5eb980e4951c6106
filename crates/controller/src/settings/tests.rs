use std::fs::{self, File};
use std::io::Write;
use std::path::PathBuf;
use std::time::Duration;

use super::*;
use crate::in_force::Decided;

const XIMA: &str = r#"
vendor = "xima"

[xima]
base_url = "https://acme.xima.cloud"
extension = "1684"
"#;

fn parse(text: &str) -> Result<Settings, SettingsError> {
    Settings::parse(Path::new("settings.toml"), text)
}

fn problems(text: &str) -> Vec<SettingsProblem> {
    problems_of(parse(text).unwrap_err())
}

fn problems_of(error: SettingsError) -> Vec<SettingsProblem> {
    match error {
        SettingsError::Wrong(problems) => problems,
        SettingsError::Unreadable { .. } | SettingsError::Unwritable { .. } => {
            panic!("{error:?}")
        }
    }
}

/// The one problem of a text, as it is told.
fn problem(text: &str) -> String {
    let problems = problems(text);
    assert_eq!(problems.len(), 1, "{problems:#?}");
    problems[0].to_string()
}

fn written(directory: &tempfile::TempDir, text: &str) -> PathBuf {
    let file = directory.path().join("settings.toml");
    File::create(&file)
        .unwrap()
        .write_all(text.as_bytes())
        .unwrap();
    file
}

fn typed_in(fields: &[(&str, &str)]) -> Vec<(String, String)> {
    fields
        .iter()
        .map(|(key, value)| ((*key).to_owned(), (*value).to_owned()))
        .collect()
}

#[test]
fn the_example_of_every_vendor_passes_all_checks() {
    assert!(!VENDORS.is_empty());
    for entry in VENDORS {
        let settings = parse(&example(entry)).unwrap_or_else(|wrong| panic!("{wrong}"));
        assert_eq!(settings.vendor.unwrap().entry.name, entry.name);
        assert_eq!(settings.limits, Limits::default());
        assert_eq!(settings.hotkeys, Hotkeys::default());
        assert!(!settings.simulation);
        assert!(settings.misplaced.is_empty());
    }
}

#[test]
fn the_example_still_passes_with_the_comment_signs_of_all_settings_taken_away() {
    for entry in VENDORS {
        let example = example(entry);
        let commented = |line: &&str| {
            let setting = line.strip_prefix('#').unwrap_or_default();
            setting.starts_with(|first: char| first.is_ascii_lowercase()) && line.contains(" = ")
        };
        let lines: Vec<&str> = example.lines().collect();
        assert!(lines.iter().filter(|line| commented(line)).count() > 15);
        let bared: Vec<&str> = lines
            .iter()
            .map(|line| if commented(line) { &line[1..] } else { line })
            .collect();
        let settings = parse(&bared.join("\n")).unwrap_or_else(|wrong| panic!("{wrong}"));
        assert_eq!(
            settings.limits,
            Limits {
                longest_pause: Some(Duration::from_secs(300)),
                ..Limits::default()
            }
        );
        assert_eq!(settings.hotkeys.chords().count(), 3);
    }
}

#[test]
fn the_example_explains_every_setting_that_there_is() {
    for entry in VENDORS {
        let example = example(entry);
        for field in entry.fields {
            assert!(
                example.contains(&format!("{} = ", field.key)),
                "{}",
                field.key
            );
        }
    }
}

#[test]
fn no_file_and_an_empty_one_leave_everything_at_its_default() {
    let directory = tempfile::tempdir().unwrap();
    let nowhere = directory.path().join("settings.toml");
    assert_eq!(Settings::read(&nowhere).unwrap(), Settings::default());
    assert_eq!(parse("").unwrap().vendor, None);
}

#[test]
fn a_file_that_cannot_be_read_is_not_taken_for_an_empty_one() {
    let directory = tempfile::tempdir().unwrap();
    let error = Settings::read(directory.path()).unwrap_err();
    assert!(matches!(error, SettingsError::Unreadable { .. }), "{error}");
}

#[test]
fn everything_that_is_said_holds() {
    let settings = parse(&format!(
        "simulation = true\n{XIMA}\
         [hotkeys]\ntoggle = \"\"\npause = \"Ctrl+F9\"\n\
         [limits]\nfreshness_ms = 8000\nreminders_ms = [30000]\nlongest_pause_ms = 60000\n"
    ))
    .unwrap();
    assert!(settings.simulation);
    assert_eq!(settings.hotkeys.toggle, None);
    assert_eq!(settings.hotkeys.pause.as_deref(), Some("Ctrl+F9"));
    assert_eq!(settings.limits.freshness, Duration::from_secs(8));
    assert_eq!(settings.limits.reminders, [Duration::from_secs(30)]);
    assert_eq!(settings.limits.longest_pause, Some(Duration::from_secs(60)));
    let vendor = settings.vendor.as_ref().unwrap();
    assert_eq!(vendor.open().name(), "xima");
    assert_eq!(settings.typed("xima", "extension"), "1684");
    assert_eq!(settings.typed("xima", "not_found_means"), "");
    assert_eq!(settings.typed("anywhere365", "base_url"), "");
}

#[test]
fn what_is_not_toml_is_told_with_its_line_and_not_with_its_text() {
    let told = problem("simulation = true\npassword = hunter2\n");
    assert!(
        told.starts_with("settings.toml:2: this is not TOML: "),
        "{told}"
    );
    assert!(!told.contains("hunter2"), "{told}");
}

#[test]
fn every_problem_is_told_at_once_in_the_order_of_the_file() {
    let problems = problems(
        "vendor = \"xima\"\n\
         colour = 1\n\
         simulation = \"yes\"\n\
         [xima]\n\
         base_url = \"ftp://acme\"\n\
         [hotkeys]\n\
         toggle = 7\n\
         [limits]\n\
         freshness_ms = 60000\n",
    );
    let found: Vec<(Option<usize>, &str)> = problems
        .iter()
        .map(|problem| (problem.line, problem.key.as_str()))
        .collect();
    assert_eq!(
        found,
        [
            (Some(2), "colour"),
            (Some(3), "simulation"),
            (Some(4), "xima.extension"),
            (Some(5), "xima.base_url"),
            (Some(7), "hotkeys.toggle"),
            (Some(9), "limits.freshness_ms"),
        ]
    );
}

#[test]
fn a_problem_names_file_line_key_value_and_remedy() {
    assert_eq!(
        problem("\n[limits]\nfreshness_ms = 500\n"),
        "settings.toml:3: limits.freshness_ms = 500: PAUSED would flicker; \
         choose 2000 to 15000 milliseconds"
    );
}

#[test]
fn a_misspelt_key_is_told_with_what_may_have_been_meant() {
    let meant = |text: &str, meant: &str| {
        let told = problem(text);
        assert!(told.ends_with(&format!("did you mean {meant}?")), "{told}");
    };
    meant("vendr = \"xima\"", "vendor");
    meant("[hotkeys]\ntogle = \"Ctrl+P\"", "toggle");
    meant("[limits]\nfreshnes_ms = 6000", "freshness_ms");
    meant("[hotkey]\n", "hotkeys");
    meant("vendor = \"ximaa\"", "\"xima\"");
    meant(&format!("{XIMA}not_found_mean = \"x\""), "not_found_means");
    // Also in the table of a vendor that is not chosen.
    meant("[xima]\nextention = \"1\"", "extension");
}

#[test]
fn a_key_that_nobody_can_have_meant_is_told_with_the_ones_that_there_are() {
    let told = problem("[hotkeys]\nzzz = 1");
    assert!(told.ends_with("there are: toggle, pause, resume"), "{told}");
}

#[test]
fn a_secret_in_the_file_is_refused_and_never_repeated() {
    for key in [
        "secret",
        "token",
        "authentication_key",
        "Password",
        "bearer_token",
    ] {
        let told = problem(&format!("{XIMA}{key} = \"hunter2\""));
        assert!(told.contains("no secret belongs in this file"), "{told}");
        assert!(told.contains("fermatactl sign-in"), "{told}");
        assert!(!told.contains("hunter2"), "{told}");
    }
    for text in [
        "secret = \"hunter2\"",
        "[limits]\ntoken = \"hunter2\"",
        "[hotkeys]\nx = \"hunter2\"",
    ] {
        assert!(!problem(text).contains("hunter2"));
    }
}

#[test]
fn a_table_that_is_not_one_is_told() {
    for name in ["xima", "hotkeys", "limits"] {
        let told = problem(&format!("{name} = 1"));
        assert!(told.contains(&format!("write [{name}]")), "{told}");
    }
}

#[test]
fn limits_that_would_weaken_a_promise_are_refused() {
    for (limits, key) in [
        ("freshness_ms = 1999", "freshness_ms"),
        ("freshness_ms = 15001", "freshness_ms"),
        ("freshness_ms = -1", "freshness_ms"),
        ("freshness_ms = \"6s\"", "freshness_ms"),
        ("freshness_ms = 6000.0", "freshness_ms"),
        ("settle_within_ms = 10001", "settle_within_ms"),
        ("double_press_ms = 0", "double_press_ms"),
        ("read_every_paused_ms = 60000", "read_every_paused_ms"),
        ("longest_pause_ms = 0", "longest_pause_ms"),
        ("reminders_ms = []", "reminders_ms"),
        ("reminders_ms = [0]", "reminders_ms"),
        ("reminders_ms = [60000, 60000]", "reminders_ms"),
        ("reminders_ms = [120000, 60000]", "reminders_ms"),
        ("reminders_ms = 60000", "reminders_ms"),
        ("reminders_ms = [60000, \"2 min\"]", "reminders_ms"),
    ] {
        let problems = problems(&format!("[limits]\n{limits}"));
        assert_eq!(problems.len(), 1, "{limits}");
        assert_eq!(problems[0].key, format!("limits.{key}"), "{limits}");
    }
}

#[test]
fn limits_that_contradict_each_other_are_refused() {
    for (limits, key) in [
        ("freshness_ms = 2000", "freshness_ms"),
        ("read_every_paused_ms = 5000", "freshness_ms"),
        ("calm_freshness_ms = 8000", "calm_freshness_ms"),
        (
            "freshness_ms = 15000\ncalm_freshness_ms = 12000\nread_every_in_call_ms = 2000",
            "calm_freshness_ms",
        ),
        ("settle_within_ms = 1000", "settle_within_ms"),
    ] {
        let problems = problems(&format!("[limits]\n{limits}"));
        assert_eq!(problems.len(), 1, "{limits}: {problems:?}");
        assert_eq!(problems[0].key, format!("limits.{key}"), "{limits}");
    }
}

#[test]
fn the_bounds_themselves_are_allowed() {
    for limits in [
        "freshness_ms = 15000",
        "freshness_ms = 2000\nread_every_paused_ms = 1000\nanswer_within_ms = 900",
        "reminders_ms = [10000, 3600000]",
        "longest_pause_ms = 30000",
    ] {
        parse(&format!("[limits]\n{limits}")).unwrap_or_else(|wrong| panic!("{wrong}"));
    }
}

#[test]
fn one_chord_cannot_do_two_things_however_it_is_written() {
    for (one, other) in [
        ("Ctrl+Alt+P", "Ctrl+Alt+P"),
        ("Ctrl+Alt+P", "alt + CONTROL + p"),
        ("Super+F1", "Cmd+F1"),
    ] {
        let told = problem(&format!(
            "[hotkeys]\ntoggle = \"{one}\"\nresume = \"{other}\""
        ));
        assert!(
            told.starts_with("settings.toml:3: hotkeys.resume = "),
            "{told}"
        );
        assert!(told.contains("taken by toggle"), "{told}");
    }
    // The default counts too.
    let told = problem("[hotkeys]\npause = \"Ctrl+Alt+P\"");
    assert!(told.contains("taken by toggle"), "{told}");
    parse("[hotkeys]\ntoggle = \"\"\npause = \"\"").unwrap();
}

#[test]
fn a_sign_in_changes_its_own_settings_and_leaves_comments_and_all_others() {
    let directory = tempfile::tempdir().unwrap();
    let file = written(
        &directory,
        "# mine\nvendor = \"xima\" # the old one\n\n[xima]\n# ours\nbase_url = \"https://old.xima.cloud\" # west\nextension = \"1\"\nnot_found_means = \"no-active-recording\"\n\n# keys\n[hotkeys]\ntoggle = \"F9\" # easy\n",
    );
    let draft = Settings::with_sign_in(
        &file,
        &Decided::default(),
        "xima",
        &typed_in(&[
            ("base_url", " https://new.xima.cloud "),
            ("extension", "1684"),
        ]),
    )
    .unwrap();
    draft.save().unwrap();
    assert_eq!(
        fs::read_to_string(&file).unwrap(),
        "# mine\nvendor = \"xima\" # the old one\n\n[xima]\n# ours\nbase_url = \"https://new.xima.cloud\" # west\nextension = \"1684\"\nnot_found_means = \"no-active-recording\"\n\n# keys\n[hotkeys]\ntoggle = \"F9\" # easy\n",
    );
    assert_eq!(&Settings::read(&file).unwrap(), draft.settings());
}

#[test]
fn a_first_sign_in_makes_a_file_that_only_its_user_can_read() {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("not/there/yet/settings.toml");
    let fields = typed_in(&[
        ("base_url", "https://acme.xima.cloud"),
        ("extension", "1684"),
        ("allow_insecure_http", "true"),
        ("not_found_text", ""),
    ]);
    let draft = Settings::with_sign_in(&file, &Decided::default(), "xima", &fields).unwrap();
    assert!(!file.exists(), "written before it was asked for");
    draft.save().unwrap();
    let text = fs::read_to_string(&file).unwrap();
    assert!(text.starts_with("# Fermata's settings."), "{text}");
    assert!(text.contains("allow_insecure_http = true"), "{text}");
    assert!(!text.contains("not_found_text"), "{text}");
    assert_eq!(&Settings::read(&file).unwrap(), draft.settings());
    #[cfg(unix)]
    {
        use std::os::unix::fs::MetadataExt;
        assert_eq!(fs::metadata(&file).unwrap().mode() & 0o7777, 0o600);
    }
    let beside = fs::read_dir(file.parent().unwrap()).unwrap().count();
    assert_eq!(beside, 1, "the temporary file is still there");
}

#[test]
fn a_sign_in_moves_on_to_another_vendor_and_keeps_the_table_of_the_first() {
    let directory = tempfile::tempdir().unwrap();
    let file = written(&directory, XIMA);
    let fields = typed_in(&[
        ("base_url", "https://core.acme.example"),
        ("ucc", "sales"),
        ("requester_sip_uri", "sip:ann@acme.example"),
    ]);
    let draft = Settings::with_sign_in(&file, &Decided::default(), "anywhere365", &fields).unwrap();
    let settings = draft.settings();
    assert_eq!(settings.vendor.as_ref().unwrap().entry.name, "anywhere365");
    assert_eq!(settings.typed("xima", "extension"), "1684");
}

#[test]
fn a_sign_in_that_is_wrong_changes_nothing_and_says_which_field() {
    let directory = tempfile::tempdir().unwrap();
    let file = written(&directory, XIMA);
    let fields = typed_in(&[
        ("base_url", "nonsense"),
        ("extension", ""),
        ("extensoin", "5"),
    ]);
    let found = problems_of(
        Settings::with_sign_in(&file, &Decided::default(), "xima", &fields).unwrap_err(),
    );
    let mut wrong: Vec<&str> = found.iter().map(|problem| problem.field("xima")).collect();
    wrong.sort_unstable();
    assert_eq!(wrong, ["base_url", "extension", "extensoin"]);
    assert!(
        found
            .iter()
            .all(|problem| problem.file.is_none() && problem.line.is_none())
    );
    assert_eq!(fs::read_to_string(&file).unwrap(), XIMA);
}

#[test]
fn a_sign_in_mends_what_it_types_anew_and_nothing_else() {
    let directory = tempfile::tempdir().unwrap();
    let fields = typed_in(&[("base_url", "https://acme.xima.cloud"), ("extension", "1")]);
    let mendable = written(
        &directory,
        "vendor = \"nobody\"\n[xima]\nextension = \"x\"\n",
    );
    Settings::with_sign_in(&mendable, &Decided::default(), "xima", &fields).unwrap();
    let broken = written(&directory, "[limits]\nfreshness_ms = 1\n");
    let problems = problems_of(
        Settings::with_sign_in(&broken, &Decided::default(), "xima", &fields).unwrap_err(),
    );
    assert_eq!(problems[0].line, Some(2));
}

#[test]
fn a_sign_in_at_nobody_is_refused() {
    let nowhere = Path::new("settings.toml");
    let found =
        problems_of(Settings::with_sign_in(nowhere, &Decided::default(), "zima", &[]).unwrap_err());
    assert_eq!(
        found[0].to_string(),
        "vendor = \"zima\": there is no such vendor; did you mean \"xima\"?"
    );
}

#[test]
fn a_file_in_a_place_that_cannot_be_written_is_told() {
    let directory = tempfile::tempdir().unwrap();
    let in_the_way = written(&directory, "");
    let file = in_the_way.join("settings.toml");
    // A directory of that name cannot be made, so nothing can be read there either; to Windows
    // that is a file that is not there.
    if cfg!(unix) {
        let error = Settings::with_sign_in(&file, &Decided::default(), "xima", &[]).unwrap_err();
        assert!(matches!(error, SettingsError::Unreadable { .. }), "{error}");
    }
    let draft = Settings::with_sign_in(
        &in_the_way,
        &Decided::default(),
        "xima",
        &typed_in(&[("base_url", "https://acme.xima.cloud"), ("extension", "1")]),
    )
    .unwrap();
    fs::remove_file(&in_the_way).unwrap();
    fs::create_dir(&in_the_way).unwrap();
    let error = draft.save().unwrap_err();
    assert!(matches!(error, SettingsError::Unwritable { .. }), "{error}");
}

#[cfg(unix)]
#[test]
fn a_file_kept_elsewhere_and_linked_here_stays_a_link() {
    let directory = tempfile::tempdir().unwrap();
    let elsewhere = written(&directory, XIMA);
    let link = directory.path().join("link.toml");
    std::os::unix::fs::symlink(&elsewhere, &link).unwrap();
    let draft = Settings::with_sign_in(
        &link,
        &Decided::default(),
        "xima",
        &typed_in(&[("extension", "2")]),
    )
    .unwrap();
    draft.save().unwrap();
    assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
    assert_eq!(
        Settings::read(&elsewhere)
            .unwrap()
            .typed("xima", "extension"),
        "2"
    );
}

// F2, F4
#[test]
fn what_only_the_organisation_may_decide_is_not_heeded_and_costs_nobody_the_rest() {
    let settings = parse(&format!(
        "{XIMA}\n[policy]\naccept_acknowledgement = true\nwhatever = 3\n"
    ))
    .unwrap();
    assert!(settings.vendor.is_some());
    let told: Vec<String> = settings.misplaced.iter().map(ToString::to_string).collect();
    assert_eq!(told.len(), 2, "{told:?}");
    assert!(
        told[0]
            .starts_with("settings.toml:9: policy.accept_acknowledgement: only the organization"),
        "{told:?}"
    );
    assert!(told[0].contains("fermatactl policy show"), "{told:?}");
    assert!(parse(XIMA).unwrap().misplaced.is_empty());
    assert!(parse("accept_acknowledgement = true\n").is_err());
}

// F7
#[test]
fn preferences_may_leave_the_vendor_to_the_organisation_and_nothing_else() {
    let read = |text| Settings::preferences(VENDORS, Path::new("settings.toml"), text);
    let unfinished = read("vendor = \"xima\"\n[xima]\nextension = \"1684\"\n").unwrap();
    assert!(unfinished.vendor.is_none());
    assert_eq!(unfinished.typed("xima", "extension"), "1684");
    assert!(read(XIMA).unwrap().vendor.is_some());
    read("[limits]\nfreshness_ms = 1\n").unwrap_err();
    read("[xima]\nextensoin = \"1684\"\n").unwrap_err();
}

#[test]
fn an_unknown_key_is_told_with_its_line_and_in_one_line_whatever_it_is_called() {
    let text = "simulation = true\n\"a.b\" = 1\n\"c\\nd\" = 2\n";
    let wrong = Settings::parse(Path::new("settings.toml"), text).unwrap_err();
    let said = wrong.to_string();
    let lines: Vec<&str> = said.lines().collect();
    assert_eq!(lines.len(), 2, "{said}");
    assert!(lines[0].starts_with("settings.toml:2: a.b: "), "{said}");
    assert!(lines[1].starts_with(r"settings.toml:3: c\nd: "), "{said}");
}

// A5
#[test]
fn settings_of_a_gigabyte_are_refused_and_not_read() {
    // It takes no room on the disk.
    let file = tempfile::NamedTempFile::new().unwrap();
    file.as_file().set_len(1024 * 1024 * 1024).unwrap();
    let refused = Settings::read(file.path()).unwrap_err().to_string();
    assert!(
        refused.contains("larger than settings can be; write at most 1 MiB"),
        "{refused}"
    );
}

#[test]
fn settings_that_are_nested_too_deeply_are_refused_with_their_line() {
    let text = format!("simulation = true\n{}", "a.b.c = { ".repeat(1000));
    assert_eq!(
        parse(&text).unwrap_err().to_string(),
        "settings.toml:2: this is nested deeper than any setting; write it as key = \"value\""
    );
}

#[test]
fn a_value_is_repeated_as_a_terminal_may_show_it() {
    let said = parse("[hotkeys]\npause = \"Ctrl+Al\u{9b}31m\"\n").unwrap_err();
    let said = said.to_string();
    assert!(said.contains(r"Ctrl+Al\u{9b}31m"), "{said:?}");
}
