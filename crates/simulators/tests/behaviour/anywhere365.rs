use std::time::Duration;

use serde_json::{Value, json};
use simulators::audio::Script;
use simulators::{
    Again, Anywhere365Options, Bearer, Options, SetReply, Simulator, Truth, Vendor, Versions,
};

use crate::client::{Reply, ask};

const JSON: (&str, &str) = ("Content-Type", "application/json");
const FORM: (&str, &str) = ("Content-Type", "application/x-www-form-urlencoded");

pub(crate) fn start(options: Options) -> (Simulator, String) {
    let anywhere = Simulator::start(Vendor::Anywhere365, options).expect("a free port");
    let call = anywhere
        .site()
        .start_call(anywhere.sip_uri(), Script::new());
    (anywhere, call)
}

fn with(anywhere365: Anywhere365Options) -> Options {
    Options {
        anywhere365,
        ..Options::default()
    }
}

fn command(call: &str, action: impl Into<Value>) -> Value {
    json!({
        "Action": action.into(),
        "RequesterSipUri": "sip:agent@domain.com",
        "CorrelationId": call,
        "UCCName": "ucc-demo-name",
    })
}

fn send(anywhere: &Simulator, body: &Value) -> Reply {
    let request = "POST /attendantservice/api/recording/set";
    ask(&anywhere.base_url(), request, &[JSON], &body.to_string()).expect("it is answered")
}

pub(crate) fn set(anywhere: &Simulator, call: &str, action: impl Into<Value>) -> Reply {
    send(anywhere, &command(call, action))
}

pub(crate) fn state(anywhere: &Simulator, call: &str) -> Reply {
    let request = format!("GET /attendantservice/api/recording/ucc-demo-name/{call}");
    ask(&anywhere.base_url(), &request, &[], "").expect("it is answered")
}

fn error_type(reply: &Reply) -> Value {
    reply.json()["ErrorMessage"]["ErrorType"].clone()
}

#[test]
fn the_recorder_goes_through_its_states() {
    let (anywhere, call) = start(Options {
        records_from_start: false,
        ..Options::default()
    });
    let site = anywhere.site();
    let steps = [
        ("Start", 1, Truth::Recording),
        ("Pause", 3, Truth::Paused),
        ("Start", 1, Truth::Recording),
        ("Pause", 3, Truth::Paused),
        ("Stop", 2, Truth::Off),
    ];
    assert_eq!(state(&anywhere, &call).json()["RecordingState"], 0);
    for (action, number, truth) in steps {
        assert_eq!(
            set(&anywhere, &call, action).json()["RecordingState"],
            number
        );
        assert_eq!(state(&anywhere, &call).json()["RecordingState"], number);
        assert_eq!(site.truth(&call), Some(truth));
    }
    for impossible in ["Start", "Pause"] {
        let reply = set(&anywhere, &call, impossible);
        assert_eq!(
            (reply.status, error_type(&reply)),
            (200, json!(3)),
            "{impossible}"
        );
        assert_eq!(site.truth(&call), Some(Truth::Off));
    }
}

#[test]
fn marking_and_saving_leave_the_recorder_alone() {
    let (anywhere, call) = start(Options::default());
    for (action, name, number) in [
        ("Mark", "MarkingState", 1),
        ("UnMark", "MarkingState", 2),
        ("Save", "SavingState", 1),
        ("Delete", "SavingState", 2),
    ] {
        assert_eq!(set(&anywhere, &call, action).json()[name], number);
        assert_eq!(anywhere.site().truth(&call), Some(Truth::Recording));
    }
}

#[test]
fn every_action_has_its_documented_number() {
    let (anywhere, call) = start(Options::default());
    for (number, name, value) in [
        (3, "RecordingState", 3),
        (1, "RecordingState", 1),
        (4, "SavingState", 1),
        (5, "SavingState", 2),
        (6, "MarkingState", 1),
        (7, "MarkingState", 2),
        (2, "RecordingState", 2),
    ] {
        assert_eq!(
            set(&anywhere, &call, number).json()[name],
            value,
            "{number}"
        );
    }
}

