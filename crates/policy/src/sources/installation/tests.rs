use windows_registry::CURRENT_USER;

use super::*;
use crate::sources::registry::tests::TestKey;
use crate::{Strength, VendorName};

#[test]
fn what_the_installer_was_told_is_recommended() {
    let test = TestKey::new("installation");
    test.key.set_string("Vendor", "gws").unwrap();
    test.key
        .set_string("BaseUrl", "https://recorder.example.com")
        .unwrap();
    test.key.set_string("Autostart", "0").unwrap();
    test.key.set_string("Language", "").unwrap();
    test.key
        .set_string("Folder", "C:\\Program Files\\Fermata\\")
        .unwrap();
    test.key.set_string("PolicyFile", "").unwrap();

    let policy = test.policy(recommended(CURRENT_USER, "HKCU", &test.path));
    assert_eq!(policy.rejected, []);
    assert_eq!(policy.enforced, crate::Decisions::default());
    assert_eq!(policy.recommended.vendor, Some(VendorName::Gws));
    assert_eq!(policy.recommended.autostart, Some(false));
    assert_eq!(policy.recommended.language, None);
    let place = policy.place("vendor", Strength::Recommended).unwrap();
    assert_eq!(place.0, format!("HKCU\\{}\\Vendor", test.path));
    assert_eq!(named(CURRENT_USER, "HKCU", &test.path), Ok(None));
}

#[test]
fn the_installer_may_name_the_policy_file_by_its_whole_path() {
    let test = TestKey::new("named");
    test.key
        .set_string("PolicyFile", "C:\\Fleet\\policy.toml")
        .unwrap();
    let (path, place) = named(CURRENT_USER, "HKCU", &test.path).unwrap().unwrap();
    assert_eq!(path, Path::new("C:\\Fleet\\policy.toml"));
    assert_eq!(place.0, format!("HKCU\\{}\\PolicyFile", test.path));

    test.key.set_string("PolicyFile", "policy.toml").unwrap();
    let rejected = named(CURRENT_USER, "HKCU", &test.path).unwrap_err();
    assert_eq!((rejected.place, rejected.key.as_str()), (place, ""));
}

#[test]
fn the_usual_policy_file_does_not_depend_on_the_environment() {
    let usual = usual().unwrap();
    assert!(usual.is_absolute(), "{usual:?}");
    assert!(usual.ends_with("Fermata\\policy.toml"), "{usual:?}");
    let shown = usual.display().to_string();
    assert!(!shown.contains('%'), "{shown}");
}
