use simulators::audio::Script;
use simulators::{Again, GqmOptions, LogInReply, Options, ResumeName, Simulator, Truth, Vendor};

use crate::client::{Reply, ask};

const FORM: (&str, &str) = ("Content-Type", "application/x-www-form-urlencoded");
const ANY_COOKIE: (&str, &str) = ("Cookie", "random=123");
const LIST: &str = "/callrec/restful/couples.xml";

fn start(options: Options) -> (Simulator, String) {
    let gqm = Simulator::start(Vendor::Gqm, options).expect("a free port");
    let call = gqm.site().start_call(gqm.extension(), Script::new());
    (gqm, call)
}

fn with(gqm: GqmOptions) -> Options {
    Options {
        gqm,
        ..Options::default()
    }
}

fn send(gqm: &Simulator, request: &str, headers: &[(&str, &str)], body: &str) -> Reply {
    ask(&gqm.base_url(), request, headers, body).expect("it is answered")
}

fn log_in(gqm: &Simulator, password: &str, headers: &[(&str, &str)]) -> Reply {
    let form = format!("login=callrec-api&password={password}");
    send(gqm, "POST /callrec/loginAction.do", headers, &form)
}

/// The cookie that a reply sets, as it is sent back.
fn cookie_of(reply: &Reply) -> String {
    let set = reply.header("Set-Cookie").expect("a session");
    set.split(';').next().unwrap_or_default().to_owned()
}

/// Signs in and asks in that session.
struct Client<'a> {
    gqm: &'a Simulator,
    cookie: String,
}

impl<'a> Client<'a> {
    fn new(gqm: &'a Simulator) -> Self {
        let reply = log_in(gqm, &gqm.secret(), &[FORM, ANY_COOKIE]);
        let cookie = cookie_of(&reply);
        Self { gqm, cookie }
    }

    fn ask(&self, request: &str, body: &str) -> Reply {
        send(self.gqm, request, &[FORM, ("Cookie", &self.cookie)], body)
    }

    fn list(&self, query: &str) -> Reply {
        self.ask(&format!("GET {LIST}{query}"), "")
    }

    /// How many couples a list with this query has.
    fn counts(&self, query: &str) -> usize {
        let reply = self.list(query);
        assert_eq!(reply.status, 200, "{query}");
        reply.text().matches("<couples id=").count()
    }

    fn command(&self, couple: &str, parameters: &str) -> u16 {
        let request = format!("POST {LIST}/{couple}/pausedState");
        self.ask(&request, parameters).status
    }
}

/// The address in a document that ends in this, without the server.
fn link(reply: &Reply, end: &str) -> Option<String> {
    let text = reply.text();
    let links = text.split("href=\"").skip(1);
    let addresses = links.filter_map(|rest| rest.split('"').next());
    let mut fitting = addresses.filter(|address| address.ends_with(end));
    let address = fitting.next()?.to_owned();
    let path = address.find("/callrec").expect("a full address");
    Some(address[path..].to_owned())
}

/// "Basic Procedure" of the page "Pause/Resume API", one step after the other.
#[test]
fn the_documented_procedure_can_be_followed() {
    let gqm = Simulator::start(Vendor::Gqm, Options::default()).unwrap();
    let site = gqm.site();
    site.start_call_as("24142", gqm.extension(), Script::new());
    // "An arbitrary (random) cookie must be included in the initial login POST request."
    let client = Client::new(&gqm);
    // "Send an HTTP GET request (with optional filter parameters) to list calls in progress."
    let list = client.list("?phoneNumber=1684&phoneNumberDirection=BOTH");
    assert_eq!(
        (list.status, list.header("Content-Type")),
        (200, Some("text/xml; charset=utf-8"))
    );
    assert!(
        list.text()
            .starts_with("<couples><couples id=\"24197\" callId=\"24142\"><ns2:link")
    );
    // "… will include a call details URI in the result list."
    let details = link(&list, "/24197").expect("a details URI");
    // "The reply is an XML document that includes a pause/resume URI."
    let reply = client.ask(&format!("GET {details}"), "");
    let paused_state = link(&reply, "/pausedState").expect("a pause/resume URI");
    assert_eq!(paused_state, format!("{LIST}/24197/pausedState"));
    // "Send an HTTP POST/PUT request to the pause/resume URI with paused=true to pause the
    // call/screen recording or pause=false to resume call/screen recording."
    for method in ["POST", "PUT"] {
        let pause = client.ask(&format!("{method} {paused_state}"), "paused=true");
        assert_eq!(pause.status, 200);
        assert_eq!(site.truth("24142"), Some(Truth::Paused));
        let resume = client.ask(&format!("{method} {paused_state}?pause=false"), "");
        assert_eq!(resume.status, 200);
        assert_eq!(site.truth("24142"), Some(Truth::Recording));
    }
    // "Log out, again via an HTTP POST request."
    client.ask("POST /callrec/logoutAction.do", "");
    assert_eq!(client.list("").status, 403);
}

