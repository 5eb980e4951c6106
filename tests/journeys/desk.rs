//! An agent's desk without a desktop: the controller, signed in to a simulator.

use std::io::Write;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use controller::secrets::{MemoryStore, SecretStore, account};
use controller::settings::Settings;
use controller::view::{DisplayName, Request, View};
use controller::{Handle, Setup, in_force};
use pause::{CallId, Wanted};
use simulators::audio::Script;
use simulators::{Options, Site, Vendor};
use tests::leaks::{Search, Sought};
use tests::shown::Shown;
use tokio::sync::watch;

use crate::relay::Relay;
use crate::told::Told;
use crate::watched::Watched;

/// Longer than anything may take here: a vendor that tells nothing is asked every 15 s.
pub(crate) const PATIENCE: Duration = Duration::from_secs(25);

/// The name of the file that the organization writes.
const POLICY: &str = "policy.toml";

pub(crate) struct Desk {
    pub(crate) simulator: Watched,
    pub(crate) handle: Handle,
    pub(crate) views: watch::Receiver<Arc<View>>,
    pub(crate) folder: tempfile::TempDir,
    told: Told,
    also_sought: Vec<&'static str>,
}

impl Desk {
    pub(crate) fn new(vendor: Vendor) -> Self {
        Self::start(vendor, |vendor| vendor.settings(), |_| ())
    }

    /// A desk that reaches its vendor through a server which may answer in its place.
    pub(crate) fn behind_a_relay(vendor: Vendor) -> (Self, Relay) {
        let mut relay = None;
        let settings = |vendor: &Watched| {
            let url = vendor.base_url();
            let address = url.trim_start_matches("http://");
            let relay = relay.insert(Relay::before(address.to_owned()));
            vendor.settings().replace(address, &relay.address())
        };
        let desk = Self::start(vendor, settings, |_| ());
        (desk, relay.expect("the settings name it"))
    }

    /// Has this looked for as well, at the end.
    pub(crate) fn also_seek(&mut self, text: &'static str) {
        self.also_sought.push(text);
    }

    /// All that the agent has been shown and told so far.
    pub(crate) fn shown_so_far(&self) -> Vec<u8> {
        self.told.everything()
    }

    /// A desk with settings of the agent's own, where the organization has decided this. It is
    /// looked at again and again without a pause.
    pub(crate) fn under(vendor: Vendor, own: &str, policy: &str) -> Self {
        let settings = |vendor: &Watched| format!("{}\n{own}", vendor.settings());
        Self::start(vendor, settings, |setup| {
            let file = setup.settings_path.with_file_name(POLICY);
            write(&file, policy);
            setup.policy = in_force::sources(Some(&file)).expect("no policy on this computer");
            setup.policy_every = Duration::from_millis(100);
        })
    }

    fn start(
        vendor: Vendor,
        settings: impl FnOnce(&Watched) -> String,
        change: impl FnOnce(&mut Setup),
    ) -> Self {
        let simulator = Watched::start(vendor, Options::default());
        let folder = tempfile::tempdir().expect("a temporary folder");
        let settings_path = folder.path().join("settings.toml");
        let settings = settings(&simulator);
        let settings =
            Settings::parse(&settings_path, &settings).expect("what a simulator proposes is right");
        let vendor = settings.vendor.as_ref().expect("it names a vendor").open();
        let secrets = MemoryStore::default();
        secrets
            .keep(&account(vendor.as_ref()), &simulator.secret().into())
            .expect("memory takes anything");
        let mut setup = Setup::new(settings, settings_path, Arc::new(secrets));
        setup.audit = Some(folder.path().join("audit"));
        change(&mut setup);
        let (handle, _running) = controller::start(setup);
        let views = handle.views();
        Self {
            told: Told::by(&handle),
            also_sought: Vec::new(),
            simulator,
            handle,
            views,
            folder,
        }
    }

