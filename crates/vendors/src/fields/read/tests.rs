use crate::fields::{Field, FieldKind, FieldProblem, Place, Values};

const fn field(
    key: &'static str,
    kind: FieldKind,
    default: Option<&'static str>,
    example: &'static str,
) -> Field {
    Field {
        key,
        label: key,
        about: "for the test",
        kind,
        default,
        example,
        place: Place::File,
    }
}

const FIELDS: &[Field] = &[
    field("base_url", FieldKind::Url, None, "https://acme.example"),
    field("extension", FieldKind::Digits, Some("1"), "1684"),
    field("name", FieldKind::Text, Some(""), "demo"),
    field("agent", FieldKind::SipUri, Some(""), "sip:a@b.example"),
    field(
        "version",
        FieldKind::Choice(&["first", "second"]),
        Some("first"),
        "second",
    ),
    field(
        "allow_insecure_http",
        FieldKind::Flag,
        Some("false"),
        "true",
    ),
];

fn read(text: &str) -> Result<Values, Vec<FieldProblem>> {
    Values::read(FIELDS, &text.parse().expect("the test's own TOML"))
}

fn one_problem(text: &str) -> FieldProblem {
    let mut problems = read(text).expect_err("it is wrong");
    assert_eq!(problems.len(), 1, "{problems:?}");
    problems.remove(0)
}

fn at(address: &str) -> String {
    format!("base_url = {address:?}\n")
}

#[test]
fn what_is_not_said_has_its_default() {
    let values = read(&at("https://acme.example")).unwrap();
    assert_eq!(values.text("extension"), "1");
    assert_eq!(values.text("name"), "");
    assert_eq!(values.text("version"), "first");
    assert!(!values.flag("allow_insecure_http"));
}

#[test]
fn every_problem_is_reported_and_not_only_the_first() {
    let problems = read("extension = \"x\"\nversion = []\nfoo = 1").unwrap_err();
    let fields: Vec<_> = problems.iter().map(|p| p.field.as_str()).collect();
    assert_eq!(fields, ["base_url", "extension", "version", "foo"]);
}

#[test]
fn a_number_may_stand_where_digits_are_meant() {
    let values = read(&(at("https://a.example") + "extension = 1684\nname = 7")).unwrap();
    assert_eq!(values.text("extension"), "1684");
    assert_eq!(values.text("name"), "7");
    let problem = one_problem(&(at("https://a.example") + "extension = -3"));
    assert_eq!(problem.value, "-3");
}

#[test]
fn a_form_says_everything_in_texts() {
    let said = "extension = \" 12 \"\nallow_insecure_http = \"true\"";
    let values = read(&(at(" https://a.example ") + said)).unwrap();
    assert_eq!(values.text("extension"), "12");
    assert!(values.flag("allow_insecure_http"));
}

#[test]
fn a_value_of_the_wrong_type_is_named_for_what_it_is() {
    for (said, wrong) in [
        ("extension = [1]", "is a list"),
        ("extension = 1.5", "is a number with a decimal point"),
        ("extension = true", "is true or false, not a text"),
        ("name = {}", "is a table"),
        ("name = 2026-01-01", "is a date or a time"),
        ("version = 1", "is a number"),
        ("allow_insecure_http = 1", "is a number"),
    ] {
        let problem = one_problem(&(at("https://a.example") + said));
        assert_eq!(problem.wrong, wrong, "{said}");
        assert!(problem.remedy.starts_with("write "), "{said}");
    }
}

#[test]
fn an_empty_text_stands_only_where_nothing_need_be_said() {
    read(&(at("https://a.example") + "name = \"\"")).unwrap();
    let problem = one_problem(&(at("https://a.example") + "extension = \"\""));
    assert_eq!(problem.wrong, "is empty");
    assert_eq!(one_problem("base_url = \"\"").wrong, "is empty");
    assert_eq!(one_problem("").wrong, "must be set");
}

#[test]
fn a_misspelt_key_is_answered_with_the_near_one() {
    for (key, near) in [
        ("base_ulr", "base_url"),
        ("baseurl", "base_url"),
        ("Extension", "extension"),
        ("extention", "extension"),
        ("allow-insecure-http", "allow_insecure_http"),
    ] {
        let text = at("https://a.example") + key + " = \"x\"";
        assert_eq!(one_problem(&text).remedy, format!("did you mean {near}?"));
    }
    let far = one_problem(&(at("https://a.example") + "weather = 1"));
    assert!(far.remedy.starts_with("remove it; there are base_url, "));
}

