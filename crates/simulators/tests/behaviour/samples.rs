//! The samples of the vendors' own pages (`fixtures/README.md`), sent as they stand.

use serde_json::{Value, json};
use simulators::audio::Script;
use simulators::{Options, Simulator, Truth, Vendor};

use crate::client::{Reply, ask};

const SESSION: &str = "1d6c6a58-6739-4f0c-98ff-0968292c8c30";

macro_rules! fixture {
    ($name:literal) => {
        include_str!(concat!("../../fixtures/", $name))
    };
}

/// Sends a sample: a request line, headers, and a body from the first brace on.
fn send_sample(simulator: &Simulator, sample: &str) -> Reply {
    let sample = sample
        .replace("http(s)://{fqdn}", "")
        .replace("{AgentId}", simulator.extension())
        .replace("{authentication_key}", &simulator.secret());
    let (head, body) = match sample.find("\n{") {
        Some(at) => sample.split_at(at + 1),
        None => (sample.as_str(), ""),
    };
    let mut lines = head.lines();
    let request = lines
        .next()
        .unwrap_or_default()
        .trim_end_matches(" HTTP/1.1");
    let headers: Vec<_> = lines.filter_map(|line| line.split_once(": ")).collect();
    ask(&simulator.base_url(), request, &headers, body).expect("a sample is answered")
}

fn json_of(text: &str) -> Value {
    serde_json::from_str(text).expect("a sample is JSON")
}

fn start(vendor: Vendor, options: Options) -> Simulator {
    Simulator::start(vendor, options).expect("a free port")
}

#[test]
fn ximas_pause_and_resume_are_answered_with_success() {
    let xima = start(Vendor::Xima, Options::default());
    let call = xima.site().start_call(xima.extension(), Script::new());

    assert_eq!(send_sample(&xima, fixture!("xima/pause.http")).status, 204);
    assert_eq!(xima.site().truth(&call), Some(Truth::Paused));
    assert_eq!(send_sample(&xima, fixture!("xima/resume.http")).status, 204);
    assert_eq!(xima.site().truth(&call), Some(Truth::Recording));
}

#[test]
fn ximas_table_of_errors_is_kept() {
    for sample in [fixture!("xima/pause.http"), fixture!("xima/resume.http")] {
        let xima = start(Vendor::Xima, Options::default());
        let site = xima.site();
        site.start_call(xima.extension(), Script::new());

        let wrong_key = sample.replace("{authentication_key}", "another");
        assert_eq!(send_sample(&xima, &wrong_key).status, 401);
        site.forbid(xima.extension(), true);
        assert_eq!(send_sample(&xima, sample).status, 403);
        let unknown = sample.replace("{AgentId}", "9999");
        assert_eq!(send_sample(&xima, &unknown).status, 404);
    }
}

#[test]
fn anywhere365s_state_of_a_session_that_is_found() {
    let off = Options {
        records_from_start: false,
        ..Options::default()
    };
    let anywhere = start(Vendor::Anywhere365, off);
    let site = anywhere.site();
    site.start_call_as(SESSION, anywhere.sip_uri(), Script::new());
    let mark = fixture!("anywhere365/set-by-name.http");
    assert_eq!(send_sample(&anywhere, mark).status, 200);
    let save = mark.replace("\"Mark\"", "\"Save\"");
    assert_eq!(send_sample(&anywhere, &save).status, 200);

    let reply = send_sample(&anywhere, fixture!("anywhere365/get-state.http"));

    let sample = json_of(fixture!("anywhere365/get-state-session-found.json"));
    assert_eq!((reply.status, reply.json()), (200, sample));
}

#[test]
fn anywhere365s_state_of_a_session_that_is_not_found() {
    let anywhere = start(Vendor::Anywhere365, Options::default());

    let reply = send_sample(&anywhere, fixture!("anywhere365/get-state.http"));

    let sample = json_of(fixture!("anywhere365/get-state-session-not-found.json"));
    assert_eq!((reply.status, reply.json()), (200, sample));
}

#[test]
fn anywhere365s_set_takes_an_action_by_its_id_and_by_its_name() {
    let anywhere = start(Vendor::Anywhere365, Options::default());
    let site = anywhere.site();
    site.start_call_as(SESSION, anywhere.sip_uri(), Script::new());
    site.someone_sets(SESSION, Truth::Paused);

    let started = send_sample(&anywhere, fixture!("anywhere365/set-by-id.http"));
    assert_eq!(
        (started.status, &started.json()["ErrorMessage"]),
        (200, &Value::Null)
    );
    assert_eq!(site.truth(SESSION), Some(Truth::Recording));

    let marked = send_sample(&anywhere, fixture!("anywhere365/set-by-name.http"));
    assert_eq!(
        (marked.status, &marked.json()["MarkingState"]),
        (200, &json!(1))
    );
}

#[test]
fn anywhere365s_capabilities_of_a_ucc_that_is_not_found() {
    let elsewhere = Options {
        ucc: "another".to_owned(),
        ..Options::default()
    };
    let anywhere = start(Vendor::Anywhere365, elsewhere);

    let reply = send_sample(&anywhere, fixture!("anywhere365/capabilities.http"));

    let sample = json_of(fixture!("anywhere365/capabilities-ucc-not-found.json"));
    assert_eq!((reply.status, reply.json()), (200, sample));
}

#[test]
fn anywhere365s_capabilities_of_a_ucc_that_exists_have_the_same_form() {
    let anywhere = start(Vendor::Anywhere365, Options::default());
    for allowed in [true, false] {
        anywhere.site().let_agents_edit(allowed);

        let reply = send_sample(&anywhere, fixture!("anywhere365/capabilities.http"));

        let expected = json!({
            "AgentCanEditRecordings": allowed,
            "ErrorMessage": null,
            "UCCName": "ucc-demo-name",
        });
        assert_eq!((reply.status, reply.json()), (200, expected));
    }
}
