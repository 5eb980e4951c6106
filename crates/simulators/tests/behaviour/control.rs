//! The interface for people and scripts.

use std::io::Cursor;

use serde_json::{Value, json};
use simulators::audio::{PausedTime, dtmf};
use simulators::{Options, Simulator, Truth, Vendor};

use crate::client::{Reply, ask};

fn control(simulator: &Simulator, request: &str, body: &str) -> Reply {
    let request = request.replace(' ', " /_control");
    ask(&simulator.base_url(), &request, &[], body).expect("it is answered")
}

fn start(vendor: Vendor) -> Simulator {
    Simulator::start(vendor, Options::default()).expect("a free port")
}

#[test]
fn a_whole_call_can_be_played_by_hand() {
    let anywhere = start(Vendor::Anywhere365);
    let started = control(&anywhere, "POST /calls", "");
    assert_eq!(started.status, 201);
    let call = started.json();
    let id = call["id"].as_str().unwrap();
    assert_eq!(call["agent"], "sip:agent@domain.com");
    assert_eq!(call["truth"], "recording");

    let said = control(&anywhere, "POST /calls/current/say", "2").json();
    let until_s = said["digits"][0]["end_s"].as_f64().unwrap();
    assert_eq!(said["digits"][0]["digit"], "2");
    while anywhere.site().seconds(id).unwrap() < until_s {
        std::thread::sleep(std::time::Duration::from_millis(10));
    }
    let paused = control(&anywhere, "PUT /calls/current/truth", "paused").json();
    assert_eq!(paused["timeline"][1]["truth"], "paused");
    assert_eq!(anywhere.site().truth(id), Some(Truth::Paused));

    let ended = control(&anywhere, &format!("POST /calls/{id}/end"), "").json();
    assert_eq!(
        (&ended["running"], &ended["truth"]),
        (&json!(false), &json!("off"))
    );
    assert_eq!(control(&anywhere, "GET /calls", "").json(), json!([ended]));
    assert_eq!(control(&anywhere, "GET /calls/current", "").status, 404);

    let wav = control(&anywhere, &format!("GET /calls/{id}/recording.wav"), "");
    assert_eq!(wav.header("Content-Type"), Some("audio/wav"));
    let mut reader = hound::WavReader::new(Cursor::new(wav.body)).unwrap();
    let samples: Vec<i16> = reader.samples().map(Result::unwrap).collect();
    let heard: String = dtmf::decode(&samples, reader.spec().sample_rate)
        .iter()
        .map(|(digit, _, _)| *digit)
        .collect();
    assert_eq!(heard, "2");
    assert_eq!(anywhere.site().paused_time(), PausedTime::Silence);
}

#[test]
fn faults_can_be_switched_on_and_off() {
    let xima = start(Vendor::Xima);
    let on = control(&xima, "POST /faults", "lose-reply@commands:2");
    assert_eq!(on.json(), json!(["lose-reply@commands:2"]));
    assert_eq!(xima.site().misbehaviours().len(), 1);
    assert_eq!(control(&xima, "GET /faults", "").json(), on.json());
    assert_eq!(control(&xima, "DELETE /faults", "").json(), json!([]));
    assert!(xima.site().misbehaviours().is_empty());
}

#[test]
fn faults_and_the_record_of_requests_leave_the_control_interface_out() {
    let xima = start(Vendor::Xima);
    control(&xima, "POST /faults", "status=503");
    ask(&xima.base_url(), "GET /anything", &[], "").unwrap();
    let requests = control(&xima, "GET /requests", "").json();
    assert_eq!(requests.as_array().map(Vec::len), Some(1));
    assert_eq!(requests[0]["path"], "/anything");
    assert_eq!(requests[0]["status"], 503);
    assert!(requests[0]["at_s"].is_f64());
}

#[test]
fn what_is_wrong_with_a_request_is_told() {
    let xima = start(Vendor::Xima);
    control(&xima, "POST /calls", "1684");
    for (request, body, status, says) in [
        ("POST /calls", "9999", 404, "no agent \"9999\""),
        ("GET /calls/another", "", 404, "no call \"another\""),
        ("PUT /calls/current/truth", "pause", 400, "not \"pause\""),
        ("POST /calls/current/say", "1237", 400, "5 to 9 only"),
        ("POST /faults", "lose-replies", 400, "there are: lose-reply"),
        ("GET /anything", "", 404, "GET    /_control/requests"),
        ("GET /", "", 200, "GET    /_control/requests"),
    ] {
        let reply = control(&xima, request, body);
        let text = reply.text();
        assert_eq!(reply.status, status, "{request}");
        assert!(text.contains(says), "{request}: {text}");
    }
    assert_ne!(control(&xima, "GET /requests", "").json(), Value::Null);
}
