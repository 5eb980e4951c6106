use std::sync::Arc;
use std::time::Duration;

use anyhow::bail;
use controller::Handle;
use controller::channel::{Ask, Client};
use controller::paths::Paths;
use support::{Log, Logging, Volume};

use crate::arguments::LogLevel;
use crate::status::ask_for_view;
use crate::{Exit, report};

/// Has the instance that runs log everything for so long, or as much as usual.
pub(crate) async fn change(paths: &Paths, level: LogLevel, time: Duration) -> anyhow::Result<Exit> {
    let for_s = match level {
        LogLevel::Debug => u32::try_from(time.as_secs())?,
        LogLevel::Usual => 0,
    };
    let mut client = Client::connect(paths, Duration::ZERO).await?;
    let view = ask_for_view(&mut client, &Ask::LogEverything { for_s }).await?;
    match (level, view.support.logs_everything_for_ms) {
        (LogLevel::Debug, Some(left_ms)) => {
            let seconds = left_ms.div_ceil(1_000);
            report::line(&format!("everything is logged for {seconds} s"))?;
        }
        (LogLevel::Usual, None) => report::line("as much is logged as usual")?,
        (LogLevel::Debug, None) | (LogLevel::Usual, Some(_)) => {
            bail!("Fermata has not changed what it logs; ask again")
        }
    }
    Ok(Exit::Done)
}

/// Keeps the log to what is in force, for as long as there is an engine.
pub(crate) async fn keep(handle: Handle, log: Arc<Log>) {
    let mut views = handle.views();
    loop {
        {
            let view = views.borrow_and_update();
            log.keep_to(Logging::decided(|key| view.policy.value(key)));
            log.turn_to(match view.support.logs_everything_for_ms {
                Some(_) => Volume::Everything,
                None => Volume::Usual,
            });
        }
        if views.changed().await.is_err() {
            return;
        }
    }
}

#[cfg(test)]
mod tests {
    use policy::Key;

    use super::*;

    /// It is written before anybody has said what is in force.
    #[test]
    fn a_log_begins_as_the_reference_page_says() {
        let usual = |key: &str| Key::named(key).map(|key| key.default);
        let at_the_start = Logging::default();
        assert_eq!(Logging::decided(usual), at_the_start);
        let otherwise = Logging::decided(|key| match key {
            "log_days" => Some("15"),
            key => usual(key),
        });
        assert_ne!(otherwise, at_the_start, "the keys are heeded");
    }
}