#[test]
fn the_log_in_says_the_same_to_everybody_and_lets_in_only_who_shows_a_cookie() {
    for (log_in_reply, status) in [(LogInReply::Redirect, 302), (LogInReply::Page, 200)] {
        let (gqm, _) = start(with(GqmOptions {
            log_in_reply,
            ..GqmOptions::default()
        }));
        let secret = gqm.secret();
        for (password, headers, list) in [
            (secret.as_str(), &[FORM, ANY_COOKIE][..], 200),
            (&secret, &[FORM], 403),
            ("wrong", &[FORM, ANY_COOKIE], 403),
            (&secret, &[ANY_COOKIE], 403),
        ] {
            let reply = log_in(&gqm, password, headers);
            assert_eq!(reply.status, status);
            let cookie = cookie_of(&reply);
            assert!(cookie.starts_with("JSESSIONID="), "{cookie}");
            let request = format!("GET {LIST}");
            let headers = [("Cookie", cookie.as_str())];
            assert_eq!(
                send(&gqm, &request, &headers, "").status,
                list,
                "{password}"
            );
        }
    }
}

#[test]
fn the_servlet_answers_200_and_says_in_its_body_whether_one_is_in() {
    let (gqm, _) = start(Options::default());
    let right = format!("loginname=callrec-api&password={}", gqm.secret());
    let wrong = "loginname=callrec-api&password=wrong";
    let servlet = "/callrec/loginservlet";
    for (request, body, is_in) in [
        (format!("POST {servlet}"), right.as_str(), true),
        (format!("GET {servlet}?{right}"), "", true),
        (format!("POST {servlet}"), wrong, false),
        (format!("POST {servlet}"), "", false),
    ] {
        let reply = send(&gqm, &request, &[FORM], body);
        assert_eq!(reply.status, 200);
        assert_eq!(reply.text().contains("<ok sessionid=\""), is_in, "{body}");
        let cookie = cookie_of(&reply);
        let list = send(&gqm, &format!("GET {LIST}"), &[("Cookie", &cookie)], "");
        assert_eq!(list.status == 200, is_in);
        if is_in {
            let id = cookie.trim_start_matches("JSESSIONID=");
            assert!(reply.text().contains(&format!(
                "<ok sessionid=\"{id}\" number=\"1\">Access is authorized.</ok>"
            )));
        }
    }
}

#[test]
fn nothing_is_told_or_done_without_a_session() {
    let (gqm, call) = start(Options::default());
    let couple = gqm.site().couples(&call).remove(0);
    let client = Client::new(&gqm);
    gqm.site().expire_sessions();
    assert_eq!(client.list("").status, 403);
    assert_eq!(client.ask(&format!("GET {LIST}/{couple}"), "").status, 403);
    assert_eq!(client.command(&couple, "paused=true"), 403);
    assert_eq!(gqm.site().truth(&call), Some(Truth::Recording));
}

#[test]
fn a_list_is_narrowed_down_by_number_address_and_direction() {
    let (gqm, call) = start(Options::default());
    let site = gqm.site();
    site.start_call("1685", Script::new());
    let client = Client::new(&gqm);
    let (ip, other_ip) = (site.phone_ip("1684"), site.phone_ip("1685"));
    assert_ne!(ip, other_ip);
    let by_ip = format!("?ipAddress={ip}");
    let both = format!("?phoneNumber=1684&ipAddress={ip}");
    let neither = format!("?phoneNumber=1684&ipAddress={other_ip}");
    for (query, couples) in [
        ("", 2),
        ("?phoneNumber=1684", 1),
        ("?phoneNumber=9999", 0),
        ("?phoneNumber=1684&phoneNumberDirection=BOTH", 1),
        ("?phoneNumber=1684&phoneNumberDirection=CALLED", 1),
        ("?phoneNumber=1684&phoneNumberDirection=CALLING", 0),
        (&by_ip, 1),
        (&format!("{by_ip}&ipAddressDirection=CALLING"), 0),
        (&both, 1),
        (&neither, 0),
    ] {
        assert_eq!(client.counts(query), couples, "{query}");
    }
    let wrong = "?phoneNumber=1684&phoneNumberDirection=UP";
    assert_eq!(client.list(wrong).status, 400);
    // The agent calls somebody else.
    site.add_couple(&call);
    let calling = "?phoneNumber=1684&phoneNumberDirection=CALLING";
    assert_eq!(client.counts(calling), 1);
    assert_eq!(client.counts("?phoneNumber=1684"), 2);
}

