//! Values that are right one by one: with what was not taken, and with each other.

use std::time::Duration;

use pause::Limits;
use policy::KEYS;

use super::*;

fn millis(millis: u64) -> Duration {
    Duration::from_millis(millis)
}

// F4: a broken policy never weakens what guards something
#[test]
fn where_a_guarding_value_was_not_taken_the_users_own_is_not_taken_either() {
    let own =
        "[limits]\nfreshness_ms = 15000\nlongest_pause_ms = 3600000\nreminders_ms = [3600000]\n";
    let broken = "freshness_ms = 1\nlongest_pause_seconds = \"five\"\nreminders_seconds = []\n";
    let holds = in_force(&format!("[enforced]\n{broken}"), own);
    assert_eq!(holds.limits, Limits::default());
    assert_eq!(held(&holds, "freshness_ms").1, PolicyOrigin::Default);
    assert_eq!(codes(&holds), ["policy-rejected"]);
    assert!(!holds.problems[0].blocks_pausing);

    let recommended = "[recommended]\nfreshness_ms = 7000\n";
    let holds = in_force(&format!("[enforced]\n{broken}{recommended}"), own);
    assert_eq!(holds.limits.freshness, millis(7_000));
    assert_eq!(held(&holds, "freshness_ms").1, PolicyOrigin::Recommended);

    // What guards nothing stays the user's.
    let holds = in_force(
        "[enforced]\nhotkey_pause = 7\n",
        "[hotkeys]\npause = \"F9\"\n",
    );
    assert_eq!(holds.hotkeys.pause.as_deref(), Some("F9"));
}

#[test]
fn every_guarding_limit_is_kept_from_the_user_where_it_was_not_taken() {
    let user = Limits {
        freshness: millis(10_000),
        settle_within: millis(9_000),
        read_every_paused: millis(1_000),
        read_every_in_call: millis(4_000),
        reminders: vec![millis(99_000)],
        longest_pause: Some(millis(99_000)),
        ..Limits::default()
    };
    let mut settings = Settings::default();
    settings.limits.clone_from(&user);
    let limits = KEYS.iter().filter(|key| key.guards);
    let limits = limits.filter(|key| key.name.ends_with("_ms") || key.name.ends_with("_seconds"));
    for key in limits {
        let decided = Decided {
            policy: Policy::parse(&format!("[enforced]\n{} = \"?\"\n", key.name)),
            ..Decided::default()
        };
        let holds = InForce::of(VENDORS, Path::new("settings.toml"), &settings, &decided);
        assert_eq!(
            held(&holds, key.name),
            (key.default.to_owned(), PolicyOrigin::Default)
        );
        assert_ne!(holds.limits, user, "{}", key.name);
    }
}

#[test]
fn the_users_limits_give_way_to_enforced_ones_that_they_contradict() {
    let holds = in_force(
        "[enforced]\nfreshness_ms = 3500\n",
        "[limits]\nfreshness_ms = 9000\nread_every_paused_ms = 5000\nsettle_within_ms = 4000\n",
    );
    assert_eq!(holds.limits.freshness, millis(3_500));
    assert_eq!(holds.limits.read_every_paused, millis(2_000));
    assert_eq!(
        held(&holds, "read_every_paused_ms").1,
        PolicyOrigin::Default
    );
    assert_eq!(
        holds.limits.settle_within,
        millis(4_000),
        "it contradicts nothing"
    );
    assert!(holds.view.rejected.is_empty(), "{:?}", holds.view.rejected);

    // Also one that the organization cannot decide.
    let holds = in_force(
        "[enforced]\nfreshness_ms = 3500\n",
        "[limits]\nanswer_within_ms = 2500\nfreshness_ms = 9000\n",
    );
    assert_eq!(holds.limits.freshness, millis(3_500));
    assert_eq!(holds.limits.answer_within, Limits::default().answer_within);
}

#[test]
fn what_is_recommended_gives_way_to_what_the_user_says_and_nobody_is_to_blame() {
    let holds = in_force(
        "[recommended]\nread_every_paused_ms = 5000\n",
        "[limits]\nfreshness_ms = 3500\n",
    );
    assert_eq!(holds.limits.freshness, millis(3_500));
    assert_eq!(holds.limits.read_every_paused, millis(2_000));
    assert!(holds.view.rejected.is_empty(), "{:?}", holds.view.rejected);
}

