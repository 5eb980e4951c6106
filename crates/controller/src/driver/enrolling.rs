//! At the start: the secret that the organisation has left for this desk (F7).

use std::future::pending;
use std::sync::Arc;
use std::time::Duration;

use tokio::task::{JoinHandle, spawn_blocking};
use tracing::warn;
use vendors::Vendor;

use super::Driver;
use crate::enrolment::{self, Enrolled, EnrolmentError, ThisUser};
use crate::problems::Source;
use crate::words::{self, Cause};

/// What came of looking for an enrolment file.
pub(super) type Enrolment = Result<Enrolled, EnrolmentError>;

impl Driver {
    /// Begins to sign in, once the secret of the enrolment file is in the keyring.
    pub(super) fn enrol(&mut self, vendor: Arc<dyn Vendor>) {
        let Some(file) = self.decided.enrolment_file() else {
            return self.take_on(vendor, None);
        };
        let file = file.to_owned();
        let store = Arc::clone(&self.setup.secrets);
        self.enrolling = Some(spawn_blocking(move || {
            enrolment::take_secret(&file, &ThisUser, &*vendor, &*store)
        }));
    }

    pub(super) fn enrolled(&mut self, result: Enrolment) -> Cause {
        self.enrolling = None;
        match result {
            Ok(Enrolled::Kept | Enrolled::NothingThere) => {}
            Err(error) => {
                warn!(%error, "the enrolment file is not used");
                let problem = words::enrolment_failed(&error);
                self.raise(Source::Enrolment, (problem, Duration::ZERO));
            }
        }
        // Somebody may have signed in by hand meanwhile.
        if self.account.is_none()
            && let Some(chosen) = self.in_force.vendor.clone()
        {
            self.take_on(Arc::from(chosen.open()), None);
        }
        Cause::Account
    }
}

pub(super) async fn next(enrolling: &mut Option<JoinHandle<Enrolment>>) -> Enrolment {
    match enrolling {
        Some(task) => task
            .await
            .unwrap_or_else(|_| Err(EnrolmentError::crashed())),
        None => pending().await,
    }
}
