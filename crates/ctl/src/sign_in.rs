use std::path::Path;
use std::time::Duration;

use anyhow::{Context, bail};
use controller::channel::{Ask, ChannelError, Claim, Client, Instance, Reply};
use controller::in_force::{Decided, extension_of_this_user};
use controller::paths::Paths;
use controller::secrets::{KeyringStore, SecretStore, account, first_line, standard_input};
use controller::settings::{Draft, Settings};
use controller::view::{SignInOutcome, View};
use policy::Sources;
use secrecy::{ExposeSecret, SecretString};
use tokio::time::timeout;
use vendors::Vendor;
use zeroize::Zeroizing;

use crate::arguments::SignIn;
use crate::status::ask_for_view;
use crate::{Exit, report, wait_for};

/// A vendor answers a sign-in within its own time limits; this is for a Fermata that is stuck.
const SIGNED_IN_WITHIN: Duration = Duration::from_secs(60);

pub(crate) fn sign_in(paths: &Paths, sign_in: SignIn) -> anyhow::Result<Exit> {
    let secret = if sign_in.stdin {
        from_stdin()?
    } else {
        let named = sign_in.vendor.as_deref().and_then(vendors::find);
        from_prompt(named.map_or("your vendor", |entry| entry.title))?
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
    standard_input()
        .and_then(first_line)
        .context("the secret cannot be read from standard input")
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
        // Without a name it is the one that the organisation has decided on.
        vendor: sign_in.vendor.unwrap_or_default(),
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
    let decided = Decided::read(&Sources::of_this_computer(), None, extension_of_this_user);
    let (draft, vendor) = draft(paths.settings(), &decided, sign_in)?;
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

/// The settings as they will be, and the vendor that they lead to.
fn draft(
    file: &Path,
    decided: &Decided,
    sign_in: &SignIn,
) -> anyhow::Result<(Draft, Box<dyn Vendor>)> {
    let named = decided.vendor_or(sign_in.vendor.as_deref().unwrap_or_default());
    let draft = Settings::with_sign_in(file, decided, &named, &sign_in.settings)?;
    let in_force = draft.in_force();
    let Some(chosen) = &in_force.vendor else {
        let problems = in_force.problems.iter();
        let problems = problems.filter(|problem| problem.blocks_pausing);
        let lines: Vec<&str> = problems.map(|problem| problem.message.as_str()).collect();
        bail!("not signed in\n{}", lines.join("\n"));
    };
    let vendor = chosen.open();
    Ok((draft, vendor))
}

#[cfg(test)]
mod tests {
    use policy::Policy;

    use super::*;

    fn sign_in(vendor: Option<&str>, settings: &[(&str, &str)]) -> SignIn {
        let settings = settings.iter();
        SignIn {
            vendor: vendor.map(str::to_owned),
            settings: settings
                .map(|(key, value)| ((*key).to_owned(), (*value).to_owned()))
                .collect(),
            stdin: true,
            config: None,
        }
    }

    /// What a sign-in leads to where the organisation has decided this.
    fn drafted(enforced: &str, sign_in: &SignIn) -> Result<String, String> {
        let policy = Policy::parse(&format!("[enforced]\n{enforced}"));
        assert_eq!(policy.rejected, []);
        let decided = Decided {
            extension: policy.enforced.extension.clone(),
            policy,
            no_extension: None,
        };
        let folder = tempfile::tempdir().expect("a folder");
        draft(&folder.path().join("settings.toml"), &decided, sign_in)
            .map(|(_, vendor)| account(vendor.as_ref()))
            .map_err(|error| error.to_string())
    }

    const DECIDED: &str = "vendor = \"xima\"\nbase_url = \"https://acme.xima.cloud\"\n\
                           extension_from = \"fixed\"\nextension = \"1684\"\n";

    // F7
    #[test]
    fn what_has_been_decided_need_not_be_given() {
        let account = "xima https://acme.xima.cloud extension 1684".to_owned();
        assert_eq!(drafted(DECIDED, &sign_in(None, &[])), Ok(account.clone()));
        let same = sign_in(Some("xima"), &[("extension", "1684")]);
        assert_eq!(drafted(DECIDED, &same), Ok(account));
    }

    #[test]
    fn what_contradicts_a_decision_is_an_error_that_names_it() {
        for (given, said) in [
            (sign_in(Some("gws"), &[]), "xima"),
            (sign_in(None, &[("extension", "1685")]), "\"1684\""),
            (
                sign_in(None, &[("base_url", "https://b.example")]),
                "acme.xima.cloud",
            ),
        ] {
            let error = drafted(DECIDED, &given).expect_err("it contradicts");
            assert!(error.contains(said) && error.contains("decided"), "{error}");
        }
    }

    // E4
    #[test]
    fn a_secret_that_reaches_others_is_refused_where_that_has_been_decided() {
        let decided = format!("{DECIDED}broad_credentials = \"refuse\"\n");
        let error = drafted(&decided, &sign_in(None, &[])).expect_err("it is refused");
        assert!(error.contains("other agents"), "{error}");
    }
}
