use super::*;
use crate::anywhere365::fields::FIELDS;

fn values(more: &str) -> Values {
    let text = format!(
        "base_url = \"https://core.acme.example/a365/\"\nucc = \"ucc-demo-name\"\n\
         requester_sip_uri = \"sip:agent@acme.example\"\n{more}"
    );
    Values::read(FIELDS, &text.parse().unwrap()).expect("each by itself is right")
}

fn hub(more: &str) -> Result<Option<Hub>, Vec<String>> {
    let mut problems = Vec::new();
    let hub = super::read(&values(more), &mut problems);
    if problems.is_empty() {
        return Ok(hub);
    }
    Err(problems.iter().map(ToString::to_string).collect())
}

#[test]
fn nothing_is_listened_to_unless_it_is_set() {
    assert!(hub("").unwrap().is_none());
    assert!(hub("hub_name = \"x\"\nhub_path = \"y\"").unwrap().is_none());
}

#[test]
fn a_path_is_on_the_server_or_below_its_address() {
    for (path, url) in [
        ("", "https://core.acme.example/signalr"),
        (
            "/hubs/recording",
            "https://core.acme.example/hubs/recording",
        ),
        (
            "/hubs/recording/",
            "https://core.acme.example/hubs/recording",
        ),
        (
            "hubs/recording",
            "https://core.acme.example/a365/hubs/recording",
        ),
    ] {
        let set = format!("events = \"auto\"\nhub_name = \"h\"\nhub_path = \"{path}\"");
        assert_eq!(hub(&set).unwrap().unwrap().url.as_str(), url);
    }
    for path in [
        "/",
        "//evil.example/x",
        "https://evil.example",
        "/a?b",
        "/a#b",
        "/../a",
        "a b",
        "a/./b",
    ] {
        let set = format!("events = \"core\"\nhub_path = '{path}'");
        let problems = hub(&set).unwrap_err();
        assert!(problems[0].starts_with("hub_path"), "{path}: {problems:?}");
    }
}

#[test]
fn what_does_not_fit_together_is_named_with_what_to_do() {
    for (set, problem) in [
        (
            "events = \"classic\"",
            "hub_name: must be set where events = \"classic\"; write",
        ),
        (
            "events = \"core\"",
            "hub_path: must be set where events = \"core\"; write",
        ),
        (
            "events = \"auto\"",
            "events = \"auto\": cannot look for a hub",
        ),
        (
            "events = \"core\"\nhub_path = \"/h\"\nhub_join = \"Join\"\nhub_join_arguments = \"ucc, agent\"",
            "hub_join_arguments = \"ucc, agent\": has something other than",
        ),
        (
            "events = \"core\"\nhub_path = \"/h\"\nhub_join_arguments = \"ucc\"",
            "hub_join_arguments = \"ucc\": is set, and hub_join is not",
        ),
    ] {
        let problems = hub(set).unwrap_err();
        assert_eq!(problems.len(), 1);
        assert!(problems[0].starts_with(problem), "{problems:?}");
    }
}

#[test]
fn each_setting_arrives() {
    let hub = hub(
        "events = \"core\"\nhub_path = \"/h\"\nhub_join = \"Join\"\n\
         hub_join_arguments = \"requester,ucc\"\nevent_arguments = \"json\"\n\
         event_calls = \"of-this-agent\"\nhub_transport = \"long-polling\"",
    );
    let hub = hub.unwrap().unwrap();
    assert_eq!(hub.generation, Some(Generation::Core));
    let join = hub.join.unwrap();
    assert_eq!(join.method, "Join");
    assert_eq!(join.arguments, ["sip:agent@acme.example", "ucc-demo-name"]);
    assert_eq!(hub.layout, Layout::Json);
    assert_eq!(hub.calls, Calls::OfThisAgent);
    assert_eq!(hub.transport, Some(Transport::LongPolling));
}