#[test]
fn a_misspelt_choice_is_answered_with_the_near_one() {
    let problem = one_problem(&(at("https://a.example") + "version = \"secnod\""));
    let remedy = "did you mean \"second\"? write one of \"first\", \"second\"";
    assert_eq!(problem.remedy, remedy);
}

#[test]
fn a_secret_in_the_file_is_refused_and_not_repeated() {
    for key in ["token", "password", "api_key", "authentication_key"] {
        let problem = one_problem(&(at("https://a.example") + key + " = \"CANARY\""));
        assert!(problem.remedy.contains("keyring"), "{problem}");
        assert!(!format!("{problem} {problem:?}").contains("CANARY"));
    }
}

#[test]
fn an_address_has_no_slash_at_its_end() {
    for (said, read_as) in [
        ("https://acme.example", "https://acme.example"),
        ("https://acme.example/", "https://acme.example"),
        ("https://ACME.example:443//", "https://acme.example"),
        ("https://acme.example/a/b/", "https://acme.example/a/b"),
    ] {
        assert_eq!(read(&at(said)).unwrap().text("base_url"), read_as);
    }
}

#[test]
fn an_address_carries_nothing_but_an_address() {
    for said in [
        "https://me:CANARY@acme.example",
        "https://CANARY@acme.example",
        "https://acme.example/?key=CANARY",
        "https://acme.example/#CANARY",
        "me:CANARY@acme.example",
    ] {
        let problem = one_problem(&at(said));
        assert!(
            !format!("{problem} {problem:?}").contains("CANARY"),
            "{said}"
        );
    }
}

#[test]
fn what_is_no_web_address_is_refused() {
    for said in [
        "acme.example",
        "acme.example:8080",
        "ftp://a.example",
        "https://",
        "/a",
    ] {
        let problem = one_problem(&at(said));
        assert_eq!(problem.wrong, "is not a web address", "{said}");
        assert_eq!(problem.value, said);
    }
}

#[test]
fn plain_http_is_for_this_computer_only() {
    for said in [
        "http://127.0.0.1:8080",
        "http://localhost:1",
        "http://[::1]:1",
    ] {
        read(&at(said)).unwrap();
    }
    for said in [
        "http://acme.example",
        "http://10.0.0.1",
        "http://localhost.acme.example",
        "http://127.0.0.1.acme.example",
    ] {
        let problem = one_problem(&at(said));
        assert!(problem.wrong.starts_with("is not encrypted"), "{said}");
        read(&(at(said) + "allow_insecure_http = true")).unwrap();
        one_problem(&(at(said) + "allow_insecure_http = false"));
    }
}

#[test]
fn a_sip_address_has_a_name_and_a_host() {
    read(&(at("https://a.example") + "agent = \"sip:jo@acme.example\"")).unwrap();
    for said in [
        "jo@acme.example",
        "sip:jo",
        "sip:@acme",
        "sip:jo@",
        "sip:j o@acme",
        "sip:a@b@c",
    ] {
        let problem = one_problem(&(at("https://a.example") + &format!("agent = {said:?}")));
        assert_eq!(problem.wrong, "is not a SIP address", "{said}");
    }
}

#[test]
fn a_text_stays_on_one_line() {
    let problem = one_problem(&(at("https://a.example") + "name = \"a\\nb\""));
    assert_eq!(problem.field, "name");
}

// I4
#[test]
fn an_address_of_this_computer_is_known_however_it_is_written() {
    let leads_here = |address: &str| super::leads_here(&url::Url::parse(address).unwrap());
    for here in [
        "http://127.0.0.1:8080",
        "http://127.9.9.9",
        "https://localhost/path",
        "https://LOCALHOST.",
        "https://vendor.localhost",
        "http://[::1]:80",
        "http://[::ffff:127.0.0.1]",
        "http://0.0.0.0",
        "http://[::]",
        "http://2130706433",
    ] {
        assert!(leads_here(here), "{here}");
    }
    for elsewhere in [
        "https://acme.xima.cloud",
        "https://10.0.0.1",
        "https://localhost.example",
    ] {
        assert!(!leads_here(elsewhere), "{elsewhere}");
    }
}
