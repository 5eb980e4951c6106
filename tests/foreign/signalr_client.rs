//! Microsoft's SignalR client against the simulated Anywhere365's event hub: the simulator
//! speaks the protocol, and not only what our adapter makes of it.

use std::time::Duration;

use anyhow::{Context, Result, ensure};
use serde_json::{Value, json};
use simulators::audio::Script;
use simulators::{
    Anywhere365Options, Bearer, EventArguments, Hub, HubTransport, Join, JoinArgument, Options,
    Simulator, Truth, Vendor,
};
use tokio::time::sleep;

use crate::node::{Node, node};

const TRANSPORTS: [(&str, HubTransport); 3] = [
    ("WebSockets", HubTransport::WebSockets),
    ("ServerSentEvents", HubTransport::ServerSentEvents),
    ("LongPolling", HubTransport::LongPolling),
];

/// How often the hub says that it is there, as does the client.
const KEEP_ALIVE: Duration = Duration::from_millis(200);

/// After how much silence either of them gives up.
const PATIENCE: Duration = Duration::from_secs(2);

fn hub() -> Anywhere365Options {
    Anywhere365Options {
        hub: Hub::Core,
        keep_alive: Some(KEEP_ALIVE),
        hub_timeout: PATIENCE,
        poll_timeout: Some(Duration::from_millis(300)),
        ..Anywhere365Options::default()
    }
}

fn simulator(anywhere365: Anywhere365Options) -> Result<(Simulator, String)> {
    let options = Options {
        anywhere365,
        ..Options::default()
    };
    let simulator = Simulator::start(Vendor::Anywhere365, options)?;
    let call = simulator
        .site()
        .start_call(simulator.sip_uri(), Script::new());
    Ok((simulator, call))
}

async fn client(simulator: &Simulator, transport: &str, more: &[&str]) -> Result<Node> {
    let url = simulator.hub_url().context("it has a hub")?;
    let arguments = [&[url.as_str(), transport], more].concat();
    node("signalr_client.mjs", &arguments).await
}

async fn started(simulator: &Simulator, transport: &str, more: &[&str]) -> Result<Node> {
    let mut client = client(simulator, transport, more).await?;
    tell(&mut client, json!({ "do": "start" })).await?;
    let said = client.line().await?;
    ensure!(
        said == json!({ "is": "started", "state": "Connected" }),
        "{transport}: {said}"
    );
    Ok(client)
}

async fn tell(client: &mut Node, command: Value) -> Result<()> {
    client.say(&command).await
}

async fn expect(client: &mut Node, expected: Value) -> Result<()> {
    let said = client.line().await?;
    ensure!(said == expected, "{said} instead of {expected}");
    Ok(())
}

/// Sends a command over the REST API, as the app does.
async fn set(simulator: &Simulator, call: &str, action: &str) -> Result<()> {
    let url = format!(
        "{}/attendantservice/api/recording/set",
        simulator.base_url()
    );
    let command = json!({
        "Action": action,
        "RequesterSipUri": simulator.sip_uri(),
        "CorrelationId": call,
        "UCCName": simulator.ucc(),
    });
    let reply = controller::http_client()?
        .post(url)
        .bearer_auth(simulator.secret())
        .json(&command)
        .send()
        .await?;
    let reply: Value = reply.error_for_status()?.json().await?;
    ensure!(reply["ErrorMessage"].is_null(), "{reply}");
    Ok(())
}

fn event(call: &str, action: u8) -> Value {
    let told = json!({
        "UccName": "ucc-demo-name",
        "CorrelationId": call,
        "StateAction": action,
    });
    json!({ "event": [told] })
}

#[tokio::test]
async fn it_hears_every_action_over_every_transport() -> Result<()> {
    for (transport, _) in TRANSPORTS {
        let (simulator, call) = simulator(hub())?;
        let mut client = started(&simulator, transport, &[]).await?;
        let actions = [
            ("Pause", 3),
            ("Start", 1),
            ("Mark", 6),
            ("UnMark", 7),
            ("Save", 4),
            ("Delete", 5),
            ("Stop", 2),
        ];
        for (action, number) in actions {
            set(&simulator, &call, action).await?;
            let expected = event(&call, number);
            (expect(&mut client, expected).await).context(transport)?;
        }
        client.end().await?;
    }
    Ok(())
}

