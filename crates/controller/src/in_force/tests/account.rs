//! The vendor and the agent's account there.

use super::*;

const XIMA: &str =
    "vendor = \"xima\"\n[xima]\nbase_url = \"https://own.example\"\nextension = \"1684\"\n";

fn base_url(in_force: &InForce) -> String {
    let vendor = in_force.vendor.as_ref().expect("there is a vendor");
    vendor.values.text("base_url").to_owned()
}

// F7
#[test]
fn the_organization_can_fill_in_everything_but_the_secret() {
    let policy = "[enforced]\nvendor = \"xima\"\nbase_url = \"https://acme.xima.cloud\"\n\
                  extension_from = \"user-name\"\nvendor_settings = { request_body = \"json\" }\n";
    let holds = with_extension(policy, "", Some("1684"));
    let vendor = holds.vendor.as_ref().unwrap();
    assert_eq!(vendor.entry.name, "xima");
    assert_eq!(vendor.values.text("extension"), "1684");
    assert_eq!(vendor.values.text("request_body"), "json");
    let extension = told(&holds, "extension");
    assert_eq!(
        (
            extension.value.as_str(),
            extension.origin,
            extension.place.as_str()
        ),
        ("1684", PolicyOrigin::Enforced, "policy.toml:4")
    );
    assert!(holds.problems.is_empty(), "{:?}", holds.problems);
    assert_eq!(holds.managed.vendor, Some("xima"));
    for key in ["base_url", "extension", "request_body"] {
        assert!(holds.managed.field("xima", key).unwrap().enforced, "{key}");
    }
}

#[test]
fn what_is_left_to_the_agent_is_no_problem_and_no_vendor() {
    let policy = "[enforced]\nvendor = \"xima\"\nbase_url = \"https://acme.xima.cloud\"\n";
    let holds = in_force(policy, "");
    assert!(holds.vendor.is_none());
    assert!(holds.problems.is_empty(), "{:?}", holds.problems);
    let holds = in_force(policy, "[xima]\nextension = \"1684\"\n");
    assert_eq!(base_url(&holds), "https://acme.xima.cloud");
}

#[test]
fn an_extension_that_is_enforced_replaces_the_users_and_one_that_is_recommended_does_not() {
    let policy = |strength: &str| format!("[{strength}]\nextension_from = \"user-name\"\n");
    let extension = |holds: InForce| {
        let vendor = holds.vendor.expect("there is a vendor");
        vendor.values.text("extension").to_owned()
    };
    assert_eq!(
        extension(with_extension(&policy("enforced"), XIMA, Some("7"))),
        "7"
    );
    assert_eq!(
        extension(with_extension(&policy("recommended"), XIMA, Some("7"))),
        "1684"
    );
    assert_eq!(
        extension(with_extension(&policy("enforced"), XIMA, None)),
        "1684"
    );
}

#[test]
fn a_decision_that_the_vendor_cannot_take_is_dropped_alone_and_told_without_its_value() {
    let holds = in_force(
        "[enforced]\nvendor = \"xima\"\nbase_url = \"https://canary@acme.example\"\n\
         vendor_settings = { request_body = \"canary\", nonsense = \"canary\", extension = \"1\" }\n",
        XIMA,
    );
    assert_eq!(base_url(&holds), "https://own.example");
    let rejected = holds.view.rejected.join("\n");
    assert_eq!(holds.view.rejected.len(), 4, "{rejected}");
    for part in [
        "policy.toml:3: base_url",
        "request_body: ",
        "nonsense: xima has no",
        "use extension",
    ] {
        assert!(rejected.contains(part), "{part}: {rejected}");
    }
    assert!(!rejected.contains("canary"), "{rejected}");
    assert_eq!(codes(&holds), ["policy-rejected"]);
    assert!(
        holds.managed.field("xima", "base_url").is_none(),
        "the agent can type it"
    );
}

#[test]
fn what_is_recommended_of_one_vendor_is_not_meant_for_another() {
    let policy = "[recommended]\nvendor = \"gws\"\nbase_url = \"https://gws.example\"\n";
    let own = "vendor = \"xima\"\n[xima]\nextension = \"1684\"\n";
    let holds = in_force(policy, own);
    assert_eq!(
        held(&holds, "vendor"),
        ("xima".to_owned(), PolicyOrigin::User)
    );
    assert!(holds.vendor.is_none(), "{:?}", holds.vendor);
    assert_eq!(codes(&holds), ["settings-wrong"]);
    assert!(holds.problems[0].blocks_pausing);
    assert!(holds.problems[0].message.contains("xima.base_url"));
}

#[test]
fn a_vendor_that_is_enforced_is_the_only_one_whatever_the_user_has_set_up() {
    let policy = "[enforced]\nvendor = \"gws\"\nbase_url = \"https://gws.example\"\n";
    let holds = in_force(policy, XIMA);
    assert_eq!(
        held(&holds, "vendor"),
        ("gws".to_owned(), PolicyOrigin::Enforced)
    );
    assert!(
        holds.vendor.is_none(),
        "the agent's name there is not known yet"
    );
    assert!(holds.problems.is_empty(), "{:?}", holds.problems);
}

// I4
#[test]
fn where_no_simulator_is_allowed_none_is_used_and_that_is_said() {
    let policy = "[enforced]\nallow_simulation = false\n";
    let simulation = in_force(policy, &format!("simulation = true\n{XIMA}"));
    assert!(simulation.vendor.is_none());
    assert!(simulation.problems[0].message.contains("settings.toml:1"));
    let local = in_force(
        policy,
        "vendor = \"xima\"\n[xima]\nbase_url = \"http://127.0.0.1:8080\"\nextension = \"1\"\n",
    );
    assert!(local.vendor.is_none());
    for refused in [simulation, local] {
        assert_eq!(codes(&refused), ["simulation-not-allowed"]);
        assert!(refused.problems[0].blocks_pausing);
    }
    assert!(in_force(policy, XIMA).vendor.is_some());
    let allowed = in_force("", &format!("simulation = true\n{XIMA}"));
    assert!(allowed.vendor.is_some() && allowed.simulation);
}

#[test]
fn an_extension_that_cannot_be_found_is_told_where_the_rule_is_written() {
    let file = Path::new("settings.toml");
    let settings = Settings::preferences(VENDORS, file, "").unwrap();
    let decided = Decided {
        policy: Policy::parse(
            "[enforced]\nextension_from = \"file\"\nextension_file = \"/none\"\n",
        ),
        extension: None,
        no_extension: Some(EnrolmentError {
            key: "extension_file",
            wrong: "it is not there".to_owned(),
            remedy: "put it there".to_owned(),
        }),
    };
    let holds = InForce::of(VENDORS, file, &settings, &decided);
    assert_eq!(
        holds.view.rejected,
        ["policy.toml:3: extension_file: it is not there; put it there"]
    );
}
