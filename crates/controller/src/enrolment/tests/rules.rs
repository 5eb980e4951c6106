use super::super::extension::looked_up;
use super::super::mapping;
use super::*;

fn decided(from: ExtensionFrom) -> Decisions {
    Decisions {
        extension_from: Some(from),
        ..Decisions::default()
    }
}

fn by_pattern(from: ExtensionFrom, pattern: &str) -> Decisions {
    Decisions {
        extension_pattern: Some(pattern.to_owned()),
        extension_attribute: Some("office-phone".to_owned()),
        ..decided(from)
    }
}

// F7
#[test]
fn each_rule_says_which_extension_this_desk_has() {
    let fixed = Decisions {
        extension: Some(" 1684 ".to_owned()),
        ..decided(ExtensionFrom::Fixed)
    };
    let attribute = Decisions {
        extension_attribute: Some("room".to_owned()),
        ..decided(ExtensionFrom::Attribute)
    };
    let numbered = Somebody {
        name: "agent1684",
        attributes: &[],
    };
    for (decisions, user, extension) in [
        (Decisions::default(), &ANNA, None),
        (decided(ExtensionFrom::Agent), &ANNA, None),
        (fixed, &ANNA, Some("1684")),
        (decided(ExtensionFrom::UserName), &ANNA, Some("anna")),
        (
            by_pattern(ExtensionFrom::UserName, r"^agent(\d+)$"),
            &numbered,
            Some("1684"),
        ),
        (attribute, &ANNA, Some("12")),
        (
            by_pattern(ExtensionFrom::Attribute, r"-(\d+)$"),
            &ANNA,
            Some("1684"),
        ),
    ] {
        assert_eq!(
            extension_of(&decisions, user).as_deref(),
            Ok(extension.unwrap_or("")),
            "{decisions:?}"
        );
    }
}

fn extension_of(decisions: &Decisions, user: &Somebody) -> Result<String, EnrolmentError> {
    extension(decisions, user).map(Option::unwrap_or_default)
}

#[test]
fn a_rule_that_yields_nothing_names_its_key_and_what_to_do() {
    let file = |path: &str| Decisions {
        extension_file: Some(path.to_owned()),
        ..decided(ExtensionFrom::File)
    };
    let no_such_attribute = Decisions {
        extension_attribute: Some("fax".to_owned()),
        ..decided(ExtensionFrom::Attribute)
    };
    for (decisions, key, said) in [
        (decided(ExtensionFrom::Fixed), "extension", "not set"),
        (
            decided(ExtensionFrom::Attribute),
            "extension_attribute",
            "not set",
        ),
        (decided(ExtensionFrom::File), "extension_file", "not set"),
        (no_such_attribute, "extension_attribute", "fax"),
        (file("/no/such/file"), "extension_file", "/no/such/file"),
        (
            by_pattern(ExtensionFrom::UserName, "(\\d+"),
            "extension_pattern",
            "unclosed group",
        ),
        (
            by_pattern(ExtensionFrom::UserName, "\\d+"),
            "extension_pattern",
            "no group",
        ),
        (
            by_pattern(ExtensionFrom::UserName, "^agent(\\d+)$"),
            "extension_pattern",
            "\"anna\"",
        ),
        (
            by_pattern(ExtensionFrom::UserName, "^anna(\\d*)$"),
            "extension_pattern",
            "\"anna\"",
        ),
        (
            by_pattern(ExtensionFrom::Attribute, "x(\\d+)"),
            "extension_pattern",
            "office-phone",
        ),
    ] {
        let error = extension(&decisions, &ANNA).expect_err("it yields nothing");
        assert_eq!(error.key, key, "{error}");
        let text = error.to_string();
        assert!(text.contains(said), "{said:?} is not in {text}");
        assert!(!error.remedy.is_empty() && !text.contains('\n'), "{text}");
    }
}

#[test]
fn a_user_is_found_in_the_file_whatever_the_case_and_the_domain() {
    let text = "\u{feff}# who has which\r\n\r\nAnna , 1684\r\nCORP\\Bob,1685\r\n\
                carl@corp.example,sip:carl@corp.example\r\n\
                \u{feff}\u{feff} # anna, 1\r\n\u{feff}Dora,1686\r\n";
    for (user, extension) in [
        ("anna", "1684"),
        ("ANNA", "1684"),
        ("CORP\\anna", "1684"),
        ("bob", "1685"),
        ("bob@corp.example", "1685"),
        ("Carl", "sip:carl@corp.example"),
        ("dora", "1686"),
    ] {
        assert_eq!(
            mapping::find(text, user).as_deref(),
            Ok(extension),
            "{user}"
        );
    }
}

#[test]
fn a_wrong_line_is_named_by_its_number_and_nothing_of_the_file_is_used() {
    for (text, line, said) in [
        ("anna,1684\nbob\n", Some(2), "\"bob\""),
        ("anna,1684\n\nbob;1685\n", Some(3), "bob;1685"),
        ("anna,\n", Some(1), "anna"),
        (",1684\n", Some(1), "1684"),
        ("anna,1684,Berlin\n", Some(1), "Berlin"),
        ("\"anna\",\"1684\"\n", Some(1), "anna"),
        ("anna,1684\nbob,1685\nCORP\\Anna,1686\n", Some(3), "line 1"),
        ("bob,1685\n", None, "\"anna\""),
        ("", None, "\"anna\""),
    ] {
        let problem = mapping::find(text, "anna").expect_err("it is wrong");
        assert_eq!(problem.line, line, "{problem:?}");
        assert!(
            problem.wrong.contains(said),
            "{said:?} is not in {problem:?}"
        );
    }
}

#[test]
fn a_mapping_file_is_read_line_by_line_and_a_problem_names_the_line() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("extensions.csv");
    write(&path, "anna,1684\n");
    assert_eq!(looked_up(&path, &ANNA).as_deref(), Ok("1684"));
    write(&path, "anna,1684\nbob\n");
    let error = looked_up(&path, &ANNA).expect_err("a line is wrong");
    let place = format!("{}:2: ", path.display());
    assert!(error.wrong.starts_with(&place), "{error}");
}

#[cfg(unix)]
#[test]
fn a_mapping_file_that_users_can_write_is_not_used() {
    use std::os::unix::fs::PermissionsExt;

    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("extensions.csv");
    write(&path, "anna,1684\n");
    fs::set_permissions(&path, fs::Permissions::from_mode(0o666)).expect("it is ours");
    let decisions = Decisions {
        extension_file: Some(path.display().to_string()),
        ..decided(ExtensionFrom::File)
    };
    let error = extension(&decisions, &ANNA).expect_err("everybody can write it");
    assert_eq!(error.key, "extension_file");
    assert!(
        error.remedy.contains("root") || error.remedy.contains("chmod"),
        "{error}"
    );
}

#[cfg(unix)]
#[test]
fn who_is_logged_on_is_told_by_the_system_and_not_by_the_environment() {
    let told = std::process::Command::new("id")
        .arg("-un")
        .output()
        .expect("it can be run");
    let told = String::from_utf8(told.stdout).expect("text");
    assert_eq!(ThisUser.name().as_deref(), Ok(told.trim()));
}

// A5
#[test]
fn a_mapping_of_a_gigabyte_is_refused_and_not_read() {
    let file = tempfile::NamedTempFile::new().unwrap();
    file.as_file().set_len(1024 * 1024 * 1024).unwrap();
    let error = looked_up(file.path(), &ANNA).expect_err("it is too large");
    assert!(error.to_string().contains("too large"), "{error}");
}
