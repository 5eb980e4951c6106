use std::io;
use std::time::Duration;

use anyhow::{Context, bail};
use controller::channel::{Ask, ChannelError, Claim, Client, Instance, Reply};
use controller::paths::Paths;
use controller::secrets::{KeyringStore, SecretStore, account, first_line};
use controller::settings::Settings;
use controller::view::{SignInOutcome, View};
use secrecy::{ExposeSecret, SecretString};
use tokio::time::timeout;
use zeroize::Zeroizing;

use crate::arguments::SignIn;
use crate::status::ask_for_view;
use crate::{Exit, report, wait_for};

/// A vendor answers a sign-in within its own time limits; this is for a Fermata that is stuck.
const SIGNED_IN_WITHIN: Duration = Duration::from_secs(60);

pub(crate) fn sign_in(paths: &Paths, sign_in: SignIn) -> anyhow::Result<Exit> {
    let entry = vendors::find(&sign_in.vendor).expect("clap lets no other name pass");
    let secret = if sign_in.stdin {
        from_stdin()?
    } else {
        from_prompt(entry.title)?
    };
    match Instance::claim(paths)? {
        Claim::AlreadyRunning if sign_in.config.is_some() => bail!(
            "Fermata is running and writes the settings file that it was started with; \
             leave --config out, or end Fermata first"
        ),
        Claim::AlreadyRunning => wait_for(at_the_running_one(paths, sign_in, secret)),
        // Held until it is done, so that no Fermata starts with half of it.
        Claim::Ours(_instance) => by_ourselves(paths, &sign_in, secret),
    }
}

/// Reads the first line of standard input; `None` if it is empty.
pub(crate) fn from_stdin() -> anyhow::Result<Option<SecretString>> {
    first_line(io::stdin().lock()).context("the secret cannot be read from standard input")
}

fn from_prompt(title: &str) -> anyhow::Result<Option<SecretString>> {
    let question = format!("Secret for {title} (empty keeps the one in the keyring): ");
    let typed = rpassword::prompt_password(question)
        .map(Zeroizing::new)
        .context("there is no terminal to ask for the secret; use --stdin")?;
    Ok(first_line(typed.as_bytes())?)
}

async fn at_the_running_one(
    paths: &Paths,
    sign_in: SignIn,
    secret: Option<SecretString>,
) -> anyhow::Result<Exit> {
    // There is one, which may have begun a moment ago.
    let mut client = Client::connect(paths, Duration::from_secs(3)).await?;
    let ask = Ask::SignIn {
        vendor: sign_in.vendor,
        fields: sign_in.settings.into_iter().collect(),
        secret,
    };
    let view = ask_for_view(&mut client, &ask).await?;
    drop(ask);
    let view = match timeout(SIGNED_IN_WITHIN, outcome(&mut client, view)).await {
        Ok(view) => view?,
        Err(_) => bail!("Fermata is still trying to sign in; see `fermatactl status`"),
    };
    match &view.sign_in.outcome {
        SignInOutcome::Done { note } => {
            report::line("signed in")?;
            if let Some(note) = note {
                report::line(note)?;
            }
            Ok(Exit::Done)
        }
        SignInOutcome::Wrong { problems } => {
            let lines: Vec<&str> = problems
                .iter()
                .map(|problem| problem.message.as_str())
                .collect();
            bail!("not signed in\n{}", lines.join("\n"))
        }
        SignInOutcome::None | SignInOutcome::Trying => Err(ChannelError::NotUnderstood.into()),
    }
}

/// The first view in which the sign-in is over.
async fn outcome(client: &mut Client, mut view: Box<View>) -> anyhow::Result<Box<View>> {
    client.ask(&Ask::Watch).await?;
    loop {
        match view.sign_in.outcome {
            SignInOutcome::None | SignInOutcome::Trying => {}
            SignInOutcome::Done { .. } | SignInOutcome::Wrong { .. } => return Ok(view),
        }
        view = match client.next().await? {
            Reply::View { view } | Reply::Change { view, .. } | Reply::Taken { view, .. } => view,
            Reply::Opened => continue,
            Reply::Refused { message, .. } => bail!(message),
        };
    }
}

/// Keeps the secret and writes the settings. Nobody is asked whether the secret is right: the
/// engine does that when it starts.
fn by_ourselves(
    paths: &Paths,
    sign_in: &SignIn,
    secret: Option<SecretString>,
) -> anyhow::Result<Exit> {
    let draft = Settings::with_sign_in(paths.settings(), &sign_in.vendor, &sign_in.settings)?;
    let chosen = draft.settings().vendor.as_ref();
    let vendor = chosen.expect("a draft has the vendor in it").open();
    if let Some(called) = vendor.secret() {
        let store = KeyringStore::new();
        let account = account(vendor.as_ref());
        match secret {
            Some(secret) => store
                .keep(&account, &secret)
                .with_context(|| format!("the {called} is not kept, and nothing is changed"))?,
            None => {
                let kept = store.load(&account)?;
                if kept.is_none_or(|kept| kept.expose_secret().is_empty()) {
                    bail!("there is no {called} in the keyring yet; give it");
                }
            }
        }
    }
    draft.save()?;
    report::line(&format!(
        "{} is written; whether the vendor accepts it shows when Fermata starts",
        paths.settings().display()
    ))?;
    Ok(Exit::Done)
}
