use simulators::audio::Script;
use simulators::{Again, NoRecording, Options, Simulator, Success, Truth, Vendor, XimaOptions};

use crate::client::{Reply, ask};

pub(crate) fn start(options: Options) -> (Simulator, String) {
    let xima = Simulator::start(Vendor::Xima, options).expect("a free port");
    let call = xima.site().start_call(xima.extension(), Script::new());
    (xima, call)
}

/// Asks for `pause` or `resume` of an agent, with a token.
fn command(xima: &Simulator, agent: &str, verb: &str, token: &str) -> Reply {
    let request = format!("POST /rest/api/v1/agents/{agent}/active-recording/{verb}");
    let bearer = format!("Bearer {token}");
    ask(
        &xima.base_url(),
        &request,
        &[("Authorization", &bearer)],
        "",
    )
    .expect("it is answered")
}

fn pause(xima: &Simulator) -> Reply {
    command(xima, xima.extension(), "pause", &xima.secret())
}

#[test]
fn the_token_is_looked_at_before_the_right_and_the_right_before_the_agent() {
    let (xima, call) = start(Options::default());
    xima.site().forbid("9999", true);
    let status = |agent, token: &str| command(&xima, agent, "pause", token).status;

    assert_eq!(status("9999", "wrong"), 401);
    assert_eq!(status("9999", &xima.secret()), 403);
    xima.site().forbid("9999", false);
    assert_eq!(status("9999", &xima.secret()), 404);
    assert_eq!(xima.site().truth(&call), Some(Truth::Recording));
    assert_eq!(status("1684", &xima.secret()), 204);
    assert_eq!(xima.site().truth(&call), Some(Truth::Paused));
}

#[test]
fn a_request_without_a_token_is_unauthorized() {
    let (xima, _) = start(Options::default());
    let request = "POST /rest/api/v1/agents/1684/active-recording/pause";
    let reply = ask(&xima.base_url(), request, &[], "").unwrap();
    assert_eq!(reply.status, 401);
}

#[test]
fn a_replaced_key_is_worth_nothing() {
    let (xima, _) = start(Options::default());
    let before = xima.secret();
    xima.site().change_secret("the next one");
    assert_eq!(command(&xima, "1684", "pause", &before).status, 401);
    assert_eq!(command(&xima, "1684", "pause", "the next one").status, 204);
}

#[test]
fn success_looks_as_it_is_set_up() {
    for (success, status, body) in [
        (Success::NoContent, 204, ""),
        (Success::EmptyObject, 200, "{}"),
        (Success::PlainText, 200, "OK"),
    ] {
        let (xima, _) = start(Options {
            xima: XimaOptions {
                success,
                ..XimaOptions::default()
            },
            ..Options::default()
        });
        let reply = pause(&xima);
        assert_eq!((reply.status, reply.text().as_str()), (status, body));
    }
}

#[test]
fn an_agent_without_a_recording_gets_what_is_set_up() {
    for (no_recording, status) in [(NoRecording::NotFound, 404), (NoRecording::Accepted, 204)] {
        let (xima, call) = start(Options {
            xima: XimaOptions {
                no_recording,
                ..XimaOptions::default()
            },
            ..Options::default()
        });
        xima.site().someone_sets(&call, Truth::Off);
        assert_eq!(pause(&xima).status, status, "a call that is not recorded");
        assert_eq!(xima.site().truth(&call), Some(Truth::Off));
        xima.site().end_call(&call);
        assert_eq!(pause(&xima).status, status, "no call");
    }
}

#[test]
fn a_second_pause_gets_what_is_set_up() {
    for (again, status) in [(Again::Accepted, 204), (Again::Refused, 409)] {
        let (xima, call) = start(Options {
            again,
            ..Options::default()
        });
        assert_eq!(pause(&xima).status, 204);
        assert_eq!(pause(&xima).status, status);
        assert_eq!(xima.site().truth(&call), Some(Truth::Paused));
    }
}

#[test]
fn a_pause_touches_nobody_else() {
    let (xima, call) = start(Options::default());
    let other = xima.site().start_call("2001", Script::new());
    assert_eq!(command(&xima, "2001", "pause", &xima.secret()).status, 204);
    assert_eq!(xima.site().truth(&other), Some(Truth::Paused));
    assert_eq!(xima.site().truth(&call), Some(Truth::Recording));
}

#[test]
fn an_agent_has_one_call_and_a_pause_ends_with_it() {
    let (xima, first) = start(Options::default());
    pause(&xima);
    let second = xima.site().start_call(xima.extension(), Script::new());
    assert!(!xima.site().is_running(&first));
    assert_eq!(xima.site().truth(&first), Some(Truth::Off));
    assert_eq!(xima.site().truth(&second), Some(Truth::Recording));
}

#[test]
fn only_post_commands() {
    let (xima, call) = start(Options::default());
    let request = "GET /rest/api/v1/agents/1684/active-recording/pause";
    let reply = ask(&xima.base_url(), request, &[], "").unwrap();
    assert_eq!((reply.status, reply.header("Allow")), (405, Some("POST")));
    assert_eq!(xima.site().truth(&call), Some(Truth::Recording));
}
