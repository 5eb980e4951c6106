//! Looking for a newer version, where the organisation wants that (E5, F8).
//!
//! It fetches a small signed notice once a day and says what is in it. It never downloads or
//! installs anything, and whatever goes wrong is a line in the log.

#[cfg(any(test, feature = "fuzzing"))]
pub(crate) mod fuzzing;
mod notice;

use std::time::Duration;

use pause::Moment;
use semver::Version;
use tracing::{info, warn};

use crate::clock::Clock;
use crate::handle::Handle;
use crate::http::MakeClient;
use crate::view::{PolicyView, Request, SupportRequest, UpdateView};

use notice::{Notice, fetch};

pub use notice::UpdateError;

/// The key that releases sign notices with, as minisign prints it. A build without one has
/// nothing to trust a notice by, and says so instead of looking.
pub const RELEASE_KEY: Option<&str> = option_env!("FERMATA_UPDATE_KEY");

/// Every desk of a site starts at nine o'clock, so the first look spreads over an hour, and the
/// following ones over two.
const FIRST_WITHIN: Duration = Duration::from_secs(60 * 60);
const AGAIN_AFTER: Duration = Duration::from_secs(23 * 60 * 60);
const AGAIN_WITHIN: Duration = Duration::from_secs(2 * 60 * 60);

/// Sleeping tasks do not count suspend, so a long sleep is cut up.
const LOOK_AT_THE_CLOCK: Duration = Duration::from_secs(10 * 60);

/// Whether and where to look.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct UpdateCheck {
    /// The address of the signed notice; nothing where it is not to be looked for.
    pub url: Option<String>,
}

impl From<&PolicyView> for UpdateCheck {
    fn from(policy: &PolicyView) -> Self {
        let on = policy.value("update_check") == Some("true");
        let url = policy.value("update_url").filter(|_| on);
        Self {
            url: url.map(str::to_owned),
        }
    }
}

/// What is looked with.
#[derive(Clone, Debug)]
pub struct Updates {
    /// The version that runs.
    pub version: &'static str,
    /// The key that a notice has to be signed with.
    pub key: Option<String>,
    /// What time it is.
    pub clock: Clock,
    /// Makes the HTTP client.
    pub http: MakeClient,
}

impl Updates {
    /// The usual: this version, the key of releases, this computer's clock.
    pub fn new() -> Self {
        Self {
            version: env!("CARGO_PKG_VERSION"),
            key: RELEASE_KEY.map(str::to_owned),
            clock: Clock::system(),
            http: crate::http::client,
        }
    }

    /// Looks once a day for as long as the policy wants that, and tells the controller.
    pub async fn look_daily(self, handle: Handle) {
        let mut views = handle.views();
        let mut check = UpdateCheck::default();
        let mut due: Option<Moment> = None;
        loop {
            let wanted = UpdateCheck::from(&views.borrow_and_update().policy);
            if wanted != check {
                due = wanted
                    .url
                    .is_some()
                    .then(|| self.clock.now() + up_to(FIRST_WITHIN));
                check = wanted;
                tell(&handle, None);
            }
            let now = self.clock.now();
            if let (Some(url), Some(at)) = (&check.url, due)
                && at <= now
            {
                due = Some(now + AGAIN_AFTER + up_to(AGAIN_WITHIN));
                self.look(&handle, url).await;
            }
            let look_up = due.map(|due| due.min(self.clock.now() + LOOK_AT_THE_CLOCK));
            tokio::select! {
                changed = views.changed() => if changed.is_err() { return },
                () = self.clock.sleep_until(look_up) => {}
            }
        }
    }

    async fn look(&self, handle: &Handle, url: &str) {
        match self.newer(url).await {
            Ok(Some(update)) => {
                info!(version = update.version, "a newer version is available");
                tell(handle, Some(update));
            }
            Ok(None) => {
                info!("no newer version is available");
                tell(handle, None);
            }
            // What was found before may still be so.
            Err(error) => warn!(%error, source = cause(&error), "the update check failed"),
        }
    }

    /// Looks now: the newer version that the notice tells of, if it is newer.
    ///
    /// # Errors
    /// There is no key, no notice, or it cannot be trusted.
    pub async fn newer(&self, url: &str) -> Result<Option<UpdateView>, UpdateError> {
        let key = self.key.as_deref().ok_or(UpdateError::NoKey)?;
        let client = (self.http)().map_err(UpdateError::Unreachable)?;
        let today = &self.clock.utc()[..10];
        let Notice { version, notes, .. } = fetch(&client, url, key, today).await?;
        let ours = Version::parse(self.version).expect("cargo checks it");
        Ok((version > ours).then(|| UpdateView {
            message: crate::words::update(&version.to_string(), &notes),
            version: version.to_string(),
            notes,
        }))
    }
}

impl Default for Updates {
    fn default() -> Self {
        Self::new()
    }
}

fn tell(handle: &Handle, update: Option<UpdateView>) {
    handle.send(Request::Support(SupportRequest::Update(update)));
}

fn up_to(most: Duration) -> Duration {
    most.mul_f64(fastrand::f64())
}

fn cause(error: &dyn std::error::Error) -> String {
    error.source().map(ToString::to_string).unwrap_or_default()
}

#[cfg(test)]
mod tests;
