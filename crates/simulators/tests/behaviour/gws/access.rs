use serde_json::json;
use simulators::audio::Script;
use simulators::{GwsOptions, Truth};

use super::{Program, on_a_call, prompt, start, with};

#[test]
fn nobody_comes_in_without_a_password_that_is_right() {
    for (unauthorized, challenge) in [(401, Some("Basic realm=\"Web Services\"")), (403, None)] {
        let gws = start(with(GwsOptions {
            unauthorized,
            ..GwsOptions::default()
        }));
        let mut nobody = Program::of(&gws);
        nobody.password = None;
        let mut wrong = Program::of(&gws);
        wrong.password = Some("another".to_owned());
        let mut unknown = Program::of_agent(&gws, "somebody@acme.example");
        let mut token = Program::of(&gws);
        token.password = None;
        token.headers = vec![("Authorization".to_owned(), "Bearer abc".to_owned())];
        for program in [&mut nobody, &mut wrong, &mut unknown, &mut token] {
            let reply = program.get("/me");
            assert_eq!(reply.status, unauthorized);
            assert_eq!(reply.header("www-authenticate"), challenge);
            assert_eq!(reply.json()["statusCode"], 20);
            assert_eq!(reply.header("set-cookie"), None);
        }
        let handshake = json!([{ "channel": "/meta/handshake" }]);
        assert_eq!(
            nobody.post("/notifications", &handshake).status,
            unauthorized
        );
    }
}

#[test]
fn a_session_is_kept_by_its_cookie_and_begun_anew_by_a_password() {
    let gws = start(with(GwsOptions::default()));
    let mut program = Program::of(&gws);
    let first = program.get("/me");
    let cookie = first.header("set-cookie").expect("a cookie").to_owned();
    assert!(cookie.starts_with("JSESSIONID=") && cookie.ends_with("; Path=/; HttpOnly"));
    let again = program.get("/me");
    assert_eq!((again.status, again.header("set-cookie")), (200, None));

    let password = program.password.take();
    assert_eq!(program.get("/me").status, 200);
    gws.site().expire_sessions();
    assert_eq!(program.get("/me").status, 401);
    program.password = password;
    let renewed = program.get("/me");
    assert_eq!(renewed.status, 200);
    assert_ne!(renewed.header("set-cookie"), Some(cookie.as_str()));

    gws.site().change_secret("another");
    assert_eq!(
        program.get("/me").status,
        401,
        "a wrong password is never overlooked"
    );
}

#[test]
fn an_agent_acts_on_calls_of_nobody_else() {
    let (gws, mut first, call) = on_a_call(prompt());
    gws.site().add_agent("b@acme.example");
    let others = gws.site().start_call("b@acme.example", Script::new());
    let mut second = Program::of_agent(&gws, "b@acme.example");
    // The cookie of one and the password of another: the password counts.
    first.get("/me");
    second.cookies = first.cookies.clone();

    let found = second.get("/me/calls?fields=*").json();
    assert_eq!(found["calls"].as_array().map(Vec::len), Some(1));
    assert_eq!(found["calls"][0]["id"], *others);
    assert_ne!(first.cookies, second.cookies);
    let refused = second.operate(&call, "PauseCallRecording");
    assert_eq!(
        (refused.status, &refused.json()["statusCode"]),
        (404, &json!(6))
    );
    assert_eq!(second.get(&format!("/me/calls/{call}")).status, 404);
    assert_eq!(gws.site().truth(&call), Some(Truth::Recording));
}

fn protected(name: &str) -> GwsOptions {
    GwsOptions {
        csrf_header: Some(name.to_owned()),
        ..prompt()
    }
}

const INVALID: &str = "Missing or invalid Csrf token";

#[test]
fn what_changes_something_needs_the_token_where_there_is_one() {
    let (gws, mut program, call) = on_a_call(protected("X-Other-Token"));
    let site = gws.site();
    let missing = program.operate(&call, "PauseCallRecording");
    assert_eq!((missing.status, missing.text().as_str()), (403, INVALID));

    let me = program.get("/me");
    let name = me.header("x-csrf-header").expect("a name").to_owned();
    assert_eq!(name, "X-Other-Token");
    let token = me.header(&name).expect("a token").to_owned();
    let again = program.get("/me/calls");
    assert_eq!(
        again.header(&name),
        Some(token.as_str()),
        "it lives as long as the session"
    );

    assert_eq!(program.operate(&call, "PauseCallRecording").status, 403);
    program.headers = vec![("X-CSRF-TOKEN".to_owned(), token.clone())];
    let hard_coded = program.operate(&call, "PauseCallRecording");
    assert_eq!(hard_coded.status, 403, "the name is the server's choice");
    program.headers = vec![(name, token)];
    let cookies = std::mem::take(&mut program.cookies);
    let without_cookie = program.operate(&call, "PauseCallRecording");
    assert_eq!(
        (without_cookie.status, without_cookie.text().as_str()),
        (403, INVALID)
    );
    assert_eq!(site.truth(&call), Some(Truth::Recording));

    program.cookies = cookies;
    assert_eq!(program.operate(&call, "PauseCallRecording").status, 200);
    super::until("paused", || site.truth(&call) == Some(Truth::Paused));

    site.expire_sessions();
    let late = program.operate(&call, "ResumeCallRecording");
    assert_eq!((late.status, late.text().as_str()), (403, INVALID));
    let me = program.get("/me");
    let renewed = me.header("x-other-token").expect("a token");
    program.headers[0].1 = renewed.to_owned();
    assert_eq!(program.operate(&call, "ResumeCallRecording").status, 200);
}

#[test]
fn a_site_without_tokens_says_nothing_of_them() {
    let (_gws, mut program, call) = on_a_call(prompt());
    assert_eq!(program.get("/me").header("x-csrf-header"), None);
    assert_eq!(program.operate(&call, "PauseCallRecording").status, 200);
}

#[test]
fn the_event_channel_needs_the_token_only_if_that_is_asked_for() {
    for csrf_on_events in [false, true] {
        let gws = start(with(GwsOptions {
            csrf_on_events,
            ..protected("X-CSRF-TOKEN")
        }));
        let mut program = Program::of(&gws);
        let me = program.get("/me");
        let token = me.header("x-csrf-token").expect("a token").to_owned();
        let handshake = json!([{
            "channel": "/meta/handshake", "supportedConnectionTypes": ["long-polling"],
        }]);
        let without = program.post("/notifications", &handshake);
        assert_eq!(without.status, if csrf_on_events { 403 } else { 200 });
        program.headers = vec![("X-CSRF-TOKEN".to_owned(), token)];
        assert_eq!(program.post("/notifications", &handshake).status, 200);
    }
}

#[test]
fn an_origin_may_be_asked_for() {
    let gws = start(with(GwsOptions {
        origin_required: true,
        ..GwsOptions::default()
    }));
    let mut program = Program::of(&gws);
    assert_eq!(program.get("/me").status, 403);
    program.headers = vec![("Origin".to_owned(), "http://elsewhere.example".to_owned())];
    assert_eq!(program.get("/me").status, 403);
    program.headers = vec![("Origin".to_owned(), gws.base_url())];
    assert_eq!(program.get("/me").status, 200);
}
