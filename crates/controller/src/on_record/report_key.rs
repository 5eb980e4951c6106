//! The public key of this user's reports, on record once a run, so that whoever has the log or
//! what was forwarded of it can check a report (G4).

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use audit::{Entry, Event, Journal};
use tracing::warn;

use crate::clock::Clock;
use crate::report_key::ReportKey;
use crate::secrets::{SecretStore, in_background};

/// Whether it is on record, and where it is had from.
pub(super) struct ReportKeyOnRecord {
    store: Arc<dyn SecretStore>,
    /// It is on record, or on its way.
    is_noted: Arc<AtomicBool>,
}

impl ReportKeyOnRecord {
    pub(super) fn new(store: Arc<dyn SecretStore>) -> Self {
        Self {
            store,
            is_noted: Arc::default(),
        }
    }

    /// Has it put on record, unless it is. Nothing waits for that: a keyring is slow.
    pub(super) fn note(&self, journal: &Journal, clock: Clock) {
        if self.is_noted.swap(true, Ordering::Relaxed) {
            return;
        }
        let is_noted = Arc::clone(&self.is_noted);
        let (store, journal) = (Arc::clone(&self.store), journal.clone());
        tokio::spawn(async move {
            let key = in_background(store, |store| {
                Ok(ReportKey::load_or_make(store).and_then(|key| key.public()))
            });
            match key.await.map_err(Into::into).flatten() {
                Ok(key) => {
                    let (at, up) = (clock.timestamp(), clock.up());
                    journal.put(Entry::new(at, up, Event::ReportKey).with("public_key", key));
                }
                Err(error) => {
                    warn!(%error, "reports of the audit log cannot be signed yet");
                    is_noted.store(false, Ordering::Relaxed);
                }
            }
        });
    }
}
