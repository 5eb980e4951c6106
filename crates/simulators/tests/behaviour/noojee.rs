mod events;

use std::fmt::Write;
use std::time::Duration;

use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use simulators::audio::Script;
use simulators::{Again, CommandReply, NoojeeOptions, Options, Schemes, Simulator, Truth, Vendor};

use crate::client::{Reply, ask};

const API: &str = "/servicemanager/rest/CallManagementAPI";

pub(crate) fn start(options: Options) -> (Simulator, String) {
    let noojee = Simulator::start(Vendor::Noojee, options).expect("a free port");
    let call = noojee.site().start_call(noojee.extension(), Script::new());
    (noojee, call)
}

fn with(noojee: NoojeeOptions) -> Options {
    Options {
        noojee,
        ..Options::default()
    }
}

fn post(noojee: &Simulator, path: &str) -> Reply {
    ask(&noojee.base_url(), &format!("POST {path}"), &[], "").expect("it is answered")
}

/// A start, a stop or a hangup with the API key.
fn command(noojee: &Simulator, verb: &str, query: &str) -> Reply {
    let key = noojee.secret();
    post(noojee, &format!("{API}/{verb}?{query}&apiKey={key}"))
}

pub(crate) fn poll(noojee: &Simulator, exten: &str, after: u64, seconds: u64) -> Reply {
    let query = format!("exten={exten}&lastSequenceNumber={after}&timeOut={seconds}");
    command(noojee, "subscribe", &query)
}

pub(crate) fn hash(key: &str, time_stamp: &str) -> String {
    let digest = Sha256::digest(format!("{key}:{time_stamp}"));
    digest.iter().fold(String::new(), |mut hex, byte| {
        write!(hex, "{byte:02x}").expect("a String takes everything");
        hex
    })
}

fn time(noojee: &Simulator) -> Reply {
    post(noojee, "/servicemanager/rest/Time")
}

/// A stop by time stamp and hash.
fn stop_by_hash(noojee: &Simulator, time_stamp: &str) -> Value {
    let hash = hash(&noojee.secret(), time_stamp);
    let query = format!("extenOrUniqueId=1684&timeStamp={time_stamp}&hash={hash}");
    post(noojee, &format!("{API}/stop?{query}")).json()
}

fn refused(message: &str) -> Value {
    json!({ "Message": message, "Code": -1 })
}

#[test]
fn a_stop_ends_a_leg_and_a_start_begins_the_next() {
    let (noojee, call) = start(Options::default());
    let site = noojee.site();
    let reply = command(&noojee, "stop", "extenOrUniqueId=1684");
    assert_eq!((reply.status, &reply.json()["Code"]), (200, &json!(0)));
    assert_eq!(site.truth(&call), Some(Truth::Off));

    let tagged = format!("extenOrUniqueId={call}&tag=22&agentLoginName=Fred");
    command(&noojee, "start", &tagged);

    assert_eq!(site.truth(&call), Some(Truth::Recording));
    let legs = site.legs(&call);
    assert_eq!((legs.len(), legs[0].number, legs[1].number), (2, 1, 2));
    assert_eq!(
        (legs[0].tag.as_deref(), legs[0].owner.as_deref()),
        (None, None)
    );
    assert!(legs[0].until_s.unwrap() <= legs[1].from_s);
    assert_eq!(legs[1].tag.as_deref(), Some("22"));
    assert_eq!(legs[1].owner.as_deref(), Some("Fred"));
    assert_eq!(legs[1].until_s, None);
    site.end_call(&call);
    assert!(site.legs(&call)[1].until_s.is_some());
}

#[test]
fn a_unique_id_touches_that_call_alone_and_an_extension_only_its_agents() {
    let (noojee, call) = start(Options::default());
    let site = noojee.site();
    let held = site.start_call("1684", Script::new());
    let theirs = site.start_call("1685", Script::new());
    command(&noojee, "stop", &format!("extenOrUniqueId={held}"));
    assert_eq!(site.truth(&held), Some(Truth::Off));
    assert_eq!(site.truth(&call), Some(Truth::Recording));
    command(
        &noojee,
        "stop",
        "extenOrUniqueId=1685&agentLoginName=user1685",
    );
    assert_eq!(site.truth(&theirs), Some(Truth::Off));
    assert_eq!(site.truth(&call), Some(Truth::Recording));
}

