use std::path::Path;

use anyhow::bail;
use controller::paths::Paths;
use controller::settings::{self, Settings};

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

/// Reads a settings file that has to be there.
pub(crate) fn read(file: &Path) -> anyhow::Result<Settings> {
    if !file.exists() {
        bail!(
            "there is no settings file {}; run `fermatactl sign-in`, or write one \
             (`fermatactl config example <vendor>`)",
            file.display()
        );
    }
    Ok(Settings::read(file)?)
}

fn example(vendor: &str) -> anyhow::Result<Exit> {
    let entry = vendors::find(vendor).expect("clap lets no other name pass");
    report::line(settings::example(entry).trim_end())?;
    Ok(Exit::Done)
}

fn check(file: &Path) -> anyhow::Result<Exit> {
    let settings = read(file)?;
    report::line(&format!(
        "{} is right: {}",
        file.display(),
        account(&settings)
    ))?;
    Ok(Exit::Done)
}

/// Whom the settings are for, in words.
pub(crate) fn account(settings: &Settings) -> String {
    match &settings.vendor {
        Some(vendor) => {
            let account = vendor.open().account();
            let title = vendor.entry.title;
            format!("{title}, {} at {}", account.agent, account.base_url)
        }
        None => "no vendor is chosen".to_owned(),
    }
}
