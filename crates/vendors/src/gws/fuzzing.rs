//! What must hold whatever the server sends.

use std::collections::VecDeque;

use pause::{CallId, Recorder};
use reqwest::header::HeaderMap;
use reqwest::{Method, Request};
use serde_json::Value;

use super::bayeux::{Came, Carrier, Client};
use super::call;
use super::event::{self, Told};
use super::wire::{self, Csrf, CsrfHeader, Setup, Transport};
use crate::fuzzing::{head_and_body, in_our_own_words, said_again};
use crate::http::Head;
use crate::{Kind, VendorEvent};

const ID: &str = "00RV9H7S6O8V3BSHAG7GK2LAES00002M";

pub(crate) fn bayeux(bytes: &[u8]) {
    let mut client = Client::new("/v2/me/calls", Carrier::LongPolling, None);
    let (mut came, mut told) = (VecDeque::new(), Told::default());
    // Each line is the reply to what the client sends next.
    for reply in bytes.split(|byte| *byte == b'\n') {
        let Ok(ask) = client.ask() else { return };
        assert!(ask.after.as_secs() <= 60 && (10..=610).contains(&ask.within.as_secs()));
        let was_open = client.is_open();
        let received = client.receive(reply, &mut came);
        let accepted = String::from_utf8_lossy(reply).contains("true");
        assert!(was_open || !client.is_open() || accepted);
        for came in came.drain(..) {
            if let Came::Data { channel, data } = came {
                hints_of_what_was_said(&channel, &data, &mut told);
            }
        }
        if received.is_err() {
            return;
        }
    }
}

fn hints_of_what_was_said(channel: &str, data: &Value, told: &mut Told) {
    for event in event::read(channel, data, told).events {
        let call = match event {
            VendorEvent::Hint { call, recorder } => {
                let text = data.to_string();
                let words = match recorder {
                    Recorder::Recording => ["Recording", "ON", "PauseCallRecording"],
                    Recorder::Paused => ["Paused", "PAUSED", "ResumeCallRecording"],
                    Recorder::Off => ["Stopped", "OFF", "StartCallRecording"],
                };
                assert!(words.iter().any(|word| text.contains(word)), "{text}");
                Some(call)
            }
            VendorEvent::CallStarted(call) | VendorEvent::CallEnded(call) => Some(call),
            VendorEvent::Declined { call } => call,
            VendorEvent::Missed => None,
        };
        assert!(call.is_none_or(|call| call::could_be_an_id(call.as_str())));
    }
}

/// Any reply to the question who we are, and any failure of a poll.
pub(crate) fn gws_session(bytes: &[u8]) {
    let (head, body) = head_and_body(bytes);
    for csrf in [Csrf::Auto, Csrf::Off, Csrf::Required] {
        let setup = setup(csrf);
        match wire::read_me_reply(&setup, head, body) {
            Ok(()) => {
                assert!(head.is_success());
                if let Some(reply) = said_again(body) {
                    assert_eq!(reply["statusCode"], 0);
                }
            }
            Err(kind) => in_our_own_words(&kind),
        }
        let failed = wire::failed_poll(&setup, head, body);
        in_our_own_words(&failed);
        assert!(head.status != 401 || failed == Kind::SessionEnded);
    }
}

/// A token against forgery is sent in a header of its own, whatever the server calls it.
pub(crate) fn csrf_header(headers: &HeaderMap) {
    let Some(csrf) = CsrfHeader::read(headers) else {
        return;
    };
    let url = "https://gws.acme.example".parse().expect("it is one");
    let mut request = Request::new(Method::POST, url);
    csrf.attach(&mut request);
    assert_eq!(request.headers().len(), 1);
    for (name, value) in request.headers() {
        assert!(name.as_str().starts_with("x-") && !value.is_empty());
        assert!(value.is_sensitive());
    }
}

fn setup(csrf: Csrf) -> Setup {
    Setup {
        base_url: "https://gws.acme.example".parse().expect("it is one"),
        username: "agent@acme.example".to_owned(),
        origin: None,
        csrf,
        transport: Transport::Auto,
        channel: "/v2/me/calls".to_owned(),
    }
}

pub(crate) fn gws_call(body: &[u8]) {
    let setup = setup(Csrf::Auto);
    for status in [200, 404] {
        let head = Head {
            status,
            retry_after: None,
        };
        let call = wire::read_call_reply(&setup, &CallId::new(ID), head, body);
        let recorder = call.and_then(|call| call.recorder());
        assert!(status == 200 || recorder.is_err());
        if recorder == Ok(Recorder::Paused) {
            says_paused(body);
        }
        let calls = wire::read_calls_reply(&setup, head, body).unwrap_or_default();
        assert!(
            calls
                .iter()
                .all(|(id, _)| call::could_be_an_id(id.as_str()))
        );
        let accepted = wire::read_command_reply(&setup, head, body);
        assert!(!matches!(accepted, Ok(crate::Accepted::Confirmed(_))));
    }
}

/// Whether a reply states a pause, and nothing else; said a second time and in another way.
fn says_paused(body: &[u8]) {
    let Some(reply) = said_again(body) else {
        return;
    };
    let call = &reply["call"];
    assert_eq!(reply["statusCode"], 0);
    let offers = call["capabilities"].as_array().cloned().unwrap_or_default();
    let stated = call.get("recordingState");
    let attached = call["userData"].get("GSIP_RECORD");
    assert!(stated.is_none_or(|state| state == "Paused"));
    assert!(attached.is_none_or(|state| state == "PAUSED"));
    assert!(!offers.contains(&"PauseCallRecording".into()));
    assert!(!offers.contains(&"StartCallRecording".into()));
    assert!(
        stated.is_some() || attached.is_some() || offers.contains(&"ResumeCallRecording".into())
    );
    assert!(call.to_string().contains(ID));
}
