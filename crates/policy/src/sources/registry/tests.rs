use windows_registry::CURRENT_USER;

use super::*;
use crate::reading::Reading;
use crate::sources::Source;
use crate::{Policy, Strength};

/// A key of the test's own, which is gone afterwards. It lies where no administrator is needed.
pub(crate) struct TestKey {
    pub(crate) path: String,
    pub(crate) key: Key,
}

impl TestKey {
    pub(crate) fn new(name: &str) -> Self {
        let path = format!("Software\\FermataTest-{name}-{}", std::process::id());
        let key = CURRENT_USER.create(&path).unwrap();
        Self { path, key }
    }

    pub(crate) fn policy(&self, tree: Result<Option<Tree>, Rejected>) -> Policy {
        let reading = Reading::after(None, tree);
        Policy::merged(vec![(Source::Registry, reading)])
    }

    fn read(&self) -> Policy {
        let entries = entries(CURRENT_USER, "HKCU", &self.path);
        let tree = |entries| Tree::with_recommended(Spelling::Registry, entries);
        self.policy(entries.map(|found| found.map(tree)))
    }
}

impl Drop for TestKey {
    fn drop(&mut self) {
        CURRENT_USER.remove_tree(&self.path).unwrap();
    }
}

#[test]
fn group_policy_enforces_but_for_what_it_recommends() {
    let test = TestKey::new("layers");
    test.key.set_u32("LongestPauseSeconds", 300).unwrap();
    test.key.set_u32("MayQuit", 0).unwrap();
    test.key
        .set_string("Organization", "Beispiel GmbH & Söhne")
        .unwrap();
    test.key
        .set_multi_string("RemindersSeconds", &["30", "60"])
        .unwrap();
    let settings = test.key.create("VendorSettings").unwrap();
    settings.set_string("api_version", "v3").unwrap();
    let recommended = test.key.create("Recommended").unwrap();
    recommended.set_string("Language", "en").unwrap();
    let list = recommended.create("RemindersSeconds").unwrap();
    for (name, step) in [("10", "600"), ("2", "90"), ("1", "45")] {
        list.set_string(name, step).unwrap();
    }

    let policy = test.read();
    assert_eq!(policy.rejected, []);
    assert_eq!(policy.enforced.longest_pause_seconds, Some(300));
    assert_eq!(policy.enforced.may_quit, Some(false));
    assert_eq!(
        policy.enforced.organization.as_deref(),
        Some("Beispiel GmbH & Söhne")
    );
    assert_eq!(policy.enforced.reminders_seconds, Some(vec![30, 60]));
    assert_eq!(
        policy.enforced.vendor_settings.as_ref().unwrap()["api_version"],
        "v3"
    );
    assert_eq!(policy.enforced.language, None);
    assert!(policy.recommended.language.is_some());
    // As the group policy editor writes a list: by number, not by letter.
    assert_eq!(
        policy.recommended.reminders_seconds,
        Some(vec![45, 90, 600])
    );
    let place = policy
        .place("longest_pause_seconds", Strength::Enforced)
        .unwrap();
    assert_eq!(place.0, format!("HKCU\\{}\\LongestPauseSeconds", test.path));
    let place = policy.place("language", Strength::Recommended).unwrap();
    assert_eq!(
        place.0,
        format!("HKCU\\{}\\Recommended\\Language", test.path)
    );
}

#[test]
fn a_bad_value_of_the_registry_is_dropped_alone() {
    let test = TestKey::new("bad");
    test.key.set_u32("LogDays", 3).unwrap();
    test.key.set_u32("MayQuit", 2).unwrap();
    test.key.set_string("FreshnessMs", "6000").unwrap();
    test.key
        .set_expand_string("ExtensionFile", "%APPDATA%\\x")
        .unwrap();
    test.key
        .set_bytes("Organization", Type::Bytes, b"xy")
        .unwrap();
    test.key
        .set_multi_string("RemindersSeconds", &["soon"])
        .unwrap();
    test.key.set_string("ApiKey", "hunter2").unwrap();
    test.key
        .create("Recommended\\VendorSettings\\deeper\\and\\deeper")
        .unwrap();

    let policy = test.read();
    assert_eq!(policy.enforced.log_days, Some(3));
    let mut keys: Vec<&str> = policy.rejected.iter().map(|it| it.key.as_str()).collect();
    keys.sort_unstable();
    let expected = [
        "ApiKey",
        "extension_file",
        "freshness_ms",
        "may_quit",
        "organization",
        "reminders_seconds",
        "vendor_settings.deeper",
    ];
    assert_eq!(keys, expected);
    assert!(policy.is_spoilt("may_quit") && !policy.is_spoilt("log_days"));
    assert!(!format!("{policy:?}").contains("hunter2"));
}

#[test]
fn a_key_that_is_not_there_is_no_problem() {
    assert_eq!(
        entries(CURRENT_USER, "HKCU", "Software\\FermataTest-none"),
        Ok(None)
    );
}

/// The place that group policy writes: whoever can write it may run this.
#[test]
fn group_policy_is_read_below_the_whole_computer_alone() {
    let path = format!("{GROUP_POLICY}\\Test-{}", std::process::id());
    match LOCAL_MACHINE.create(&path) {
        Ok(key) => {
            key.set_u32("LogDays", 3).unwrap();
            let tree = group_policy().unwrap().unwrap();
            LOCAL_MACHINE.remove_tree(&path).unwrap();
            let name = path.rsplit('\\').next().unwrap();
            assert!(tree.enforced.iter().any(|entry| entry.name == name));
        }
        Err(error) => {
            // Without the right to write it, it can be read all the same.
            assert!(!is_not_there(error.code().0), "{error}");
            assert!(group_policy().is_ok());
        }
    }
    let user = CURRENT_USER.create(&path).unwrap();
    user.set_u32("LogDays", 3).unwrap();
    let tree = group_policy().unwrap();
    CURRENT_USER.remove_tree(&path).unwrap();
    let name = path.rsplit('\\').next().unwrap();
    let is_ours = |entry: &Entry| entry.name == name;
    assert!(!tree.is_some_and(|tree| tree.enforced.iter().any(is_ours)));
}
