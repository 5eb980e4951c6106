//! The adapter of Genesys Web Services against the CometD project's own server.
//!
//! `cometd_server.mjs` puts that server behind a stand-in for the rest of GWS. It speaks long
//! polling only.

use std::time::Duration;

use anyhow::{Context, Result, bail, ensure};
use futures_util::StreamExt;
use pause::{CallId, Recorder, Wanted};
use secrecy::SecretString;
use serde_json::{Value, json};
use tokio::time::{sleep, timeout};
use vendors::{Accepted, Control, Credentials, Events, Kind, Values, VendorError, VendorEvent};

use crate::node::{Node, node};

const USER: &str = "agent@acme.example";
const PASSWORD: &str = "pä:ssword";
const ID: &str = "00RV9H7S6O8V3BSHAG7GK2LAES00002M";

/// Longer than anything here takes.
const LIMIT: Duration = Duration::from_secs(10);

struct Gws {
    server: Node,
    base_url: String,
}

impl Gws {
    async fn start() -> Result<Self> {
        let mut server = node("cometd_server.mjs", &[USER, PASSWORD]).await?;
        let port = server.line().await?["port"].as_u64();
        let port = port.context("it says its port")?;
        Ok(Self {
            server,
            base_url: format!("http://127.0.0.1:{port}"),
        })
    }

    async fn sign_in(&self, password: &str, more: &str) -> Result<Box<dyn Control>> {
        let settings = format!(
            "base_url = {:?}\nusername = {USER:?}\n{more}",
            self.base_url
        );
        let entry = vendors::find("gws").context("it is in the list")?;
        let values = Values::read(entry.fields, &settings.parse()?).map_err(first)?;
        let vendor = (entry.open)(&values).map_err(first)?;
        let secret = Some(SecretString::from(password));
        let http = controller::http_client()?;
        Ok(vendor.sign_in(&http, &Credentials { secret }).await?)
    }

    async fn session(&self) -> Result<Box<dyn Control>> {
        self.sign_in(PASSWORD, "csrf = \"required\"").await
    }

    /// Gives an order and waits until it has been carried out.
    async fn order(&mut self, order: Value) -> Result<()> {
        self.server.say(&order).await?;
        while self.server.line().await?["done"] != order["do"] {}
        Ok(())
    }

    async fn start_call(&mut self) -> Result<()> {
        self.order(json!({"do": "start", "call": ID})).await
    }
}

fn first(problems: Vec<vendors::FieldProblem>) -> anyhow::Error {
    anyhow::anyhow!("{}", problems[0])
}

fn call() -> CallId {
    CallId::new(ID)
}

fn hint(recorder: Recorder) -> VendorEvent {
    let call = call();
    VendorEvent::Hint { call, recorder }
}

async fn next(events: &mut Events) -> Result<VendorEvent> {
    let event = timeout(LIMIT, events.next()).await?;
    Ok(event.context("the events just ended")??)
}

async fn tells(events: &mut Events, expected: &[VendorEvent]) -> Result<()> {
    for expected in expected {
        let event = next(events).await?;
        ensure!(event == *expected, "{event:?} instead of {expected:?}");
    }
    Ok(())
}

/// How the events end.
async fn end(events: &mut Events) -> Result<VendorError> {
    loop {
        match timeout(LIMIT, events.next()).await? {
            None => bail!("they ended in silence"),
            Some(Err(error)) => return Ok(error),
            Some(Ok(_)) => {}
        }
    }
}

#[tokio::test]
async fn a_call_is_told_paused_proven_resumed_and_over() -> Result<()> {
    let mut gws = Gws::start().await?;
    let session = gws.session().await?;
    let mut events = session.listen().await?;
    assert_eq!(gws.server.line().await?["subscribed"], "/v2/me/calls");
    assert_eq!(session.calls().await?, []);

    gws.start_call().await?;
    let started = VendorEvent::CallStarted(call());
    tells(&mut events, &[started, hint(Recorder::Recording)]).await?;
    assert_eq!(session.calls().await?, [call()]);
    assert_eq!(session.recorder(&call()).await?, Recorder::Recording);

    let taken = session.command(&call(), Wanted::Paused).await?;
    assert_eq!(taken, Accepted::Unproven);
    tells(&mut events, &[hint(Recorder::Paused)]).await?;
    assert_eq!(session.recorder(&call()).await?, Recorder::Paused);

    session.command(&call(), Wanted::Recording).await?;
    tells(&mut events, &[hint(Recorder::Recording)]).await?;
    assert_eq!(session.recorder(&call()).await?, Recorder::Recording);

    let order = json!({"do": "set", "call": ID, "recorder": "Paused"});
    gws.order(order).await?;
    tells(&mut events, &[hint(Recorder::Paused)]).await?;
    gws.order(json!({"do": "fail", "call": ID})).await?;
    let declined = VendorEvent::Declined { call: Some(call()) };
    tells(&mut events, &[declined]).await?;

    gws.order(json!({"do": "end", "call": ID})).await?;
    tells(&mut events, &[VendorEvent::CallEnded(call())]).await?;
    let gone = session.recorder(&call()).await.unwrap_err();
    assert_eq!(gone.kind, Kind::NoSuchCall);
    session.sign_out().await?;
    gws.server.end().await
}

