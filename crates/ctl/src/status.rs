use std::time::Duration;

use anyhow::bail;
use controller::channel::{Ask, ChannelError, Client, Reply};
use controller::paths::Paths;
use controller::view::View;
use jiff::Timestamp;

use crate::{Exit, report};

/// A view is at hand at all times; a Fermata that does not give it is stuck.
pub(crate) const REPLY_WITHIN: Duration = Duration::from_secs(5);

pub(crate) async fn status(paths: &Paths, json: bool) -> anyhow::Result<Exit> {
    let mut client = Client::connect(paths, Duration::ZERO).await?;
    let view = ask_for_view(&mut client, &Ask::Status).await?;
    report::status(&view, json)?;
    Ok(Exit::Done)
}

pub(crate) async fn watch(paths: &Paths, json: bool) -> anyhow::Result<Exit> {
    let mut client = Client::connect(paths, Duration::ZERO).await?;
    let mut newest = ask_for_view(&mut client, &Ask::Watch).await?;
    let begun_with = newest.number;
    let mut lapsed = newest.good_for_ms == 0;
    tell(&newest, "as the watch begins", json)?;
    loop {
        match client.next().await {
            Ok(Reply::Change {
                at,
                display,
                cause,
                view,
            }) => {
                lapsed = false;
                // It happened as the watch began, and what came of it has been told.
                if begun_with.wrapping_sub(view.number) < u32::MAX / 2 {
                    continue;
                }
                report::change(&view, &at, display, &cause, json)?;
                newest = view;
            }
            Ok(Reply::View { view }) => {
                let lapses = view.good_for_ms == 0;
                if lapses != lapsed {
                    lapsed = lapses;
                    let cause = if lapses {
                        "nothing has been heard from Fermata's engine in time"
                    } else {
                        "Fermata's engine is heard from again"
                    };
                    tell(&view, cause, json)?;
                }
                newest = view;
            }
            Ok(Reply::Taken { .. } | Reply::Opened) => {}
            Ok(Reply::Refused { message, .. }) => bail!(message),
            Err(ChannelError::Ended) => {
                let cause = "Fermata has ended";
                let mut last = newest.expired();
                last.reason = cause.to_owned();
                tell(&last, cause, json)?;
                return Ok(Exit::NotRunning);
            }
            Err(error) => return Err(error.into()),
        }
    }
}

/// Asks for something that is answered by a view.
pub(crate) async fn ask_for_view(client: &mut Client, ask: &Ask) -> anyhow::Result<Box<View>> {
    client.ask(ask).await?;
    let reply = tokio::time::timeout(REPLY_WITHIN, client.next()).await;
    match reply {
        Ok(Ok(Reply::View { view } | Reply::Change { view, .. } | Reply::Taken { view, .. })) => {
            Ok(view)
        }
        Ok(Ok(Reply::Refused { message, .. })) => bail!(message),
        Ok(Ok(Reply::Opened)) => Err(ChannelError::NotUnderstood.into()),
        Ok(Err(error)) => Err(error.into()),
        Err(_) => bail!("Fermata does not answer; nothing may be believed of the recording"),
    }
}

fn tell(view: &View, cause: &str, json: bool) -> std::io::Result<()> {
    let at = Timestamp::now().strftime("%Y-%m-%dT%H:%M:%S%.3fZ");
    report::change(view, &at.to_string(), view.display, cause, json)
}
