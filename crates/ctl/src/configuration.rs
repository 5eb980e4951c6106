use std::path::Path;

use anyhow::bail;
use controller::in_force::InForce;
use controller::paths::Paths;
use controller::settings::{self, Settings, VendorSettings};
use policy::Sources;

use crate::arguments::ConfigCommand;
use crate::{Exit, report};

pub(crate) fn carry_out(command: ConfigCommand) -> anyhow::Result<Exit> {
    match command {
        ConfigCommand::Example { vendor } => example(&vendor),
        ConfigCommand::Check { config } => {
            let file = match config {
                Some(file) => file,
                None => Paths::find()?.settings().to_path_buf(),
            };
            check(&file)
        }
    }
}

/// Refuses a settings file that is not there.
pub(crate) fn must_be_there(file: &Path) -> anyhow::Result<()> {
    if !file.exists() {
        bail!(
            "there is no settings file {}; run `fermatactl sign-in`, or write one \
             (`fermatactl config example <vendor>`)",
            file.display()
        );
    }
    Ok(())
}

fn example(vendor: &str) -> anyhow::Result<Exit> {
    let entry = vendors::find(vendor).expect("clap lets no other name pass");
    report::line(settings::example(entry).trim_end())?;
    Ok(Exit::Done)
}

/// Checks a settings file together with the policy of this computer, which may have decided
/// what it leaves out.
fn check(file: &Path) -> anyhow::Result<Exit> {
    must_be_there(file)?;
    // Everything that is wrong with it is told at once.
    let settings = Settings::read_preferences(file).or_else(|_| Settings::read(file))?;
    let in_force = InForce::read(file, &settings, &Sources::of_this_computer());
    if in_force.vendor.is_none() {
        // In the words of the file alone, where that says what is wrong.
        Settings::read(file)?;
    }
    if let Some(misplaced) = settings.misplaced.first() {
        bail!("{misplaced}");
    }
    let account = account(in_force.vendor.as_ref());
    report::line(&format!("{} is right: {account}", file.display()))?;
    Ok(Exit::Done)
}

/// Whom the settings are for, in words.
pub(crate) fn account(vendor: Option<&VendorSettings>) -> String {
    match vendor {
        Some(vendor) => {
            let account = vendor.open().account();
            let title = vendor.entry.title;
            format!("{title}, {} at {}", account.agent, account.base_url)
        }
        None => "no vendor is chosen".to_owned(),
    }
}