#[test]
fn what_is_wrong_with_a_command_is_told_by_its_type() {
    let (anywhere, call) = start(Options::default());
    let changed = |name: &str, value: &str| {
        let mut body = command(&call, "Pause");
        body[name] = json!(value);
        error_type(&send(&anywhere, &body))
    };
    assert_eq!(changed("UCCName", "another"), json!(2));
    assert_eq!(changed("CorrelationId", "another"), json!(2));
    assert_eq!(
        changed("RequesterSipUri", "sip:somebody@else.com"),
        json!(2)
    );
    assert_eq!(changed("Action", "Resume"), json!(2));
    assert_eq!(error_type(&set(&anywhere, &call, 8)), json!(2));
    anywhere.site().let_agents_edit(false);
    assert_eq!(error_type(&set(&anywhere, &call, "Pause")), json!(1));
    assert_eq!(anywhere.site().truth(&call), Some(Truth::Recording));
}

#[test]
fn a_command_must_be_json() {
    let (anywhere, call) = start(Options::default());
    let body = command(&call, "Pause").to_string();
    let request = "POST /attendantservice/api/recording/set";
    let status = |headers, body| {
        let reply = ask(&anywhere.base_url(), request, headers, body);
        reply.expect("it is answered").status
    };
    assert_eq!(status(&[], &body), 415);
    assert_eq!(status(&[JSON], "{\"Action\":3}"), 400);
    assert_eq!(anywhere.site().truth(&call), Some(Truth::Recording));
}

#[test]
fn errors_have_the_http_status_that_is_set_up() {
    let (anywhere, call) = start(with(Anywhere365Options {
        error_status: 404,
        ..Anywhere365Options::default()
    }));
    assert_eq!(state(&anywhere, &call).status, 200);
    let unknown = state(&anywhere, "00000000-0000-4000-8000-000000000000");
    assert_eq!((unknown.status, error_type(&unknown)), (404, json!(2)));
}

#[test]
fn a_call_that_is_over_is_not_found() {
    let (anywhere, call) = start(Options::default());
    anywhere.site().end_call(&call);
    assert_eq!(error_type(&state(&anywhere, &call)), json!(2));
    assert_eq!(error_type(&set(&anywhere, &call, "Pause")), json!(2));
}

#[test]
fn a_second_pause_gets_what_is_set_up() {
    for (again, kind) in [(Again::Accepted, Value::Null), (Again::Refused, json!(3))] {
        let (anywhere, call) = start(Options {
            again,
            ..Options::default()
        });
        assert_eq!(error_type(&set(&anywhere, &call, "Pause")), Value::Null);
        assert_eq!(error_type(&set(&anywhere, &call, "Pause")), kind);
        assert_eq!(anywhere.site().truth(&call), Some(Truth::Paused));
    }
}

#[test]
fn the_reply_to_set_says_what_is_set_up() {
    for (set_reply, body) in [
        (SetReply::State, Some(json!(3))),
        (SetReply::NoState, Some(Value::Null)),
        (SetReply::Empty, None),
    ] {
        let (anywhere, call) = start(with(Anywhere365Options {
            set_reply,
            ..Anywhere365Options::default()
        }));
        let reply = set(&anywhere, &call, "Pause");
        let said = (!reply.body.is_empty()).then(|| reply.json()["RecordingState"].clone());
        assert_eq!((reply.status, said), (200, body));
        assert_eq!(anywhere.site().truth(&call), Some(Truth::Paused));
    }
}

