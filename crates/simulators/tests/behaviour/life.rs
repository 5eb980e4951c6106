use std::io::Read;
use std::net::TcpStream;
use std::time::Duration;

use simulators::audio::Script;
use simulators::{
    Anywhere365Options, Bearer, Fault, On, Options, Simulator, Truth, Vendor, Versions,
};

use crate::anywhere365::{self, set, state};
use crate::client::{self, ask};
use crate::xima;

#[test]
fn a_stopped_simulator_refuses_connections_and_has_dropped_those_it_had() {
    let (mut xima, call) = xima::start(Options::default());
    let address = xima.base_url().replace("http://", "");
    let mut open = TcpStream::connect(&address).unwrap();

    xima.stop();

    let refused = TcpStream::connect(&address).unwrap_err();
    assert_eq!(refused.kind(), std::io::ErrorKind::ConnectionRefused);
    assert_eq!(open.read(&mut [0]).unwrap_or(0), 0);
    assert_eq!(xima.site().truth(&call), Some(Truth::Recording));
}

#[test]
fn a_simulator_dies_at_once_whatever_it_owes_an_answer_to() {
    let (mut xima, _) = xima::start(Options::default());
    xima.site()
        .misbehave(Fault::Delay(Duration::from_secs(600)));
    let mut waiting = client::send(&xima.base_url(), "GET /anything", &[], "").unwrap();
    while xima.site().requests().is_empty() {
        std::thread::sleep(Duration::from_millis(10));
    }

    xima.stop();

    assert_eq!(waiting.read(&mut [0]).unwrap_or(0), 0);
}

#[test]
fn a_restarted_simulator_is_the_same_one_at_the_same_address() {
    let (mut anywhere, call) = anywhere365::start(Options::default());
    let address = anywhere.base_url();
    set(&anywhere, &call, "Pause");

    anywhere.stop();
    anywhere.restart().unwrap();

    assert_eq!(anywhere.base_url(), address);
    assert_eq!(state(&anywhere, &call).json()["RecordingState"], 3);
}

#[test]
fn a_dropped_simulator_is_gone() {
    let (xima, _) = xima::start(Options::default());
    let address = xima.base_url().replace("http://", "");
    drop(xima);
    assert!(TcpStream::connect(address).is_err());
}

#[test]
fn a_port_that_is_taken_is_an_error() {
    let (xima, _) = xima::start(Options::default());
    let port = xima.base_url().rsplit(':').next().unwrap().parse().unwrap();
    let second = Simulator::start(
        Vendor::Xima,
        Options {
            port,
            ..Options::default()
        },
    );
    assert!(second.is_err());
}

#[test]
fn every_request_is_on_record_in_order_and_without_secrets() {
    let (anywhere, call) = anywhere365::start(Options::default());
    set(&anywhere, &call, "Pause");
    state(&anywhere, &call);
    let request = "GET /nowhere?token=hush";
    ask(
        &anywhere.base_url(),
        request,
        &[("Authorization", "Bearer hush")],
        "",
    )
    .unwrap();

    let requests = anywhere.site().requests();

    let seen: Vec<_> = requests
        .iter()
        .map(|r| (r.method.as_str(), r.path.as_str(), r.status))
        .collect();
    let path = format!("/attendantservice/api/recording/ucc-demo-name/{call}");
    assert_eq!(
        seen,
        [
            ("POST", "/attendantservice/api/recording/set", Some(200)),
            ("GET", path.as_str(), Some(200)),
            ("GET", "/nowhere", Some(404)),
        ]
    );
    assert!(requests.is_sorted_by_key(|request| request.when));
    assert!(!format!("{requests:?}").contains("hush"));
}

#[test]
fn call_ids_are_guids_and_never_the_same() {
    let (anywhere, _) = anywhere365::start(Options::default());
    let site = anywhere.site();
    let mut ids: Vec<_> = (0..1000)
        .map(|_| site.start_call(anywhere.sip_uri(), Script::new()))
        .collect();
    for id in &ids {
        let lengths: Vec<_> = id.split('-').map(str::len).collect();
        assert_eq!(lengths, [8, 4, 4, 4, 12], "{id}");
        assert!(
            id.chars().all(|c| c == '-' || c.is_ascii_hexdigit()),
            "{id}"
        );
    }
    ids.sort();
    ids.dedup();
    assert_eq!(ids.len(), 1000);
}

