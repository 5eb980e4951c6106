use std::path::PathBuf;
use std::time::Duration;

use controller::channel::{Ask, ChannelError, Client};
use controller::paths::Paths;
use controller::settings;
use controller::view::View;
use support::{Bundle, Content, Part, computer, file_to_write};

use crate::status::ask_for_view;
use crate::{Exit, policy_list, report, wait_for};

/// Writes a support bundle, or lists what would be in it.
pub(crate) fn make(paths: &Paths, output: Option<PathBuf>, list: bool) -> anyhow::Result<Exit> {
    let bundle = Bundle::gather(parts(paths)?, &paths.logs());
    if list {
        for item in bundle.items() {
            report::line(&format!("{:>10}  {}", item.bytes, item.name))?;
        }
        return Ok(Exit::Done);
    }
    let file = output.unwrap_or_else(file_to_write);
    bundle.write(&file)?;
    report::line(&file.display().to_string())?;
    Ok(Exit::Done)
}

/// What is known here; what cannot be had is said in its place, for that may be what is wrong.
fn parts(paths: &Paths) -> anyhow::Result<Vec<Part>> {
    let view = wait_for(view(paths));
    let policy = match &view {
        Ok(Some(view)) => Ok(view.policy.clone()),
        Ok(None) | Err(_) => policy_list::read_by_ourselves(paths, None),
    };
    let missing = |error: anyhow::Error| Content::Text(format!("{error:#}"));
    let policy = match policy {
        Ok(policy) => Content::Json(serde_json::to_value(policy)?),
        Err(error) => missing(error),
    };
    let view = match view {
        Ok(Some(view)) => Content::Json(serde_json::to_value(view)?),
        Ok(None) => Content::Text(ChannelError::NotRunning.to_string()),
        Err(error) => missing(error),
    };
    let settings = settings::written(paths.settings());
    let settings = settings.unwrap_or_else(|error| error.to_string());
    let computer = computer("fermatactl", env!("CARGO_PKG_VERSION"), None);
    Ok(vec![
        Part {
            name: "computer.json",
            content: Content::Json(computer),
        },
        Part {
            name: "policy.json",
            content: policy,
        },
        Part {
            name: "settings.toml",
            content: Content::Text(settings),
        },
        Part {
            name: "view.json",
            content: view,
        },
    ])
}

/// `None` where no Fermata runs.
async fn view(paths: &Paths) -> anyhow::Result<Option<Box<View>>> {
    match Client::connect(paths, Duration::ZERO).await {
        Ok(mut client) => Ok(Some(ask_for_view(&mut client, &Ask::Status).await?)),
        Err(ChannelError::NotRunning) => Ok(None),
        Err(error) => Err(error.into()),
    }
}