#[test]
fn only_post_is_served_and_only_parameters_of_the_query_count() {
    let (noojee, call) = start(Options::default());
    let path = format!("{API}/stop?extenOrUniqueId=1684&apiKey={}", noojee.secret());
    let url = noojee.base_url();
    let got = ask(&url, &format!("GET {path}"), &[], "").unwrap();
    assert_eq!((got.status, got.header("Allow")), (405, Some("POST")));
    let time = ask(&url, "GET /servicemanager/rest/Time", &[], "").unwrap();
    assert_eq!(time.status, 405);

    let form = [("Content-Type", "application/x-www-form-urlencoded")];
    let body = path.split_once('?').unwrap().1;
    let request = format!("POST {API}/stop");
    let reply = ask(&url, &request, &form, body).unwrap();

    assert_eq!(reply.json()["Code"], -1);
    assert_eq!(noojee.site().truth(&call), Some(Truth::Recording));
}

#[test]
fn a_wrong_key_is_an_error_in_the_documented_form() {
    for (error_status, schemes) in [(200, Schemes::Both), (401, Schemes::ApiKey)] {
        let (noojee, call) = start(with(NoojeeOptions {
            error_status,
            schemes,
            ..NoojeeOptions::default()
        }));
        let path = format!("{API}/stop?extenOrUniqueId=1684&apiKey=another");
        let reply = post(&noojee, &path);
        assert_eq!(
            (reply.status, reply.json()),
            (error_status, refused("Invalid apiKey"))
        );
        assert_eq!(noojee.site().truth(&call), Some(Truth::Recording));
    }
}

#[test]
fn the_time_is_plain_text_in_milliseconds() {
    let (noojee, _) = start(Options::default());
    let reply = time(&noojee);
    assert!(
        reply
            .header("Content-Type")
            .unwrap()
            .starts_with("text/plain")
    );
    assert_eq!(reply.text().len(), 13, "{}", reply.text());
    noojee.site().let_time_pass(Duration::from_secs(60));
    let later: u64 = time(&noojee).text().parse().unwrap();
    assert!(later >= reply.text().parse::<u64>().unwrap() + 60_000);
}

#[test]
fn a_time_stamp_is_first_used_within_ten_seconds_and_then_good_for_an_hour() {
    let (noojee, call) = start(Options::default());
    let site = noojee.site();
    let expired = refused("Expired TimeStamp");
    let late = time(&noojee).text();
    site.let_time_pass(Duration::from_secs(11));
    assert_eq!(stop_by_hash(&noojee, &late), expired);
    assert_eq!(site.truth(&call), Some(Truth::Recording));

    let used = time(&noojee).text();
    site.let_time_pass(Duration::from_secs(9));
    assert_eq!(stop_by_hash(&noojee, &used)["Code"], 0);
    assert_eq!(site.truth(&call), Some(Truth::Off));
    site.let_time_pass(Duration::from_secs(59 * 60));
    assert_eq!(stop_by_hash(&noojee, &used)["Code"], 0);
    site.let_time_pass(Duration::from_secs(2 * 60));
    assert_eq!(stop_by_hash(&noojee, &used), expired);
    // A time stamp from the future is no better.
    let ahead = (time(&noojee).text().parse::<u64>().unwrap() + 5_000).to_string();
    assert_eq!(stop_by_hash(&noojee, &ahead), expired);
}

#[test]
fn a_hash_is_one_of_the_key_and_the_time_stamp() {
    let (noojee, _) = start(Options::default());
    let time_stamp = time(&noojee).text();
    noojee.site().change_secret("another");
    let wrong = hash("the one before", &time_stamp);
    let query = format!("extenOrUniqueId=1684&timeStamp={time_stamp}&hash={wrong}");
    let reply = post(&noojee, &format!("{API}/stop?{query}"));
    assert_eq!(reply.json(), refused("Invalid hash"));
    assert_eq!(stop_by_hash(&noojee, &time_stamp)["Code"], 0);
}

#[test]
fn five_authentications_may_be_in_progress() {
    let (noojee, _) = start(Options::default());
    let first = time(&noojee).text();
    for _ in 1..5 {
        noojee.site().let_time_pass(Duration::from_millis(1));
        time(&noojee);
    }
    let reply = time(&noojee);
    assert_eq!(reply.json()["Code"], -1);
    stop_by_hash(&noojee, &first);
    assert_eq!(time(&noojee).text().len(), 13, "one is in use");
    noojee.site().let_time_pass(Duration::from_secs(11));
    assert_eq!(time(&noojee).text().len(), 13, "the others are over");
}