#[test]
fn a_timeline_tells_what_the_recorder_became_and_when() {
    let (xima, call) = xima::start(Options::default());
    let site = xima.site();
    site.someone_sets(&call, Truth::Paused);
    site.someone_sets(&call, Truth::Paused);
    site.someone_sets(&call, Truth::Recording);
    site.end_call(&call);
    site.someone_sets(&call, Truth::Recording);

    let timeline = site.timeline(&call).unwrap();

    let truths: Vec<_> = timeline.iter().map(|turn| turn.truth).collect();
    use Truth::{Off, Paused, Recording};
    assert_eq!(truths, [Recording, Paused, Recording, Off]);
    assert!(timeline.is_sorted_by(|one, next| one.at_s <= next.at_s));
    assert!(timeline[3].at_s <= site.seconds(&call).unwrap());
    assert_eq!(site.truth("no such call"), None);
}

#[test]
fn the_settings_name_the_address_and_the_agent_and_no_secret() {
    let options = Options {
        anywhere365: Anywhere365Options {
            bearer: Bearer::Issued {
                life: Duration::from_secs(300),
            },
            versions: Versions::V2,
            ..Anywhere365Options::default()
        },
        ..Options::default()
    };
    let (anywhere, _) = anywhere365::start(options);
    let (url, token_url) = (anywhere.base_url(), anywhere.token_url().unwrap());
    let expected = format!(
        r#"vendor = "anywhere365"
simulation = true

[anywhere365]
base_url = "{url}"
ucc = "ucc-demo-name"
requester_sip_uri = "sip:agent@domain.com"
api_version = "v2"
auth = "keycloak"
token_url = "{token_url}"
username = "recording@domain.com"
"#
    );
    assert_eq!(anywhere.settings(), expected);
}

#[test]
fn a_simulator_can_be_used_and_dropped_in_async_code() {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .build()
        .unwrap();
    runtime.block_on(async {
        let (mut anywhere, call) = anywhere365::start(Options::default());
        assert_eq!(state(&anywhere, &call).status, 200);
        anywhere.stop();
        anywhere.restart().unwrap();
        drop(anywhere);
    });
}

#[test]
fn a_request_tells_its_kind_whose_it_is_and_by_which_connection_it_came() {
    let (xima, _) = xima::start(Options::default());
    let site = xima.site();
    let pause = format!(
        "POST /rest/api/v1/agents/{}/active-recording/pause",
        site.agent()
    );
    for request in [pause.as_str(), "POST /rest/api/v1/agents/nobody/x"] {
        ask(&xima.base_url(), request, &[], "").unwrap();
    }

    let requests = site.requests();

    let agents: Vec<_> = requests.iter().map(|it| it.agent.clone()).collect();
    assert_eq!(agents, [Some(site.agent()), None]);
    assert!(requests.iter().all(|it| it.on == On::Commands));
    assert_ne!(requests[0].line, requests[1].line);
}

#[test]
fn the_history_of_a_call_is_on_the_clock_of_its_site() {
    let (xima, call) = xima::start(Options::default());
    let site = xima.site();
    let before = site.clock();
    site.someone_sets(&call, Truth::Paused);
    site.end_call(&call);
    let after = site.clock();

    let [history] = site.histories().try_into().expect("one call");

    assert_eq!((history.call, history.agent), (call, site.agent()));
    let truths: Vec<_> = history.turns.iter().map(|(_, truth)| *truth).collect();
    assert_eq!(truths, [Truth::Recording, Truth::Paused, Truth::Off]);
    assert!(history.turns[0].0 <= before);
    assert!((before..=after).contains(&history.turns[1].0));
    let ended = history.ended.expect("it is over");
    assert!((before..=after).contains(&ended));
}
