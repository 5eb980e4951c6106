//! The simulator of Genesys Web Services, heard by the CometD project's own client.

use std::time::Duration;

use anyhow::{Context, Result};
use serde_json::{Value, json};
use simulators::audio::Script;
use simulators::{GwsOptions, Options, Simulator, Truth, Vendor};

use crate::node::{Node, node};

/// So short that a poll ends without an event again and again.
const SHORT: Duration = Duration::from_millis(300);

/// So long that a test which waits for the end of a poll fails.
const LONG: Duration = Duration::from_secs(60);

struct Listening {
    gws: Simulator,
    client: Node,
}

impl Listening {
    async fn begin(transport: &str, channel: &str, poll_timeout: Duration) -> Result<Self> {
        let options = Options {
            gws: GwsOptions {
                poll_timeout,
                ..GwsOptions::default()
            },
            ..Options::default()
        };
        let gws = Simulator::start(Vendor::Gws, options)?;
        let url = format!("{}/api/v2/notifications", gws.base_url());
        let arguments = [url.as_str(), transport, &authorization(&gws), channel];
        let client = node("cometd_client.mjs", &arguments).await?;
        let mut listening = Self { gws, client };
        let handshake = listening.hears("handshake").await?;
        assert_eq!(handshake["over"], transport);
        listening.is_up().await?;
        Ok(listening)
    }

    /// Waits for the next line that tells this.
    async fn hears(&mut self, what: &str) -> Result<Value> {
        loop {
            let line = self.client.line().await?;
            if line.get(what).is_some() {
                return Ok(line);
            }
        }
    }

    /// After a handshake: it has subscribed and polls.
    async fn is_up(&mut self) -> Result<()> {
        let (mut subscribed, mut connected) = (false, false);
        while !(subscribed && connected) {
            let line = self.client.line().await?;
            let yes = json!({ "successful": true });
            subscribed |= line["subscribe"] == yes;
            connected |= line["connect"] == yes;
        }
        Ok(())
    }

    async fn next_event(&mut self) -> Result<Value> {
        Ok(self.hears("event").await?["event"].take())
    }

    async fn pause(&self, call: &str) -> Result<Value> {
        let url = format!("{}/api/v2/me/calls/{call}", self.gws.base_url());
        let reply = controller::http_client()?
            .post(url)
            .basic_auth(self.gws.site().agent(), Some(self.gws.secret()))
            .json(&json!({ "operationName": "PauseCallRecording" }))
            .send()
            .await?;
        reply.json().await.context("no JSON")
    }
}

fn authorization(gws: &Simulator) -> String {
    // Written out once, so that nothing but the client is under test.
    assert_eq!(gws.site().agent(), "agent1@acme.example");
    assert_eq!(gws.secret(), "simulated-agent-password");
    "Basic YWdlbnQxQGFjbWUuZXhhbXBsZTpzaW11bGF0ZWQtYWdlbnQtcGFzc3dvcmQ=".to_owned()
}

async fn hears_a_call_from_start_to_end(transport: &str, channel: &str) -> Result<()> {
    let mut listening = Listening::begin(transport, channel, LONG).await?;
    let site = listening.gws.site();

    let call = site.start_call(&site.agent(), Script::new());
    let event = listening.next_event().await?;
    assert_eq!(event["notificationType"], "StatusChange");
    assert_eq!(event["call"]["id"], *call);
    assert_eq!(event["call"]["state"], "Established");
    assert_eq!(event["call"]["recordingState"], "Recording");

    assert_eq!(listening.pause(&call).await?, json!({ "statusCode": 0 }));
    let event = listening.next_event().await?;
    assert_eq!(event["notificationType"], "CallRecordingStateChange");
    assert_eq!(event["call"]["id"], *call);
    assert_eq!(event["call"]["recordingState"], "Paused");
    assert_eq!(site.truth(&call), Some(Truth::Paused));

    site.end_call(&call);
    let stopped = listening.next_event().await?;
    assert_eq!(stopped["call"]["recordingState"], "Stopped");
    let event = listening.next_event().await?;
    assert_eq!(event["notificationType"], "StatusChange");
    assert_eq!(event["call"]["state"], "Released");
    listening.ends_well().await
}

async fn survives_polls_that_bring_nothing(transport: &str) -> Result<()> {
    let mut listening = Listening::begin(transport, "/v2/me/calls", SHORT).await?;
    for _ in 0..4 {
        let reply = listening.hears("connect").await?;
        assert_eq!(reply["connect"], json!({ "successful": true }));
    }
    let site = listening.gws.site();
    let call = site.start_call(&site.agent(), Script::new());
    assert_eq!(listening.next_event().await?["call"]["id"], *call);
    listening.ends_well().await
}

async fn comes_back_after_it_was_forgotten(transport: &str) -> Result<()> {
    let mut listening = Listening::begin(transport, "/v2/me/calls", LONG).await?;
    let site = listening.gws.site();
    site.forget_listeners();
    let refused = loop {
        // A poll may have been over just then.
        let reply = listening.hears("connect").await?;
        if reply["connect"]["successful"] == false {
            break reply;
        }
    };
    assert_eq!(refused["connect"]["error"], "402::Unknown client");
    let handshake = listening.hears("handshake").await?;
    assert_eq!(handshake["handshake"], json!({ "successful": true }));
    listening.is_up().await?;
    let call = site.start_call(&site.agent(), Script::new());
    assert_eq!(listening.next_event().await?["call"]["id"], *call);
    listening.ends_well().await
}

impl Listening {
    async fn ends_well(mut self) -> Result<()> {
        self.client.say(&json!({ "do": "disconnect" })).await?;
        let reply = self.hears("disconnect").await?;
        assert_eq!(reply["disconnect"], json!({ "successful": true }));
        self.client.end().await
    }
}

macro_rules! over {
    ($module:ident, $transport:literal) => {
        mod $module {
            use super::*;

            #[tokio::test]
            async fn it_hears_a_call_from_start_to_end() -> Result<()> {
                hears_a_call_from_start_to_end($transport, "/v2/me/calls").await
            }

            #[tokio::test]
            async fn it_may_subscribe_to_everything_of_the_agent() -> Result<()> {
                hears_a_call_from_start_to_end($transport, "/v2/me/*").await
            }

            #[tokio::test]
            async fn it_survives_polls_that_bring_nothing() -> Result<()> {
                survives_polls_that_bring_nothing($transport).await
            }

            #[tokio::test]
            async fn it_comes_back_after_it_was_forgotten() -> Result<()> {
                comes_back_after_it_was_forgotten($transport).await
            }
        }
    };
}

over!(long_polls, "long-polling");
over!(a_websocket, "websocket");