#[test]
fn an_older_server_takes_the_hash_only() {
    let (noojee, _) = start(with(NoojeeOptions {
        schemes: Schemes::Hash,
        ..NoojeeOptions::default()
    }));
    let reply = command(&noojee, "stop", "extenOrUniqueId=1684");
    assert_eq!(reply.json()["Code"], -1);
    let time_stamp = time(&noojee).text();
    assert_eq!(stop_by_hash(&noojee, &time_stamp)["Code"], 0);
    assert!(noojee.settings().contains("auth = \"hash\""));
}

#[test]
fn the_prefix_may_be_missing() {
    let (noojee, _) = start(with(NoojeeOptions {
        without_prefix: true,
        ..NoojeeOptions::default()
    }));
    assert_eq!(command(&noojee, "stop", "extenOrUniqueId=1684").status, 404);
    let path = format!(
        "/rest/CallManagementAPI/stop?extenOrUniqueId=1684&apiKey={}",
        noojee.secret()
    );
    assert_eq!(post(&noojee, &path).json()["Code"], 0);
    assert_eq!(post(&noojee, "/rest/Time").text().len(), 13);
    assert!(noojee.settings().contains("prefix = \"/\""));
}

#[test]
fn a_stop_may_need_a_user() {
    let (noojee, call) = start(with(NoojeeOptions {
        stop_needs_login: true,
        ..NoojeeOptions::default()
    }));
    let code = |query: &str| command(&noojee, "stop", query).json()["Code"].clone();
    assert_eq!(code("extenOrUniqueId=1684"), -1);
    assert_eq!(code("extenOrUniqueId=1684&agentLoginName=nobody"), -1);
    assert_eq!(noojee.site().truth(&call), Some(Truth::Recording));
    assert_eq!(code("extenOrUniqueId=1684&agentLoginName=Fred"), 0);
    assert_eq!(noojee.site().truth(&call), Some(Truth::Off));
}

#[test]
fn a_campaign_that_records_by_policy_refuses_a_stop() {
    let (noojee, call) = start(with(NoojeeOptions {
        recorded_by_policy: true,
        ..NoojeeOptions::default()
    }));
    let reply = command(&noojee, "stop", "extenOrUniqueId=1684");
    assert_eq!(reply.json()["Code"], -1);
    assert_eq!(noojee.site().truth(&call), Some(Truth::Recording));
}

#[test]
fn what_is_so_already_gets_what_is_set_up() {
    for (again, code) in [(Again::Accepted, 0), (Again::Refused, -1)] {
        let (noojee, call) = start(Options {
            again,
            ..Options::default()
        });
        let code_of = |verb| command(&noojee, verb, "extenOrUniqueId=1684").json()["Code"].clone();
        assert_eq!(code_of("start"), code);
        assert_eq!(code_of("stop"), 0);
        assert_eq!(code_of("stop"), code, "a call that is not recorded");
        assert_eq!(noojee.site().truth(&call), Some(Truth::Off));
        assert_eq!(noojee.site().legs(&call).len(), 1);
    }
}

#[test]
fn success_looks_as_it_is_set_up() {
    for (command_reply, body) in [
        (
            CommandReply::Code,
            "{\"Code\":0,\"Message\":\"Recording stopped\"}",
        ),
        (CommandReply::Empty, ""),
        (CommandReply::PlainText, "Recording stopped"),
    ] {
        let (noojee, _) = start(with(NoojeeOptions {
            command_reply,
            ..NoojeeOptions::default()
        }));
        let reply = command(&noojee, "stop", "extenOrUniqueId=1684");
        assert_eq!((reply.status, reply.text().as_str()), (200, body));
    }
}

#[test]
fn an_unknown_channel_is_an_error() {
    let (noojee, call) = start(Options::default());
    for query in ["extenOrUniqueId=1.2", "extenOrUniqueId=1685", "tag=22"] {
        for verb in ["start", "stop", "hangup"] {
            let reply = command(&noojee, verb, query);
            assert_eq!(reply.json(), refused("No such channel"), "{verb} {query}");
        }
    }
    assert_eq!(noojee.site().truth(&call), Some(Truth::Recording));
}

#[test]
fn every_agent_has_settings_of_their_own() {
    let (noojee, _) = start(Options::default());
    let first = noojee.settings();
    for line in [
        "extension = \"1684\"",
        "agent_login_name = \"Fred\"",
        "pausing = \"stop-and-start\"",
    ] {
        assert!(first.contains(line), "{first}");
    }
    assert!(!first.contains(&noojee.secret()));
    let other = noojee.settings_of("1685");
    assert!(other.contains("agent_login_name = \"user1685\""), "{other}");
}