#[test]
fn decisions_that_contradict_each_other_are_told_and_what_is_built_in_holds() {
    let holds = in_force(
        "[enforced]\nfreshness_ms = 2000\nread_every_paused_ms = 5000\nreminders_seconds = [30]\n",
        "",
    );
    assert_eq!(
        holds.limits,
        Limits {
            reminders: vec![millis(30_000)],
            ..Limits::default()
        }
    );
    assert_eq!(holds.view.rejected.len(), 2, "{:?}", holds.view.rejected);
    assert!(holds.view.rejected[0].starts_with("policy.toml:2: freshness_ms: "));
    assert_eq!(codes(&holds), ["policy-rejected"]);
}

#[test]
fn no_limits_of_user_and_organization_contradict_each_other_in_the_end() {
    let choices = |n: usize| {
        let (a, b, c) = (n % 3, n / 3 % 3, n / 9);
        let freshness = [2_000, 3_400, 15_000][a];
        (freshness, [500, 2_000, 5_000][b], [1_000, 3_000, 10_000][c])
    };
    for (a, b, c) in (0..27).map(choices) {
        for own in [
            "[limits]\ncalm_freshness_ms = 11400\n",
            "[limits]\nanswer_within_ms = 2900\n",
            "[limits]\nanswer_within_ms = 200\nsettle_within_ms = 1000\n",
        ] {
            let policy = format!(
                "[enforced]\nfreshness_ms = {a}\nsettle_within_ms = {c}\n\
                 [recommended]\nread_every_paused_ms = {b}\nread_every_in_call_ms = 24000\n"
            );
            let limits = in_force(&policy, own).limits;
            let broken = crate::settings::limits::broken(&limits).count();
            assert_eq!(broken, 0, "{policy}{own}{limits:?}");
        }
    }
}

/// A policy takes what a settings file takes, and nothing else.
#[test]
fn the_bounds_of_a_decision_are_those_of_the_setting() {
    for (key, in_file, factor) in [
        ("freshness_ms", "freshness_ms", 1),
        ("settle_within_ms", "settle_within_ms", 1),
        ("read_every_paused_ms", "read_every_paused_ms", 1),
        ("read_every_in_call_ms", "read_every_in_call_ms", 1),
        ("longest_pause_seconds", "longest_pause_ms", 1_000),
    ] {
        let form = policy::Key::named(key).unwrap().form;
        let policy::Form::Number { least, most, .. } = form else {
            panic!("{key}: {form:?}")
        };
        for (value, right) in [
            (least, true),
            (most, true),
            (least - 1, false),
            (most + 1, false),
        ] {
            let settings = format!("[limits]\n{in_file} = {}\n", u64::from(value) * factor);
            let read = Settings::parse(Path::new("settings.toml"), &settings);
            // At the bounds it may contradict another limit, which is told in other words.
            let bounds = read
                .err()
                .is_none_or(|error| !error.to_string().contains("choose "));
            assert_eq!(bounds, right, "{settings}");
        }
    }
}

#[test]
fn of_two_actions_with_one_chord_the_stronger_has_it() {
    let holds = in_force(
        "[enforced]\nhotkey_pause = \"Ctrl+Alt+P\"\n",
        "[hotkeys]\nresume = \"F9\"\n",
    );
    assert_eq!(holds.hotkeys.pause.as_deref(), Some("Ctrl+Alt+P"));
    assert_eq!(holds.hotkeys.toggle, None, "it was built in");
    assert_eq!(holds.hotkeys.resume.as_deref(), Some("F9"));
    assert!(holds.view.rejected.is_empty());

    let holds = in_force(
        "[enforced]\nhotkey_pause = \"Ctrl+F9\"\nhotkey_resume = \"F9+Control\"\n",
        "",
    );
    assert_eq!(holds.hotkeys.resume, None);
    assert_eq!(holds.view.rejected.len(), 1, "{:?}", holds.view.rejected);
    assert!(holds.view.rejected[0].contains("taken by pause"));
}

// F2
#[test]
fn what_the_file_says_of_the_policy_is_a_problem_that_stops_nothing() {
    let holds = in_force("", "[policy]\naccept_acknowledgement = true\n");
    assert!(!holds.accept_acknowledgement);
    assert_eq!(codes(&holds), ["settings-misplaced"]);
    assert!(!holds.problems[0].blocks_pausing);
}