#[test]
fn only_the_versions_that_are_set_up_are_served() {
    for (versions, v1, v2) in [
        (Versions::V1, 200, 404),
        (Versions::V2, 404, 200),
        (Versions::Both, 200, 200),
    ] {
        let (anywhere, _) = start(with(Anywhere365Options {
            versions,
            ..Anywhere365Options::default()
        }));
        let status = |version| {
            let request =
                format!("GET /attendantservice/api/{version}recording/capabilities/ucc-demo-name");
            let reply = ask(&anywhere.base_url(), &request, &[], "");
            reply.expect("it is answered").status
        };
        assert_eq!((status(""), status("v2/")), (v1, v2), "{versions:?}");
    }
}

#[test]
fn a_name_may_need_percent_encoding() {
    let (anywhere, call) = start(Options {
        ucc: "Help desk/é".to_owned(),
        ..Options::default()
    });
    let request = format!("GET /attendantservice/api/recording/Help%20desk%2F%C3%A9/{call}");
    let reply = ask(&anywhere.base_url(), &request, &[], "").unwrap();
    assert_eq!(reply.json()["UCCName"], "Help desk/é");
    assert_eq!(reply.json()["ErrorMessage"], Value::Null);
}

fn read_with(anywhere: &Simulator, token: &str) -> u16 {
    let request = "GET /attendantservice/api/recording/capabilities/ucc-demo-name";
    let bearer = format!("Bearer {token}");
    let reply = ask(
        &anywhere.base_url(),
        request,
        &[("Authorization", &bearer)],
        "",
    );
    reply.expect("it is answered").status
}

#[test]
fn the_secret_may_be_the_token() {
    let (anywhere, call) = start(with(Anywhere365Options {
        bearer: Bearer::Secret,
        ..Anywhere365Options::default()
    }));
    assert_eq!(state(&anywhere, &call).status, 401);
    assert_eq!(set(&anywhere, &call, "Pause").status, 401);
    assert_eq!(read_with(&anywhere, "wrong"), 401);
    assert_eq!(read_with(&anywhere, &anywhere.secret()), 200);
    assert_eq!(anywhere.site().truth(&call), Some(Truth::Recording));
}

fn sign_in(anywhere: &Simulator, user: &str, password: &str) -> Reply {
    let url = anywhere.token_url().expect("there is one");
    let path = url.trim_start_matches(&anywhere.base_url()).to_owned();
    let body = format!(
        "grant_type=password&client_id=coreapi&username={}&password={password}",
        user.replace('@', "%40")
    );
    ask(
        &anywhere.base_url(),
        &format!("POST {path}"),
        &[FORM],
        &body,
    )
    .expect("it is answered")
}

#[test]
fn a_token_is_issued_for_the_right_password_and_does_not_live_long() {
    let (anywhere, _) = start(with(Anywhere365Options {
        bearer: Bearer::Issued {
            life: Duration::from_millis(400),
        },
        ..Anywhere365Options::default()
    }));
    assert_eq!(sign_in(&anywhere, anywhere.user(), "wrong").status, 401);
    assert_eq!(sign_in(&anywhere, "nobody", &anywhere.secret()).status, 401);
    assert_eq!(read_with(&anywhere, &anywhere.secret()), 401);

    let reply = sign_in(&anywhere, anywhere.user(), &anywhere.secret()).json();
    assert_eq!(reply["token_type"], "Bearer");
    let token = reply["access_token"].as_str().unwrap();
    assert_eq!(read_with(&anywhere, token), 200);
    std::thread::sleep(Duration::from_millis(450));
    assert_eq!(read_with(&anywhere, token), 401);
}

#[test]
fn tokens_end_when_the_site_says_so() {
    let (anywhere, _) = start(with(Anywhere365Options {
        bearer: Bearer::Issued {
            life: Duration::from_secs(300),
        },
        ..Anywhere365Options::default()
    }));
    let reply = sign_in(&anywhere, anywhere.user(), &anywhere.secret()).json();
    assert_eq!(reply["expires_in"], 300);
    let token = reply["access_token"].as_str().unwrap();
    assert_eq!(read_with(&anywhere, token), 200);
    anywhere.site().expire_tokens();
    assert_eq!(read_with(&anywhere, token), 401);
}
