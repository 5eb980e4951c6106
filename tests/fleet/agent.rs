//! An agent at work: calls come and go, and card numbers are taken.

use std::ops::Range;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Result};
use controller::secrets::{MemoryStore, SecretStore, account};
use controller::settings::Settings;
use controller::view::Request;
use controller::{Handle, Setup};
use pause::{CallId, Wanted};
use simulators::audio::Script;
use simulators::{Site, Truth};
use tokio::time::sleep;
use vendors::VendorEntry;

use crate::record::{Agent, Deed, What};
use crate::shown;
use crate::vendor::{Calls, Fleet};
use tests::chance::Chance;

/// Of ten agents so many have somebody else at their recorder.
const MEDDLED_OF_TEN: usize = 2;

/// How long an agent looks for a call on the screen before they press.
const LOOKS_FOR: Duration = Duration::from_secs(17);

/// What an agent needs to begin.
pub(crate) struct Desk {
    pub(crate) number: usize,
    pub(crate) fleet: &'static Fleet,
    pub(crate) site: Site,
    /// What their settings say.
    pub(crate) settings: String,
    /// The adapter, if it is not the usual one.
    pub(crate) adapter: Option<&'static VendorEntry>,
    /// When they come, and when they go.
    pub(crate) comes: Duration,
    pub(crate) goes: Duration,
    /// When the vendor is gone.
    pub(crate) outage: Range<Duration>,
}

/// Works from when they come to when they go.
pub(crate) async fn work(desk: Desk) -> Result<Agent> {
    let name = (desk.fleet.agent)(desk.number);
    sleep(desk.comes.saturating_sub(desk.site.clock())).await;
    let (handle, running) = controller::start(desk.setup()?);
    let noting = tokio::spawn(shown::note(handle.views(), desk.site.clone()));
    let mut person = Person {
        chance: Chance::of(desk.number as u64),
        meddled: desk.number % 10 < MEDDLED_OF_TEN,
        deeds: Vec::new(),
        name,
        handle,
        desk,
    };
    let goes = person.left();
    // Whoever is in the middle of something drops it.
    let _ = tokio::time::timeout(goes, person.work()).await;
    sleep(person.left()).await;
    person.handle.send(Request::Quit);
    let Person {
        name,
        meddled,
        deeds,
        ..
    } = person;
    running.await?;
    let shown = noting.await?;
    Ok(Agent {
        name,
        meddled,
        deeds,
        shown,
    })
}

impl Desk {
    fn setup(&self) -> Result<Setup> {
        let path = PathBuf::from("settings.toml");
        let mut settings = Settings::parse(&path, &self.settings)
            .with_context(|| format!("the settings of agent {}", self.number))?;
        let chosen = settings.vendor.as_mut().context("they name no vendor")?;
        if let Some(adapter) = self.adapter {
            chosen.entry = adapter;
        }
        let secrets = MemoryStore::default();
        secrets.keep(&account(chosen.open().as_ref()), &self.site.secret().into())?;
        Ok(Setup::new(settings, path, Arc::new(secrets)))
    }
}

struct Person {
    desk: Desk,
    name: String,
    handle: Handle,
    chance: Chance,
    meddled: bool,
    deeds: Vec<Deed>,
}

impl Person {
    /// Call after call.
    async fn work(&mut self) {
        self.sleep_between(1, 8).await;
        while self.has_time_for(20) {
            self.take_call().await;
            self.sleep_between(3, 10).await;
        }
    }

    fn left(&self) -> Duration {
        self.desk.goes.saturating_sub(self.desk.site.clock())
    }

    fn has_time_for(&self, seconds: u64) -> bool {
        self.desk.site.clock() + Duration::from_secs(seconds) < self.desk.goes
    }

    async fn sleep_between(&mut self, least: u64, most: u64) {
        sleep(self.chance.seconds(least, most)).await;
    }

    /// Notes a deed, and then it is done: what comes of it cannot be earlier.
    fn notes(&mut self, what: What, call: &str) {
        self.deeds.push(Deed {
            at: self.desk.site.clock(),
            call: call.to_owned(),
            what,
        });
    }

    /// A call of 15 to 30 seconds with one to three pauses.
    async fn take_call(&mut self) {
        let site = self.desk.site.clone();
        let call = site.start_call(&self.name, Script::default());
        self.notes(What::Started, &call);
        match self.desk.fleet.calls {
            Calls::Told => {
                let told = Request::CallStarted(CallId::new(call.clone()));
                self.handle.send(told);
            }
            Calls::Learnt { .. } => self.looks_for_the_call().await,
        }
        for _ in 0..self.chance.between(1, 4) {
            self.sleep_between(3, 6).await;
            if self.meddled && self.chance.percent(15) {
                self.is_meddled_with(&call, site.vendor().paused());
                self.sleep_between(1, 4).await;
            }
            if !self.has_time_for(12) {
                break;
            }
            self.press(Wanted::Paused, &call);
            self.sleep_between(2, 4).await;
            if self.meddled && self.chance.percent(50) {
                self.is_meddled_with(&call, Truth::Recording);
            }
            self.sleep_between(2, 4).await;
            if self.chance.percent(5) {
                // Hangs up instead.
                break;
            }
            self.press(Wanted::Recording, &call);
        }
        self.sleep_between(3, 6).await;
        self.outlasts_the_outage(&call).await;
        self.notes(What::Ended, &call);
        site.end_call(&call);
        if self.desk.fleet.calls == Calls::Told {
            self.handle.send(Request::CallEnded(CallId::new(call)));
        }
    }

    /// A shift packs calls of minutes into seconds. Most of those that an outage meets outlast
    /// it, and have a card number to be taken after it.
    async fn outlasts_the_outage(&mut self, call: &str) {
        let outage = self.desk.outage.clone();
        if !outage.contains(&self.desk.site.clock()) || self.chance.percent(20) {
            return;
        }
        sleep(outage.end.saturating_sub(self.desk.site.clock())).await;
        self.sleep_between(1, 20).await;
        self.press(Wanted::Paused, call);
        self.sleep_between(3, 6).await;
        self.press(Wanted::Recording, call);
        self.sleep_between(3, 6).await;
    }

    async fn looks_for_the_call(&self) {
        let mut views = self.handle.views();
        let seen = views.wait_for(|view| !view.calls.is_empty());
        // If it never comes up, a press is all that is left.
        let _ = tokio::time::timeout(LOOKS_FOR, seen).await;
    }

    fn press(&mut self, wanted: Wanted, call: &str) {
        let what = match wanted {
            Wanted::Paused => What::Pause,
            Wanted::Recording => What::Resume,
        };
        self.notes(what, call);
        self.handle.send(Request::Want(wanted));
    }

    fn is_meddled_with(&mut self, call: &str, truth: Truth) {
        self.notes(What::Meddled, call);
        self.desk.site.someone_sets(call, truth);
    }
}
