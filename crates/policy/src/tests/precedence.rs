//! F2: of two sources the stronger one holds, for each strength by itself.

use crate::reading::Reading;
use crate::sources::{Source, file};
use crate::{Decisions, Policy, Strength};

/// What several files say, the strongest first.
fn policy(files: &[(&str, &str)]) -> Policy {
    let readings = files.iter().map(|(name, text)| {
        let tree = file::parse(name, text).map(Some);
        (Source::File(name.into()), Reading::after(None, tree))
    });
    Policy::merged(readings.collect())
}

#[test]
fn the_strongest_source_holds_at_each_strength() {
    const ENFORCED: &str = "[enforced]\nlog_days = ";
    const RECOMMENDED: &str = "[recommended]\nlog_days = ";
    let both = |enforced: u32, recommended: u32| {
        format!("{ENFORCED}{enforced}\n{RECOMMENDED}{recommended}\n")
    };
    let only = |table: &str, days: u32| format!("{table}{days}\n");
    // What each of three sources says, and what holds: enforced, recommended, and from where.
    let nothing = String::new;
    for (strong, middle, weak, enforced, recommended) in [
        (nothing(), nothing(), nothing(), None, None),
        (
            both(1, 2),
            both(3, 4),
            both(5, 6),
            Some((1, "strong:2")),
            Some((2, "strong:4")),
        ),
        (
            nothing(),
            both(3, 4),
            both(5, 6),
            Some((3, "middle:2")),
            Some((4, "middle:4")),
        ),
        (
            nothing(),
            nothing(),
            both(5, 6),
            Some((5, "weak:2")),
            Some((6, "weak:4")),
        ),
        (
            only(RECOMMENDED, 2),
            both(3, 4),
            nothing(),
            Some((3, "middle:2")),
            Some((2, "strong:2")),
        ),
        (
            only(ENFORCED, 1),
            nothing(),
            only(RECOMMENDED, 6),
            Some((1, "strong:2")),
            Some((6, "weak:2")),
        ),
        (
            only(RECOMMENDED, 2),
            nothing(),
            only(ENFORCED, 5),
            Some((5, "weak:2")),
            Some((2, "strong:2")),
        ),
        // A value that cannot be taken does not hide one that can.
        (
            only(ENFORCED, 0),
            both(3, 4),
            nothing(),
            Some((3, "middle:2")),
            Some((4, "middle:4")),
        ),
    ] {
        let policy = policy(&[("strong", &strong), ("middle", &middle), ("weak", &weak)]);
        let at = |strength, days: &Decisions| {
            let place = policy
                .place("log_days", strength)
                .map(|place| place.0.as_str());
            days.log_days.zip(place)
        };
        assert_eq!(
            at(Strength::Enforced, &policy.enforced),
            enforced,
            "{strong}{middle}{weak}"
        );
        assert_eq!(
            at(Strength::Recommended, &policy.recommended),
            recommended,
            "{strong}{middle}{weak}"
        );
    }
}

#[test]
fn what_is_wrong_is_said_of_each_source_and_any_of_them_can_spoil() {
    let policy = policy(&[
        ("strong", "[enforced]\nlog_days = 3\n"),
        ("weak", "[enforced]\nlog_days = 0\nmay_quit = 1\n"),
    ]);
    let places: Vec<&str> = policy
        .rejected
        .iter()
        .map(|it| it.place.0.as_str())
        .collect();
    assert_eq!(places, ["weak:2", "weak:3"]);
    assert!(policy.is_spoilt("may_quit"));
    assert_eq!(policy.enforced.log_days, Some(3));
}

#[test]
fn the_settings_of_a_vendor_are_taken_as_a_whole() {
    let policy = policy(&[
        ("strong", "[enforced]\nvendor_settings = { one = \"1\" }\n"),
        ("weak", "[enforced]\nvendor_settings = { two = \"2\" }\n"),
    ]);
    let settings = policy.enforced.vendor_settings.unwrap();
    assert_eq!(settings.into_keys().collect::<Vec<_>>(), ["one"]);
}
