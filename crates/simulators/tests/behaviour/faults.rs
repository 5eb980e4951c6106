//! Each fault does what it says, at both vendors where they differ.

use std::io::Read;
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use simulators::{Anywhere365Options, Fault, Options, SetReply, Simulator, Site, Truth};

use crate::anywhere365::{self, set, state};
use crate::client::{self, ask};
use crate::xima;

const PAUSE: &str = "POST /rest/api/v1/agents/1684/active-recording/pause";

fn pause(xima: &Simulator) -> std::io::Result<client::Reply> {
    let bearer = format!("Bearer {}", xima.secret());
    ask(&xima.base_url(), PAUSE, &[("Authorization", &bearer)], "")
}

#[expect(
    clippy::disallowed_methods,
    reason = "how long a real server takes is measured with a real clock"
)]
fn timed<T>(what: impl FnOnce() -> T) -> (T, Duration) {
    let began = Instant::now();
    let result = what();
    (result, began.elapsed())
}

/// Waits until a recorder is so.
fn becomes(site: &Site, call: &str, truth: Truth) {
    for _ in 0..500 {
        if site.truth(call) == Some(truth) {
            return;
        }
        std::thread::sleep(Duration::from_millis(10));
    }
    panic!("it never became {truth}");
}

#[test]
fn a_lost_reply_is_a_command_that_was_carried_out() {
    let (xima, call) = xima::start(Options::default());
    xima.site().misbehave(Fault::LoseReply);
    assert!(pause(&xima).is_err());
    assert_eq!(xima.site().truth(&call), Some(Truth::Paused));
    assert_eq!(xima.site().requests()[0].status, None);
}

#[test]
fn a_dropped_connection_is_a_command_that_was_not() {
    let (xima, call) = xima::start(Options::default());
    xima.site().misbehave(Fault::DropConnection);
    assert!(pause(&xima).is_err());
    assert_eq!(xima.site().truth(&call), Some(Truth::Recording));
    assert_eq!(xima.site().requests()[0].status, None);
}

#[test]
fn a_delayed_reply_tells_what_was_true_when_it_was_asked_for() {
    let (anywhere, call) = anywhere365::start(Options::default());
    let site = anywhere.site();
    site.misbehave(Fault::Delay(Duration::from_millis(400)).times(1));
    let (reply, took) = std::thread::scope(|scope| {
        let reading = scope.spawn(|| timed(|| state(&anywhere, &call)));
        while !site.misbehaviours().is_empty() {
            std::thread::sleep(Duration::from_millis(10));
        }
        // The server has taken up the request; it looks at once, and this is a while later.
        std::thread::sleep(Duration::from_millis(100));
        site.someone_sets(&call, Truth::Paused);
        reading.join().expect("it reads")
    });
    assert!(took >= Duration::from_millis(400), "{took:?}");
    assert_eq!(reply.json()["RecordingState"], 1);
    assert_eq!(state(&anywhere, &call).json()["RecordingState"], 3);
}

#[test]
fn a_delayed_command_is_carried_out_at_once() {
    let (xima, call) = xima::start(Options::default());
    xima.site().misbehave(Fault::Delay(Duration::from_secs(60)));
    let bearer = format!("Bearer {}", xima.secret());
    let headers = [("Authorization", bearer.as_str())];
    let _waiting = client::send(&xima.base_url(), PAUSE, &headers, "").unwrap();
    becomes(&xima.site(), &call, Truth::Paused);
    assert_eq!(xima.site().requests()[0].status, None);
}

#[test]
fn a_delayed_execution_is_answered_at_once_and_with_the_truth() {
    let (anywhere, call) = anywhere365::start(Options::default());
    let site = anywhere.site();
    let later = Fault::DelayExecution(Duration::from_millis(500));
    site.misbehave(later.on_commands());
    let (reply, took) = timed(|| set(&anywhere, &call, "Pause"));
    assert!(took < Duration::from_millis(400), "{took:?}");
    assert_eq!(reply.json()["RecordingState"], 1);
    assert_eq!(site.truth(&call), Some(Truth::Recording));
    becomes(&site, &call, Truth::Paused);
    assert!(site.timeline(&call).unwrap()[1].at_s >= 0.5);
}

