//! The samples of the vendors' own pages (`fixtures/README.md`), sent as they stand.

use serde_json::{Value, json};
use simulators::audio::Script;
use simulators::{Options, Simulator, Truth, Vendor};

use crate::client::{Reply, ask};
use crate::gws::{self, Program};

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
        .replace("https://<server host>", "")
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

/// Asserts that a value has the form of a sample, and the same values but for those fields that
/// hold addresses, generated ids and times.
fn resembles(at: &str, value: &Value, sample: &Value) {
    const GENERATED: [&str; 6] = [
        "deviceUri",
        "uri",
        "IW_CaseUid",
        "IW_BundleUid",
        "GSIP_REC_FN",
        "duration",
    ];
    match (value, sample) {
        (Value::Object(fields), Value::Object(samples)) => {
            let names = |fields: &serde_json::Map<_, _>| fields.keys().cloned().collect::<Vec<_>>();
            assert_eq!(names(fields), names(samples), "{at}");
            for (name, sample) in samples {
                resembles(name, &fields[name], sample);
            }
        }
        (Value::Array(values), Value::Array(samples)) if at != "capabilities" => {
            assert_eq!(values.len(), samples.len(), "{at}");
            for (value, sample) in values.iter().zip(samples) {
                resembles(at, value, sample);
            }
        }
        // In which order they come says nothing.
        (Value::Array(values), Value::Array(samples)) => {
            let sorted = |values: &[Value]| {
                let mut texts: Vec<_> = values.iter().map(Value::to_string).collect();
                texts.sort();
                texts
            };
            assert_eq!(sorted(values), sorted(samples), "{at}");
        }
        (Value::String(text), Value::String(_)) if GENERATED.contains(&at) => {
            assert!(!text.is_empty(), "{at}");
        }
        (value, sample) => assert_eq!(value, sample, "{at}"),
    }
}

#[test]
fn gws_takes_the_request_answers_it_and_tells_it_as_its_page_does() {
    const CALL: &str = "00RV9H7S6O8V3BSHAG7GK2LAES00002M";
    let gws = gws::start(Options::default());
    let site = gws.site();
    let mut program = Program::of(&gws);
    site.start_call_as(CALL, &site.agent(), Script::new());
    let client = program.listen("/v2/me/calls");

    let sample = fixture!("gws/pause.http").replace("http://localhost:8080", "");
    let (request, body) = sample.split_once('\n').expect("a body");
    let reply = program.ask(request, body);

    let response = json_of(fixture!("gws/pause-response.json"));
    assert_eq!((reply.status, reply.json()), (200, response));
    let messages = program.poll(&client);
    resembles(
        "event",
        &messages[0],
        &json_of(fixture!("gws/pause-event.json")),
    );
    let call = &messages[0]["data"]["call"];
    let uri = format!("{}/api/v2/me/calls/{CALL}", gws.base_url());
    assert_eq!(call["uri"], uri);
    let file = call["userData"]["GSIP_REC_FN"].as_str().unwrap_or_default();
    assert!(
        file.starts_with(&format!("{CALL}_5001_5000_5001_20")),
        "{file}"
    );
    assert_eq!(site.truth(CALL), Some(Truth::Paused));
}

fn noojee() -> Simulator {
    let extension = "410".to_owned();
    let options = Options {
        extension,
        records_from_start: false,
        ..Options::default()
    };
    start(Vendor::Noojee, options)
}

#[test]
fn noojees_start_takes_an_extension_and_a_unique_id() {
    for sample in [
        fixture!("noojee/start-by-extension.http"),
        fixture!("noojee/start-by-unique-id.http"),
    ] {
        let noojee = noojee();
        let site = noojee.site();
        let call = site.start_call_as("4103412341214.123", "410", Script::new());

        assert_eq!(send_sample(&noojee, sample).status, 200);

        assert_eq!(site.truth(&call), Some(Truth::Recording));
        let legs = site.legs(&call);
        assert_eq!(legs[0].tag.as_deref(), Some("22"));
        assert_eq!(legs[0].owner.as_deref(), Some("Fred"));
    }
}

#[test]
fn noojees_old_sample_shows_a_time_stamp_that_is_long_gone() {
    let noojee = noojee();
    let site = noojee.site();
    let call = site.start_call("410", Script::new());
    let sample = fixture!("noojee/start-by-hash.http");

    // The hash on the page is a placeholder: no SHA-256 is that short.
    assert_eq!(send_sample(&noojee, sample).json()["Code"], -1);

    let hash = crate::noojee::hash(&noojee.secret(), "1264853382");
    let right = sample.replace("45678905678956789678906789", &hash);
    let reply = send_sample(&noojee, &right);
    let expired = json_of(fixture!("noojee/expired.json"));
    assert_eq!((reply.status, reply.json()), (200, expired));
    assert_eq!(site.truth(&call), Some(Truth::Off));
}

#[test]
fn noojees_hangup_answers_as_documented() {
    let noojee = noojee();
    let call = noojee.site().start_call("410", Script::new());
    let sample = fixture!("noojee/start-by-extension.http").replace("/start?", "/hangup?");

    let reply = send_sample(&noojee, &sample);

    let documented = json_of(fixture!("noojee/hangup.json"));
    assert_eq!((reply.status, reply.json()), (200, documented));
    assert!(!noojee.site().is_running(&call));
}

#[test]
fn noojees_subscribe_answers_in_the_form_of_the_sample() {
    let noojee = noojee();
    crate::noojee::poll(&noojee, "410", 0, 0);
    let call = noojee
        .site()
        .start_call_as("1412750652.496", "410", Script::new());

    let mut reply = crate::noojee::poll(&noojee, "410", 0, 5).json();

    assert_eq!(
        reply["Data"]["410"].as_array().map(Vec::len),
        Some(3),
        "{reply}"
    );
    let mut first = reply["Data"]["410"][0].take();
    // Named by the text of the page and not shown in its sample.
    let data = first["CallData"].as_object_mut().expect("it is an object");
    assert_eq!(data.remove("seq"), Some(json!(1)));
    let sample = json_of(fixture!("noojee/subscribe.json"));
    assert_eq!(first, sample["Data"]["410"][0]);
    assert_eq!(call, "1412750652.496");
}
