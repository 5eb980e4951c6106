//! What the tests of all adapters need.

use std::error::Error;
use std::fmt::Write;

use secrecy::SecretString;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

use crate::http::Head;
use crate::{Control, Credentials, Opened, Values, VendorError};

/// A secret that must turn up nowhere.
pub(crate) const CANARY: &str = "CANARY-5f1c9d20";

/// A client as the controller makes it: it follows no redirects.
pub(crate) fn client() -> reqwest::Client {
    client_following(reqwest::redirect::Policy::none())
}

pub(crate) fn client_following(redirects: reqwest::redirect::Policy) -> reqwest::Client {
    // Fails only where another test has done it already.
    let _ = rustls::crypto::ring::default_provider().install_default();
    reqwest::Client::builder()
        .http1_only()
        .redirect(redirects)
        .no_proxy()
        .build()
        .expect("this computer can make a client")
}

/// What the settings of a vendor open, as written in its section of the file.
pub(crate) fn open(name: &str, settings: &str) -> Opened {
    let entry = crate::find(name).expect("it is in the list");
    let table = settings.parse().expect("the test's own TOML");
    (entry.open)(&Values::read(entry.fields, &table)?)
}

pub(crate) fn canary() -> Credentials {
    Credentials {
        secret: Some(SecretString::from(CANARY)),
    }
}

pub(crate) async fn signed_in(name: &str, settings: &str) -> Box<dyn Control> {
    sign_in(name, settings).await.expect("signing in works")
}

pub(crate) async fn sign_in(name: &str, settings: &str) -> Result<Box<dyn Control>, VendorError> {
    let vendor = open(name, settings).expect("the settings are right");
    let session = vendor.sign_in(&client(), &canary()).await;
    if let Err(error) = &session {
        assert_harmless(error);
    }
    session
}

/// An error has neither the secret in it nor an address, however it is printed.
pub(crate) fn assert_harmless(error: &VendorError) {
    let mut all = format!("{error} {error:?} {error:#?}");
    let mut source = error.source();
    while let Some(cause) = source {
        write!(all, " {cause} {cause:?}").expect("a String takes everything");
        source = cause.source();
    }
    for secret in [CANARY, "http:", "attendantservice", "active-recording"] {
        assert!(!all.contains(secret), "{secret} in {all}");
    }
}

/// A reply written down by hand: its source, its status, and after an empty line its body.
pub(crate) struct Fixture {
    pub(crate) head: Head,
    pub(crate) body: &'static str,
}

impl Fixture {
    pub(crate) fn read(text: &'static str) -> Self {
        let (about, body) = text.split_once("\n\n").expect("an empty line");
        let (source, status) = about.split_once('\n').expect("two lines before it");
        assert!(source.starts_with("source: "), "{text}");
        let status = status.strip_prefix("status: ").expect("a status");
        let number = status.split(' ').next().expect("splitting gives one");
        Self {
            head: head(number.parse().expect("a number")),
            body: body.trim_end(),
        }
    }
}

pub(crate) const fn head(status: u16) -> Head {
    Head {
        status,
        retry_after: None,
    }
}

/// What a server of our own does after its reply.
#[derive(Clone, Copy)]
pub(crate) enum Then {
    Close,
    Hang,
    SendForEver,
}

/// A server that takes one request, sends these bytes, and then does this. Returns its address.
pub(crate) async fn raw_server(reply: &'static str, then: Then) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let address = listener.local_addr().expect("it is bound");
    tokio::spawn(async move {
        let (mut socket, _) = listener.accept().await.expect("somebody asks");
        let mut request = Vec::new();
        while !request.windows(4).any(|four| four == b"\r\n\r\n") {
            let read = socket.read_buf(&mut request).await.expect("a request");
            assert!(read > 0, "it ended early");
        }
        socket.write_all(reply.as_bytes()).await.expect("a reader");
        match then {
            Then::Close => {}
            Then::Hang => std::future::pending().await,
            Then::SendForEver => {
                let piece = "400\r\n".to_owned() + &"x".repeat(1024) + "\r\n";
                while socket.write_all(piece.as_bytes()).await.is_ok() {}
            }
        }
    });
    format!("http://{address}")
}