#[tokio::test]
async fn events_that_come_close_together_all_arrive() -> Result<()> {
    let mut gws = Gws::start().await?;
    let session = gws.session().await?;
    let mut events = session.listen().await?;
    gws.start_call().await?;
    for recorder in ["Paused", "Recording"].repeat(10) {
        let order = json!({"do": "set", "call": ID, "recorder": recorder});
        gws.order(order).await?;
    }
    let started = VendorEvent::CallStarted(call());
    tells(&mut events, &[started, hint(Recorder::Recording)]).await?;
    for _ in 0..10 {
        let both = [hint(Recorder::Paused), hint(Recorder::Recording)];
        tells(&mut events, &both).await?;
    }
    gws.server.end().await
}

#[tokio::test]
async fn a_poll_that_brings_nothing_is_followed_by_the_next() -> Result<()> {
    let mut gws = Gws::start().await?;
    let session = gws.session().await?;
    let mut events = session.listen().await?;
    // The server lets go of a poll after one second, and of a client after ten.
    let quiet = timeout(Duration::from_millis(2_500), events.next()).await;
    assert!(quiet.is_err(), "{quiet:?}");
    gws.start_call().await?;
    tells(&mut events, &[VendorEvent::CallStarted(call())]).await?;
    gws.server.end().await
}

#[tokio::test]
async fn a_server_that_has_forgotten_everybody_is_told_who_listens() -> Result<()> {
    let mut gws = Gws::start().await?;
    let session = gws.session().await?;
    let mut events = session.listen().await?;
    gws.start_call().await?;
    let started = VendorEvent::CallStarted(call());
    tells(&mut events, &[started, hint(Recorder::Recording)]).await?;
    gws.order(json!({"do": "restart"})).await?;
    tells(&mut events, &[VendorEvent::Missed]).await?;
    let order = json!({"do": "set", "call": ID, "recorder": "Paused"});
    gws.order(order).await?;
    tells(&mut events, &[hint(Recorder::Paused)]).await?;
    gws.server.end().await
}

#[tokio::test]
async fn a_server_that_says_good_bye_ends_the_events_and_takes_a_new_listener() -> Result<()> {
    let mut gws = Gws::start().await?;
    let session = gws.session().await?;
    let mut events = session.listen().await?;
    // The first poll has to be there for the server to answer it.
    gws.start_call().await?;
    tells(&mut events, &[VendorEvent::CallStarted(call())]).await?;
    let ending = tokio::spawn(async move { end(&mut events).await });
    sleep(Duration::from_millis(200)).await;
    gws.order(json!({"do": "disconnect"})).await?;
    let ended = ending.await??;
    assert!(!ended.kind.ends_session(), "{ended}");

    let mut events = session.listen().await?;
    gws.order(json!({"do": "set", "call": ID, "recorder": "Paused"}))
        .await?;
    let started = VendorEvent::CallStarted(call());
    tells(&mut events, &[started, hint(Recorder::Paused)]).await?;
    gws.server.end().await
}

#[tokio::test]
async fn whoever_listens_again_is_told_although_the_poll_before_is_still_held() -> Result<()> {
    let mut gws = Gws::start().await?;
    let session = gws.session().await?;
    for _ in 0..3 {
        let mut events = session.listen().await?;
        // The poll is under way when its listener goes.
        let quiet = timeout(Duration::from_millis(400), events.next()).await;
        ensure!(quiet.is_err(), "{quiet:?}");
    }
    let mut events = session.listen().await?;
    gws.start_call().await?;
    let started = VendorEvent::CallStarted(call());
    tells(&mut events, &[started, hint(Recorder::Recording)]).await?;
    gws.server.end().await
}

#[tokio::test]
async fn a_server_that_is_gone_ends_the_events_with_an_error() -> Result<()> {
    let gws = Gws::start().await?;
    let session = gws.session().await?;
    let mut events = session.listen().await?;
    drop(gws);
    let ended = end(&mut events).await?;
    assert!(
        matches!(ended.kind, Kind::NoAnswer | Kind::Unreachable),
        "{ended}"
    );
    Ok(())
}

#[tokio::test]
async fn what_the_server_does_not_allow_is_not_taken_for_open() -> Result<()> {
    let mut gws = Gws::start().await?;
    let Err(rejected) = gws.sign_in("another one", "").await else {
        bail!("any password will do");
    };
    let rejected: VendorError = rejected.downcast()?;
    assert_eq!(rejected.kind, Kind::SignInRejected);

    let session = gws.session().await?;
    gws.order(json!({"do": "deny"})).await?;
    let Err(denied) = session.listen().await else {
        bail!("it listens where it may not");
    };
    assert!(matches!(denied.kind, Kind::NotPermitted(_)), "{denied}");
    gws.server.end().await
}

#[tokio::test]
async fn a_websocket_that_the_server_does_not_have_is_an_error() -> Result<()> {
    let gws = Gws::start().await?;
    let session = gws.sign_in(PASSWORD, "transport = \"websocket\"").await?;
    let Err(refused) = session.listen().await else {
        bail!("there is none to listen to");
    };
    assert!(!refused.kind.ends_session(), "{refused}");
    gws.server.end().await
}
