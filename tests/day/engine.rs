//! The real engine, started, watched, stopped and killed.

use std::fs::{self, File, OpenOptions};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::{Arc, LazyLock, Mutex, PoisonError};
use std::time::Duration;

use controller::in_force::Decided;
use controller::secrets::{self, MemoryStore, SecretStore};
use controller::settings::Draft;
use controller::view::Request;
use controller::{Handle, NoticeKind, Setup, start};
use tokio::task::JoinHandle;

use crate::judge::Judge;
use crate::lie::Lie;
use crate::vendor::{SECRET, VENDORS};
use crate::world::World;

/// The day on which the simulated clock begins.
pub(crate) const LOG: &str = "audit-2026-01-01.jsonl";

/// How often what the organization decides is read.
pub(crate) const POLICY_EVERY: Duration = Duration::from_secs(30);

/// The simulated vendor never uses it, and making one takes long.
fn unused_client() -> Result<reqwest::Client, reqwest::Error> {
    static CLIENT: LazyLock<reqwest::Client> =
        LazyLock::new(|| controller::http_client().expect("a client can be made"));
    Ok(CLIENT.clone())
}

/// An engine and who looks at what it shows.
pub(crate) struct Engine {
    pub(crate) handle: Handle,
    task: JoinHandle<()>,
    watching: JoinHandle<()>,
    audit: PathBuf,
}

pub(crate) type Judging = Arc<Mutex<Judge>>;

pub(crate) fn with<T>(judge: &Judging, look: impl FnOnce(&mut Judge) -> T) -> T {
    look(&mut judge.lock().unwrap_or_else(PoisonError::into_inner))
}

impl Engine {
    pub(crate) fn start(world: &World, judge: &Judging, place: &Path, lie: Lie) -> Self {
        let typed = [("world".to_owned(), world.number.to_string())];
        let file = place.join("settings.toml");
        let nothing = Decided::default();
        let draft = Draft::new(VENDORS, &file, &nothing, "simulated", &typed);
        let settings = draft.expect("one field").settings().clone();
        let vendor = settings.vendor.as_ref().expect("it was typed").open();
        let store = Arc::new(MemoryStore::default());
        let kept = store.keep(&secrets::account(&*vendor), &SECRET.into());
        kept.expect("memory keeps it");
        let audit = place.join("audit");
        let written = length(&audit);
        let (handle, task) = start(Setup {
            vendors: VENDORS,
            clock: world.clock,
            http: unused_client,
            audit: Some(audit.clone()),
            policy: policy::Sources::only(&place.join("policy.toml")),
            policy_every: POLICY_EVERY,
            ..Setup::new(settings, file, store)
        });
        // The clock stands still, and the log has a thread that knows nothing of it. From here
        // on it holds its lock.
        until(|| length(&audit) > written);
        let watching = tokio::spawn(watch(handle.clone(), Arc::clone(judge), lie));
        Self {
            handle,
            task,
            watching,
            audit,
        }
    }

    /// Ends it in order.
    pub(crate) async fn stop(self, judge: &Judging) -> Result<(), String> {
        self.handle.send(Request::Quit);
        let ended = self.task.await;
        self.watching.abort();
        with(judge, Judge::nothing_is_shown);
        until(|| is_free(&self.audit));
        ended.map_err(|error| format!("the engine has crashed: {error}"))
    }

    /// Ends it at once, as `kill -9` does; what is handed to the disk gets there.
    pub(crate) async fn kill(self, judge: &Judging) -> Result<(), String> {
        self.task.abort();
        let ended = self.task.await;
        self.watching.abort();
        with(judge, Judge::nothing_is_shown);
        drop(self.handle);
        until(|| is_free(&self.audit));
        match ended {
            Err(error) if error.is_cancelled() => Ok(()),
            Err(error) => Err(format!("the engine has crashed: {error}")),
            Ok(()) => Err("the engine had ended by itself".to_owned()),
        }
    }
}

/// A line of the log is cut short, as when the power fails in the middle of it.
pub(crate) fn tear_a_line(place: &Path) {
    let log = place.join("audit").join(LOG);
    let file = OpenOptions::new().append(true).open(log);
    let torn = file.and_then(|mut file| file.write_all(b"{\"sequence\":1,\"at\":\"2026-01-"));
    torn.expect("the log can be appended to");
}

async fn watch(handle: Handle, judge: Judging, lie: Lie) {
    let mut views = handle.views();
    let mut notices = handle.notices();
    drop(handle);
    let mut shown = None;
    loop {
        let view = Arc::clone(&views.borrow_and_update());
        if shown.replace(view.number) != Some(view.number) {
            with(&judge, |judge| judge.show(&view));
        }
        drop(view);
        tokio::select! {
            biased;
            notice = notices.recv() => {
                let Ok(notice) = notice else { return };
                with(&judge, |judge| {
                    judge.keeps_the_secret(&format!("{notice:?}"), "a notice");
                    judge.told(notice.kind == NoticeKind::Reminder && lie != Lie::NoReminders);
                });
            }
            changed = views.changed() => {
                if changed.is_err() {
                    return;
                }
            }
        }
    }
}

/// Waits for a thread that knows no paused clock.
fn until(so: impl Fn() -> bool) {
    for _ in 0..60_000 {
        if so() {
            return;
        }
        std::thread::sleep(Duration::from_millis(1));
    }
    panic!("the thread of the audit log takes more than a minute");
}

fn length(audit: &Path) -> u64 {
    fs::metadata(audit.join(LOG)).map_or(0, |file| file.len())
}

/// Whether nobody writes to the log any more.
fn is_free(audit: &Path) -> bool {
    let lock = File::open(audit.join("lock"));
    lock.is_ok_and(|lock| lock.try_lock().is_ok())
}