#[test]
fn no_effect_is_success_and_nothing_happens() {
    let (xima, call) = xima::start(Options::default());
    xima.site().misbehave(Fault::NoEffect);
    assert_eq!(pause(&xima).unwrap().status, 204);
    assert_eq!(xima.site().truth(&call), Some(Truth::Recording));

    let (anywhere, call) = anywhere365::start(Options::default());
    anywhere.site().misbehave(Fault::NoEffect);
    let reply = set(&anywhere, &call, "Pause");
    assert_eq!(
        (reply.status, &reply.json()["RecordingState"]),
        (200, &json!(1))
    );
    assert_eq!(anywhere.site().truth(&call), Some(Truth::Recording));
}

#[test]
fn a_status_is_given_without_carrying_anything_out() {
    let (xima, call) = xima::start(Options::default());
    for code in [401, 403, 404, 429, 500, 503] {
        xima.site().misbehave(Fault::status(code));
        let reply = pause(&xima).unwrap();
        assert_eq!((reply.status, reply.header("Retry-After")), (code, None));
    }
    assert_eq!(xima.site().truth(&call), Some(Truth::Recording));
    assert_eq!(xima.site().requests()[5].status, Some(503));
}

#[test]
fn a_status_may_say_when_to_ask_again() {
    let (xima, _) = xima::start(Options::default());
    xima.site()
        .misbehave("status=429,retry-after=7s".parse::<Fault>().unwrap());
    let reply = pause(&xima).unwrap();
    assert_eq!(
        (reply.status, reply.header("Retry-After")),
        (429, Some("7"))
    );
}

#[test]
fn a_status_may_be_given_after_carrying_it_out() {
    let (xima, call) = xima::start(Options::default());
    xima.site()
        .misbehave("status=500,executed".parse::<Fault>().unwrap());
    assert_eq!(pause(&xima).unwrap().status, 500);
    assert_eq!(xima.site().truth(&call), Some(Truth::Paused));
}

#[test]
fn garbage_is_no_json_and_no_text() {
    let (anywhere, call) = anywhere365::start(Options::default());
    anywhere.site().misbehave(Fault::Garbage);
    let reply = set(&anywhere, &call, "Pause");
    assert_eq!(reply.status, 200);
    assert!(serde_json::from_slice::<Value>(&reply.body).is_err());
    assert!(String::from_utf8(reply.body).is_err());
    assert_eq!(anywhere.site().truth(&call), Some(Truth::Paused));
}

#[test]
fn wrong_types_are_text_where_numbers_belong() {
    let (anywhere, call) = anywhere365::start(Options::default());
    anywhere.site().misbehave(Fault::WrongTypes);
    let reply = set(&anywhere, &call, "Pause").json();
    assert_eq!(reply["RecordingState"], "3");
    assert_eq!(reply["CorrelationId"], call.as_str());
    let request = "GET /attendantservice/api/recording/capabilities/ucc-demo-name";
    let reply = ask(&anywhere.base_url(), request, &[], "").unwrap().json();
    assert_eq!(reply["AgentCanEditRecordings"], "true");
}

#[test]
fn unknown_numbers_are_in_no_enumeration() {
    let (anywhere, call) = anywhere365::start(Options::default());
    anywhere.site().misbehave(Fault::UnknownNumbers);
    assert_eq!(state(&anywhere, &call).json()["RecordingState"], 91);
    let unknown = state(&anywhere, "another").json();
    assert_eq!(unknown["ErrorMessage"]["ErrorType"], 92);
}

#[test]
fn a_reply_without_a_body_gets_one_when_its_types_go_wrong() {
    let (xima, call) = xima::start(Options::default());
    xima.site().misbehave(Fault::WrongTypes);
    let reply = pause(&xima).unwrap();
    assert_eq!(
        (reply.status, &reply.json()["success"]),
        (200, &json!("true"))
    );
    assert_eq!(xima.site().truth(&call), Some(Truth::Paused));
}

/// Reads a reply until so many bytes or so much time has gone by.
fn read_some(base_url: &str, request: &str, most: usize, time: Duration) -> usize {
    let mut stream = client::send(base_url, request, &[], "").expect("it connects");
    stream.set_read_timeout(Some(time)).expect("a time");
    let mut buffer = vec![0; 64 * 1024];
    let mut total = 0;
    while total < most {
        match stream.read(&mut buffer) {
            Ok(0) => panic!("it ended after {total} bytes"),
            Ok(more) => total += more,
            Err(_) => break,
        }
    }
    total
}

