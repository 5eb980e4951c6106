//! Names that are none, secrets, and what cannot be read.

use super::{enforced, only_rejected};
use crate::{Decisions, KEYS, Policy};

#[test]
fn a_misspelt_key_is_named_with_the_one_that_was_meant() {
    let policy = enforced("# one\nlongest_pause_secnds = 300");
    let rejected = only_rejected(&policy);
    assert_eq!(rejected.key, "longest_pause_secnds");
    assert_eq!(rejected.place.0, "policy.toml:3");
    assert_eq!(rejected.remedy, "did you mean longest_pause_seconds?");
    // F4: it was meant to hold, so the agent's own value does not.
    assert!(policy.is_spoilt("longest_pause_seconds"));
    assert!(!policy.is_spoilt("freshness_ms"));
}

#[test]
fn a_secret_is_refused_wherever_it_stands_and_not_repeated() {
    for text in [
        "[enforced]\napi_key = \"hunter2\"",
        "[enforced]\npassword = [\"hunter2\"]",
        "[recommended.vendor_settings]\nclient_secret = \"hunter2\"",
        "token = \"hunter2\"",
        "[secrets]\nxima = \"hunter2\"",
        "[xima]\napi_key = \"hunter2\"",
        "[enforced.gws]\npassword = \"hunter2\"",
    ] {
        let policy = Policy::parse(text);
        let rejected = only_rejected(&policy).to_string();
        assert!(
            rejected.contains("secrets never go into a policy"),
            "{rejected}"
        );
        assert!(!format!("{policy:?}").contains("hunter2"), "{policy:?}");
    }
}

#[test]
fn broken_toml_is_named_by_its_line_and_nothing_of_it_is_repeated() {
    let policy = Policy::parse("[enforced]\nlog_days = 3\napi_key = hunter2 hunter2\n");
    assert_eq!(policy.enforced, Decisions::default());
    let rejected = only_rejected(&policy);
    assert_eq!(
        (rejected.key.as_str(), rejected.place.0.as_str()),
        ("", "policy.toml:3")
    );
    assert!(!rejected.to_string().contains("hunter2"), "{rejected}");
    assert!(KEYS.iter().all(|key| policy.is_spoilt(key.name)));
}

#[test]
fn a_spoilt_recommendation_spoils_nothing() {
    let policy = Policy::parse("[recommended]\nreminders_seconds = []\nfreshnes_ms = 6000");
    assert_eq!(policy.rejected.len(), 2);
    assert!(KEYS.iter().all(|key| !policy.is_spoilt(key.name)));
}

#[test]
fn what_stands_outside_both_tables_is_not_taken_and_may_have_been_meant() {
    for (text, key, remedy) in [
        ("log_days = 3", "log_days", "write it below"),
        (
            "[enforcd]\nlog_days = 3",
            "enforcd",
            "did you mean [enforced]?",
        ),
        (
            "[policy]\nlog_days = 3",
            "policy",
            "write what is in it below",
        ),
        ("enforced = 3", "enforced", "write [enforced]"),
    ] {
        let policy = Policy::parse(text);
        let rejected = only_rejected(&policy);
        assert_eq!(rejected.key, key);
        assert!(rejected.remedy.contains(remedy), "{rejected}");
        assert_eq!(policy.enforced, Decisions::default());
        assert!(policy.is_spoilt("log_days"), "{text}");
    }
    let policy = Policy::parse("[recomended]\nlog_days = 3");
    assert_eq!(only_rejected(&policy).remedy, "did you mean [recommended]?");
    assert!(!policy.is_spoilt("log_days"));
}
