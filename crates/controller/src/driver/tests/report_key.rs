//! The key that reports are signed with is made and put on record, and nothing waits for that.

use std::fs;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use audit::report::{KeyOnRecord, keys};
use pause::CallId;
use secrecy::{ExposeSecret, SecretString};

use super::super::scripted::Script;
use super::{MS, Rig, after};
use crate::report_key::{ACCOUNT, ReportKey, tests::SEED};
use crate::secrets::{MemoryStore, SecretError, SecretStore};
use crate::view::{DeskEvent, DisplayName, Request};

/// A keyring that somebody can lock, or that takes its time.
#[derive(Default)]
struct Keyring {
    is_locked: AtomicBool,
    asked: AtomicUsize,
    is_slow: AtomicBool,
    kept: MemoryStore,
}

impl SecretStore for Keyring {
    fn load(&self, account: &str) -> Result<Option<SecretString>, SecretError> {
        self.asked.fetch_add(1, Ordering::Relaxed);
        for _ in 0..2_000 {
            if self.is_slow.load(Ordering::Relaxed) {
                std::thread::sleep(5 * MS);
            }
        }
        if self.is_locked.load(Ordering::Relaxed) {
            return Err(SecretError::Locked);
        }
        self.kept.load(account)
    }

    fn keep(&self, account: &str, secret: &SecretString) -> Result<(), SecretError> {
        self.kept.keep(account, secret)
    }
}

fn with(keyring: &Arc<Keyring>) -> Rig {
    let place = tempfile::tempdir().unwrap();
    fs::create_dir(place.path().join("audit")).unwrap();
    let keyring = Arc::clone(keyring);
    let script = Script::new(|_| ());
    Rig::set_up(
        place,
        &script,
        Some("canary"),
        |_| (),
        |setup| {
            setup.report_keys = Some(keyring);
        },
    )
}

fn on_record(rig: &Rig) -> Vec<KeyOnRecord> {
    keys(&rig.place.path().join("audit")).unwrap()
}

/// Waits for what is done on a thread that knows no paused clock.
async fn until(what: &str, is_so: impl Fn() -> bool) {
    for _ in 0..1_000 {
        if is_so() {
            return;
        }
        std::thread::sleep(5 * MS);
        after(1).await;
    }
    panic!("{what} never came");
}

async fn sign_in_again(rig: &Rig) {
    rig.send(Request::Desk(DeskEvent::FallsAsleep));
    after(100).await;
    rig.send(Request::Desk(DeskEvent::Wakes));
    after(100).await;
}

// G4
#[tokio::test(start_paused = true)]
async fn the_public_key_is_on_record_once_a_run_and_the_secret_one_nowhere() {
    let keyring = Arc::<Keyring>::default();
    let rig = with(&keyring);
    after(100).await;
    until("the key", || !on_record(&rig).is_empty()).await;
    sign_in_again(&rig).await;
    after(100).await;
    rig.send(Request::Quit);
    rig.task.await.unwrap();
    assert_eq!(keyring.asked.load(Ordering::Relaxed), 1, "once a run");

    let log = rig.place.path().join("audit");
    let key = ReportKey::load(&keyring.kept).unwrap().unwrap();
    let found: Vec<String> = keys(&log)
        .unwrap()
        .into_iter()
        .map(|key| key.public_key)
        .collect();
    assert_eq!(
        found,
        [key.public().unwrap()],
        "and nothing in it is masked"
    );
    let text = fs::read_to_string(log.join("audit-2026-01-01.jsonl")).unwrap();
    assert_eq!(text.matches("\"report-key\"").count(), 1, "{text}");
    let secret = keyring.kept.load(ACCOUNT).unwrap().unwrap();
    assert!(!text.contains(&secret.expose_secret()[SEED]), "E1");
}

// G4
#[tokio::test(start_paused = true)]
async fn a_keyring_that_was_locked_is_asked_again_at_the_next_sign_in() {
    let keyring = Arc::<Keyring>::default();
    keyring.is_locked.store(true, Ordering::Relaxed);
    let rig = with(&keyring);
    after(100).await;
    until("a question", || keyring.asked.load(Ordering::Relaxed) == 1).await;
    assert_eq!(on_record(&rig), []);
    assert_eq!(
        rig.problems(),
        Vec::<String>::new(),
        "pausing needs no such key"
    );

    keyring.is_locked.store(false, Ordering::Relaxed);
    sign_in_again(&rig).await;
    until("the key", || !on_record(&rig).is_empty()).await;
}

// A1, G4
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_keyring_that_does_not_answer_delays_no_pause() {
    let keyring = Arc::<Keyring>::default();
    keyring.is_slow.store(true, Ordering::Relaxed);
    let rig = with(&keyring);
    until("a question", || keyring.asked.load(Ordering::Relaxed) == 1).await;
    rig.send(Request::CallStarted(CallId::new("call-1")));
    until("the call", || rig.shows() == DisplayName::Recording).await;
    rig.pause();
    until("the pause", || rig.shows() == DisplayName::Paused).await;
    assert_eq!(on_record(&rig), [], "the keyring has not answered yet");
    keyring.is_slow.store(false, Ordering::Relaxed);
    until("the key", || !on_record(&rig).is_empty()).await;
}