#[tokio::test]
async fn it_stays_connected_while_nothing_happens() -> Result<()> {
    for (transport, _) in TRANSPORTS {
        let (simulator, call) = simulator(hub())?;
        let mut client = started(&simulator, transport, &[]).await?;
        sleep(PATIENCE * 3 / 2).await;
        tell(&mut client, json!({ "do": "state" })).await?;
        (expect(&mut client, json!({ "is": "Connected" })).await).context(transport)?;
        // It is the same connection: one that was lost would have told of it, and come back.
        let site = simulator.site();
        let requests = site.requests();
        let negotiations = requests.iter().filter(|it| it.path.ends_with("/negotiate"));
        ensure!(negotiations.count() == 1, "{transport}: it has come back");
        site.someone_sets(&call, Truth::Paused);
        (expect(&mut client, event(&call, 3)).await).context(transport)?;
        client.end().await?;
    }
    Ok(())
}

#[tokio::test]
async fn it_comes_back_by_itself_when_it_is_sent_away() -> Result<()> {
    for (transport, _) in TRANSPORTS {
        let (simulator, call) = simulator(hub())?;
        let mut client = started(&simulator, transport, &[]).await?;
        simulator.site().forget_listeners();
        (expect(&mut client, json!({ "is": "reconnecting" })).await).context(transport)?;
        (expect(&mut client, json!({ "is": "reconnected" })).await).context(transport)?;
        set(&simulator, &call, "Pause").await?;
        (expect(&mut client, event(&call, 3)).await).context(transport)?;
        client.end().await?;
    }
    Ok(())
}

#[tokio::test]
async fn it_comes_back_by_itself_when_the_server_has_been_away() -> Result<()> {
    for (transport, _) in TRANSPORTS {
        let (mut simulator, call) = simulator(hub())?;
        let mut client = started(&simulator, transport, &[]).await?;
        simulator.stop();
        (expect(&mut client, json!({ "is": "reconnecting" })).await).context(transport)?;
        simulator.restart()?;
        (expect(&mut client, json!({ "is": "reconnected" })).await).context(transport)?;
        simulator.site().someone_sets(&call, Truth::Paused);
        (expect(&mut client, event(&call, 3)).await).context(transport)?;
        client.end().await?;
    }
    Ok(())
}

#[tokio::test]
async fn it_closes_cleanly_and_hears_nothing_more() -> Result<()> {
    for (transport, _) in TRANSPORTS {
        let (simulator, call) = simulator(hub())?;
        let mut client = started(&simulator, transport, &[]).await?;
        tell(&mut client, json!({ "do": "stop" })).await?;
        let closed = json!({ "is": "closed", "error": null });
        (expect(&mut client, closed).await).context(transport)?;
        (expect(&mut client, json!({ "is": "stopped" })).await).context(transport)?;
        set(&simulator, &call, "Pause").await?;
        tell(&mut client, json!({ "do": "state" })).await?;
        (expect(&mut client, json!({ "is": "Disconnected" })).await).context(transport)?;
        client.end().await?;
    }
    Ok(())
}

#[tokio::test]
async fn it_needs_the_token_over_every_transport() -> Result<()> {
    for (transport, _) in TRANSPORTS {
        let (simulator, call) = simulator(Anywhere365Options {
            bearer: Bearer::Secret,
            ..hub()
        })?;
        for token in ["", "wrong"] {
            let mut stranger = client(&simulator, transport, &[token]).await?;
            tell(&mut stranger, json!({ "do": "start" })).await?;
            let said = stranger.line().await?;
            let failed = said["failed"].as_str().unwrap_or_default();
            ensure!(failed.contains("401"), "{transport}: {said}");
            stranger.end().await?;
        }
        let mut client = started(&simulator, transport, &[&simulator.secret()]).await?;
        set(&simulator, &call, "Pause").await?;
        (expect(&mut client, event(&call, 3)).await).context(transport)?;
        client.end().await?;
    }
    Ok(())
}