#[test]
fn a_call_records_while_any_of_its_couples_does() {
    let (gqm, call) = start(Options::default());
    let site = gqm.site();
    let client = Client::new(&gqm);
    let first = site.couples(&call).remove(0);
    assert_eq!(client.command(&first, "paused=true"), 200);
    assert_eq!(site.truth(&call), Some(Truth::Paused));

    let second = site.add_couple(&call).unwrap();
    assert_eq!(site.truth(&call), Some(Truth::Recording));
    assert_eq!(site.couple_truth(&first), Some(Truth::Paused));
    client.command(&second, "paused=true");
    assert_eq!(site.truth(&call), Some(Truth::Paused));

    client.command(&first, "pause=false");
    assert_eq!(site.truth(&call), Some(Truth::Recording));
    site.end_couple(&first);
    assert_eq!(site.truth(&call), Some(Truth::Paused));
    assert_eq!(site.couples(&call), [second.as_str()]);

    let third = site.add_couple(&call).unwrap();
    site.someone_sets(&call, Truth::Recording);
    assert_eq!(site.couple_truth(&second), Some(Truth::Recording));
    site.someone_sets(&call, Truth::Paused);
    assert_eq!(site.couple_truth(&third), Some(Truth::Paused));
    site.end_call(&call);
    assert_eq!(site.truth(&call), Some(Truth::Off));
    assert!(site.couples(&call).is_empty());
}

#[test]
fn what_is_over_or_not_recorded_is_not_there() {
    let (gqm, call) = start(Options::default());
    let site = gqm.site();
    let client = Client::new(&gqm);
    let couple = site.couples(&call).remove(0);
    site.someone_sets(&call, Truth::Off);
    assert_eq!(client.counts(""), 0);
    assert_eq!(client.command(&couple, "paused=true"), 404);
    site.someone_sets(&call, Truth::Recording);
    assert_eq!(client.counts(""), 1);
    site.end_call(&call);
    assert_eq!(client.ask(&format!("GET {LIST}/{couple}"), "").status, 404);
    assert_eq!(client.command(&couple, "paused=true"), 404);
    assert_eq!(client.command("1", "paused=true"), 404);
}

#[test]
fn rights_show_in_links() {
    let (gqm, call) = start(Options::default());
    let site = gqm.site();
    let client = Client::new(&gqm);
    let couple = site.couples(&call).remove(0);
    let details = || client.ask(&format!("GET {LIST}/{couple}"), "");
    assert!(link(&details(), "/pausedState").is_some());

    site.let_couple_be_paused(&couple, false);
    assert_eq!(details().status, 200);
    assert_eq!(link(&details(), "/pausedState"), None);
    assert!(link(&client.list(""), &couple).is_some());
    assert_eq!(client.command(&couple, "paused=true"), 403);
    site.let_couple_be_paused(&couple, true);

    site.hide_couple(&couple, true);
    assert_eq!(link(&client.list(""), &couple), None);
    assert_eq!(client.counts(""), 1);
    assert_eq!(details().status, 403);
    site.hide_couple(&couple, false);
    site.forbid(gqm.extension(), true);
    assert_eq!(link(&client.list(""), &couple), None);
    assert_eq!(site.truth(&call), Some(Truth::Recording));
    site.forbid(gqm.extension(), false);
    assert_eq!(client.command(&couple, "paused=true"), 200);
}

