//! The loop with a scripted vendor and a paused clock.

mod account;
mod acknowledgement;
mod deciding;
mod desk;
mod ending;
mod enrolling;
mod events;
mod extending;
mod forwarding;
mod left;
mod on_record;
mod outage;
mod pausing;
mod pressing;
mod report_key;
mod showing;
mod stopping;
mod support;
mod watched;

use std::fs::File;
use std::io::Write;
use std::path::Path;
use std::sync::{Arc, LazyLock};
use std::time::Duration;

use pause::{CallId, Wanted};
use tempfile::TempDir;
use tokio::sync::broadcast;
use tokio::task::JoinHandle;
use tokio::time::sleep;

use super::scripted::{self, Script};
use super::{Setup, start};
use crate::clock::Clock;
use crate::handle::{Change, Handle, Notice};
use crate::in_force::Decided;
use crate::secrets::{MemoryStore, SecretStore};
use crate::settings::{Draft, Settings};
use crate::view::{DisplayName, PolicyValueView, Request, View};

const MS: Duration = Duration::from_millis(1);

/// The scripted vendor never uses it, and making one takes long.
fn unused_client() -> Result<reqwest::Client, reqwest::Error> {
    static CLIENT: LazyLock<reqwest::Client> = LazyLock::new(|| crate::http::client().unwrap());
    Ok(CLIENT.clone())
}

/// A controller and its vendor.
struct Rig {
    handle: Handle,
    changes: broadcast::Receiver<Change>,
    notices: broadcast::Receiver<Notice>,
    task: JoinHandle<()>,
    place: TempDir,
    secrets: Arc<MemoryStore>,
}

impl Rig {
    /// Set up for this script, with its secret in the store; nothing has happened yet.
    fn new(script: &Script) -> Self {
        Self::with(script, Some("canary"), |_| ())
    }

    fn with(script: &Script, secret: Option<&str>, change: impl FnOnce(&mut Settings)) -> Self {
        Self::at(tempfile::tempdir().unwrap(), script, secret, change)
    }

    /// Where the organisation has decided this.
    fn under(policy: &str, script: &Script) -> Self {
        let place = tempfile::tempdir().unwrap();
        write(&place.path().join("policy.toml"), policy);
        Self::at(place, script, Some("canary"), |_| ())
    }

    fn at(
        place: TempDir,
        script: &Script,
        secret: Option<&str>,
        change: impl FnOnce(&mut Settings),
    ) -> Self {
        Self::set_up(place, script, secret, change, |_| ())
    }

    fn set_up(
        place: TempDir,
        script: &Script,
        secret: Option<&str>,
        change: impl FnOnce(&mut Settings),
        change_setup: impl FnOnce(&mut Setup),
    ) -> Self {
        let typed = [("script".to_owned(), script.number.to_string())];
        let file = place.path().join("settings.toml");
        let nothing = Decided::default();
        let draft = Draft::new(scripted::VENDORS, &file, &nothing, "scripted", &typed).unwrap();
        let mut settings = draft.settings().clone();
        change(&mut settings);
        let secrets = Arc::new(MemoryStore::default());
        if let Some(secret) = secret {
            let vendor = settings.vendor.as_ref().unwrap().open();
            let account = crate::secrets::account(&*vendor);
            secrets.keep(&account, &secret.into()).unwrap();
        }
        Self::start(settings, place, secrets, change_setup)
    }

    /// As at the very first start.
    fn unset() -> Self {
        let place = tempfile::tempdir().unwrap();
        Self::start(Settings::default(), place, Arc::default(), |_| ())
    }

    fn start(
        settings: Settings,
        place: TempDir,
        secrets: Arc<MemoryStore>,
        change: impl FnOnce(&mut Setup),
    ) -> Self {
        let audit = place.path().join("audit");
        // Only the tests that are about it make room for it.
        let audit = audit.exists().then_some(audit);
        let policy = place.path().join("policy.toml");
        if !policy.exists() {
            write(&policy, "");
        }
        let store: Arc<dyn SecretStore> = Arc::clone(&secrets) as _;
        let mut setup = Setup {
            vendors: scripted::VENDORS,
            clock: Clock::tokio(),
            http: unused_client,
            audit,
            policy: policy::Sources::only(&policy),
            ..Setup::new(settings, place.path().join("settings.toml"), store)
        };
        change(&mut setup);
        let (handle, task) = start(setup);
        Self {
            changes: handle.changes(),
            notices: handle.notices(),
            handle,
            task,
            place,
            secrets,
        }
    }

    /// What the organisation decides from now on.
    fn decide(&self, policy: &str) {
        write(&self.place.path().join("policy.toml"), policy);
    }

    /// What is told of a decision.
    fn told(&self, key: &str) -> PolicyValueView {
        let view = self.view();
        let mut values = view.policy.values.iter();
        values.find(|value| value.key == key).unwrap().clone()
    }

    /// Keeps a secret for the account of this script.
    fn keep_secret(&self, script: &Script, secret: &str) {
        let account = format!(
            "scripted https://scripted.example extension {}",
            script.number
        );
        self.secrets.keep(&account, &secret.into()).unwrap();
    }

    fn send(&self, request: Request) {
        assert!(self.handle.send(request));
    }

    fn pause(&self) {
        self.send(Request::Want(Wanted::Paused));
    }

    fn resume(&self) {
        self.send(Request::Want(Wanted::Recording));
    }

    /// Signs in and tells of one call; a moment later its recorder has been read.
    async fn in_call(&self) {
        sleep(5 * MS).await;
        self.send(Request::CallStarted(CallId::new("call-1")));
        sleep(5 * MS).await;
    }

    /// Waits for what another thread has a part in. It knows no paused clock: where it speaks up
    /// just as this clock is set forward, the loop hears of it, and of all else, that much later.
    async fn until(&self, is_so: impl Fn(&Self) -> bool) {
        for _ in 0..1_000 {
            if is_so(self) {
                return;
            }
            std::thread::sleep(10 * MS);
            after(1).await;
        }
        panic!("{:?}", self.view());
    }

    fn view(&self) -> Arc<View> {
        self.handle.views().borrow().clone()
    }

    fn shows(&self) -> DisplayName {
        self.view().display
    }

    fn problems(&self) -> Vec<String> {
        let view = self.view();
        view.problems.iter().map(|one| one.code.clone()).collect()
    }

    /// Each change since the last look: what is shown, and why.
    fn changes(&mut self) -> Vec<(DisplayName, String)> {
        std::iter::from_fn(|| self.changes.try_recv().ok())
            .map(|change| (change.display, change.cause))
            .collect()
    }

    /// The title of each notice since the last look.
    fn notices(&mut self) -> Vec<String> {
        std::iter::from_fn(|| self.notices.try_recv().ok())
            .map(|notice| notice.title)
            .collect()
    }
}

fn write(file: &Path, text: &str) {
    let mut file = File::create(file).unwrap();
    file.write_all(text.as_bytes()).unwrap();
}

/// Waits. The clock is paused, so this takes no time.
async fn after(millis: u32) {
    sleep(millis * MS).await;
}