#[tokio::test]
async fn it_joins_and_hears_only_what_it_has_joined() -> Result<()> {
    for (transport, _) in TRANSPORTS {
        let (simulator, call) = simulator(Anywhere365Options {
            join: Some(Join {
                method: "JoinAgent".to_owned(),
                arguments: vec![JoinArgument::Ucc, JoinArgument::Requester],
            }),
            ..hub()
        })?;
        let site = simulator.site();
        let other = site.start_call("sip:other@domain.com", Script::new());
        let mut client = started(&simulator, transport, &[]).await?;
        site.someone_sets(&call, Truth::Paused);
        // The hub must have told of it before, or it would be told of afterwards.
        sleep(KEEP_ALIVE).await;
        let (ucc, agent) = (simulator.ucc(), simulator.sip_uri());
        let join = json!({ "do": "invoke", "method": "JoinAgent", "with": [ucc, agent] });
        tell(&mut client, join).await?;
        (expect(&mut client, json!({ "result": null })).await).context(transport)?;
        site.someone_sets(&other, Truth::Paused);
        site.someone_sets(&call, Truth::Recording);
        (expect(&mut client, event(&call, 1)).await).context(transport)?;
        client.end().await?;
    }
    Ok(())
}

#[tokio::test]
async fn a_call_that_fails_says_why_and_the_connection_goes_on() -> Result<()> {
    for (transport, _) in TRANSPORTS {
        let (simulator, call) = simulator(Anywhere365Options {
            join: Some(Join {
                method: "Join".to_owned(),
                arguments: vec![JoinArgument::Ucc],
            }),
            ..hub()
        })?;
        let mut client = started(&simulator, transport, &[]).await?;
        let calls = [
            ("Subscribe", json!(["ucc-demo-name"]), "Unknown hub method"),
            ("Join", json!([]), "Failed to invoke 'Join'"),
            (
                "Join",
                json!(["another"]),
                "Ucc with name:'another' not found.",
            ),
        ];
        for (method, with, why) in calls {
            tell(
                &mut client,
                json!({ "do": "invoke", "method": method, "with": with }),
            )
            .await?;
            let said = client.line().await?;
            let failed = said["failed"].as_str().unwrap_or_default();
            ensure!(failed.contains(why), "{transport}: {said}");
        }
        // One that wants no reply gets none, and is heard all the same.
        let join = json!({ "do": "send", "method": "Join", "with": ["ucc-demo-name"] });
        tell(&mut client, join).await?;
        (expect(&mut client, json!({ "is": "sent" })).await).context(transport)?;
        sleep(KEEP_ALIVE).await;
        simulator.site().someone_sets(&call, Truth::Paused);
        (expect(&mut client, event(&call, 3)).await).context(transport)?;
        client.end().await?;
    }
    Ok(())
}

#[tokio::test]
async fn a_socket_needs_no_negotiation() -> Result<()> {
    let (simulator, call) = simulator(hub())?;
    let mut client = started(&simulator, "WebSockets", &["", "skip-negotiation"]).await?;
    set(&simulator, &call, "Pause").await?;
    expect(&mut client, event(&call, 3)).await?;
    let requests = simulator.site().requests();
    ensure!(requests.iter().all(|it| !it.path.ends_with("/negotiate")));
    client.end().await
}

#[tokio::test]
async fn it_uses_the_only_transport_that_is_offered() -> Result<()> {
    for (transport, offered) in TRANSPORTS {
        let (simulator, _) = simulator(Anywhere365Options {
            transports: vec![offered],
            ..hub()
        })?;
        for (other, _) in TRANSPORTS {
            let mut client = client(&simulator, other, &[]).await?;
            tell(&mut client, json!({ "do": "start" })).await?;
            let is_started = client.line().await?["is"] == json!("started");
            ensure!(is_started == (other == transport), "{other} at {transport}");
            client.end().await?;
        }
    }
    Ok(())
}

#[tokio::test]
async fn arguments_come_in_every_layout() -> Result<()> {
    let layouts = [EventArguments::Scalars, EventArguments::Json];
    for event_arguments in layouts {
        let (simulator, call) = simulator(Anywhere365Options {
            event_arguments,
            ..hub()
        })?;
        let mut client = started(&simulator, "WebSockets", &[]).await?;
        set(&simulator, &call, "Pause").await?;
        let mut told = client.line().await?["event"].take();
        if event_arguments == EventArguments::Json {
            let text = told[0].as_str().context("it is text")?;
            told = json!([serde_json::from_str::<Value>(text)?]);
            ensure!(json!({ "event": told }) == event(&call, 3), "{told}");
        } else {
            ensure!(told == json!(["ucc-demo-name", call, 3]), "{told}");
        }
        client.end().await?;
    }
    Ok(())
}
