//! A desk: the controller, the way, and the vendor at its end.

use std::fs::File;
use std::io::Write;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::atomic::AtomicU64;
use std::sync::atomic::Ordering::Relaxed;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use anyhow::{Context, Result, bail};
use controller::secrets::{MemoryStore, SecretStore, account};
use controller::settings::Settings;
use controller::view::{DisplayName, Request, View};
use controller::{Handle, Setup};
use pause::{CallId, Limits, Wanted};
use simulators::audio::Script;
use simulators::{Simulator, Site, Vendor};
use tokio::task::JoinHandle;
use vendors::VendorEntry;

use crate::certificates::DOMAIN;
use crate::client::Route;
use crate::proxy::Proxy;
use crate::shown::Shown;
use crate::vendor::options;

/// Longer than anything may take while all is well.
const PATIENCE: Duration = Duration::from_secs(30);

/// Recognizable wherever it turns up, with the number of the desk behind it.
pub(crate) const CANARY: &str = "canary-5ecre7-";

pub(crate) struct Desk {
    pub(crate) vendor: Vendor,
    /// The call that the agent is on.
    pub(crate) call: String,
    pub(crate) site: Site,
    pub(crate) handle: Handle,
    pub(crate) proxy: Proxy,
    /// The vendor's name, where it has one.
    pub(crate) host: String,
    pub(crate) secret: String,
    pub(crate) folder: tempfile::TempDir,
    pub(crate) shown: Arc<Mutex<Shown>>,
    noting: JoinHandle<()>,
    running: JoinHandle<()>,
    _simulator: Simulator,
}

/// Short, where a computer that has a hundred desks to serve lets them be; the time of a press is
/// longer than usual for its sake.
pub(crate) fn limits() -> Limits {
    Limits {
        freshness: Duration::from_millis(3_500),
        calm_freshness: Duration::from_millis(4_000),
        answer_within: Duration::from_millis(2_000),
        settle_within: Duration::from_millis(4_000),
        read_every_paused: Duration::from_millis(1_000),
        read_every_in_call: Duration::from_millis(1_500),
        ended_within: Duration::from_millis(3_000),
        ..Limits::default()
    }
}

impl Desk {
    /// Starts one whose agent is on a call. Where the vendor tells of no calls, the agent's
    /// desktop does.
    pub(crate) async fn start(
        vendor: Vendor,
        route: Route,
        adapter: Option<&'static VendorEntry>,
    ) -> Result<Self> {
        static NUMBER: AtomicU64 = AtomicU64::new(1);
        let number = NUMBER.fetch_add(1, Relaxed);
        let secret = format!("{CANARY}{number:06}");
        let simulator = Simulator::start(vendor, options(secret.clone()))?;
        let upstream: SocketAddr = simulator
            .base_url()
            .trim_start_matches("http://")
            .parse()
            .context("a simulator has an address")?;
        let proxy = Proxy::start(vendor, upstream, route != Route::Near).await?;
        let host = format!("desk{number}.{DOMAIN}");
        let address = match route {
            Route::Near => format!("http://127.0.0.1:{}", proxy.port),
            Route::ByName | Route::ThroughProxy => format!("https://{host}:{}", proxy.port),
        };
        let settings = simulator
            .settings()
            .replace(&simulator.base_url(), &address);
        let folder = tempfile::tempdir()?;
        let path = folder.path().join("settings.toml");
        File::create(&path)?.write_all(settings.as_bytes())?;
        let mut settings = Settings::parse(&path, &settings)?;
        settings.limits = limits();
        let secrets = MemoryStore::default();
        let chosen = settings.vendor.as_mut().context("it names a vendor")?;
        if let Some(adapter) = adapter {
            chosen.entry = adapter;
        }
        secrets.keep(&account(chosen.open().as_ref()), &secret.clone().into())?;
        let mut setup = Setup::new(settings, path, Arc::new(secrets));
        setup.audit = Some(folder.path().join("audit"));
        setup.http = route.client();
        let site = simulator.site();
        // It is there when they sign in: a vendor that is asked for calls is so at once.
        let call = site.start_call(&site.agent(), Script::default());
        let (handle, running) = controller::start(setup);
        let shown = Arc::default();
        if !vendor.knows_calls() {
            handle.send(Request::CallStarted(CallId::new(call.clone())));
        }
        let noting = Shown::note(handle.views(), site.clone(), Arc::clone(&shown));
        Ok(Self {
            vendor,
            call,
            site,
            noting: tokio::spawn(noting),
            handle,
            proxy,
            host,
            secret,
            folder,
            shown,
            running,
            _simulator: simulator,
        })
    }

    pub(crate) fn want(&self, wanted: Wanted) {
        self.handle.send(Request::Want(wanted));
    }

    /// Waits until a view is so, while all is well.
    pub(crate) async fn waits_for(&self, what: &str, is_so: impl Fn(&View) -> bool) -> Result<()> {
        self.comes_to(what, PATIENCE, is_so).await
    }

    /// Waits until a view is so, for this long at most.
    pub(crate) async fn comes_to(
        &self,
        what: &str,
        within: Duration,
        is_so: impl Fn(&View) -> bool,
    ) -> Result<()> {
        let mut views = self.handle.views();
        let so = views.wait_for(|view| is_so(view));
        if tokio::time::timeout(within, so).await.is_err() {
            let view = self.view();
            bail!(
                "within {within:?} never {what}: {:?} {} {:?} {:?}",
                view.display,
                view.reason,
                view.problems,
                view.calls
            );
        }
        Ok(())
    }

    /// Waits until this is shown, while all is well.
    pub(crate) async fn shows(&self, display: DisplayName) -> Result<()> {
        let what = format!("{display:?}");
        self.waits_for(&what, |view| view.display == display).await
    }

    /// What is shown now.
    pub(crate) fn view(&self) -> Arc<View> {
        Arc::clone(&self.handle.views().borrow())
    }

    /// What is shown now, and since when.
    pub(crate) fn shown_now(&self) -> (DisplayName, Duration) {
        let shown = self.shown.lock().expect("nobody panics holding it");
        shown.now().unwrap_or((self.view().display, Duration::ZERO))
    }

    /// Closes the desk; what is on record is on the disk then. Returns where.
    pub(crate) async fn close(self) -> Result<Closed> {
        self.handle.send(Request::Quit);
        self.running.await?;
        self.noting.abort();
        let shown = self.shown.lock().expect("nobody panics holding it").clone();
        Ok(Closed {
            audit: self.folder.path().join("audit"),
            folder: self.folder,
            shown,
            secret: self.secret,
        })
    }
}

/// What a desk leaves behind.
pub(crate) struct Closed {
    pub(crate) folder: tempfile::TempDir,
    pub(crate) audit: PathBuf,
    pub(crate) shown: Shown,
    pub(crate) secret: String,
}
