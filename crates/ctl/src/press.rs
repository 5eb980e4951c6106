use std::time::Duration;

use anyhow::{anyhow, bail};
use controller::channel::{Ask, ChannelError, Client, Reply};
use controller::paths::Paths;
use controller::view::{DisplayName, View};
use pause::Wanted;
use tokio::time::timeout;

use crate::arguments::{CallCommand, PaymentCommand};
use crate::outcome::{Outcome, Waiting};
use crate::status::{REPLY_WITHIN, ask_for_view};
use crate::{Exit, report};

/// How much longer than the engine may take is waited for it.
const MARGIN: Duration = Duration::from_secs(2);

/// A press: what to ask, and what that wants (a toggle shows it afterwards).
pub(crate) type Press = (Ask, Option<Wanted>);

pub(crate) const PAUSE: Press = (Ask::Pause, Some(Wanted::Paused));
pub(crate) const RESUME: Press = (Ask::Resume, Some(Wanted::Recording));
pub(crate) const TOGGLE: Press = (Ask::Toggle, None);

/// Presses, waits for what comes of it, and prints what is shown then.
pub(crate) async fn press(paths: &Paths, (ask, wanted): Press, json: bool) -> anyhow::Result<Exit> {
    let mut client = Client::connect(paths, Duration::ZERO).await?;
    client.ask(&ask).await?;
    let (mut view, settle_within) = taken(&mut client).await?;
    let mut waiting = Waiting::for_press(wanted);
    let outcome = match waiting.see(&view) {
        Some(outcome) => outcome,
        None => {
            let outcome = follow(&mut client, &mut waiting, &mut view);
            // Too late is not proven, whatever is under way.
            timeout(settle_within + MARGIN, outcome)
                .await
                .unwrap_or(Ok(Outcome::NotDone))?
        }
    };
    report::status(&view, json)?;
    if outcome == Outcome::NotDone && view.display == DisplayName::NoCall {
        report::complain(&anyhow!(
            "Fermata knows of no call; where the vendor cannot be asked, say which one the agent \
             is on with `fermatactl call start <id>`"
        ));
    }
    Ok(match outcome {
        Outcome::Proven => Exit::Done,
        Outcome::Sent => Exit::Sent,
        Outcome::NotDone => Exit::Failed,
    })
}

pub(crate) async fn acknowledge(paths: &Paths) -> anyhow::Result<Exit> {
    tell_engine(paths, &Ask::Acknowledge).await
}

/// Asks for an extension, and says in how long a resume will be asked for then.
pub(crate) async fn extend(paths: &Paths) -> anyhow::Result<Exit> {
    let mut client = Client::connect(paths, Duration::ZERO).await?;
    let before = ask_for_view(&mut client, &Ask::Status).await?;
    let after = ask_for_view(&mut client, &Ask::Extend).await?;
    report::status(&after, false)?;
    if after.extensions_left < before.extensions_left {
        return Ok(Exit::Done);
    }
    report::complain(&anyhow!(
        "nothing was extended: no pause ends by itself, or it has been extended as often as it \
         may be (`fermatactl policy show`, longest_pause_extensions)"
    ));
    Ok(Exit::Failed)
}

pub(crate) async fn payment(paths: &Paths, command: PaymentCommand) -> anyhow::Result<Exit> {
    let ask = match command {
        PaymentCommand::Begin => Ask::PaymentBegin,
        PaymentCommand::End => Ask::PaymentEnd,
    };
    tell_engine(paths, &ask).await
}

pub(crate) async fn tell(paths: &Paths, command: CallCommand) -> anyhow::Result<Exit> {
    let ask = match command {
        CallCommand::Start { id } => Ask::CallStart { id },
        CallCommand::End { id } => Ask::CallEnd { id },
    };
    tell_engine(paths, &ask).await
}

async fn tell_engine(paths: &Paths, ask: &Ask) -> anyhow::Result<Exit> {
    let mut client = Client::connect(paths, Duration::ZERO).await?;
    ask_for_view(&mut client, ask).await?;
    Ok(Exit::Done)
}

async fn taken(client: &mut Client) -> anyhow::Result<(Box<View>, Duration)> {
    match timeout(REPLY_WITHIN, client.next()).await {
        Ok(Ok(Reply::Taken {
            view,
            settle_within_ms,
        })) => Ok((view, Duration::from_millis(settle_within_ms.into()))),
        Ok(Ok(Reply::Refused { message, .. })) => bail!(message),
        Ok(Ok(Reply::View { .. } | Reply::Change { .. } | Reply::Opened)) => {
            Err(ChannelError::NotUnderstood.into())
        }
        Ok(Err(error)) => Err(error.into()),
        Err(_) => bail!("Fermata does not answer; nothing may be believed of the recording"),
    }
}

async fn follow(
    client: &mut Client,
    waiting: &mut Waiting,
    shown: &mut Box<View>,
) -> anyhow::Result<Outcome> {
    client.ask(&Ask::Watch).await?;
    loop {
        match client.next().await? {
            Reply::View { view } => {
                *shown = view;
                if let Some(outcome) = waiting.see(shown) {
                    return Ok(outcome);
                }
            }
            Reply::Change { .. } | Reply::Taken { .. } | Reply::Opened => {}
            Reply::Refused { message, .. } => bail!(message),
        }
    }
}
