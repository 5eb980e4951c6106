//! The program as people start it.

use std::io::{BufRead, BufReader, Read};
use std::process::{Child, Command, Stdio};

use crate::client::ask;

/// The running program; it ends with the test.
struct Program(Child);

impl Drop for Program {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ended = self.0.kill();
        let _status = self.0.wait();
    }
}

fn run(arguments: &str) -> Program {
    let program = Command::new(env!("CARGO_BIN_EXE_simulators"))
        .args(arguments.split(' '))
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn();
    Program(program.expect("it starts"))
}

#[test]
fn it_tells_where_it_is_and_does_what_it_is_asked_to() {
    let mut program = run("--vendor xima --extension 2001 --fault status=503:1");
    let lines = BufReader::new(program.0.stdout.take().expect("piped")).lines();
    let mut introduction = Vec::new();
    for line in lines {
        let line = line.unwrap();
        introduction.push(line.clone());
        if line.starts_with("Everything else") {
            break;
        }
    }
    let value = |name: &str| {
        let found = introduction.iter().find_map(|line| {
            let (key, value) = line.trim().split_once("  ")?;
            (key == name).then(|| value.trim().to_owned())
        });
        found.unwrap_or_else(|| panic!("no {name} in {introduction:?}"))
    };
    let url = value("base URL");
    assert_eq!(value("extension"), "2001");
    assert!(introduction.contains(&format!("base_url = \"{url}\"")));

    let bearer = format!("Bearer {}", value("secret"));
    let pause = "POST /rest/api/v1/agents/2001/active-recording/pause";
    let statuses = [(); 2].map(|()| {
        let reply = ask(&url, pause, &[("Authorization", &bearer)], "");
        reply.expect("it is answered").status
    });
    assert_eq!(statuses, [503, 404], "a fault, then no call");
    let calls = "POST /_control/calls";
    assert_eq!(ask(&url, calls, &[], "").unwrap().status, 201);
    let paused = ask(&url, pause, &[("Authorization", &bearer)], "").unwrap();
    assert_eq!(paused.status, 204);
    let call = ask(&url, "GET /_control/calls/current", &[], "").unwrap();
    assert_eq!(call.json()["truth"], "paused");
}

#[test]
fn it_says_what_is_wrong_and_ends() {
    for (arguments, says) in [
        (
            "--vendor genesys",
            "[possible values: xima, gqm, anywhere365, noojee, gws]",
        ),
        (
            "--vendor xima --bearer issued",
            "--bearer is for --vendor anywhere365",
        ),
    ] {
        let mut program = run(arguments);
        let mut told = String::new();
        let mut errors = program.0.stderr.take().expect("piped");
        errors.read_to_string(&mut told).unwrap();
        assert!(told.contains(says), "{told}");
        assert!(!program.0.wait().unwrap().success());
    }
}

#[test]
fn its_help_names_every_fault_and_every_control_request() {
    let mut program = run("--help");
    let mut help = String::new();
    let mut out = program.0.stdout.take().expect("piped");
    out.read_to_string(&mut help).unwrap();
    for fault in simulators::FAULTS.split(", ") {
        assert!(help.contains(fault), "{fault} in {help}");
    }
    for line in simulators::CONTROL_HELP.lines() {
        let request: Vec<_> = line.split_whitespace().take(2).collect();
        assert!(help.contains(request[1]), "{request:?} in {help}");
    }
}