#[test]
fn one_couple_can_fail_alone() {
    let (gqm, call) = start(Options::default());
    let site = gqm.site();
    let client = Client::new(&gqm);
    let first = site.couples(&call).remove(0);
    let second = site.add_couple(&call).unwrap();
    site.fail_couple(&second, Some(500));
    assert_eq!(client.command(&first, "paused=true"), 200);
    assert_eq!(client.command(&second, "paused=true"), 500);
    assert_eq!(site.couple_truth(&first), Some(Truth::Paused));
    assert_eq!(site.truth(&call), Some(Truth::Recording));
    site.fail_couple(&second, None);
    assert_eq!(client.command(&second, "paused=true"), 200);
    assert_eq!(site.truth(&call), Some(Truth::Paused));
}

#[test]
fn the_parameter_that_resumes_is_what_is_set_up() {
    for (resume_name, pause, paused) in [
        (ResumeName::Pause, 200, 400),
        (ResumeName::Paused, 400, 200),
        (ResumeName::Both, 200, 200),
    ] {
        for (parameters, status) in [
            ("pause=false", pause),
            ("paused=false", paused),
            ("paused=false&pause=false", 200),
        ] {
            let (gqm, call) = start(with(GqmOptions {
                resume_name,
                ..GqmOptions::default()
            }));
            let client = Client::new(&gqm);
            let couple = gqm.site().couples(&call).remove(0);
            assert_eq!(client.command(&couple, "pause=true"), 400);
            assert_eq!(client.command(&couple, "paused=true"), 200);
            assert_eq!(client.command(&couple, parameters), status, "{parameters}");
            let resumed = gqm.site().truth(&call) == Some(Truth::Recording);
            assert_eq!(resumed, status == 200, "{resume_name:?} {parameters}");
        }
    }
}

#[test]
fn a_second_pause_gets_what_is_set_up() {
    for (again, status) in [(Again::Accepted, 200), (Again::Refused, 409)] {
        let (gqm, call) = start(Options {
            again,
            ..Options::default()
        });
        let client = Client::new(&gqm);
        let couple = gqm.site().couples(&call).remove(0);
        assert_eq!(client.command(&couple, "paused=true"), 200);
        assert_eq!(client.command(&couple, "paused=true"), status);
        assert_eq!(gqm.site().truth(&call), Some(Truth::Paused));
    }
}

#[test]
fn each_page_has_its_methods() {
    let (gqm, _) = start(Options::default());
    for (request, allowed) in [
        ("GET /callrec/loginAction.do", "POST"),
        ("PUT /callrec/loginservlet", "GET, POST"),
        ("GET /callrec/logoutAction.do", "POST"),
        ("POST /callrec/restful/couples.xml", "GET"),
        ("POST /callrec/restful/couples.xml/1", "GET"),
        (
            "GET /callrec/restful/couples.xml/1/pausedState",
            "POST, PUT",
        ),
    ] {
        let reply = send(&gqm, request, &[], "");
        assert_eq!(
            (reply.status, reply.header("Allow")),
            (405, Some(allowed)),
            "{request}"
        );
    }
    assert_eq!(send(&gqm, "GET /callrec", &[], "").status, 404);
}

#[test]
fn agents_are_many_and_each_pauses_alone() {
    let (gqm, _) = start(Options::default());
    let site = gqm.site();
    let client = Client::new(&gqm);
    let agents: Vec<String> = (2_000..2_500).map(|number| number.to_string()).collect();
    let calls: Vec<String> = agents
        .iter()
        .map(|agent| site.start_call(agent, Script::new()))
        .collect();
    let list = client.list("?phoneNumber=2123");
    let couple = site.couples(&calls[123]).remove(0);
    assert!(link(&list, &format!("/{couple}")).is_some());
    assert_eq!(list.text().matches("<couples id=").count(), 1);
    client.command(&couple, "paused=true");
    let paused = calls
        .iter()
        .filter(|call| site.truth(call) == Some(Truth::Paused));
    assert_eq!(paused.collect::<Vec<_>>(), [&calls[123]]);
    let settings = gqm.settings_of("2123");
    assert!(settings.contains("phone = \"2123\""), "{settings}");
    assert!(
        settings.contains("username = \"callrec-api\""),
        "{settings}"
    );
}

#[test]
fn another_couple_can_be_added_by_hand() {
    let (gqm, call) = start(Options::default());
    gqm.site().someone_sets(&call, Truth::Paused);
    let request = "POST /_control/calls/current/couples";
    let reply = send(&gqm, request, &[], "");
    assert_eq!(
        (reply.status, &reply.json()["truth"]),
        (200, &"recording".into())
    );
    assert_eq!(gqm.site().couples(&call).len(), 2);
}