#[test]
fn a_slow_body_comes_byte_by_byte() {
    let (anywhere, call) = anywhere365::start(Options::default());
    anywhere.site().misbehave(Fault::SlowBody);
    let request = format!("GET /attendantservice/api/recording/ucc-demo-name/{call}");
    let url = anywhere.base_url();
    // The head is there at once, and little else.
    let read = read_some(&url, &request, usize::MAX, Duration::from_millis(300));
    assert!((50..250).contains(&read), "{read}");
    let (_, took) = timed(|| read_some(&url, &request, read + 5, Duration::from_secs(3)));
    assert!(took > Duration::from_millis(700), "{took:?}");
}

#[test]
fn a_huge_body_does_not_end_until_the_client_has_had_enough() {
    let (mut anywhere, call) = anywhere365::start(Options::default());
    anywhere.site().misbehave(Fault::HugeBody);
    let request = format!("GET /attendantservice/api/recording/ucc-demo-name/{call}");
    let enough = 20 * 1024 * 1024;
    let read = read_some(
        &anywhere.base_url(),
        &request,
        enough,
        Duration::from_secs(5),
    );
    assert!(read >= enough, "{read}");
    // A client that has stopped reading does not keep the server from dying.
    let _stalled = client::send(&anywhere.base_url(), &request, &[], "").unwrap();
    std::thread::sleep(Duration::from_millis(100));
    anywhere.stop();
}

#[test]
fn a_redirect_leads_to_a_page_where_people_sign_in() {
    let (xima, call) = xima::start(Options::default());
    xima.site().misbehave(Fault::Redirect);
    let reply = pause(&xima).unwrap();
    assert_eq!(
        (reply.status, reply.header("Location")),
        (302, Some("/login"))
    );
    let page = ask(&xima.base_url(), "GET /login", &[], "").unwrap();
    assert_eq!(page.status, 200);
    assert!(page.text().starts_with("<!doctype html>"));
    assert_eq!(xima.site().truth(&call), Some(Truth::Recording));
}

#[test]
fn a_fault_may_be_limited_to_commands_or_reads() {
    let (anywhere, call) = anywhere365::start(Options::default());
    let site = anywhere.site();
    site.misbehave(Fault::status(503).on_commands());
    assert_eq!(state(&anywhere, &call).status, 200);
    assert_eq!(set(&anywhere, &call, "Pause").status, 503);
    site.behave();
    site.misbehave(Fault::status(503).on_reads());
    assert_eq!(state(&anywhere, &call).status, 503);
    assert_eq!(set(&anywhere, &call, "Pause").status, 200);
}

#[test]
fn a_fault_may_be_limited_in_number_and_the_newest_that_fits_happens() {
    let (xima, _) = xima::start(Options::default());
    let site = xima.site();
    site.misbehave(Fault::status(500));
    site.misbehave(Fault::status(404).times(2));
    site.misbehave(Fault::status(403).on_reads());
    let statuses: Vec<_> = (0..4).map(|_| pause(&xima).unwrap().status).collect();
    assert_eq!(statuses, [404, 404, 500, 500]);
    assert_eq!(site.misbehaviours().len(), 2);
    site.behave();
    assert_eq!(pause(&xima).unwrap().status, 204);
}

#[test]
fn a_token_endpoint_may_misbehave_on_its_own() {
    let (anywhere, call) = anywhere365::start(Options {
        anywhere365: Anywhere365Options {
            bearer: simulators::Bearer::Issued {
                life: Duration::from_secs(300),
            },
            set_reply: SetReply::State,
            ..Anywhere365Options::default()
        },
        ..Options::default()
    });
    anywhere.site().misbehave(
        "status=503@sign-in"
            .parse::<simulators::Misbehaviour>()
            .unwrap(),
    );
    let url = anywhere.token_url().unwrap();
    let request = format!("POST {}", url.trim_start_matches(&anywhere.base_url()));
    let signed_in = ask(&anywhere.base_url(), &request, &[], "").unwrap();
    assert_eq!(signed_in.status, 503);
    assert_eq!(state(&anywhere, &call).status, 401);
}