    /// The organization decides otherwise, at a desk that is [`Self::under`] a policy.
    pub(crate) fn decide(&self, policy: &str) {
        write(&self.folder.path().join(POLICY), policy);
    }

    /// The organization leaves everything to the agent.
    pub(crate) fn decide_nothing(&self) {
        std::fs::remove_file(self.folder.path().join(POLICY)).expect("it was decided here");
    }

    pub(crate) fn site(&self) -> Site {
        self.simulator.site()
    }

    /// Puts the agent on a call, and tells Fermata.
    pub(crate) fn start_call(&self) -> String {
        let site = self.site();
        let call = site.start_call(&site.agent(), Script::default());
        self.handle
            .send(Request::CallStarted(CallId::new(call.clone())));
        call
    }

    pub(crate) fn want(&self, wanted: Wanted) {
        self.handle.send(Request::Want(wanted));
    }

    /// Waits until something is shown.
    pub(crate) async fn shows(&mut self, display: DisplayName) -> Arc<View> {
        let what = format!("{display:?}");
        self.tells(&what, |view| view.display == display).await
    }

    /// Waits until there is a view that is so.
    pub(crate) async fn tells(&self, what: &str, is_so: impl Fn(&View) -> bool) -> Arc<View> {
        let mut views = self.views.clone();
        let wait = views.wait_for(|view| is_so(view));
        match tokio::time::timeout(PATIENCE, wait).await {
            Ok(view) => view.expect("the controller runs").clone(),
            Err(_elapsed) => panic!("never {what}: {:#?}", self.views.borrow()),
        }
    }

    /// Notes what is shown from here on, until the task is aborted or the call has ended.
    pub(crate) fn note_what_is_shown(&self, call: &str) -> tokio::task::JoinHandle<Shown> {
        let (site, call, mut views) = (self.site(), call.to_owned(), self.views.clone());
        tokio::spawn(async move {
            let mut display = views.borrow_and_update().display;
            let mut shown = Shown::new(site.clone(), &call, display.name());
            while site.is_running(&call) {
                let changed =
                    tokio::time::timeout(Duration::from_millis(20), views.changed()).await;
                if !matches!(changed, Ok(Ok(()))) {
                    continue;
                }
                let now = views.borrow_and_update().display;
                if now != display {
                    display = now;
                    shown.changes_to(display.name());
                }
            }
            shown
        })
    }

    /// The customer says a number; returns when it has been said.
    pub(crate) async fn customer_says(&self, call: &str, number: &str) {
        let site = self.site();
        let now_s = site.seconds(call).expect("the call goes on");
        // Nobody speaks in the same millisecond.
        let said = site
            .say(call, number, Some(now_s + 0.2))
            .expect("digits that go together");
        let until_s = said.last().expect("the call goes on").end_s + 0.1;
        tokio::time::sleep(Duration::from_secs_f64((until_s - now_s).max(0.0))).await;
    }
}

/// Every journey of a desk is searched at its end: the vendor looks for itself.
impl Drop for Desk {
    fn drop(&mut self) {
        if std::thread::panicking() {
            return;
        }
        let sought = Sought::canary_and(&self.also_sought);
        let mut search = Search::of(&sought);
        self.simulator.look(&mut search);
        search.folder(self.folder.path());
        search.bytes("what the agent was shown and told", &self.told.everything());
        search.ends();
        let sought = Sought::cards();
        let mut search = Search::of(&sought);
        search.folder(&self.folder.path().join("audit"));
        search.bytes("what the agent was told", &self.told.notices());
        search.bytes("the log", self.simulator.written_log().as_bytes());
        search.ends();
    }
}

/// Writes a whole file at once: nobody reads half of it.
fn write(file: &Path, text: &str) {
    let folder = file.parent().expect("it lies in a folder");
    let mut written = tempfile::NamedTempFile::new_in(folder).expect("a new file");
    written.write_all(text.as_bytes()).expect("room for it");
    written.persist(file).expect("it takes the other's place");
}
